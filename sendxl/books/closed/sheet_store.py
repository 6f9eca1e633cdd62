"""Rows of a sheet as rows of a plan: cells that are made of the same mean the same, and are read as their type once."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import repeat

from sendxl.plan import values
from sendxl.plan.rows import PLAIN, Store, value_of
from sendxl.plan.schema import Column, Table
from sendxl.plan.values import Cell, CellKind, Stored, Value, to_text
from sendxl.xlsx.read.address import name
from sendxl.xlsx.read.cell import Maker
from sendxl.xlsx.read.pattern import Kept, MadeOf
from sendxl.xlsx.read.reader import PatternRow, SheetCell, SheetRow
from sendxl.xlsx.read.workbook import Workbook

_KINDS = {kind.value: kind for kind in CellKind}
_MOST_ALIKE = 1 << 14  # cells whose meaning is kept for those that are made of the same
_FEW, _PART = 8, 16  # cells and, of those of a column, the part, beyond which it is read whole
_NO_CELL: MadeOf = (b"", b"", b"", b"")


class SheetStore(Store):
    """Rows of a sheet: ``cells`` of each, and the column of the sheet for each column key."""

    def __init__(self, workbook: Workbook, table: Table, numbers: Sequence[int], cells: Sequence[SheetRow],
                 columns: Mapping[str, int]) -> None:
        super().__init__(table, numbers)
        self._cells = cells
        self._columns = columns
        self._maker = workbook.maker
        self._formats = workbook.styles.formats
        self._date1904 = workbook.date1904
        self._texts = _Texts(workbook.maker)
        self._alike: dict[Hashable, _Alike] = {}
        self._asked: Counter[str] = Counter()  # cells that were asked for one by one, by column

    def fetch(self, index: int, key: str) -> Stored:
        """The cell of a column as it is on the sheet."""
        cell, address = self._cells[index].get(self._columns.get(key, 0)), self.address(index, key)
        return Stored(address=address) if cell is None else self._stored(cell, address)

    def address(self, index: int, key: str) -> str:
        """The address of the cell of a column; '' where the sheet lacks the column."""
        return name(self.numbers[index], self._columns[key]) if key in self._columns else ""

    def _stored(self, cell: SheetCell, address: str = "") -> Stored:
        _, _, kind, value, raw, formula, style = cell
        return Stored(_KINDS[kind], value, raw, address, self._formats[style].is_percent, formula, self._date1904)

    def read(self, index: int, column: Column) -> Value | Cell:
        """A cell read as its type; where many of its column were asked for one by one, the rest of it is read with it."""
        self._asked[column.key] += 1
        if self._forms and self._asked[column.key] > _FEW + len(self.numbers) // _PART:  # whoever asks so often asks on
            return self.column(column.key)[index]
        cells = self._cells[index]
        if not isinstance(cells, PatternRow):
            return super().read(index, column)
        style, stored, formula, raw = cells.cells.made_of(self._columns.get(column.key, 0)) or _NO_CELL
        if formula:
            return super().read(index, column)
        alike = self._alike_in(column, self.kind(index) if column.by_kind else None, style, stored)
        return self._in_row(index, column, alike[raw])

    def column(self, key: str) -> Sequence[Value | Cell]:
        """What the cells of a column hold, row by row."""
        column = self.table[key]
        forms = self._forms_by_kind if column.by_kind else self._forms
        if key not in self._whole and forms:
            self._kept[key] = [*self._read_column(column, forms)]
            self._whole.add(key)
        return super().column(key)

    def _read_column(self, column: Column, forms: "_Forms") -> Sequence[Value | Cell]:
        """What the cells of a column hold: where a cell is and what it may mean is looked up once for each form of row."""
        of = {form: self._in_form(column, forms.rows[form], forms.kinds[form]) for form in set(forms.of)}
        held = [alike[b"" if place is None else row.raws[place]]
                for (place, alike), row in zip(map(of.__getitem__, forms.of), forms.rows, strict=True)]
        if any(alike.has_odd for _, alike in of.values()):
            for index, one in enumerate(held):
                held[index] = self._in_row(index, column, one)
        elif not forms.with_formulas:
            self._odd[column.key] = ()
        for index in forms.with_formulas:
            place, _ = of[forms.of[index]]
            if place is not None and forms.rows[index].formulas[place]:
                held[index] = super().read(index, column)
        return held

    def _in_form(self, column: Column, row: Kept, kind: Value) -> tuple[int | None, "_Alike"]:
        """Where the cell of a column is in all rows that are like one, and what it may mean there."""
        place = row.layout.get(self._columns.get(column.key, 0))
        style, stored = (b"", b"") if place is None else (row.styles[place], row.types[place])
        return place, self._alike_in(column, kind, style, stored)

    def _alike_in(self, column: Column, kind: Value, style: bytes, stored: bytes) -> "_Alike":
        like = column.key, kind, style, stored
        if like not in self._alike:
            self._alike[like] = _Alike(partial(self._read_alike, column, kind, style, stored))
        return self._alike[like]

    def _read_alike(self, column: Column, kind: Value, style: bytes, stored: bytes, raw: bytes) -> Value | Cell:
        """What all cells of a column hold that are made of the same."""
        found = self._maker.found(0, 0, (style, stored, b"", raw))
        if isinstance(found.value, str) and found.kind == CellKind.TEXT and values.is_plain_text(column, found.value):
            return found.value
        cell = values.read(column, self._stored(found), kind)
        return cell if cell.odd else cell.value

    def _in_row(self, index: int, column: Column, held: Value | Cell) -> Value | Cell:
        """What a cell holds, an odd one with its own address."""
        if not isinstance(held, Cell):
            return held
        return replace(held, stored=held.stored._replace(address=self.address(index, column.key)))

    @cached_property
    def _forms(self) -> "_Forms | None":
        """The forms of the rows; None where some are stored in an unusual way."""
        rows = [cells.cells for cells in self._cells if isinstance(cells, PatternRow)]
        kept = [row for row in rows if isinstance(row, Kept)]
        return _Forms(kept, repeat(None, len(kept))) if len(kept) == len(self._cells) else None

    @cached_property
    def _forms_by_kind(self) -> "_Forms | None":
        """Those of rows that also have the same Kind."""
        kinds = map(value_of, self.column(self.table.kind)) if self.table.kind else repeat(None, len(self._cells))
        return _Forms(self._forms.rows, kinds) if self._forms else None

    def texts(self, index: int, keys: tuple[str, ...]) -> list[str | None]:
        """The text forms of plain cells; None for any other."""
        cells, texts = self._cells[index], self._texts
        if not isinstance(cells, PatternRow):
            return super().texts(index, keys)
        found = cells.cells.each_made_of([self._columns.get(key, 0) for key in keys])
        return ["" if made_of is None else texts[made_of] for made_of in found]


class _Forms:
    """The forms of some rows: those of one form have cells in the same columns, each of the same style and type.

    ``of`` has for each row the first one of its form, ``kinds`` the Kind of each.
    """

    def __init__(self, rows: Sequence[Kept], kinds: Iterable[Value]) -> None:
        self.rows = rows
        self.kinds = list(kinds)
        first: dict[tuple[int, int, int, Value], int] = {}
        self.of = [first.setdefault((id(row.layout), id(row.styles), id(row.types), kind), index)
                   for index, (row, kind) in enumerate(zip(rows, self.kinds, strict=True))]
        self.with_formulas = [index for index, row in enumerate(rows) if any(row.formulas)]


class _Alike(dict[bytes, Value | Cell]):
    """What cells of a column hold that differ in their value or text alone, by that; an odd one has no address here."""

    def __init__(self, read: Callable[[bytes], Value | Cell]) -> None:
        super().__init__()
        self._read = read
        self.has_odd = False  # of those that were read

    def __missing__(self, raw: bytes) -> Value | Cell:
        held = self._read(raw)
        self.has_odd |= isinstance(held, Cell)
        if len(self) < _MOST_ALIKE:
            self[raw] = held
        return held


class _Texts(dict[MadeOf, str | None]):
    """The text forms of cells by what they are made of: many in a column are alike."""

    def __init__(self, maker: Maker) -> None:
        super().__init__()
        self._maker = maker

    def __missing__(self, made_of: MadeOf) -> str | None:
        cell = self._maker.found(0, 0, made_of)
        text = to_text(cell.value) if cell.kind in PLAIN and not cell.formula else None
        if len(self) < _MOST_ALIKE:
            self[made_of] = text
        return text
