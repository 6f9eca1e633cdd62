"""Rows to be added to a table, kept by column: of many that are alike this takes a tenth of the memory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from sendxl.plan.values import Value


class RowsByColumn(Sequence[Mapping[str, Value]]):
    """Rows of which the values of each column are given, by its key; a row is formed for whoever asks for it."""

    def __init__(self, columns: Mapping[str, Sequence[Value]]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Value]: ...

    @overload
    def __getitem__(self, index: slice) -> "RowsByColumn": ...

    def __getitem__(self, index: int | slice) -> "Mapping[str, Value] | RowsByColumn":
        if isinstance(index, slice):
            return RowsByColumn({key: values[index] for key, values in self._columns.items()})
        return {key: values[index] for key, values in self._columns.items()}

    def __iter__(self) -> Iterator[Mapping[str, Value]]:
        keys = tuple(self._columns)
        return (dict(zip(keys, values, strict=True)) for values in zip(*self._columns.values(), strict=True))
