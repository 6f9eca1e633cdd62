"""Building the workbook that shows how a published plan was read, with drop-downs to choose otherwise."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from sendxl.books.build.save import save
from sendxl.books.build.sheet import Given, at, lay, new_sheet, put
from sendxl.books.build.validations import check
from sendxl.plan.schema import By, Column, Table
from sendxl.xlsx.read.address import Area
from sendxl.xlsx.read.references import fixed_area

CHOICES = "Choices"
"""The sheet with the words of the drop-downs."""


def build_mapping(path: Path, tables: Mapping[Table, Sequence[Given]], title: str) -> None:
    """Build the workbook at ``path``: a sheet for each table; the columns that officers fill offer their choices."""
    from openpyxl import Workbook
    from openpyxl.workbook.defined_name import DefinedName

    book = Workbook()
    del book[book.sheetnames[0]]
    offered: dict[type[StrEnum], str] = {}

    def name_of(column: Column) -> str | None:
        return offered.get(column.choices) if column.choices else None

    for table in tables:
        for column in table:
            if column.choices:
                offered.setdefault(column.choices, f"list_{column.choices.__name__}")
    for table, rows in tables.items():
        placed = lay(new_sheet(book, table.title, table.group), table, rows, title=title)
        for column in table:
            if column.by is By.OFFICER:
                check(placed.sheet, placed.cells(column), column, name_of, column.help)
    sheet = new_sheet(book, CHOICES, "reference")
    for number, (words, name) in enumerate(offered.items(), 1):
        for row, word in enumerate(words, 1):
            put(at(sheet, row, number), str(word))
        book.defined_names[name] = DefinedName(name, attr_text=fixed_area(CHOICES, Area(1, number, len(words), number)))
    save(book, path)
