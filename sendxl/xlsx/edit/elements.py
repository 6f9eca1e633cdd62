"""Elements put into a part in the order that the format wants, or added to a collection, by byte offset."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sendxl.xlsx.edit.schema_order import place_of_new
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.xml import Patch, apply, feed, is_utf8, parser, tag_end, with_attribute


class Element(NamedTuple):
    """An element of a part from ``start`` to ``end``; ``inside`` are those in it."""

    tag: str
    attributes: dict[str, str]
    start: int
    end: int
    inside: "list[Element]"

    def raw(self, xml: bytes) -> bytes:
        """The element as it stands."""
        return xml[self.start : self.end]


def elements(xml: bytes, part: str) -> Element:
    """The root of a part, with the elements in it and those in these; Refusal where bytes cannot be spliced into it."""
    if not is_utf8(xml):
        raise Refusal(f"the part {part} is not stored as UTF-8. Open the file in Excel, save it, then run again.")
    made = parser(part)
    open_: list[Element] = []
    roots: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, made.CurrentByteIndex, 0, [])
        open_.append(element)

    def end(tag: str) -> None:
        element = open_.pop()
        if len(open_) > 2:
            return
        last, alone = tag_end(xml, element.start)
        closed = element._replace(end=last if alone else xml.index(b">", made.CurrentByteIndex) + 1)
        (open_[-1].inside if open_ else roots).append(closed)

    made.StartElementHandler, made.EndElementHandler = start, end
    feed(made, (xml,), part)
    if ":" in roots[0].tag:
        raise Refusal(f"the part {part} is stored in an unusual way. Open the file in Excel, save it, then run again.")
    return roots[0]


def placed(xml: bytes, part: str, kind: str, new: bytes, order: Sequence[str]) -> bytes:
    """The part with one more element below its root, where the order of such elements wants it: after those of its kind."""
    at, _ = place_of_new(xml, part, order, kind)
    return apply(xml, [Patch(at, at, new)])


def appended(xml: bytes, part: str, kind: str, items: Sequence[bytes], order: Sequence[str] = (), *,
             counted: bool = True) -> bytes:
    """The part with further items at the end of a collection below its root, which is made where there is none.

    Without an ``order`` the root itself is the collection. ``counted``: the collection says how many items it has.
    """
    if not items:
        return xml
    root = elements(xml, part)
    if not order:
        return apply(xml, [_last_in(xml, root, b"".join(items))])
    found = next((child for child in root.inside if child.tag == kind), None)
    if found is None:
        count = f' count="{len(items)}"' if counted else ""
        return placed(xml, part, kind, f"<{kind}{count}>".encode() + b"".join(items) + f"</{kind}>".encode(), order)
    start = tag_end(xml, found.start)[0]
    tag = xml[found.start : start]
    patch = _last_in(xml, found, b"".join(items))
    if counted:
        tag = with_attribute(tag, "count", str(len(found.inside) + len(items)))
        if patch.start < start:  # it closes itself
            return apply(xml, [Patch(found.start, found.end, tag[:-2].rstrip() + patch.new)])
        return apply(xml, [Patch(found.start, start, tag), patch])
    return apply(xml, [patch])


def retagged(xml: bytes, part: str, change: Callable[[str, dict[str, str]], dict[str, str]]) -> bytes:
    """The part with attributes set: ``change`` says which, of each element by its tag and attributes as they are."""
    patches: list[Patch] = []
    made = parser(part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        at = made.CurrentByteIndex
        if wanted := change(tag, attributes):
            end = tag_end(xml, at)[0]
            new = xml[at:end]
            for name, value in wanted.items():
                new = with_attribute(new, name, value)
            patches.append(Patch(at, end, new))

    made.StartElementHandler = start
    feed(made, (xml,), part)
    return apply(xml, patches)


def _last_in(xml: bytes, element: Element, new: bytes) -> Patch:
    """Bytes put before the end tag of an element, which is opened up if it closes itself."""
    end, alone = tag_end(xml, element.start)
    if alone:
        cut = xml.rindex(b"/", element.start, end)
        return Patch(cut, end, b">" + new + f"</{element.tag}>".encode())
    close = xml.rindex(b"</", element.start, element.end)
    return Patch(close, close, new)
