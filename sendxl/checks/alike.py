"""Alike: what is seen as the same is also written the same."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from sendxl.checks.cells import LINKS, spaced_otherwise
from sendxl.checks.registry import Scope, at, check, rows_where
from sendxl.checks.view import Master
from sendxl.figures.unit_saving import chain_codes
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen, by_sight, difference
from sendxl.plan.master import PLAN, SAVINGS, UNIT_COSTS
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Rows
from sendxl.plan.values import Value, to_texts

T = TypeVar("T", bound=Value)


@check("D63", Severity.NOTE, on=Scope.TABLE,
       says="{column} “{typed}” is “{other}” {where}, but {how}. To have one spelling, type “{other}”.")
def written_two_ways(rows: Rows, master: Master) -> Iterator[Hit]:
    """A theme, a lead, a ref or a code is written alike wherever it stands.

    Why: sendxl takes what is seen as the same for the same, so nothing is lost. But Excel's filters and your own formulas
    may not, and a reader sees two. What the Summary does not count for it is told by D40.

    Example: Theme is “Early help” in nine rows and “Early Help” in one; Lead is “Head of  Places” with two spaces.

    Put right: type it as the message writes it, or choose it from the list of the cell. All that are alike are then one.
    """
    if rows.table is PLAN:
        yield from _themes(rows)
    for table, key, to, choices in LINKS:
        if table is rows.table and master.has(table, key) and master.has(to, choices):
            written = by_sight((text, text) for text in map(_typed, master.tables[to].as_written(choices)))
            parts = _listed if table[key].many else _whole
            yield from _differing(rows, key, rows.as_written(key), parts, written, f"in {to.title}")
    if rows.table is SAVINGS and master.has(SAVINGS, "chain") and master.has(UNIT_COSTS, "code"):
        written = by_sight((row.key, row.key) for row in master.tables[UNIT_COSTS])
        yield from _differing(rows, "chain", to_texts(rows.values("chain")), chain_codes, written, f"in {UNIT_COSTS.title}")


def _themes(rows: Rows) -> Iterator[Hit]:
    """Themes that differ from the one that most rows have."""
    typed: Counter[str] = Counter()
    for value, count in Counter(rows.as_written("theme")).items():
        if (text := _typed(value)) and not spaced_otherwise(rows.table, "theme", value):
            typed[text] += count
    most = by_sight((text, text) for text, _ in typed.most_common())
    yield from _differing(rows, "theme", rows.as_written("theme"), _whole, most, "in other rows")


def _whole(value: Value) -> Sequence[str]:
    return [_typed(value)]


def _listed(value: Value) -> Sequence[str]:
    return [part.strip() for part in _typed(value).split(";")]


def _differing(rows: Rows, key: str, values: Sequence[T], parts: Callable[[T], Sequence[str]], written: Mapping[str, str],
               where: str) -> Iterator[Hit]:
    """The parts of what rows have that differ from how they are written elsewhere; D40 tells of those spaced otherwise."""
    def differing(value: T) -> list[tuple[str, str, str]]:
        found = [(text, written.get(as_seen(text), "")) for text in parts(value) if text]
        differ = [(text, other, how) for text, other in found if other and (how := difference(text, other))]
        return [] if differ and spaced_otherwise(rows.table, key, value) else differ

    for row, value in rows_where(rows, values, differing):
        for text, other, how in differing(value):
            yield at(rows, row, key, typed=text, other=other, where=where, how=how)


def _typed(value: object) -> str:
    return value.strip(" ") if isinstance(value, str) else ""
