"""The pictures: told apart without colour, bars from zero, and what they show in words."""

from io import BytesIO
from itertools import combinations

import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from sendxl.board import drawings
from sendxl.board.amounts import GroupYear
from sendxl.board.contents import Picture
from sendxl.board.drawings import periods_picture, position_picture, savings_picture, status_picture

AS_AT = "as at 31 Dec 2026"


def lightness(colour: str) -> float:
    """How light a colour is when it is printed in grey, from 0 to 100 (Rec. 709)."""
    red, green, blue = to_rgb(colour)
    return 100 * (0.2126 * red + 0.7152 * green + 0.0722 * blue)


@pytest.mark.parametrize("fills", [
    {status: fill[:2] for status, fill in drawings._FILLS.items()}, drawings._MEASURED, drawings._BALANCES,
], ids=["statuses", "amounts", "balances"])
def test_fills_are_told_apart_in_grey(fills: dict[str, tuple[str, str]]) -> None:
    for (one, stripes), (other, others) in combinations(fills.values(), 2):
        assert stripes != others or abs(lightness(one) - lightness(other)) >= 10, (one, other)


def amounts(type: str, year: str, forecast: float) -> GroupYear:
    return GroupYear(type, "Schools", 1, 1, 0, year, None, 5.0, forecast, None, None, None, None, None)


@pytest.mark.parametrize(("picture", "words"), [
    (status_picture({"Travel $5": {"On track": 2, "Off track": 1}}, AS_AT), "Travel $5: 2 on track, 1 off track"),
    (status_picture({}, AS_AT), "There are no activities"),
    (periods_picture({"2026-27 Q2": {"At risk": 3}, "2026-27 Q3": {"Complete": 3}}, AS_AT), "2026-27 Q2: 3 at risk; 2026-27 Q3"),
    (savings_picture([amounts("Cashable", "2026-27", 10.0), amounts("Cost", "2026-27", 4.0)], AS_AT),
     "Cashable 2026-27: planned £5, forecast £10; Cost 2026-27: planned £5, forecast £4"),
    (savings_picture([], AS_AT), "There are no savings lines"),
    (position_picture([("Schools", "2026-27", -5.0, 7.0)], AS_AT), "Schools 2026-27: −£5 without the plan, £7 with it"),
    (position_picture([("Schools", "2026-27", None, None)], AS_AT), "Schools 2026-27: – without the plan, – with it"),
    (position_picture([], AS_AT), "The sheet Position is not filled in"),
], ids=range(8))
def test_a_picture_is_drawn_and_says_what_it_shows(picture: Picture, words: str) -> None:
    assert words in picture.alt and AS_AT in picture.alt
    image = Image.open(BytesIO(picture._png))
    assert image.format == "PNG" and image.width > 1000
    assert min(image.convert("L").tobytes()) < 100  # something is drawn


def test_bars_begin_at_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(drawings, "_picture", lambda parts, *_: drawn.append(parts))
    savings_picture([amounts("Cashable", "2026-27", 1_000_000.0), amounts("Cashable", "2027-28", 1_000_001.0)], AS_AT)
    position_picture([("Schools", "2026-27", -9.0, -8.0), ("Schools", "2027-28", -9.5, -8.0)], AS_AT)
    from matplotlib.figure import Figure

    for parts in drawn:
        axes = Figure().add_subplot()
        parts[0](axes)
        low, high = axes.get_ylim()
        assert low <= 0 <= high
