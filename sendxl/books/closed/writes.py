"""What is written for cells in a closed workbook, and how high the rows are that they make."""

from collections.abc import Mapping

from sendxl.books.fit import height_of_lines, line_count
from sendxl.books.new_cells import NewCell, NewColumn
from sendxl.xlsx.edit.added import AddedColumn
from sendxl.xlsx.edit.write import Formula, How, Write


def write_of(cell: NewCell) -> Write:
    """The write that gives a cell what it is to get; of a formula, with what it shows until Excel computes it."""
    value, number_format, formula, exact = cell
    return Write(How.SET, Formula(formula, value) if formula else value, number_format, exact=exact)


def added_column(column: NewColumn) -> AddedColumn:
    """The same for a column of new rows."""
    values, number_formats, formulas, exact = column
    if not formulas:
        return AddedColumn(values, number_formats, exact)
    shown = [Formula(formula, value) if formula else value for formula, value in zip(formulas, values, strict=True)]
    return AddedColumn(shown, number_formats, exact)


def heights_of(columns: Mapping[int, NewColumn], widths: Mapping[int, float], rows: int) -> list[float]:
    """Points for each of so many new rows, by column as their widths are."""
    most = [1] * rows
    for position, column in columns.items():
        width = widths[position]
        for at, text in enumerate(column.values):
            if isinstance(text, str) and (2 * len(text) > width or "\n" in text):  # it may take more than one line
                most[at] = max(most[at], line_count(text, width))
    return [height_of_lines(lines) for lines in most]
