"""A table of a workbook that was built as the model: what it gives the same table of another, whose styles take in its own."""

from collections.abc import Iterator

from sendxl.xlsx.edit.add_columns import NewColumn
from sendxl.xlsx.edit.adopt import Adopted, adopt
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.elements import elements
from sendxl.xlsx.package.xml import tag_end, with_attribute
from sendxl.xlsx.read.address import Area
from sendxl.xlsx.read.reader import Sheet, read_sheet
from sendxl.xlsx.read.workbook import TablePart, Workbook


class Model:
    """The table ``name`` of the workbook ``model``, to be followed in ``workbook``, which ``editor`` edits."""

    def __init__(self, model: Workbook, name: str, workbook: Workbook, editor: Editor) -> None:
        self.workbook = model
        self.table: TablePart = model.table(name)
        self.sheet: Sheet = read_sheet(model, self.table.sheet)
        self.xml = model.package.read(self.table.sheet.part)
        styles, part = model.package.read(model.styles_part), workbook.styles_part
        formats = len(workbook.styles.formats)
        self.adopted: Adopted = adopt(workbook.package.read(part), formats, styles)
        editor.change(part, lambda _: self.adopted.xml)

    def column(self, header: str) -> NewColumn:
        """A column as a new one of another table."""
        at = self.table.area.left + self.table.columns.index(header)
        cells = str(Area(self.table.first, at, self.table.last, at))
        return NewColumn(header, self.cell_format(self.table.area.top, at), self.cell_format(self.table.first, at),
                         self._width(at), self.checks(cells), list(self._looks(cells)))

    def cell_format(self, row: int, column: int) -> int:
        """The format of a cell, as the other workbook is to number it."""
        return next(cells for number, cells in self.sheet.rows if number == row)[column].style + self.adopted.formats

    def checks(self, cells: str) -> list[bytes]:
        """The dataValidation elements for just these cells."""
        return [item.raw(self.xml) for child in elements(self.xml, self.table.sheet.part).inside if child.tag == "dataValidations"
                for item in child.inside if item.attributes.get("sqref") == cells]

    def _looks(self, cells: str) -> Iterator[bytes]:
        for child in elements(self.xml, self.table.sheet.part).inside:
            if child.tag == "conditionalFormatting" and child.attributes.get("sqref") == cells:
                for rule in child.inside:
                    raw = rule.raw(self.xml)
                    cut = tag_end(raw, 0)[0]
                    look = int(rule.attributes.get("dxfId", 0)) + self.adopted.looks
                    yield with_attribute(raw[:cut], "dxfId", str(look)) + raw[cut:]

    def _width(self, column: int) -> float:
        for child in elements(self.xml, self.table.sheet.part).inside:
            for item in child.inside if child.tag == "cols" else ():
                if int(item.attributes["min"]) <= column <= int(item.attributes["max"]):
                    return float(item.attributes.get("width", 0))
        return 0.0
