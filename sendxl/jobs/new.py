"""new: a published plan becomes a master workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable, reason
from sendxl.jobs.refresh import summary_edits
from sendxl.plan.counting import many
from sendxl.plan.master import LEADS, MEASURES, PLAN, REVIEW, SAVINGS, UNIT_COSTS
from sendxl.plan.schema import Table
from sendxl.plan.values import Value


@dataclass(frozen=True)
class NewMaster:
    """What was made of a published plan. ``without_lead`` holds refs."""

    path: Path
    activities: int
    themes: int
    measures: int
    leads: int
    unit_costs: int
    doubts: int
    without_lead: tuple[str, ...]
    account: str = ""  # what became of the cells of the source, in words

    @property
    def to_mend(self) -> Sequence[str]:
        """What is left for a person to do before trackers are issued, in words."""
        leads = f"Without a lead: {', '.join(self.without_lead)}. Choose one in Plan, Lead, or they are in no tracker."
        doubts = f"{many(self.doubts, 'doubt')} in the sheet Review: settle them there."
        return [*([leads] if self.without_lead else []), *([doubts] if self.doubts else [])]


def new_master(
    source: Path | str,
    out: Path | str,
    *,
    starts: date | None = None,
    roles: Path | str | None = None,
    first_year: str | None = None,
) -> NewMaster:
    """Read the published plan at ``source`` and build the master at ``out``.

    ``starts`` is the plan's first day, from which windows for benefits count; ``roles`` a file of further lead roles;
    ``first_year`` the first financial year for savings. Unusable where the source cannot be read, an argument is
    wrong, or there is a file at ``out`` already.
    """
    from sendxl.books.build.master import build_master
    from sendxl.source import read_plan

    source, out = Path(source), Path(out)
    if out.suffix.lower() != ".xlsx":
        raise Unusable(f"{out} must end in .xlsx: the master is an Excel workbook.")
    if out.exists():
        raise Unusable(f"{out} exists already, and a master is never overwritten. Choose another name, or move it away.")
    if not out.parent.is_dir():
        raise Unusable(f"There is no folder {out.parent}. Make it first.")
    try:
        plan = read_plan(source, starts=starts, roles=Path(roles) if roles else None, first_year=first_year)
    except (OSError, ValueError) as error:
        raise Unusable(f"{source} cannot be read: {reason(error)}" if isinstance(error, OSError) else str(error)) from None
    _link_doubts(plan.rows)
    build_master(
        out,
        plan.rows,
        {"plan_title": plan.title, "plan_id": plan.plan_id, "plan_starts": starts, "first_year": first_year},
        own=plan.own,
    )
    book = ClosedBook(out, backups=0)
    book.apply(summary_edits(book, None, {})[0])  # so that the formulas show what they come to before anybody has opened it
    activities = plan.rows[PLAN]
    return NewMaster(
        out,
        activities=len(activities),
        themes=len({row["theme"] for row in activities} - {None}),
        measures=len(plan.rows[MEASURES]),
        leads=len(plan.rows[LEADS]),
        unit_costs=len(plan.rows[UNIT_COSTS]),
        doubts=len(plan.rows[REVIEW]),
        without_lead=tuple(str(row["ref"]) for row in activities if row.get("lead") is None),
        account=str(plan.account),
    )


def _link_doubts(rows: Mapping[Table, Sequence[dict[str, Value]]]) -> None:
    """Give each doubt of Review the cell that it is about, as it will stand on its sheet; of several rows that of the first."""
    from sendxl.books.build.sheet import HEADER_ROW
    from sendxl.xlsx.read.address import name

    places = {str(row[table.key.key]): (table, number) for table in (PLAN, MEASURES, SAVINGS)
              for number, row in enumerate(rows[table], HEADER_ROW + 1)}
    for doubt in rows[REVIEW]:
        table, number = places.get(str(doubt["ref"] or "").partition(";")[0], (None, 0))
        column = table.headed(str(doubt["column"])) if table and doubt["column"] else None
        if table and column:
            doubt["cell"] = f"{table.title}!{name(number, table.columns.index(column) + 1)}"
