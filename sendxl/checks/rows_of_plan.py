"""What a person should mend in single rows of a master, one check each: the plan, its savings, and what they refer to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from sendxl.checks.master_view import (
    BELOW,
    DOUBLE,
    EVERY_TABLE,
    FORMULA,
    KEYLESS,
    LINKS,
    ODD_SPACE,
    OUTSIDE,
    UNKNOWN,
    UNREADABLE,
    Fault,
    Master,
    maybe,
    unknown,
)
from sendxl.figures.unit_saving import chain_codes
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.master import LEADS, MEASURES, PLAN, POOLS, PROFILE, SAVINGS, UNIT_COSTS, YEARS
from sendxl.plan.rows import Row
from sendxl.plan.schema import Table
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Method, Rating, SavingType

ERROR, NOTE = Severity.ERROR, Severity.NOTE
Words: TypeAlias = Mapping[str, str]  # that a message names


@dataclass(frozen=True)
class Check(Fault):
    """A fault of single rows of ``table``, at the column of the key ``on``.

    ``finds`` tells whether a row has it, or the words of each one that it has. ``reads`` names further columns, those
    of the same table by key, without which it would find what is not there; the check is then not made.
    """

    table: Table
    on: str
    finds: Callable[[Row, Master], bool | Iterable[Words]]
    reads: tuple[str | tuple[Table, str], ...] = ()

    def findings(self, master: Master) -> Iterator[Finding]:
        """What it finds in a master."""
        reads = [(self.table, read) if isinstance(read, str) else read for read in (self.on, *self.reads)]
        if all(master.has(*read) for read in reads):
            rows = master.tables[self.table]
            for row in rows:
                told = self.finds(row, master)
                for words in ([{}] if told is True else told or ()):
                    yield self.at(master.file, rows, row, self.on, **words)


def needed(code: str, severity: Severity, says: str, table: Table, on: str,
           where: Callable[[Row], bool] = lambda row: True, reads: tuple[str, ...] = ()) -> Check:
    """A check that a cell is filled, in the rows ``where`` it is needed."""
    return Check(code, severity, says, table, on, lambda row, _: where(row) and row.cell(on).blank, reads)


def _is_open(activity: Row) -> bool:
    return activity.closed_on is None


def _chain_too_short(line: Row, _: Master) -> bool:
    return line.method == Method.CHAIN and not line.cell("chain").problem and len(chain_codes(line.chain)) < 2


def _codes(line: Row) -> tuple[str, ...]:
    return chain_codes(line.chain) if line.method == Method.CHAIN else ()


def _unknown_codes(line: Row, master: Master) -> Iterator[Words]:
    known = [row.key for row in master.tables[UNIT_COSTS]]
    return ({"code": code, "maybe": maybe(code, known)} for code in _codes(line) if code.casefold() not in master.costs)


def _codes_without_cost(line: Row, master: Master) -> Iterator[Words]:
    return ({"code": code} for code in _codes(line) if master.costs.get(code.casefold(), 0) is None)


def _steps_up(line: Row, master: Master) -> Iterator[Words]:
    for one, other in pairwise(_codes(line)):
        first, then = master.costs.get(one.casefold()), master.costs.get(other.casefold())
        if first is not None and then is not None and first < then:
            yield {"one": one, "other": other, "cost": _pounds(first), "more": _pounds(then)}


def _pounds(cost: Decimal) -> str:
    return show(float(cost), UNIT_COSTS["annual_cost"].type)


def _doubtful_rating(line: Row, master: Master) -> Iterator[Words]:
    activity = master.row(PLAN, line.activity_ref)
    if activity and line.type != SavingType.COST and not line.withdrawn_on:
        rating = activity.cell("savings_rating")
        if rating.blank or rating.value == Rating.RISK:
            yield {"rated": "has no savings rating" if rating.blank else f"is rated {Rating.RISK}"}


def _of_closed_activity(line: Row, master: Master) -> Iterator[Words]:
    activity = master.row(PLAN, line.activity_ref)
    if activity and activity.closed_on and line.cell("withdrawn_on").blank:
        yield {"activity": activity.key, "day": show(activity.closed_on)}


def _ends_before_it_starts(row: Row, _: Master) -> Iterator[Words]:
    start, until = getattr(row, "from"), row.until  # a word of Python's own
    if start and until and until < start:
        yield {"start": show(start)}


def _year_of_no_line(year: Row, master: Master) -> Iterator[Words]:
    if not master.row(SAVINGS, year.savings_ref):
        yield {"line": year.savings_ref or "(blank)"}


CHECKS = (
    needed("D09", ERROR, "The activity has no Theme, so no total by theme counts it. Enter its theme.", PLAN, "theme", _is_open,
           ("closed_on",)),
    needed("D10", NOTE, "Nobody is named as Lead, so nobody answers for it. Choose a title of Leads.", PLAN, "lead", _is_open,
           ("closed_on",)),
    needed("D11", ERROR, "Activity ref is blank, so the measure counts for no activity. Enter the Ref of its activity.",
           MEASURES, "activity_ref"),
    needed("D12", ERROR, "Activity ref is blank, so the line counts for no activity. Enter the Ref of its activity.",
           SAVINGS, "activity_ref"),
    needed("D13", ERROR, "Method is blank, so no saving is worked out. Choose one: “Not quantified” where there are no figures.",
           SAVINGS, "method"),
    Check("D14", ERROR, "A placement chain needs at least two codes, as in “OOC > SPECIAL > RP”. Write them, dearest first.",
          SAVINGS, "chain", _chain_too_short),
    Check("D15", ERROR, "Chain names “{code}”, which UnitCosts does not have.{maybe} Correct it, or add it to UnitCosts.",
          SAVINGS, "chain", _unknown_codes, ((UNIT_COSTS, "code"),)),
    Check("D16", ERROR, "Chain names {code}, which has no Annual cost, so no saving is worked out. Enter the cost in UnitCosts.",
          SAVINGS, "chain", _codes_without_cost, ((UNIT_COSTS, "annual_cost"),)),
    Check("D17", ERROR, "From {one} ({cost}) to {other} ({more}) the chain saves less than nothing. Write the dearest first.",
          SAVINGS, "chain", _steps_up),
    needed("D18", ERROR, "The Method needs a Unit amount, so no saving is worked out. Enter the pounds that one unit saves.",
           SAVINGS, "unit_amount", lambda line: line.method in (Method.UNIT, Method.ONE_OFF)),
    needed("D19", ERROR, "The Method needs an Annual value, so no saving is worked out. Enter what the contract costs a year.",
           SAVINGS, "annual_value", lambda line: line.method == Method.SHARE),
    needed("D20", ERROR, "The Method needs a Share, so no saving is worked out. Enter the share that is saved, as in 5%.",
           SAVINGS, "share", lambda line: line.method == Method.SHARE),
    needed("D21", ERROR, "The line has no Type, so it is in no total. Choose one.", SAVINGS, "type"),
    needed("D22", ERROR, "The line has no Fund, so it is in no total by fund. Choose one.", SAVINGS, "fund"),
    Check("D23", NOTE, "{found} {rated} in Plan, yet this line counts savings on it. Agree with finance that it may.",
          SAVINGS, "activity_ref", _doubtful_rating, ("type", (PLAN, "savings_rating"))),
    Check("D24", ERROR, "{activity} has a Closed on ({day}), yet this line still counts. Enter Withdrawn on, or clear Closed on.",
          SAVINGS, "withdrawn_on", _of_closed_activity, ((PLAN, "ref"),)),
    needed("D25", ERROR, "Savings ref is blank, so the quantity counts for no line. Enter the Ref of its line.",
           PROFILE, "savings_ref"),
    needed("D26", ERROR, "The row has no From, so its quantity counts from no day. Enter the first day on which it is in place.",
           PROFILE, "from", lambda row: row.cell("actual_from").blank, ("actual_from",)),
    needed("D27", ERROR, "The row has no quantity, so it adds nothing. Enter a Planned quantity: 0 if none was planned.",
           PROFILE, "planned_quantity", lambda row: row.cell("actual_quantity").blank, ("actual_quantity",)),
    Check("D28", ERROR, "Until ({found}) is before From ({start}), so the row adds nothing. Correct one of them.",
          PROFILE, "until", _ends_before_it_starts),
    needed("D29", ERROR, "Actual from is given without an Actual quantity, so it counts for nothing. Enter how many there were.",
           PROFILE, "actual_quantity", lambda row: not row.cell("actual_from").blank),
    Check("D30", ERROR, "There is no line {line} in Savings, so this year of it is left blank. Put the line back, or delete this "
          "row.", YEARS, "savings_ref", _year_of_no_line, ((SAVINGS, "ref"),)),
    needed("D31", ERROR, "The lead has no Title, so Plan cannot name it and no tracker can be issued. Enter it.", LEADS, "title"),
    needed("D32", ERROR, "The pool has no Capacity, so nothing stops a learner’s cost from being claimed twice. Enter how many "
           "learners there are.", POOLS, "capacity"),
)
FAULTS: tuple[Fault, ...] = (KEYLESS, DOUBLE, BELOW, UNREADABLE, OUTSIDE, UNKNOWN, FORMULA, ODD_SPACE, *CHECKS)


def examine(master: Master, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Everything to mend in the rows of a master: by what is declared of every column, and by the ``checks``."""
    for rows in master.tables.values():
        for general in EVERY_TABLE:
            yield from general(rows, master.file)
    for link in LINKS:
        yield from unknown(*link, master)
    for check in checks:
        yield from check.findings(master)
