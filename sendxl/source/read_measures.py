"""The measures of an activity, with kind, direction, unit, baseline and target; interim targets."""

import re
from dataclasses import replace
from datetime import date

from sendxl.plan.master import MEASURES, TARGETS
from sendxl.plan.values import Value, show
from sendxl.plan.vocabulary import Better, Kind
from sendxl.source.cleaning import Cleaning
from sendxl.source.column_parts import Part
from sendxl.source.doubts import Doubts
from sendxl.source.grids import GridCell, words
from sendxl.source.imported_rows import full_row
from sendxl.source.laid_out import RawActivity
from sendxl.source.levels import Level, LevelsRead, level_of, parts_of, read_levels
from sendxl.source.measure_words import read_measure
from sendxl.source.phrases import read_phrase

_HIGH = re.compile(r"\b(?:high\w*|up|increas\w*|more|max\w*|bigger|larger|rise|↑)\b|↑|\+", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low\w*|down|decreas\w*|reduc\w*|less|fewer|min\w*|smaller|fall)\b|↓|^-$", re.IGNORECASE)


class Measuring:
    """Takes activities one by one."""

    def __init__(self, doubts: Doubts, cleaned: Cleaning) -> None:
        self._doubts = doubts
        self._cleaned = cleaned
        self.measures: list[dict[str, Value]] = []
        self.targets: list[dict[str, Value]] = []
        self._said: dict[str, str] = {}  # a measure's words: the ref that had them first

    def take(self, ref: str, raw: RawActivity, change: str) -> str:
        """Note the measures of an activity; gives the words about the change that stand with them, where it says no other."""
        count, said = 0, []
        texts = [part for _, cell in raw.cells.get(Part.MEASURE, ()) for part in parts_of(cell.text)]
        figures = self._figures(ref, raw)
        aims = [part for part in parts_of(raw.text(Part.CHANGE)) if (levels := read_levels(part)).baseline and levels.target]
        first = True
        for text in texts:
            levels = read_levels(text)
            count += 1
            own = self._one(ref, count, text, levels, change, figures if first else ())
            if first:
                self._interim(own, figures[1:])
            first = False
            if levels.change:
                said.append(levels.change)
        for text in aims if Part.CHANGE in raw.cells else ():
            count += 1
            own = self._one(ref, count, text, read_levels(text), change, ())
            self._doubts.add(
                own,
                "Measure",
                text,
                str(self.measures[-1]["measure"]),
                "This figure stands among the changes that are expected, and was taken as a measure. Check it.",
            )
        for further in raw.further:
            count = self._further(ref, count, further)
        if figures and first:
            count += 1
            text = raw.text(Part.CHANGE) or raw.text(Part.ACTIVITY).split("\n")[0]
            own = self._one(ref, count, text, LevelsRead(words(text)), "", figures)
            self._interim(own, figures[1:])
            self._doubts.add(
                own,
                "Measure",
                "",
                words(text),
                "The source gives figures without a measure; these words stand in for one. Say what is measured.",
            )
        if not count:
            self._doubts.add(
                ref,
                "Measure",
                "",
                "",
                "No measure is named. Enter one in Measures, or leave the activity without.",
                together=Part.MEASURE not in raw.cells,
            )
        return "; ".join(said)

    def _further(self, ref: str, count: int, further: dict[Part, list[tuple[str, GridCell]]]) -> int:
        """The measures of a further row of the activity; what is to change without one goes to Review."""
        change = "; ".join(words(cell.text) for _, cell in further.get(Part.CHANGE, ()))
        bare = RawActivity("", "", dict(further))
        figures = self._figures(ref, bare)
        texts = [part for _, cell in further.get(Part.MEASURE, ()) for part in parts_of(cell.text)]
        for place, text in enumerate(texts):
            count += 1
            own = self._one(ref, count, text, read_levels(text), change, () if place else figures)
            if not place:
                self._interim(own, figures[1:])
        if change and not texts:
            self._doubts.add(
                ref,
                "Expected change",
                change,
                "",
                "A further row of the activity says this. It was not read: enter what matters by hand.",
            )
        elif change:
            self._doubts.add(
                f"{ref}.M{count}",
                "Better",
                change,
                str(self.measures[-1]["better"] or ""),
                "This change is expected of a further measure of the activity; Plan has only that of the first. Check Better.",
                together=True,
            )
        return count

    def _one(
        self, ref: str, number: int, text: str, levels: LevelsRead, change: str, figures: "tuple[_Figure, ...] | list[_Figure]"
    ) -> str:
        own = f"{ref}.M{number}"
        measured = self._cleaned(own, "Measure", levels.words)
        read = read_measure(measured, change)
        kind, better = (
            _kind(levels, read.kind, figures),
            levels.better or next((one.better for one in figures if one.better), None) or read.better,
        )
        doubt = read.doubt
        begun, aimed = (next((one.level for one in figures if one.part is part), None) for part in (Part.BASELINE, Part.TARGET))
        if better is None and begun and aimed and begun.value != aimed.value:
            better = Better.HIGHER if aimed.value > begun.value else Better.LOWER
        if levels.doubt:
            better, doubt = levels.better, levels.doubt
        elif kind and (better and read.about in ("Better", "Kind")):
            doubt = "" if read.kind is None or read.about == "Better" else doubt
        if doubt:
            about = "Baseline" if better and levels.doubt else read.about or "Better"
            read_as = f"Kind {kind or 'blank'}; Better {better or 'blank'}"
            self._doubts.add(own, about, text, read_as, doubt)
        first = self._said.setdefault(measured.casefold(), own)
        if first != own:
            self._doubts.add(
                own,
                "Measure",
                text,
                measured,
                f"These are the words of {first} too. Check that this measure is meant for this activity.",
            )
        row = full_row(
            MEASURES,
            ref=own,
            activity_ref=ref,
            measure=measured,
            kind=show(str(kind)) if kind else None,
            better=show(str(better)) if better else None,
            unit=read.unit if kind is Kind.NUMBER or not levels.percent else None,
        )
        base = next((one for one in figures if one.part is Part.BASELINE), None)
        aims = [one for one in figures if one.part is Part.TARGET]
        _put(row, "baseline", base.level if base else levels.baseline)
        _put(row, "target", aims[-1].level if aims else levels.target)
        if levels.target and levels.target.on is None and levels.baseline and levels.baseline.on:
            self._doubts.add(own, "Target on", text, "", "The day of the target is not said. Enter it.", together=True)
        self.measures.append(row)
        self._interim(own, [_Figure(Part.TARGET, level) for level in levels.interim], last=False)
        return own

    def _interim(self, own: str, figures: "list[_Figure] | tuple[_Figure, ...]", *, last: bool = True) -> None:
        """Interim targets of a measure: those before the last."""
        aims = [one for one in figures if one.part is Part.TARGET]
        if last:
            aims = aims[:-1]
        count = sum(row["measure_ref"] == own for row in self.targets[-8:])
        for aim in aims:
            if aim.level.on is None:
                self._doubts.add(
                    own,
                    "Target",
                    f"{aim.level.value:g}",
                    "",
                    "This interim target has no day, so it is in no row of Targets. Add one.",
                )
                continue
            count += 1
            self.targets.append(
                full_row(TARGETS, ref=f"{own}.T{count}", measure_ref=own, on=aim.level.on, expected=aim.level.value)
            )

    def _figures(self, ref: str, raw: RawActivity) -> "list[_Figure]":
        """What columns of baselines and targets say, the baseline first; what is no figure is a doubt."""
        found = []
        better = _way(words(raw.text(Part.BETTER)))
        for part in (Part.BASELINE, Part.TARGET):
            for header, cell in raw.cells.get(part, ()):
                if not cell.text:
                    continue
                level = _level(cell)
                if level is None:
                    column = str(part)
                    self._doubts.add(
                        f"{ref}.M1",
                        column,
                        cell.text,
                        "",
                        f"This is no single figure, so {column} is blank. Enter one.",
                        at=cell.at,
                        together=True,
                    )
                    continue
                on = level.on or _day_of(header)
                found.append(_Figure(part, replace(level, on=on), better))
        if raw.text(Part.BETTER) and better is None:
            self._doubts.add(
                f"{ref}.M1",
                "Better",
                raw.text(Part.BETTER),
                "",
                "Whether higher or lower is better could not be read. Choose Better.",
                together=True,
            )
        return found


class _Figure:
    """A figure of a column: of which part, and which way is better where the row says it."""

    def __init__(self, part: Part, level: Level, better: Better | None = None) -> None:
        self.part = part
        self.level = level
        self.better = better


def _kind(levels: LevelsRead, kind: Kind | None, figures: "tuple[_Figure, ...] | list[_Figure]") -> Kind | None:
    given = [one.level for one in figures] + [level for level in (levels.baseline, levels.target) if level]
    if not given:
        return kind
    if any(level.percent for level in given):
        return kind if kind in (Kind.PERCENTAGE, Kind.NUMBER_AND_SHARE, Kind.COMPLIANCE) else Kind.PERCENTAGE
    return Kind.NUMBER


def _level(cell: GridCell) -> Level | None:
    if isinstance(cell.value, float):
        return Level(cell.value, cell.percent)
    return level_of(words(cell.text))


def _day_of(header: str) -> date | None:
    text = re.sub(r"\b(?:baseline|target|value|figure|outturn|previous|est\.?)\b", " ", header, flags=re.IGNORECASE)
    if not re.search(r"\d", text):
        return None
    return read_phrase(" ".join(re.sub(r"[()]", " ", text).split())).end


def _way(text: str) -> Better | None:
    high, low = bool(_HIGH.search(text)), bool(_LOW.search(text))
    return None if high == low else Better.HIGHER if high else Better.LOWER


def _put(row: dict[str, Value], key: str, level: Level | None) -> None:
    if level is not None:
        row[key] = int(level.value) if level.value == int(level.value) else level.value
        row[f"{key}_on"] = level.on
