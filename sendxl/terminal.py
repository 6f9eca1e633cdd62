"""What is printed: tables, messages and progress, plain where the output is not a terminal."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sendxl.plan.values import printable

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int], None]
_PLAIN_WIDTH = 160  # of tables that go to a file or a pipe, unless COLUMNS says otherwise
_LEAST_WORDS, _NARROW_WORDS = 24, 12  # places that a column of longer texts gets at the least
_GAP = 2  # places between columns


class Laid(NamedTuple):
    """A table, not yet set: the places of columns that hold numbers are ``numbers``."""

    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numbers: tuple[int, ...]


Told: TypeAlias = str | Laid
_gathering: ContextVar[list[Told] | None] = ContextVar("gathering", default=None)


@contextmanager
def gathered() -> Iterator[list[Told]]:
    """What is said meanwhile on standard output, lines and tables, for one who shows it otherwise; nothing is printed."""
    told: list[Told] = []
    before = _gathering.set(told)
    try:
        yield told
    finally:
        _gathering.reset(before)


def say(text: str = "") -> None:
    """One line on standard output."""
    if (told := _gathering.get()) is not None:
        told.append(printable(text))
        return
    import click

    click.echo(printable(text))


def sentences(text: str) -> None:
    """A longer text on standard output; on a terminal its lines end between words."""
    if _gathering.get() is None and _width_counts():
        width = _console().width
        text = "\n".join(fill(line, width, break_long_words=False, break_on_hyphens=False) for line in text.splitlines())
    say(text)


def fail(text: str) -> None:
    """One message on standard error."""
    import click

    click.echo(printable(f"sendxl: {text}"), err=True)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[int] = ()) -> None:
    """A table on standard output; the columns at ``numbers`` are set to the right, and their cells never broken.

    Where its columns have no room side by side, those that are left follow in further tables that repeat the first one. If
    that does not tell the rows apart, columns of words get narrower first, and then the rows a number.
    """
    cells = [["" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    if (told := _gathering.get()) is not None:
        told.append(Laid(tuple(headers), [tuple(row) for row in cells], tuple(numbers)))
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    console = _console()
    told_apart = len({tuple(row[:1]) for row in cells}) == len(cells)
    columns = _widths(headers, cells, numbers, _LEAST_WORDS)
    if not told_apart and len(_side_by_side(columns, console.width)) > 1:
        columns = _widths(headers, cells, numbers, _NARROW_WORDS)
        if len(_side_by_side(columns, console.width)) > 1:
            cells = [[str(number), *row] for number, row in enumerate(cells, 1)]
            headers, numbers = ("No", *headers), (0, *(place + 1 for place in numbers))
            columns = _widths(headers, cells, numbers, _LEAST_WORDS)
    for places in _side_by_side(columns, console.width):
        made = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
        for place, width in zip(places, _shared([columns[place] for place in places], console.width), strict=True):
            made.add_column(headers[place], justify="right" if place in numbers else "left", overflow="fold", width=width)
        for row in cells:
            made.add_row(*(Text(row[place]) for place in places))
        console.print(made)
        console.print()


class _Width(NamedTuple):
    """How many places a column needs at the least, and how many it has use for."""

    least: int
    most: int

    @classmethod
    def of(cls, header: str, cells: Sequence[str], words: int | None) -> "_Width":
        from rich.cells import cell_len

        held = max((cell_len(line) for cell in cells for line in cell.splitlines()), default=0)
        word = max(map(cell_len, header.split()), default=0)
        return cls(max(word, held if words is None else min(held, words)), max(cell_len(header), held))


def _widths(headers: Sequence[str], cells: Sequence[Sequence[str]], numbers: Sequence[int], words: int) -> list[_Width]:
    """Those of the columns of a table, in which texts get so many places at the least, and numbers all they need."""
    return [_Width.of(header, [row[place] for row in cells], None if place in numbers else words)
            for place, header in enumerate(headers)]


def _side_by_side(columns: Sequence[_Width], width: int) -> list[list[int]]:
    """The places of the columns of each table, the first in all of them; where there are several, about equally broad."""
    tables = _within(columns, width)
    while len(tables) > 1 and len(narrower := _within(columns, width - 1)) == len(tables):
        tables, width = narrower, width - 1
    return tables


def _within(columns: Sequence[_Width], width: int) -> list[list[int]]:
    tables: list[list[int]] = [[0]]
    for place in range(1, len(columns)):
        taken = sum(columns[before].least + _GAP for before in tables[-1])
        if taken + columns[place].least > width and len(tables[-1]) > 1:
            tables.append([0])
        tables[-1].append(place)
    return tables


def _shared(columns: Sequence[_Width], width: int) -> list[int]:
    """Widths of columns side by side: of what is left over each gets an equal share, as far as it has use for it."""
    left = max(width - sum(column.least for column in columns) - _GAP * (len(columns) - 1), 0)
    widths = [column.least for column in columns]
    by_want = sorted(range(len(columns)), key=lambda place: columns[place].most - columns[place].least)
    for behind, place in enumerate(by_want):
        more = min(columns[place].most - widths[place], left // (len(columns) - behind))
        widths[place], left = widths[place] + more, left - more
    return widths


def _console() -> "Console":
    from rich.console import Console

    if _width_counts():
        return Console(color_system="auto" if sys.stdout.isatty() else None)
    return Console(width=_PLAIN_WIDTH, color_system=None)


def _width_counts() -> bool:
    """True on a terminal, and where COLUMNS says how wide the output is to be."""
    return sys.stdout.isatty() or "COLUMNS" in os.environ


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
