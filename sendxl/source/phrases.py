"""Days as plans say them: “Sept 2025”, “Q2 2025/26”, “Summer term 2026”, “by end of AY 24/25”, “a) Dec 2025 b) Apr 2026”.

One grammar for every column of days. A phrase that has no day keeps its words; whatever was guessed is said in a doubt.
Source: workbooks/pages/month.md, What is read.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sendxl.plan.dates import in_words, read_day
from sendxl.source.windows import add_months

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_YEAR = r"(?:19|20)\d{2}"
_TWO_YEARS = rf"(?:{_YEAR}|\d{{2}})\s?[/\-–]\s?(?:{_YEAR}|\d{{2}})"
_TOKEN = re.compile(
    rf"""
    (?P<iso>{_YEAR}-\d{{1,2}}-\d{{1,2}}(?:[T ]\d\d:\d\d(?::\d\d)?)?)
  | (?P<worded>\d{{1,2}}(?:st|nd|rd|th)?[\s\-]*(?:of\s+)?(?:{_MONTH})\.?,?[\s\-]*(?:{_YEAR}|\d{{2}})(?!\d))
  | (?P<digits>\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:{_YEAR}|\d{{2}})(?!\d))
  | (?P<american>(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,\s*{_YEAR})
  | (?P<slip>(?:{_MONTH})\.?\s+\d-\d{{2}}\b)
  | (?:(?:Q(?:uarter|tr)?\.?\s*(?P<quarter>[1-4])|(?P<nth>1st|2nd|3rd|4th|first|second|third|fourth|final)\s+quarter)
      (?:\s*(?:of|,|-|–|\(|FY|financial\s+year)?\s*(?:(?P<q_years>{_TWO_YEARS})|(?P<q_year>{_YEAR}))\)?)?)
  | (?P<season>autumn|spring|summer|winter|easter|christmas|michaelmas)(?P<half>\s+half)?\s*(?P<term>term)?\s*,?\s*
      (?:(?:of|in)\s+)?(?:(?P<s_years>{_TWO_YEARS})|(?P<s_year>{_YEAR}|'?\d{{2}}(?!\d)))
  | (?P<academic>(?:AY|academic\s+year|school\s+year)\s*(?P<ay>{_TWO_YEARS}))
  | (?P<financial>(?:FY|financial\s+year|fin\.?\s+year)\s*(?P<fy>{_TWO_YEARS}|{_YEAR}))
  | (?P<trailed>(?P<ty>{_TWO_YEARS})\s*(?P<which>academic|school|financial)\s+year)
  | (?P<month>{_MONTH})\.?(?:\s*(?P<through>[-–]|to|/|and|&)\s*(?P<month_2>{_MONTH})\.?)?
      [\s\-,'’/]*(?P<m_year>{_YEAR}|\d{{2}}(?![\d%]))
  | (?P<numbered>(?<![\d/])(?:0?[1-9]|1[0-2])/{_YEAR})
  | (?P<iso_month>(?<![\d/\-]){_YEAR}-(?:0[1-9]|1[0-2])(?![\d/\-]))
  | (?P<years>(?<![\d/.]){_TWO_YEARS}(?![\d/%]))
  | (?P<year>(?<![\d/.,£]){_YEAR}(?![\d/%,.]\d|\d|%))
""",
    re.IGNORECASE | re.VERBOSE,
)
_FILLER = re.compile(
    r"\b(?:by|from|to|until|till|before|due|at|the|end|of|in|on|for|and|or|then|starting|start|starts|begin|beginning|target|"
    r"complete[d]?|completion|date|mid|early|late|latest|no later than|no|later|than|onwards?|forward|is|be|deadline|year|start:|"
    r"end:|approx|approximately|around|circa|delivered|delivery|implement(?:ed)?|review)\b|(?<![a-z])[a-z]\)|\(?\b(?:i{1,3}|iv|v)\)|"
    r"\b\d{1,2}[.)]\s|[-–—:;,.()/&•·*]",
    re.IGNORECASE,
)
_NO_DAY = re.compile(
    r"(?:on-?going|in place|continuous|continual|rolling|monthly|weekly|fortnightly|termly|half[- ]termly|quarterly|annual(?:ly)?"
    r"|yearly|as required|business as usual|bau|various|see .*|t\.?b\.?[cad]\.?|to be (?:confirmed|agreed|decided|determined)"
    r"|n/?a|not applicable|none|-+|–|complete[d]?|done|short(?: term)?|medium(?: term)?|long(?: term)?)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\s*(?:-|–|—|to|until|till|through to|through)\s*$", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?:within|in|after)?\s*(?:(?P<low>\d{1,2})\s*(?:-|–|to)\s*)?(?P<high>\d{1,2})\s*(?P<unit>months?|years?|yrs?|weeks?)"
    r"(?P<of>\s+(?:of|from|after)\s+.*)?",
    re.IGNORECASE,
)
_NTH_YEAR = re.compile(r"(?:by |end of |by end of )?years?\s*(?:(?P<low>\d)\s*(?:-|–|to|and)\s*)?(?P<high>\d)", re.IGNORECASE)
_NOW = re.compile(r"(?:now|immediate(?:ly)?)", re.IGNORECASE)
_SAID = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
_ENDS = {
    "autumn": (12, 31),
    "spring": (5, 31),
    "summer": (8, 31),
    "winter": (12, 31),
    "christmas": (12, 31),
    "michaelmas": (12, 31),
}
_TERM_ENDS = {**_ENDS, "spring": (3, 31)}
_BEGINS = {"autumn": (9, 1), "spring": (3, 1), "summer": (6, 1), "winter": (12, 1), "christmas": (12, 1), "michaelmas": (9, 1)}
_TERM_BEGINS = {**_BEGINS, "spring": (1, 1), "summer": (4, 1)}
_YEARS = (1995, 2075)


@dataclass(frozen=True)
class Said:
    """One day or span of days that a phrase says. ``doubt`` is why it is a guess, "" where it is none."""

    first: date
    last: date
    words: str
    doubt: str = ""


@dataclass(frozen=True)
class Phrase:
    """What a phrase says. ``start`` only of a span; ``end`` None where no day is said. ``doubt`` is "" or plain sentences."""

    start: date | None = None
    end: date | None = None
    first: date | None = None  # the first day of what is said, for a column of starts
    days: tuple[Said, ...] = ()
    doubt: str = ""


@lru_cache(maxsize=4000)
def read_phrase(text: str, starts: date | None = None) -> Phrase:
    """The day or span that a phrase says; ``starts`` is the plan's first day, from which “within 6 months” counts."""
    text = " ".join(text.split()).strip(" .;,")
    if not text:
        return Phrase()
    if _NO_DAY.fullmatch(text):
        return Phrase(doubt=f"“{text}” is no day, so it is blank. Enter one if there is one.")
    if relative := _relative(text, starts):
        return relative
    days, rest, spans = _days(text)
    if not days:
        return Phrase(doubt=f"No day could be read from “{text}”, so it is blank. Enter one if you know it.")
    doubts = list(dict.fromkeys(day.doubt for day in days if day.doubt))
    if left := " ".join(_FILLER.sub(" ", rest).split()):
        if days and re.search(r"\b(ongoing|on-going)\b", left, re.IGNORECASE):
            doubts.append("It also says that it is ongoing.")
        elif not re.fullmatch(r"\d{1,3}", left):
            doubts.append(f"It also says “{left}”.")
        else:
            doubts.append(f"What ({left}) means is not known.")
    runs_on = re.search(r"\b(?:onwards?|starting|from)\b", rest, re.IGNORECASE) or re.search(
        r"(?:-|–|to|and)\s*on-?going\s*$", text, re.IGNORECASE)
    if runs_on and not spans and len(days) == 1:
        return Phrase(
            days[0].first,
            None,
            days[0].first,
            tuple(days),
            f"“{text}” says when it starts and not when it ends: Due is blank. Enter one if there is one.",
        )
    if spans and len(days) == 2:
        if days[0].first <= days[1].last:
            return Phrase(days[0].first, days[1].last, days[0].first, tuple(days), _sentence(text, days[1].last, doubts))
        doubts.append("The second day is before the first.")
    if len(days) > 1:
        doubts.append(f"It holds {len(days)} days; the last was taken.")
    last = max(days, key=lambda day: day.last)
    whole_span = last.first if len(days) == 1 and "through" in last.words else None
    return Phrase(whole_span, last.last, min(day.first for day in days), tuple(days), _sentence(text, last.last, doubts))


def is_when(text: str) -> bool:
    """True for words that say when, be it a day or a word such as “ongoing” in its place."""
    return bool(read_phrase(text).days) or bool(_NO_DAY.fullmatch(text) or _relative(text, None))


def _sentence(text: str, end: date, doubts: list[str]) -> str:
    return f"“{text}” was read as {in_words(end)}. {' '.join(doubts)} Check it." if doubts else ""


def _relative(text: str, starts: date | None) -> Phrase | None:
    if _NOW.fullmatch(text):
        return Phrase(
            end=starts,
            first=starts,
            doubt=f"“{text}” was read as the plan's first day. Check it."
            if starts
            else f"“{text}” counts from the plan's start, which is not known. Enter a day.",
        )
    months, low = 0, 0
    if match := _WITHIN.fullmatch(text):
        if match["of"] and not re.search(r"\bplan|start|publication", match["of"], re.IGNORECASE):
            return Phrase(doubt=f"“{text}” counts from a day that the source does not give, so it is blank. Enter one.")
        times = 12 if match["unit"][0] in "yY" else 1 if match["unit"][0] in "mM" else 0
        if not times:
            days = int(match["high"]) * 7
            if starts is None:
                return Phrase(doubt=f"“{text}” counts from the plan's start, which is not known. Enter a day.")
            end = starts + timedelta(days)
            return Phrase(end=end, first=starts, doubt=f"“{text}” was counted from the plan's start. Check it.")
        months, low = int(match["high"]) * times, int(match["low"] or 0) * times
    elif match := _NTH_YEAR.fullmatch(text):
        months, low = int(match["high"]) * 12, (int(match["low"] or match["high"]) - 1) * 12
    if not months:
        return None
    if starts is None:
        return Phrase(
            doubt=f"“{text}” counts from the plan's start, which is not known. Import again with --starts, or enter a day."
        )
    end = add_months(starts, months)
    return Phrase(
        add_months(starts, low) if low else None,
        end,
        starts,
        (),
        f"“{text}” was counted from the plan's start and read as {in_words(end)}. Check it.",
    )


def _days(text: str) -> tuple[list[Said], str, bool]:
    """The days of a text, the words around them, and whether the first two are the ends of a span."""
    days: list[Said] = []
    rest: list[str] = []
    at, spans = 0, False
    for match in _TOKEN.finditer(text):
        day = _said(match, text)
        if day is None:
            continue
        between = text[at : match.start()]
        if len(days) == 1 and _SPAN.match(between):
            spans = True
        rest.append(between)
        days.append(day)
        at = match.end()
    rest.append(text[at:])
    return days, " ".join(rest), spans


def _said(match: "re.Match[str]", text: str) -> Said | None:
    whole = match[0]
    for kind in ("iso", "worded", "digits", "american"):
        if match[kind]:
            typed = read_day(re.sub(r"(?<=\d)(st|nd|rd|th)|[.,](?=\s)", "", match[kind], flags=re.IGNORECASE))
            return Said(typed.day, typed.day, whole) if typed.day and _plausible(typed.day.year) else None
    if match["slip"]:
        year = 2000 + int(whole[-2:])
        return _months_of(year, _month(whole), whole, "The year seems to be mistyped.")
    if match["quarter"] or match["nth"]:
        return _quarter(match)
    if match["season"]:
        return _season(match)
    for name, doubt in (("ay", ""), ("fy", ""), ("ty", ""), ("years", "Whether a financial year is meant is not said.")):
        if match[name]:
            years = _two_years(match[name])
            if years is None:
                return None
            academic = name == "ay" or (name == "ty" and match["which"].lower() != "financial")
            if academic:
                return Said(date(years[0], 9, 1), date(years[1], 8, 31), whole, doubt)
            return Said(date(years[0], 4, 1), date(years[1], 3, 31), whole, doubt)
    if match["month"]:
        return _month_and_year(match, text)
    if match["numbered"]:
        number, digits = match["numbered"].split("/")
        return _months_of(int(digits), int(number), whole)
    if match["iso_month"]:
        return _months_of(int(whole[:4]), int(whole[-2:]), whole)
    year = int(match["year"])
    sure = re.search(rf"\bend\s+(?:of\s+)?{year}", text, re.IGNORECASE)
    return Said(date(year, 1, 1), date(year, 12, 31), whole, "" if sure else "Only a year is said.") if _plausible(year) else None


def _plausible(year: int) -> bool:
    return _YEARS[0] <= year <= _YEARS[1]


def _month(words: str) -> int:
    return _MONTHS.index(words[:3].lower()) + 1


def _full(year: str) -> int:
    digits = year.strip("'’ ")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _two_years(words: str) -> tuple[int, int] | None:
    first, last = (part.strip() for part in re.split(r"[/\-–]", words))
    begin, end = _full(first), _full(last)
    return (begin, end) if end == begin + 1 and _plausible(begin) else None


def _months_of(year: int, month: int, words: str, doubt: str = "") -> Said | None:
    if not _plausible(year):
        return None
    return Said(date(year, month, 1), date(year, month, monthrange(year, month)[1]), words, doubt)


def _month_and_year(match: "re.Match[str]", text: str) -> Said | None:
    year = _full(match["m_year"])
    if not match["month_2"]:
        vague = re.search(rf"\b(mid|early|late|beginning of|start of)[\s-]+{re.escape(match['month'])}", text, re.IGNORECASE)
        return _months_of(
            year,
            _month(match["month"]),
            match[0],
            "" if not vague or vague[1].lower() == "late" else f"It says “{vague[1].lower()}”.",
        )
    first, last = _month(match["month"]), _month(match["month_2"])
    begin = _months_of(year - (first > last), first, match[0])
    end = _months_of(year, last, match[0])
    if begin is None or end is None:
        return None
    if match["through"] in ("/", "and", "&"):
        return Said(end.first, end.last, match[0], "It holds two months; the last was taken.")
    return Said(begin.first, end.last, f"{match[0]} through")


def _quarter(match: "re.Match[str]") -> Said | None:
    nth = (match["nth"] or "").lower()
    number = int(match["quarter"] or _SAID.get(nth) or nth[:1] or 0)
    if match["q_years"]:
        years = _two_years(match["q_years"])
        if years is None:
            return None
        first = add_months(date(years[0], 4, 1), 3 * (number - 1))
        return Said(first, add_months(first, 3) - timedelta(1), match[0])
    if match["q_year"] and _plausible(int(match["q_year"])):
        first = add_months(date(int(match["q_year"]), 1, 1), 3 * (number - 1))
        return Said(
            first,
            add_months(first, 3) - timedelta(1),
            match[0],
            "Whether a quarter of the calendar year or of the financial year is meant is not said.",
        )
    return None


def _season(match: "re.Match[str]") -> Said | None:
    name, term = match["season"].lower(), bool(match["term"] or match["half"])
    if match["s_years"]:
        years = _two_years(match["s_years"])
        if years is None:
            return None
        year = years[0] if name in ("autumn", "winter", "christmas", "michaelmas") else years[1]
    else:
        year = _full(match["s_year"])
    if not _plausible(year):
        return None
    if name == "easter":
        day = _easter(year)
        return Said(day, day, match[0], "A feast is no sure end.")
    ends, begins = (_TERM_ENDS, _TERM_BEGINS) if term else (_ENDS, _BEGINS)
    return Said(
        date(year, *begins[name]),
        date(year, *ends[name]),
        match[0],
        "When a term ends is not said." if term else "When a season ends is not said.",
    )


def _easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian rule."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    shift = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return date(year, month, day + 1)


def month_of_header(header: str) -> date | None:
    """The last day of the month or quarter that a header names and nothing else but RAG or status: “RAG Nov 20”, “Sep 25”."""
    text = re.sub(
        r"\b(?:b?rag(?: rating| status)?|status|as at|position|update|rating)\b|[:–()]", " ", header, flags=re.IGNORECASE
    )
    text = " ".join(text.split())
    days = list(_tokens(text))
    return (
        days[0].last
        if len(days) == 1 and days[0].words.casefold() == text.casefold() and not days[0].doubt.startswith("Only")
        else None
    )


def _tokens(text: str) -> Iterator[Said]:
    yield from _days(text)[0]
