"""Kind, direction and unit of a measure."""

import pytest

from sendxl.source.measure_words import read_measure


@pytest.mark.parametrize(("measure", "change", "kind", "better", "unit", "about"), [
    ("Number of places at schools", "To increase", "Number", "Higher", "places", ""),
    ("Number of supported internships offered", "To increase", "Number", "Higher", "supported internships", ""),
    ("Number of learners successfully trained", "To increase", "Number", "Higher", "learners", ""),
    ("No. of fixed-term exclusions", "Reduce", "Number", "Lower", "fixed-term exclusions", ""),
    ("Number of schools/groups taking part", "To increase", "Number", "Higher", None, "Measure"),
    ("Number of exclusions and moves", "Fewer exclusions", "Number", "Lower", None, "Measure"),
    ("Number of exclusions", "Reduction of exclusions, and more trust", "Number", "Lower", "exclusions", "Measure"),
    ("Number of hours", "To complete", "Number", None, "hours", "Better"),
    ("% of referrals seen in time", "To increase", "Percentage", "Higher", None, ""),
    ("Percentage of late plans", "To reduce", "Percentage", "Lower", None, ""),
    ("Number and % of learners in local settings", "To increase", "Number and %", "Higher", "learners", ""),
    ("Number and % of learners in local and distant settings", "More in local settings, fewer in distant settings",
     "Number and %", None, "learners", "Better"),
    ("Figures from visits", "Compliance with visits", "Compliance", "Higher", None, "Kind"),
    ("Compliance with the timetable", "To increase", "Compliance", "Higher", None, ""),
    ("Guide reviewed and re-published", "To complete", "Milestone", "Higher", None, ""),
    ("Agreed allocation", "To be agreed", "Milestone", "Higher", None, ""),
    ("SEND included in the plan", "To deliver", "Milestone", "Higher", None, ""),
    ("Strategy published and monitored", "To complete", "Milestone", "Higher", None, "Kind"),
    ("Consultation", "To publish", "Milestone", "Higher", None, "Kind"),
    ("New model and reviewed contracts", "To complete", "Milestone", "Higher", None, "Kind"),
    ("Confidence of parents", "Better", None, None, None, "Kind"),
])
def test_measures(measure: str, change: str, kind: str | None, better: str | None, unit: str | None,
                  about: str) -> None:
    read = read_measure(measure, change)
    assert (read.kind, read.better, read.unit, read.about) == (kind, better, unit, about)
    assert bool(read.doubt) == bool(about)
