"""How an activity is delivered: its name and steps, days, % complete, status with its history, progress and evidence."""

import re
from collections import Counter
from datetime import date

from sendxl.plan.master import PERIODS
from sendxl.plan.periods import quarter_of
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import LeadStatus
from sendxl.source.column_parts import Part
from sendxl.source.doubts import Doubts
from sendxl.source.grids import GridCell, words
from sendxl.source.imported_rows import full_row
from sendxl.source.laid_out import RawActivity
from sendxl.source.phrases import Phrase, month_of_header, read_phrase
from sendxl.source.statuses import Key, read_status
from sendxl.source.worded import Worded

_NUMBERED = re.compile(
    r"(?:(?:action|objective|task|activity|commitment)\s+(?:no\.?\s*)?([A-Za-z]{0,3}\d+(?:[.\-]\d+)*[a-z]?)|"
    r"([A-Za-z]{0,3}\d+(?:\.\d+)+[a-z]?))[.:)]?\s+(?=\S)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_STEP = re.compile(r"\s*(?:[•·*▪‣◦-]\s+|\(?[a-z]\)\s+|\d{1,2}[.)]\s+)")
_NO_STARTS = (
    "The source says when these are due and not when they start, so they are Not assessed until their day has passed. Enter "
    "Starts, or import again with --starts, the first day of the plan."
)
_NO_YEAR = (
    "Of which year these are is not said, so only that of “{}” was read. Enter the others in Periods if they are to be kept."
)
_STARTS_WITH_PLAN = (
    "The source says when these are due and not when they start: the first day of the plan was taken. Check that they start then."
)
_MOVED = (
    Part.STARTS,
    Part.DUE,
    Part.COMPLETED,
    Part.PERCENT,
    Part.STATUS,
    Part.PROGRESS,
    Part.EVIDENCE,
    Part.NEXT,
    Part.RATIONALE,
    Part.SAVINGS,
    Part.BENEFITS,
    Part.HISTORY,
    Part.STEPS,
    Part.SOURCE_NO,
    Part.JOINT,
    Part.LEAD_BODY,
    Part.CAPACITY,
    Part.OWN,
)


class Delivery:
    """Takes activities one by one. ``key`` is the plan's own of its statuses; ``begins``: it says when its actions start."""

    def __init__(self, doubts: Doubts, key: Key, starts: date | None, said: Worded, *, begins: bool) -> None:
        self._doubts = doubts
        self._key = key
        self._starts = starts
        self._said = said
        self._begins = begins
        self.periods: list[dict[str, Value]] = []

    def name_of(self, raw: RawActivity) -> tuple[str, str, str]:
        """The words of the activity without its steps, these, and its number in the source."""
        lines = raw.text(Part.ACTIVITY).split("\n")
        if (bullet := _STEP.match(lines[0])) and not _ALONE.match(lines[0]):
            lines[0] = lines[0][bullet.end() :]
        alone = _ALONE.match(lines[0]) if sum(bool(_STEP.match(line)) for line in lines) == 1 else None
        first = next((place for place, line in enumerate(lines) if place and _STEP.match(line)), len(lines))
        steps = [*lines[first:], *raw.text(Part.STEPS).split("\n")]
        name, number = " ".join(lines[:first]), words(raw.text(Part.SOURCE_NO))
        if not number and (numbered := _NUMBERED.match(name)):
            number, name = numbered[1] or numbered[2], name[numbered.end() :]
        elif not number and alone:
            number, name = alone[1], name[alone.end() :]
        return name, "\n".join(step for step in steps if step), number.rstrip(".")

    def take(self, ref: str, raw: RawActivity) -> dict[str, Value]:
        """The columns of Plan that say how the work stands."""
        row: dict[str, Value] = {}
        due = self._day(ref, "Due", raw, Part.DUE)
        if not raw.text(Part.DUE) and Part.STEPS in raw.cells:
            due = self._of_steps(ref, raw)
        begins = self._day(ref, "Starts", raw, Part.STARTS)
        row["due"] = due.end
        row["starts"] = begins.first or begins.end if Part.STARTS in raw.cells else due.start
        if due.end and row["starts"] is None and not self._begins:
            row["starts"] = self._with_the_plan(ref, due.end)
        if isinstance(row["starts"], date) and due.end and row["starts"] > due.end:
            self._doubts.add(ref, "Due", raw.text(Part.DUE), str(due.end), "It is due before it starts. Check both days.")
        if raw.text(Part.COMPLETED):
            row["completed_on"] = self._day(ref, "Completed on", raw, Part.COMPLETED).end
        row["percent_complete"] = self._percent(ref, raw)
        row["lead_status"] = self._status(ref, raw)
        if row["percent_complete"] is None and row["lead_status"] == LeadStatus.NOT_STARTED:
            row["percent_complete"] = 0
        if row["percent_complete"] is None and row["lead_status"] == LeadStatus.COMPLETE:
            row["percent_complete"] = 1
        for key, part in (("progress", Part.PROGRESS), ("evidence", Part.EVIDENCE), ("next_steps", Part.NEXT)):
            row[key] = self._several(raw, part) or None
        self._further(ref, raw)
        return row

    def _of_steps(self, ref: str, raw: RawActivity) -> Phrase:
        """The last day that the steps name, where no column says when the activity is due."""
        text = raw.text(Part.STEPS)
        days = [day for day in read_phrase(words(text), self._starts).days if not day.doubt]
        if not days:
            return Phrase()
        last = max(days, key=lambda day: day.last)
        self._doubts.add(ref, "Due", text, last.last.isoformat(),
                         "The source says when the steps are due and not when the activity is: the last of these days was taken. "
                         "Check it.", at=raw.first(Part.STEPS).at)
        return Phrase(None, last.last, last.first, (last,))

    def _with_the_plan(self, ref: str, due: date) -> date | None:
        """The day on which the plan starts, for an activity of a plan that has days by which alone."""
        if self._starts is None:
            self._doubts.add(ref, "Starts", "", "", _NO_STARTS, together=True)
        elif self._starts < due:
            self._doubts.add(ref, "Starts", "", self._starts.isoformat(), _STARTS_WITH_PLAN, together=True)
            return self._starts
        return None

    def _several(self, raw: RawActivity, part: Part) -> str:
        """The words of a part; those of several columns under their headers."""
        cells = [(header, cell) for header, cell in raw.cells.get(part, ()) if cell.text]
        if len(cells) < 2:
            return raw.text(part)
        return "\n".join(f"{header}: {cell.text}" for header, cell in cells)

    def _day(self, ref: str, column: str, raw: RawActivity, part: Part) -> Phrase:
        cell, text = raw.first(part), raw.text(part)
        if not text:
            return Phrase()
        if isinstance(cell.value, date) and text == cell.text:
            return Phrase(None, cell.value, cell.value)
        chosen = self._said.choice("Day", text)
        phrase = read_phrase(words(text if chosen is None else chosen), self._starts)
        end = phrase.end if part is not Part.STARTS else phrase.first or phrase.end
        self._said.note("Day", text, "" if end is None else end.isoformat())
        if phrase.doubt and chosen is None and not self._harmless(column, text, phrase, raw):
            self._doubts.add(ref, column, text, "" if end is None else end.isoformat(), phrase.doubt, at=cell.at, together=True)
        return phrase

    def _harmless(self, column: str, text: str, phrase: Phrase, raw: RawActivity) -> bool:
        """True for the same words under both days, which are told once."""
        return column == "Starts" and phrase.end is None and words(text) == words(raw.text(Part.DUE))

    def _percent(self, ref: str, raw: RawActivity) -> float | None:
        cell = raw.first(Part.PERCENT)
        if not cell.text:
            return None
        number = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%?", cell.text.strip())
        share = None
        if isinstance(cell.value, float) and cell.percent:
            share = cell.value
        elif number:
            share = float(number[1]) / 100
            if isinstance(cell.value, float) and 0 < cell.value <= 1 and "%" not in cell.text:
                share = cell.value
                self._doubts.add(
                    ref,
                    "% complete",
                    cell.text,
                    f"{share:.0%}",
                    "Whether it is a share of 1 or of 100 is not said. Check it.",
                    at=cell.at,
                    together=True,
                )
        if share is None or not 0 <= share <= 1:
            self._doubts.add(
                ref,
                "% complete",
                cell.text,
                "",
                "This is no percentage from 0 to 100, so it is blank. Enter one.",
                at=cell.at,
                together=True,
            )
            return None
        return round(share, 6)

    def _status(self, ref: str, raw: RawActivity) -> Value:
        history = self._history(ref, raw)
        cell = raw.first(Part.STATUS)
        if not (cell.text or cell.fill):
            return history
        return self._read(ref, "Lead status", cell)

    def _read(self, ref: str, column: str, cell: GridCell) -> Value:
        said = cell.text or (f"colour {cell.fill}" if cell.fill else "")
        chosen = self._said.choice("Status", said)
        read = read_status(cell.text, cell.fill, self._key)
        status: Value = str(read.status) if read.status else None
        if chosen is not None:
            status = chosen or None
        elif read.doubt:
            self._doubts.add(ref, column, cell.text, str(status or ""), read.doubt, at=cell.at, together=True)
        self._said.note("Status", said, str(status or ""))
        return status

    def _history(self, ref: str, raw: RawActivity) -> Value:
        """Rows of Periods for the statuses under months; the latest of them."""
        dated = [(day, header, cell) for header, cell in raw.cells.get(Part.HISTORY, ()) if (day := month_of_header(header))]
        quarters = Counter(quarter_of(day).label for day, _, _ in dated)
        clash = any(count > 1 for count in quarters.values())
        latest: Value = self._undated(ref, raw) if not dated else None
        for day, header, cell in sorted(dated, key=lambda one: one[0]):
            status = self._read(ref, "Lead status", cell)
            if status is None:
                continue
            latest = status
            label = f"{day:%Y-%m}" if clash else quarter_of(day).label
            self.periods.append(
                full_row(
                    PERIODS,
                    ref=f"{ref}.{label}",
                    period=label,
                    of=ref,
                    as_at=day,
                    lead_status=status,
                    reason=f"{header}: {cell.text or 'by colour'}, from the published plan",
                )
            )
        return latest

    def _undated(self, ref: str, raw: RawActivity) -> Value:
        """The last of statuses below periods of no year, as “Q1”, which can be no rows of Periods."""
        cells = [(header, cell) for header, cell in raw.cells.get(Part.HISTORY, ()) if cell.text or cell.fill]
        if not cells:
            return None
        *others, (header, cell) = cells
        if others:
            said = "; ".join(f"{name}: {one.text or 'by colour'}" for name, one in others)
            self._doubts.add(ref, "Lead status", said, "", _NO_YEAR.format(header), at=others[0][1].at, together=True)
        return self._read(ref, "Lead status", cell)

    def _further(self, ref: str, raw: RawActivity) -> None:
        """Words of further rows of the activity that are no measure go to Review."""
        for row in raw.further:
            for part in _MOVED:
                for header, cell in row.get(part, ()):
                    if cell.text:
                        self._doubts.add(
                            ref,
                            str(part) if part is not Part.OWN else header,
                            cell.text,
                            "",
                            f"A further row of the activity says this under “{header}”. It was not read: enter what matters by "
                            "hand.",
                            at=cell.at,
                        )


def is_step(line: str) -> bool:
    """True for a line of a list."""
    return bool(_STEP.match(line))
