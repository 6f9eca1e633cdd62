"""What is written for cells in a closed workbook, and how high the rows are that they make."""

from collections.abc import Mapping

from sendxl.books.fit import row_height
from sendxl.books.new_cells import NewCell
from sendxl.xlsx.edit.write import Formula, How, Write


def write_of(cell: NewCell, how: How = How.SET) -> Write:
    """The write that gives a cell what it is to get; of a formula, with what it shows until Excel computes it."""
    value, number_format, formula, exact = cell
    return Write(how, Formula(formula, value) if formula else value, number_format, exact=exact)


def height_of(cells: Mapping[int, NewCell], widths: Mapping[int, float]) -> float:
    """Points for a row of new cells, by column as their widths are."""
    texts: list[tuple[str, float]] = []
    for column, cell in cells.items():
        if isinstance(text := cell.value, str) and (2 * len(text) > (width := widths[column]) or "\n" in text):
            texts.append((text, width))  # which may take more than one line
    return row_height(texts)
