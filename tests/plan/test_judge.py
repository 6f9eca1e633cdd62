"""How a declaration judges a value, by cases worked by hand; and that a declaration which cannot be meant raises."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sendxl.plan.master import MEASURES, PLAN
from sendxl.plan.rows import Row
from sendxl.plan.schema import MOST, Against, Breach, By, Column, Shown, Table, Type, check_links
from sendxl.plan.vocabulary import Kind, Status

LOW, HIGH = Against.LOW, Against.HIGH


def column(type: Type = Type.NUMBER, /, **declared: Any) -> Column:
    return Column("Amount", type, "Help.", **declared)


VALUES: list[tuple[str, Column, object, str, Breach | None]] = [
    ("blank", column(low=1), None, "", None),
    ("below", column(low=1), 0, "", Breach(LOW, 1)),
    ("at the least", column(low=1), 1, "", None),
    ("above", column(high=100), 100.5, "", Breach(HIGH, 100)),
    ("noise", column(Type.FRACTION), 1.0000000001, "", None),
    ("noise below", column(low=0), -1e-9, "", None),
    ("more than noise", column(Type.FRACTION), 1.00001, "", Breach(HIGH, 1)),
    ("a share without limits", column(Type.FRACTION), -0.1, "", Breach(LOW, 0)),
    ("a share that may be more", column(Type.FRACTION, high=2), 1.5, "", None),
    ("pounds", column(Type.MONEY, high=5000), 5001, "", Breach(HIGH, 5000)),
    ("beyond any plan", column(Type.MONEY), -2e12, "", Breach(LOW, -MOST)),
    ("actual of a percentage", column(Type.ACTUAL, low=0), 1.2, "Percentage", Breach(HIGH, 1)),
    ("actual of a number", column(Type.ACTUAL, low=0), 1.2, "Number", None),
    ("limits are of counts", column(Type.ACTUAL, low=3, high=500), 0.5, "Milestone", None),
    ("limits of counts", column(Type.ACTUAL, low=3, high=500), 501, "Compliance", Breach(HIGH, 500)),
    ("level of a share", column(Type.LEVEL), 71, "Number and %", Breach(HIGH, 1)),
    ("a choice", column(Type.CHOICE, choices=Status), "on  TRACK", "", None),
    ("no choice", column(Type.CHOICE, choices=Status), "Ontrack", "", Breach(Against.CHOICES)),
    ("a date", column(Type.DATE), 46_000, "", None),
]


@pytest.mark.parametrize(("declared", "value", "kind", "breach"), [case[1:] for case in VALUES], ids=[c[0] for c in VALUES])
def test_a_value_is_judged(declared: Column, value: object, kind: str, breach: Breach | None) -> None:
    assert declared.judge(value, kind) == breach


REQUIRED, BESIDE = column(required=True), column(required_with="name")
SHARES = replace(BESIDE, kinds=(Kind.COMPLIANCE,))
BLANKS: list[tuple[str, Column, str, set[str] | None, Against | None]] = [
    ("not asked", REQUIRED, "", None, None),
    ("asked", REQUIRED, "", {"name"}, Against.REQUIRED),
    ("nothing else filled", REQUIRED, "", set(), Against.REQUIRED),
    ("filled, but not readable", REQUIRED, "", {"amount"}, None),
    ("with another", BESIDE, "", {"name"}, Against.REQUIRED_WITH),
    ("without the other", BESIDE, "", {"email"}, None),
    ("of the kind", SHARES, "Compliance", {"name"}, Against.REQUIRED_WITH),
    ("of another kind", SHARES, "Number", {"name"}, None),
    ("never", column(), "", {"name"}, None),
]


@pytest.mark.parametrize(("declared", "kind", "filled", "against"), [case[1:] for case in BLANKS], ids=[c[0] for c in BLANKS])
def test_a_blank_is_judged(declared: Column, kind: str, filled: set[str] | None, against: Against | None) -> None:
    breach = declared.judge(None, kind, filled)
    assert (breach and breach.against) is against


WRONG: list[tuple[Type, Mapping[str, Any], str]] = [
    (Type.NUMBER, {"low": 5, "high": 5}, "has low 5 and high 5"),
    (Type.TEXT, {"low": 0}, "has limits, but holds text"),
    (Type.DATE, {"high": 1}, "has limits, but holds date"),
    (Type.TEXT, {"choices": Status}, "has choices, but holds text"),
    (Type.NUMBER, {"choices_from": ("Plan", "Ref")}, "has choices_from, but holds number"),
    (Type.CHOICE, {}, "needs either choices or choices_from"),
    (Type.CHOICE, {"choices": Status, "choices_from": ("Plan", "Ref")}, "needs either choices or choices_from"),
    (Type.WORDS, {"many": True}, "has several values, but holds text, several lines"),
    (Type.TEXT, {"required": True, "required_with": "ref"}, "is required always"),
    (Type.TEXT, {"required": True, "by": By.REFRESH}, "nobody fills it: it is written by computed by refresh"),
    (Type.TEXT, {"required_with": "ref", "by": By.SENDXL}, "nobody fills it"),
    (Type.TEXT, {"shown": Shown.FILLED}, "is for leads to fill, but is written by core team"),
    (Type.TEXT, {"shown": Shown.LOCKED, "by": By.LEAD}, "is written by leads, but locked"),
    (Type.TEXT, {"shown": Shown.BLANK, "by": By.LEAD, "choices_from": ("Plan", "Ref")}, "whose tracker has no table"),
]


@pytest.mark.parametrize(("type", "declared", "why"), WRONG, ids=[case[2] for case in WRONG])
def test_a_wrong_column_raises_and_is_named(type: Type, declared: Mapping[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"column “Amount” .*{why}"):
        column(type, **declared)


def test_a_header_is_words_with_single_spaces() -> None:
    for header in ("", "—", "Due  on", "Due\non", " Due"):
        with pytest.raises(ValueError, match="needs a header of words"):
            Column(header, Type.TEXT, "Help.")


KEY = Column("Ref", Type.TEXT, "Its name.")


@pytest.mark.parametrize(("columns", "why"), [
    ((KEY, Column("REF", Type.TEXT, "")), "table Small has two columns “Ref”"),
    ((KEY, Column("Due on", Type.DATE, ""), Column("Due-on", Type.DATE, "")), "table Small has two columns “Due on”"),
    ((KEY, column(required_with="nme")), "column “Amount” is required with 'nme', which table Small does not have"),
    ((KEY, column(kinds=(Kind.NUMBER,))), "column “Amount” goes by Kind, which table Small does not have"),
], ids=["case", "key", "required_with", "kinds"])
def test_a_wrong_table_raises_and_names_the_column(columns: tuple[Column, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Table("Small", "A table.", Row, columns)


def test_choices_from_what_is_not_there_raise() -> None:
    lead = Column("Lead", Type.CHOICE, "Who.", choices_from=("Leads", "Tittle"))
    with pytest.raises(ValueError, match=r"column “Lead” of table Small takes its choices from Leads\[Tittle\]"):
        check_links([Table("Small", "A table.", Row, (KEY, lead)), PLAN, MEASURES])
