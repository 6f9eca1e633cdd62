"""new: a published plan becomes a master workbook."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable, reason
from sendxl.jobs.mapped import Mapped, read_mapping, write_mapping
from sendxl.jobs.refresh import summary_edits
from sendxl.plan.counting import many
from sendxl.plan.master import LEADS, MEASURES, PLAN, REVIEW, SAVINGS, UNIT_COSTS
from sendxl.plan.periods import parse_financial_year
from sendxl.plan.schema import Table
from sendxl.plan.values import Value

if TYPE_CHECKING:
    from sendxl.source import Imported

LOOKED_AT = "Plan mapping.xlsx"
"""The workbook that shows how a plan would be read, where no other name is given."""


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
    mapping: bool = False  # no master was made, but the workbook that shows how the plan would be read

    @property
    def to_mend(self) -> Sequence[str]:
        """What is left for a person to do before trackers are issued, in words."""
        if self.mapping:
            return []
        leads = f"Without a lead: {', '.join(self.without_lead)}. Choose one in Plan, Lead, or they are in no tracker."
        doubts = f"{many(self.doubts, 'doubt')} in the sheet Review: settle them there."
        return [*([leads] if self.without_lead else []), *([doubts] if self.doubts else [])]


def new_master(
    source: Path | str | None = None,
    out: Path | str | None = None,
    *,
    starts: date | None = None,
    roles: Path | str | None = None,
    first_year: str | None = None,
    look: bool = False,
    mapping: Path | str | None = None,
    blank: bool = False,
) -> NewMaster:
    """Read the published plan at ``source`` and build the master at ``out``.

    ``starts`` is the plan's first day, from which windows for benefits count; ``roles`` a file of further lead roles;
    ``first_year`` the first financial year for savings. ``look``: build no master, but the workbook that shows how the plan
    would be read; ``mapping``: go by such a workbook. ``blank``: build a master without a source. Unusable where the source
    cannot be read, an argument is wrong, or there is a file at ``out`` already.
    """
    from sendxl.books.build.master import build_master
    from sendxl.source import read_plan

    if blank == (source is not None):
        raise Unusable("Give the published plan, or --blank where there is none." if source is None else
                       "With --blank no published plan is read: leave one of the two out.")
    if out is None and not look:
        raise Unusable("Say where the master is to be made, as in: -o Plan.xlsx")
    out = Path(out or LOOKED_AT)
    if out.suffix.lower() != ".xlsx":
        raise Unusable(f"{out} must end in .xlsx: the master is an Excel workbook.")
    if out.exists():
        raise Unusable(f"{out} exists already, and a master is never overwritten. Choose another name, or move it away.")
    if not out.parent.is_dir():
        raise Unusable(f"There is no folder {out.parent}. Make it first.")
    if source is None:
        return _blank(out, starts, first_year)
    mapped = read_mapping(Path(mapping)) if mapping else Mapped()
    try:
        plan = read_plan(Path(source), starts=starts, roles=Path(roles) if roles else None, first_year=first_year,
                         columns=mapped.columns, said=mapped.said, look=look)
    except (OSError, ValueError) as error:
        raise Unusable(f"{source} cannot be read: {reason(error)}" if isinstance(error, OSError) else str(error)) from None
    if look:
        write_mapping(plan, out)
        return _made(out, plan, mapping=True)
    _link_doubts(plan.rows)
    build_master(
        out,
        plan.rows,
        {"plan_title": plan.title, "plan_id": plan.plan_id, "plan_starts": starts, "first_year": first_year},
        own=plan.own,
    )
    book = ClosedBook(out, backups=0)
    book.apply(summary_edits(book, None, {})[0])  # so that the formulas show what they come to before anybody has opened it
    return _made(out, plan)


def _blank(out: Path, starts: date | None, first_year: str | None) -> NewMaster:
    """A master for who has no published plan in a file: its tables are empty."""
    from sendxl.books.build.master import build_master

    try:
        settings = {"plan_id": f"P{secrets.token_hex(5)}", "plan_starts": starts,
                    "first_year": parse_financial_year(first_year) if first_year else None}
    except ValueError as error:
        raise Unusable(str(error)) from None
    build_master(out, {}, settings)
    book = ClosedBook(out, backups=0)
    book.apply(summary_edits(book, None, {})[0])
    return NewMaster(out, 0, 0, 0, 0, 0, 0, ())


def _made(out: Path, plan: "Imported", *, mapping: bool = False) -> NewMaster:
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
        mapping=mapping,
    )


def _link_doubts(rows: Mapping[Table, Sequence[dict[str, Value]]]) -> None:
    """Give each doubt of Review the cell that it is about, as it will stand on its sheet; of several rows that of the first."""
    from sendxl.books.build.sheet import HEADER_ROW
    from sendxl.xlsx.read.address import name

    places = {str(row[table.key.key]): (table, number) for table in (PLAN, MEASURES, SAVINGS, LEADS)
              for number, row in enumerate(rows[table], HEADER_ROW + 1)}
    for doubt in rows[REVIEW]:
        table, number = places.get(str(doubt["ref"] or "").partition(";")[0], (None, 0))
        column = table.headed(str(doubt["column"])) if table and doubt["column"] else None
        if table and column:
            doubt["cell"] = f"{table.title}!{name(number, table.columns.index(column) + 1)}"
