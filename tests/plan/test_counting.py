"""How many of what, in words."""

import pytest

from sendxl.plan.counting import counted, many


@pytest.mark.parametrize(("count", "words", "said"), [
    (0, ("value",), "0 values"), (1, ("value",), "1 value"), (2_000, ("value",), "2,000 values"),
    (1, ("status", "statuses"), "1 status"), (3, ("status", "statuses"), "3 statuses"),
])
def test_one_and_many(count: int, words: tuple[str, ...], said: str) -> None:
    assert many(count, *words) == said


@pytest.mark.parametrize(("counts", "said"), [
    ({"On track": 1_200, "At risk": 0, "Off track": 3}, "1,200 on track, 3 off track"), ({"held": 0}, "none"), ({}, "none"),
])
def test_what_there_is_any_of(counts: dict[str, int], said: str) -> None:
    assert counted(counts) == said
