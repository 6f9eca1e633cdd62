"""export: the tables of one master or of many as tidy files, for Power BI and notebooks; no master is written."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sendxl.books.tidy import Format, join, part, refuse_without
from sendxl.errors import Unusable, writing
from sendxl.jobs.many_masters import OfPlan, each_plan, masters_at, not_counted
from sendxl.plan.master import (
    COUNTS,
    MEASURES,
    PERIODS,
    PLAN,
    POOLS,
    POSITION,
    PROFILE,
    READINGS,
    SAVINGS,
    TARGETS,
    TRACKERS,
    UNIT_COSTS,
    UPDATES,
    YEARS,
)
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import By, Table, day, text
from sendxl.plan.settings import Settings
from sendxl.plan.summary import AS_AT, BASIS
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value
from sendxl.returns.batch import Progress


class ExportedPlan(Row):
    """A plan of an export."""

    __slots__ = ()
    plan_title = text("Plan title", "What it is called.", By.SENDXL)
    file = text("File", "The file of its master.", By.SENDXL)
    reporting_period = text("Reporting period", "The open period.", By.SENDXL)
    closed_through = text("Closed through", "The last closed period.", By.SENDXL)
    as_at = day("As at", "Day of its figures, as last refreshed; blank where it never was.", By.SENDXL)


PLANS = Table("Plans", "One row for each plan.", ExportedPlan)
_OF_MASTER = (PLAN, MEASURES, TARGETS, SAVINGS, PROFILE, YEARS, POSITION, PERIODS, UNIT_COSTS, POOLS, TRACKERS, UPDATES, READINGS,
              COUNTS)
EXPORTED: tuple[Table, ...] = (PLANS, *_OF_MASTER)
"""The tables of an export: those that figures and reports are made of. People, what is held and who changed what stay."""


@dataclass(frozen=True)
class Exported:
    """What was written: ``files`` in the order of the tables, ``rows`` by table, of so many ``plans``.

    ``left_out``: a line for each master that could not be read or is a copy, and each folder not looked into.
    """

    folder: Path
    files: Sequence[Path]
    plans: int
    rows: Mapping[str, int]
    left_out: Sequence[str] = ()

    @property
    def to_mend(self) -> Sequence[str]:
        """What is not in the files, and why."""
        return self.left_out


def export(
    masters: Sequence[Path | str],
    folder: Path | str,
    *,
    format: str = Format.CSV,
    progress: Progress | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
) -> Exported:
    """Write the tables of the ``masters`` (files, and folders of them) to ``folder``, one file a table, replacing earlier ones.

    Each row begins with Plan id and Council. Figures are as last refreshed. ``format`` is csv or parquet. ``jobs`` and
    ``cluster`` as for ``validate``. However many masters there are, one at a time is held. Unusable where there is no master,
    the folder or the format cannot be used.
    """
    out, kind = Path(folder), Format(format)
    refuse_without(kind)
    files, left_out = masters_at(masters)
    if out.exists() and not out.is_dir():
        raise Unusable(f"{out} is a file. Give a folder for the tables.")
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    plans: dict[int, OfPlan[dict[str, tuple[int, bytes]]]] = {}
    counts: dict[int, Mapping[str, int]] = {}
    with tempfile.TemporaryDirectory(prefix="~sendxl-", dir=out) as scratch:
        staging = Path(scratch)
        for number, plan in each_plan(files, partial(_parts, kind), progress, jobs=jobs, cluster=cluster):
            if plan.made:
                counts[number] = {name: rows for name, (rows, _) in plan.made.items()}
                with writing(out):
                    for name, (_, content) in plan.made.items():
                        (staging / f"{number}.{name}").write_bytes(content)
            plans[number] = replace(plan, made=None)
        bad = not_counted(plans)
        counted = [number for number in sorted(counts) if number not in bad]
        if not counted:
            raise Unusable(f"None of {len(files)} files is a master that can be read. {' '.join(bad.values())}")
        written = [_join(table, staging, counted, kind, out) for table in EXPORTED]
    rows = {table.name: sum(counts[number][table.name] for number in counted) for table in EXPORTED}
    return Exported(out, written, len(counted), rows, [*left_out, *(bad[number] for number in sorted(bad))])


def _join(table: Table, staging: Path, counted: Sequence[int], format: Format, folder: Path) -> Path:
    def parts() -> Iterator[bytes]:
        for number in counted:
            yield (staging / f"{number}.{table.name}").read_bytes()

    path = folder / f"{table.name}.{format}"
    join(table, parts(), format, path)
    return path


def _parts(format: Format, tables: Tables, settings: Settings, file: str) -> dict[str, tuple[int, bytes]]:
    """Of one master, for each table the number of its rows, and these as they are written."""
    plan: Mapping[str, Value] = {"plan_id": settings.plan_id, "council": settings.council}
    about = Row.of(PLANS, plan_title=settings.plan_title, file=file, reporting_period=settings.reporting_period,
                   closed_through=settings.closed_through, as_at=as_at_of(tables))
    found: dict[Table, Rows] = {PLANS: Rows(PLANS, [about])}
    found |= {table: _with_key(tables.read(table)) for table in _OF_MASTER}
    return {table.name: (len(rows), part(table, rows, plan, format)) for table, rows in found.items()}


def _with_key(rows: Rows) -> Rows:
    """The rows that have a ref, code or number: another is no row of the plan."""
    return rows.replaced([row for row in rows if row.key])


def as_at_of(tables: Tables) -> Value:
    """The day of the figures of a plan, as last refreshed; None where it never was, or its Summary does not say."""
    rows = tables.read(BASIS) if tables.has(BASIS) else ()
    return next((row["value"] for row in rows if row.key == AS_AT), None)
