"""What looks like a child's data in a text, and how it is kept out of every report."""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import normalize

from sendxl.plan.likeness import DASHES, without_unseen

WITHHELD = "[withheld]"
_LOOKED_AT = 40_000  # characters of a text; a cell of Excel has at most 32,767
_CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# What may stand between the groups of a number: a blank or two, or one sign. A comma or a line between them parts numbers.
_GAP = r"(?:[^\S\r\n]{1,2}|[^\S\r\n]?[^\w\s,;()][^\S\r\n]?|_)"
_SOME_DIGITS, _MANY_DIGITS = re.compile(r"(?:\d\D*+){3}"), re.compile(r"(?:\d\D*+){10}")  # as a date has, as a number of a child
# A letter, eleven digits and a digit or letter: written together, or with one kind of gap; "UPN" may stand right before it.
_UPN = re.compile(
    rf"(?<![A-Z0-9])(?:UPN)?([{_CHECK_LETTERS}])(\d{{11}}[\d{_CHECK_LETTERS}])(?![A-Z0-9])", re.IGNORECASE)
_SPACED_UPN = re.compile(
    rf"(?<![A-Za-z0-9])([{_CHECK_LETTERS}])({_GAP})?(\d(?:\2?\d){{10}}\2?[\d{_CHECK_LETTERS}])(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z0-9])([{_CHECK_LETTERS}])(\d{{2,}}({_GAP})\d(?:\6?\d){{0,9}}\6?[\d{_CHECK_LETTERS}])(?![A-Za-z0-9])")
_NHS = re.compile(rf"(?<![\d.,])(\d{{3}})({_GAP}?)(\d{{3}})\2(\d{{4}})(?!\d|[.,]\d)")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    r"(?<!\d)(?:\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:\d{4}|'?\d{2})|\d{4}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{1,2}"
    r"|[0-3]\d[01]\d(?:19|20)\d\d|(?:19|20)\d\d[01]\d[0-3]\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ \-/.]?(?:of )?{_MONTH}\.?,?[ \-/.]?(?:\d{{4}}|['\u2019]?\d{{2}})"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}} \d{{1,2}} (?:\d{{4}}|\d{{2}}))(?!\d)"
)
_BORN = re.compile(r"\b(?:d\s?[./\-]?\s?o\s?[./\-]?\s?b|date of birth|birth ?dates?|birthdays?|b-?days?|born)\b", re.IGNORECASE)
_BIRTH = re.compile(
    rf"{_BORN.pattern}.{{0,20}}?{_DATE}|{_DATE}.{{0,20}}?{_BORN.pattern}|\b(?-i:b[.:]?|B[.:])\s*{_DATE}",
    re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=200)
def personal(text: str) -> str:
    """What of a child's data a text seems to hold, in words; '' where there is nothing of the kind."""
    return " and ".join(_found(text))


def withheld(text: str) -> str:
    """The text; if it seems to hold a child's data, the word that stands in its place in every report."""
    return WITHHELD if personal(text) else text


def is_upn(text: str) -> bool:
    """True for a unique pupil number, permanent or temporary, with the right check letter.

    Source: Department for Education, Unique pupil numbers: guide for schools and local authorities, annex on the check
    letter: the digits times 2 to 13, their sum modulo 23; the last place of a temporary number is a letter.
    """
    match = _UPN.fullmatch(text)
    return match is not None and _checks(match[1], match[2])


def is_nhs_number(text: str) -> bool:
    """True for ten digits, together or 3-3-4, with the right check digit.

    Source: NHS Data Dictionary, NHS number: the first nine times 10 to 2; eleven less their sum modulo 11, where 11 is
    0 and 10 is no number.
    """
    match = _NHS.fullmatch(text)
    if not match:
        return False
    digits = [int(c) for group in match.group(1, 3, 4) for c in group]
    check = (11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11) % 11
    return any(digits) and check == digits[9]


def _checks(letter: str, rest: str) -> bool:
    """True if the letter is that of the digits (and the letter of a temporary number) behind it."""
    digits = [int(c) if c.isdigit() else _CHECK_LETTERS.index(c) for c in rest.upper() if c.isalnum()]
    total = sum(digit * weight for weight, digit in enumerate(digits, 2))
    return len(digits) == 12 and _CHECK_LETTERS[total % 23] == letter.upper()


def _plain(text: str) -> str:
    """A text with one form of each digit, letter, blank and dash, and without what nobody sees."""
    return text if text.isascii() else normalize("NFKC", without_unseen(text)).translate(DASHES)


def _found(text: str) -> Iterator[str]:
    text = _plain(text[:_LOOKED_AT])
    if not _SOME_DIGITS.search(text):  # which each of them has, and most texts have not
        return
    if _MANY_DIGITS.search(text):
        together = (match.group(1, 2) for match in _UPN.finditer(text))
        spaced = ((match[1] or match[4], match[3] or match[5]) for match in _SPACED_UPN.finditer(text))
        if any(_checks(*parts) for parts in (*together, *spaced)):
            yield "a pupil's number (UPN)"
        if any(is_nhs_number(match[0]) for match in _NHS.finditer(text)):
            yield "an NHS number"
    if _BIRTH.search(text):
        yield "a date of birth"
