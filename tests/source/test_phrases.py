"""Days as plans say them, leads and figures: what is read, and whether it is a doubt."""

from datetime import date

import pytest

from sendxl.source.column_parts import Part
from sendxl.source.column_words import named
from sendxl.source.levels import parts_of, read_levels
from sendxl.source.phrases import month_of_header, read_phrase
from sendxl.source.posts import read_posts
from sendxl.source.roles import load_roles
from sendxl.source.statuses import Key, colour_of_fill, read_status

STARTS = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "start", "end", "doubtful"),
    [
        ("Nov 2026", None, "2026-11-30", False),
        ("Feb-28", None, "2028-02-29", False),
        ("by the end of March 2027", None, "2027-03-31", False),
        ("3rd June 2026", None, "2026-06-03", False),
        ("03.06.2026", None, "2026-06-03", False),
        ("2026-06-03", None, "2026-06-03", False),
        ("Dec '26", None, "2026-12-31", False),
        ("11/2026", None, "2026-11-30", False),
        ("Q1 2026/27", None, "2026-06-30", False),
        ("Quarter 4 of 2026-27", None, "2027-03-31", False),
        ("end of Q2 26/27", None, "2026-09-30", False),
        ("AY 26/27", None, "2027-08-31", False),
        ("2026-27 academic year", None, "2027-08-31", False),
        ("FY 2026-27", None, "2027-03-31", False),
        ("end of 2026", None, "2026-12-31", False),
        ("Jan 2026 – Jul 2026", "2026-01-01", "2026-07-31", False),
        ("March to May 2026", "2026-03-01", "2026-05-31", False),
        ("01/09/2026 - 31/08/2027", "2026-09-01", "2027-08-31", False),
        ("Q3 2026", None, "2026-09-30", True),
        ("Autumn 2026", None, "2026-12-31", True),
        ("Spring 2027", None, "2027-05-31", True),
        ("Spring term 2027", None, "2027-03-31", True),
        ("Summer term 26/27", None, "2027-08-31", True),
        ("2027", None, "2027-12-31", True),
        ("2026/27", None, "2027-03-31", True),
        ("Easter 2027", None, "2027-03-28", True),
        ("March 2-27", None, "2027-03-31", True),
        ("a) May 2026 b) Oct 2026", None, "2026-10-31", True),
        ("June 2026 (12)", None, "2026-06-30", True),
        ("within 6 months", None, "2026-10-01", True),
        ("6-12 months", "2026-10-01", "2027-04-01", True),
        ("Year 2", "2027-04-01", "2028-04-01", True),
        ("early May 2026", None, "2026-05-31", True),
        ("launched May 2025", None, "2025-05-31", True),
        ("From May 2026 onwards", "2026-05-01", None, True),
        ("May 2026 – ongoing", "2026-05-01", None, True),
        ("Ongoing", None, None, True),
        ("TBC", None, None, True),
        ("n/a", None, None, True),
        ("Half term 4", None, None, True),
        ("Autumn term", None, None, True),
        ("12 months from go-live", None, None, True),
        ("Q2", None, None, True),
        ("", None, None, False),
    ],
)
def test_days(text: str, start: str | None, end: str | None, doubtful: bool) -> None:
    phrase = read_phrase(text, STARTS)
    assert tuple(day.isoformat() if day else None for day in (phrase.start, phrase.end)) == (start, end)
    assert bool(phrase.doubt) == doubtful


def test_what_counts_from_the_plans_start_is_blank_without_one() -> None:
    assert read_phrase("within 6 months").end is None and "--starts" in read_phrase("within 6 months").doubt


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("RAG Nov 26", "2026-11-30"),
        ("Status Q1 2026/27", "2026-06-30"),
        ("Jun 25", "2025-06-30"),
        ("RAG", ""),
        ("Target 2026/27", ""),
    ],
)
def test_months_of_headers(header: str, day: str) -> None:
    found = month_of_header(header)
    assert (found.isoformat() if found else "") == day


@pytest.mark.parametrize(
    ("text", "titles", "doubts"),
    [
        ("Head of Play / Principal EP", ["Head of Play", "Principal EP"], 0),
        ("DCO (ICB), DSCO and Data Officer", ["DCO (ICB)", "DSCO", "Data Officer"], 0),
        ("Play Manager\nPlay Officer; Play Adviser", ["Play Manager", "Play Officer", "Play Adviser"], 0),
        ("Head of Play and Leisure", ["Head of Play and Leisure"], 0),
        ("Head of Play & Leisure Manager", ["Head of Play", "Leisure Manager"], 0),
        ("SEND and Inclusion Strategic Lead", ["SEND and Inclusion Strategic Lead"], 0),
        ("Play Pathway Manager, ICB", ["Play Pathway Manager, ICB"], 0),
        ("DCS (R.T.)", ["DCS"], 0),
        ("LA and ICB", ["LA", "ICB"], 2),
        ("Play Service", ["Play Service"], 1),
        ("All partners", ["All partners"], 1),
        ("Play Lead with Youth Team", ["Play Lead", "Youth Team"], 2),
        ("Ann Reed, Head of Play", ["Head of Play"], 1),
        ("Head of Play: Ann Reed", ["Head of Play"], 1),
        ("Ann Reed", ["Ann Reed"], 1),
        ("TBC", [], 1),
        ("", [], 1),
    ],
)
def test_leads(text: str, titles: list[str], doubts: int) -> None:
    read = read_posts(text, load_roles())
    assert [post.role.title for post in read.posts] == titles
    assert len(read.doubts) + len(read.bodies) == doubts


@pytest.mark.parametrize(
    ("text", "words", "base", "target", "better"),
    [
        ("% seen in time: from 41% to 65%", "% seen in time", 0.41, 0.65, "Higher"),
        ("Clubs: 18 → 36", "Clubs", 18, 36, "Higher"),
        ("Number of beds (baseline 84, target 120)", "Number of beds", 84, 120, "Higher"),
        ("40 scouts trained (baseline 12)", "scouts trained", 12, 40, "Higher"),
        ("60 places open", "places open", None, 60, "Higher"),
        ("90% of clubs say so", "% of clubs that say so", None, 0.9, "Higher"),
        ("Fewer than 10% wait long", "% who wait long", None, 0.1, "Lower"),
        ("Absence down from 13% to 11%", "Absence", 0.13, 0.11, "Lower"),
        ("Increase take-up to 70%", "take-up", None, 0.7, "Higher"),
        ("Wait: 52 weeks → 18 weeks", "Wait", 52, 18, "Lower"),
        ("Appeals fall by 20%", "Appeals fall by 20%", None, None, "Lower"),
        ("Appeals of pupils fall by 20%", "Appeals of pupils", None, None, "Lower"),
        ("Children aged 0 to 25", "Children aged 0 to 25", None, None, None),
        ("Guide published", "Guide published", None, None, None),
        ("Seen in 18 weeks", "Seen in 18 weeks", None, None, None),
        ("Fewer pupils in cars", "pupils in cars", None, None, "Lower"),
    ],
)
def test_figures(text: str, words: str, base: float | None, target: float | None, better: str | None) -> None:
    read = read_levels(text)
    assert (read.words, read.baseline and read.baseline.value, read.target and read.target.value, read.better) == (
        words,
        base,
        target,
        better,
    )


@pytest.mark.parametrize(("text", "words", "base", "target"), [
    ("400 families take part (250 now)", "families take part", 250, 400),
    ("Number of internships: 10 by December 2026", "Number of internships", None, 10),
    ("Plans in time 60% by March 2026 and 80% by March 2027", "Plans in time", None, 0.8),
    ("Number of interns (currently 24) to reach 60", "Number of interns", 24, 60),
    ("Average wait under 12 weeks", "Average wait", None, 12),
    ("Baseline: 14 schools. Target: 60 schools", "schools", 14, 60),
    ("Share of 16-25 year olds in work goes up from 4% in 2024 to 8% in 2027", "Share of 16-25 year olds in work", 0.04, 0.08),
    ("3 out of 4 families say they are heard", "3 out of 4 families say they are heard", None, None),
    ("Appeals: 40 in 2024/25, 25 in 2026/27", "Appeals: 40 in 2024/25, 25 in 2026/27", None, None),
    ("a" * 40_000, "a" * 40_000, None, None),
])
def test_more_figures_in_words(text: str, words: str, base: float | None, target: float | None) -> None:
    read = read_levels(text)
    assert (read.words, read.baseline and read.baseline.value, read.target and read.target.value) == (words, base, target)


def test_what_belongs_to_a_measure_is_no_measure_of_its_own() -> None:
    assert parts_of("Plans in time; currently 33%; aim 60%; Visits") == ["Plans in time; currently 33%; aim 60%", "Visits"]
    read = read_levels("Plans in time; currently 33%; aim 60%")
    assert (read.words, read.baseline and read.baseline.value, read.target and read.target.value) == ("Plans in time", 0.33, 0.6)


def test_figures_with_days_and_steps() -> None:
    read = read_levels("% seen: 22% (Mar 25) to 40% (Mar 26) to 60% (Dec 26)")
    assert [(level.value, level.on) for level in (read.baseline, *read.interim, read.target) if level] == [
        (0.22, date(2025, 3, 31)),
        (0.4, date(2026, 3, 31)),
        (0.6, date(2026, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("key", "text", "fill", "status", "doubtful"),
    [
        ("", "On track", "", "On track", False),
        ("", "Not yet started", "", "Not started", False),
        ("", "Complete", "", "Complete", False),
        ("", "Some delay", "", "At risk", False),
        ("", "Overdue", "", "Off track", False),
        ("", "In progress", "", "On track", True),
        ("", "Amber", "", "At risk", True),
        ("", "B", "", "Complete", True),
        ("", "N/A", "", None, True),
        ("", "Lilac", "", None, True),
        ("", "", "00B050", "On track", True),
        ("", "", "FFC000", "At risk", True),
        ("", "", "", None, False),
        ("Green = embedded; Amber = to plan, on track; Red = late", "Amber", "", "On track", False),
        ("Green = embedded; Amber = to plan, on track; Red = late", "G", "", "Complete", False),
        ("Green = embedded; Amber = to plan, on track; Red = late", "", "92D050", "Complete", True),
    ],
)
def test_statuses(key: str, text: str, fill: str, status: str | None, doubtful: bool) -> None:
    known = Key()
    assert known.take(key) == bool(key)
    read = read_status(text, fill, known)
    assert (read.status, bool(read.doubt)) == (status, doubtful)


@pytest.mark.parametrize(
    ("fill", "colour"),
    [
        ("FF0000", "red"),
        ("FFFF00", "amber"),
        ("92D050", "green"),
        ("00B0F0", "blue"),
        ("7030A0", "purple"),
        ("BFBFBF", "grey"),
        ("FFFFFF", None),
        ("", None),
    ],
)
def test_nearest_colours(fill: str, colour: str | None) -> None:
    assert colour_of_fill(fill) == colour


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("What are we going to do?", Part.ACTIVITY),
        ("Lead (including capacity/resource)", Part.LEAD_CAPACITY),
        ("By whom", Part.LEAD),
        ("Roles responsible", Part.LEAD),
        ("To be completed by", Part.DUE),
        ("Target delivery date", Part.DUE),
        ("Baseline 2024/25", Part.BASELINE),
        ("2026/27 Target", Part.TARGET),
        ("RAG Nov 25", Part.HISTORY),
        ("How will we know?", Part.MEASURE),
        ("Outcome – (report for Q1)", Part.PROGRESS),
        ("Likelihood", Part.OWN),
        ("Status update", Part.PROGRESS),
        ("Red/Amber/Green", Part.STATUS),
        ("Date achieved", Part.COMPLETED),
    ],
)
def test_headers(header: str, part: Part) -> None:
    found = named(header)
    assert found is not None and found[0] is part
