"""Rows that are added below a table, kept by column: what many cells have alike is kept, and formed, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sendxl.xlsx.edit.write import Formula, How, Write, Written


class AddedColumn(NamedTuple):
    """A column of added rows: what each cell gets, and its number format, as a ``Write`` has them; None: it stays blank."""

    values: Sequence[Written | Formula]
    number_formats: Sequence[str]
    exact: bool = False

    def gives(self, at: int) -> bool:
        """True if one of its cells gets anything."""
        return self.values[at] is not None or self.exact

    @staticmethod
    def of(*values: Written | Formula) -> "AddedColumn":
        """A column of cells without a number format of their own."""
        return AddedColumn(values, ("General",) * len(values))


@dataclass(frozen=True)
class AddedRows:
    """The rows ``numbers`` of a sheet, whose cells below a table are added, by column in their order."""

    numbers: range
    columns: Mapping[int, AddedColumn]

    def values(self, number: int) -> dict[int, Written | Formula]:
        """What the cells of one row get, by column."""
        at = number - self.numbers.start
        return {column: added.values[at] for column, added in self.columns.items()}

    def write(self, number: int, column: int) -> Write:
        """What is written into one cell."""
        values, number_formats, exact = self.columns[column]
        at = number - self.numbers.start
        return Write(How.NEW, values[at], number_formats[at], exact=exact)

    def writes(self, number: int) -> dict[int, Write]:
        """What is written into one row."""
        return {column: self.write(number, column) for column in self.columns}

    def without_first(self) -> "AddedRows":
        """All but the first row."""
        rest = {column: AddedColumn(values[1:], number_formats[1:], exact)
                for column, (values, number_formats, exact) in self.columns.items()}
        return AddedRows(self.numbers[1:], rest)
