"""Whatever a workbook holds, what is printed moves no cursor, changes no colour and stands in the order it is stored in."""

from collections.abc import Callable

import pytest

from sendxl import terminal

HOSTILE = [
    ("\x1b[31mred\x1b[0m", " [31mred [0m"), ("\x1b]8;;http://example.org\x07link", " ]8;;http://example.org link"),
    ("over\rwritten", "over written"), ("a\bb\x7fc\x9bd", "a b c d"), ("\u202egnp.exe", "gnp.exe"), ("a\u2066b\u2069c", "abc"),
    ("zero\u200bwidth\ufeff", "zerowidth"), ("soft\u00adhyphen", "softhyphen"), ("no\u00a0break", "no break"),
    ("half \ud83d a pair", "half � a pair"), ("two\u2028lines", "two lines"), ("café 学校 🎉", "café 学校 🎉"),
]
SAY: dict[str, Callable[[str], None]] = {
    "say": terminal.say, "fail": terminal.fail, "table": lambda text: terminal.table(["Header"], [[text]]),
}


@pytest.mark.parametrize("how", SAY)
@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_what_is_printed_is_plain(how: str, text: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    SAY[how](text)
    printed = capsys.readouterr()
    assert shown.strip() in printed.out + printed.err
    assert not [letter for letter in printed.out + printed.err if not letter.isprintable() and letter != "\n"]


def test_lines_and_tabs_stay(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("one\ttwo\nthree")
    assert capsys.readouterr().out == "one\ttwo\nthree\n"
