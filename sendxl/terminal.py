"""What is printed: tables, messages and progress, plain where the output is not a terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sendxl.plan.values import printable

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int], None]
_PLAIN_WIDTH = 160  # of tables that go to a file or a pipe


def say(text: str = "") -> None:
    """One line on standard output."""
    click.echo(printable(text))


def fail(text: str) -> None:
    """One message on standard error."""
    click.echo(printable(f"sendxl: {text}"), err=True)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[int] = ()) -> None:
    """A table on standard output; the columns at ``numbers`` are set to the right."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE, header_style="bold", pad_edge=False)
    for position, header in enumerate(headers):
        made.add_column(header, justify="right" if position in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    _console().print(made)


def _console() -> "Console":
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=_PLAIN_WIDTH, color_system=None)


@contextmanager
def working(label: str, *, quiet: bool = False) -> Iterator[None]:
    """A sign of life on standard error while work goes on whose steps cannot be counted; as ``progress`` otherwise."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{label} …"):
        yield


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error while work goes on, with what is done in a second and the time left.

    Nothing where that is not a terminal, or ``quiet``.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        """What is done in a second; here, as rich is imported only where there is a terminal."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
