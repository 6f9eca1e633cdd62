"""The shared strings of a workbook."""

import re

from sendxl.xlsx.package import Package
from sendxl.xlsx.xml import decode, feed, local, parser, unescape_text

_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?(?: standalone=["']\w+["'])? ?\?>)?"""
    rb"""\s*<sst(?: [\w:]+="[^"<>]*")*+ ?>"""
)
_STRING = re.compile(rb"(<si><t(?: xml:space=\"preserve\")?>([^<]*+)</t></si>)")


def read_strings(package: Package, part: str) -> list[str]:
    """All shared strings, by index; of rich text the words, without phonetic guides."""
    xml = package.read(part)
    if (found := _by_pattern(xml)) is not None:
        feed(parser(part), (xml,), part)
        return [unescape_text(decode(raw)) for raw in found]
    return _by_events(xml, part)


def _by_pattern(xml: bytes) -> list[bytes] | None:
    """The texts of a part that has the common shape and nothing but plain strings; else None."""
    start = _START.match(xml)
    if not start:
        return None
    found = _STRING.findall(xml, start.end())
    size = sum(len(whole) for whole, _ in found)
    return [raw for _, raw in found] if xml[start.end() + size :].strip() == b"</sst>" else None


def _by_events(xml: bytes, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    state = {"in_text": False, "phonetic": False}
    made = parser(part)

    def start(name: str, _: dict[str, str]) -> None:
        name = local(name)
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["in_text"] = not state["phonetic"]

    def text(piece: str) -> None:
        if state["in_text"]:
            pieces.append(piece)

    def end(name: str) -> None:
        name = local(name)
        if name == "t":
            state["in_text"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescape_text("".join(pieces)))

    made.StartElementHandler, made.CharacterDataHandler, made.EndElementHandler = start, text, end
    feed(made, (xml,), part)
    return strings
