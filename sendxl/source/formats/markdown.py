"""Markdown: tables between bars, with the headings above them; label blocks."""

import re
from pathlib import Path

from sendxl.source.decoding import decode, read_bytes
from sendxl.source.grids import Grid, GridCell, Line, Source, placed, words
from sendxl.source.lone_lines import names_theme
from sendxl.source.records import labelled_lines

ENDINGS = (".md", ".markdown")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_OF_WORDS = 9  # level of a heading that is one by its words alone
_DASHES = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\*\*|__|~~.*?~~|`")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(path: Path) -> Source:
    """The source in a Markdown file."""
    text = decode(read_bytes(path), path.name)
    levels: dict[int, str] = {}
    title, caption = "", ""
    grids: list[Grid] = []
    lines: list[Line] = []
    table: list[list[GridCell]] = []

    def close() -> None:
        nonlocal table, caption
        if table:
            above = tuple(heading for level, heading in sorted(levels.items()) if heading != title)
            grids.append(Grid("", placed(table), above, caption, table[0][0].at))
            table, caption = [], ""

    for number, line in enumerate(text.split("\n"), 1):
        if line.count("|") and (line.lstrip().startswith("|") or table or line.count("|") > 1):
            if not _DASHES.fullmatch(line):
                inner = line.strip().removeprefix("|")
                cells = _BAR.split(inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner)
                table.append([GridCell(_plain(cell), f"line {number}, cell {place}") for place, cell in enumerate(cells, 1)])
            continue
        close()
        heading = _HEADING.match(line)
        if heading or names_theme(_plain(line)):
            level, says = (len(heading[1]), _plain(heading[2])) if heading else (_OF_WORDS, _plain(line))
            levels = {known: kept for known, kept in levels.items() if known < level} | {level: says}
            title = title or (says if level == 1 else "")
            lines.append(Line(says, f"line {number}", heading=True))
        elif line.strip():
            caption = _plain(line)
            lines.append(Line(caption, f"line {number}"))
    close()
    if (
        not grids
        and (
            labelled := labelled_lines(
                [
                    Line(_plain(re.sub(r"^#+\s*", "", line)), f"line {number}", heading=line.startswith("#"))
                    for number, line in enumerate(text.split("\n"), 1)
                ]
            )
        )
        is not None
    ):
        return Source("", (Grid("", labelled),), digest=text)
    return Source(title, tuple(grids), tuple(lines), text)


def _plain(text: str) -> str:
    """Words without the marks of Markdown; of a link its words, and where it leads."""
    text = _LINK.sub(lambda link: link[1] if link[1] == link[2] or not link[2] else f"{link[1]} ({link[2]})", text)
    text = _MARKS.sub("", text.replace("\\|", "|"))
    return "\n".join(line for part in _BREAK.split(text) if (line := words(part)))
