"""Alike: what is seen as the same is also written the same."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sendxl.checks.cells import LINKS, spaced_otherwise
from sendxl.checks.registry import Scope, at, check
from sendxl.checks.view import Master
from sendxl.figures.unit_saving import chain_codes
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen, by_sight, difference
from sendxl.plan.master import PLAN, SAVINGS, UNIT_COSTS
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Row, Rows
from sendxl.plan.values import to_text


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
            written = by_sight((text, text) for row in master.tables[to]
                               for text in [_typed(row.as_written(choices))])
            for row in rows:
                if not spaced_otherwise(rows.table, key, row):
                    parts = _parts(row, key, many=table[key].many)
                    yield from _differing(rows, row, key, parts, written, f"in {to.title}")
    if rows.table is SAVINGS and master.has(SAVINGS, "chain") and master.has(UNIT_COSTS, "code"):
        written = by_sight((row.key, row.key) for row in master.tables[UNIT_COSTS])
        for row in rows:
            yield from _differing(rows, row, "chain", chain_codes(to_text(row["chain"])), written, f"in {UNIT_COSTS.title}")


def _themes(rows: Rows) -> Iterator[Hit]:
    """Themes that differ from the one that most rows have."""
    typed = Counter(text for row in rows if (text := _typed(row.as_written("theme")))
                    and not spaced_otherwise(rows.table, "theme", row))
    most = by_sight((text, text) for text, _ in typed.most_common())
    for row in rows:
        if not spaced_otherwise(rows.table, "theme", row):
            text = _typed(row.as_written("theme"))
            yield from _differing(rows, row, "theme", [text], most, "in other rows")


def _parts(row: Row, key: str, *, many: bool) -> Sequence[str]:
    text = _typed(row.as_written(key))
    return [part.strip() for part in text.split(";")] if many else [text]


def _differing(rows: Rows, row: Row, key: str, texts: Sequence[str], written: Mapping[str, str],
               where: str) -> Iterator[Hit]:
    for text in texts:
        other = written.get(as_seen(text)) if text else None
        if other and (how := difference(text, other)):
            yield at(rows, row, key, typed=text, other=other, where=where, how=how)


def _typed(value: object) -> str:
    return value.strip(" ") if isinstance(value, str) else ""
