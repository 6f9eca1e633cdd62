"""From the raw rows of a plan to the rows of the master's tables, with a Review row for everything not certain."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from sendxl.plan.master import LEADS, MEASURES, PLAN, REVIEW, UNIT_COSTS
from sendxl.plan.schema import Table
from sendxl.plan.values import Value, show
from sendxl.source.capacity import read_capacity
from sendxl.source.costs import UnitCosts
from sendxl.source.doubts import Doubts
from sendxl.source.leads import read_lead
from sendxl.source.measure_words import read_measure
from sendxl.source.ratings import RatedPart, read_ratings
from sendxl.source.raw import RawActivity, RawPlan, words_of
from sendxl.source.refs import Refs
from sendxl.source.roles import Role, Roles
from sendxl.source.windows import Benefits, read_benefits
from sendxl.source.words import clean, joined_words

Rows = dict[Table, list[dict[str, Value]]]


@dataclass(frozen=True)
class Imported:
    """A published plan as rows of the master: for each table a list of rows, column key to value, None for blank.

    ``rows`` has Plan, Measures, Leads, UnitCosts and Review. ``plan_id`` is the same for the same words.
    """

    title: str
    plan_id: str
    rows: Rows


def understand(raw: RawPlan, roles: Roles, starts: date | None, name: str) -> Imported:
    """Rows and doubts of a raw plan. ``starts`` dates its windows; ``name`` is its title if the source gives none."""
    reading = _Reading(roles, starts, joined_words(words_of(raw)))
    for activity in raw.activities:
        reading.take(activity)
    for left in raw.leftovers:
        reading.doubts.add("", "", left.words, "",
                           f"Line {left.line} of the source has words that belong to no activity; they were not read. "
                           "If they name a theme, put a header row above them; else enter what matters by hand.")
    plan_id = "P" + hashlib.sha256(raw.text.strip().encode()).hexdigest()[:10]
    return Imported(clean(raw.title, frozenset()).text or name, plan_id, reading.rows())


def full_row(table: Table, **given: Value) -> dict[str, Value]:
    """A row with every column of its table, None where nothing is given; KeyError for a column it does not have."""
    for key in given:
        table[key]
    return {column.key: given.get(column.key) for column in table}


@dataclass
class _Reading:
    """Takes activities one by one; every doubt is noted beside the value it is about."""

    roles: Roles
    starts: date | None
    known: frozenset[str]
    refs: Refs = field(default_factory=Refs)
    doubts: Doubts = field(default_factory=Doubts)
    costs: UnitCosts = field(default_factory=UnitCosts)
    plan: list[dict[str, Value]] = field(default_factory=list)
    measures: list[dict[str, Value]] = field(default_factory=list)
    leads: dict[str, Role] = field(default_factory=dict)  # by title, in the order of the plan
    undated: list[tuple[str, str]] = field(default_factory=list)  # ref and words of windows without a start
    said: dict[str, str] = field(default_factory=dict)  # a measure's words: the ref that had them first

    def take(self, raw: RawActivity) -> None:
        ref = self.refs.next(raw.theme)
        row: dict[str, Value] = {
            "ref": ref, "theme": clean(raw.theme, self.known).text,
            "activity": self._words(ref, "Activity", raw.activity) or None,
            "expected_change": self._words(ref, "Expected change", raw.expected_change) or None,
            "rationale": self._words(ref, "Rationale", raw.rationale) or None,
        }
        self._measure(ref, raw)
        savings = self._words(ref, "Savings note", raw.savings)
        parts, benefits = read_ratings(savings), read_benefits(self._words(ref, "Benefits note", raw.benefits))
        row |= self._savings(ref, raw, parts, benefits)
        if len(benefits.windows) > 1 and len(parts) == 1:
            self.doubts.add(ref, "Benefits by", raw.benefits, "; ".join(window.words for window in benefits.windows),
                            "More than one window stands here: the dates are the earliest and the latest. Check them.")
        row |= self._benefits(ref, raw, benefits)
        row |= self._lead(ref, raw)
        self.plan.append(full_row(PLAN, **row))

    def _words(self, ref: str, column: str, raw: str) -> str:
        """A cell's words for display; what was put right or may be wrong in them goes to Review."""
        cleaned = clean(raw, self.known)
        if cleaned.repairs:
            pairs = "; ".join(f"“{broken}” → “{mended}”" for broken, mended in cleaned.repairs)
            self.doubts.add(ref, column, raw, cleaned.text,
                            f"A hyphen broken in the source was put right: {pairs}. Check it.")
        if cleaned.unsure:
            pairs = "; ".join(f"“{words}”" for words in cleaned.unsure)
            self.doubts.add(ref, column, raw, cleaned.text,
                            f"{pairs} may be one word or hold a dash. It was left as it is; put it right if need be.")
        return cleaned.text

    def _measure(self, ref: str, raw: RawActivity) -> None:
        own = f"{ref}.M1"
        words = self._words(own, "Measure", raw.measure)
        if not words:
            self.doubts.add(ref, "Measure", "", "",
                            "No measure is named. Enter one in Measures, or leave the activity without.")
            return
        read = read_measure(words, clean(raw.expected_change, self.known).text)
        if read.doubt:
            self.doubts.add(own, read.about, raw.measure, read.read_as, read.doubt)
        first = self.said.setdefault(words.casefold(), own)
        if first != own:
            self.doubts.add(own, "Measure", raw.measure, words,
                            f"These are the words of {first} too. Check that this measure is meant for this activity.")
        self.measures.append(full_row(MEASURES, ref=own, activity_ref=ref, measure=words, kind=_text(read.kind),
                                      better=_text(read.better), unit=read.unit))

    def _savings(self, ref: str, raw: RawActivity, parts: list[RatedPart], benefits: Benefits) -> dict[str, Value]:
        rating, note = parts[0].rating, parts[0].words
        if len(parts) > 1:
            note = _rated_parts(parts, benefits)
            self.doubts.add(ref, "Savings rating", f"{raw.savings}\n{raw.benefits}", f"{rating}\n{note}",
                            f"The cell holds {len(parts)} rated parts. The first rating was taken, and every part is "
                            "in Savings note; the dates of benefits span all windows. Check the rating and the dates.")
        elif note and not rating:
            self.doubts.add(ref, "Savings rating", raw.savings, "",
                            "No rating stands at the beginning, so it is unrated. Choose one if that is wrong.")
        self.costs.take(ref, " ".join(part.words for part in parts), self.doubts)
        return {"savings_rating": _text(rating), "savings_note": note or None}

    def _benefits(self, ref: str, raw: RawActivity, benefits: Benefits) -> dict[str, Value]:
        words = clean(raw.benefits, self.known).text
        if not benefits.windows:
            if words:
                self.doubts.add(ref, "Benefits by", raw.benefits, "",
                                "This is not a window of time, so both dates are blank and the words are in Benefits "
                                "note. Enter dates if you know them.")
            return {"benefits_note": words or None}
        if self.starts is None:
            self.undated.append((ref, words))
            return {"benefits_note": words}
        opens, closes = benefits.dates(self.starts)
        if benefits.prose:
            self.doubts.add(ref, "Benefits note", raw.benefits, f"{benefits.windows[0].words}; note: {benefits.prose}",
                            "A window of time was read, and the words after it kept in Benefits note. "
                            "Check that they do not change it.")
        return {"benefits_from": opens, "benefits_by": closes, "benefits_note": benefits.prose or None}

    def _lead(self, ref: str, raw: RawActivity) -> dict[str, Value]:
        read = read_lead(self._words(ref, "Capacity note", raw.lead), self.roles)
        for doubt in read.doubts:
            self.doubts.add(ref, doubt.about, raw.lead, doubt.read_as, doubt.says)
        capacity = read_capacity(read.capacity)
        if capacity.doubt:
            self.doubts.add(ref, "Capacity", read.capacity, str(capacity.capacity), capacity.doubt)
        titles = [self.leads.setdefault(role.title.casefold(), role).title for role in read.roles]
        return {"lead": titles[0] if titles else None, "joint_leads": "; ".join(titles[1:]) or None,
                "capacity": str(capacity.capacity), "capacity_note": read.capacity or None}

    def rows(self) -> Rows:
        """All tables, once every activity is taken."""
        if self.undated:
            refs = ", ".join(ref for ref, _ in self.undated)
            self.doubts.add("", "Benefits by", "; ".join(dict.fromkeys(words for _, words in self.undated)), "",
                            f"The plan's start is not known, so these windows have no dates: {refs}. Their words are "
                            "in Benefits note. Import again with --starts, or enter the dates.")
        self.costs.close(self.doubts)
        return {PLAN: self.plan, MEASURES: self.measures, LEADS: _lead_rows(list(self.leads.values())),
                UNIT_COSTS: [full_row(UNIT_COSTS, **row) for row in self.costs.rows()],
                REVIEW: [full_row(REVIEW, **row) for row in self.doubts.rows()]}


def _rated_parts(parts: list[RatedPart], benefits: Benefits) -> str:
    """One line for each rated part, with its own window where there is one for each."""
    paired = len(parts) == len(benefits.windows)
    windows = [f", {window.words}" for window in benefits.windows] if paired else [""] * len(parts)
    return "\n".join(f"{part.rating}{window}: {part.words}" for part, window in zip(parts, windows, strict=True))


def _lead_rows(roles: list[Role]) -> list[dict[str, Value]]:
    """Leads in the order of the plan; a made-up code that another role has gets a number."""
    taken = {role.code.casefold() for role in roles if role.known}
    rows = []
    for role in roles:
        code, number = role.code, 2
        while not role.known and code.casefold() in taken:
            code, number = f"{role.code}-{number}", number + 1
        taken.add(code.casefold())
        rows.append(full_row(LEADS, code=code, title=role.title, other_names="; ".join(role.other_names) or None))
    return rows


def _text(word: object) -> str | None:
    return show(str(word)) if word else None
