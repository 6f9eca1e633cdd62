"""The rows of a table of activities, one by one: an activity, a row that goes on with it, a theme, a remark, a total."""

import re
from dataclasses import replace

from sendxl.source.column_parts import Part
from sendxl.source.column_words import named
from sendxl.source.grids import NOTHING, GridCell, GridRow, filled_cells, words
from sendxl.source.header_rows import Block
from sendxl.source.laid_out import Fate, Laid, Left, RawActivity, RowRead
from sendxl.source.lone_lines import PAGE_NUMBER, TO_DO, is_note, is_remark, labelled, lone, may_name, names_theme
from sendxl.source.mapping import Columns

_TOTAL = re.compile(r"(?:grand |sub[- ]?)?totals?\b|(?:[a-z]+ ){1,3}totals?\s*:?$", re.IGNORECASE)
_AT_FIRST = re.compile(r"\b(?:original|initial|first|planned|target|baseline)\b", re.IGNORECASE)
_TOLD_BELOW = (Part.PROGRESS, Part.EVIDENCE, Part.NEXT)
_MEASURES = re.compile(r"(?:number|no\.|%|percentage|proportion|rate|\d+)", re.IGNORECASE)


def read_rows(laid: Laid, block: Block, columns: Columns, theme: str) -> str:
    """Read the rows of a block as activities, the first of them below a theme; the theme at its end."""
    reading = _Reading(laid, block, columns, theme)
    reading.run()
    return reading.theme


class _Reading:
    """Takes the rows of a block one by one."""

    def __init__(self, laid: Laid, block: Block, columns: Columns, theme: str) -> None:
        self.laid = laid
        self.block = block
        self.columns = columns
        self.theme = theme
        self.activity = columns.all(Part.ACTIVITY)[0]
        self.theme_at = columns.all(Part.THEME)
        self.numbers = columns.all(Part.SOURCE_NO)
        self.upper: dict[int, GridCell] = {}
        self.current: RawActivity | None = None
        self.pending: list[GridCell] = []
        self.pending_at = 0  # the place of the last one
        self.themes_at: set[int] = set()  # places where themes stood alone
        self.fresh = True
        self.after_blank = False
        self.starts_with_to = False
        self.lines_alone = 0
        self.by_label = False  # the theme is a line such as “Outcome: …”

    def run(self) -> None:
        """Read the header, then every row."""
        laid, block = self.laid, self.block
        heads = [cell for row in block.top for _, cell in filled_cells(row)]
        laid.fates[Fate.HEADING] += len(heads)
        if heads:
            laid.rows.append(
                RowRead(heads[0].at, "heading", " | ".join(words(cell.text) for cell in heads)[:200], "a header row")
            )
        for place, heading in enumerate(self.columns.columns):
            cells = [row[place] for row in block.rows if place < len(row)]
            if heading.header or any(not cell.blank for cell in cells):
                laid.seen.note(heading, cells)
        acts = [words(row[self.activity].text) for row in block.rows if len(row) > self.activity and len(filled_cells(row)) > 1]
        self.starts_with_to = bool(acts) and sum(bool(TO_DO.match(text)) for text in acts) * 2 > len(acts)
        self.lines_alone = sum(lone(row) is not None for row in block.rows)
        for place, row in enumerate(block.rows):
            self._take(row, block.rows[place + 1] if place + 1 < len(block.rows) else ())
        self._let_go("No activity follows them.")

    def _take(self, row: GridRow, after: GridRow) -> None:
        filled = filled_cells(row)
        if not filled:
            self.after_blank = self.after_blank or not any(cell.fill or cell.upper for cell in row)
            return
        first = words(filled[0][1].text)
        if len(filled) == 1 and PAGE_NUMBER.fullmatch(first):
            self._fate(filled, Fate.HEADING, "heading", "a page number")
        elif _TOTAL.match(first) and not any(
            place == self.activity and len(words(cell.text).split()) > 3 for place, cell in filled
        ):
            self._leave(filled, "It is a row of totals.")
        elif len(filled) == 1 and not self._continues(row, filled):
            self._alone(*filled[0])
        elif names_theme(first) and len(filled) > 1 and all(labelled(words(cell.text)) for _, cell in filled[1:]):
            self._leave(filled[1:], "They tell of a theme or of who leads it.")
            self._theme(filled[:1], first, "a theme")
        elif self._is_numbered_theme(filled, after):
            self._theme(filled, words(row[self.activity].text), "a numbered heading")
        elif not self._cell(row, self.activity).blank:
            self._begin(row, filled)
        elif self.current is not None and not self.pending:
            self._go_on(filled)
        else:
            self._leave(filled, "They belong to no activity.")
        self.after_blank = False

    def _cell(self, row: GridRow, place: int) -> GridCell:
        return row[place] if place < len(row) else NOTHING

    def _continues(self, row: GridRow, filled: list[tuple[int, GridCell]]) -> bool:
        """True if a cell that stands alone goes on with the activity above it."""
        place, cell = filled[0]
        if self.current is None or self.pending or self.fresh or cell.span > 2:
            return False
        if self._cell(row, self.activity).upper:
            return True
        part = self._part(place)
        if place == self.activity or part in (Part.THEME, Part.SOURCE_NO) or self.after_blank or place in self.themes_at:
            return False
        return part not in (Part.MEASURE, Part.RATIONALE, Part.CHANGE, Part.OWN) or (
            part in (Part.MEASURE, Part.CHANGE) and bool(_MEASURES.match(words(cell.text)))
        )

    def _part(self, place: int) -> Part:
        return self.columns.columns[place].part if place < len(self.columns.columns) else Part.OWN

    def _alone(self, place: int, cell: GridCell) -> None:
        """A line that stands alone: a theme, an activity of which no more is said, or a remark."""
        text = words(cell.text)
        if place == self.activity and cell.span == 1 and self._is_activity(text):
            self._begin((*[NOTHING] * place, cell), [(place, cell)])
            if self.current:
                self.current.doubt = (
                    "Nothing but these words stands in its row, so it may be a theme instead. It was taken as an "
                    "activity: check it."
                )
        elif self.current and not self.pending and (told := labelled(text)) and told[1] in _TOLD_BELOW and not is_note(text):
            self._fate([(place, cell)], Fate.READ, "more of the activity", f"it begins with “{told[0]}”")
            below = replace(cell, text=cell.text.split(":", 1)[1].strip())
            self.current.cells.setdefault(told[1], []).append((told[0], below))
        elif is_remark(text) and not self.fresh:
            self._leave([(place, cell)], "They stand alone and read like a remark.")
        else:
            if self.pending and self.fresh and not labelled(text):
                self._let_go("Another line that stands alone follows them.")
            self.pending.append(cell)
            self.pending_at = place

    def _is_activity(self, text: str) -> bool:
        if TO_DO.match(text) and self.starts_with_to:
            return True
        return not self.fresh and self.lines_alone == 1 and not self.after_blank and bool(TO_DO.match(text))

    def _is_numbered_theme(self, filled: list[tuple[int, GridCell]], after: GridRow) -> bool:
        """True for a number and words alone, where the number of the next row goes on with it: 1, then 1.1."""
        if len(filled) != 2 or not self.numbers or {place for place, _ in filled} != {self.numbers[0], self.activity}:
            return False
        number = words(filled[0][1].text if filled[0][0] == self.numbers[0] else filled[1][1].text).rstrip(".")
        follows = words(self._cell(after, self.numbers[0]).text)
        return bool(number) and re.match(rf"{re.escape(number)}[.a-z]", follows) is not None

    def _settle_theme(self) -> None:
        """The last line that stood alone is the theme of the activity that follows."""
        if not self.pending:
            return
        about = [line for line in self.pending if labelled(words(line.text))]
        named_ = [line for line in self.pending if line not in about]
        if not named_ and self._may_name_theme(words(self.pending[-1].text)):
            named_ = self.pending[-1:]
        for other in self.pending:
            if other not in named_[-1:]:
                follows = "Another line that stands alone follows them."
                self._leave([(0, other)], "They tell of a theme or of who leads it." if other in about else follows)
        self.pending = []
        if not named_:
            return
        self.themes_at.add(self.pending_at)
        cell = named_[-1]
        text = words(cell.text)
        self.by_label = cell in about
        self._theme([(0, cell)], text, "a theme")
        if not self.fresh and self.lines_alone == 1 and cell.span == 1 and not self.after_blank:
            self.laid.theme_doubts.append(
                Left(text, cell.at, "These words stand alone between activities and were taken as a theme.")
            )
        elif self.fresh and cell.span == 1 and len(text.split()) > 6 and TO_DO.match(text):
            self.laid.theme_doubts.append(
                Left(text, cell.at, "These words stand alone and read like an activity; they were taken as a theme.")
            )

    def _may_name_theme(self, text: str) -> bool:
        """True if a line such as “Outcome: …” is a theme: no other was named, or those before were such lines too."""
        return may_name(text) and (not self.theme or self.by_label)

    def _theme(self, filled: list[tuple[int, GridCell]], theme: str, why: str) -> None:
        self._fate(filled, Fate.HEADING, "heading", why)
        self.theme = theme
        self.current = None

    def _let_go(self, why: str) -> None:
        for cell in self.pending:
            self._leave([(0, cell)], why)
        self.pending = []

    def _begin(self, row: GridRow, filled: list[tuple[int, GridCell]]) -> None:
        self._settle_theme()
        self.fresh = False
        for place in self.theme_at:
            cell = self._cell(row, place)
            if not cell.blank:
                self.theme = words(cell.text)
        activity = RawActivity(self.theme, self._cell(row, self.activity).at or filled[0][1].at)
        for place, column in enumerate(self.columns.columns):
            cell = self._cell(row, place)
            if cell.upper:
                cell = self.upper.get(place, NOTHING)
            elif cell.text or cell.fill:
                self.upper[place] = cell
            if (cell.text or (cell.fill and column.part in (Part.STATUS, Part.HISTORY))) and column.part not in (
                Part.LEAVE,
                Part.THEME,
            ):
                activity.cells.setdefault(column.part, []).append((column.header, cell))
        self._stand_in(row, activity)
        self.current = activity
        self.laid.activities.append(activity)
        self._read(filled, activity.cells, "activity")

    def _stand_in(self, row: GridRow, activity: RawActivity) -> None:
        """Where no revised day is said, the first one stands."""
        for place, column in enumerate(self.columns.columns):
            found = named(column.header) if column.part is Part.OWN and _AT_FIRST.search(column.header) else None
            if found and found[0] in (Part.DUE, Part.STARTS) and found[0] not in activity.cells and self._cell(row, place).text:
                activity.cells[found[0]] = [(column.header, self._cell(row, place))]

    def _go_on(self, filled: list[tuple[int, GridCell]]) -> None:
        further: dict[Part, list[tuple[str, GridCell]]] = {}
        for place, cell in filled:
            part = self._part(place)
            if part not in (Part.LEAVE, Part.THEME):
                further.setdefault(part, []).append((self._header(place), cell))
        assert self.current is not None
        self.current.further.append(further)
        self._read(filled, further, "measure")

    def _header(self, place: int) -> str:
        return self.columns.columns[place].header if place < len(self.columns.columns) else ""

    def _read(self, filled: list[tuple[int, GridCell]], into: dict[Part, list[tuple[str, GridCell]]], what: str) -> None:
        """Account for the cells of a row that is read: those in no column, or in one that is to be left out, go to Review."""
        known = {id(cell) for cells in into.values() for _, cell in cells}
        lost = []
        for place, cell in filled:
            part = self._part(place)
            if part is Part.THEME or (id(cell) in known and (part is not Part.OWN or self._header(place))):
                self.laid.fates[Fate.READ] += 1
            else:
                lost.append((place, cell))
        into[Part.OWN] = [(header, cell) for header, cell in into.get(Part.OWN, ()) if header]
        if lost:
            self._leave(lost, "They stand in a column without a header, or in one that was left out.")
        says = " | ".join(words(cell.text) for _, cell in filled)[:200]
        self.laid.rows.append(RowRead(filled[0][1].at, what, says))

    def _fate(self, filled: list[tuple[int, GridCell]], fate: Fate, what: str, why: str) -> None:
        self.laid.fates[fate] += len(filled)
        self.laid.rows.append(RowRead(filled[0][1].at, what, " | ".join(words(cell.text) for _, cell in filled)[:200], why))

    def _leave(self, filled: list[tuple[int, GridCell]], why: str) -> None:
        self._fate(filled, Fate.REVIEW, "skipped", why)
        self.laid.left.append(Left(" | ".join(words(cell.text) for _, cell in filled), filled[0][1].at, why))
