"""Which activity of a later version of a plan is which of the plan."""

from dataclasses import replace

import pytest

from sendxl.source import revise
from sendxl.source.column_parts import Sure
from sendxl.source.revise import Brief, Match, matches

PLAN = [
    Brief("A", "Open two breakfast clubs for pupils with plans", "1", "Calm", "Number of breakfast clubs", "Head of Play"),
    Brief("B", "Train every teaching assistant in signing", "2", "Calm", "Share of assistants trained", "Head of Play"),
    Brief("C", "Agree one form for transport requests", "3", "Roads", "One form in use", "Road Manager"),
    Brief("D", "Publish the waiting times of the speech therapy service", "4", "Health", "Waiting times published", "Nurse"),
]


def later(*changes: tuple[str, dict[str, str]]) -> list[Brief]:
    """The plan as a later version has it, under keys of its own: with other words in some activities."""
    changed = dict(changes)
    return [replace(brief, **{"key": brief.key.lower(), **changed.get(brief.key, {})}) for brief in PLAN]


def met(new: list[Brief], old: list[Brief] = PLAN) -> dict[str, tuple[str, Sure]]:
    return {match.old: (match.new, match.sure) for match in matches(old, new) if match.old}


def test_the_same_words_are_the_same_in_any_order_and_under_any_number() -> None:
    new = [replace(brief, number=str(9 - place), theme="Elsewhere") for place, brief in enumerate(reversed(later()))]
    assert met(new) == {brief.key: (brief.key.lower(), Sure.SURE) for brief in PLAN}


@pytest.mark.parametrize("words", [
    "Train every teaching assistant in signing by the spring",
    "Continue to train every teaching assistant in signing",
    "Train all teaching assistants in signing, and publish the result",
])
@pytest.mark.parametrize("number", ["2", "7", ""])
def test_a_light_change_of_words_is_sure(words: str, number: str) -> None:
    assert met(later(("B", {"words": words, "number": number})))["B"] == ("b", Sure.SURE)


def test_a_number_goes_before_likeness() -> None:
    """Two are nearly as like; the number tells which is meant."""
    old = [Brief("A", "Review the offer of short breaks for families", "1"),
           Brief("B", "Review the offer of day trips for families", "2")]
    new = [Brief("x", "Review the offer of short trips for families", "2"),
           Brief("y", "Review the offer of short breaks again", "1")]
    assert met(new, old) == {"A": ("y", Sure.SURE), "B": ("x", Sure.SURE)}


def test_without_a_number_what_has_a_rival_is_asked() -> None:
    old = [Brief("A", "Review the offer of short breaks for families"), Brief("B", "Review the offer of day trips for families")]
    [match] = [one for one in matches(old, [Brief("x", "Review the offer of short trips for families")]) if one.new]
    assert match.sure is Sure.GUESS


def test_a_number_that_means_another_activity_is_not_believed() -> None:
    new = later(("C", {"words": "Recruit three educational psychologists", "measures": "Psychologists there", "theme": "Staff"}))
    found = matches(PLAN, new)
    assert Match("C", "", Sure.LIKELY) in found and Match("", "c", Sure.LIKELY) in found


def test_numbers_given_anew_are_not_believed() -> None:
    old = [*PLAN, Brief("E", "Ask families what they think of the short breaks", "5")]
    new = [*(replace(brief, key=brief.key.lower(), number=str(int(brief.number) + 1)) for brief in PLAN),
           Brief("z", "Ask young people what they think of the colleges", "5")]
    assert met(new, old)["E"][1] is not Sure.SURE


def test_what_may_have_been_split_is_told() -> None:
    new = [*later(("A", {"words": "Open two breakfast clubs"})),
           Brief("n", "Open one breakfast club for pupils with plans in the north", "5", "Calm", "Number of breakfast clubs")]
    assert met(new)["A"] == ("a", Sure.SURE)
    assert matches(PLAN, new)[-1] == Match("", "n", Sure.GUESS, "A")


def test_what_an_officer_said_stands() -> None:
    new = later(("D", {"words": "Tell parents how long therapists take", "measures": "", "number": ""}))
    assert met(new)["D"][1] is not Sure.SURE
    found = matches(PLAN, new, {"d": "D"})
    assert Match("D", "d", Sure.SURE) in found


def test_a_long_plan_is_compared_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is compared with those alone that share a telling word, however many there are."""
    compared: list[int] = []
    inner = revise.likeness

    def counting(one: Brief, other: Brief) -> float:
        compared.append(1)
        return inner(one, other)

    monkeypatch.setattr(revise, "likeness", counting)
    counts = []
    for size in (200, 400):
        compared.clear()
        old = [Brief(f"A{n}", f"Open the club number{n} in street{n} for everybody", measures=f"Clubs opened{n}")
               for n in range(size)]
        new = [replace(one, key=one.key.lower(), words=one.words.replace("Open", "Keep open")) for one in old]
        assert {match.new for match in matches(old, new)} == {one.key for one in new}
        counts.append(len(compared))
    assert counts[1] <= 2.2 * counts[0]


def test_a_number_is_not_believed_where_another_activity_is_more_alike() -> None:
    """Two that differ in one word changed places in the list, and with that their numbers."""
    old = [Brief("N", "Open a satellite site in the north", "5", "Places", "Number of places, 48"),
           Brief("S", "Open a satellite site in the south", "6", "Places", "Number of places, 36"), *PLAN]
    new = [Brief("s", "Open a satellite site for the south", "5", "Places", "Number of places, 36"),
           Brief("n", "Open a satellite site for the north", "6", "Places", "Number of places, 48"), *later()]
    found = met(new, old)
    assert (found["N"], found["S"]) == (("n", Sure.GUESS), ("s", Sure.GUESS))


def test_a_number_given_to_something_like_it_is_asked() -> None:
    new = later(("B", {"words": "Train every driving assistant in steering", "measures": "Miles driven", "lead": "Road Manager"}))
    assert met(new)["B"] == ("b", Sure.GUESS)
