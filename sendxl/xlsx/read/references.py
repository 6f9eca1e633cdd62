"""References as formulas, names, charts and links have them: sheets in quotes, fixed cells, columns of tables."""

from sendxl.xlsx.read.address import Area, letters

SHEET = r"'(?:[^']|'')+'|[^\s'!,;()=&]+"
"""What stands before the ``!`` of a reference, as a regular expression."""


def quoted(sheet: str) -> str:
    """The name of a sheet in quotes, which are right for any: ``Lead's plan`` as in ``'Lead''s plan'``."""
    return "'{}'".format(sheet.replace("'", "''"))


def unquoted(sheet: str) -> str:
    """The name of a sheet, which a reference has in quotes or not."""
    return sheet[1:-1].replace("''", "'") if len(sheet) > 1 and sheet[0] == sheet[-1] == "'" else sheet


def on_sheet(sheet: str, cells: str) -> str:
    """Cells of a sheet, as in ``'Leads'!B5``."""
    return f"{quoted(sheet)}!{cells}"


def fixed_cell(sheet: str, row: int, column: int) -> str:
    """A cell that stays what it is wherever the reference goes, as in ``'Leads'!$B$5``."""
    return on_sheet(sheet, f"${letters(column)}${row}")


def fixed_area(sheet: str, area: Area) -> str:
    """The same of an area, as in ``'Leads'!$B$5:$B$20``; with both corners, as it may grow, also where it is one cell yet."""
    return f"{fixed_cell(sheet, area.top, area.left)}:${letters(area.right)}${area.bottom}"


def table_column(table: str, header: str) -> str:
    """The cells of a column of a table, as in ``Plan[Status]``."""
    return f"{table}[{header}]"


def this_row(table: str, header: str) -> str:
    """The cell of a column of a table that is in the row of the formula."""
    return f"{table}[[#This Row],[{header}]]"
