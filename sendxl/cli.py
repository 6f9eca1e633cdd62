"""The command line: a command for each row of the table of verbs. It parses, calls one job, prints.

Every command exits 0 if all is well, 1 if something was left out, held or rejected, or is to be mended, or a master is to be
upgraded first, 2 for arguments or files that cannot be used, 130 if it was stopped by Ctrl-C.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from sendxl import terminal
from sendxl.verbs import GROUPS, VERBS, Argument, Option, Verb
from sendxl.version import __version__

_STOPPED = 130  # what a shell has for a program that Ctrl-C ended
_DAYS = (date(1990, 1, 1), date(2199, 12, 31))
_QUIET = Option("quiet", "-q --quiet", bool, "Print nothing but errors, and what was left out or is to be mended.")
_UPGRADE = Option("upgrade", "--upgrade", bool, "First bring a master of an earlier version up to this one.")


class _Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A date written like 2026-12-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is not a date: write it like 2026-12-31.', param, ctx)
        if not _DAYS[0] <= day <= _DAYS[1]:
            self.fail(f'"{value}" lies outside the time of any plan: check the year.', param, ctx)
        return day


class _InOrder(click.Group):
    """Lists the commands in the order of the month, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sendxl")
def cli() -> None:
    """Keep a SEND & Inclusion delivery plan in Excel.

    The month: issue trackers, validate what comes back, stamp it into the master, refresh the statuses. Start with
    "sendxl demo" to see it all happen on a sample plan.
    """


def command(verb: Verb) -> click.Command:
    """The command of a verb."""
    takes = (*verb.takes, *([_UPGRADE] if verb.writes else []), *([_QUIET] if verb.quiet else []))
    return click.Command(verb.name.split()[-1], params=[_parameter(asked) for asked in takes], callback=_does(verb),
                         help=f"{verb.says}\n\n{verb.more}")


def _parameter(asked: Argument | Option) -> click.Parameter:
    default = {} if asked.default is None else {"default": asked.default}
    if isinstance(asked, Argument):
        return click.Argument([asked.to], type=_type(asked), required=asked.required, nargs=-1 if asked.many else 1,
                              metavar=asked.shown or None, **default)
    if asked.type is bool:
        return click.Option([asked.to, *asked.flags.split()], is_flag=True, help=asked.says)
    return click.Option([asked.to, *asked.flags.split()], type=_type(asked), required=asked.required, multiple=asked.many,
                        metavar=asked.shown or None, help=asked.says, show_default=bool(default), **default)


def _type(asked: Argument | Option) -> Any:
    if isinstance(asked, Option) and asked.choices:
        return click.Choice(asked.choices)
    if isinstance(asked, Option) and asked.least is not None:
        return click.IntRange(asked.least, asked.most)
    return {Path: click.Path(path_type=Path), date: _Day()}.get(asked.type, asked.type)


def _does(verb: Verb) -> Callable[..., None]:
    """What the command of a verb does: call the job with what was asked, print its result, exit."""

    def run(*, quiet: bool = False, upgrade: bool = False, **asked: Any) -> None:
        if upgrade:
            _upgrade_first(asked)
        job = getattr(import_module(verb.module), verb.function)
        told: dict[str, Any] = {"say": _silent if quiet else terminal.say} if verb.tells else {}
        with _sign_of_life(verb, quiet) as progress:
            if verb.counts:
                told["progress"] = progress
            result = job(**asked, **verb.always, **told)
        to_mend = getattr(result, verb.mends) if verb.mends else ()
        if not verb.tells:
            from sendxl.printing import print_result
            from sendxl.printing.common_lines import print_to_mend

            print_to_mend(to_mend) if quiet else print_result(verb, result, asked)
        if stopped := verb.stopped and getattr(result, verb.stopped):
            terminal.fail(stopped)
            sys.exit(_STOPPED)
        if to_mend:
            sys.exit(1)

    return run


def _upgrade_first(asked: dict[str, Any]) -> None:
    if asked.get("dry_run"):
        raise click.UsageError("--upgrade writes, and with --dry-run nothing is written: leave one of them out.")
    verb = next(verb for verb in VERBS if verb.name == "upgrade")
    getattr(import_module(verb.module), verb.function)(asked["master"])


def _sign_of_life(verb: Verb, quiet: bool) -> AbstractContextManager[terminal.Progress | None]:
    show = terminal.progress if verb.counts else terminal.working
    return show(verb.doing, quiet=quiet or not verb.doing)


def _silent(text: str) -> None:
    """In place of ``say`` where nothing is to be printed."""


def _group_of(verb: Verb) -> click.Group:
    """The group of a verb of two words, made at the first of them; the whole command line for any other."""
    name, _, _ = verb.name.rpartition(" ")
    if not name:
        return cli
    group = cli.commands.get(name) or _InOrder(name, help=GROUPS[name])
    assert isinstance(group, click.Group), f"{name} is a command already"
    cli.add_command(group)
    return group


for _verb in VERBS:
    _group_of(_verb).add_command(command(_verb))


def main() -> None:
    """Run the command line; no traceback reaches a user."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        terminal.fail("stopped.")
        sys.exit(_STOPPED)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except Exception as error:
        from sendxl.errors import NeedsUpgrade, explain, fault_of_ours

        terminal.fail(explain(error) or f"{fault_of_ours(error)}.")
        sys.exit(1 if isinstance(error, NeedsUpgrade) else 2)


if __name__ == "__main__":
    main()
