"""The sheet that a workbook opens on: shown, and alone selected, however its parts are stored."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart

from sendxl.books.book import OpenOn
from sendxl.books.closed.closed_book import ClosedBook

VIEWS = re.compile(rb"<(bookViews|sheetViews)>.*?</\1>", re.DOTALL)


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with its workbook and sheet parts passed through a change."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, change(content) if re.match(r"xl/(workbook|worksheets/sheet\d)\.xml$", name) else content)
    return path


def prefixed(xml: bytes) -> bytes:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return re.sub(rb"<(/?)(\w+)(?=[\s/>])", rb"<\1x:\2", xml).replace(b'xmlns="' + main, b'xmlns:x="' + main)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book: Any = openpyxl.Workbook()
    for name in ("Two", "Three"):
        book.create_sheet(name)
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    for sheet in book.worksheets:
        sheet["A1"] = sheet.title
        sheet.sheet_view.tabSelected = True  # a group: what is typed goes into all of them
    book.save(tmp_path / "x.xlsx")
    return tmp_path / "x.xlsx"


@pytest.mark.parametrize("stored", [lambda xml: xml, lambda xml: VIEWS.sub(b"", xml), prefixed,
                                    lambda xml: prefixed(VIEWS.sub(b"", xml))], ids=["plain", "no views", "prefix", "both"])
def test_it_opens_on_that_sheet_alone(path: Path, stored: Callable[[bytes], bytes]) -> None:
    ClosedBook(rewritten(path, stored), backups=0).apply([OpenOn("Three")])
    book: Any = openpyxl.load_workbook(path)
    assert [view.activeTab for view in book.views] == [book.sheetnames.index("Three")] == [3]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == ["Three"]
    assert [sheet["A1"].value for sheet in book.worksheets] == ["Sheet", "Two", "Three"]


PROPERTIES = re.compile(rb"<sheetPr>.*?</sheetPr>", re.DOTALL)


@pytest.mark.parametrize("stored", [
    lambda xml: xml, lambda xml: PROPERTIES.sub(b"", xml), lambda xml: PROPERTIES.sub(b'<sheetPr codeName="S"/>', xml),
    lambda xml: PROPERTIES.sub(b'<sheetPr><tabColor theme="4"/></sheetPr>', xml), prefixed,
    lambda xml: prefixed(PROPERTIES.sub(b"<sheetPr />", xml))], ids=["plain", "none", "alone", "coloured", "prefix", "both"])
def test_its_tab_has_a_colour(path: Path, stored: Callable[[bytes], bytes]) -> None:
    ClosedBook(rewritten(path, stored), backups=0).apply([OpenOn("Three", "C00000")])
    book: Any = openpyxl.load_workbook(path)
    colours = {sheet.title: sheet.sheet_properties.tabColor for sheet in book.worksheets}
    assert colours["Three"].rgb == "FFC00000"
    assert all(not colours[name] or colours[name].rgb != "FFC00000" for name in ("Sheet", "Two"))
    assert [sheet["A1"].value for sheet in book.worksheets] == ["Sheet", "Two", "Three"]


@pytest.mark.parametrize("why", ["hidden", "not UTF-8"])
def test_it_opens_as_before_where_it_cannot_be_otherwise(path: Path, why: str) -> None:
    if why == "hidden":
        book: Any = openpyxl.load_workbook(path)
        book["Three"].sheet_state = "hidden"
        book.save(path)
    else:
        rewritten(path, lambda xml: xml.decode().replace("utf-8", "utf-16").encode("utf-16") if b">Two<" in xml else xml)
    before = path.read_bytes()
    ClosedBook(path, backups=0).apply([OpenOn("Three")])
    assert path.read_bytes() == before
