from dataclasses import fields
from datetime import date, datetime

import pytest

from sendxl.plan.settings import Settings, columns
from sendxl.plan.values import CellKind, Stored

DEFAULTS = {  # of the domain reference
    "Reporting period": None, "Closed through": None, "Dates day first": "Yes", "Plan starts": None, "First year": None,
    "Year count": 5,
    "On track from": 0.90, "At risk from": 0.75, "Early share": 0.10, "Same within": 0.02,
    "Slip off track days": 90, "Update due days": 14,
    "Discount rate": 0.035, "Volume spread": 0.10, "Delay months": 3, "Approx spread": 0.10, "Average spread": 0.15,
    "Up to low": 0.80,
    "Realised on track": 0.95, "Realised at risk": 0.75, "Backups kept": 20,
}  # fmt: skip
OURS = ["Plan title", "Plan id", "Council", "Plan format"]  # what the plan is called and known by, and laid out for


def text(value: str) -> Stored:
    return Stored(CellKind.TEXT, value, value)


def number(value: float) -> Stored:
    return Stored(CellKind.NUMBER, value, str(value))


def test_names_and_defaults_are_those_of_the_reference() -> None:
    settings = Settings()
    assert {column.header: getattr(settings, key) for key, column in columns() if column.header not in OURS} == DEFAULTS
    assert [column.header for _, column in columns()] == [*OURS, *DEFAULTS]


def test_every_setting_says_what_it_does_and_is_keyed_by_its_name() -> None:
    for key, column in columns():
        assert column.key == key and column.help.endswith(".")
    assert len(columns()) == len(fields(Settings))


def test_nothing_found_is_the_defaults() -> None:
    assert Settings.read({}) == Settings()
    assert Settings.read({"On track from": Stored(), "Plan title": text("  "), "Colour": text("blue")}) == Settings()


@pytest.mark.parametrize("period", ["2026-27 Q2", "2026-11", " 2026-27 Q2 "])
def test_a_closed_period_is_read(period: str) -> None:
    assert Settings.read({"Closed through": text(period)}).closed_through == period.strip()


def test_values_are_read_as_their_type() -> None:
    found = Settings.read({
        "Reporting period": text("2026-27 Q3"),
        "Plan starts": Stored(CellKind.DATE, datetime(2026, 4, 1), "46113"),
        "Year count": number(3.0),
        "Update due days": text("10"),
        "On track from": number(0.95),
    })  # fmt: skip
    assert (found.reporting_period, found.plan_starts) == ("2026-27 Q3", date(2026, 4, 1))
    assert (found.year_count, found.update_due_days, found.on_track_from) == (3, 10, 0.95)
    assert isinstance(found.year_count, int)


@pytest.mark.parametrize(
    ("name", "stored", "says"),
    [
        ("On track from", text("most"), "holds “most”, which cannot be used. Enter a number, as in 0.9."),
        ("Discount rate", number(-0.1), "holds “-0.1”, which cannot be used. Enter a number, as in 0.035."),
        ("Year count", number(0), "holds “0”, which cannot be used. Enter a whole number, as in 5."),
        ("Year count", number(5.5), "holds “5.5”, which cannot be used. Enter a whole number, as in 5."),
        ("Closed through", text("autumn"), "holds “autumn”, which cannot be used. Enter a period: write a quarter like"),
        ("Closed through", text("2026-27 Q5"), "holds “2026-27 Q5”, which cannot be used. Enter a period:"),
        ("Closed through", Stored(CellKind.DATE, datetime(2026, 11, 1), "46327"), "holds “2026-11-01”, which cannot be used."),
        ("Plan starts", text("spring"), "holds “spring”, which cannot be used. Enter a date"),
        ("Backups kept", Stored(CellKind.ERROR, "#REF!", "#REF!"), "holds “#REF!”, which cannot be used."),
    ],
)
def test_what_cannot_be_used_is_named(name: str, stored: Stored, says: str) -> None:
    with pytest.raises(ValueError) as raised:
        Settings.read({name: stored})
    assert f"Settings: “{name}” {says}" in str(raised.value)
