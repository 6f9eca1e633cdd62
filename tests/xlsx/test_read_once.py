"""Small parts that many workbooks have alike are read once; nothing else is taken for them, and little is kept."""

import pytest

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.read_once import LARGEST, read_once

SMALL, LARGE = b"<a/>" * 10, b"<a/>" * LARGEST


def test_a_part_is_read_once_for_each_name_and_all_of_its_bytes() -> None:
    asked: list[tuple[bytes, str]] = []

    @read_once
    def size(xml: bytes, part: str) -> int:
        asked.append((xml, part))
        return len(xml)

    given = [(SMALL, "one"), (SMALL + b"", "one"), (SMALL[:-1] + b" ", "one"), (SMALL, "two"), (bytes(bytearray(SMALL)), "one")]
    assert [size(*one) for one in given] == [len(SMALL)] * 5
    assert asked == [given[0], given[2], given[3]]


def test_a_large_one_is_read_each_time_and_not_kept() -> None:
    asked: list[str] = []

    @read_once
    def size(xml: bytes, part: str) -> int:
        asked.append(part)
        return len(xml)

    assert [size(LARGE, "one"), size(LARGE, "one")] == [len(LARGE)] * 2
    assert asked == ["one", "one"]


def test_of_many_parts_the_last_are_kept() -> None:
    asked: list[str] = []

    @read_once
    def name(xml: bytes, part: str) -> str:
        asked.append(part)
        return part

    for number in range(1_000):
        name(SMALL, str(number))
    asked.clear()
    assert [name(SMALL, "999"), name(SMALL, "0")] == ["999", "0"]
    assert asked == ["0"]


def test_what_is_wrong_with_a_part_is_told_each_time() -> None:
    @read_once
    def refused(xml: bytes, part: str) -> int:
        raise FileUnreadable(FileFault.DAMAGED, part)

    for _ in range(2):
        with pytest.raises(FileUnreadable, match="one"):
            refused(SMALL, "one")
