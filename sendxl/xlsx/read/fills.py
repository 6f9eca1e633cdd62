"""How the cells of each style are shown: the colour that fills them, for what is said by colour alone, and struck words.

Source: ECMA-376 part 1, 18.8 (styles) and 20.1.6 (themes).
"""

import colorsys
import re
from dataclasses import dataclass

from sendxl.xlsx.package.xml import feed, handle, local, parser
from sendxl.xlsx.read.workbook import Workbook

_INDEXED = {
    2: "FF0000",
    3: "00FF00",
    4: "0000FF",
    5: "FFFF00",
    10: "FF0000",
    11: "00FF00",
    12: "0000FF",
    13: "FFFF00",
    17: "008000",
    22: "C0C0C0",
    23: "808080",
    36: "800080",
    40: "00CCFF",
    42: "CCFFCC",
    43: "FFFF99",
    45: "FF99CC",
    50: "99CC00",
    51: "FFCC00",
    52: "FF9900",
    53: "FF6600",
    57: "339966",
}
_THEME = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")


@dataclass(frozen=True)
class Shown:
    """For each style the colour that fills its cells as RRGGBB, "" for none; and whether their words are struck through."""

    fills: list[str]
    struck: list[bool]


def shown_in(workbook: Workbook) -> Shown:
    """How the cells of each style are shown."""
    part = workbook.styles_part
    if not part or part not in workbook.package:
        return Shown([], [])
    fills: list[str] = []
    struck: list[bool] = []
    styles: list[tuple[int, int]] = []
    path: list[str] = []
    solid = False
    theme = _theme(workbook)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal solid
        name = local(tag)
        if name == "fill" and path[-1:] == ["fills"]:
            fills.append("")
        elif name == "patternFill" and "fills" in path:
            solid = attributes.get("patternType", "none") not in ("none", "gray125")
        elif name == "fgColor" and "fills" in path and solid and fills:
            fills[-1] = _colour(attributes, theme)
        elif name == "font" and path[-1:] == ["fonts"]:
            struck.append(False)
        elif name == "strike" and "fonts" in path and struck:
            struck[-1] = attributes.get("val", "1") not in ("0", "false")
        elif name == "xf" and path[-1:] == ["cellXfs"]:
            fill, font = (attributes.get(of, "0") for of in ("fillId", "fontId"))
            styles.append((int(fill) if fill.isdecimal() else 0, int(font) if font.isdecimal() else 0))
        path.append(name)

    def end(tag: str) -> None:
        path.pop()

    made = parser(part)
    handle(made, part, start, end)
    feed(made, workbook.package.chunks(part), part)
    return Shown([fills[fill] if fill < len(fills) else "" for fill, _ in styles],
                 [font < len(struck) and struck[font] for _, font in styles])


def _theme(workbook: Workbook) -> dict[str, str]:
    """The colours of the workbook's theme by name."""
    colours: dict[str, str] = {}
    open_ = ""
    for part in workbook.related(workbook.part, {"theme"})[:1]:

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal open_
            name = local(tag)
            if name in _THEME:
                open_ = name
            elif open_ and name in ("srgbClr", "sysClr"):
                colours.setdefault(open_, attributes.get("val" if name == "srgbClr" else "lastClr", ""))
                open_ = ""

        made = parser(part)
        handle(made, part, start)
        feed(made, workbook.package.chunks(part), part)
    return colours


def _colour(attributes: dict[str, str], theme: dict[str, str]) -> str:
    colour = attributes.get("rgb", "")[-6:]
    number = attributes.get("theme", "")
    if number.isdecimal() and int(number) < len(_THEME):
        colour = theme.get(_THEME[int(number)], "")
    elif attributes.get("indexed", "").isdecimal():
        colour = _INDEXED.get(int(attributes["indexed"]), "")
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", colour):
        return ""
    tint = attributes.get("tint", "")
    if re.fullmatch(r"-?[01](?:\.\d{1,20})?(?:[eE]-?\d{1,2})?|-?\.\d{1,20}", tint) and float(tint):
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
        hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
        light = light * (1 + float(tint)) if float(tint) < 0 else light + (1 - light) * float(tint)
        colour = "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), strong))
    return "" if colour.upper() == "FFFFFF" else colour.upper()
