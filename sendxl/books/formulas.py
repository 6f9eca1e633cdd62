"""The formulas that sendxl writes, of functions that LibreOffice computes too: totals of the Summary, links to cells."""

from sendxl.plan.master import SAVINGS
from sendxl.plan.schema import PEOPLE, Table
from sendxl.plan.summary import PARTS, Is, Less, PartOfWhole, Totalled, Where
from sendxl.xlsx.read.references import on_sheet, table_column, this_row

_ANY_NUMBER = ">-1E+99"


def column_formula(table: Table, key: str) -> str | None:
    """The formula of a column of the Summary that has the same in every row; None for any other column."""
    for part in PARTS:
        if part.table is table and not part.by_row and key in part.totals:
            return formula(table, part.totals[key])
    return None


def link(place: str) -> str:
    """The formula of a link to a cell, as in ``Activities!X7``, that shows its place."""
    sheet, _, cell = place.rpartition("!")
    target, shown = (text.replace('"', '""') for text in (f"#{on_sheet(sheet, cell)}", place))
    return f'HYPERLINK("{target}","{shown}")'


def formula(table: Table, wanted: Totalled) -> str:
    """The formula of a total in a table of the Summary, of functions that LibreOffice computes too."""
    if isinstance(wanted, PartOfWhole):
        return f'{_here(table, wanted.part)}&" of "&{_here(table, wanted.whole)}'
    if isinstance(wanted, Less):
        amount, less = _here(table, wanted.amount), _here(table, wanted.less)
        return f'IF(COUNT({amount},{less})=0,"",N({amount})-N({less}))'
    if wanted.adds and any(where.how in (Is.OF_LINE, Is.OF_OTHER_LINE) for where in wanted.where):
        met = "*".join(_condition(table, wanted.table, where) for where in wanted.where)
        amounts = _of(wanted.table, wanted.adds)
        return f'IF(SUMPRODUCT({met}*ISNUMBER({amounts}))=0,"",SUMPRODUCT({met},{amounts}))'
    if wanted.adds:
        pairs = ",".join(f"{_of(wanted.table, where.column)},{_word(table, where)}" for where in wanted.where)
        amounts = _of(wanted.table, wanted.adds)
        return f'IF(COUNTIFS({pairs},{amounts},"{_ANY_NUMBER}")=0,"",SUMIFS({amounts},{pairs}))'
    conditions = [_condition(table, wanted.table, where) for where in wanted.where]
    return f"SUMPRODUCT({'*'.join(conditions if len(conditions) > 1 else ['1', *conditions])})"


def _condition(table: Table, counted: Table, where: Where) -> str:
    """A condition that is 1 where a row meets it. What people type may have spaces around."""
    cells = _of(counted, where.column)
    if counted[where.column].by in PEOPLE:
        cells = f"TRIM({cells})"
    if where.how in (Is.OF_LINE, Is.OF_OTHER_LINE):
        lines = f'TRIM({_of(SAVINGS, "ref")})&"|"&TRIM({_of(SAVINGS, "method")})'
        met = f'ISNUMBER(MATCH({cells}&"|{where.word}",{lines},0))'
        return f"({met})" if where.how is Is.OF_LINE else f"(1-{met})"
    if where.how is Is.WITHOUT:
        return f'ISERROR(FIND("{where.word}",UPPER({cells})))'
    if where.how is Is.BEGINS:
        cells = f"LEFT({cells},{len(where.word)})"
    return f"({cells}{'<>' if where.how is Is.NOT else '='}{_word(table, where)})"


def _word(table: Table, where: Where) -> str:
    return _here(table, where.word) if where.how is Is.HERE else '"{}"'.format(where.word.replace('"', '""'))


def _of(table: Table, key: str) -> str:
    return table_column(table.name, table[key].header)


def _here(table: Table, key: str) -> str:
    return this_row(table.name, table[key].header)
