"""How each activity and measure stands in the open reporting period: the rows that Periods keeps of it."""

from collections.abc import Mapping

from sendxl.figures.assess import Figures
from sendxl.plan.master import PLAN
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Status

PLACES = 6  # of values as they are written


def period_rows(tables: Tables, figures: Figures) -> dict[str, Mapping[str, Value]]:
    """Rows of Periods by ref; none where no period is open, and none of an activity that is closed."""
    if figures.period is None:
        return {}
    period = figures.period.label
    rows: dict[str, Mapping[str, Value]] = {}
    for activity in tables.read(PLAN):
        stands = figures.activities.get(activity.key)
        if stands is not None and stands.status is not Status.CLOSED:
            money = figures.savings[activity.key]
            ref = f"{activity.key}.{period}"
            rows[ref] = {
                "ref": ref, "period": period, "of": activity.key, "as_at": figures.as_at, "status": stands.status,
                "reason": stands.reason, "direction": stands.direction, "lead_status": activity.lead_status,
                "realised_to_date": money.realised_to_date, "forecast": money.forecast}
    for of, measure in figures.measures.items():
        ref = f"{of}.{period}"
        rows[ref] = {
            "ref": ref, "period": period, "of": of, "as_at": figures.as_at, "status": measure.status, "reason": measure.reason,
            "value": None if measure.value is None else round(measure.value, PLACES), "direction": measure.direction}
    return rows
