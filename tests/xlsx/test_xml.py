"""Text as the format escapes it, tags by byte offset, and XML that is made to use up the computer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.xml import (
    MAX_DEPTH,
    Patch,
    apply,
    decode,
    escape_text,
    feed,
    handle,
    is_utf8,
    parser,
    tag_end,
    unescape_text,
    with_attribute,
)
from tests.fuzzing import fuzzed


@pytest.mark.parametrize(("text", "stored"), [
    ("a<b&c>", "a&lt;b&amp;c&gt;"), ("_x000D_", "_x005F_x000D_"), ("\r\n", "_x000D_\n"), ("\x00\x0b", "_x0000__x000B_"),
    ("\ud800", "_xD800_"), ("_x12_", "_x12_"), ("tab\tand\nline", "tab\tand\nline"), ("\uffff", "_xFFFF_")])
def test_text_is_escaped(text: str, stored: str) -> None:
    assert escape_text(text) == stored


@fuzzed(100)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_comes_back(text: str) -> None:
    assert unescape_text(decode(escape_text(text).encode())) == text


def test_lone_surrogates_do_not_come_back() -> None:
    assert unescape_text(escape_text("a\ud800b")) == "a\ufffdb"


@pytest.mark.parametrize(("tag", "alone"), [
    (b"<c>", False), (b"<c/>", True), (b'<c r="a>b" s = \'/>\' />', True), (b'<x:row\n r="1">', False)])
def test_the_end_of_a_tag(tag: bytes, alone: bool) -> None:
    assert tag_end(b"<a/>" + tag + b"<b/>", 4) == (4 + len(tag), alone)


@pytest.mark.parametrize(("tag", "after"), [
    (b'<c r="1" s="2"/>', b'<c r="1" s="9"/>'), (b'<c r="1"/>', b'<c r="1" s="9"/>'), (b"<c s = '2'>", b'<c s="9">'),
    (b'<c xs="1" >', b'<c xs="1" s="9">')])
def test_an_attribute_is_set(tag: bytes, after: bytes) -> None:
    assert with_attribute(tag, "s", "9") == after


def test_patches() -> None:
    assert apply(b"abcdef", [Patch(4, 5, b"-"), Patch(1, 2, b"BB"), Patch(1, 1, b"+")]) == b"a+BBcd-f"
    with pytest.raises(ValueError, match="overlap"):
        apply(b"abcdef", [Patch(0, 3, b""), Patch(2, 4, b"")])


@pytest.mark.parametrize(("xml", "utf8"), [
    (b"<a/>", True), (b"\xef\xbb\xbf<a/>", True), (b'<?xml version="1.0" encoding="utf-8"?><a/>', True),
    (b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", False), ('<?xml version="1.0"?><a/>'.encode("utf-16"), False)])
def test_utf8(xml: bytes, utf8: bool) -> None:
    assert is_utf8(xml) is utf8


FAULTY: list[tuple[str, bytes, FileFault | None]] = [
    ("as deep as may be", b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, None),
    ("too deep", b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), FileFault.UNSAFE),
    ("many, none in another", b"<a>" + b"<b/>" * 5_000 + b"</a>", None),
    ("too many names", b"<a>" + b"".join(b"<b%d/>" % n for n in range(20_000)) + b"</a>", FileFault.UNSAFE),
    ("too many attributes", b"<a" + b"".join(b' b%d=""' % n for n in range(20_000)) + b"/>", FileFault.UNSAFE),
    ("a long tag", b'<a b="' + b" " * (2 << 20) + b'"/>', FileFault.TOO_LARGE),
    ("a long comment", b"<a><!--" + b" " * (2 << 20) + b"--></a>", FileFault.TOO_LARGE),
    ("a long text", b"<a>" + b" " * (2 << 20) + b"</a>", None),
    ("a document type", b"<!DOCTYPE a><a/>", FileFault.UNSAFE),
    ("a document type in UTF-16", "<!DOCTYPE a><a/>".encode("utf-16"), FileFault.UNSAFE),
    ("an entity", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', FileFault.UNSAFE),
    ("an entity that is not there", b"<a>&b;</a>", FileFault.DAMAGED),
]


@pytest.mark.parametrize("size", [7, 1 << 30])
@pytest.mark.parametrize(("xml", "fault"), [case[1:] for case in FAULTY], ids=[case[0] for case in FAULTY])
def test_xml_that_uses_up_the_computer(xml: bytes, fault: FileFault | None, size: int) -> None:
    if size < len(xml) // 100_000:
        size = 9_999
    made = parser("a part")
    handle(made, "a part", lambda *_: None)
    pieces = [xml[at : at + size] for at in range(0, len(xml), size)]
    if fault is None:
        feed(made, pieces, "a part")
        return
    with pytest.raises(FileUnreadable, match="a part") as caught:
        feed(made, pieces, "a part")
    assert caught.value.fault is fault
