"""upgrade: a master of an earlier format is brought up to this one; nothing else in it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sendxl.books.book import LASTING, AddColumns, AddTable, AppendRows, Edit, RenameHeader, SetCells, SetChoices, settings_of
from sendxl.books.brought_up import BroughtUp
from sendxl.errors import Refused
from sendxl.jobs.first_format import convert
from sendxl.jobs.opening import MasterBook, any_master_for_writing, earlier_of
from sendxl.jobs.stamping.ledger import Ledger, Source, user
from sendxl.plan.as_left import AS_LEFT
from sendxl.plan.master import MASTER_TABLES, SETTINGS
from sendxl.plan.schema import Column
from sendxl.plan.values import Value
from sendxl.plan.versions import FORMAT, SETTING, Format, brought_up, missing_settings
from sendxl.plan.vocabulary import StampKind


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade brought up, each in words; nothing where nothing was to be done. ``batch`` records it in Stamps."""

    path: Path
    batch: str
    done: Sequence[str]

    @property
    def label(self) -> str:
        """With what the name of the backup ends."""
        return f"{self.batch}{LASTING}"


def upgrade(master: MasterBook, *, now: datetime | None = None, by: str | None = None) -> Upgraded:
    """Bring the closed master at ``master`` up to the format of this version, and put back settings that it lacks.

    Recorded in Stamps; a backup is kept of the master as it was. Refused for one that is open in Excel.
    """
    if not isinstance(master, (Path, str)):
        raise Refused(f"{master.name} is open. Press Upgrade to have an upgraded copy made beside it, or close it and run "
                      "“sendxl upgrade”.")
    now = now or datetime.now().replace(microsecond=0)
    with any_master_for_writing(master, now) as book:
        earlier, settings = earlier_of(book), missing_settings(book)
        ledger = Ledger(book, now, user() if by is None else by)
        done = list(brought_up(earlier, settings) if earlier else (f"Settings: “{column.header}”" for column, _ in settings))
        edits = [*_layout(earlier, settings_of(book).plan_title or ""), *_settings(earlier, settings)]
        values = convert(BroughtUp(book, earlier), now.date(), ledger.batch) if earlier else None
        done += values.done if values else ()
        if not done:
            book.apply(())  # what was changed by hand is recorded also now
            return Upgraded(Path(master), "", ())
        for what in done:
            ledger.record(Source(), "", "", kind=StampKind.UPGRADE, explanation=f"{what}: brought up")
        for column, value in settings:
            ledger.record(Source(), SETTINGS.name, column.header, SETTINGS["value"].header, None, value, kind=StampKind.UPGRADE)
        for keeping in values.approved if values else ():
            ledger.record(Source(), keeping.table.name, keeping.ref, keeping.column.header, keeping.old, keeping.new,
                          kind=keeping.kind, explanation="approved at upgrade")
        book.apply([*edits, *(values.edits if values else ()), *ledger.edits()], f"{ledger.batch}{LASTING}")
    return Upgraded(Path(master), ledger.batch, done)


def _layout(earlier: Format | None, title: str) -> list[Edit]:
    """What brings the tables up."""
    if earlier is None:
        return []
    edits: list[Edit] = [RenameHeader(table, old, table.by_header[new].key)
                         for table in MASTER_TABLES for old, new in earlier.renamed.get(table.name, {}).items()]
    edits += [AddTable(table, title) for table in (*earlier.added_tables, AS_LEFT)]
    edits += [AddColumns(table, [column.key for column in added]) for table in MASTER_TABLES if (added := earlier.added(table))]
    return edits + [SetChoices(table, key) for table, key in earlier.choices]


def _settings(earlier: Format | None, missing: Sequence[tuple[Column, Value]]) -> list[Edit]:
    """What adds the settings that are missing, and has the format said."""
    value = SETTINGS["value"].key
    edits: list[Edit] = []
    if missing:
        edits.append(AppendRows(SETTINGS, [{"setting": column.header, value: default, "what_it_does": column.help}
                                           for column, default in missing]))
        edits += [SetChoices(SETTINGS, value, column.header) for column, _ in missing]
    if earlier and SETTING not in {column.header for column, _ in missing}:
        edits.append(SetCells(SETTINGS, value, {SETTING: FORMAT}))
    return edits
