"""Savings: does each line have what its method needs, does it belong somewhere, and does its activity still count?"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from sendxl.checks.cells import maybe
from sendxl.checks.registry import check
from sendxl.checks.view import Master
from sendxl.figures.unit_saving import chain_codes
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PLAN, POOLS, SAVINGS, UNIT_COSTS, Pool, Saving
from sendxl.plan.registry import Hit
from sendxl.plan.rows import has_value, is_blank
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Method, Rating, SavingType


@check("D12", Severity.ERROR, on=(SAVINGS, "activity_ref"), where=is_blank,
       says="Activity ref is blank, so the line counts for no activity. Enter the Ref of its activity.")
def line_without_activity(line: Saving, master: Master) -> bool:
    """A savings line names the activity that it belongs to.

    Why: Plan shows what each activity saves, and who leads the activity is asked for the quantities.

    Example: a line was added to Savings, and its Activity ref was left blank.

    Put right: enter the Ref of the activity, as it stands in Plan.
    """
    return True


@check("D13", Severity.ERROR, on=(SAVINGS, "method"), where=is_blank,
       says="Method is blank, so no saving is worked out. Choose one: “Not quantified” where there are no figures.")
def line_without_method(line: Saving, master: Master) -> bool:
    """A savings line says how its saving is worked out.

    Why: each method needs other figures. Without one, nobody can tell a line that has no figures yet from one that was
    forgotten.

    Example: a line describes a saving in words, and its Method is blank.

    Put right: choose the method from the list of the cell: “Not quantified” until there are figures.
    """
    return True


@check("D14", Severity.ERROR, on=(SAVINGS, "chain"),
       says="A placement chain needs at least two codes, as in “OOC > SPECIAL > RP”. Write them, dearest first.")
def chain_too_short(line: Saving, master: Master) -> bool:
    """The chain of a line with the method Placement chain has at least two codes.

    Why: the saving is what one kind of place costs more than the next; that needs two of them.

    Example: Chain holds “OOC” alone, or “OOC >”.

    Put right: write the codes of UnitCosts with “ > ” between them, the dearest first.
    """
    return line.method == Method.CHAIN and not line.problem("chain") and len(chain_codes(line.chain)) < 2


def _codes(line: Saving) -> tuple[str, ...]:
    return chain_codes(line.chain) if line.method == Method.CHAIN else ()


@check("D15", Severity.ERROR, on=(SAVINGS, "chain"), where=has_value, reads=((UNIT_COSTS, "code"),),
       says="Chain names “{code}”, which UnitCosts does not have.{maybe} Correct it, or add it to UnitCosts.")
def code_of_chain_unknown(line: Saving, master: Master) -> Iterator[Hit]:
    """Every code of a chain stands in UnitCosts; small and capital letters are the same, as is all that looks the same.

    Why: a code without a cost saves nothing that could be worked out, so the whole line counts for nothing.

    Example: Chain holds “OOC > SPECAIL”, and UnitCosts has SPECIAL.

    Put right: correct the code, which the message names where it is near; or add a row with that code and its cost to
    UnitCosts.
    """
    known = [row.key for row in master.tables[UNIT_COSTS]]
    for code in _codes(line):
        if as_seen(code) not in master.costs:
            yield Hit(words={"code": code, "maybe": maybe(code, known)})


@check("D16", Severity.ERROR, on=(SAVINGS, "chain"), where=has_value, reads=((UNIT_COSTS, "annual_cost"),),
       says="Chain names {code}, which has no Annual cost, so no saving is worked out. Enter the cost in UnitCosts.")
def code_of_chain_without_cost(line: Saving, master: Master) -> Iterator[Hit]:
    """Every code of a chain has an Annual cost in UnitCosts.

    Why: the saving is the difference between two costs. It is told at each line that needs the cost.

    Example: UnitCosts has a row SPECIAL whose Annual cost is still blank, and three lines name it.

    Put right: enter the pounds that one such place costs a year into UnitCosts, and choose in Qualifier how sure that is.
    """
    for code in _codes(line):
        if master.costs.get(as_seen(code), 0) is None:
            yield Hit(words={"code": code})


@check("D17", Severity.ERROR, on=(SAVINGS, "chain"), where=has_value,
       says="From {one} ({cost}) to {other} ({more}) the chain saves less than nothing. Write the dearest first.")
def chain_runs_to_the_dearer(line: Saving, master: Master) -> Iterator[Hit]:
    """The codes of a chain run from the dearest to the cheapest.

    Why: a step to a dearer place would be a cost, and would count against the savings of the line.

    Example: Chain holds “SPECIAL > OOC”, with costs of £27,000 and £54,000.

    Put right: write the codes in the order of their costs, dearest first; or correct the cost in UnitCosts.
    """
    for one, other in pairwise(_codes(line)):
        first, then = master.costs.get(as_seen(one)), master.costs.get(as_seen(other))
        if first is not None and then is not None and first < then:
            yield Hit(words={"one": one, "other": other, "cost": _pounds(first), "more": _pounds(then)})


def _pounds(cost: Decimal) -> str:
    return show(float(cost), UNIT_COSTS["annual_cost"].type)


@check("D18", Severity.ERROR, on=(SAVINGS, "unit_amount"), where=is_blank,
       says="The Method needs a Unit amount, so no saving is worked out. Enter the pounds that one unit saves.")
def method_without_unit_amount(line: Saving, master: Master) -> bool:
    """A line with the method Unit cost avoided or One-off has a Unit amount; 0 is one.

    Why: the saving is that amount times the quantities of Profile.

    Example: Method is Unit cost avoided, and Unit amount is blank.

    Put right: enter the pounds that one unit saves: a year for Unit cost avoided, once for One-off.
    """
    return line.method in (Method.UNIT, Method.ONE_OFF)


@check("D19", Severity.ERROR, on=(SAVINGS, "annual_value"), where=is_blank,
       says="The Method needs an Annual value, so no saving is worked out. Enter what the contract costs a year.")
def method_without_annual_value(line: Saving, master: Master) -> bool:
    """A line with the method Share of contract has an Annual value.

    Why: the saving is a share of that value.

    Example: Method is Share of contract, Share is 10%, and Annual value is blank.

    Put right: enter the pounds that the contract costs a year.
    """
    return line.method == Method.SHARE


@check("D20", Severity.ERROR, on=(SAVINGS, "share"), where=is_blank,
       says="The Method needs a Share, so no saving is worked out. Enter the share that is saved, as in 5%.")
def method_without_share(line: Saving, master: Master) -> bool:
    """A line with the method Share of contract has a Share.

    Why: the saving is that share of the Annual value.

    Example: Method is Share of contract, Annual value is £180,000, and Share is blank.

    Put right: enter the share that is to be saved, as a percentage.
    """
    return line.method == Method.SHARE


@check("D21", Severity.ERROR, on=(SAVINGS, "type"), where=is_blank,
       says="The line has no Type, so it is in no total. Choose one.")
def line_without_type(line: Saving, master: Master) -> bool:
    """A savings line has a Type: what kind of money it is.

    Why: kinds of money are never added together, so each total is of one type, and a line without is in none.

    Example: a line was copied from a report that did not say whether the saving can be cashed.

    Put right: agree the type with finance, and choose it from the list of the cell.
    """
    return True


@check("D22", Severity.ERROR, on=(SAVINGS, "fund"), where=is_blank,
       says="The line has no Fund, so it is in no total by fund. Choose one.")
def line_without_fund(line: Saving, master: Master) -> bool:
    """A savings line has a Fund: the budget that it falls to.

    Why: the Summary totals savings by fund, and a line without is in none of these totals.

    Example: Type is Cashable, and Fund is blank.

    Put right: choose the budget from the list of the cell.
    """
    return True


@check("D23", Severity.NOTE, on=(SAVINGS, "activity_ref"), where=has_value, reads=("type", (PLAN, "savings_rating")),
       says="{found} {rated} in Plan, yet this line counts savings on it. Agree with finance that it may.")
def saving_on_doubtful_activity(line: Saving, master: Master) -> Iterator[Hit]:
    """A line that counts savings belongs to an activity that is rated to bring some: not blank, and not Risk.

    Why: a saving that the published plan does not expect will be asked about. Costs and withdrawn lines are none of this
    rule.

    Example: PI-01 has the Savings rating Risk, and PI-01.S1 counts £36,000 a year on it.

    Put right: agree with finance whether the line may stay. Then correct the rating, withdraw the line, or leave both: the
    note stops nothing.
    """
    activity = master.row(PLAN, line.activity_ref)
    if activity and line.type != SavingType.COST and not line.withdrawn_on:
        unrated = activity.is_blank("savings_rating")
        if unrated or activity.savings_rating == Rating.RISK:
            yield Hit(words={"rated": "has no savings rating" if unrated else f"is rated {Rating.RISK}"})


@check("D24", Severity.ERROR, on=(SAVINGS, "withdrawn_on"), where=is_blank, reads=((PLAN, "ref"),),
       says="{activity} has a Closed on ({day}), yet this line still counts. Enter Withdrawn on, or clear Closed on.")
def saving_on_closed_activity(line: Saving, master: Master) -> Iterator[Hit]:
    """A line of a closed activity is withdrawn.

    Why: nobody is asked about a closed activity any more, while its savings would go on being forecast.

    Example: PI-01 has 31 Mar 2027 in Closed on, and Withdrawn on of PI-01.S1 is blank.

    Put right: enter into Withdrawn on the day from which nothing more is expected. If the activity goes on, clear its
    Closed on.
    """
    activity = master.row(PLAN, line.activity_ref)
    if activity and activity.closed_on:
        yield Hit(words={"activity": activity.key, "day": show(activity.closed_on)})


@check("D32", Severity.ERROR, on=(POOLS, "capacity"), where=is_blank,
       says="The pool has no Capacity, so nothing stops a learner’s cost from being claimed twice. Enter how many learners there "
            "are.")
def pool_without_capacity(pool: Pool, master: Master) -> bool:
    """A pool says how many learners there are in it.

    Why: the cost of one learner can be avoided once. Lines that draw on the same learners share a pool, so that together
    they claim no more of them than there are.

    Example: Pools has a row COUNTY whose Capacity is blank, and two lines name it.

    Put right: enter how many learners the pool holds.
    """
    return True


@check("D69", Severity.NOTE, on=(SAVINGS, "chain"), where=has_value, reads=("method", (UNIT_COSTS, "price_base")),
       says="The costs of the chain have prices of different years ({bases}), so what it saves is not at the prices of one. "
            "Bring them to one Price base in UnitCosts.")
def price_bases_differ(line: Saving, master: Master) -> Iterator[Hit]:
    """The costs of a chain are at the prices of one year.

    Why: the saving is the difference of two costs. Where one of them is at older prices, the rise of prices between the
    years would be a saving, or hide one. A blank Price base is none of this rule.

    Example: OOC has the Price base 2026-27, and RP 2023-24.

    Put right: ask finance for the costs at the prices of one year, and enter that in Price base.
    """
    bases: dict[str, str] = {}
    for code in _codes(line):
        cost = master.row(UNIT_COSTS, code)
        if cost is not None and cost.price_base:
            bases.setdefault(as_seen(cost.price_base), f"{cost.key} {cost.price_base}")
    if len(bases) > 1:
        yield Hit(words={"bases": ", ".join(bases.values())})
