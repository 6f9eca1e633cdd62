"""The rows of a plan as plain data, named as the headers are: what the second calculation of the figures takes.

Nothing here knows the package: the figures are worked out twice, by people who did not read each other's work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

Number = int | float | Decimal | Fraction
Figure = Fraction | None


def exact(number: Number) -> Fraction:
    """A float is the decimal that a person typed, not its nearest binary fraction."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def figure(number: Number | None) -> Figure:
    return None if number is None else exact(number)


def share(number: Fraction) -> Fraction:
    """Shares are rounded to 6 places before comparing."""
    return round(number, 6)


def pence(number: Figure) -> Decimal | None:
    """To the penny, halves upward (away from zero below it), for comparing."""
    if number is None:
        return None
    whole = int(abs(number) * 100 + Fraction(1, 2))
    return Decimal(whole if number >= 0 else -whole) / 100


def total(figures: Iterable[Figure]) -> Figure:
    """The sum of what is there; blank where nothing is, as blank is not zero."""
    found = [one for one in figures if one is not None]
    return sum(found, Fraction(0)) if found else None


@dataclass(frozen=True, kw_only=True)
class Activity:
    ref: str
    lead: str | None = None
    joint_leads: str | None = None
    starts: date | None = None
    due: date | None = None
    closed_on: date | None = None
    percent_complete: Number | None = None
    completed_on: date | None = None
    forecast_finish: date | None = None
    lead_status: str | None = None
    period: str | None = None
    updated_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    ref: str
    activity_ref: str
    kind: str | None = None
    better: str | None = None
    baseline: Number | None = None
    baseline_on: date | None = None
    target: Number | None = None
    target_on: date | None = None
    actual: Number | None = None
    out_of: Number | None = None
    actual_on: date | None = None
    period: str | None = None
    formula_never_worked_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Target:
    ref: str
    measure_ref: str
    on: date | None = None
    expected: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Saving:
    ref: str
    activity_ref: str
    method: str | None = None
    chain: str | None = None
    unit_amount: Number | None = None
    annual_value: Number | None = None
    share: Number | None = None
    type: str | None = None
    fund: str | None = None
    confidence: Number | None = None
    pool: str | None = None
    claim_order: int | None = None
    approved_on: date | None = None
    finance_confirmed_on: date | None = None
    withdrawn_on: date | None = None
    approved_unit_saving: Number | None = None
    approved_past_pool: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    ref: str
    savings_ref: str
    from_: date | None = None
    until: date | None = None
    planned_quantity: Number | None = None
    in_place: Number | None = None
    in_place_on: date | None = None
    in_place_since: date | None = None
    approved_quantity: Number | None = None
    approved_from: date | None = None
    approved_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class SavingYear:
    savings_ref: str
    year: str
    approved: Number | None = None
    planned: Number | None = None
    forecast: Number | None = None
    realised: Number | None = None
    closed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PositionRow:
    fund: str
    year: str
    funding: Number | None = None
    unmitigated_spend: Number | None = None
    opening_balance: Number | None = None


@dataclass(frozen=True, kw_only=True)
class UnitCost:
    code: str
    annual_cost: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Pool:
    code: str
    capacity: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    no: int
    period: str
    ref: str
    batch: str | None = None
    percent_complete: Number | None = None
    completed_on: date | None = None
    forecast_finish: date | None = None
    lead_status: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    no: int
    period: str
    ref: str
    batch: str | None = None
    actual: Number | None = None
    out_of: Number | None = None
    actual_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Count:
    no: int
    period: str
    ref: str
    batch: str | None = None
    in_place: Number | None = None
    in_place_on: date | None = None
    in_place_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class Tracker:
    tracker: str
    lead: str
    period: str
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    reporting_period: str
    first_year: str | None = None
    year_count: int = 5
    slip_off_track_days: int = 90
    on_track_from: Number = 0.90
    at_risk_from: Number = 0.75
    early_share: Number = 0.10
    same_within: Number = 0.02
    update_due_days: int = 14
    discount_rate: Number = 0.035
    realised_on_track: Number = 0.95
    realised_at_risk: Number = 0.75
    closed_through: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The tables, by name in snake case; ``undone`` holds the batches of Stamps that an undo took back."""

    settings: Settings
    plan: tuple[Activity, ...] = ()
    measures: tuple[Measure, ...] = ()
    targets: tuple[Target, ...] = ()
    savings: tuple[Saving, ...] = ()
    profile: tuple[Quantity, ...] = ()
    years: tuple[SavingYear, ...] = ()
    position: tuple[PositionRow, ...] = ()
    unit_costs: tuple[UnitCost, ...] = ()
    pools: tuple[Pool, ...] = ()
    updates: tuple[Update, ...] = ()
    readings: tuple[Reading, ...] = ()
    counts: tuple[Count, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    undone: frozenset[str] = field(default_factory=frozenset)

    def rows_of(self, line: str) -> tuple[Quantity, ...]:
        return tuple(row for row in self.profile if row.savings_ref == line)


_CLASSES: dict[str, type] = {
    "plan": Activity, "measures": Measure, "targets": Target, "savings": Saving, "profile": Quantity, "years": SavingYear,
    "position": PositionRow, "unit_costs": UnitCost, "pools": Pool, "updates": Update, "readings": Reading, "counts": Count,
    "trackers": Tracker,
}


def plan_of(settings: Mapping[str, Any], undone: Iterable[str] = (), **tables: Iterable[Mapping[str, Any]]) -> Plan:
    """A plan of plain mappings by table name in snake case (``unit_costs``); columns that no figure needs are passed over."""
    def row(kind: type, given: Mapping[str, Any]) -> Any:
        known = {one.name for one in fields(kind)}
        return kind(**{key: value for key, value in given.items() if key in known})

    built = {name: tuple(row(_CLASSES[name], given) for given in rows) for name, rows in tables.items()}
    return Plan(settings=row(Settings, settings), undone=frozenset(undone), **built)
