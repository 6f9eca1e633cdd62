"""The totals of the Summary, worked out from the rows of the plan as their formulas would."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from sendxl.figures.savings import total
from sendxl.figures.unit_saving import ZERO, pence
from sendxl.plan.master import SAVINGS
from sendxl.plan.schema import Table
from sendxl.plan.summary import TOTALS, Columns, Is, Less, PartOfWhole, Record, Total, Totalled, Where, folded
from sendxl.plan.values import Value

_Told: TypeAlias = str | bool  # of a row by a condition: the word in it, or whether it is met


class _Alike(NamedTuple):
    """Rows that are alike in what every condition tells of them: how many there are, and the sum of each column."""

    told: Sequence[_Told]
    rows: int
    sums: Mapping[str, Decimal | None]


class Totals:
    """The totals of the Summary, and ``others``, over the rows of the plan, given by column.

    Words are compared as the formulas compare them. Rows that are alike in all that is asked of their table are counted, and
    their amounts added up, once for all of its totals.
    """

    def __init__(self, records: Mapping[Table, Columns], *others: Total) -> None:
        self._records = records
        self._totals: dict[Table, list[Total]] = defaultdict(list)
        for wanted in (*TOTALS, *others):
            self._totals[wanted.table].append(wanted)
        self._places: dict[Table, Mapping[Where, int]] = {}  # of conditions in what is told
        self._alike: dict[Table, list[_Alike]] = {}
        self._found: dict[Total, Mapping[tuple[_Told, ...], int | float | None]] = {}

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

    def _grouped(self, wanted: Total) -> Mapping[tuple[_Told, ...], int | float | None]:
        """The counts or sums of a total, by what stands in the columns that are compared with the row's."""
        if wanted not in self._found:
            rows, places = self._rows(wanted.table), self._places[wanted.table]
            here = [places[where] for where in wanted.where if where.how is Is.HERE]
            conditions = [places[where] for where in wanted.where if where.how is not Is.HERE]
            groups: dict[tuple[_Told, ...], list[_Alike]] = defaultdict(list)
            for some in rows:
                if all(some.told[place] for place in conditions):
                    groups[tuple(some.told[place] for place in here)].append(some)
            self._found[wanted] = {
                key: pence(_sum(some.sums[wanted.adds] for some in group)) if wanted.adds else sum(some.rows for some in group)
                for key, group in groups.items()
            }
        return self._found[wanted]

    def _rows(self, table: Table) -> list[_Alike]:
        """The rows of a table, those together that are alike."""
        if table not in self._alike:
            columns, totals = self._records[table], self._totals[table]
            conditions = list(dict.fromkeys(where for wanted in totals for where in wanted.where))
            amounts = {wanted.adds: columns[wanted.adds] for wanted in totals if wanted.adds}
            rows: dict[tuple[_Told, ...], list[int]] = defaultdict(list)
            for at, told in enumerate(zip(*(self._told(table, where) for where in conditions), strict=True)):
                rows[told].append(at)
            self._places[table] = {where: place for place, where in enumerate(conditions)}
            self._alike[table] = [
                _Alike(told, len(of), {key: _sum(_exact(column[at]) for at in of) for key, column in amounts.items()})
                for told, of in rows.items()]
        return self._alike[table]

    def _told(self, table: Table, where: Where) -> list[_Told]:
        """What a condition tells of each row; of values that are alike it is asked once."""
        column, tells = self._records[table][where.column], self._asked(where)
        known = {value: tells(folded(value)) for value in {*column}}
        return [known[value] for value in column]

    def _asked(self, where: Where) -> Callable[[str], _Told]:
        """What a condition tells of a text."""
        word = folded(where.word)
        if where.how in (Is.OF_LINE, Is.OF_OTHER_LINE):
            lines = zip(self._records[SAVINGS]["ref"], self._records[SAVINGS]["method"], strict=True)
            refs = {folded(ref) for ref, method in lines if folded(method) == word}
            return lambda text: (text in refs) is (where.how is Is.OF_LINE)
        asked: Mapping[Is, Callable[[str], _Told]] = {
            Is.HERE: lambda text: text, Is.WITHOUT: lambda text: word not in text, Is.BEGINS: lambda text: text.startswith(word),
            Is.EQUAL: lambda text: text == word, Is.NOT: lambda text: text != word}
        return asked[where.how]


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of amounts; None where all are."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None


def _exact(value: Value) -> Decimal | None:
    amount = _amount(value)
    return None if amount is None else Decimal(str(amount))


def _amount(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
