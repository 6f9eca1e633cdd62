"""Rows that are kept by column are those that were given."""

from sendxl.books.by_column import RowsByColumn


def test_rows_by_column_are_rows_as_any() -> None:
    rows = RowsByColumn({"ref": ["A", "B", "C"], "planned": [1, None, 3]})
    given = [{"ref": "A", "planned": 1}, {"ref": "B", "planned": None}, {"ref": "C", "planned": 3}]
    assert list(rows) == given and len(rows) == 3
    assert rows[1] == given[1] and rows[-1] == given[-1] and list(rows[1:]) == given[1:]
    assert given[2] in rows and list(reversed(rows)) == given[::-1]
