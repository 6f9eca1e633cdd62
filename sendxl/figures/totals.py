"""The totals of the Summary, worked out from the rows of the plan as their formulas would."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import repeat

from sendxl.figures.savings import total
from sendxl.plan.master import SAVINGS
from sendxl.plan.schema import Table
from sendxl.plan.summary import Is, Less, PartOfWhole, Record, Total, Totalled, Where, folded
from sendxl.plan.values import Value


class Totals:
    """The totals of the Summary over the rows of the plan, given as values by column key.

    Words are compared as the formulas compare them.
    """

    def __init__(self, records: Mapping[Table, Sequence[Record]]) -> None:
        self._records = records
        self._columns: dict[tuple[Table, str], list[str]] = {}
        self._found: dict[Total, Mapping[tuple[str, ...], int | float | None]] = {}

    def of(self, totals: Mapping[str, Totalled], row: Record) -> dict[str, Value]:
        """The figures of totals by column key, in a row of the Summary whose other columns ``row`` holds."""
        found: dict[str, Value] = {}
        for column, wanted in totals.items():
            if isinstance(wanted, PartOfWhole):
                found[column] = f"{found[wanted.part]} of {found[wanted.whole]}"
            elif isinstance(wanted, Less):
                amount, less = _amount(found[wanted.amount]), _amount(found[wanted.less])
                found[column] = total((amount, None if less is None else -less))
            else:
                here = tuple(folded(row.get(where.word)) for where in wanted.where if where.how is Is.HERE)
                found[column] = self._grouped(wanted).get(here, None if wanted.adds else 0)
        return found

    def _grouped(self, wanted: Total) -> Mapping[tuple[str, ...], int | float | None]:
        """The counts or sums of a total, by what stands in the columns that are compared with the row's."""
        if wanted not in self._found:
            table, rows = wanted.table, self._records.get(wanted.table, ())
            here = [self._column(table, where.column) for where in wanted.where if where.how is Is.HERE]
            meets = [self._meets(table, where) for where in wanted.where if where.how is not Is.HERE]
            groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
            words = zip(*here, strict=True) if here else repeat(())
            for row, word, met in zip(rows, words, map(all, zip(*meets, strict=True)) if meets else repeat(True), strict=False):
                if met:
                    groups[word].append(row)
            self._found[wanted] = {
                key: total(_amount(row.get(wanted.adds)) for row in group) if wanted.adds else len(group)
                for key, group in groups.items()
            }
        return self._found[wanted]

    def _meets(self, table: Table, where: Where) -> list[bool]:
        word, column = folded(where.word), self._column(table, where.column)
        if where.how in (Is.OF_LINE, Is.OF_OTHER_LINE):
            lines = zip(self._column(SAVINGS, "ref"), self._column(SAVINGS, "method"), strict=True)
            refs = {ref for ref, method in lines if method == word}
            return [(text in refs) is (where.how is Is.OF_LINE) for text in column]
        if where.how is Is.WITHOUT:
            return [word not in text for text in column]
        if where.how is Is.BEGINS:
            return [text.startswith(word) for text in column]
        return [(text == word) is (where.how is Is.EQUAL) for text in column]

    def _column(self, table: Table, key: str) -> list[str]:
        if (table, key) not in self._columns:
            self._columns[table, key] = [folded(row.get(key)) for row in self._records.get(table, ())]
        return self._columns[table, key]


def _amount(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
