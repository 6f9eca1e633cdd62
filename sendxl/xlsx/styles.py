"""Cell formats of a workbook: what a style index shows, and new ones appended when none fits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

from sendxl.xlsx.xml import Patch, apply, feed, local, parser, tag_end, with_attribute

_BUILTIN = {
    9: "0%",
    10: "0.00%",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    49: "@",
}
_EAST_ASIAN_DATES = frozenset((*range(27, 37), *range(50, 59)))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_FIRST_CUSTOM = 164
_LEADS_TO_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Format:
    """One cell format: its number format and what follows from it."""

    number_format: str
    is_date: bool
    is_percent: bool
    locked: bool
    quote_prefix: bool
    span: tuple[int, int] = field(compare=False, default=(0, 0))  # bytes of its <xf> in the part


def _format(code: str, number: int, locked: bool, quote_prefix: bool, span: tuple[int, int]) -> Format:
    plain = _LITERALS.sub("", code.split(";")[0]).lower()
    is_date = number in _EAST_ASIAN_DATES or (plain != "general" and any(c in plain for c in "dmyhs"))
    return Format(code, is_date, "%" in plain, locked, quote_prefix, span)


class Styles:
    """The styles part. ``formats[s]`` is what ``s="…"`` of a cell means; ``variant`` and ``fit`` add what is missing."""

    def __init__(self, xml: bytes, part: str) -> None:
        """Read the part (empty bytes: a workbook without styles)."""
        self._xml = xml
        self._part = part
        self.formats: list[Format] = []
        self._codes: dict[int, str] = dict(_BUILTIN)
        self._custom: dict[str, int] = {}
        self._counts: dict[str, tuple[int, int, int, int]] = {}  # collection: start tag bytes, end tag start, items
        self._new_xfs: list[bytes] = []
        self._new_codes: list[tuple[int, str]] = []
        self._new_fills: list[str] = []
        self._made: dict[tuple[object, ...], int] = {}
        if xml:
            self._read()
        if not self.formats:
            self.formats.append(_format("General", 0, True, False, (0, 0)))

    @property
    def changed(self) -> bool:
        """True if a format was added that the part as read lacks."""
        return bool(self._new_xfs)

    def _read(self) -> None:
        made = parser(self._part)
        path: list[str] = []
        xf: list[object] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            name = local(name)
            at = made.CurrentByteIndex
            parent = path[-1] if path else ""
            path.append(name)
            if name in ("numFmts", "fills", "cellXfs") and len(path) == 2:
                self._counts[name] = (at, tag_end(self._xml, at)[0], 0, 0)
            elif parent in self._counts and len(path) == 3:
                start_at, end_at, _, items = self._counts[parent]
                self._counts[parent] = (start_at, end_at, 0, items + 1)
                if parent == "numFmts":
                    number = int(attributes["numFmtId"])
                    self._codes[number] = attributes["formatCode"]
                    self._custom.setdefault(attributes["formatCode"], number)
                elif parent == "cellXfs":
                    xf[:] = [
                        at,
                        int(attributes.get("numFmtId", 0)),
                        True,
                        attributes.get("quotePrefix", "0") in ("1", "true"),
                    ]
            elif name == "protection" and "cellXfs" in path:
                xf[2] = attributes.get("locked", "1") in ("1", "true")

        def end(name: str) -> None:
            name = local(name)
            path.pop()
            at = made.CurrentByteIndex
            if name == "xf" and path[-1:] == ["cellXfs"]:
                first, number, locked, quoted = xf
                assert isinstance(first, int) and isinstance(number, int)
                last, alone = tag_end(self._xml, first)
                last = last if alone else self._xml.index(b">", at) + 1
                code = self._codes.get(number, "General")
                self.formats.append(_format(code, number, bool(locked), bool(quoted), (first, last)))
            elif name in self._counts and len(path) == 1:
                start_at, end_at, _, items = self._counts[name]
                self._counts[name] = (start_at, end_at, at, items)

        made.StartElementHandler = start
        made.EndElementHandler = end
        feed(made, (self._xml,), self._part)

    def fit(self, style: int, value: object, number_format: str) -> int:
        """The style that shows ``value`` rightly in a cell of ``style``: the same where it does, else a variant.

        A date needs a date format, a percentage or money its own where the cell has none, and text that begins like a
        formula the mark that keeps Excel from making it one when it is edited.
        """
        present = self.formats[style]
        if isinstance(value, str):
            return (
                self.variant(style, quote_prefix=True)
                if value.startswith(_LEADS_TO_FORMULA) and not present.quote_prefix
                else style
            )
        if isinstance(value, date):
            return (
                style
                if present.is_date
                else self.variant(style, number_format if _is_date(number_format) else "dd mmm yyyy")
            )
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and (present.is_date or (present.number_format == "General" and number_format != "General"))
        ):
            return self.variant(style, number_format)
        return style

    def variant(
        self, style: int, number_format: str | None = None, *, fill: str | None = None, quote_prefix: bool = False
    ) -> int:
        """The index of ``style`` with another number format, solid fill (RRGGBB) or quote prefix; made once."""
        wanted = (style, number_format, fill, quote_prefix)
        if wanted not in self._made:
            self._made[wanted] = self._make(*wanted)
        return self._made[wanted]

    def _make(self, style: int, number_format: str | None, fill: str | None, quote_prefix: bool) -> int:
        base = self.formats[style]
        xf = self._xf(style)
        cut = tag_end(xf, 0)[0]
        tag, rest = xf[:cut], xf[cut:]
        code = base.number_format
        if number_format is not None:
            code = number_format
            tag = with_attribute(
                with_attribute(tag, "numFmtId", str(self._code_number(code))), "applyNumberFormat", "1"
            )
        if fill is not None:
            tag = with_attribute(with_attribute(tag, "fillId", str(self._fill_number(fill))), "applyFill", "1")
        if quote_prefix:
            tag = with_attribute(tag, "quotePrefix", "1")
        self._new_xfs.append(tag + rest)
        self.formats.append(_format(code, 0, base.locked, quote_prefix or base.quote_prefix, (-len(self._new_xfs), 0)))
        return len(self.formats) - 1

    def _xf(self, style: int) -> bytes:
        first, last = self.formats[style].span
        return (
            self._new_xfs[-first - 1]
            if first < 0
            else self._xml[first:last] or b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        )

    def _code_number(self, code: str) -> int:
        for number, known in _BUILTIN.items():
            if known == code and number in (1, 2, 3, 4, 9, 10, 49):
                return number
        if code == "General":
            return 0
        if code not in self._custom:
            number = (
                max((_FIRST_CUSTOM - 1, *self._custom.values(), *(n for n in self._codes if n >= _FIRST_CUSTOM))) + 1
            )
            self._custom[code] = number
            self._new_codes.append((number, code))
        return self._custom[code]

    def _fill_number(self, colour: str) -> int:
        if colour not in self._new_fills:
            self._new_fills.append(colour)
        return self._counts["fills"][3] + self._new_fills.index(colour)

    def render(self) -> bytes:
        """The part with what was added."""
        prefix = self._prefix()
        patches = [*self._grow("cellXfs", self._new_xfs)]
        if self._new_fills:
            patches += self._grow(
                "fills",
                [
                    f'<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="FF{c}"/><{prefix}bgColor indexed="64"/>'
                    f"</{prefix}patternFill></{prefix}fill>".encode()
                    for c in self._new_fills
                ],
            )
        if self._new_codes:
            made = [
                f'<{prefix}numFmt numFmtId="{n}" formatCode="{escape(c, {chr(34): "&quot;"})}"/>'.encode()
                for n, c in self._new_codes
            ]
            if "numFmts" in self._counts:
                patches += self._grow("numFmts", made)
            else:
                root = self._xml.index(b"<" + prefix.encode() + b"styleSheet")
                at = tag_end(self._xml, root)[0]
                whole = (
                    f'<{prefix}numFmts count="{len(made)}">'.encode() + b"".join(made) + f"</{prefix}numFmts>".encode()
                )
                patches.append(Patch(at, at, whole))
        return apply(self._xml, patches)

    def _prefix(self) -> str:
        found = re.search(rb"<([A-Za-z_][\w.\-]*:)?styleSheet[\s>]", self._xml)
        return found[1].decode() if found and found[1] else ""

    def _grow(self, collection: str, items: Sequence[bytes]) -> list[Patch]:
        start, end, close, count = self._counts[collection]
        tag = with_attribute(self._xml[start:end], "count", str(count + len(items)))
        if tag.endswith(b"/>"):
            name = re.match(rb"<([^\s/>]+)", tag)
            assert name
            return [Patch(start, end, tag[:-2].rstrip() + b">" + b"".join(items) + b"</" + name[1] + b">")]
        return [Patch(start, end, tag), Patch(close, close, b"".join(items))]


def _is_date(code: str) -> bool:
    return _format(code, 0, True, False, (0, 0)).is_date
