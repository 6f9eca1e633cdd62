"""Which activity of a later version of a plan is which of the plan: by its number first, then by likeness of words.

One goes with one. What has a rival that is nearly as like, on either side, is a guess and asked about; so is what is
little alike. Words are compared by their beginnings, so that “review” and “reviewed” are alike.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from sendxl.source.column_parts import Sure

_SMALL = frozenset(("the", "and", "for", "with", "that", "are", "our", "will", "from", "into", "all", "any", "their", "this",
                    "have", "has", "been", "its"))
_WORD = re.compile(r"[^\W_]{3,}")
_LETTERS = 6  # of a word that count
_SURE, _MARGIN = 0.5, 0.15  # from which likeness on, and so far ahead of every rival, two are surely the same
_ASKED = 0.3  # from which on it is worth a question
_BY_NUMBER = 0.35  # likeness of words that confirms a number
_SHARES = {"words": 0.5, "measures": 0.25, "theme": 0.15, "lead": 0.1}
_COMMON = 0.2  # a word that so many activities have says nothing of which is which, in a plan that is not small
_SMALL_PLAN = 40  # activities
_NEAREST = 12  # that are compared letter by letter


@dataclass(frozen=True)
class Brief:
    """What an activity is known by. ``key`` names it on its own side; ``number`` is its Source no."""

    key: str
    words: str
    number: str = ""
    theme: str = ""
    measures: str = ""
    lead: str = ""

    @cached_property
    def plain(self) -> str:
        """Its words in small letters, without signs."""
        return " ".join(re.findall(r"\w+", self.words.casefold()))

    @cached_property
    def marks(self) -> Mapping[str, frozenset[str]]:
        """The beginnings of the words of each part that it is known by."""
        return {part: frozenset(word[:_LETTERS] if word.isalpha() else word
                                for word in _WORD.findall(getattr(self, part).casefold()) if word not in _SMALL)
                for part in _SHARES}


class Match(NamedTuple):
    """An activity of the plan and the one of the later version that goes with it; "" where there is none.

    ``beside``: of one that is new, the activity that it may have been part of.
    """

    old: str
    new: str
    sure: Sure
    beside: str = ""


_NAMES: Sequence[Callable[[Brief], tuple[str, ...]]] = (
    lambda one: (one.plain, one.number, one.theme, one.measures), lambda one: (one.plain, one.measures),
    lambda one: (one.plain, one.theme), lambda one: (one.plain,))
"""By which the same words are paired, the most telling first."""


class _Like(NamedTuple):
    score: float
    old: int
    new: int


def matches(old: Sequence[Brief], new: Sequence[Brief], known: Mapping[str, str] | None = None) -> list[Match]:
    """What goes with what, in the order of the plan; then what is new, in the order of the later version.

    ``known``: pairs that an officer said, new to old.
    """
    pairs: dict[int, tuple[int, Sure]] = {}  # old to new
    at = {brief.key: place for place, brief in enumerate(old)}
    for place, brief in enumerate(new):
        if known and (wanted := at.get(known.get(brief.key, ""))) is not None:
            pairs[wanted] = place, Sure.SURE
    _by_words(old, new, pairs)
    contested = _by_number(old, new, pairs)
    alike = _alike(old, new, pairs)
    _by_likeness(alike, pairs, contested)
    beside = _beside(alike, pairs)
    taken = {place for place, _ in pairs.values()}
    found = []
    for place, brief in enumerate(old):
        other, sure = pairs.get(place, (None, Sure.LIKELY))
        found.append(Match(brief.key, "" if other is None else new[other].key, sure))
    for place, brief in enumerate(new):
        if place not in taken:
            nearest = beside.get(place)
            found.append(Match("", brief.key, Sure.LIKELY) if nearest is None else
                         Match("", brief.key, Sure.GUESS, old[nearest].key))
    return found


def _by_words(old: Sequence[Brief], new: Sequence[Brief], pairs: dict[int, tuple[int, Sure]]) -> None:
    """Pair those with the same words; of several with the same those that also agree in what else they are known by."""
    taken = {place for place, _ in pairs.values()}
    for of in _NAMES:
        waiting: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, brief in enumerate(new):
            if place not in taken and brief.plain:
                waiting[of(brief)].append(place)
        rivals = Counter(of(brief) for place, brief in enumerate(old) if place not in pairs)
        for place, brief in enumerate(old):
            found = waiting.get(of(brief), ()) if place not in pairs else ()
            if len(found) == 1 and rivals[of(brief)] == 1:
                pairs[place] = found[0], Sure.SURE
                taken.add(found[0])


def _by_number(old: Sequence[Brief], new: Sequence[Brief], pairs: dict[int, tuple[int, Sure]]) -> set[int]:
    """Pair those with the same number whose words do not speak against it; none where the plan was numbered anew.

    Gives the places in the plan of those of which something else that is left says more: they are asked about.
    """
    numbered = [(was, now) for one, (other, _) in pairs.items() if (was := old[one].number) and (now := new[other].number)]
    if 2 * sum(was == now for was, now in numbered) < len(numbered):
        return set()
    taken = {place for place, _ in pairs.values()}
    waiting: dict[str, list[int]] = defaultdict(list)
    for place, brief in enumerate(new):
        if brief.number and place not in taken:
            waiting[brief.number.casefold()].append(place)
    rivals = Counter(brief.number.casefold() for brief in old if brief.number)
    by_number: dict[int, int] = {}
    for place, brief in enumerate(old):
        found = waiting.get(brief.number.casefold(), ()) if place not in pairs and brief.number else ()
        if len(found) == 1 and rivals[brief.number.casefold()] == 1 and _words_alike(brief, new[found[0]]) >= _BY_NUMBER:
            by_number[place] = found[0]
    contested = _contested(old, new, pairs, by_number)
    for place, other in by_number.items():
        if place not in contested:
            pairs[place] = other, Sure.SURE if likeness(old[place], new[other]) >= _SURE else Sure.GUESS
    return contested


def _contested(
    old: Sequence[Brief], new: Sequence[Brief], pairs: Mapping[int, tuple[int, Sure]], by_number: Mapping[int, int]
) -> set[int]:
    """Of those with the same number, the places in the plan of those that something else that is left is more like."""
    if not by_number:
        return set()
    own = {place: likeness(old[place], new[other]) for place, other in by_number.items()}
    of_new = {other: place for place, other in by_number.items()}
    found: set[int] = set()
    for like in _alike(old, new, pairs):
        if like.old in pairs or by_number.get(like.old) == like.new:
            continue
        found.update(place for place in (like.old, of_new.get(like.new)) if place is not None and like.score > own.get(place, 1))
    return found


def _alike(old: Sequence[Brief], new: Sequence[Brief], pairs: Mapping[int, tuple[int, Sure]]) -> list[_Like]:
    """How alike those are that are left and share a word that says something; an old one that is paired may be split."""
    taken = {place for place, _ in pairs.values()}
    left = [place for place in range(len(new)) if place not in taken]
    having: dict[str, list[int]] = defaultdict(list)
    for place in left:
        for mark in new[place].marks["words"] | new[place].marks["measures"]:
            having[mark].append(place)
    most = max(_SMALL_PLAN, _COMMON * len(left))
    found = []
    for one, brief in enumerate(old):
        shared: Counter[int] = Counter()
        for mark in brief.marks["words"] | brief.marks["measures"]:
            if len(having.get(mark, ())) <= most:
                shared.update(having.get(mark, ()))
        nearest = shared.most_common(_NEAREST) if len(shared) > _SMALL_PLAN else shared.items()
        found += [_Like(likeness(brief, new[other]), one, other) for other, _ in nearest]
    return sorted(found, reverse=True)


def likeness(one: Brief, other: Brief) -> float:
    """How alike two activities are, from 0 to 1, by what both are known by."""
    shares = {part: share for part, share in _SHARES.items() if one.marks[part] and other.marks[part]}
    total = sum(shares.values())
    return sum(share * (_words_alike(one, other) if part == "words" else _shared(one.marks[part], other.marks[part]))
               for part, share in shares.items()) / total if total else 0


def _words_alike(one: Brief, other: Brief) -> float:
    shared = _shared(one.marks["words"], other.marks["words"])
    return max(shared, 0.6 * SequenceMatcher(None, one.plain, other.plain, autojunk=False).ratio()) if shared > 0.1 else shared


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0


def _by_likeness(alike: Sequence[_Like], pairs: dict[int, tuple[int, Sure]], contested: Collection[int]) -> None:
    """Pair the most alike first; sure is what is well ahead of every other that was left, on both sides.

    ``contested``: places in the plan of those whose number says otherwise, so that none is sure.
    """
    free = [like for like in alike if like.old not in pairs]
    of_old, of_new = _scores(free, "old"), _scores(free, "new")
    taken = {place for place, _ in pairs.values()}
    for like in free:
        if like.score < _ASKED or like.old in pairs or like.new in taken:
            continue
        rival = max(_best_but(of_old[like.old], like), _best_but(of_new[like.new], like))
        certain = like.score >= _SURE and like.score - rival >= _MARGIN and like.old not in contested
        pairs[like.old] = like.new, Sure.SURE if certain else Sure.GUESS
        taken.add(like.new)


def _scores(alike: Sequence[_Like], side: str) -> Mapping[int, list[_Like]]:
    """The two most alike of each on a side; ``alike`` begins with the most."""
    found: dict[int, list[_Like]] = defaultdict(list)
    for like in alike:
        if len(best := found[getattr(like, side)]) < 2:
            best.append(like)
    return found


def _best_but(best: Sequence[_Like], like: _Like) -> float:
    return next((other.score for other in best if other != like), 0)


def _beside(alike: Sequence[_Like], pairs: Mapping[int, tuple[int, Sure]]) -> dict[int, int]:
    """Of those that found nobody, the activity they are alike to although another goes with it: it may have been split."""
    taken = {place for place, _ in pairs.values()}
    found: dict[int, int] = {}
    for like in alike:
        if like.new not in taken and like.score >= _ASKED:
            found.setdefault(like.new, like.old)
    return found
