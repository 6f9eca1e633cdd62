"""Structure: is it a workbook, a tracker of ours, and are its tables whole?"""

from collections.abc import Iterator

from sendxl.books.issued import PLAN_ID, TRACKER, VERSION
from sendxl.errors import FileFault
from sendxl.plan import values
from sendxl.plan.finding import Place, Severity
from sendxl.plan.likeness import difference, strange
from sendxl.plan.master import PLAN
from sendxl.plan.registry import Hit
from sendxl.plan.tracker import ISSUED, TRACKED, TRACKER_VERSION
from sendxl.plan.values import same, to_text
from sendxl.plan.versions import reads_tracker
from sendxl.returns.file import Opening, ReturnedFile
from sendxl.returns.personal import personal
from sendxl.returns.rows import MOST_MERGED, ReturnedTable
from sendxl.returns.rules.registry import AGAIN, Scope, rule
from sendxl.xlsx.read.address import Area, name, parse_area


@rule("S01", Severity.REJECT, on=Scope.OPENING,
      says="This file cannot be read: {found}. Send it again as an Excel workbook (.xlsx).")
def not_a_readable_workbook(opening: Opening) -> bool:
    """A return must be an Excel workbook that can be opened.

    Why: what cannot be read cannot be checked. The message says what the file is instead: protected with a password, an
    old .xls, an .xlsb, an OpenDocument sheet, a web page, plain text, not a zip, cut short, damaged (also where a part is
    missing, or a cell refers to a text or style that is not there).

    Example: a tracker saved with a password to open it.

    Put right: open it where it can be opened, remove the password, and save it as an Excel Workbook (.xlsx).
    """
    return bool(opening.fault) and opening.kind not in (FileFault.TOO_LARGE, FileFault.UNSAFE)  # which are Z04 and Z06


@rule("S02", Severity.REJECT, on=Scope.TRACKER,
      says="This is not a tracker of ours: it does not say which tracker it is. " + AGAIN)
def not_a_tracker_of_ours(file: ReturnedFile) -> bool:
    """A return must be a tracker that was issued by sendxl.

    Why: without its hidden table Identity nobody can tell whose answers these are, or to which questions.

    Example: the lead copied the sheet Activities into a new workbook.

    Put right: copy the answers into the tracker as it was sent out, and return that file.
    """
    return not all(file.identity.get(item) for item in (PLAN_ID, TRACKER, VERSION))


@rule("S03", Severity.REJECT, on=Scope.TRACKER,
      says="This tracker belongs to another plan ({found}). Return the tracker of this plan; that one is checked with its own.")
def tracker_of_another_plan(file: ReturnedFile) -> Iterator[Hit]:
    """A return must belong to the plan of the master it is validated with.

    Why: refs such as PI-01 exist in many plans; a return of another plan would change the wrong activities.

    Example: last year's plan had its own master, and one lead filled last year's tracker.

    Put right: validate it with the master of its own plan, or ask for the right tracker.
    """
    found = file.identity.get(PLAN_ID)
    if found and found != file.register.plan_id:
        yield Hit(words={"found": found})


_OTHERWISE = ("{ref}: {column} asked for the average since the start; what is asked now is how many are in place, and on which "
              "day. Say both in the explanation.")
_EARLIER = "This tracker was made by an earlier version of sendxl. It is read as it is; what was added since was not asked."


@rule("S04", Severity.REJECT, on=Scope.TRACKER,
      says="This tracker was made by another version of sendxl: its form is {found}, and forms up to {known} are known here. "
           "Whoever sent it out can bring sendxl up to date, or send it out again.")
def made_by_an_unknown_version(file: ReturnedFile) -> Iterator[Hit]:
    """A return must be of a form of trackers that this sendxl can read.

    Why: a later form may hold columns that would be lost, or mean something else. One of an earlier version is read,
    and a note says so: what it did not ask for is taken as not asked.

    Example: a tracker made by a newer sendxl on another computer.

    Put right: use the newer sendxl, or issue the tracker again. Of an earlier version nothing need be put right, but that
    an average of what was in place is no count: say how many are in place, and on which day. The average is kept with what
    is said, and the other answers of the row are applied.
    """
    found = file.identity.get(VERSION)
    if found and found != TRACKER_VERSION:
        words = {"found": found, "known": TRACKER_VERSION}
        yield Hit(words=words, severity=Severity.NOTE, says=_EARLIER) if reads_tracker(found) else Hit(words=words)
        for row in (row for table in file.tables for row in table.returned if row.issued):
            for column in row.table.otherwise:
                cell = row.row.cell(column.key)
                if not cell.blank and not same(cell.value, row.issued.get(column.header)):
                    yield Hit(row.place._replace(cell=cell.stored.address, column=column.header), Severity.QUERY,
                              words={"found": to_text(cell.stored.value)}, says=_OTHERWISE)


@rule("S05", Severity.REJECT, on=Scope.TRACKER, says="The table on the sheet {sheet} is missing. " + AGAIN)
def sheet_or_table_missing(file: ReturnedFile) -> Iterator[Hit]:
    """Every table that was issued must come back.

    Why: tables are found by their names, or else by their headers (S12). Where one is gone, so are its rows, or there is no
    telling which they are.

    Example: the lead deleted the sheet Measures, or cleared the row of its headers.

    Put right: copy the answers into the tracker as it was sent out, and return that file.
    """
    if not file.identity:
        return
    if not file.has_issued:
        yield Hit(Place(ISSUED.title, table=ISSUED.name))
    present = {table.master for table in file.tables}
    for master, seen in TRACKED.items():
        if master not in present and (master is PLAN or file.issued.get(master.name)):
            yield Hit(Place(seen.title, table=master.name))


@rule("S06", Severity.ERROR, on=Scope.FILE,
      says="The column “{column}” is missing.{maybe} Put its header back as it was.")
def column_missing_or_renamed(file: ReturnedFile) -> Iterator[Hit]:
    """Every column of a table must be there under its own header.

    Why: columns are found by their headers. All rows of the table are held, as none of them is whole.

    Example: the header “Next steps” was typed over with “Next step”.

    Put right: write the header again exactly as it was; the message names the one that may have been it.
    """
    for table in file.tables:
        for header, lookalike in _missing(table).items():
            why = strange(lookalike, header) if lookalike else ""
            maybe = f" “{lookalike}” may be it{f', which {why}' if why else ''}." if lookalike else ""
            at = table.place._replace(column=header)
            if lookalike:
                at = table.header(table.rows.headers.index(lookalike))._replace(column=header)
            yield Hit(at, words={"maybe": maybe, "found": lookalike or ""})


@rule("S07", Severity.NOTE, on=Scope.FILE, says="The column “{column}” was not in the tracker and is ignored.")
def extra_column_or_sheet(file: ReturnedFile) -> Iterator[Hit]:
    """Columns and sheets that the tracker did not have are ignored.

    Why: nothing in them has a place in the plan. It is said, so that nobody thinks it was taken up.

    Example: a lead added a column “Own notes”.

    Put right: nothing need be done; what belongs in the plan goes into Progress or Note.
    """
    for table in file.tables:
        renamed = set(_missing(table).values())
        for position, header in enumerate(table.rows.headers):
            if header and header not in table.seen.by_header and header not in renamed and not table.is_worked_out(header):
                yield Hit(table.header(position), words={"found": header})
    for sheet in file.extra_sheets:
        yield Hit(Place(sheet), says="The sheet “{sheet}” was not in the tracker and is ignored.", words={"found": sheet})


@rule("S08", Severity.ERROR, on=Scope.FILE,
      says="The header “{column}” stands twice{how}. Remove the column that was added, or give it another header.")
def header_twice(file: ReturnedFile) -> Iterator[Hit]:
    """No two columns may have the header of a column of ours.

    Why: there is no telling which of the two holds the answers. All rows of the table are held. Headers that look the same
    are the same: small and capital letters, a line break for a space, a space at the end; the message says which it is.

    Example: a lead copied the column Progress to keep the old text beside the new.

    Put right: remove the copy, or give it a header of its own; then it is ignored.
    """
    for table in file.tables:
        headers = table.rows.headers
        for position, header in enumerate(headers):
            if header in table.seen.by_header and header in headers[:position]:
                how = difference(table.rows.typed_headers[position], table.rows.typed_headers[headers.index(header)])
                yield Hit(table.header(position), words={"found": header, "how": f" (this one {how})" if how else ""})


@rule("S09", Severity.ERROR, on=Scope.FILE,
      says="The cells {found} are merged, so that only the first of them holds anything. Unmerge them and fill each.")
def merge_touches_the_table(file: ReturnedFile) -> Iterator[Hit]:
    """No merged cells may touch a table.

    Why: of merged cells only the first holds a value; the others read as blank. The rows they touch are held. Merges
    of over 10,000 cells together are no slip, and reject the return.

    Example: a lead merged Progress over three activities that share one text.

    Put right: unmerge the cells, and write the text in each.
    """
    for table in file.tables:
        merges = table.rows.merges
        if sum(cells for _, cells in merges) > MOST_MERGED:
            largest, _ = max(merges, key=lambda merge: merge[1])
            found = largest if len(merges) == 1 else f"{largest} and {len(merges) - 1:,} more areas"
            yield Hit(table.place._replace(cell=largest.partition(":")[0]), Severity.REJECT, words={"found": found})
            continue
        for merge, _ in merges:
            area = parse_area(merge)
            for at in _touched(table, area) or [table.place._replace(cell=name(area.top, area.left))]:
                yield Hit(at, words={"found": merge})


@rule("S10", Severity.NOTE, on=Scope.FILE, says="Blank rows in the table are ignored ({found}).")
def blank_rows(file: ReturnedFile) -> Iterator[Hit]:
    """Blank rows within a table are ignored.

    Why: they say nothing; it is said because a row may have been emptied by mistake (then I04 asks for it).

    Example: a lead inserted an empty row between two activities.

    Put right: nothing need be done.
    """
    for table in file.tables:
        if table.blank_rows and table.returned:
            numbers = ", ".join(map(str, table.blank_rows[:10])) + (" …" if len(table.blank_rows) > 10 else "")
            yield Hit(table.place, words={"found": f"{'row' if len(table.blank_rows) == 1 else 'rows'} {numbers}"})


@rule("S11", Severity.NOTE, on=Scope.FILE, quotes=1_000,
      says="{what} {found:quoted}. It is not taken up: what belongs in the plan goes into the cells.")
def something_beside_the_cells(file: ReturnedFile) -> Iterator[Hit]:
    """What stands beside the cells is quoted: notes and comments, text boxes, pictures, words above, beside or below a table,
    or the Guide, and links.

    Why: only the cells of the tables are taken up, and what is said elsewhere may change what they mean. In a row that was
    changed it is asked about (a query). The address behind a text is taken up, as “text (address)”, and that is only noted.

    Example: a note on % complete, “Real figure is 45 of 90, please use my email instead”.

    Put right: write what belongs in the plan into its cell and delete the rest, or answer that nothing need be changed.
    """
    for one in file.beside:
        if personal(one.says):  # Z05 speaks of it
            continue
        row = file.row_of(one)
        words = {"what": one.told, "found": one.says}
        if row and row.issued and row.changed:
            yield Hit(file.place_of(one), Severity.QUERY, words=words,
                      says="{what} {found:quoted}. Only what is in the cells is taken up: write there what belongs in the plan "
                           "and delete the rest, or answer in Explanation that nothing need be changed.")
        else:
            yield Hit(file.place_of(one), words=words)
    for cell in (cell for table in file.tables for row in table.returned for cell in row.linked):
        if cell.is_changed:
            yield Hit(cell.place, words=cell.words,
                      says="{column} is a link that does not show its address, so that is added to the text: {found:quoted}.")


@rule("S12", Severity.NOTE, on=Scope.FILE,
      says="This file came back without Excel tables, as some programs save it. They were found by their headers, and read, on "
           "the sheets {found}. Nothing need be done.")
def tables_found_by_headers(file: ReturnedFile) -> Iterator[Hit]:
    """A table that the program dropped when it saved is found by its headers, and read like any other.

    Why: tables are found by their names, but some programs save their cells only. It is said, as such programs drop other
    things as well: the protection, drop-downs, the look of cells.

    Example: a tracker that was filled in Gnumeric, or written by a program with SheetJS or pandas.

    Put right: nothing need be done. A tracker that is filled in Excel or LibreOffice keeps its tables.
    """
    if file.by_headers:
        yield Hit(words={"found": ", ".join(dict.fromkeys(file.by_headers))})


def _missing(table: ReturnedTable) -> dict[str, str | None]:
    """Headers that the table lacks, each with a header that may be it under another name."""
    strangers = [header for header in table.rows.headers if header and header not in table.seen.by_header]
    found: dict[str, str | None] = {}
    for header in table.rows.missing:
        found[header] = values.nearest(header, strangers)
        strangers = [stranger for stranger in strangers if stranger != found[header]]
    return found


def _touched(table: ReturnedTable, area: Area) -> list[Place]:
    """The refs of the rows that a merge touches; none where it touches the header."""
    if area.top <= table.rows.top:
        return []
    return [row.place._replace(cell=name(area.top, area.left), column="") for row in table.returned
            if area.top <= row.row.number <= area.bottom and row.ref]
