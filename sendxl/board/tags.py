"""What a template of the Board report may hold: tags of the contents, loops over their rows, and conditions; nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from sendxl.board.contents import Contents, Tag, tags_of
from sendxl.errors import Refused, Unusable

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

_SEE = "The tags are listed in workbooks/reference/board.md."
_DEEPEST = 4  # loops in one another


def environment() -> "SandboxedEnvironment":
    """Where templates are filled in: without files, functions or ways behind what is given."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    return made


@dataclass(frozen=True)
class _Known:
    """What a name stands for in a template: a part of the contents (None: a text or picture), or rows of it."""

    part: type | None
    many: bool


_Names: TypeAlias = Mapping[str, _Known]


def check_tags(template: "DocxTemplate", name: str) -> None:
    """Unusable where a template asks for what there is not, Refused where it reaches for more than tags."""
    from jinja2 import TemplateSyntaxError

    names = _top()
    for place, xml in _parts(template):
        try:
            tree = environment().parse(template.patch_xml(xml))
            parts = [_with(tree, taken=taken) for taken in (True, False)]
        except TemplateSyntaxError as error:
            raise Unusable(f"{name}, {place}: a tag cannot be read: {error.message}. {_SEE}") from None
        _Check(f"{name}, {place}").body(tree, names)
        for part in parts:
            refuse_torn(part, f"{name}, {place}")


def refuse_torn(xml: str, name: str) -> None:
    """Unusable where tags that belong together stand in places of different kinds: Word could not read what comes of it."""
    from xml.parsers.expat import ExpatError, ParserCreate

    try:
        ParserCreate().Parse(xml.encode(), True)
    except ExpatError:
        raise Unusable(f"{name}: a repetition or a choice begins in a place of one kind and ends in one of another, such as "
                       "inside a table and below it. Put both tags of each into paragraphs of the same place, with “p”, or into "
                       "rows of the same table, with “tr”.") from None


def _with(node: "nodes.Node", *, taken: bool) -> str:
    """What a template writes besides tags where every condition is met and each row is there once, or none is."""
    from jinja2 import nodes

    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, (nodes.If, nodes.For)):
        return "".join(_with(child, taken=taken) for child in (node.body if taken else node.else_))
    return "".join(_with(child, taken=taken) for child in node.iter_child_nodes())


def _parts(template: "DocxTemplate") -> Iterator[tuple[str, str]]:
    """The parts that are filled in: what they are called, and their XML."""
    yield "text", template.get_xml()
    for uri, place in ((template.HEADER_URI, "header"), (template.FOOTER_URI, "footer")):
        for _, part in template.get_headers_footers(uri):
            yield place, template.get_part_xml(part)


def _top() -> _Names:
    """The tags that are there outside of any loop."""
    return {tag.name: _known(tag) for tag in tags_of(Contents)}


def _known(tag: Tag) -> _Known:
    return _Known(tag.inside, tag.many)


class _Check:
    """Goes through a template as Jinja reads it, and lets pass what is known to be harmless."""

    def __init__(self, place: str) -> None:
        self._place = place

    def body(self, node: "nodes.Node", names: _Names, depth: int = 0) -> None:
        """Check what stands in a template, a loop or a condition."""
        from jinja2 import nodes

        for child in node.iter_child_nodes(exclude=("target", "iter", "test")):
            if isinstance(child, nodes.For):
                self._loop(child, names, depth)
            elif isinstance(child, nodes.If):
                self._condition(child.test, names)
                self.body(child, names, depth)
            elif isinstance(child, nodes.Output):
                for shown in child.nodes:
                    if not isinstance(shown, nodes.TemplateData):
                        self._shown(shown, names)
            else:
                self._refuse(child)

    def _loop(self, loop: "nodes.For", names: _Names, depth: int) -> None:
        from jinja2 import nodes

        rows = self._of(loop.iter, names)
        if not isinstance(loop.target, nodes.Name) or loop.test or loop.recursive or depth >= _DEEPEST:
            self._refuse(loop)
        if not rows.many:
            raise Unusable(f"{self._place}: “{_written(loop.iter)}” is no list of rows, so nothing can be repeated "
                           f"for it. {_SEE}")
        root = _written(loop.iter).partition(".")[0]
        if depth and names[root] == _top().get(root):  # so that a report is no longer than what it holds
            raise Refused(f"{self._place}: “{_written(loop.iter)}” is repeated inside another list. Inside one only what "
                          f"belongs to its rows can be repeated. {_SEE}")
        self.body(loop, {**names, loop.target.name: _Known(rows.part, False), "loop": _Known(None, False)}, depth + 1)

    def _condition(self, test: "nodes.Node", names: _Names) -> None:
        from jinja2 import nodes

        if isinstance(test, (nodes.Not, nodes.And, nodes.Or)):
            for part in test.iter_child_nodes():
                self._condition(part, names)
        elif isinstance(test, nodes.Compare):
            self._condition(test.expr, names)
            for operand in test.ops:
                self._condition(operand.expr, names)
        elif not isinstance(test, nodes.Const):
            self._of(test, names)

    def _shown(self, node: "nodes.Node", names: _Names) -> None:
        known = self._of(node, names)
        if known.many or known.part is not None:
            inside = ", ".join(tag.name for tag in tags_of(known.part)) if known.part else "the text itself"
            raise Unusable(f"{self._place}: “{_written(node)}” is not one text; of each of its rows there is: {inside}. {_SEE}")

    def _of(self, node: "nodes.Node", names: _Names) -> _Known:
        """What a name, or a name in a part, stands for."""
        from jinja2 import nodes

        if isinstance(node, nodes.Name):
            known, there = names.get(node.name), list(names)
        elif isinstance(node, nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in ("first", "last", "index"):
                return _Known(None, False)
            part = self._of(node.node, names)
            inside = {tag.name: _known(tag) for tag in tags_of(part.part)} if part.part and not part.many else {}
            known, there = inside.get(node.attr), list(inside)
        else:
            self._refuse(node)
        if known is None:
            asked = _written(node)
            near = get_close_matches(asked.rpartition(".")[2], there, 1)
            meant = f" Did you mean “{asked.rpartition('.')[0]}{'.' if '.' in asked else ''}{near[0]}”?" if near else ""
            if asked.rpartition(".")[2].startswith("_"):
                raise Refused(f"{self._place}: “{asked}” reaches for what is no tag. Take it out. {_SEE}")
            raise Unusable(f"{self._place}: there is no tag “{asked}”.{meant} {_SEE}")
        return known

    def _refuse(self, node: "nodes.Node") -> NoReturn:
        what = type(node).__name__
        raise Refused(f"{self._place}: a template may show tags, repeat them for each row and ask whether there are any; it may "
                      f"do nothing else ({what}). Take it out. {_SEE}")


def _written(node: "nodes.Node") -> str:
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else type(node).__name__
