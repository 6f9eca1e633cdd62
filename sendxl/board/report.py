"""A Board report put together from a plan and its figures."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sendxl.board.amounts import GroupYear, Net, balances, money_rows, net_rows, position_rows, position_sentence
from sendxl.board.asked import decisions, decisions_first, rebaselined, restated
from sendxl.board.contents import ActivityRow, Contents, DecisionRow, FirstPage
from sendxl.board.drawings import periods_picture, position_picture, savings_picture, status_picture
from sendxl.board.highlights import (
    Earlier,
    blocks,
    by_theme,
    headline,
    lines_of,
    overdue,
    slipping_first,
    standings,
    theme_row,
    themes_first,
)
from sendxl.board.wording import plain
from sendxl.figures.assess import Figures
from sendxl.plan.counting import many
from sendxl.plan.master import Logged
from sendxl.plan.periods import financial_year_of
from sendxl.plan.tables import Tables
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Status

Row = TypeVar("Row", ActivityRow, DecisionRow)
_LINES = 50  # of rows on the first page, besides what always stands there
_MOST_MONEY = 6  # rows of savings on the first page
_LEAST = 2  # rows of what slips, and of decisions, wherever there are so many


def contents(tables: Tables, title: str, council: str, figures: Figures, years: Sequence[GroupYear], net: Sequence[Net],
             notes: Sequence[str], updates: Sequence[Logged], since: str | None, today: date) -> Contents:
    """All of a report. ``updates`` are those that count, archived ones too; Unusable where ``since`` is no period kept."""
    earlier = Earlier(tables, figures, since)
    all_ = standings(tables, figures, earlier, updates)
    open_ = [one for one in all_ if one.status is not Status.CLOSED]
    themes = by_theme(all_)
    year = financial_year_of(figures.as_at)
    asked, position = decisions(tables, figures, updates), position_rows(tables, figures)
    when = f"as at {show(figures.as_at)}{', still to come' if figures.ahead else ''}"
    in_period = figures.period is not None and figures.as_at <= figures.period.last
    now = {str(figures.period if in_period else show(figures.as_at)): Counter(str(one.status) for one in open_)}
    shown_years = money_rows(years)
    this_year = [row for row in shown_years if row.year == year]
    themes_there = themes_first(themes)
    slipping, asked_first = slipping_first(open_), decisions_first(asked)
    room = _LINES - len(themes_there) - min(len(this_year), _MOST_MONEY)
    some_asked = _that_fit(asked_first, room // 3)
    some_slipping = _that_fit(slipping, room - sum(map(lines_of, some_asked)))
    return Contents(
        title=" ".join(plain(title).split()) or tables.name,
        council=" ".join(plain(council).split()),
        as_at=f"A look ahead: as at {show(figures.as_at)}, still to come" if figures.ahead else f"As at {show(figures.as_at)}",
        period=str(figures.period or "no open period"),
        since=earlier.since,
        made_on=show(today),
        year=year,
        headline=headline(all_, earlier.since),
        first_page=FirstPage(
            themes=themes_there, total=theme_row("All", open_),
            slipping=some_slipping, more_slipping=_more(len(slipping) - len(some_slipping), "under the themes below"),
            decisions=some_asked, more_decisions=_more(len(asked_first) - len(some_asked), "under Decisions asked for"),
            savings=this_year[:_MOST_MONEY], more_savings=_more(len(this_year) - _MOST_MONEY, "under Savings"),
            position=position_sentence(tables, figures, year), overdue=overdue(open_)),
        status_picture=status_picture({theme: Counter(str(one.status) for one in of) for theme, of in themes.items()}, when),
        periods_picture=periods_picture({**earlier.counts(one.row.ref for one in all_), **now}, when),
        savings_picture=savings_picture(years, when),
        position_picture=position_picture([(row.fund or "", row.year or "", without, with_)
                                           for row, without, with_ in balances(tables, figures)], when),
        themes=blocks(themes),
        savings=shown_years,
        net=net_rows(net),
        position=position,
        notes=[plain(note) for note in (*notes, *figures.notes)],
        decisions=asked,
        rebaselined=rebaselined(tables, earlier.since),
        restated=restated(figures),
        activities=[one.row for one in all_],
    )


def _that_fit(rows: Sequence[Row], lines: int) -> list[Row]:
    """The first rows, as many as take so many lines; two at the least."""
    fitting: list[Row] = []
    for row in rows:
        lines -= lines_of(row)
        if lines < 0 and len(fitting) >= _LEAST:
            break
        fitting.append(row)
    return fitting


def _more(count: int, where: str) -> str:
    return f"… and {many(count, 'more', 'more')}, {where}." if count > 0 else ""
