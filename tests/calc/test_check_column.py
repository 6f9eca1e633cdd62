"""The Check column as LibreOffice works it out says what the rules say: in thousands of rows, filled at random."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import AppendRows
from sendxl.books.build.master import build_master
from sendxl.books.check_column import NOTHING, UNREPORTED, UNTOUCHED, workings
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import LEADS, MEASURES, PLAN, PROFILE, SAVINGS
from sendxl.plan.schema import NUMERIC, Column, Shown, Table, Type
from sendxl.plan.tracker import CHECK, TRACKED
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Kind, LeadStatus
from sendxl.returns.judge import validate_return
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register
from tests.engines.soffice import running
from tests.fuzzing import seeds

pytestmark = pytest.mark.calc
CODES = {"V01", "V02", "V03", "V05", "V06", "V07", "X01", "X02", "X04", "X05", "X06", "X08", "X12", "X13"}
TODAY, STARTS, PERIOD = date(2026, 12, 20), date(2026, 4, 1), "2026-27 Q3"
ROWS = 250  # of each of the three tables
DEADLINE = 300.0  # seconds for so many formulas
TOP = 4


def some_number(chance: random.Random, kind: str) -> float:
    """A number that fits, mostly, and the slips that people make of one."""
    if kind in (Kind.PERCENTAGE, Kind.MILESTONE, "share"):
        return chance.choice([0, 0.25, 0.5, 0.75, 1, 1, 1.0000001, 1.5, 2, 50, 100, 101, -0.1, 0.1 + 0.2])
    return chance.choice([0, 1, 2, 3, 12, 20, 20, 38, 0.5, 7.25, -3, 1e11, 2e12])


def some_day(chance: random.Random) -> Any:
    return chance.choice([date(2026, 9, 30), date(2026, 11, 30), date(2027, 3, 31), date(2072, 1, 1), date(1950, 1, 1),
                          datetime(2026, 11, 30, 14, 30), datetime(2026, 9, 29, 23, 59), 5, 60, 61])


def some_text(chance: random.Random) -> Any:
    return chance.choice(["More", " Training log ", "training log", "Training log", "Line one\nline two", "  ", "\u00a0",
                          "a\u200bb", "\u200b", 5, "=x", "Two  spaces", "\nTraining log\n", "#N/A said", "*", 2_000 * "long "])


def issued_value(chance: random.Random, column: Column, kind: str) -> Value:
    """What the plan holds of a lead's column: nothing, or something right."""
    if chance.random() < 0.4:
        return None
    if column.choices is LeadStatus:
        return chance.choice(list(LeadStatus)).value
    if column.type is Type.DATE:
        return chance.choice([date(2026, 9, 30), date(2026, 11, 30)])
    if column.type in NUMERIC:
        return chance.choice([0, 0.25, 0.3, 1] if column.type_in(kind) is Type.FRACTION else [0, 1, 12, 20, 7.25])
    return chance.choice(["Training log", "Line one\nline two", "Two  spaces", "a*b?", "x" * 300])


def typed(chance: random.Random, column: Column, kind: str) -> Any:
    """What a lead types, each of the kind that its cell stores."""
    if chance.random() < 0.25:
        return None
    if column.choices:
        word = chance.choice(list(column.choices)).value
        return chance.choice([word, word, word, word.upper(), f" {word} ", word.replace(" ", "  "), f"{word}x", "*", "N/A",
                              f"\u200f{word}", word.replace(" ", "\u2009"), f"{word}\u3000"])
    if column.type is Type.DATE:
        return some_day(chance)
    if column.type in NUMERIC:
        return some_number(chance, "share" if column.type is Type.FRACTION else kind)
    return some_text(chance)


def misplaced(chance: random.Random, column: Column) -> Any:
    """A text where a date or a number belongs."""
    return chance.choice(["half", "45%", "1,234", "£18k", "100", "12 approx", "31 Dec 2026", "2026-09-30", "end of term", "0",
                          "0.6", "1", "\u22125", "-5", "150%"])


def build(folder: Path, chance: random.Random) -> tuple[Path, Path]:
    """A master in which one lead has everything, and the tracker."""
    leads = [{"code": "INC", "title": "Inclusion Manager"}, {"code": "EP", "title": "Principal Psychologist"}]
    refs = [f"PI-{number:03}" for number in range(1, ROWS + 1)]

    def filled(table: Table, kind: str = "") -> dict[str, Value]:
        return {column.key: issued_value(chance, column, kind) for column in table if column.shown in (Shown.FILLED, Shown.BLANK)}

    kinds = {ref: chance.choice([*Kind]) for ref in refs}
    rows: dict[Table, list[dict[str, Value]]] = {
        LEADS: [dict(lead) for lead in leads],
        PLAN: [{"ref": ref, "activity": f"Do {ref}", "lead": "Inclusion Manager", "starts": STARTS,
                **(filled(PLAN) if chance.random() < 0.8 else {})} for ref in refs],
        MEASURES: [{"ref": f"{ref}.M1", "activity_ref": ref, "measure": "How many", "kind": kinds[ref].value,
                    **filled(MEASURES, kinds[ref])} for ref in refs],
        SAVINGS: [{"ref": f"{ref}.S1", "activity_ref": ref} for ref in refs],
        PROFILE: [{"ref": f"{ref}.S1.P1", "savings_ref": f"{ref}.S1", "from": STARTS, "planned_quantity": 6, **filled(PROFILE)}
                  for ref in refs],
    }
    master = folder / "master.xlsx"
    build_master(master, {}, {"plan_title": "A plan", "plan_id": "plan-1", "plan_starts": STARTS})
    ClosedBook(master, backups=0).apply([AppendRows(table, given) for table, given in rows.items()])
    return master, issue(master, folder / "trackers", period=PERIOD, today=date(2026, 11, 24)).trackers[0].path


def fill(tracker: Path, chance: random.Random, out: Path) -> set[tuple[str, str]]:
    """Fill a tracker at random; the rows in which a text stands in the place of a date or a number."""
    book: Any = openpyxl.load_workbook(tracker)
    doubtful = set()
    for master, seen in TRACKED.items():
        sheet = book[seen.title]
        at = {cell.value: cell.column for cell in sheet[TOP]}
        for row in range(TOP + 1, sheet.max_row + 1):
            if chance.random() < 0.15:  # not touched
                continue
            ref, kind = sheet.cell(row, 1).value, sheet.cell(row, at["Kind"]).value if "Kind" in at else ""
            often = chance.choice([0.1, 0.3, 0.6])
            for column in seen:
                if column.is_input and chance.random() < often:
                    cell = sheet.cell(row, at[column.header])
                    if column.type in (*NUMERIC, Type.DATE) and chance.random() < 0.08:
                        cell.value = misplaced(chance, column)
                        doubtful.add((master.name, ref))
                    else:
                        shown, cell.value = cell.number_format, typed(chance, column, kind)
                        cell.number_format = shown
                        if cell.data_type == "f":
                            cell.data_type = "s"
    book.save(out)
    return doubtful


def found(returned: Return) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """What the rules found, by row: code and column."""
    rows = defaultdict(set)
    for finding in returned.findings:
        if finding.code in CODES:
            rows[finding.table, finding.ref].add((finding.code, finding.column))
    return rows


Cells = dict[str, list[tuple[Any, ...]]]  # of each sheet, row by row


def shown(sheets: Cells) -> Iterator[tuple[Table, str, str, Mapping[str, Any]]]:
    """By row: what Check says, and what stands in the workings, by key."""
    for master, seen in TRACKED.items():
        visible, hidden = sheets[seen.title], sheets[workings(master).table.title]
        check = visible[TOP - 1].index(CHECK.header)
        says = {row[0]: row[check] for row in visible[TOP:]}
        for row in hidden[TOP:]:
            values = {column.key: value for column, value in zip(workings(master).columns, row, strict=False)}
            yield master, values["ref"], says[values["ref"]], values


def worked_out(path: Path) -> Cells:
    """What LibreOffice shows of a workbook after it has computed it: it is asked only once all else is done."""
    program = running()
    with program.watched(DEADLINE):
        return program.worked_out(path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(2))
def test_check_says_what_the_rules_say(tmp_path: Path, seed: int) -> None:
    running()  # it starts while the rest is prepared
    chance = random.Random(seed)
    master, tracker = build(tmp_path, chance)
    path = tmp_path / "filled.xlsx"
    doubtful = fill(tracker, chance, path)
    returned = validate_return(path, Register.of(ClosedBook(master)), TODAY)
    assert not returned.count(returned.findings[0].severity.REJECT)
    wanted, met, wrong = found(returned), set[tuple[str, str]](), []
    left = dict.fromkeys(TRACKED, 0)
    sheets = worked_out(path)
    for table, ref, says, values in shown(sheets):
        of = workings(table)
        lacks = {(code, column.header): values[key] for key, (code, column) in of.lacks.items() if values[key]}
        rules = wanted[table.name, ref]
        if not (rules <= lacks.keys() if (table.name, ref) in doubtful else rules == lacks.keys()):
            wrong.append((ref, sorted(rules - lacks.keys()), sorted(lacks.keys() - rules), values))
        assert says == (" ".join(lacks.values()) if lacks else says) and says
        assert lacks or says in (NOTHING, UNTOUCHED[table], UNREPORTED), says
        assert says != UNREPORTED or not values["reported_before"], ref  # as X13 would ask
        left[table] += says != NOTHING
        met |= lacks.keys()
    assert not wrong, f"{len(wrong)} rows; missed, too much, and the workings of the first: {wrong[0]}"
    assert {(code, column.header) for table in TRACKED for code, column in workings(table).lacks.values()} == set(met)
    counted = [row[2] for row in sheets["Guide"] if row[1] == "Left to fill"]
    assert counted == [f"{sum(left.values())} rows left"]
    for table, seen in TRACKED.items():
        at = sheets[seen.title][TOP - 1].index(CHECK.header)
        assert sheets[seen.title][TOP - 2][at] == f"{left[table]} rows left"


def test_no_formula_is_longer_than_any_program_takes() -> None:
    assert all(len(formula) < 4_000 for table in TRACKED for formula in workings(table).formulas.values())
    assert {code for table in TRACKED for code, _ in workings(table).lacks.values()} == CODES
