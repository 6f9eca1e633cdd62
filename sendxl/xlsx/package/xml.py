"""Small tools for XML parts: a guarded expat parser, start tags by byte offset, and text as the format escapes it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

from sendxl.errors import FileFault, FileUnreadable

MAX_TEXT = 32_767
MAX_DEPTH = 200  # of elements in one another
MAX_NAMES = 10_000  # of elements and attributes in one part
LONGEST_TEXT = 1 << 18  # characters of one cell or string: more than any program writes
_LONGEST_TAG = 1 << 20  # bytes
_SLICE = 1 << 18  # bytes parsed at a time
_SMALL = 1 << 16  # bytes of a part
_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)""")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"&(#?\w+);")
_BETWEEN = b"<"  # which no text has
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\r\ud800-\udfff\ufffe\uffff]")


class Patch(NamedTuple):
    """Bytes ``start`` to ``end`` of a part to be replaced with ``new``."""

    start: int
    end: int
    new: bytes


def is_utf8(xml: bytes) -> bool:
    """True if the part is stored as UTF-8, so that bytes may be spliced into it."""
    start = xml[:200].removeprefix(b"\xef\xbb\xbf")
    declared = _ENCODING.match(start)
    return b"\x00" not in start and (not declared or declared[1].lower() in (b"utf-8", b"utf8"))


class _Met(dict[str, str]):
    """The names that a parser has met, and how many bytes it was fed."""

    fed = 0


def parser(part: str) -> expat.XMLParserType:
    """An expat parser that refuses document types and entities; ``part`` is named in messages."""
    made = expat.ParserCreate(None, None, _Met())
    made.buffer_text = True

    def forbid(*_: object) -> None:
        raise FileUnreadable(FileFault.UNSAFE, f"the part {part} has a document type or entities")

    made.StartDoctypeDeclHandler = forbid
    made.EntityDeclHandler = forbid
    return made


def handle(
    made: expat.XMLParserType,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    size: int = _SLICE,
) -> None:
    """Have a parser call ``start`` and ``end`` for tags; FileUnreadable where elements are nested too deeply.

    ``size`` of the part in bytes, if it is known: in a small one no depth can do harm, and none is counted.
    """
    if size <= _SMALL:
        made.StartElementHandler, made.EndElementHandler = start, end
        return
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise FileUnreadable(FileFault.UNSAFE, f"the part {part} has elements nested over {MAX_DEPTH} deep")
        start(tag, attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag)

    made.StartElementHandler, made.EndElementHandler = opened, closed


def feed(made: expat.XMLParserType, pieces: Iterable[bytes], part: str) -> None:
    """Parse all the pieces; FileUnreadable where they are not well-formed XML."""
    for piece in pieces:
        feed_piece(made, piece, part)
    feed_piece(made, b"", part, last=True)


def checked(pieces: Iterable[bytes], part: str) -> Iterator[bytes]:
    """The pieces of a part, passed on as they are seen to be well-formed XML; FileUnreadable as for ``feed``."""
    made = parser(part)
    for piece in pieces:
        feed_piece(made, piece, part)
        yield piece
    feed_piece(made, b"", part, last=True)


def feed_piece(made: expat.XMLParserType, piece: bytes, part: str, *, last: bool = False) -> None:
    """Parse one more piece; FileUnreadable where it is not well-formed XML, or made to use up the computer."""
    met = made.intern
    assert isinstance(met, _Met)
    try:
        for at in range(0, len(piece) or 1, _SLICE):
            fresh = piece if len(piece) <= _SLICE else piece[at : at + _SLICE]
            if b"<!DOCTYPE" in fresh:  # before anything of it is parsed
                raise FileUnreadable(FileFault.UNSAFE, f"the part {part} has a document type")
            made.Parse(fresh, last)
            met.fed += len(fresh)
            if len(met) > MAX_NAMES:
                raise FileUnreadable(FileFault.UNSAFE, f"the part {part} has over {MAX_NAMES:,} names of elements and attributes")
            if met.fed - made.CurrentByteIndex > _LONGEST_TAG:
                raise FileUnreadable(FileFault.TOO_LARGE, f"the part {part} has a tag of over {_LONGEST_TAG:,} bytes")
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: attributes missing or no numbers
        raise FileUnreadable(FileFault.DAMAGED, f"the part {part}: {error}") from None


def local(name: str) -> str:
    """An element or attribute name without its prefix."""
    return name.rpartition(":")[2]


def tag_end(xml: bytes, start: int) -> tuple[int, bool]:
    """End offset of the start tag at ``start``, and whether it closes itself."""
    match = _TAG.match(xml, start)
    if not match:
        raise FileUnreadable(FileFault.DAMAGED, f"a tag at byte {start} cannot be read")
    return match.end(), bool(match[1])


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with an attribute set, added at the end where it was not there."""
    quoted = b'%s="%s"' % (name.encode(), escape(value, {'"': "&quot;"}).encode())
    changed, count = re.subn(
        rb"""(?<=\s)%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()), lambda _: quoted, tag, count=1
    )
    if count:
        return changed
    cut = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:cut].rstrip() + b" " + quoted + tag[cut:]


def apply(xml: bytes, patches: Iterable[Patch]) -> bytes:
    """The part with all patches made; they must not overlap."""
    return b"".join(patched(xml, patches))


def patched(xml: bytes, patches: Iterable[Patch]) -> Iterator[bytes]:
    """The part with all patches made, piece by piece; they must not overlap."""
    position = 0
    for patch in sorted(patches, key=lambda p: (p.start, p.end)):
        if patch.start < position:
            raise ValueError("patches overlap")
        yield xml[position : patch.start]
        yield patch.new
        position = patch.end
    yield xml[position:]


def escape_text(text: str) -> str:
    """Text as a ``<t>`` holds it: what XML cannot hold as ``_xHHHH_``, literal text of that shape kept apart."""
    size = len(text)
    if size > MAX_TEXT // 2:  # Excel counts in units of UTF-16: an emoji is two
        size = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if size > MAX_TEXT:
        raise ValueError(f"a cell holds at most {MAX_TEXT:,} characters, not {size:,}")
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_UNFIT.sub(lambda m: f"_x{ord(m[0]):04X}_", text))


def decode(raw: bytes) -> str:
    """Well-formed character data of a UTF-8 part as expat would give it: references resolved, line ends made one."""
    text = raw.decode()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: "re.Match[str]") -> str:
    name = reference[1]
    if name[0] != "#":
        return _NAMED[name]
    return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))


def unescape_texts(raws: Sequence[bytes]) -> list[str]:
    """The texts that some ``<t>`` of a UTF-8 part mean; none has a tag in it."""
    joined = _BETWEEN.join(raws)
    if b"&" in joined or b"_x" in joined or b"\r" in joined:
        meant = {raw: unescape_text(decode(raw)) for raw in set(raws)}
        return [meant[raw] for raw in raws]
    return joined.decode().split(_BETWEEN.decode()) if raws else []  # at once, as most have nothing to be resolved


def unescape_text(text: str) -> str:
    """The text that a parsed ``<t>`` means: ``_xHHHH_`` put back."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if any("\ud800" <= c <= "\udfff" for c in text)
        else text
    )
