"""What each earlier master and tracker lacked, named or typed otherwise, and how it is brought up.

A master says its format in Settings; one of release 0.1.0 says none. What tables, columns and settings were added since
follows from the declarations (``released`` has those of earlier releases); what cannot follow from them, a column that
goes by another header or offers other choices, is declared in the format that it is about.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from sendxl.errors import Unusable
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import HELD, MASTER_TABLES, REVISION, SAVINGS, SETTINGS, STAMPS
from sendxl.plan.released import SAYS_1, SETTINGS_1, TABLES_1, TRACKER_1
from sendxl.plan.rows import R, Row
from sendxl.plan.schema import By, Column, Shown, Table
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.tables import Tables
from sendxl.plan.tracker import TRACKER_VERSION
from sendxl.plan.values import Value, to_text
from sendxl.plan.vocabulary import StampKind

FORMAT = "2"
"""The format of the masters that this version makes and works on."""
WHEN_NEEDED = (REVISION,)
"""The tables that a master of this format may lack, as it was made before they were: what fills them adds them."""
SETTING = "Plan format"
"""The setting that says which format a master has."""


@dataclass(frozen=True)
class Format:
    """A format of masters before this one: its tables with their headers, and its settings.

    ``renamed``: by table, the header that a column had to the one that it has. ``choices``: columns that now offer other
    words or take other values, by table and key. ``tracker`` is the template version of its trackers, ``asked`` what
    these ask, by table, and ``says`` what stands under the title of a sheet where that is worded otherwise now.
    """

    number: str
    tables: Mapping[str, Sequence[str]]
    settings: Sequence[str]
    tracker: str
    asked: Mapping[str, Sequence[str]]
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    choices: Sequence[tuple[Table, str]] = ()
    says: Mapping[str, str] = field(default_factory=dict)

    def has(self, table: Table) -> bool:
        """True if a master of it has the table."""
        return table.name in self.tables

    @property
    def added_tables(self) -> list[Table]:
        """The tables that it lacks."""
        return [table for table in MASTER_TABLES if not self.has(table)]

    def added(self, table: Table) -> list[Column]:
        """The columns that it lacks of a table that it has."""
        known = {*self.tables.get(table.name, ()), *self.renamed.get(table.name, {}).values()}
        return [column for column in table if column.header not in known] if self.has(table) else []

    def as_it_was(self, table: Table[R]) -> Table[R]:
        """The table with the headers that its columns have in it, in the same order; the same one where none was renamed."""
        earlier = {new: old for old, new in self.renamed.get(table.name, {}).items()}
        if not earlier:
            return table
        columns = (replace(column, header=earlier.get(column.header, column.header), required_with="") for column in table)
        return replace(table, columns=tuple(columns))

    def asks(self, table: str, header: str) -> bool:
        """True if its trackers ask or show a column of a table."""
        return header in self.asked.get(table, ())


FIRST = Format(
    "1", TABLES_1, SETTINGS_1, "1", TRACKER_1,
    renamed={"Profile": {"Actual quantity": "In place", "Actual from": "In place since"}},
    choices=((SAVINGS, "approved_unit_saving"), (STAMPS, "kind"), (HELD, "decision")), says=SAYS_1)
"""That of release 0.1.0."""
EARLIER = {FIRST.number: FIRST}
_EARLIER_TRACKERS = {known.tracker: known for known in EARLIER.values()}


def reads_tracker(version: str) -> bool:
    """True if trackers of a template version are read: those of this version, and earlier ones."""
    return version == TRACKER_VERSION or version in _EARLIER_TRACKERS


@cache
def asked(table: Table, version: str) -> Table:
    """The table of a tracker as one of a template version is read: what was added since was not asked, and no formula counts.

    What means something else since is there under its earlier header, and nobody's to fill: see ``meant_otherwise``.
    """
    known = _EARLIER_TRACKERS.get(version)
    table = replace(worded(table, version), columns=tuple(column for column in table if column.by is not By.FORMULA))
    if known is None:
        return table
    earlier = (replace(table.by_header[new], header=old, by=By.SENDXL, shown=Shown.NO, required_with="")
               for old, new in known.renamed.get(table.name, {}).items() if known.asks(table.name, old))
    return replace(table, columns=(*(column for column in table if known.asks(table.name, column.header)), *earlier))


def meant_otherwise(table: Table, version: str) -> list[Column]:
    """The columns of a tracker's table of a template version whose answers mean something else than what is asked now."""
    known = _EARLIER_TRACKERS.get(version)
    return [column for column in table if column.header in known.renamed.get(table.name, {})] if known else []


def worded(table: Table, version: str) -> Table:
    """The table of a tracker with the words that stand under its title where one of a template version has it."""
    known = _EARLIER_TRACKERS.get(version)
    return replace(table, says=known.says[table.name]) if known and table.name in known.says else table


def earlier_format(tables: Tables, kinds: Callable[[], Collection[str]]) -> Format | None:
    """The earlier format of a master; None for one of this. Unusable where it is a later one, or cannot be told.

    ``kinds`` tells the words that its list of kinds of stamps offers: they too tell a master that lost the setting.
    """
    refuse_later(tables)
    if why := fault_of_format(tables, kinds):
        raise Unusable(f"{tables.name}: {why}, then run again.")
    return None if _said(tables)[1] == FORMAT else FIRST


def fault_of_format(tables: Tables, kinds: Callable[[], Collection[str]]) -> str:
    """Why the format of a master, which is no later one, cannot be told, and what to do; '' where it can. ``kinds`` as above."""
    row, text = _said(tables)
    if text == FORMAT:
        return ""
    held = "holds a formula or an error" if row and not row.is_blank("value") and not text else (
        f"holds “{text}”" if text else "is blank")
    if _has_later(tables) or StampKind.UPGRADE.value in kinds():
        found = f"Settings: “{SETTING}” {held}" if row else f"Settings has no row “{SETTING}”"
        what = f"Enter {FORMAT} there" if row else f"Put the row back: “{SETTING}” with the Value {FORMAT}"
        return f"{found}, but its tables are those of format {FORMAT}. {what}"
    if row and text not in EARLIER:
        return f"Settings: “{SETTING}” {held}, but its tables are those of format {FIRST.number}. Delete that row"
    return ""


def refuse_later(tables: Tables) -> None:
    """Unusable for a master of a later format than this version's."""
    _, text = _said(tables)
    if text.isdecimal() and int(text) > int(FORMAT):
        raise Unusable(f"{tables.name} has Plan format {text}, which a later sendxl made; this one works on format {FORMAT}. "
                       "Bring sendxl up to date, then run again.")


def _said(tables: Tables) -> tuple[Row | None, str]:
    """The row of Settings that says the format, and what it says."""
    row = by_sight((row.key, row) for row in tables.read(SETTINGS)).get(as_seen(SETTING))
    return row, to_text(row.stored("value").value).strip() if row else ""


def _has_later(tables: Tables) -> bool:
    """True if something stands in a master that the first format had not."""
    if any(tables.has(table) for table in FIRST.added_tables):
        return True
    if any({column.header for column in FIRST.added(table)} & {*tables.read(FIRST.as_it_was(table)).headers}
           for table in MASTER_TABLES if FIRST.has(table) and tables.has(table)):
        return True
    added = {as_seen(key) for _, column in setting_columns() if (key := column.header) not in (*FIRST.settings, SETTING)}
    if added & _settings_there(tables):
        return True
    return tables.has(STAMPS) and bool(tables.find(STAMPS, "kind", StampKind.UPGRADE.value))


def missing_settings(tables: Tables) -> list[tuple[Column, Value]]:
    """The settings that a master has no row for, each with its default; the format itself has that of this version."""
    known, defaults = _settings_there(tables), Settings()
    return [(column, FORMAT if column.header == SETTING else getattr(defaults, key))
            for key, column in setting_columns() if as_seen(column.header) not in known]


def _settings_there(tables: Tables) -> set[str]:
    """The names of the settings that a master has rows for, ``as_seen``."""
    return {as_seen(row.key) for row in tables.read(SETTINGS)}


def brought_up(known: Format, settings: Sequence[tuple[Column, Value]]) -> Iterator[str]:
    """In words, each thing that is brought up in a master of an earlier format."""
    for table in known.added_tables:
        yield f"the sheet {table.title}"
    for table in MASTER_TABLES:
        for old, new in known.renamed.get(table.name, {}).items():
            yield f"{table.title}: “{old}” becomes “{new}”"
        yield from (f"{table.title}: the column “{column.header}”" for column in known.added(table))
    yield from (f"{table.title}: the choices of “{table[key].header}”" for table, key in known.choices)
    yield from (f"Settings: “{column.header}”" for column, _ in settings)
