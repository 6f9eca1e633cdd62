"""The pictures of a Board report: bars from zero, told apart without colour, each with what it shows in words."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING, Any

from sendxl.board.amounts import GroupYear
from sendxl.board.contents import Picture
from sendxl.board.wording import pounds, shortened
from sendxl.figures.savings import total
from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.counting import counted
from sendxl.plan.vocabulary import SavingType, Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 17.0  # centimetres of a picture on its page
_TALLEST, _OF_NOTHING = 23.0, 1.2
_INCH = 2.54
_LINE = "#404A57"
# Colours as in cells and charts of the workbook; what is off track is striped besides, so that it is found without colour.
_STRIPES = {Status.NOT_ASSESSED: "////", Status.OFF_TRACK: "\\\\\\\\"}
_FILLS: Mapping[str, tuple[str, str]] = {
    status: (f"#{STATUS_FILLS.get(status, 'FFFFFF')}", _STRIPES.get(status, ""))
    for status in Status if status is not Status.CLOSED
}
_MEASURED = {"Approved": ("white", "...."), "Planned": ("#E3E9F1", ""), "Forecast": ("#7E9CC0", ""),
             "Realised": ("#1F3A5F", "")}
_SLOTS = 6  # columns that there is room for at the least, so that one alone is no wall
_SMALLEST = 0.04  # share of the longest bar in which there is room for a number
_MOST_BARS = 20  # themes, periods or years in one picture
_LONGEST_ALT = 1_500  # letters of the words of a picture


def status_picture(by_theme: Mapping[str, Mapping[str, int]], when: str) -> Picture:
    """Activities by theme, one bar each, stacked by status."""
    shown = dict(list(by_theme.items())[:_MOST_BARS])
    left_out = len(by_theme) - len(shown)
    words = "; ".join(f"{theme}: {counted(counts)}" for theme, counts in shown.items()) or "There are no activities"
    more = f"; and {left_out:,} themes more, in the table" if left_out > 0 else ""
    return _picture(_stacked(shown, lying=True), 2.4 + 0.8 * max(len(shown), 1),
                    f"Bars: activities by theme and status, {when}. {words}{more}.")


def periods_picture(by_period: Mapping[str, Mapping[str, int]], when: str) -> Picture:
    """Activities by reporting period, one column each, stacked by status."""
    shown = dict(list(by_period.items())[-_MOST_BARS:])
    words = "; ".join(f"{period}: {counted(counts)}" for period, counts in shown.items()) or "No period is known yet"
    return _picture(_stacked(shown, lying=False), 7.5,
                    f"Columns: activities by reporting period and status, {when}. {words}.")


def savings_picture(years: Sequence[GroupYear], when: str) -> Picture:
    """Approved, planned, forecast and realised by financial year, one part for each type, as types are never added."""
    types = [type for type in map(str, SavingType) if any(one.type == type for one in years)]
    labels = sorted({one.year for one in years})[:_MOST_BARS]
    amounts = {type: {measured: [total(getattr(one, measured.lower()) for one in years if (one.type, one.year) == (type, year))
                                 for year in labels] for measured in _MEASURED} for type in types}
    words = "; ".join(
        f"{type} {year}: " + ", ".join(f"{measured.lower()} {pounds(of[at])}" for measured, of in amounts[type].items()
                                       if of[at] is not None)
        for type in types for at, year in enumerate(labels)) or "There are no savings lines with a type and a fund"
    return _picture([_beside(labels, amounts[type], type) for type in types], 5.2,
                    f"Columns: savings by financial year, one part for each type, {when}. {words}.")


def position_picture(rows: Sequence[tuple[str, str, float | None, float | None]], when: str) -> Picture:
    """The balance at the end of each financial year without and with the plan, one part for each fund; a deficit hangs down."""
    funds = list(dict.fromkeys(fund for fund, _, _, _ in rows))
    parts = []
    for fund in funds:
        of = sorted(row[1:] for row in rows if row[0] == fund)[:_MOST_BARS]
        amounts: dict[str, Sequence[float | None]] = {"Without the plan": [row[1] for row in of],
                                                      "With the plan": [row[2] for row in of]}
        parts.append(_beside([row[0] for row in of], amounts, fund))
    words = "; ".join(f"{fund} {year}: {pounds(without)} without the plan, {pounds(with_)} with it"
                      for fund, year, without, with_ in rows) or "The sheet Position is not filled in"
    return _picture(parts, 5.2, f"Columns: balance at the end of each financial year by fund, {when}. {words}.")


_Draw = Callable[["Axes"], None]
_PLAIN = ("#7E9CC0", "")
_BALANCES = {"Without the plan": ("white", "////"), "With the plan": ("#1F3A5F", "")}


def _picture(parts: Sequence[_Draw], height: float, alt: str) -> Picture:
    """A picture of parts below one another, each of that height in centimetres; one that says so where there are none."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = min(height * len(parts), _TALLEST) or _OF_NOTHING
    figure = Figure(figsize=(WIDTH / _INCH, height / _INCH), layout="constrained")
    FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that its font has no picture for: the words below the picture have them
        for number, part in enumerate(parts, 1):
            part(figure.add_subplot(len(parts), 1, number))
        if parts:
            names = dict(zip(*reversed(figure.axes[0].get_legend_handles_labels()), strict=True))
            figure.legend(names.values(), names.keys(), fontsize=7, ncols=6, loc="outside lower center", frameon=False)
        else:
            figure.text(0.5, 0.5, "Nothing to show yet", ha="center", va="center", fontsize=9)
        png = BytesIO()
        figure.savefig(png, format="png", dpi=160)
    return Picture(png.getvalue(), shortened(alt, _LONGEST_ALT), WIDTH)


def _stacked(bars: Mapping[str, Mapping[str, int]], *, lying: bool) -> list[_Draw]:
    """One bar for each label, its pieces those of the statuses, each with its number where there is room; nothing of nothing."""
    longest = max((sum(of.values()) for of in bars.values()), default=0)

    def draw(axes: "Axes") -> None:
        from matplotlib.ticker import MaxNLocator

        starts = [0] * len(bars)
        bar: Any = axes.barh if lying else axes.bar
        for status, (colour, stripes) in _FILLS.items():
            sizes = [of.get(status, 0) for of in bars.values()]
            start = {"left": starts} if lying else {"bottom": starts}
            drawn = bar(range(len(bars)), sizes, 0.62, color=colour, hatch=stripes, edgecolor=_LINE, linewidth=0.6, label=status,
                        **start)
            told = [str(size) if size > longest * _SMALLEST else "" for size in sizes]
            for text in axes.bar_label(drawn, told, label_type="center", fontsize=7, color="black"):
                if stripes and text.get_text():
                    text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6})
            starts = [was + size for was, size in zip(starts, sizes, strict=True)]
        _ticks(axes, [shortened(label, 34) for label in bars], lying=lying)
        (axes.xaxis if lying else axes.yaxis).set_major_locator(MaxNLocator(integer=True))
        (axes.set_xlim if lying else axes.set_ylim)(0, longest * 1.04)
        (axes.set_xlabel if lying else axes.set_ylabel)("Number of activities", fontsize=8)
        if lying:
            axes.invert_yaxis()  # the first on top
        else:
            axes.set_xlim(-0.6, max(len(bars), _SLOTS) - 0.4)

    return [draw] if longest else []


def _beside(labels: Sequence[str], amounts: Mapping[str, Sequence[float | None]], title: str) -> _Draw:
    """Columns side by side, one group for each label; the axis shows pounds, and 0 is always on it."""

    def draw(axes: "Axes") -> None:
        from matplotlib.ticker import FuncFormatter

        width = 0.8 / len(amounts)
        for number, (name, of) in enumerate(amounts.items()):
            colour, stripes = (_MEASURED | _BALANCES).get(name, _PLAIN)
            places = [at - 0.4 + width * (number + 0.5) for at in range(len(labels))]
            axes.bar(places, [amount if amount is not None and isfinite(amount) else 0.0 for amount in of], width, color=colour,
                     hatch=stripes, edgecolor=_LINE, linewidth=0.6, label=name)
        _ticks(axes, labels, lying=False)
        axes.axhline(0, color=_LINE, linewidth=0.8)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: pounds(amount)))
        axes.set_title(title, fontsize=9, fontweight="bold", loc="left", parse_math=False)

    return draw


def _ticks(axes: "Axes", labels: Sequence[str], *, lying: bool) -> None:
    """The labels of bars, as they are typed: a dollar sign begins no formula."""
    axis = axes.yaxis if lying else axes.xaxis
    axis.set_ticks(range(len(labels)))
    for text in axis.set_ticklabels(labels, fontsize=7.5):
        text.set_parse_math(False)
    axes.tick_params(labelsize=7.5)
    axes.grid(axis="x" if lying else "y", color="#D9DDE2", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
