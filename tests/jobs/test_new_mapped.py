"""new --look shows how a plan would be read and makes no master; --map goes by what an officer chose; --blank needs no plan."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.cli import cli
from sendxl.errors import Unusable
from sendxl.jobs.new import new_master
from sendxl.plan.master import MASTER_TABLES, PLAN, REVIEW, SETTINGS
from sendxl.source.mapping_tables import COLUMNS, PREVIEW, ROWS, WORDS

SOURCE = ("Pledge of ours,What we are doing,Boss,Ready when,Traffic,Odd\n"
          "Calm,Quiet rooms,Head of Places,May 2026,Purple,x\nCalm,Soft starts,Head of Places,Whitsun,Purple,y\n")
KNOWN = ("Action,Lead,Due date,RAG,Odd\n"
         "Quiet rooms,Head of Places,May 2026,Purple,x\nSoft starts,Head of Places,Whitsun,Purple,y\n")


def write(folder: Path, words: str) -> Path:
    path = folder / "source.csv"
    path.write_text(words, encoding="utf-8")
    return path


def choose(path: Path, table: Any, chosen: dict[str, str], key: str) -> None:
    """Fill Your choice of the rows that hold some words, as an officer would."""
    book = openpyxl.load_workbook(path)
    sheet = book[table.title]
    top = next(row for row in range(1, sheet.max_row) if sheet.cell(row, 1).value == table.key.header)
    at = {str(sheet.cell(top, column).value): column for column in range(1, sheet.max_column + 1)}
    for row in range(top + 1, sheet.max_row + 1):
        if (words := str(sheet.cell(row, at[key]).value)) in chosen:
            sheet.cell(row, at["Your choice"], chosen.pop(words))
    assert not chosen
    book.save(path)


def test_looking_makes_no_master_but_the_mapping(tmp_path: Path) -> None:
    looked = new_master(write(tmp_path, KNOWN), tmp_path / "mapping.xlsx", look=True)
    assert looked.mapping and looked.to_mend == []
    book = ClosedBook(looked.path)
    assert not book.has(PLAN)
    assert [(row.column, row.read_as, row.how_sure) for row in book.read(COLUMNS)] == [
        ("Action", "Activity", "sure"), ("Lead", "Lead", "sure"), ("Due date", "Due", "sure"), ("RAG", "Lead status", "sure"),
        ("Odd", None, "not read")]
    assert [(row.kind, row.words, row.count, row.read_as) for row in book.read(WORDS)] == [
        ("Day", "May 2026", 1, "2026-05-31"), ("Day", "Whitsun", 1, None), ("Lead", "Head of Places", 2, "Head of Places"),
        ("Status", "Purple", 2, "Complete")]
    assert [row.read_as for row in book.read(ROWS)] == ["heading", "activity", "activity"]
    assert [row.activity for row in book.read(PREVIEW)] == ["Quiet rooms", "Soft starts"]


def test_each_choice_is_a_drop_down(tmp_path: Path) -> None:
    new_master(write(tmp_path, KNOWN), tmp_path / "mapping.xlsx", look=True)
    book = openpyxl.load_workbook(tmp_path / "mapping.xlsx")
    (rule,) = [rule for rule in book["Columns"].data_validations.dataValidation if rule.type == "list"]
    (area,) = book.defined_names[rule.formula1].destinations
    offered = [cell.value for (cell,) in book[area[0]][area[1]]]
    assert {"Activity", "Lead", "Due", "Column of its own", "Leave out"} <= set(offered)


def test_what_an_officer_chose_is_gone_by_without_a_doubt(tmp_path: Path) -> None:
    source, mapping = write(tmp_path, KNOWN), tmp_path / "mapping.xlsx"
    new_master(source, mapping, look=True)
    choose(mapping, COLUMNS, {"Odd": "Source no"}, "Column")
    choose(mapping, WORDS, {"Whitsun": "24 May 2026", "Purple": "Not started", "Head of Places": "Places Manager"}, "Words")
    new_master(source, tmp_path / "plan.xlsx", mapping=mapping)
    book = ClosedBook(tmp_path / "plan.xlsx")
    assert [(row.source_no, row.lead, str(row.due), row.lead_status) for row in book.read(PLAN)] == [
        ("x", "Places Manager", "2026-05-31", "Not started"), ("y", "Places Manager", "2026-05-24", "Not started")]
    assert not {"Due", "Lead", "Lead status"} & {row.column for row in book.read(REVIEW)}


def test_headers_of_which_none_is_known_can_be_named(tmp_path: Path) -> None:
    source, mapping = write(tmp_path, SOURCE), tmp_path / "mapping.xlsx"
    new_master(source, mapping, look=True)
    columns = {"Pledge of ours": "Theme", "What we are doing": "Activity", "Boss": "Lead", "Ready when": "Due",
               "Traffic": "Lead status", "Odd": "Leave out"}
    choose(mapping, COLUMNS, dict(columns), "Column")
    new_master(source, tmp_path / "plan.xlsx", mapping=mapping)
    book = ClosedBook(tmp_path / "plan.xlsx")
    assert [(row.theme, row.activity, row.lead) for row in book.read(PLAN)] == [
        ("Calm", "Quiet rooms", "Head of Places"), ("Calm", "Soft starts", "Head of Places")]
    assert {"x", "y"} <= {row.raw_text for row in book.read(REVIEW)}


@pytest.mark.parametrize(("table", "key", "words", "says"), [
    (COLUMNS, "Column", {"Odd": "Nonsense"}, "Columns, row .*Nonsense.*Choose one of the list"),
    (WORDS, "Words", {"Purple": "Violet"}, "Words, row .*Violet.*no status"),
])
def test_a_choice_that_is_none_is_told_with_its_place(
        tmp_path: Path, table: Any, key: str, words: dict[str, str], says: str) -> None:
    source, mapping = write(tmp_path, KNOWN), tmp_path / "mapping.xlsx"
    new_master(source, mapping, look=True)
    choose(mapping, table, dict(words), key)
    with pytest.raises(Unusable, match=says):
        new_master(source, tmp_path / "plan.xlsx", mapping=mapping)
    assert not (tmp_path / "plan.xlsx").exists()


def test_a_workbook_that_is_no_mapping(tmp_path: Path) -> None:
    new_master(None, tmp_path / "plan.xlsx", blank=True)
    with pytest.raises(Unusable, match="is not a mapping"):
        new_master(write(tmp_path, KNOWN), tmp_path / "other.xlsx", mapping=tmp_path / "plan.xlsx")


def test_a_blank_master_has_every_table_and_an_id_of_its_own(tmp_path: Path) -> None:
    ids = set()
    for name in ("a.xlsx", "b.xlsx"):
        made = new_master(None, tmp_path / name, blank=True, first_year="2026-27")
        book = ClosedBook(made.path)
        assert all(book.has(table) for table in MASTER_TABLES) and not len(book.read(PLAN))
        ids.add(book.read(SETTINGS).by_key["Plan id"].value)
    assert len(ids) == 2


@pytest.mark.parametrize("arguments", [[], ["plan.csv", "--blank", "-o", "p.xlsx"], ["plan.csv"], ["--blank"]])
def test_what_is_asked_for_must_be_one_thing(arguments: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["new", *arguments])
    assert isinstance(done.exception, Unusable)
