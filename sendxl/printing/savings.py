"""How savings are printed: the profile by type, fund and year, and the position of the funds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sendxl import terminal
from sendxl.plan.counting import many
from sendxl.plan.master import POSITION
from sendxl.plan.schema import Type
from sendxl.plan.values import show
from sendxl.printing.common_lines import Asked, as_at, print_to_mend

if TYPE_CHECKING:
    from sendxl.jobs.savings import FundYear, Group, Profile


def print_savings(profile: "Profile", asked: Asked) -> None:
    """The profile of the savings by type, fund and year, with range and present value; net of costs; and the funds."""
    terminal.say(f"{profile.title}: savings {as_at(profile.as_at, ahead=profile.ahead)}, "
                 f"{profile.years[0]} to {profile.years[-1]}")
    print_to_mend(profile.to_mend)
    if not (profile.groups or profile.left_out):
        terminal.say("There are no savings lines yet. Add them in Savings, and their quantities in Profile.")
    terminal.say()
    marked = {year: year_in_words(year, closed=year in profile.closed) for year in profile.years}
    for group in profile.groups:
        lines = many(group.lines, "line")
        approved = f", {group.approved} of {lines} approved" if group.approved else ", none approved"
        terminal.say(f"{group.type}, {group.fund}: {group.quantified} of {lines} quantified{approved}.")
        _print_group(group, marked) if group.quantified or group.total.forecast is not None else terminal.say()
    for line in (*_of_the_tables(profile), *profile.in_range) if profile.groups else ():
        terminal.sentences(line)
    if profile.net:
        terminal.say()
        terminal.say("Cashable savings net of costs, as forecast:")
        print_money(("Fund", "Year"), ("Cashable", "Costs", "Net"), [
            ([row.fund, marked[row.year]], [row.cashable, row.costs, row.net]) for row in profile.net])
    _print_position(profile.position)


def _print_group(group: "Group", marked: Mapping[str, str]) -> None:
    rows = [([marked.get(of.year, "all years")],
             [of.approved, of.planned, of.forecast, of.one_off or None, of.realised, of.restated, of.p10, of.p50, of.p90])
            for of in (*group.years, group.total)]
    rows.append((["present value"], [None, group.present_planned, group.present_forecast]))
    print_money(("Year",), ("Approved", "Planned", "Forecast", "One-off", "Realised", "Restated", "P10", "P50", "P90"), rows)


def _of_the_tables(profile: "Profile") -> Iterator[str]:
    """What the columns of the savings mean, those that are there."""
    years = [year for group in profile.groups for year in group.years]
    if any(year.one_off for year in years):
        yield "One-off: what of the forecast does not recur; the rest does every year."
    if profile.closed:
        yield (f"Closed: the figures of {', '.join(profile.closed)} stay as they were kept. Restated: what today's rows and "
               "costs would give as realised, less that; it is in no other figure.")
    drawn = (f"P10, P50 and P90: the forecast falls short of them in 10, 50 and 90 of 100 draws ({profile.draws:,} draws, "
             f"seed {profile.seed}). ") if any(group.total.p50 is not None for group in profile.groups) else ""
    yield (f"{drawn}Present value at {show(profile.discount_rate, Type.FRACTION)} a year. "
           "Types and funds are not added together; blank is not quantified.")


def _print_position(rows: "Sequence[FundYear]") -> None:
    if rows:
        terminal.sentences(
            "Position of the funds: the one place where types of saving meet. Mitigated spend is Unmitigated spend less Savings "
            "(cashable and avoided), plus Costs. A deficit is below 0.")
    given = [column for column in POSITION if column.type is Type.MONEY]
    for fund in dict.fromkeys(row.fund for row in rows):
        terminal.say(f"{fund}:")
        print_money(("Year",), [column.header for column in given], [
            ([row.year], [row.amounts.get(column.key) for column in given]) for row in rows if row.fund == fund])


def print_money(labels: Sequence[str], headers: Sequence[str],
                 rows: Sequence[tuple[Sequence[str], Sequence[float | None]]]) -> None:
    """A table of pounds; a column in which there are none is left out."""
    there = [place for place in range(len(headers)) if any(row[place:place + 1] not in ([], [None]) for _, row in rows)]
    terminal.table((*labels, *(headers[place] for place in there)),
                   [(*label, *pounds(*(row[place] if place < len(row) else None for place in there))) for label, row in rows],
                   numbers=range(len(labels), len(labels) + len(there)))


def pounds(*amounts: float | None) -> list[str]:
    """Amounts as they are shown; blank where there is none."""
    return [show(amount, Type.MONEY) for amount in amounts]


def year_in_words(year: str, *, closed: bool) -> str:
    """A financial year, and whether its figures stay as they were kept."""
    return f"{year}{', closed' if closed else ''}"
