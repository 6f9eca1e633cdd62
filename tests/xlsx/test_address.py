"""Cell addresses."""
# ruff: noqa: E501 (cases read as tables: one a line)

import pytest

from sendxl.xlsx.read.address import Area, letters, name, parse_area, parse_cell


@pytest.mark.parametrize(("text", "place"), [("A1", (1, 1)), ("$B$7", (7, 2)), ("AB28", (28, 28)), ("XFD1048576", (1_048_576, 16_384))])
def test_a_cell(text: str, place: tuple[int, int]) -> None:
    assert parse_cell(text) == place
    assert name(*place) == text.replace("$", "")


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "a1", "XFE1", "A1048577", "A1:B2", "A-1", "Ä1", "A１"])
def test_what_is_no_cell(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_cell(text)


@pytest.mark.parametrize(("text", "area"), [("A1", "A1"), ("A1:A1", "A1"), ("A3:F20", "A3:F20"), ("F20:A3", "A3:F20"), ("F3:A20", "A3:F20")])
def test_an_area(text: str, area: str) -> None:
    assert str(parse_area(text)) == area


def test_areas_meet() -> None:
    one = Area(3, 1, 20, 6)
    assert one.cells == 108 and one.meets(Area(20, 6, 30, 9))
    assert not one.meets(Area(21, 1, 30, 6)) and not one.meets(Area(3, 7, 20, 9))


def test_letters() -> None:
    assert [letters(n) for n in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
