"""What comes out of the plan that ships and, where it is present, of the published appendix: the two must agree."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from sendxl.plan.master import LEADS, MEASURES, PLAN, REVIEW, UNIT_COSTS
from sendxl.plan.schema import By
from sendxl.plan.values import Value
from sendxl.source import Imported, read_plan
from sendxl.source.roles import load_roles

REFS = [
    "PI-01", "PI-02", "PI-03", "PI-04", "PI-05", "GR-01", "GR-02", "IH-01", "IH-02", "IH-03", "PA-01", "PA-02", "PA-03",
    "ST-01", "ST-02", "ST-03", "WD-01", "WD-02", "WD-03", "WD-04", "MH-01", "MH-02",
]
NOW, TO_2 = (date(2019, 9, 1), date(2019, 9, 1)), (date(2019, 9, 1), date(2021, 9, 1))
TO_3, FROM_3 = (date(2020, 9, 1), date(2022, 9, 1)), (date(2022, 9, 1), date(2024, 9, 1))
PROSE = (None, None)
PEP, POST_16 = "Principal Educational Psychologist & SENDAR Lead", "Post 16 Senior Plan Coordinator"
BOARD, COMMISSIONER = "SEND Board Development Manager", "SEND & Inclusion Commissioner"
MANAGER = "Strategy & Commissioning Manager"

# rating, window, lead, joint leads, capacity
EXPECTED = {
    "PI-01": ("Low", NOW, "IDS 0-5 Manager", None, "In place"),
    "PI-02": ("Medium", FROM_3, PEP, None, "Additional required"),
    "PI-03": ("Medium", FROM_3, "Specialist Teaching Service", None, "Not stated"),
    "PI-04": ("High", PROSE, COMMISSIONER, None, "Additional required"),
    "PI-05": ("Low", NOW, f"{MANAGER}: Education and Early Years", None, "In place"),
    "GR-01": ("High", PROSE, BOARD, COMMISSIONER, "Decision needed"),
    "GR-02": (None, NOW, "Senior Integrated Commissioner: people with Disabilities", None, "Additional required"),
    "IH-01": ("Risk", TO_2, "Assistant Director Education", "Assistant Director People", "Decision needed"),
    "IH-02": ("Medium", TO_3, "Service Manager Initial Response and Early Support", None, "In place"),
    "IH-03": ("Medium", TO_3, f"{MANAGER}: All Age Targeted Support", None, "In place"),
    "PA-01": ("Low", PROSE, PEP, POST_16, "Additional required"),
    "PA-02": ("Medium", NOW, PEP, POST_16, "In place"),
    "PA-03": ("Medium", NOW, BOARD, None, "In place"),
    "ST-01": ("Medium", NOW, "Transport Operations Manager", None, "In place"),
    "ST-02": ("Medium", PROSE, BOARD, None, "Additional required"),
    "ST-03": ("Medium", (None, date(2024, 9, 1)), BOARD, None, "Potential saving"),
    "WD-01": ("Medium", FROM_3, "Assistant Director Education", None, "In place"),
    "WD-02": ("Medium", FROM_3, f"{MANAGER}: SEND", None, "Awaiting proposals"),
    "WD-03": ("Medium", FROM_3, f"{MANAGER}: SEND", None, "Awaiting proposals"),
    "WD-04": ("Medium", FROM_3, f"{MANAGER}: SEND", None, "Awaiting proposals"),
    "MH-01": ("Medium", (date(2019, 9, 1), date(2022, 9, 1)), None, None, "Awaiting proposals"),
    "MH-02": (None, TO_3, None, None, "In place"),
}
KINDS = {
    "Number": ["PI-01", "PI-03", "PI-04", "PA-02", "PA-03", "ST-01", "ST-03", "WD-01"],
    "Percentage": ["IH-03"],
    "Number and %": ["GR-01", "PA-01"],
    "Compliance": ["GR-02"],
    "Milestone": ["PI-02", "PI-05", "IH-01", "IH-02", "ST-02", "WD-02", "WD-03", "WD-04", "MH-01", "MH-02"],
}
REVIEWED = {
    "PI-01": ["Capacity note"],
    "PI-03": ["Measure", "Lead", "Capacity"],
    "PI-04": ["Benefits by", "Joint leads", "Capacity"],
    "PI-05": ["Capacity"],
    "GR-01": ["Activity", "Better", "Benefits by", "Capacity"],
    "GR-02": ["Kind", "Savings rating", "Capacity"],
    "IH-02": ["Kind", "Capacity"],
    "IH-03": ["Capacity"],
    "PA-01": ["Measure", "Better", "Benefits by", "Capacity"],
    "PA-03": ["Capacity"],
    "ST-01": ["Benefits note"],
    "ST-02": ["Kind", "Benefits by", "Lead", "Capacity"],
    "WD-01": ["Measure", "Joint leads", "Capacity"],
    "WD-02": ["Savings note"],
    "WD-03": ["Measure", "Savings note"],
    "WD-04": ["Savings note"],
    "MH-01": ["Kind", "Savings rating", "Lead"],
    "MH-02": ["Kind", "Savings rating", "Lead"],
    "": ["Price base"],
}


def by_ref(imported: Imported) -> dict[Value, dict[str, Value]]:
    return {row["ref"]: row for row in imported.rows[PLAN]}


def test_activities_have_their_refs_in_order_under_seven_themes(imported: Imported) -> None:
    assert [row["ref"] for row in imported.rows[PLAN]] == REFS
    assert len({row["theme"] for row in imported.rows[PLAN]}) == 7


def test_ratings_by_activity(imported: Imported) -> None:
    counts = Counter(row["savings_rating"] for row in imported.rows[PLAN])
    assert counts == {"High": 2, "Medium": 14, "Low": 3, "Risk": 1, None: 2}


@pytest.mark.parametrize("ref", EXPECTED)
def test_rating_window_leads_and_capacity(imported: Imported, ref: str) -> None:
    row = by_ref(imported)[ref]
    window = (row["benefits_from"], row["benefits_by"])
    assert (row["savings_rating"], window, row["lead"], row["joint_leads"], row["capacity"]) == EXPECTED[ref]


def test_a_second_rated_part_is_kept_with_its_window(imported: Imported) -> None:
    note = str(by_ref(imported)["MH-01"]["savings_note"]).splitlines()
    assert [line.partition(": ")[0] for line in note] == ["Medium, Now", "Medium, 1-3 years"]


def test_measures_have_kind_and_direction(imported: Imported) -> None:
    measures = imported.rows[MEASURES]
    assert [row["ref"] for row in measures] == [f"{ref}.M1" for ref in REFS]
    found = {kind: [row["activity_ref"] for row in measures if row["kind"] == kind] for kind in KINDS}
    assert found == KINDS
    assert {row["activity_ref"]: row["better"] for row in measures if row["better"] != "Higher"} == {
        "GR-01": None, "PA-01": None, "WD-01": "Lower"}


def test_what_the_source_does_not_say_stays_blank(imported: Imported) -> None:
    unsaid = ("baseline", "baseline_on", "target", "target_on", "actual", "out_of", "cumulative", "status")
    assert all(row[key] is None for row in imported.rows[MEASURES] for key in unsaid)
    others = [column.key for column in PLAN if column.by in (By.LEAD, By.REFRESH)] + ["starts", "due", "closed_on"]
    assert all(row[key] is None for row in imported.rows[PLAN] for key in others)
    assert all(row["name"] is None and row["email"] is None for row in imported.rows[LEADS])


def test_unit_costs_keep_their_qualifiers(imported: Imported) -> None:
    rows = imported.rows[UNIT_COSTS]
    found = [(row["code"], row["annual_cost"], row["qualifier"]) for row in rows]
    assert found == [("RP", 18000, "approx."), ("SPECIAL", 27000, "up to"), ("OOC", 54000, "average")]
    assert all(row["price_base"] is None for row in rows)
    assert [re.findall(r"[A-Z]{2}-\d\d", str(row["source"])) for row in rows] == [
        ["PI-04"], ["PI-04", "GR-01"], ["PI-04", "GR-01"]]


def test_leads_are_the_roles_in_use(imported: Imported) -> None:
    plan, leads = imported.rows[PLAN], imported.rows[LEADS]
    used = {title for row in plan for title in [row["lead"], *str(row["joint_leads"] or "").split("; ")] if title}
    assert {row["title"] for row in leads} == used
    codes = [str(row["code"]).casefold() for row in leads]
    assert len(set(codes)) == len(codes) == 14
    assert all(re.fullmatch(r"[a-z0-9-]{1,20}", code) for code in codes)


def test_every_doubt_is_in_review_and_nothing_else(imported: Imported) -> None:
    found: dict[str, list[Value]] = {}
    for row in imported.rows[REVIEW]:
        found.setdefault(str(row["ref"] or "").partition(".")[0], []).append(row["column"])
    assert found == REVIEWED


def test_review_rows_are_numbered_open_and_about_columns_that_exist(imported: Imported) -> None:
    rows = imported.rows[REVIEW]
    headers = {column.header for table in (PLAN, MEASURES, UNIT_COSTS) for column in table}
    assert [row["no"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["column"] in headers and row["raw_text"] and row["settled"] is None for row in rows)
    assert all(str(row["doubt"]).endswith(".") for row in rows)


def test_raw_words_are_words_of_the_source(imported: Imported, plan_file: Path) -> None:
    source = plan_file.read_text("utf-8")
    for row in imported.rows[REVIEW]:
        if row["column"] not in ("Capacity", "Price base"):  # these quote words already put right
            assert all(words in source for words in str(row["raw_text"]).split("\n"))


def test_rows_have_every_column_of_their_table_and_words_of_its_lists(imported: Imported) -> None:
    for table, rows in imported.rows.items():
        for row in rows:
            assert list(row) == [column.key for column in table]
            for column in table:
                value = row[column.key]
                assert value != ""
                assert not isinstance(value, str) or not column.choices or value in [*map(str, column.choices)]


def test_no_broken_hyphen_is_left(imported: Imported) -> None:
    shown = [str(value) for table in (PLAN, MEASURES) for row in imported.rows[table] for value in row.values()]
    assert not [words for words in shown if re.search(r"\w- \w", words)]


def test_reading_twice_gives_the_same(imported: Imported, plan_file: Path) -> None:
    assert read_plan(plan_file, starts=date(2019, 9, 1), first_year="2019-20") == imported
    assert re.fullmatch(r"P[0-9a-f]{10}", imported.plan_id)


def test_without_a_start_windows_stay_words(plan_file: Path, imported: Imported) -> None:
    undated = read_plan(plan_file)
    for row, dated in zip(undated.rows[PLAN], imported.rows[PLAN], strict=True):
        assert row["benefits_from"] is None and row["benefits_by"] is None
        assert row["benefits_note"] and str(row["benefits_note"]).endswith(str(dated["benefits_note"] or ""))
    doubts = [str(row["doubt"]) for row in undated.rows[REVIEW] if "--starts" in str(row["doubt"])]
    windows = [ref for ref in REFS if EXPECTED[ref][1] != PROSE]
    assert len(doubts) == 1 and re.findall(r"[A-Z]{2}-\d\d", doubts[0]) == windows


def test_a_year_that_is_none_is_refused(plan_file: Path) -> None:
    with pytest.raises(ValueError, match="2026-28"):
        read_plan(plan_file, first_year="2026-28")


def test_every_lead_of_the_plans_is_in_the_dictionary(imported: Imported) -> None:
    known = {role.title for role in load_roles().roles}
    assert {row["title"] for row in imported.rows[LEADS]} <= known
