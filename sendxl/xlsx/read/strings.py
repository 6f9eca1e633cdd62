"""The shared strings of a workbook."""

import re

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import LONGEST_TEXT, feed, handle, local, parser, unescape_text, unescape_texts

_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?(?: standalone=["']\w+["'])? ?\?>)?"""
    rb"""\s*<sst(?: [\w:]+="[^"<>]*")*+ ?>"""
)
_STRING = re.compile(rb"(<si><t(?: xml:space=\"preserve\")?>([^<]*+)</t></si>)")


def read_strings(package: Package, part: str) -> list[str]:
    """All shared strings, by index; of rich text the words, without phonetic guides."""
    xml = package.read(part)
    most = package.limits.cells
    if xml.count(b"<si>") > most:
        raise _too_many(most)
    if (found := _by_pattern(xml)) is not None:
        feed(parser(part), (xml,), part)
        return unescape_texts(found)
    return _by_events(xml, part, most)


def _too_many(most: int) -> FileUnreadable:
    return FileUnreadable(FileFault.TOO_LARGE, f"over {most:,} shared strings")


def _by_pattern(xml: bytes) -> list[bytes] | None:
    """The texts of a part that has the common shape and nothing but plain strings; else None."""
    start = _START.match(xml)
    if not start:
        return None
    found = _STRING.findall(xml, start.end())
    size = sum(len(whole) for whole, _ in found)
    if xml[start.end() + size :].strip() != b"</sst>" or any(len(raw) > LONGEST_TEXT for _, raw in found):
        return None
    return [raw for _, raw in found]


def _by_events(xml: bytes, part: str, most: int) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    size = 0
    state = {"in_text": False, "phonetic": False}
    made = parser(part)

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal size
        name = local(name)
        if name == "si":
            size = 0
            pieces.clear()
            if len(strings) >= most:
                raise _too_many(most)
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["in_text"] = not state["phonetic"]

    def text(piece: str) -> None:
        nonlocal size
        if state["in_text"]:
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST_TEXT:
                raise FileUnreadable(FileFault.TOO_LARGE, f"a shared string of over {LONGEST_TEXT:,} characters")

    def end(name: str) -> None:
        name = local(name)
        if name == "t":
            state["in_text"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescape_text("".join(pieces)))

    handle(made, part, start, end, len(xml))
    made.CharacterDataHandler = text
    feed(made, (xml,), part)
    return strings
