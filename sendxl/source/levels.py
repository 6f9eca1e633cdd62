"""Where a measure stands and what it is to reach, from its words: “from 41% to 65%”, “baseline 84, target 120”, “18 → 36”.

The words that give figures become figures; the rest is what is measured. Nothing is worked out from a relative change
(“fall by 20%”). Source: workbooks/pages/month.md, What is read.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from sendxl.plan.vocabulary import Better
from sendxl.source.phrases import read_phrase

_NUM = r"(?:£\s?)?\d(?:[\d,]*\d)?(?:\.\d+)?(?:\s?(?:%|per ?cent|k\b|m\b))?"
_WAYS = r"increas\w*|ris\w*|improv\w*|grow\w*|up|reduc\w*|decreas\w*|fall\w*|down|cut\w*|drop\w*"
_WHEN = (
    r"(?:\s*\(([^()]{3,24})\)|\s+(?:in|by|at|on)\s+"
    r"((?:[a-z]+ )?(?:\d{1,2} )?[A-Z][a-z]+ \d{2,4}|Q[1-4] \d{4}[/-]\d{2,4}|\d{4}(?:[/-]\d{2,4})?))?"
)
_UNIT = (
    r"(?:\s+(?!(?:to|and|or|by|of|out|from|in|at|on|until|per|q[1-4]|st|nd|rd|th|more|fewer|less|extra|additional|further)\b)"
    r"[a-z][a-z-]+(?:\s+(?!(?:to|and|or|by|out|until)\b)[a-z][a-z-]*){0,2})?(?:\s+per\s+[\d,]*\d(?:\s[a-z]+)?)?"
)
_TO = r"\s*(?:→|->|–>|—>|=>|⇒|➔|\bto\b)\s*"
_CHAIN = re.compile(
    rf"(?P<from>\bfrom\s+(?:(?:a )?baseline of\s+)?)?(?P<first>{_NUM})(?P<unit>\s[a-z]+)?{_WHEN}(?P<rest>(?:{_TO}{_NUM}{_WHEN})+)"
)
_LINK = re.compile(rf"{_TO}({_NUM}){_WHEN}")
_BASE = re.compile(
    rf"\b(?:the )?(?:current(?:ly)? )?(?:baseline|start(?:ing point)?|current(?:ly)?(?: (?:wait|average|figure|rate|level|number|"
    rf"position|performance|total))?|now)\s*"
    rf"(?:is|of|at|:|=|was|value|-|–)?\s*({_NUM}){_WHEN}",
    re.IGNORECASE,
)
_NOW = re.compile(
    rf"\(\s*({_NUM})\s+(?:now|currently|at present|today|at the start|(?:at )?baseline){_WHEN}\s*\)", re.IGNORECASE
)
_WAS = re.compile(rf"\(\s*(?:(?:up|down) )?(?:from|was|were|had been)\s+({_NUM}){_WHEN}\s*\)", re.IGNORECASE)
_THEN = re.compile(
    rf"\(\s*({_NUM})\s+(?:in|as at|at|on)\s+((?:\d{{1,2}} )?[A-Z][a-z]+ \d{{2,4}}|\d{{4}}(?:[/-]\d{{2,4}})?)()\s*\)"
)
_YEARS = re.compile(rf"\b((?:19|20)\d{{2}}(?:[/-]\d{{2,4}})?)\s*[:=–-]\s*({_NUM})(?![/-])")
_LEVEL = re.compile(  # a share that is told of something at the end: “Response rate of 30%”
    r"^(?P<what>[^\d:;]*\b(?:rates?|share|proportion|percentage|score|satisfaction|attendance|take[- ]?up|level|accuracy|"
    r"compliance|completion|timeliness))\s+(?:(?:is|are|of|at|to be|reaches|stays)\s+)?(?:(?:at )?(?P<less>at least|at most|"
    r"over|above|under|below|more than|less than|no more than)\s+)?(?P<num>\d+(?:\.\d+)?\s?(?:%|per ?cent))\.?$",
    re.IGNORECASE,
)
_SHARE = re.compile(  # a share of some that something is true of: “Passport used by 90% of starters”
    r"^(?P<what>[^\d:;]{4,}\b(?:(?:\w+ed|seen|met|taken|given|known|shown|held|read|sent|got|led|written|done) by|for|in|with|"
    r"among|across|from))\s+"
    r"(?P<less>at least|at most|over|above|under|below|more than|less than|no more than)?\s*"
    r"(?P<num>\d+(?:\.\d+)?\s?(?:%|per ?cent)) of (?P<of>[^\d;:]+)$",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"^(?P<what>[^\d:]+[a-z%)])\s*[:–-]\s+(?P<less>at least|at most|over|under)?\s*(?P<num>{_NUM})\s+by\s+(?:the )?(?:end of )?"
    rf"(?P<when>[A-Z][a-z]+ \d{{4}}|\d{{1,2}} [A-Z][a-z]+ \d{{4}}|\d{{4}}(?:[/-]\d{{2,4}})?)\.?$"
)
_DAY = r"(?:\d{1,2} )?[A-Z][a-z]+ \d{4}|\d{4}(?:[/-]\d{2,4})?"
_STEPS = re.compile(
    rf"^(?P<what>[^\d]{{4,}}?)[:,]?\s+"
    rf"(?P<steps>{_NUM} by (?:{_DAY})(?:\s*(?:,|;|and|then)\s*{_NUM} by (?:{_DAY}))+)\.?$"
)
_STEP = re.compile(rf"({_NUM}) by ({_DAY})")
_BOUND = re.compile(
    rf"^(?P<what>(?:the )?(?:average|mean|median|typical|usual)\b[^\d]*?[a-z]{{3}})\s+(?:is |of |stays |to be )?"
    rf"(?P<less>under|below|less than|no more than|at most|over|above|more than|at least)\s+(?P<num>{_NUM})(?:\s[a-z]+)?\.?$",
    re.IGNORECASE,
)
_AIM = re.compile(
    rf"\b(?:(?:target|goal|aim)s?|(?:to )?(?:reach|achieve|hit)(?:es|ing)?)\s*"
    rf"(?:is|of|at|:|=|-|–)?\s*({_NUM}){_WHEN}(?P<more>(?:\s*(?:[,;]|and)\s*{_NUM}{_WHEN})*)",
    re.IGNORECASE,
)
_MORE = re.compile(rf"({_NUM}){_WHEN}")
_REACH = re.compile(
    rf"(?<![\w-])(?:to )?(?P<way>{_WAYS}|lower\w*)\s+(?P<what>(?:[\w’'-]+\s+){{0,6}}?)"
    rf"to\s+(?P<less>at least|at most|below|under|above|over|less than|fewer than|no more than)?\s*(?P<num>{_NUM}){_WHEN}",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"[,:–-]?\s*\b(?:to )?(?P<way>{_WAYS})\s+by\s+"
    rf"(?:at least |up to )?{_NUM}.*$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    rf"^(?P<less>at least|a minimum of|minimum|over|above|more than|at most|no more than|fewer than|less than|under|below|all|"
    rf"up to)?\s*(?P<num>{_NUM})\s+(?P<of>of\s+)?(?P<what>[^\d%].*)$",
    re.IGNORECASE,
)
_OF_THE_SAME = re.compile(
    r"(?:(?:our |the )?(?:target|aim|goal|baseline)|currently|now|by \d{4})\b[^;]{0,20}\d|\d{4}(?:[/-]\d{2,4})?\s*[:=–]\s*\d",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"\(\s*[,;:–-]?\s*\)|\(\s*(?=[,;)])")
_UP = re.compile(r"increas|ris|improv|grow|up|more|higher", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:reduc|decreas|fall|down|cut|drop|lower|fewer|less)", re.IGNORECASE)
_LESS = re.compile(r"at most|no more than|fewer than|less than|under|below|up to", re.IGNORECASE)
_BAD = re.compile(
    r"\b(?:exclu|suspen|absen|appeal|complain|tribunal|delay|wait|overdue|late|vacan|turnover|agency|backlog|breach|drop[- ]?out|"
    r"neet|refus)",
    re.IGNORECASE,
)
_FIRST_YEAR = "The figure of the first year was taken as the baseline, that of the last as the target. Check both."
_UNIT_ALONE = re.compile(
    r"(?:weeks?|months?|days?|years?|hours?|minutes?|places?|pupils?|children|people|per ?cent)\.?", re.IGNORECASE
)
_WAY_UNSAID = "Whether higher or lower is better is not said. Choose Better."
_NOT_COUNTED = re.compile(
    r"^(?:out of\b|in \d|weeks?|months?|years?|days?|hours?|minutes?|terms?|year[- ]olds?|"
    r"st\b|nd\b|th\b|rd\b|[-–]|to\b|and\b|or\b|/)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"^((?:[\w'’-]+ ){0,4}?(?:[\w'’-]+s|children|people|staff)) "
    r"(say|report|feel|cover|have|use|attend|meet|achieve|receive|agree|rate|know|get|reach|act|join|take|complete|show|return|move|"
    r"go|stay|live|need|work|think|trust|understand|see|make|pass|wait)\b"
)
_FEWER = re.compile(
    r"^(?P<way>fewer|less|reduced|lower|more|increased|higher)\s+"
    r"(?P<what>(?:[\w-]+ ){1,3}(?:in|of|with|at|on|from|for|without)\b.*)$",
    re.IGNORECASE,
)
_WAY_FIRST = re.compile(rf"^(?:to )?(?:{_WAYS}|lower\w*)\s+(?:the )?", re.IGNORECASE)
_ITEM = re.compile(r"^(?:[•·*▪‣◦-]\s+|\(?[a-z]\)\s+|\(?(?:i{1,3}|iv|v)\)\s+|\d{1,2}[.)]\s+)", re.IGNORECASE)


@dataclass(frozen=True)
class Level:
    """A figure, as stored: a share is a fraction. ``percent``: it is one. ``on``: the day that is said with it."""

    value: float
    percent: bool
    on: date | None = None


@dataclass(frozen=True)
class LevelsRead:
    """What was read of one measure. ``words`` is what is measured, ``change`` the words that gave the figures."""

    words: str
    change: str = ""
    baseline: Level | None = None
    target: Level | None = None
    interim: tuple[Level, ...] = ()
    better: Better | None = None
    doubt: str = ""

    @property
    def percent(self) -> bool:
        """True if its figures are shares."""
        return any(level.percent for level in (self.baseline, self.target) if level)


def parts_of(text: str) -> list[str]:
    """The measures of a cell: a line each, or between semicolons; a line in small letters goes on with the one above."""
    parts: list[str] = []
    for line in re.split(r"\n", text):
        line = line.strip()
        if not line:
            continue
        item = bool(_ITEM.match(line))
        line = _ITEM.sub("", line)
        if parts and not item and (line[:1].islower() or line.startswith("(")):
            parts[-1] += f" {line}"
        else:
            parts.append(line)
    return [piece for part in parts for piece in _between_semicolons(part)]


def _between_semicolons(text: str) -> list[str]:
    depth, pieces, begin = 0, [], 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth <= 0:
            pieces.append(text[begin:at].strip())
            begin = at + 1
    pieces.append(text[begin:].strip())
    joined: list[str] = []
    for piece in filter(None, pieces):
        if joined and _OF_THE_SAME.match(piece):
            joined[-1] += f"; {piece}"
        else:
            joined.append(piece)
    return joined


def level_of(text: str, percent: bool | None = None) -> Level | None:
    """The figure that a whole text says, as in a column of targets; None where it says more or none."""
    found = re.fullmatch(
        rf"(?:at least|at most|approx\.?|c\.?|about|under|over|>|<|≥|≤|~|up to|below|above)?\s*({_NUM}){_UNIT}{_WHEN}",
        text.strip(),
        re.IGNORECASE,
    )
    if not found:
        return None
    level = _level(found[1], found[2] or found[3])
    return (
        replace(level, percent=True, value=level.value / 100)
        if level and percent and not level.percent and level.value > 1
        else level
    )


def read_levels(text: str) -> LevelsRead:
    """What is measured, from where and to where."""
    text = " ".join(text.split())
    if found := _chain(text):
        return found
    if len(years := list(_YEARS.finditer(text))) > 1:
        return _by_year(text, years)
    if by := _BY.match(text):
        target = _level(by["num"], by["when"])
        return LevelsRead(by["what"], text[by.end("what") :].strip(" :–-"), None, target)
    if steps := _STEPS.match(text):
        return _stepped(steps)
    if bound := _BOUND.match(text):
        better = Better.LOWER if _LESS.search(bound["less"]) else Better.HIGHER
        return LevelsRead(bound["what"], text[bound.end("what") :].strip(), None, _level(bound["num"], None), (), better)
    base, aim = _NOW.search(text) or _WAS.search(text) or _THEN.search(text) or _BASE.search(text), _AIM.search(text)
    if base or aim:
        return _named(text, base, aim)
    if reach := _REACH.search(text):
        target = _level(reach["num"], reach[5] or reach[6])
        words = _tidy(f"{text[: reach.start()]} {reach['what']} {text[reach.end() :]}")
        change = f"{reach['way']} to {reach['less'] or ''} {reach['num']}"
        return LevelsRead(words or text, " ".join(change.split()), None, target, (), _way(reach["way"]))
    if relative := _RELATIVE.search(text):
        words = text[: relative.start()].strip(" ,:–-")
        if len(words.split()) > 1:
            return LevelsRead(words, relative[0].strip(" ,:–-"), better=_way(relative["way"]))
        return LevelsRead(text, better=_way(relative["way"]))
    if fewer := _FEWER.match(text):
        return LevelsRead(fewer["what"], fewer["way"], better=Better.LOWER if _DOWN.match(fewer["way"]) else Better.HIGHER)
    if share := _LEVEL.match(text) or _SHARE.match(text):
        return _shared(text, share)
    return _leading(text) or LevelsRead(text)


def _shared(text: str, match: "re.Match[str]") -> LevelsRead:
    """A share in the midst of words, which stay as they are; whether more is better is asked where less may be."""
    less = match["less"] or ""
    better = Better.LOWER if _LESS.search(less) else Better.HIGHER if less or not _BAD.search(text) else None
    change, doubt = f"{less} {match['num']}".strip(), "" if better else _WAY_UNSAID
    return LevelsRead(text, change, None, _level(match["num"], None), (), better, doubt)


def _by_year(text: str, found: "list[re.Match[str]]") -> LevelsRead:
    """Figures each behind its year: the first is where it stands, the last the target."""
    levels = [level for match in found if (level := _level(match[2], match[1]))]
    words = _tidy(text[: found[0].start()]) or text
    change = text[found[0].start() :].strip()
    return LevelsRead(words, change, levels[0], levels[-1], tuple(levels[1:-1]), _better(levels[0], levels[-1]), _FIRST_YEAR)


def _stepped(match: "re.Match[str]") -> LevelsRead:
    """Figures each with its day: the last is the target, those before it are on the way."""
    steps = [level for step in _STEP.finditer(match["steps"]) if (level := _level(step[1], step[2]))]
    return LevelsRead(match["what"], match["steps"], None, steps[-1], tuple(steps[:-1]), _better(steps[0], steps[-1]))


def _that(match: "re.Match[str]") -> str:
    return f"{match[1]} that {match[2]}"


def _chain(text: str) -> LevelsRead | None:
    for match in _CHAIN.finditer(text):
        before = text[: match.start()]
        arrow = bool(re.search(r"→|->|–>|—>|=>|⇒|➔", match[0]))
        percent = "%" in match["first"] or "%" in match["rest"] or "per cent" in match["rest"] or "percent" in match["rest"]
        if not (
            match["from"]
            or arrow
            or before.rstrip().endswith(":")
            or (before.rstrip().endswith(",") and match.end() == len(text.rstrip(" .")))
            or (percent and not before.rstrip().endswith(("between", "ages")))
        ):
            continue
        levels = [_level(match["first"], match[4] or match[5])]
        levels += [_level(link[1], link[2] or link[3]) for link in _LINK.finditer(match["rest"])]
        if any(level is None for level in levels) or len(levels) < 2:
            continue
        known = [level for level in levels if level]
        if percent:
            known = [level if level.percent else replace(level, percent=True, value=level.value / 100) for level in known]
        begin, unit = match.start(), match["unit"] or ""
        end = match.end() + (len(unit) if unit and text.startswith(unit, match.end()) else 0)
        if way := re.search(
            rf"\b(?:(?:to|goes|going|gone|moves?) )?(?:{_WAYS}|moves?|goes|go)\s*$",
            before,
            re.IGNORECASE,
        ):
            begin = way.start()
        words = _WAY_FIRST.sub("", _without(text, begin, end))
        better = Better.HIGHER if known[-1].value > known[0].value else Better.LOWER if known[-1].value < known[0].value else None
        return LevelsRead(words or text, text[begin:end].strip(), known[0], known[-1], tuple(known[1:-1]), better)
    return None


def _named(text: str, base: "re.Match[str] | None", aim: "re.Match[str] | None") -> LevelsRead:
    baseline = _level(base[1], base[2] or base[3]) if base else None
    target = _level(aim[1], aim[2] or aim[3]) if aim else None
    later = [_level(more[1], more[2] or more[3]) for more in _MORE.finditer(aim["more"])] if aim else []
    steps = [level for level in (target, *later) if level]
    if steps:
        target = steps[-1]
    spans = sorted(match.span() for match in (base, aim) if match)
    words, change = text, ", ".join(text[begin:end].strip() for begin, end in spans)
    for begin, end in reversed(spans):
        words = words[:begin] + words[end:]
    words = _tidy(words)
    words = ". ".join(dict.fromkeys(re.split(r"[.;]\s+", words))) if re.search(r"[A-Za-z]{3}", words) else ""
    if _UNIT_ALONE.fullmatch(words):
        words = ""
    if baseline and not target and (rest := read_levels(words)).target:
        return replace(
            rest,
            baseline=_alike(baseline, rest.target),
            change=f"{rest.change} ({change.strip('()')})",
            better=rest.better or _better(baseline, rest.target),
        )
    if baseline and not target and len(only := re.findall(_NUM, words)) == 1 and not re.fullmatch(r"(?:19|20)\d\d", only[0]):
        target = _alike(_level(only[0], None), baseline)
        return LevelsRead(words, f"{only[0]} ({change.strip('()')})", baseline, target, (), _better(baseline, target),
                          f"The figure {only[0]} was taken as the target, as the other says where it stood. Check both.")
    return LevelsRead(
        words or text, change, _alike(baseline, target), _alike(target, baseline), tuple(steps[:-1]), _better(baseline, target)
    )


def _alike(level: Level | None, other: Level | None) -> Level | None:
    """A bare number beside a percentage is one too."""
    if level and other and other.percent and not level.percent and level.value > 1:
        return replace(level, percent=True, value=level.value / 100)
    return level


def _better(baseline: Level | None, target: Level | None) -> Better | None:
    if not baseline or not target or baseline.value == target.value:
        return None
    return Better.HIGHER if target.value > baseline.value else Better.LOWER


def _leading(text: str) -> LevelsRead | None:
    match = _LEADING.match(text)
    if not match:
        return None
    target, what = _level(match["num"], None), match["what"].strip()
    if target is None or "£" in match["num"] or (not match["of"] and _NOT_COUNTED.match(what)):
        return None
    less = match["less"] or ""
    better = Better.LOWER if _LESS.search(less) and less.lower() != "up to" else Better.HIGHER if less else None
    if by := re.search(
        r"\s+by\s+(?:the )?(?:end of )?([A-Z][a-z]+ \d{4}|\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}(?:[/-]\d{2,4})?)\.?$", what
    ):
        target = replace(target, on=read_phrase(by[1]).end)
        what = what[: by.start()]
    if target.percent:
        measured = (
            f"% of {_VERB.sub(_that, what, count=1)}"
            if match["of"]
            else f"% who {what}"
            if re.match(r"(?:wait|say|feel|report|attend|have|are|get)\b", what)
            else f"% {what}"
        )
    else:
        measured = what
    change = f"{less} {match['num']}".strip()
    doubt = ""
    if better is None and _BAD.search(what):
        doubt = _WAY_UNSAID
    elif better is None:
        better = Better.HIGHER
    return LevelsRead(measured, change[:1].upper() + change[1:], None, target, (), better, doubt)


def _way(words: str) -> Better:
    return Better.HIGHER if _UP.match(words) else Better.LOWER


def _without(text: str, begin: int, end: int) -> str:
    return _tidy(text[:begin].rstrip(" :,–-") + " " + text[end:])


def _tidy(words: str) -> str:
    words = _EMPTY.sub("", words)
    words = re.sub(r"\(\s*[,;]?\s*\)", "", words)
    words = re.sub(r"\s+([,.;:)])", r"\1", " ".join(words.split())).strip(" ,;:–-")
    return re.sub(r"\s+(?:to|by|from)$", "", words)


def _level(number: str, when: str | None) -> Level | None:
    percent = bool(re.search(r"%|per ?cent", number))
    times = 1_000 if re.search(r"k$", number.strip()) else 1_000_000 if re.search(r"m$", number.strip()) else 1
    digits = re.sub(r"[^\d.]", "", number.replace(",", ""))
    try:
        value = float(digits) * times
    except ValueError:
        return None
    said = read_phrase(when).end if when else None
    return Level(round(value / 100, 6) if percent else value, percent, said)
