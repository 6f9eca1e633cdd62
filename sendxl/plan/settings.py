"""The settings of a plan: name, default and meaning of each, declared once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sendxl.errors import SettingError
from sendxl.plan import values
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.periods import EXAMPLE, period_ends
from sendxl.plan.schema import Column, Type, Vocabulary
from sendxl.plan.values import Cell, Stored, Value
from sendxl.plan.vocabulary import YesNo

_BLANK = Cell(None, Stored())
_CLOSED = "closed_through"  # unreadable, it would close nothing without a word


def _setting(name: str, type: Type, default: Any, says: str, low: float | None = None, high: float | None = None,
             choices: Vocabulary | None = None) -> Any:
    return field(default=default, metadata={"column": Column(name, type, says, low=low, high=high, choices=choices)})


@dataclass(frozen=True)
class Settings:
    """One plan's settings; the Settings sheet holds one row for each field, in this order."""

    plan_title: str | None = _setting("Plan title", Type.TEXT, None, "Shown on the Guide and on every tracker.")
    plan_id: str | None = _setting("Plan id", Type.TEXT, None, "Tells trackers of this plan from others. Do not change it.")
    council: str | None = _setting("Council", Type.TEXT, None, "Whose plan it is; shown on the Board report, and in every table of an export.")
    plan_format: str | None = _setting(
        "Plan format", Type.TEXT, None, "Which sendxl this workbook is laid out for. “sendxl upgrade” changes it; do not change it.")
    reporting_period: str | None = _setting(
        "Reporting period", Type.TEXT, None, "The open period: a quarter like 2026-27 Q3 or a month like 2026-11. Set by issue.")
    closed_through: str | None = _setting(
        "Closed through", Type.TEXT, None, "Last closed period; returns for it or earlier ones are refused. Blank: none.")
    dates_day_first: str = _setting(
        "Dates day first", Type.CHOICE, YesNo.YES, "Yes: 03/04/2027 typed as text is 3 April, as in Britain. No: it is asked.", choices=YesNo)
    plan_starts: date | None = _setting("Plan starts", Type.DATE, None, "First day of the plan; windows for benefits count from it.")
    first_year: str | None = _setting("First year", Type.TEXT, None, "First financial year for savings, like 2026-27. Blank: that of the as-at day.")
    year_count: int = _setting("Year count", Type.COUNT, 5, "Number of financial years worked out for savings.", 1, 50)
    on_track_from: float = _setting("On track from", Type.NUMBER, 0.90, "On track at or above this share of what is expected.", 0)
    at_risk_from: float = _setting("At risk from", Type.NUMBER, 0.75, "At risk at or above this share, off track below it.", 0)
    early_share: float = _setting(
        "Early share", Type.NUMBER, 0.10, "Share of the time that must have gone before progress is judged.", 0)
    same_within: float = _setting("Same within", Type.NUMBER, 0.02, "A move of at most this share of the way to the target is steady.", 0)
    slip_off_track_days: int = _setting(
        "Slip off track days", Type.COUNT, 90, "Days after Due by which a forecast finish makes an activity off track.", 0)
    update_due_days: int = _setting("Update due days", Type.COUNT, 14, "Days after the period's end by which updates are due.", 0)
    discount_rate: float = _setting("Discount rate", Type.NUMBER, 0.035, "Yearly rate for present values.", 0)
    volume_spread: float = _setting("Volume spread", Type.NUMBER, 0.10, "Spread of quantities that are not yet actual.", 0)
    delay_months: float = _setting("Delay months", Type.NUMBER, 3, "Months by which what has not begun may start late, in the range.", 0, 120)
    approx_spread: float = _setting("Approx spread", Type.NUMBER, 0.10, "Spread of costs marked approx.", 0)
    average_spread: float = _setting("Average spread", Type.NUMBER, 0.15, "Spread of costs marked average.", 0)
    up_to_low: float = _setting("Up to low", Type.NUMBER, 0.80, "Lowest share of a cost marked up to.", 0)
    realised_on_track: float = _setting("Realised on track", Type.NUMBER, 0.95, "A line is on track at or above this share of its plan.", 0)
    realised_at_risk: float = _setting("Realised at risk", Type.NUMBER, 0.75, "A line is at risk at or above this share of its plan.", 0)
    backups_kept: int = _setting("Backups kept", Type.COUNT, 20, "Number of backups kept beside the master.", 1)

    @classmethod
    def read(cls, found: Mapping[str, Stored]) -> "Settings":
        """Settings from stored values by setting name, as someone may have typed it; a name not found keeps its default.

        SettingError names the setting whose value cannot be used.
        """
        given: dict[str, Value] = {}
        typed = by_sight(found.items())
        for key, column in columns():
            stored = typed.get(as_seen(column.header))
            cell = _BLANK if stored is None else values.read(column, stored)
            if cell.problem or not _usable(key, cell.value, column):
                text = values.to_text(cell.stored.value)
                held = f"“{text}”, which cannot be used" if text else "a formula that was never worked out"
                raise SettingError(f"Settings: “{column.header}” holds {held}. {_wanted(key, column)}.")
            if cell.value is not None:
                given[key] = int(cell.value) if column.type is Type.COUNT else cell.value  # type: ignore[arg-type]
        return cls(**given)  # type: ignore[arg-type]


def columns() -> list[tuple[str, Column]]:
    """Every setting: its attribute name and, as a Column, its written name, type and meaning."""
    return [(f.name, f.metadata["column"]) for f in fields(Settings)]


def _wanted(key: str, column: Column) -> str:
    if key == _CLOSED:
        return f"Enter a period: {EXAMPLE}"
    return f"Enter a {column.type.value}, as in {values.to_text(getattr(Settings(), key)) or 'its description'}"


def _usable(key: str, value: Value, column: Column) -> bool:
    if key == _CLOSED and value is not None:
        return period_ends(str(value)) > date.min
    whole = column.type is not Type.COUNT or not isinstance(value, (int, float)) or value == int(value)
    return whole and column.judge(value) is None
