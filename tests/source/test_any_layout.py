"""Plans put together by chance: any headers in any order, themes and formats, read back cell by cell."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest

from sendxl.plan.master import MEASURES, PLAN, REVIEW
from sendxl.source import read_plan
from tests.source.made_plans import docx, p, tbl, tc, text, xlsx
from tests.source.test_headers import CASES

LEAST = ["Activity", "Lead", "Due"]
MORE = ["Source no", "Measure", "Lead status", "Progress", "Starts", "Rationale", "% complete", "Next steps"]
THEMES = ["Priority 1: Early help", "Good schools", "Ready for work", "Listening to families"]
LEADS = [("Head of SEND", "Head of SEND", None),
         ("Inclusion Adviser and Speech Therapist", "Inclusion Adviser", "Speech Therapist"),
         ("Early Years Lead / Nursery Adviser", "Early Years Lead", "Nursery Adviser"),
         ("SENDAR Manager & DCO", "SENDAR Manager", "DCO"),
         ("Commissioning Manager (ICB)", "Commissioning Manager (ICB)", None), ("TBC", None, None)]
DAYS = [("May 2027", date(2027, 5, 31)), ("30/06/2027", date(2027, 6, 30)), ("Sep-26", date(2026, 9, 30)), ("Ongoing", None),
        ("Q2 2026/27", date(2026, 9, 30)), ("By end of December 2026", date(2026, 12, 31)),
        ("Jan 2027 – Mar 2027", date(2027, 3, 31))]
MEASURED = [("Number of visits", None, None), ("% of plans in 20 weeks: from 41% to 65%", 0.41, 0.65),
            ("Guide published", None, None),
            ("Baseline 12, target 40 places", 12, 40), ("30 staff trained", None, 30), ("Pupils out of county: 84 → 60", 84, 60)]
STATUSES = [("On track", "On track"), ("Delayed", "At risk"), ("Complete", "Complete"), ("Not started", "Not started"),
            ("Red", "Off track"), ("In progress", "On track"), ("Overdue", "Off track")]
SHARES = ["0%", "25%", "60%", "100%"]


@dataclass
class Made:
    """A plan by chance: its headers, its rows with their themes, and what is to be read of each."""

    headers: list[str]
    parts: list[str]
    grid: list[list[str]]
    wanted: list[dict[str, Any]]


def made(chance: random.Random) -> Made:
    parts = [*LEAST, *(part for part in MORE if chance.random() < 0.6)]
    in_rows = chance.random() < 0.5
    parts += [] if in_rows else ["Theme"]
    if chance.random() < 0.3:
        chance.shuffle(parts)
    headers = [chance.choice([header for header, of in CASES if of == part]) for part in parts]
    grid, wanted, last = [headers], [], ""
    for number in range(chance.randint(4, 8)):
        theme = THEMES[number // 3]
        lead, day, measure, status = chance.choice(LEADS), chance.choice(DAYS), chance.choice(MEASURED), chance.choice(STATUSES)
        words = f"{chance.choice(['Open', 'Fund', 'Review'])} {chance.choice(['clubs', 'a panel'])} in street {number}"
        said = {"Activity": words, "Lead": lead[0], "Due": day[0], "Source no": f"{number // 3 + 1}.{number}",
                "Measure": measure[0],
                "Lead status": status[0], "Progress": chance.choice(["Two groups have met so far", ""]),
                "Starts": "01/04/2026",
                "Rationale": "Parents asked for it", "% complete": chance.choice(SHARES), "Next steps": "Meet in June",
                "Theme": theme}
        means = {"Activity": ("activity", words), "Due": ("due", day[1]), "Source no": ("source_no", said["Source no"]),
                 "Lead status": ("lead_status", status[1]), "Progress": ("progress", said["Progress"] or None),
                 "Starts": ("starts", date(2026, 4, 1)), "Rationale": ("rationale", said["Rationale"]),
                 "% complete": ("percent_complete", float(said["% complete"][:-1]) / 100),
                 "Next steps": ("next_steps", "Meet in June")}
        want = dict(means[part] for part in parts if part in means) | {"theme": theme, "lead": lead[1], "joint_leads": lead[2]}
        wanted.append(want | ({"figures": measure[1:]} if "Measure" in parts else {}))
        if in_rows and theme != last:
            grid.append([theme])
        last = theme
        grid.append([said[part] for part in parts])
    if chance.random() < 0.3:
        grid.append(["Total", *[""] * (len(parts) - 2), "6"])
    if chance.random() < 0.3:
        grid.append(["Notes: days may change once the Board has met."])
    if chance.random() < 0.3:
        grid = [["Version 3 draft"], ["Updated 4 May 2026"], [], *grid]
    return Made(headers, parts, grid, wanted)


def as_text(folder: Path, plan: Made, chance: random.Random) -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(",;\t|")).writerows(plan.grid)
    return text(folder / "plan.csv", out.getvalue())


def as_workbook(folder: Path, plan: Made, chance: random.Random) -> Path:
    return xlsx(folder / "plan.xlsx", {"Plan": [["Our delivery plan"], [], *plan.grid] if chance.random() < 0.5 else plan.grid})


def as_word(folder: Path, plan: Made, chance: random.Random) -> Path:
    wide = len(plan.headers)
    rows = [[tc(row[0], span=wide)] if len(row) == 1 else [tc(cell) for cell in row] for row in plan.grid if row]
    return docx(folder / "plan.docx", p("Our delivery plan", "Title"), tbl(*rows, raw=True))


def as_page(folder: Path, plan: Made, chance: random.Random) -> Path:
    wide = len(plan.headers)
    rows = ["".join(f"<td{f' colspan={wide}' if len(row) == 1 else ''}>{escape(cell)}</td>" for cell in row) for row in plan.grid]
    said = "".join(f"<tr>{row}</tr>" for row in rows)
    return text(folder / "plan.html", f"<html><body><h1>Our plan</h1><table>{said}</table></body></html>")


def as_labels(folder: Path, plan: Made, chance: random.Random) -> Path:
    """Label blocks, in bold or not: the activity first, themes as headings or as labels, labels of which nothing is said."""
    bold = chance.random() < 0.5
    mark = "**" if bold else ""
    order = sorted(range(len(plan.parts)), key=lambda at: plan.parts[at] != "Activity")
    said = ["# Our plan" if bold else "Our plan"]
    for row in plan.grid:
        if len(row) == 1 and row[0] in THEMES:
            said.append(f"## {row[0]}" if bold else row[0])
        elif row and len(row) == len(plan.parts) and row != plan.headers and row[0] != "Total":
            said.append("\n".join(f"{mark}{plan.headers[at]}:{mark} {row[at]}".rstrip() for at in order))
    if bold and "Theme" not in plan.parts:
        for want in plan.wanted:
            want["theme"] = str(want["theme"]).rpartition(": ")[2]
    return text(folder / ("plan.md" if bold else "plan.txt"), "\n\n".join(said) + "\n")


@pytest.mark.parametrize("write", [as_text, as_workbook, as_word, as_page, as_labels], ids=lambda write: write.__name__)
@pytest.mark.parametrize("seed", range(8))
def test_what_was_put_in_is_read(tmp_path: Path, seed: int, write: Callable[[Path, Made, random.Random], Path]) -> None:
    chance = random.Random(f"{write.__name__} {seed}")
    plan = made(chance)
    imported = read_plan(write(tmp_path, plan, chance))
    assert imported.account.is_whole
    read = {heading.header: str(heading.part) for heading, _ in imported.laid.seen.columns.values()}
    assert [read.get(" ".join(header.split())) for header in plan.headers] == plan.parts
    rows = imported.rows[PLAN]
    assert [row["activity"] for row in rows] == [want["activity"] for want in plan.wanted]
    for row, want in zip(rows, plan.wanted, strict=True):
        figures = [(one["baseline"], one["target"]) for one in imported.rows[MEASURES] if one["activity_ref"] == row["ref"]]
        has = {**row, "figures": figures[0] if figures else None}
        differs = {key for key, value in want.items() if has[key] != value}
        doubted = {str(doubt["column"]) for doubt in imported.rows[REVIEW] if str(row["ref"]) in str(doubt["ref"])}
        assert not {key for key in differs if key == "figures" or PLAN[key].header not in doubted}, (row["ref"], has)
        assert len(differs) <= 1
