"""Cell formats of another workbook taken over: appended to a styles part, whose own stay as they are."""

from typing import NamedTuple

from sendxl.xlsx.edit.elements import appended, elements
from sendxl.xlsx.edit.schema_order import STYLES
from sendxl.xlsx.package.xml import tag_end, with_attribute
from sendxl.xlsx.read.formats import FIRST_CUSTOM

_PART = "xl/styles.xml"
_PARTS_OF_FORMAT = {"fonts": "fontId", "fills": "fillId", "borders": "borderId"}


class Adopted(NamedTuple):
    """A styles part with the formats of another: its format ``s`` is now ``formats + s``, its rule's look ``d`` ``looks + d``."""

    xml: bytes
    formats: int
    looks: int


def adopt(own: bytes, formats: int, other: bytes) -> Adopted:
    """The styles part ``own``, of so many cell formats, with every cell format and every look of a rule of the part ``other``."""
    mine = {child.tag: child for child in elements(own, _PART).inside}
    theirs = {child.tag: child for child in elements(other, _PART).inside}

    def count(kind: str) -> int:
        return len(mine[kind].inside) if kind in mine else 0

    def items(kind: str) -> list[bytes]:
        return [item.raw(other) for item in theirs[kind].inside] if kind in theirs else []

    numbers, codes = _codes(own, other)
    xml = appended(own, _PART, "numFmts", codes, STYLES)
    for kind in _PARTS_OF_FORMAT:
        xml = appended(xml, _PART, kind, items(kind), STYLES)
    added = []
    for xf in items("cellXfs"):
        cut = tag_end(xf, 0)[0]
        tag = with_attribute(xf[:cut], "xfId", "0")
        attributes = elements(xf, _PART).attributes
        for kind, name in _PARTS_OF_FORMAT.items():
            tag = with_attribute(tag, name, str(int(attributes.get(name, 0)) + count(kind)))
        number = attributes.get("numFmtId", "0")
        tag = with_attribute(tag, "numFmtId", numbers.get(number, number))
        for name in ("applyFont", "applyFill", "applyBorder", "applyNumberFormat"):
            tag = with_attribute(tag, name, "1")
        added.append(tag + xf[cut:])
    xml = appended(xml, _PART, "cellXfs", added, STYLES)
    return Adopted(appended(xml, _PART, "dxfs", items("dxfs"), STYLES), formats, count("dxfs"))


def _codes(own: bytes, other: bytes) -> tuple[dict[str, str], list[bytes]]:
    """The numbers that the number formats of ``other`` have in ``own``, and those that are to be added."""
    def found(xml: bytes) -> dict[str, str]:
        kinds = {child.tag: child for child in elements(xml, _PART).inside}
        return {item.attributes["formatCode"]: item.attributes["numFmtId"] for item in kinds["numFmts"].inside
                } if "numFmts" in kinds else {}

    known, numbers, added = found(own), {}, []
    for code, number in found(other).items():
        if code not in known:
            known[code] = str(max([FIRST_CUSTOM - 1, *map(int, known.values())]) + 1)
            tag = with_attribute(with_attribute(b"<numFmt/>", "numFmtId", known[code]), "formatCode", code)
            added.append(tag)
        numbers[number] = known[code]
    return numbers, added
