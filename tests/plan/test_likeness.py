"""Names that people see as the same, and how they differ all the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.plan.likeness import as_seen, by_sight, difference, strange

SAME = [
    ("Lead status", "lead  STATUS", "has more than one space between two words"),
    ("Lead status", " Lead status", "begins with a space"),
    ("Lead status", "Lead status\u00a0", "ends in a no-break space"), ("Lead status", "Lead\nstatus", "has a line break in it"),
    ("Lead status", "Lead\r\nstatus", "has a line break in it"),
    ("Lead status", "Lead\u00a0status", "has a no-break space in it"),
    ("Lead status", "Lead\u2009status", "has an unusual space in it"), ("Lead status", "Lead\tstatus", "has a tab in it"),
    ("Lead status", "Lead status\u200b", "has a character that cannot be seen (U+200B)"),
    ("Lead status", "\ufeffLead status", "has a character that cannot be seen (U+FEFF)"),
    ("Lead status", "Lead sta\u00adtus", "has a character that cannot be seen (U+00AD)"),
    ("Lead status", "\u202aLead status\u202c", "has a character that cannot be seen (U+202A)"),
    ("Lead status", "Lead\u3164 status", "has a character that cannot be seen (U+3164)"),
    ("PI-01", "PI\u201101", "is put together of other characters"),
    ("PI-01", "pi-01", "has other capital letters"), ("Café", "Cafe\u0301", "is put together of other characters"),
    ("Straße", "STRASSE", "has other capital letters"), ("PI-01", "PI-01", ""),
]
OTHER = [("PI-01", "PI-O1"), ("PI-01", "PI01"), ("Lead status", "Leadstatus"), ("a b", "a-b"), ("", "x"), ("12", "1 2")]


@pytest.mark.parametrize(("name", "typed", "how"), SAME)
def test_what_looks_the_same_is_the_same_and_the_difference_is_said(name: str, typed: str, how: str) -> None:
    assert as_seen(name) == as_seen(typed)
    assert difference(typed, name) == how


@pytest.mark.parametrize(("name", "other"), OTHER)
def test_what_looks_different_stays_so(name: str, other: str) -> None:
    assert as_seen(name) != as_seen(other)


def test_of_two_alike_the_first_is_found() -> None:
    found = by_sight([("Progress", 1), ("progress ", 2), ("Note", 3)])
    assert found == {"progress": 1, "note": 3}


@given(st.text())
def test_it_is_steady_and_every_difference_has_words(text: str) -> None:
    seen = as_seen(text)
    assert as_seen(seen) == seen
    assert bool(difference(text, seen)) == (text != seen)


@pytest.mark.parametrize(("text", "other", "why"), [
    ("\u0420I-02", "PI-02", "has a letter of another alphabet"), ("\u0410t risk", "At risk", "has a letter of another alphabet"),
    ("PI\u201302", "PI-02", "has a longer dash"), ("\uff05 complete", "% complete", "has wider signs"),
    ("At risc", "At risk", ""), ("Cafe", "Caf\u00e9", ""), ("Caf\u00e9", "Cafe", "")])
def test_what_only_looks_alike_is_told(text: str, other: str, why: str) -> None:
    assert as_seen(text) != as_seen(other) and strange(text, other) == why
