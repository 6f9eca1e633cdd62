"""Edits of schema made in a closed workbook: each table follows a model of it, which is built as a new master's."""

from sendxl.books.book import AddColumns, AddTable, OpenOn, RenameHeader, SchemaEdit, SetChoices
from sendxl.books.build.master import build_model, list_name, list_title
from sendxl.books.build.master_guide import LISTS
from sendxl.books.build.sheet import HEADER_ROW
from sendxl.plan.schema import Column, Table
from sendxl.plan.values import Value
from sendxl.xlsx.edit.add_columns import add_columns, covering
from sendxl.xlsx.edit.add_sheet import add_sheet
from sendxl.xlsx.edit.checked import checked
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.model import Model
from sendxl.xlsx.edit.names import cells_named, names_of, naming, renamed
from sendxl.xlsx.edit.open_on import open_on
from sendxl.xlsx.edit.rename import rename_header
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.address import Area, name
from sendxl.xlsx.read.reader import Sheet, read_sheet
from sendxl.xlsx.read.workbook import TablePart, Workbook


class SchemaEditor:
    """Makes one edit of schema in a workbook, with an editor of its own."""

    def __init__(self, workbook: Workbook) -> None:
        self.editor = Editor(workbook)
        self._workbook = workbook
        self._names: dict[str, str] = {}  # to be set
        self._new_lists = 0

    def make(self, edit: SchemaEdit) -> Editor:
        """The editor, with the edit; Refusal where it would do harm."""
        if isinstance(edit, RenameHeader):
            rename_header(self.editor, self._part(edit.table), edit.old, edit.table[edit.column].header)
        elif isinstance(edit, AddColumns):
            part, model = self._part(edit.table), self._model(edit.table, "")
            columns = [edit.table[key] for key in edit.columns]
            add_columns(self.editor, part, read_sheet(self._workbook, part.sheet), [model.column(c.header) for c in columns])
            self._offer(*columns)
        elif isinstance(edit, AddTable):
            add_sheet(self.editor, self._workbook, self._model(edit.table, edit.title))
            self._offer(*edit.table)
        elif isinstance(edit, OpenOn):
            open_on(self.editor, self._workbook, edit.sheet, edit.tab)
        else:
            self._set_choices(edit)
        if names := self._names:
            self.editor.change(self._workbook.part, lambda xml: renamed(xml, self._workbook.part, names))
        return self.editor

    def _part(self, table: Table) -> TablePart:
        return self._workbook.table(table.name)

    def _model(self, table: Table, title: str) -> Model:
        return Model(Workbook(Package(build_model(table, title))), table.name, self._workbook, self.editor)

    def _set_choices(self, edit: SetChoices) -> None:
        table, column, part = edit.table, edit.table[edit.column], self._part(edit.table)
        model = self._model(table, "")
        self._offer(column, anew=True)
        at = part.area.left + self._position(part, column)
        there = model.table.area.left + model.table.columns.index(column.header)
        here, model_cells = (Area(of.first, number, of.last, number) for of, number in ((part, at), (model.table, there)))
        if edit.key:
            row, model_row = (_row_of(sheet, of, edit.key) for sheet, of in (
                (read_sheet(self._workbook, part.sheet), part), (model.sheet, model.table)))
            here, model_cells = Area(row, at, row, at), Area(model_row, there, model_row, there)
            kept = self._value(part, row, at)
            self.editor.write(part.sheet, row, at, Write(How.SET, kept, style=model.cell_format(model_row, there)))
        checks, sheet = [covering(check, str(here)) for check in model.checks(str(model_cells))], part.sheet.part
        if checks:
            self.editor.change(sheet, lambda xml: checked(xml, sheet, str(here), checks))

    def _value(self, part: TablePart, row: int, column: int) -> Value:
        cell = dict(read_sheet(self._workbook, part.sheet).rows)[row].get(column)
        return cell.value if cell else None

    def _position(self, part: TablePart, column: Column) -> int:
        try:
            return part.columns.index(column.header)
        except ValueError:
            raise Refusal(f"{part.sheet.name}, table {part.name}: the column “{column.header}” is missing. Put its header "
                          "back.") from None

    def _offer(self, *columns: Column, anew: bool = False) -> None:
        """See to it that what columns choose from is there by name; ``anew``: that it holds the words declared now."""
        for column in columns:
            called = list_name(column)
            known = {**names_of(self._workbook), **self._names}
            if not called or (called in known and not (anew and column.choices)):
                continue
            if column.choices:
                self._names[called] = self._listed(list_title(column.choices), [str(word) for word in column.choices],
                                                   known.get(called, ""))
            elif column.choices_from:
                part = self._workbook.table(column.choices_from[0])
                at = part.area.left + part.columns.index(column.choices_from[1])
                self._names[called] = naming(part.sheet.name, Area(part.first, at, part.last, at))

    def _listed(self, title: str, words: list[str], formula: str) -> str:
        """Have a list hold words, below its title where it is new; what its name is to stand for."""
        named = cells_named(formula) if formula else (LISTS, Area(HEADER_ROW + 1, 0, HEADER_ROW, 0))
        try:
            if named is None:
                raise KeyError(formula)
            part = self._workbook.sheet(named[0])
        except KeyError:
            raise Refusal(f"the sheet {LISTS}, with the words of drop-downs, is not as it was made. Take it from a backup or a "
                          "new master, then run again.") from None
        sheet, area = read_sheet(self._workbook, part), named[1]
        rows = dict(sheet.rows)
        if not formula:
            last = max((column for column, cell in rows.get(HEADER_ROW, {}).items() if cell.kind != "blank"), default=0)
            left = last + self._new_lists + 1
            self._new_lists += 1
            area = area._replace(left=left, right=left)
            style = rows[HEADER_ROW][last].style if last else 0
            self.editor.write(part, HEADER_ROW, left, Write(How.SET, title, style=style))
        column = area.left
        style = _style_of(sheet, area.top, column) or _style_of(sheet, area.top, column - 1)
        bottom = area.top + len(words) - 1
        for row in range(area.bottom + 1, bottom + 1):
            if (cell := rows.get(row, {}).get(column)) and (cell.formula or cell.kind != "blank"):
                raise Refusal(f"{part.name}!{name(row, column)} is not empty, where a word of “{title}” is to stand. Move what "
                              "stands there away, then run again.")
        for row in range(area.top, max(bottom, area.bottom) + 1):
            word = words[row - area.top] if row <= bottom else None
            cell = rows.get(row, {}).get(column)
            if (cell.value if cell else None) != word:
                self.editor.write(part, row, column, Write(How.SET, word, style=style))
        return naming(part.name, area._replace(bottom=bottom))


def _style_of(sheet: Sheet, row: int, column: int) -> int:
    cells = next((cells for number, cells in sheet.rows if number == row), {})
    return cells[column].style if column in cells else 0


def _row_of(sheet: Sheet, part: TablePart, key: str) -> int:
    """The row whose key, in the table's first column, is ``key``."""
    for number, cells in sheet.rows:
        if part.first <= number <= part.last and (cell := cells.get(part.area.left)) and cell.value == key:
            return number
    raise Refusal(f"{part.sheet.name}, table {part.name}: {key} is not there.")
