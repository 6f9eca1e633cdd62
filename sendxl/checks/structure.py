"""Structure: are the tables and columns of a master there, and does every row have one key of its own?"""

from collections.abc import Iterator

from sendxl.checks.registry import Scope, at, check
from sendxl.checks.view import Master
from sendxl.plan.finding import Place, Severity
from sendxl.plan.likeness import as_seen, difference
from sendxl.plan.master import LEADS, MASTER_TABLES
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Row, Rows
from sendxl.plan.summary import ADDED_COLUMNS, is_first
from sendxl.plan.values import nearest, to_text, to_texts
from sendxl.plan.versions import WHEN_NEEDED


@check("D01", Severity.ERROR, on=Scope.MASTER,
       says="There is no table called {table}. If it was renamed, give it its old name back: click in it, then Table Design, "
            "Table Name. If it was deleted, take it from a backup.")
def table_missing(master: Master) -> Iterator[Hit]:
    """Every table of a master is there, under its own name.

    Why: tables are found by their names, wherever they stand. Without one of them nothing can be issued, stamped or
    refreshed.

    Example: the table Pools was renamed to Groups.

    Put right: click in the table, open Table Design, and type the old name into Table Name. If the table is gone, copy its
    sheet from the newest backup in which it is there.
    """
    for table in MASTER_TABLES:
        if table not in master.tables and table not in WHEN_NEEDED:
            yield Hit(Place(table.title if table.title in master.shape.sheets else "", table=table.name))


@check("D02", Severity.ERROR, on=Scope.ANY_TABLE, says="{sheet} has no column headed “{column}”{mend}")
def column_missing(rows: Rows, master: Master) -> Iterator[Hit]:
    """Every column of a table is there, under its own header; it may stand anywhere in the table.

    Why: columns are found by their headers. What a missing column held is not counted, and jobs that need it refuse to
    run. A header that looks like the one that is missing is named.

    Example: in Savings the header Chain was changed to Chains.

    Put right: type the header as the message writes it. If the column was deleted, insert one, give it that header, and
    copy its cells from a backup.
    """
    strange = [header for header in rows.headers if header and header not in rows.table.by_header]
    added = ADDED_COLUMNS.get(rows.table, frozenset()) if is_first(master.summary) else frozenset()
    missing = [header for header in rows.missing if header not in added]
    for header in missing:
        near = nearest(header, strange)
        renamed = near if near and nearest(near, missing) == header else ""
        mend = f"; there is “{renamed}”: rename it to “{header}”." if renamed else ". Put its header back."
        cell = master.shape.of(rows.table).headers.get(renamed, "")
        yield Hit(Place(rows.sheet, cell, rows.table.name, "", header), words={"found": renamed, "mend": mend})


@check("D03", Severity.ERROR, on=Scope.TABLE, says="The row has no {column}, so it does not count. Give it one.")
def row_without_key(rows: Rows, master: Master) -> Iterator[Hit]:
    """Every row has a key in the first column: a Ref, a Code, a name.

    Why: other tables, trackers and returns name the row by it. A row that nothing can name is left out of every figure.

    Example: a measure was typed at the end of Measures, and its Ref was left for later.

    Put right: type the next free key, such as PI-02.M3 after PI-02.M2.
    """
    key = rows.table.key
    if key.header in rows.headers:
        for row in rows.without(key):
            yield at(rows, row, key.key)


@check("D04", Severity.ERROR, on=Scope.ANY_TABLE,
       says="{column} {found} stands in rows {first} and {row}{how}. Give one of them another, or delete the row.")
def key_twice(rows: Rows, master: Master) -> Iterator[Hit]:
    """No key stands in two rows of a table, no Title in two rows of Leads, and no header over two columns.

    Why: what names the key would mean two rows, so jobs that need the table refuse to run. What looks the same is the same:
    small and capital letters, two spaces for one, a space of another kind, a character that cannot be seen; the message
    says which it is. It is told at each row or column but the first.

    Example: a row of Plan was copied to start a new activity, and kept the Ref MH-01.

    Put right: give the newer row a key of its own; if it is the same thing twice, delete one of the rows.
    """
    for key in (rows.table.key.key, *(["title"] if rows.table is LEADS else [])):
        first: dict[str, Row] = {}
        seen = list(map(as_seen, to_texts(rows.values(key))))
        for row, text in zip(rows, seen, strict=True) if len({*seen}) < len(seen) else ():
            if text and (other := first.setdefault(text, row)) is not row:
                yield at(rows, row, key, first=other.number, how=_how(_typed(row, key), _typed(other, key)))
    for position, header in enumerate(rows.headers):
        if header in rows.headers[:position] and header in rows.table.by_header:
            typed, before = rows.typed_headers[position], rows.typed_headers[rows.headers.index(header)]
            yield Hit(Place(rows.sheet, master.shape.of(rows.table).headers.get(header, ""), rows.table.name, "", header),
                      says="{sheet} has two columns headed “{column}”{how}. Delete the one that was added, or give it another "
                           "header.", words={"found": header, "how": _how(typed, before)})


def _typed(row: Row, key: str) -> str:
    value = row.as_written(key)
    return value if isinstance(value, str) else to_text(value)


def _how(typed: str, other: str) -> str:
    how = difference(typed, other)
    return f" (this one {how})" if how else ""


@check("D05", Severity.ERROR, on=Scope.TABLE,
       says="Row {row} stands below the table, so it does not count. Drag the table’s corner down to take it in.")
def row_below_table(rows: Rows, master: Master) -> Iterator[Hit]:
    """No row is typed below the end of a table.

    Why: only what lies within the table is read. Where sendxl itself adds rows to the table, D44 and D45 tell instead what
    is in their way.

    Example: a pool was typed two rows below the last row of Pools, so Excel did not make it part of the table.

    Put right: drag the corner at the table's lower right down over the row, or cut the row and paste it right under the
    table. A remark belongs beside the table.
    """
    shape = master.shape.of(rows.table)
    for row in rows.below if not shape.taken and not shape.stacked else ():
        yield at(rows, row, rows.table.key.key)
