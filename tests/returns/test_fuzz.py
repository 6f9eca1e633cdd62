"""Trackers damaged at random, in their bytes and in their XML: always an outcome, never an exception."""
# ruff: noqa: E501 (what is put in reads as a table)

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.plan.vocabulary import Outcome
from sendxl.returns.judge import validate_return
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register
from tests.fuzzing import fuzzed, with_shared_strings

TODAY = date(2026, 12, 20)
bounded = fuzzed(120)
_UNREAD = ("docProps/", "xl/theme/", "[Content_Types]")
_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_VALUE = re.compile(r'"[^"]*"')
_ATTRIBUTE = re.compile(r' [\w:]+="[^"]*"')
_ODD = ["", "0", "-1", "1e999", "NaN", "9" * 400, "99999", "1048577", "A0", "XFE1", "A1:XFD1048576", "A4", "$B$2", " ", "TRUE", "s",
        "str", "d", "e", "2026-13-45", "2026-01-01T00:00:00+05:00", "0001-01-01", "#REF!", "_xD800_", "_x0000_", "&#65;", "&", "<",
        "\x01", "😀", "e\u0301", "=1+1", "PI-02", "rId1", "../../x", "/xl/workbook.xml", "General", "[$-F800]", "0.0000000001", "٣",
        "2958466", "-0.5", "60", "inlineStr", "true", "hidden"]


class Tracker:
    """A good tracker, its parts as tokens, and what it is judged by."""

    def __init__(self, issued: Any, folder: Path) -> None:
        self.register: Register = issued.register
        self.whole = issued.fill({("Activities", "PI-02", "Progress"): "Two schools more", ("Activities", "PI-02", "% complete"): 0.7,
                                  ("Measures", "PI-01.M1", "Actual"): 14}).read_bytes()
        self.path = folder / "fuzzed.xlsx"
        self.members: list[dict[str, bytes]] = []
        for blob in (self.whole, issued.trackers["INC"].read_bytes(), with_shared_strings(self.whole)):
            with zipfile.ZipFile(io.BytesIO(blob)) as package:
                self.members.append({name: package.read(name) for name in package.namelist()})
        self.tokens = {(form, name): _TOKEN.findall(content.decode()) for form, members in enumerate(self.members)
                       for name, content in members.items() if not name.startswith(_UNREAD)}

    def judge(self, blob: bytes) -> Return:
        self.path.write_bytes(blob)
        found = validate_return(self.path, self.register, TODAY)
        assert isinstance(found.outcome, Outcome)
        assert all(finding.message and finding.as_json() and str(finding) for finding in found.findings)
        assert found.outcome is not Outcome.REJECTED or not found.accepted
        return found

    def rezip(self, form: int, changed: dict[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for name, content in {**self.members[form], **changed}.items():
                target.writestr(name, content)
        return out.getvalue()


@pytest.fixture(scope="module")
def tracker(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Tracker:
    return Tracker(issued, tmp_path_factory.mktemp("fuzz"))


def test_shared_strings_are_read_alike(tracker: Tracker) -> None:
    """What the fuzzers damage is a good tracker in every form: the same values are found, inline and shared."""
    inline, shared = tracker.judge(tracker.whole), tracker.judge(tracker.rezip(2, {}))
    sheet = "xl/worksheets/sheet1.xml"
    assert b' t="s"' in tracker.members[2][sheet] and b' t="s"' not in tracker.members[0][sheet]
    assert shared.outcome is inline.outcome
    assert shared.accepted == inline.accepted
    assert inline.accepted and shared.findings == inline.findings


def mutated(tokens: list[str], how: str, at: int, odd: str) -> list[str]:
    """The tokens of a part with one thing changed near the place ``at``."""
    at %= len(tokens)
    token, rest = tokens[at], tokens[at + 1 :]
    before = tokens[:at]
    values = list(_VALUE.finditer(token))
    attributes = list(_ATTRIBUTE.finditer(token))
    if how == "drop":
        return before + rest
    if how == "drop some":
        return before + rest[at % 40 :]
    if how == "twice":
        return [*before, token, token, *rest]
    if how == "again":  # a piece, such as a row, a second time
        return [*before, *tokens[at : at + 1 + at % 60], *tokens[at:]]
    if how == "rename":
        return [*before, re.sub(r"(?<=<)(/?)\w+", r"\1x", token, count=1), *rest]
    if how == "swap" and rest:
        other = at % len(rest)
        return [*before, rest[other], *rest[:other], token, *rest[other + 1 :]]
    if how == "text" and not token.startswith("<"):
        return [*before, odd, *rest]
    if how == "value" and values:
        found = values[at % len(values)]
        return [*before, f'{token[: found.start()]}"{odd}"{token[found.end() :]}', *rest]
    if how == "no attribute" and attributes:
        found = attributes[at % len(attributes)]
        return [*before, token[: found.start()] + token[found.end() :], *rest]
    if how == "odd" and attributes:
        return [*before, _ATTRIBUTE.sub(f' {odd or "x"}="1"', token, count=1), *rest]
    return [*before, token, odd, *rest]


HOW = ["drop", "drop some", "twice", "again", "rename", "swap", "text", "value", "value", "value", "no attribute", "odd", "insert"]
places = st.integers(0, 1 << 20)
changes = st.lists(st.tuples(st.sampled_from(HOW), places, st.sampled_from(_ODD)), min_size=1, max_size=4)


@bounded
@given(form=st.integers(0, 2), part=places, how=changes)
def test_damaged_xml(tracker: Tracker, form: int, part: int, how: list[tuple[str, int, str]]) -> None:
    names = [name for its, name in tracker.tokens if its == form]
    name = names[part % len(names)]
    tokens = tracker.tokens[form, name]
    for kind, at, odd in how:
        tokens = mutated(tokens, kind, at, odd) or ["<x/>"]
    tracker.judge(tracker.rezip(form, {name: "".join(tokens).encode("utf-8", "replace")}))


@bounded
@given(form=st.integers(0, 2), cells=st.lists(st.tuples(places, st.sampled_from(_ODD), st.sampled_from(["", "n", "s", "b", "e", "d", "str"])),
                                              min_size=1, max_size=6))
def test_odd_cells(tracker: Tracker, form: int, cells: list[tuple[int, str, str]]) -> None:
    """Cells of any type with anything in them, in a file that is otherwise sound."""
    changed: dict[str, bytes] = {}
    sheets = [name for its, name in tracker.tokens if its == form and "/sheet" in name and name.endswith(".xml")]
    for at, odd, stored in cells:
        name = sheets[at % len(sheets)]
        content = changed.get(name, tracker.members[form][name])
        found = list(re.finditer(rb'<c (r="[A-Z]+\d+")( s="\d+")?[^>]*>.*?</c>', content))
        cell = found[at % len(found)]
        shown = odd.replace("&", "&amp;").replace("<", "&lt;").replace("\x01", "").encode()
        kind = b' t="%s"' % stored.encode() if stored else b""
        new = b"<c " + cell[1] + (cell[2] or b"") + kind + b"><v>" + shown + b"</v></c>"
        changed[name] = content[: cell.start()] + new + content[cell.end() :]
    tracker.judge(tracker.rezip(form, changed))


@bounded
@given(st.lists(st.tuples(places, st.integers(0, 40), st.binary(max_size=12), places), min_size=1, max_size=6), st.booleans())
def test_damaged_bytes(tracker: Tracker, changes: list[tuple[int, int, bytes, int]], cut: bool) -> None:
    """Bytes overwritten, taken out, put in from elsewhere in the file; the file cut short."""
    blob = tracker.whole
    for at, gone, new, other in changes:
        at %= len(blob)
        piece = new or blob[other % len(blob) :][: gone * 8]
        blob = blob[:at] + piece + blob[at + (len(piece) if other % 3 else gone) :]
    tracker.judge(blob[: changes[0][3] % len(blob)] if cut else blob)


@bounded
@given(st.integers(0, 60), st.integers(0, 45), st.integers(0, 255))
def test_damaged_directory(tracker: Tracker, entry: int, at: int, byte: int) -> None:
    """One byte of what the zip's directory says of a part."""
    starts = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x05\x06)", tracker.whole)]
    place = starts[entry % len(starts)] + at
    tracker.judge(tracker.whole[:place] + bytes([byte]) + tracker.whole[place + 1 :])
