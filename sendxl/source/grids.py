"""A source as it stands: its tables, cell by cell, and the words around them; what every reader of a format gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell. ``at`` is its place in the source, as a person would name it; ``text`` keeps its line breaks.

    ``value`` is what a typed cell holds: a day, or a number. ``percent``: it shows one as a percentage. ``fill`` is its
    colour as RRGGBB, "" for none. ``span``: how many columns it takes. ``upper``: it is the lower part of cells that are
    merged downwards, and has the words of the upper one. ``struck``: words of it are struck through.
    """

    text: str = ""
    at: str = ""
    value: date | float | None = None
    percent: bool = False
    fill: str = ""
    span: int = 1
    upper: bool = False
    hidden: bool = False
    struck: bool = False

    @property
    def blank(self) -> bool:
        """True if it holds no words of its own."""
        return self.upper or not self.text


NOTHING = GridCell()
GridRow = Sequence[GridCell]


@dataclass(frozen=True)
class Grid:
    """A table. ``name`` is that of its sheet, "" where it has none; ``headings`` stand above it, the nearest last.

    ``caption`` is a line of words just above it that is no heading. A row is as long as its last cell that says something.
    """

    name: str
    rows: tuple[GridRow, ...]
    headings: tuple[str, ...] = ()
    caption: str = ""
    at: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """Words that stand in no table, with their place."""

    text: str
    at: str
    heading: bool = False


@dataclass(frozen=True)
class Source:
    """A whole source. ``title`` is "" where it has none; ``digest`` the text that its plan id is made from.

    ``lines`` are the words outside its tables. ``from_pdf``: its cells were put together from a page, or from words copied
    from one, so that each is doubtful.
    """

    title: str
    grids: tuple[Grid, ...]
    lines: tuple[Line, ...] = ()
    digest: str = ""
    from_pdf: bool = False
    remarks: tuple[str, ...] = field(default=())

    def cells(self) -> Iterator[GridCell]:
        """Every cell that holds words, in order."""
        for grid in self.grids:
            for row in grid.rows:
                yield from (cell for cell in row if not cell.blank)


def words(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def filled_cells(row: GridRow) -> list[tuple[int, GridCell]]:
    """The cells of a row that hold words, each with its place."""
    return [(place, cell) for place, cell in enumerate(row) if not cell.blank]


def placed(rows: Sequence[Sequence[GridCell]]) -> tuple[GridRow, ...]:
    """Rows in which each cell stands in its column: one that takes several is followed by cells without words."""
    laid = []
    for row in rows:
        cells: list[GridCell] = []
        for cell in row:
            cells.append(cell)
            cells.extend([NOTHING] * (min(cell.span, 200) - 1))
        while cells and not (cells[-1].text or cells[-1].fill or cells[-1].upper):
            cells.pop()
        laid.append(tuple(cells))
    return tuple(laid)


def digest_of(source_title: str, grids: Sequence[Grid], lines: Sequence[Line] = ()) -> str:
    """All the words of a source, for its plan id."""
    said = [source_title, *(line.text for line in lines)]
    said += ["\t".join(words(cell.text) for cell in row) for grid in grids for row in grid.rows]
    return "\n".join(said)
