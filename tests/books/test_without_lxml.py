"""openpyxl builds with the standard library alone, whatever is installed: the same bytes, and a full disk is told."""

import openpyxl

from sendxl.books.build import master


def test_lxml_is_left_out() -> None:
    assert master.__name__ and openpyxl.LXML is False
