"""Approvals: is what was approved there, and does finance confirm what was worked out?"""

from collections.abc import Iterator

from sendxl.checks.registry import Scope, check
from sendxl.checks.view import Master
from sendxl.figures.approved import OF_LINE, OF_ROW
from sendxl.figures.kept import of_row
from sendxl.figures.unit_saving import number, unit_saving
from sendxl.plan.finding import Place, Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PROFILE, SAVINGS, Saving
from sendxl.plan.registry import Hit
from sendxl.plan.rows import has_value
from sendxl.plan.schema import Type
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Method

_READ = ("method", "chain", "unit_amount", "annual_value", "share", "approved_unit_saving", (PROFILE, "savings_ref"),
         (PROFILE, "planned_quantity"), (PROFILE, "from"))


@check("D64", Severity.NOTE, on=(SAVINGS, "approved_on"), where=has_value, reads=_READ,
       says="Approved on is {found}, {why}. {do}.")
def approved_on_without_what_was_approved(line: Saving, master: Master) -> Iterator[Hit]:
    """Where Approved on says that a line was approved, it is kept what was approved.

    Why: the first refresh from that day on keeps the price, the quantities and the days as they then stand, and Approved is
    worked out from these alone. Where there is nothing to keep, or it is not kept yet, the line is set against what is
    planned today, which may move.

    Example: Approved on is 1 May 2027, and no row of Profile says how many places were planned.

    Put right: do as the message says. Where the line was not approved, clear Approved on.
    """
    on = line.approved_on
    if on is None:
        return
    was = of_row(master.approved, SAVINGS, line.key, OF_LINE)["approved_on"]
    if on > master.today:
        yield Hit(words={"why": "which has not come yet, so nothing is approved yet", "do": "Correct it if it is not meant"})
    elif line.method == Method.NONE:
        yield Hit(words={"why": "but the line is not quantified, so there was nothing to approve",
                         "do": "Choose its Method, or clear Approved on"})
    elif as_seen(line.key) not in master.planned and was != on:
        yield Hit(severity=Severity.ERROR, words={
            "why": "but no row of Profile plans a quantity for the line, so there is nothing to keep",
            "do": "Add what was approved to Profile, or clear Approved on"})
    elif was != on and not _kept_by_an_upgrade(line, master) and unit_saving(line, master.costs).full is not None:
        yield Hit(words={"why": "but it is not kept yet what was approved",
                         "do": "Run “sendxl refresh”, which keeps price, quantities and days as they are now"})


def _kept_by_an_upgrade(line: Saving, master: Master) -> bool:
    """True for an approval of a plan of an earlier format: an upgrade takes the price that stands there."""
    return master.earlier is not None and not line.is_blank("approved_unit_saving")


@check("D65", Severity.ERROR, on=Scope.MASTER,
       says="{ref} was approved{how} and is gone from {sheet}, so Approved lacks it. Put the row back; where it is given up, "
            "{instead}.")
def approved_row_gone(master: Master) -> Iterator[Hit]:
    """A row of Savings or Profile that was approved stays.

    Why: what was approved is what the plan is held to. Without the row it is in no total any more, as if nobody had ever
    approved it.

    Example: PI-04.S1.P2 was approved with 6 places, and its row was deleted from Profile when they were dropped.

    Put right: put the row back with its Ref and its Savings ref (a backup has it), and refresh. Set Planned quantity to 0
    where nothing is planned any more; a line that is given up gets a Withdrawn on.
    """
    quantity = OF_ROW[0].header
    for (table, ref, header), value in master.approved.items():
        if header == quantity and table == PROFILE.name and _gone(master, ref, is_line=False):
            yield Hit(Place(PROFILE.title, table=PROFILE.name, ref=ref.upper()), words={
                "how": f" with {show(value)}", "instead": "set its Planned quantity to 0"})
        if header == OF_LINE[0].header and table == SAVINGS.name and _gone(master, ref, is_line=True):
            yield Hit(Place(SAVINGS.title, table=SAVINGS.name, ref=ref.upper()), words={
                "how": f" on {show(value)}", "instead": "enter its Withdrawn on"})


def _gone(master: Master, ref: str, *, is_line: bool) -> bool:
    table = SAVINGS if is_line else PROFILE
    return master.has(table, "ref") and master.row(table, ref) is None


@check("D66", Severity.NOTE, on=(SAVINGS, "finance_confirmed_amount"), where=has_value, reads=("realised_to_date",),
       says="Finance confirmed {found}, and Realised to date is {realised}. Agree with finance which of them holds.")
def confirmed_otherwise_than_realised(line: Saving, master: Master) -> Iterator[Hit]:
    """What finance confirmed is what is worked out as realised to date.

    Why: both are shown side by side, and a reader will ask about the difference. It may be one of time only: what was
    realised since finance confirmed it.

    Example: Finance confirmed amount is £54,000, and Realised to date £63,000.

    Put right: nothing, where the difference is understood. Else correct the counts in place, or ask finance.
    """
    confirmed, realised = number(line.finance_confirmed_amount), number(line.realised_to_date)
    shown = [show(None if amount is None else float(amount), Type.MONEY) or "blank" for amount in (confirmed, realised)]
    if confirmed is not None and not line.problem("realised_to_date") and shown[0] != shown[1]:
        yield Hit(words={"realised": shown[1]})
