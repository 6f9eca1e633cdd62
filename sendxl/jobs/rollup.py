"""rollup: many plans in one workbook: by council and theme, savings by type and fund, who has not reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sendxl.books.build.national import (
    BY_COUNCIL,
    COUNCILS,
    NOT_READ,
    NOT_REPORTED,
    SAVINGS,
    SUMMARY,
    THEMES,
    build_national,
)
from sendxl.books.build.sheet import Given
from sendxl.errors import Unusable
from sendxl.figures.plan_totals import UNREFRESHED, PlanTotals, not_reported, plan_totals, savings_of_all
from sendxl.jobs.export import as_at_of
from sendxl.jobs.many_masters import OfPlan, each_plan, masters_at, not_counted
from sendxl.plan.schema import Column
from sendxl.plan.settings import Settings
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Status
from sendxl.returns.batch import Progress

_COUNTED = {  # columns of Councils by the headline that they show
    "activities": "Activities (closed ones left out)", "updates_overdue": "Updates overdue",
    "never_updated": "Updates past due, activity never updated", "held": "Rows of Held that are open",
    "not_refreshed": UNREFRESHED, **{Column(status, COUNCILS.by_header[status].type, "").key: status.value for status in Status}}


@dataclass(frozen=True)
class RolledUp:
    """The workbook that was made of so many ``plans``; ``statuses``: activities by status, of all of them.

    ``left_out``: a line for each master that could not be read or is a copy, and each folder not looked into.
    """

    path: Path
    plans: int
    activities: int
    statuses: dict[str, int]
    not_reported: int
    left_out: Sequence[str] = ()

    @property
    def to_mend(self) -> Sequence[str]:
        """What is in no figure, and why."""
        return self.left_out


def rollup(masters: Sequence[Path | str], out: Path | str, *, progress: Progress | None = None, jobs: int | None = 1,
           cluster: str | None = None) -> RolledUp:
    """Make a workbook at ``out`` (.xlsx) of the ``masters``, files and folders of them; one that lies there is replaced.

    Figures are those of each master's own Summary, as it was last refreshed. ``jobs`` and ``cluster`` as for ``validate``; no
    master is written. Unusable where there is no master, or a path cannot be used.
    """
    path = Path(out)
    files, left_out = masters_at(masters)
    if path.suffix.lower() != ".xlsx":
        raise Unusable(f"{path} must end in .xlsx.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}. Make it first.")
    files = [file for file in files if file.resolve() != path.resolve() or file in map(Path, masters)]
    if path.resolve() in [file.resolve() for file in files]:
        raise Unusable(f"{path} is one of the masters, and is not overwritten. Choose another name.")
    found: dict[int, OfPlan[PlanTotals]] = dict(each_plan(files, _totals, progress, jobs=jobs, cluster=cluster))
    bad = not_counted(found)
    plans = [one.made for number, one in sorted(found.items()) if one.made and number not in bad]
    if not plans:
        raise Unusable(f"None of {len(files)} files is a master that can be read. {' '.join(bad.values())}")
    lines = [*left_out, *(bad[number] for number in sorted(bad))]
    late, councils = not_reported(plans), [_council(plan) for plan in plans]
    statuses = {status.value: sum(int(str(plan.headlines[status] or 0)) for plan in plans) for status in Status}
    build_national(path, {
        SUMMARY: _summary(plans, statuses, len(late), len(lines)), COUNCILS: councils,
        THEMES: [{**plan.about, **row} for plan in plans for row in plan.themes],
        SAVINGS: savings_of_all(plans), BY_COUNCIL: [{**plan.about, **row} for plan in plans for row in plan.savings],
        NOT_REPORTED: late, NOT_READ: [{"why": line} for line in lines]})
    activities = sum(int(str(council["activities"] or 0)) for council in councils)
    return RolledUp(path, len(plans), activities, statuses, len(late), lines)


def _totals(tables: Tables, settings: Settings, file: str) -> PlanTotals:
    return plan_totals(tables, settings, file, as_at_of(tables))


def _council(plan: PlanTotals) -> dict[str, Value]:
    return {**plan.about, **{key: plan.headlines[headline] for key, headline in _COUNTED.items()}}


def _summary(plans: Sequence[PlanTotals], statuses: dict[str, int], late: int, lines: int) -> list[Given]:
    councils = {str(plan.about["council"]) for plan in plans if plan.about["council"]}
    counts: dict[str, Value] = {
        "Plans": len(plans), "Councils that are named": len(councils),
        **{f"Activities: {status.lower()}": number for status, number in statuses.items()},
        "Activities: not refreshed": sum(int(str(plan.headlines[UNREFRESHED] or 0)) for plan in plans),
        "Leads with an update past due": late, "Files in no figure: see Not read": lines}
    return [{"item": item, "how_many": number} for item, number in counts.items()]
