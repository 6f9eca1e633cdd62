"""The command line: parse, call one job, print. Every command exits 0 if all is well, 1 if something was held,
rejected or in conflict, 2 for arguments or files that cannot be used, 130 if it was stopped by Ctrl-C.
"""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from sendxl import terminal
from sendxl.version import __version__

Command = TypeVar("Command", bound=Callable[..., Any])
_MASTER = click.argument("master", type=click.Path(path_type=Path))
_RETURNS = click.argument("returns", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="PATH...")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
_STOPPED = 130  # what a shell has for a program that Ctrl-C ended
_DAYS = (date(1990, 1, 1), date(2199, 12, 31))


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


def _quiet(command: Command) -> Command:
    return click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")(command)


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


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", "out", required=True, type=click.Path(path_type=Path), help="The master to make (.xlsx).")
@click.option("--starts", type=_Day(), help="First day of the plan; windows such as “3-5 years” count from it.")
@click.option("--roles", type=click.Path(path_type=Path), help="File of further lead roles: code | title | other names.")
@click.option("--first-year", metavar="YEAR", help='First financial year for savings, like "2026-27".')
@_quiet
def new(source: Path, out: Path, starts: date | None, roles: Path | None, first_year: str | None, quiet: bool) -> None:
    """Make a master of a published plan.

    SOURCE is tab-separated text in the layout of a published appendix.
    """
    from sendxl.jobs.new import new_master

    with terminal.working("Reading the plan", quiet=quiet):
        made = new_master(source, out, starts=starts, roles=roles, first_year=first_year)
    if quiet:
        return
    terminal.say(f"{made.path}: {made.activities} activities in {made.themes} themes, {made.measures} measures, "
                 f"{made.leads} leads, {made.unit_costs} unit costs.")
    if made.without_lead:
        terminal.say(f"Without a lead: {', '.join(made.without_lead)}. Choose one in Plan, Lead, or they are in no tracker.")
    if made.doubts:
        terminal.say(f"{made.doubts} doubts are listed in the sheet Review: settle them there.")


@cli.command()
@_MASTER
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="Folder for the trackers.")
@click.option("--period", metavar="PERIOD", help='Like "2026-27 Q3" or "2026-11". Default: the open period.')
@click.option("--lead", "leads", multiple=True, metavar="CODE", help="Only this lead (code from Leads); may be repeated.")
@click.option("--due", type=_Day(), help="Day by which trackers are to be back.")
@click.option("--again", is_flag=True, help="Issue new trackers beside those already issued for the period.")
@_quiet
def issue(master: Path, folder: Path, period: str | None, leads: tuple[str, ...], due: date | None, again: bool,
          quiet: bool) -> None:
    """Make one tracker for each lead, and open the reporting period."""
    from sendxl.jobs.issue import issue as job
    from sendxl.printing import print_issued

    with terminal.progress("Issuing", quiet=quiet) as progress:
        issued = job(master, folder, period=period, leads=leads, due=due, again=again, progress=progress)
    if quiet:
        return
    print_issued(issued, folder)


@cli.command()
@_MASTER
@_RETURNS
@click.option("--report", type=click.Path(path_type=Path), help="Also write a report workbook (.xlsx).")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the findings as JSON.")
@click.option("--annotate", "annotated", type=click.Path(path_type=Path),
              help="New folder for a copy of each return with findings, to be sent back.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Worker processes. Default: as many as there are cores, if it pays.")
@click.option("--cluster", metavar="tcp://HOST:PORT",
              help="Check on a Dask cluster whose workers see the files under the same paths.")
@_quiet
def validate(master: Path, returns: tuple[Path, ...], report: Path | None, json_file: Path | None, annotated: Path | None,
             jobs: int | None, cluster: str | None, quiet: bool) -> None:
    """Check returned trackers.

    PATH is a file or a folder; the master is not written.
    """
    from sendxl.jobs.validate import validate as job
    from sendxl.printing import print_returns

    with terminal.progress("Validating", quiet=quiet) as progress:
        validated = job(master, returns, report=report, json_file=json_file, annotated=annotated, progress=progress,
                        jobs=jobs, cluster=cluster)
    if not quiet:
        print_returns(validated.returns)
        for path in filter(None, (report, json_file)):
            terminal.say(f"Written: {path}")
        if annotated:
            terminal.say(f"{len(validated.annotated)} annotated copies in {annotated}, to be sent back.")
    if not validated.complete:
        terminal.fail(f"stopped after {len(validated.returns)} of {validated.files} returns; what is reported is of those.")
        sys.exit(_STOPPED)
    sys.exit(0 if validated.clean else 1)


@cli.command()
@_MASTER
@click.argument("returns", type=click.Path(path_type=Path), nargs=-1, metavar="[PATH]...")
@_DRY_RUN
@click.option("--report", type=click.Path(path_type=Path), help="Also write a report workbook (.xlsx), with every change.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write changes and findings as JSON.")
@_quiet
def stamp(master: Path, returns: tuple[Path, ...], dry_run: bool, report: Path | None, json_file: Path | None,
          quiet: bool) -> None:
    """Bring accepted returns into the master.

    They are validated first; what is not accepted is listed in Held. What officers decided there is carried out, with or
    without returns.
    """
    from sendxl.jobs.stamp import stamp as job
    from sendxl.printing import print_stamped

    with terminal.progress("Stamping", quiet=quiet) as progress:
        stamped = job(master, returns, dry_run=dry_run, report=report, json_file=json_file, progress=progress, jobs=None)
    if not quiet:
        print_stamped(stamped, dry_run)
        for path in filter(None, (report, json_file)):
            terminal.say(f"Written: {path}")
    sys.exit(0 if stamped.clean else 1)


@cli.command()
@_MASTER
@click.argument("batch", required=False)
@_DRY_RUN
@_quiet
def undo(master: Path, batch: str | None, dry_run: bool, quiet: bool) -> None:
    """Take back what was stamped.

    The last BATCH that counts, or the one named ("sendxl history" lists them). What has been changed since is left.
    """
    from sendxl.jobs.undo import undo as job
    from sendxl.printing import print_undone

    undone = job(master, batch, dry_run=dry_run)
    if not quiet:
        print_undone(undone)
    sys.exit(1 if undone.left else 0)


@cli.command()
@_MASTER
@click.argument("ref", required=False)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write it as JSON.")
@_quiet
def history(master: Path, ref: str | None, json_file: Path | None, quiet: bool) -> None:
    """Print who changed what, when and why.

    Of the activity, measure or row of Profile that goes by REF; without one, every batch, and the cells that were edited
    by hand since.
    """
    from sendxl.jobs.history import history as job
    from sendxl.printing import print_history

    found = job(master, ref, json_file=json_file)
    if not quiet:
        print_history(found)
        if json_file:
            terminal.say(f"Written: {json_file}")


@cli.command()
@_MASTER
@click.option("--through", metavar="YEAR", help='Last financial year to move, like "2025-26". Default: the last closed one.')
@_DRY_RUN
@_quiet
def archive(master: Path, through: str | None, dry_run: bool, quiet: bool) -> None:
    """Move the records of closed years to a workbook beside the master.

    Updates, Readings and Stamps get shorter; "sendxl history" reads both.
    """
    from sendxl.jobs.archive import archive as job
    from sendxl.printing import print_archived

    with terminal.working("Archiving", quiet=quiet):
        done = job(master, through=through, dry_run=dry_run)
    if not quiet:
        print_archived(done)


@cli.command()
@_MASTER
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path),
              help="New or empty folder for the drafts (.eml). Default: only print the list.")
@_quiet
def chase(master: Path, folder: Path | None, quiet: bool) -> None:
    """Write a reminder for each lead with something outstanding.

    Overdue, held or rejected, as drafts that open ready to send. Nothing is sent; the master is not written.
    """
    from sendxl.jobs.chase import chase as job
    from sendxl.printing import print_chased

    chased = job(master, folder)
    if not quiet:
        print_chased(chased, folder)


@cli.command()
@_MASTER
@click.option("--as-at", type=_Day(), help="Day to judge by. Default: the last day of the Reporting period.")
@_quiet
def refresh(master: Path, as_at: date | None, quiet: bool) -> None:
    """Work out every status, with its reason, and every saving."""
    from sendxl.jobs.refresh import refresh as job
    from sendxl.printing import print_refreshed

    with terminal.working("Refreshing", quiet=quiet):
        done = job(master, as_at=as_at)
    if quiet:
        return
    print_refreshed(done)


@cli.command()
@_MASTER
def show(master: Path) -> None:
    """Print how the plan stands.

    Status by theme, each activity with its reason, then the savings, as last refreshed.
    """
    from sendxl.jobs.show import show as job
    from sendxl.printing import print_overview

    print_overview(job(master))


@cli.command()
@_MASTER
@click.option("--draws", type=click.IntRange(100, 200_000), default=10_000, show_default=True, help="Draws of the simulation.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same range.")
@click.option("--as-at", type=_Day(), help="Day to work out by. Default: the last day of the Reporting period.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the profile as JSON.")
@_quiet
def savings(master: Path, draws: int, seed: int, as_at: date | None, json_file: Path | None, quiet: bool) -> None:
    """Print the savings by year, type and fund.

    With the range of the forecast and present values. The master is not written.
    """
    from sendxl.jobs.savings import savings as job
    from sendxl.printing import print_savings

    with terminal.working("Drawing", quiet=quiet):
        found = job(master, draws=draws, seed=seed, as_at=as_at, json_file=json_file)
    if not quiet:
        print_savings(found)
        if json_file:
            terminal.say(f"Written: {json_file}")


@cli.command()
@click.argument("master", type=click.Path(path_type=Path), required=False)
@_quiet
def doctor(master: Path | None, quiet: bool) -> None:
    """List what a person should mend in a master.

    Where it is, and how to mend it; the master is not written. Without MASTER: whether this computer is fit for the add-in.
    """
    if master is None:
        from sendxl.desktop.diagnosis import Level, machine

        looks = machine()
        problems = sum(look.level is Level.PROBLEM for look in looks)
        if not quiet:
            for look in looks:
                terminal.say(str(look))
            terminal.say(f"{problems} to mend." if problems else "Nothing to mend.")
        sys.exit(1 if problems else 0)
    from sendxl.jobs.doctor import doctor as job

    with terminal.working("Looking", quiet=quiet):
        found = job(master)
    if not quiet:
        for finding in found.findings:
            terminal.say(str(finding))
        terminal.say(f"{len(found.findings)} to look at." if found.findings else f"{found.path}: nothing to mend.")
    sys.exit(0 if found.sound else 1)


@cli.group(cls=_InOrder)
def addin() -> None:
    """Make the Excel add-in, put it into Excel, take it out.

    It adds the ribbon tab “Delivery plan”, whose buttons work on the workbook that is open.
    """


@addin.command()
@click.option("-o", "--output", "out", default=Path("sendxl.xlam"), show_default=True, type=click.Path(path_type=Path),
              help="The add-in to make (.xlam).")
@_quiet
def build(out: Path, quiet: bool) -> None:
    """Make the add-in as a file; it works on any system."""
    from sendxl.desktop.install import build as job

    made = job(out)
    if not quiet:
        terminal.say(f"{made}: on a computer with Excel, “sendxl addin install” puts it where Excel starts it.")


@addin.command()
@_quiet
def install(quiet: bool) -> None:
    """Put the add-in where Excel starts it, with this Python.

    Again = once. Other settings are kept.
    """
    from sendxl.desktop.install import install as job

    stands = job()
    if not quiet:
        terminal.say(f"{stands.addin}\nIt runs {stands.interpreter}. Start Excel again: there is a tab “Delivery plan”.")


@addin.command()
@_quiet
def remove(quiet: bool) -> None:
    """Take the add-in out of Excel, and our setting out of the settings."""
    from sendxl.desktop.install import remove as job

    changed = job()
    if not quiet:
        terminal.say("\n".join(map(str, changed)) + "\nTaken out." if changed else "It was not there.")


@addin.command("status")
def addin_status() -> None:
    """Print whether the add-in is in Excel, up to date, and which Python it runs."""
    from sendxl.desktop.install import status as job

    stands = job()
    terminal.say(f"{stands.addin}: {'installed' if stands.installed else 'not installed'}"
                 f"{'' if stands.current or not stands.installed else ', but not the one of this version: install it again'}.")
    terminal.say(f"Python: {stands.interpreter or 'not set'} ({stands.settings})")
    sys.exit(0 if stands.ready else 1)


@cli.command()
def columns() -> None:
    """Print the reference of the columns, in markdown."""
    from sendxl.reference import columns_reference

    terminal.say(columns_reference().rstrip())


@cli.command()
@click.argument("code", required=False)
def rules(code: str | None) -> None:
    """Print the reference of the rules.

    All of them, or that of one CODE, in markdown.
    """
    from sendxl.reference import rules_reference

    try:
        terminal.say(rules_reference(code).rstrip())
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("sendxl-demo"))
@_quiet
def demo(folder: Path, quiet: bool) -> None:
    """Do a whole month on a sample plan.

    In FOLDER (default: sendxl-demo); where that is not empty, in one beside it with a number.
    """
    from sendxl.jobs.demo import demo as job

    job(folder, say=(lambda text: None) if quiet else terminal.say)


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
        import traceback

        from sendxl.errors import explain

        message = explain(error)
        if message is None:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            message = (f"a fault of sendxl, please report it: {type(error).__name__}: {error} "
                       f"({Path(frame.filename).name}, line {frame.lineno}).")
        terminal.fail(message)
        sys.exit(2)


if __name__ == "__main__":
    main()
