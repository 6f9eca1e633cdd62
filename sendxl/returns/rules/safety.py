"""Safety: what must not come into the master, and files that are made to do harm."""

from collections.abc import Iterator

from sendxl.errors import FileFault
from sendxl.plan.finding import Place, Severity
from sendxl.plan.registry import Hit
from sendxl.returns.file import Opening, ReturnedFile
from sendxl.returns.personal import WITHHELD
from sendxl.returns.rows import ReturnedCell
from sendxl.returns.rules.registry import AGAIN, Scope, rule


@rule("Z01", Severity.ERROR, on=Scope.CELL, reads=False,
      says="{column} holds a formula (its result is {found:quoted}). Type the value itself in its place.")
def formula_in_an_input_cell(cell: ReturnedCell) -> bool:
    """A cell to fill must hold a value, not a formula.

    Why: a formula may read what is on someone else's computer, and shows something else once it is copied.

    Example: =SUM(B2:B9) on a sheet of the lead's own.

    Put right: copy the cell and paste it as a value, or type what it shows.
    """
    return cell.has_formula


@rule("Z02", Severity.REJECT, on=Scope.TRACKER,
      says="This workbook holds {found}, which no tracker does. It is not opened here. " + AGAIN)
def macros_or_embedded_objects(file: ReturnedFile) -> Iterator[Hit]:
    """A return must hold no macros, no ActiveX controls and no embedded or linked objects.

    Why: they run programs on the computer of whoever opens the return or the copy that goes back. A tracker is sent out
    without any. Nothing of them is ever run here.

    Example: the tracker was saved as .xlsm by an add-in, with its macros; a Word document was put onto a sheet.

    Put right: copy the answers into the tracker as it was sent out; give the place of a document in Evidence.
    """
    if file.active:
        yield Hit(words={"found": " and ".join(file.active)})


@rule("Z03", Severity.NOTE, on=Scope.FILE,
      says="Hidden on the sheet {sheet}: {found}. It was read like all else; nothing need be done if it is right.")
def hidden_rows_columns_or_sheets(file: ReturnedFile) -> Iterator[Hit]:
    """Rows and columns that are hidden or filtered out are read like all others; a hidden sheet must be one of ours.

    Why: what is hidden is easily forgotten, and is stamped all the same. A hidden sheet that the tracker did not have
    is asked about (a query), as it may hold what was never meant to be sent: a list of pupils, say.

    Example: the lead filtered Activities by theme; a sheet of working was hidden before sending.

    Put right: show the rows again and look at them; delete the hidden sheet, or say what it is for.
    """
    for table in file.tables:
        hidden = file.hidden[table.master.name]
        if file.sheets[table.rows.sheet] != "visible":
            yield Hit(table.place, words={"found": "all of it"})
        elif hidden:
            yield Hit(table.place, words={"found": hidden})
    for sheet in file.extra_sheets:
        if file.sheets[sheet] != "visible":
            yield Hit(Place(sheet), Severity.QUERY, words={"found": sheet},
                      says="The hidden sheet “{sheet}” was not in the tracker. Delete it, or say what it is for.")


@rule("Z04", Severity.REJECT, on=Scope.OPENING,
      says="This file was not read: {found}. Copy the answers into the tracker as it was sent out, with nothing else in "
           "it, and return that file.")
def too_large_or_a_decompression_bomb(opening: Opening) -> bool:
    """A return must not be larger than any tracker could be.

    Why: a file of one megabyte can unpack to thousands, and stop the computer that reads it. What is unpacked is
    counted while it is read, whatever the file says of itself: bytes, parts, rows and cells.

    Example: a million empty rows below the table; a whole pupil database pasted under it; a file built as an attack.

    Put right: copy the answers into the tracker as it was sent out. If the file was never meant as a tracker, tell
    whoever looks after security.
    """
    return opening.kind is FileFault.TOO_LARGE


@rule("Z05", Severity.ERROR, on=Scope.CELL, reads=False,
      says="{column} looks as if it held {what}. Take out whatever could tell who a child is. The text is not shown in any "
           "report.")
def looks_like_a_childs_data(cell: ReturnedCell) -> Iterator[Hit]:
    """No cell may tell who a child is.

    Why: the plan is read by many, and its figures are about services, not about children. What looks like a UPN or an
    NHS number and has its right check digit, together or in groups, and a date beside “DOB”, “born”, “birthday” or “b.”,
    is held, and withheld in every report, so that it spreads no further.

    Example: “Met the mother of A123456789012 (DOB 3/4/2014)” in Progress.

    Put right: say the same without the number, the name and the date, and send the tracker again.
    """
    if what := cell.looks_personal:
        yield Hit(words={"what": what, "found": WITHHELD})


@rule("Z06", Severity.REJECT, on=Scope.OPENING,
      says="This file was not read: {found}. No spreadsheet program builds a workbook so. " + AGAIN)
def built_in_an_unsafe_way(opening: Opening) -> bool:
    """A return must be built as spreadsheet programs build workbooks.

    Why: a document type or entities in its XML, two parts of one name, names that lead out of the package and cells
    beyond the sheet have no use in a workbook but to make one program read what another does not see, or to make it
    read for ever.

    Example: a file altered by hand or by a program that is no spreadsheet.

    Put right: ask for the answers again, in the tracker as it was sent out; tell whoever looks after security.
    """
    return opening.kind is FileFault.UNSAFE


@rule("Z07", Severity.NOTE, on=Scope.FILE,
      says="This workbook has {found}. Nothing was fetched; only what stands in the cells was read.")
def external_links_or_connections(file: ReturnedFile) -> Iterator[Hit]:
    """Links to other workbooks and connections to sources of data are ignored and never followed.

    Why: they read what is on another computer. A cell that needs one holds a formula, which is found by Z01.

    Example: a column was copied from a workbook of the lead's own, and brought its link along.

    Put right: nothing need be done; in Excel, Data › Edit links › Break link takes them out.
    """
    if file.links:
        yield Hit(words={"found": " and ".join(file.links)})
