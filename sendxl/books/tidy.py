"""Tables of masters as tidy files for Power BI and notebooks: .csv, or Parquet, the rows of all plans one below the other.

The part of one plan is made where the plan is read, be it in another process; the parts are then only put together.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.errors import Unusable
from sendxl.plan.rows import Rows
from sendxl.plan.schema import NUMERIC, Column, Table, Type, text
from sendxl.plan.values import Value
from sendxl.xlsx.package.whole_file import replacing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_FIRST = (text("Plan id", "Tells the plan from others."), text("Council", "Whose plan it is."))
"""The columns that every table begins with."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a text becomes a formula when a program opens a .csv
_MARK = "\ufeff"  # by which Excel knows UTF-8


class Format(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


def columns(table: Table) -> list[Column]:
    """The columns of a table as it is written."""
    return [*_FIRST, *table]


def part(table: Table, rows: Rows, plan: Mapping[str, Value], format: Format) -> bytes:
    """The rows of one plan; ``plan`` has its id and its council, by key."""
    frame = _frame(table, rows, plan)
    if format is Format.CSV:
        for column in columns(table):
            if column.type not in NUMERIC:
                frame[column.header] = [_plain(value) for value in frame[column.header]]
        return frame.to_csv(header=False, index=False, float_format="%.12g", lineterminator="\r\n").encode()
    import pyarrow.parquet as pq

    out = BytesIO()
    pq.write_table(_arrow(table, frame), out)
    return out.getvalue()


def join(table: Table, parts: Iterable[bytes], format: Format, path: Path) -> None:
    """Write the parts one below the other to ``path``, replacing what is there in one step; one part at a time is held."""
    with replacing(path) as file:
        if format is Format.CSV:
            file.write((_MARK + ",".join(f'"{column.header}"' for column in columns(table)) + "\r\n").encode())
            file.writelines(parts)
            return
        import pyarrow.parquet as pq

        with pq.ParquetWriter(file, _schema(table)) as whole:
            for one in parts:
                whole.write_table(pq.read_table(BytesIO(one)))


def refuse_without(format: Format) -> None:
    """Unusable where the library that a format needs is not installed."""
    if format is Format.PARQUET:
        try:
            import pyarrow.parquet  # noqa: F401
        except ModuleNotFoundError:
            raise Unusable("Parquet needs pyarrow: pip install 'sendxl[parquet]'. Or export as csv.") from None


def _frame(table: Table, rows: Rows, plan: Mapping[str, Value]) -> "pd.DataFrame":
    """The rows, each cell as its type: numbers as numbers, days as days, all else as text."""
    import pandas as pd

    frame = pd.DataFrame({column.header: pd.Series([row[column.key] for row in rows], dtype=object) for column in table})
    for place, first in enumerate(_FIRST):
        frame.insert(place, first.header, pd.Series([plan[first.key]] * len(frame), dtype=object))
    for column in table:
        if column.type in NUMERIC:
            frame[column.header] = pd.to_numeric(frame[column.header], errors="coerce")
    return frame


def _plain(value: Value) -> Value:
    """A text that no program takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _schema(table: Table) -> "pa.Schema":
    import pyarrow as pa

    kinds = {Type.DATE: pa.date32(), Type.MOMENT: pa.timestamp("ms"), **dict.fromkeys(NUMERIC, pa.float64())}
    return pa.schema([(column.header, kinds.get(column.type, pa.string())) for column in columns(table)])


def _arrow(table: Table, frame: "pd.DataFrame") -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pandas(frame, schema=_schema(table), preserve_index=False)
