"""The words of a status over many plans: no reason contradicts itself, or says a thing twice."""

import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from sendxl.figures.assess import assess
from sendxl.plan.vocabulary import Status
from tests.figures.page.periods import values_come_from_logs
from tests.figures.page.rows import Activity
from tests.figures.random_plans import case
from tests.figures.test_second_calculation import as_tables, as_written, settings_of

_DAY = r"(\d{1,2} \w{3} \d{4})"


def days(pattern: str, text: str) -> list[date]:
    return [datetime.strptime(day, "%d %b %Y").date() for day in re.findall(pattern + _DAY, text)]


def faults(why: str, status: Status, row: Activity, as_at: date) -> Iterator[str]:
    parts = why.split("; ")
    if len(parts) != len(set(parts)):
        yield "says a part twice"
    if why.count("no % complete") > 1 or why.count("no start date") > 1 or why.count("no due date") > 1:
        yield "says twice what is missing"
    if any(day < as_at for day in days(r"(?<!was )due ", why)) or any(day >= as_at for day in days(r"was due ", why)):
        yield "has the wrong tense of due"
    if any(day > as_at for day in days(r" as of ", why)):
        yield "is as of a later day"
    if status in (Status.AT_RISK, Status.OFF_TRACK) and re.match(r"\S+ complete, too early", why) and "off track" not in why:
        yield "is too early, and yet bad"
    done = row.percent_complete == 1 and not row.completed_on and status is not Status.CLOSED
    if done and "enter the day" not in why:
        yield "does not ask for Completed on"
    if status is Status.OFF_TRACK and re.match(r"100% complete, was due", why):
        yield "is all done, and yet overdue"


@pytest.mark.parametrize("plain", [True, False])
def test_no_reason_contradicts_itself(plain: bool) -> None:
    found = []
    for seed in range(150):
        made = case(seed, plain)
        if values_come_from_logs(made.plan, made.as_at):  # and so not from the rows that are looked at here
            continue
        rows = {row.ref: row for row in made.plan.plan}
        figures = assess(as_tables(as_written(made.plan)), settings_of(made.plan), made.as_at, made.today)
        found += [f"{seed} {ref} {fault}: {of.status}: {of.reason}" for ref, of in figures.activities.items()
                  for fault in faults(of.reason, of.status, rows[ref], made.as_at)]
    assert found == []
