"""Refs of themes, and broken words put right."""

import pytest

from sendxl.source.refs import Refs
from sendxl.source.words import clean, joined_words

KNOWN = joined_words(["a school-based post", "with-profits"])


@pytest.mark.parametrize(("raw", "shown"), [
    ("state- funded places", "state-funded places"),
    ("post- 16 courses", "post-16 courses"),
    ("more top- ups", "more top-ups"),
    ("team in place- no more needed", "team in place – no more needed"),
    ("School- based work", "School-based work"),  # written whole elsewhere in the plan
    ("pre- and post-16", "pre- and post-16"),
    ("ages 0-5 and 16-25", "ages 0-5 and 16-25"),
    ("one – two — three - four", "one – two — three - four"),
    ("topup and inschool", "topup and inschool"),
    ("re\u00adview of ﬁnance\u00a0 plans", "review of finance plans"),
])
def test_cleaning(raw: str, shown: str) -> None:
    cleaned = clean(raw, KNOWN)
    assert cleaned.text == shown
    assert bool(cleaned.repairs) == ("- " in raw and "- " not in shown.replace(" - ", "") and raw != shown)
    assert clean(shown, KNOWN).text == shown


def test_a_hyphen_that_could_be_either_is_left_and_said() -> None:
    cleaned = clean("the garden- house", frozenset())
    assert (cleaned.text, cleaned.repairs, cleaned.unsure) == ("the garden- house", (), ("garden- house",))


@pytest.mark.parametrize(("themes", "codes"), [
    (["Promoting Inclusion", "Making it Happen", "SEND Transport"], ["PI", "MH", "ST"]),
    (["Getting it Right for All", "The Value of Work"], ["GR", "VW"]),
    (["Health and Care", "Housing and Care Leavers", "Homes for Children"], ["HC", "HCL", "HCH"]),
    (["Early Years", "early  years"], ["EY", "EY"]),
    (["Transport", "Travel", "École, été", "…"], ["TR", "TRA", "EE", "XX"]),
    (["Money Advice", "Making Art Real", "1 Early help", "2026", "2027"], ["MA", "MAT", "1EH", "X202", "X203"]),
    (["A B", "A B C", "A Bc", "A B D"], ["AB", "ABC", "AB2", "ABD"]),
])
def test_theme_codes(themes: list[str], codes: list[str]) -> None:
    refs = Refs()
    assert [refs.code(theme) for theme in themes] == codes


def test_a_theme_that_comes_back_goes_on_counting() -> None:
    refs = Refs()
    assert [refs.next(theme) for theme in ("Early Years", "Work", "Early years")] == ["EY-01", "WO-01", "EY-02"]
