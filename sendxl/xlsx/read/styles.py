"""Cell formats of a workbook: what a style index shows, and new ones appended when none fits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from xml.sax.saxutils import escape

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.xml import Patch, apply, feed, handle, is_utf8, local, parser, tag_end, with_attribute
from sendxl.xlsx.read.formats import BUILTIN, FIRST_CUSTOM, Format, format_of, is_date_code

_FILL = (
    '<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{colour}"/><{p}bgColor indexed="64"/>'
    "</{p}patternFill></{p}fill>"
)
_CODE = '<{p}numFmt numFmtId="{number}" formatCode="{code}"/>'
_QUOTE = {'"': "&quot;"}
_MOST = 65_490  # formats, as in Excel
_CHOICE = "Choice"
_ALTERNATES = ("AlternateContent", _CHOICE, "Fallback")  # ECMA-376 part 3: Fallback is for who does not know what Choice requires
_LEADS_TO_FORMULA = ("=", "+", "-", "@")


@dataclass
class _Read:
    """What was read of a styles part; never changed."""

    formats: list[Format] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILTIN))
    custom: dict[str, int] = field(default_factory=dict)
    counts: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)  # start tag bytes, end tag start, items


class Styles:
    """The styles part. ``formats[s]`` is what ``s="…"`` of a cell means; ``variant`` and ``fit`` add what is missing."""

    def __init__(self, xml: bytes, part: str) -> None:
        """Read the part (empty bytes: a workbook without styles)."""
        self._xml = xml
        self._part = part
        self.formats: list[Format] = []
        self._codes: dict[int, str] = dict(BUILTIN)
        self._custom: dict[str, int] = {}
        self._counts: dict[str, tuple[int, int, int, int]] = {}  # collection: start tag bytes, end tag start, items
        self._new_xfs: list[bytes] = []
        self._new_codes: list[tuple[int, str]] = []
        self._new_fills: list[str] = []
        self._made: dict[tuple[object, ...], int] = {}
        self._fits: dict[tuple[object, ...], int] = {}
        if xml:
            read = _read(xml, part)
            self.formats, self._codes = list(read.formats), dict(read.codes)
            self._custom, self._counts = dict(read.custom), dict(read.counts)
        if not self.formats:
            self.formats.append(format_of("General", 0, True, False))

    @property
    def changed(self) -> bool:
        """True if a format was added that the part as read lacks."""
        return bool(self._new_xfs)

    def fit(self, style: int, value: object, number_format: str) -> int:
        """The style that shows ``value`` rightly in a cell of ``style``: the same where it does, else a variant.

        A date needs a date format, a percentage or money its own where the cell has none, and text that begins like a
        formula the mark that keeps Excel from making it one when it is edited.
        """
        kind = (value.startswith(_LEADS_TO_FORMULA) if isinstance(value, str) else type(value), style, number_format)
        if kind not in self._fits:
            self._fits[kind] = self._fit(style, value, number_format)
        return self._fits[kind]

    def _fit(self, style: int, value: object, number_format: str) -> int:
        present = self._format(style)
        if isinstance(value, str):
            prefixed = present.quote_prefix or value.startswith(_LEADS_TO_FORMULA)
            return style if prefixed == present.quote_prefix else self.variant(style, quote_prefix=True)
        if present.quote_prefix:  # which would make text of it when it is edited
            style = self.variant(style, quote_prefix=False)
        if isinstance(value, date):
            code = number_format if is_date_code(number_format) else "dd mmm yyyy"
            return style if present.is_date else self.variant(style, code)
        bare = present.is_date or (present.number_format == "General" and number_format != "General")
        return self.variant(style, number_format) if bare and not isinstance(value, bool) else style

    def variant(
        self, style: int, number_format: str | None = None, *, fill: str | None = None, quote_prefix: bool | None = None
    ) -> int:
        """The index of ``style`` with another number format, solid fill (RRGGBB; '': none) or quote prefix; made once.

        ValueError where the workbook has no such style, or no styles to add to.
        """
        wanted = (style, number_format, fill, quote_prefix)
        if wanted not in self._made:
            self._made[wanted] = self._make(*wanted)
        return self._made[wanted]

    def _format(self, style: int) -> Format:
        if not 0 <= style < len(self.formats):
            raise ValueError(f"the style {style} of a cell is not there. Open the file in Excel, save it, then run again")
        return self.formats[style]

    def _make(self, style: int, number_format: str | None, fill: str | None, quote_prefix: bool | None) -> int:
        base = self._format(style)
        if not {"cellXfs", "fills"} <= set(self._counts) or not is_utf8(self._xml):
            raise ValueError("the workbook has no styles that can be added to. Open it in Excel, save it, then run again")
        xf = self._xf(base)
        cut = tag_end(xf, 0)[0]
        tag, rest = xf[:cut], xf[cut:]
        made = base
        if number_format is not None:
            made = format_of(number_format, 0, base.locked, base.quote_prefix)
            tag = with_attribute(tag, "numFmtId", str(self._code_number(number_format)))
            tag = with_attribute(tag, "applyNumberFormat", "1")
        if fill is not None:
            tag = with_attribute(with_attribute(tag, "fillId", str(self._fill_number(fill) if fill else 0)), "applyFill", "1")
        if quote_prefix is not None:
            made = replace(made, quote_prefix=quote_prefix)
            tag = with_attribute(tag, "quotePrefix", str(int(quote_prefix)))
        self._new_xfs.append(tag + rest)
        self.formats.append(replace(made, span=(-len(self._new_xfs), 0)))
        return len(self.formats) - 1

    def _xf(self, base: Format) -> bytes:
        """The ``<xf>`` element of a format, read or made."""
        first, last = base.span
        return self._new_xfs[-first - 1] if first < 0 else self._xml[first:last]

    def _code_number(self, code: str) -> int:
        for number, known in BUILTIN.items():
            if known == code and number in (1, 2, 3, 4, 9, 10, 49):
                return number
        if code == "General":
            return 0
        if code not in self._custom:
            number = self._custom[code] = max((FIRST_CUSTOM - 1, *self._custom.values(), *self._codes)) + 1
            self._codes[number] = code
            self._new_codes.append((number, code))
        return self._custom[code]

    def _fill_number(self, colour: str) -> int:
        if colour not in self._new_fills:
            self._new_fills.append(colour)
        return self._counts["fills"][3] + self._new_fills.index(colour)

    def render(self) -> bytes:
        """The part with what was added."""
        p = self._prefix()
        patches = self._grow("cellXfs", self._new_xfs)
        if self._new_fills:
            patches += self._grow("fills", [_FILL.format(p=p, colour=colour).encode() for colour in self._new_fills])
        if self._new_codes:
            codes = [_CODE.format(p=p, number=n, code=escape(c, _QUOTE)).encode() for n, c in self._new_codes]
            if "numFmts" in self._counts:
                patches += self._grow("numFmts", codes)
            else:
                at = tag_end(self._xml, self._xml.index(f"<{p}styleSheet".encode()))[0]
                whole = f'<{p}numFmts count="{len(codes)}">'.encode() + b"".join(codes) + f"</{p}numFmts>".encode()
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


@lru_cache(maxsize=4)  # many workbooks have the very same styles: all trackers that are sent out
def _read(xml: bytes, part: str) -> _Read:
    """What stands in a styles part."""
    read = _Read()
    made = parser(part)
    path: list[str] = []  # of the elements open now; of what a part offers in two forms, the plain one counts
    choices = 0
    xf: list[object] = []
    utf8 = is_utf8(xml)  # else nothing is added, and where things stand does not matter

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal choices
        name = local(name)
        if name in _ALTERNATES:  # Hancom Office offers some formats twice
            choices += name == _CHOICE
            return
        if choices:
            return
        at = made.CurrentByteIndex
        parent = path[-1] if path else ""
        path.append(name)
        if name in ("numFmts", "fills", "cellXfs") and len(path) == 2:
            read.counts[name] = (at, tag_end(xml, at)[0] if utf8 else at, 0, 0)
        elif parent in read.counts and len(path) == 3:
            start_at, end_at, _, items = read.counts[parent]
            read.counts[parent] = (start_at, end_at, 0, items + 1)
            if parent == "numFmts":
                number = int(attributes["numFmtId"])
                read.codes[number] = attributes["formatCode"]
                read.custom.setdefault(attributes["formatCode"], number)
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
        nonlocal choices
        name = local(name)
        if name in _ALTERNATES:
            choices -= name == _CHOICE
            return
        if choices:
            return
        path.pop()
        at = made.CurrentByteIndex
        if name == "xf" and path[-1:] == ["cellXfs"]:
            first, number, locked, quoted = xf
            assert isinstance(first, int) and isinstance(number, int)
            if len(read.formats) == _MOST:
                raise FileUnreadable(FileFault.TOO_LARGE, f"over {_MOST:,} cell formats")
            last, alone = tag_end(xml, first) if utf8 else (first, True)
            last = last if alone else xml.index(b">", at) + 1
            code = read.codes.get(number, "General")
            read.formats.append(format_of(code, number, bool(locked), bool(quoted), (first, last)))
        elif name in read.counts and len(path) == 1:
            start_at, end_at, _, items = read.counts[name]
            read.counts[name] = (start_at, end_at, at, items)

    handle(made, part, start, end, len(xml))
    feed(made, (xml,), part)
    return read
