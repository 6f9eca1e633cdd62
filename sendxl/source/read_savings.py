"""The savings and benefits of an activity: rating, note, unit costs, lines that are not quantified, windows."""

import re
from datetime import date

from sendxl.plan.master import SAVINGS
from sendxl.plan.values import Value, show
from sendxl.plan.vocabulary import Method
from sendxl.source.cleaning import Cleaning
from sendxl.source.column_parts import Part
from sendxl.source.costs import UnitCosts
from sendxl.source.doubts import Doubts
from sendxl.source.grids import words
from sendxl.source.imported_rows import full_row
from sendxl.source.laid_out import RawActivity
from sendxl.source.ratings import RatedPart, read_ratings
from sendxl.source.windows import Benefits, read_benefits

_MONEY_ALONE = re.compile(
    r"[\s(£\d,.\-–+~)%km]*(?:approx\.?|circa|c\.|p\.?a\.?|per (?:year|annum)|a year|million|thousand|tbc)?[\s)]*", re.IGNORECASE
)
_IN_MONEY = re.compile(r"£|\b000s?\b", re.IGNORECASE)


class Saving:
    """Takes activities one by one. ``starts`` dates the windows of benefits."""

    def __init__(self, doubts: Doubts, costs: UnitCosts, starts: date | None) -> None:
        self._doubts = doubts
        self._costs = costs
        self._starts = starts
        self.lines: list[dict[str, Value]] = []
        self._undated: list[tuple[str, str]] = []  # ref and words of windows without a start

    def take(self, ref: str, raw: RawActivity, cleaned: Cleaning) -> dict[str, Value]:
        """Savings rating and note, Benefits from, by and note."""
        text, window = raw.text(Part.SAVINGS), raw.text(Part.BENEFITS)
        parts = read_ratings(cleaned(ref, "Savings note", text))
        benefits = read_benefits(cleaned(ref, "Benefits note", window))
        row = self._rated(ref, text, window, parts, benefits)
        self._lines(ref, raw, parts)
        if len(benefits.windows) > 1 and len(parts) == 1:
            self._doubts.add(
                ref,
                "Benefits by",
                window,
                "; ".join(one.words for one in benefits.windows),
                "More than one window stands here: the dates are the earliest and the latest. Check them.",
            )
        return row | self._benefits(ref, window, benefits)

    def _rated(self, ref: str, text: str, window: str, parts: list[RatedPart], benefits: Benefits) -> dict[str, Value]:
        rating, note = parts[0].rating, parts[0].words
        if len(parts) > 1:
            note = _rated_parts(parts, benefits)
            self._doubts.add(
                ref,
                "Savings rating",
                f"{text}\n{window}",
                f"{rating}\n{note}",
                f"The cell holds {len(parts)} rated parts. The first rating was taken, and every part is "
                "in Savings note; the dates of benefits span all windows. Check the rating and the dates.",
            )
        elif note and not rating and not _MONEY_ALONE.fullmatch(note):
            self._doubts.add(
                ref,
                "Savings rating",
                text,
                "",
                "No rating stands at the beginning, so it is unrated. Choose one if that is wrong.",
            )
        return {"savings_rating": show(str(rating)) if rating else None, "savings_note": note or None}

    def _lines(self, ref: str, raw: RawActivity, parts: list[RatedPart]) -> None:
        """Unit costs where the words give one; all other money is a saving that nobody has quantified yet."""
        amounts = self._costs.take(ref, " ".join(part.words for part in parts), self._doubts)
        said = []
        for header, cell in raw.cells.get(Part.SAVINGS, ()):
            bare = cell.value is not None and re.search(r"\d", cell.text) and "£" not in cell.text
            if amounts or bare or (_IN_MONEY.search(header) and re.search(r"\d", cell.text)):
                said.append(f"{header}: {words(cell.text)}")
        if not said:
            return
        own = f"{ref}.S1"
        description = "; ".join(said)
        if any(re.search(r"\(\s*£?\s?\d[\d,.]*\s?[km]?\s*\)|[-–]\s?£?\d", part.partition(": ")[2]) for part in said):
            description += " (written as a negative)"
        self.lines.append(full_row(SAVINGS, ref=own, activity_ref=ref, description=description, method=str(Method.NONE)))
        self._doubts.add(
            own,
            "Description",
            raw.text(Part.SAVINGS),
            description,
            "This money was taken as a saving. Its sign, its years and how it comes about are in the words of Description only: "
            "choose Method, Type and Fund, and enter the amounts.",
            at=raw.first(Part.SAVINGS).at,
        )

    def _benefits(self, ref: str, window: str, benefits: Benefits) -> dict[str, Value]:
        said = benefits.prose if not benefits.windows else words(window)
        if not benefits.windows:
            if said:
                self._doubts.add(
                    ref,
                    "Benefits by",
                    window,
                    "",
                    "This is not a window of time, so both dates are blank and the words are in Benefits "
                    "note. Enter dates if you know them.",
                )
            return {"benefits_note": said or None}
        if self._starts is None:
            self._undated.append((ref, said))
            return {"benefits_note": said}
        opens, closes = benefits.dates(self._starts)
        if benefits.prose:
            self._doubts.add(
                ref,
                "Benefits note",
                window,
                f"{benefits.windows[0].words}; note: {benefits.prose}",
                "A window of time was read, and the words after it kept in Benefits note. Check that they do not change it.",
            )
        return {"benefits_from": opens, "benefits_by": closes, "benefits_note": benefits.prose or None}

    def close(self) -> None:
        """Note what is about all windows and all costs, once every activity is taken."""
        if self._undated:
            refs = ", ".join(ref for ref, _ in self._undated)
            self._doubts.add(
                "",
                "Benefits by",
                "; ".join(dict.fromkeys(said for _, said in self._undated)),
                "",
                f"The plan's start is not known, so these windows have no dates: {refs}. Their words are "
                "in Benefits note. Import again with --starts, or enter the dates.",
            )
        self._costs.close(self._doubts)


def _rated_parts(parts: list[RatedPart], benefits: Benefits) -> str:
    """One line for each rated part, with its own window where there is one for each."""
    paired = len(parts) == len(benefits.windows)
    windows = [f", {window.words}" for window in benefits.windows] if paired else [""] * len(parts)
    return "\n".join(f"{part.rating}{window}: {part.words}" for part, window in zip(parts, windows, strict=True))
