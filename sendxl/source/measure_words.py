"""Kind, direction and unit of a measure, read from its wording and from the expected change."""

import re
from dataclasses import dataclass

from sendxl.plan.vocabulary import Better, Kind

_COUNTED = re.compile(r"^(?:the\s+)?(?P<head>number (?:and|&) (?:%|percentage|proportion)|number|count|no\.|"
                      r"%|percentage|proportion|rate)(?:\s+of)?\s+(?P<what>.+)$", re.IGNORECASE)
_STATES = (r"(?:re-?)?(?:published|reviewed|agreed|approved|adopted|completed?|launched|implemented|included|signed|"
           r"established|delivered|opened|appointed|issued|written|refreshed)|in (?:place|use)|set up")
_STATED = re.compile(rf"(?<!\band )(?<!\bthe )(?<!\ba )(?<!\bor )\b(?:{_STATES})\b", re.IGNORECASE)
_TO_STATE = re.compile(r"^to (?:be )?(?:complete|publish|agree|deliver|implement|launch|embed|approve|adopt|establish|"
                       r"review)", re.IGNORECASE)
_COMPLIANCE = re.compile(r"\bcomplian(?:ce|t)\b", re.IGNORECASE)
_NO_END = re.compile(r"\b(?:monitor(?:ed|ing)?|embed(?:ded)?|maintain(?:ed)?|sustain(?:ed)?|ongoing)\b", re.IGNORECASE)
_UP = r"increas\w*|rais\w*|rise|improv\w*|grow\w*|more|higher|expand\w*"
_DOWN = r"reduc\w*|decreas\w*|lower\w*|fewer|less|minimis\w*|cut|fall"
_WAY = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b", re.IGNORECASE)
_ENDS_UNIT = re.compile(r"at|in|with|on|for|of|to|from|who|that|and|or|taken|met|made|done|held|\w+ly|\w{2,}ed|\w+ing",
                        re.IGNORECASE)


@dataclass(frozen=True)
class MeasureRead:
    """What was read of a measure; None is not known. ``doubt`` is "" or plain sentences, ``about`` their column."""

    kind: Kind | None
    better: Better | None
    unit: str | None
    doubt: str = ""
    about: str = ""

    @property
    def read_as(self) -> str:
        """Kind and Better as one phrase for a reader."""
        return f"Kind {self.kind or 'blank'}; Better {self.better or 'blank'}"


def read_measure(measure: str, expected_change: str) -> MeasureRead:
    """Kind, Better and Unit of a measure cell. More than one measure in a cell is said, not split."""
    counted = _COUNTED.match(measure)
    if counted:
        return _counted(counted, measure, expected_change)
    kind, doubts = None, []
    if _COMPLIANCE.search(measure) or _STATED.search(measure):
        kind = Kind.COMPLIANCE if _COMPLIANCE.search(measure) else Kind.MILESTONE
    elif _COMPLIANCE.search(expected_change) or _TO_STATE.search(expected_change):
        kind = Kind.COMPLIANCE if _COMPLIANCE.search(expected_change) else Kind.MILESTONE
        counts_as = "done" if kind is Kind.MILESTONE else "compliant, out of how many"
        doubts.append(f"Kind was read from the expected change, “{expected_change}”. "
                      f"Check it, and say in Measure what counts as {counts_as}.")
    else:
        doubts.append("What kind of measure this is could not be read. Choose Kind and Better.")
    if kind is Kind.COMPLIANCE and _several(measure):
        doubts.append("It may hold more than one measure: add a row for each.")
    if kind is Kind.MILESTONE and (endless := _NO_END.search(measure) or _NO_END.search(expected_change)):
        doubts.append(f"“{endless[0].capitalize()}” has no end: say when it counts as done, or measure it apart.")
    return MeasureRead(kind, Better.HIGHER if kind else None, None, " ".join(doubts), "Kind" if doubts else "")


def _counted(match: re.Match[str], measure: str, expected_change: str) -> MeasureRead:
    head, what = match["head"].casefold(), match["what"]
    kind = Kind.NUMBER if head in ("number", "count", "no.") else Kind.PERCENTAGE
    if head.startswith("number and"):
        kind = Kind.NUMBER_AND_SHARE
    better = _better(what, expected_change)
    doubts = []
    if not better:
        doubts.append("The expected change goes both ways: add a measure for each way, each with its own Better."
                      if _both_ways(expected_change) else
                      f"Whether higher or lower is better could not be read from “{expected_change}”. Choose Better.")
    elif _both_ways(expected_change):
        doubts.append("The expected change also speaks of something that goes the other way. "
                      "Add a measure for it if it is to be followed.")
    if several := _several(what):
        doubts.append(f"It may count more than one thing ({several}): "
                      "add a measure for each, or say that they are added up.")
    about = ("Measure" if better else "Better") if doubts else ""
    unit = None if kind is Kind.PERCENTAGE else _unit(what)
    return MeasureRead(kind, better, unit, " ".join(doubts), about)


def _several(what: str) -> str:
    """The words that join two things counted, "" where there are none."""
    if match := re.search(r"\w+\s*/\s*\w+", what):
        return f"“{match[0]}”"
    match = re.search(r"[\w-]+,? and [\w-]+", what)
    return f"“{match[0]}”" if match else ""


def _both_ways(expected_change: str) -> bool:
    return len({way.lastgroup for way in _WAY.finditer(expected_change)}) == 2


def _better(what: str, expected_change: str) -> Better | None:
    """The way the expected change goes; where it goes both ways, the way of the clause that names what is counted."""
    ways = list(_WAY.finditer(expected_change))
    if not ways:
        return None
    ends = [*(way.start() for way in ways[1:]), len(expected_change)]
    stems = {word[:6] for word in re.findall(r"[a-z]{5,}", what.casefold())}
    every: set[str | None] = {way.lastgroup for way in ways}
    naming = {way.lastgroup for way, end in zip(ways, ends, strict=True)
              if stems & {word[:6] for word in re.findall(r"[a-z]{5,}", expected_change[way.end():end].casefold())}}
    found = every if len(every) == 1 else naming
    if len(found) != 1:
        return None
    return Better.HIGHER if found == {"up"} else Better.LOWER


def _unit(what: str) -> str | None:
    """What one of it is: at most three words that end in a plural, before the words that narrow it; else None."""
    words = what.split()
    end = next((i for i, word in enumerate(words) if i and _ENDS_UNIT.fullmatch(word)), len(words))
    if words[end:end + 1] in (["and"], ["or"]):  # two things are counted
        return None
    unit = words[:end]
    plain = all(re.fullmatch(r"[A-Za-z0-9-]+", word) for word in unit)
    return " ".join(unit) if 0 < len(unit) <= 3 and plain and unit[-1].endswith("s") else None
