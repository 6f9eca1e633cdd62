"""What tests build and open again and again, built and opened once: each test has a copy of its own."""

import copyreg
import hashlib
import io
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.dimensions import DimensionHolder
from openpyxl.worksheet.table import TableList

from sendxl.books.build.master import build_master
from sendxl.plan.schema import Table
from sendxl.plan.values import Value

_built: dict[str, bytes] = {}
_opened: dict[bytes, bytes | None] = {}


def built(path: Path, rows: Mapping[Table, Sequence[Mapping[str, Value]]], settings: Mapping[str, Value]) -> Path:
    """The master at ``path`` that ``build_master`` builds: the same rows and settings give the same bytes."""
    of = repr(([(table.name, given) for table, given in rows.items()], settings))
    if of in _built:
        path.write_bytes(_built[of])
    else:
        build_master(path, rows, settings)
        _built[of] = path.read_bytes()
    return path


def opened(path: Path) -> Any:
    """What ``openpyxl.load_workbook`` makes of a file, in a fraction of the time where one of its content was opened twice."""
    of = hashlib.sha256(path.read_bytes()).digest()
    if kept := _opened.get(of):
        return pickle.loads(kept)
    book = openpyxl.load_workbook(path)
    _opened[of] = _kept(book) if of in _opened else None
    return book


def _kept(book: Any) -> bytes:
    kept = io.BytesIO()
    _Pickler(kept, pickle.HIGHEST_PROTOCOL).dump(book)
    return kept.getvalue()


class _Pickler(pickle.Pickler):
    """Keeps a workbook whole: of openpyxl's own kinds of list and dict pickle would lose something."""

    dispatch_table = copyreg.dispatch_table | {
        DimensionHolder: lambda held: (DimensionHolder, (held.worksheet, held.reference, held.default_factory),
                                       {"max_outline": held.max_outline}, None, iter(held.items())),
        IndexedList: lambda held: (IndexedList, (list(held),)),
        TableList: lambda held: (_tables, (list(held.values()),)),
    }


def _tables(given: list[Any]) -> TableList:
    made = TableList()
    for table in given:
        made.add(table)
    return made
