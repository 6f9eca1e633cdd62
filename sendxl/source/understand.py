"""From a source as it is laid out to the rows of the master's tables, with a Review row for everything not certain."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sendxl.plan.master import LEADS, MEASURES, PERIODS, PLAN, REVIEW, SAVINGS, TARGETS, UNIT_COSTS
from sendxl.plan.schema import Column, Type
from sendxl.plan.values import Value
from sendxl.source.column_parts import Part, Sure
from sendxl.source.costs import UnitCosts
from sendxl.source.doubts import Doubts
from sendxl.source.grids import Source, words
from sendxl.source.imported_rows import Rows, full_row
from sendxl.source.laid_out import Fate, Laid, RawActivity
from sendxl.source.mapping import Heading, Seen
from sendxl.source.read_delivery import Delivery, is_step
from sendxl.source.read_lead import Leading
from sendxl.source.read_measures import Measuring
from sendxl.source.read_savings import Saving
from sendxl.source.refs import UNTHEMED, Refs
from sendxl.source.roles import Roles
from sendxl.source.worded import Worded
from sendxl.source.words import clean, joined_words

_PER_PAGE = (
    "The source is a page, not a table: which words belong to which cell was made out from where they stand. Check every "
    "cell of these rows against it, or import the Word or Excel file that it was made from."
)
_NO_SHARE = (
    "The source has a status and no % complete, so these activities are Not assessed until filled or reported, unless their "
    "day has passed."
)
_HIDDEN = "These rows are hidden in the source; they were read like the others. Check that they count."
_STRUCK = "Words of this cell are struck through in the source; they were read like the others. Check that they still count."
_HIDDEN_CELLS = "These cells are hidden in the source; they were read like the others. Check that they count."
_TWO_CHANGES = "The measure says a change too, which was put behind these words. Check that both are meant."
_WIDTH = 24


@dataclass(frozen=True)
class Account:
    """What became of the cells of a source. ``cells`` is how many hold words."""

    cells: int
    fates: Mapping[Fate, int]

    @property
    def is_whole(self) -> bool:
        """True if no cell is unaccounted for."""
        return self.cells == sum(self.fates.values())

    def __str__(self) -> str:
        """As in “120 cells: 96 read, 4 in Review, 18 headings, 2 in tables that were skipped”."""
        told = ", ".join(f"{count:,} {fate}" for fate in Fate if (count := self.fates.get(fate, 0)))
        return f"{self.cells:,} cells of the source: {told or 'none read'}"


@dataclass(frozen=True)
class Imported:
    """A published plan as rows of the master: for each table a list of rows, column key to value, None for blank.

    ``plan_id`` is the same for the same words. ``own`` are the columns that Plan has besides its own; ``laid`` is what the
    rows were read from, ``said`` each status, day and lead once, with what it was read as.
    """

    title: str
    plan_id: str
    rows: Rows
    own: tuple[Column, ...] = ()
    account: Account = field(default_factory=lambda: Account(0, {}))
    laid: Laid = field(default_factory=Laid)
    said: Worded = field(default_factory=Worded)


def understand(source: Source, laid: Laid, roles: Roles, starts: date | None, name: str, said: Worded | None = None) -> Imported:
    """Rows and doubts of a source. ``starts`` dates its windows; ``name`` is its title if the source gives none.

    ``said``: what an officer chose for statuses, days and leads.
    """
    reading = _Reading(laid, roles, starts, said or Worded())
    for activity in laid.activities:
        reading.take(activity)
    reading.close(source)
    plan_id = "P" + hashlib.sha256(source.digest.strip().encode()).hexdigest()[:10]
    account = Account(sum(1 for _ in source.cells()), dict(laid.fates))
    title = clean(laid.title, frozenset()).text or name
    return Imported(title, plan_id, reading.rows(), reading.own_columns(), account, laid, reading.said)


class _Reading:
    """Takes activities one by one; every doubt is noted beside the value it is about."""

    def __init__(self, laid: Laid, roles: Roles, starts: date | None, said: Worded) -> None:
        self.laid = laid
        self.said = said
        self.known = joined_words(cell.text for raw in laid.activities for cells in raw.cells.values() for _, cell in cells)
        self.refs = Refs()
        self.doubts = Doubts()
        self.costs = UnitCosts()
        self.plan: list[dict[str, Value]] = []
        self.measuring = Measuring(self.doubts, self.words)
        self.leading = Leading(self.doubts, roles, said)
        self.saving = Saving(self.doubts, self.costs, starts)
        begins = any(heading.part is Part.STARTS for heading, _ in laid.seen.columns.values())
        self.delivery = Delivery(self.doubts, laid.key, starts, said, begins=begins)
        self.own: dict[str, str] = {}  # headers of columns of their own, by key
        self.taken = {column.key for column in PLAN}

    def take(self, raw: RawActivity) -> None:
        """Read one activity."""
        ref = self.refs.next(raw.theme or UNTHEMED)
        self.doubts.at = raw.at
        row: dict[str, Value] = {"ref": ref, "theme": clean(raw.theme, self.known).text or None}
        name, steps, number = self.delivery.name_of(raw)
        row["activity"] = self.words(ref, "Activity", name) or None
        row["source_no"] = number or None
        lines = raw.text(Part.ACTIVITY).split("\n")
        if len(lines) > 1 and all(is_step(line) for line in lines):
            self.doubts.add(ref, "Activity", raw.text(Part.ACTIVITY), str(row["activity"]),
                            f"The cell lists {len(lines)} things: the first was taken as the activity, the others as its steps. "
                            "Add a row for each that is an activity of its own.")
        if raw.doubt:
            self.doubts.add(ref, "Activity", raw.text(Part.ACTIVITY), str(row["activity"]), raw.doubt)
        change = self.words(ref, "Expected change", raw.text(Part.CHANGE))
        row["rationale"] = self.words(ref, "Rationale", raw.text(Part.RATIONALE)) or None
        said = self.measuring.take(ref, raw, change)
        row["expected_change"] = both = "; ".join(dict.fromkeys(part for part in (change, said) if part)) or None
        if change and both != change:
            self.doubts.add(ref, "Expected change", change, str(both), _TWO_CHANGES, together=True)
        row |= self.saving.take(ref, raw, self.words)
        row |= self.leading.take(ref, raw, self.words)
        row |= self.delivery.take(ref, raw)
        if steps:
            row[self._own("Steps")] = steps
        for header, cell in raw.cells.get(Part.OWN, ()):
            key = self._own(header)
            row[key] = f"{row[key]}\n{cell.text}" if row.get(key) else cell.text
        self.plan.append(
            full_row(PLAN, **{key: value for key, value in row.items() if key in self.taken})
            | {key: value for key, value in row.items() if key not in self.taken}
        )

    def _own(self, header: str) -> str:
        """The key of a column of its own; its header is changed a little where Plan has one that reads alike."""
        for name in (header, f"{header} (source)", f"{header} (in the source)"):
            try:
                column = Column(words(name), Type.WORDS, "A column of the published plan.")
            except ValueError:
                continue
            if column.key not in self.taken:
                self.own.setdefault(column.key, column.header)
                return column.key
        return self._own(f"Column {len(self.own) + 1}")

    def own_columns(self) -> tuple[Column, ...]:
        """The columns of Plan that are the source's own, under their own headers."""
        return tuple(Column(header, Type.WORDS, "A column of the published plan.", width=_WIDTH) for header in self.own.values())

    def words(self, ref: str, column: str, raw: str) -> str:
        """A cell's words for display; what was put right or may be wrong in them goes to Review."""
        cleaned = clean(raw, self.known)
        if cleaned.repairs:
            pairs = "; ".join(f"“{broken}” → “{mended}”" for broken, mended in cleaned.repairs)
            self.doubts.add(ref, column, raw, cleaned.text, f"A hyphen broken in the source was put right: {pairs}. Check it.")
        if cleaned.unsure:
            pairs = "; ".join(f"“{unsure}”" for unsure in cleaned.unsure)
            self.doubts.add(
                ref,
                column,
                raw,
                cleaned.text,
                f"{pairs} may be one word or hold a dash. It was left as it is; put it right if need be.",
            )
        return cleaned.text

    def close(self, source: Source) -> None:
        """Note what is about the whole source, once every activity is taken."""
        laid, doubts = self.laid, self.doubts
        doubts.at = ""
        if source.from_pdf:
            for row in self.plan:
                doubts.add(str(row["ref"]), "", "", "from PDF", _PER_PAGE, together=True)
        if laid.unthemed:
            for row in self.plan:
                if row["theme"] is None:
                    doubts.add(
                        str(row["ref"]), "Theme", "", "", "The source names no theme. Enter one if there is one.", together=True
                    )
        for theme in laid.theme_doubts:
            doubts.add("", "Theme", theme.words, theme.words, f"{theme.why} Check it.", at=theme.at)
        for row in self.plan:
            if row["lead_status"] and row["percent_complete"] is None:
                doubts.add(str(row["ref"]), "% complete", "", "", _NO_SHARE, together=True)
        for row, raw in zip(self.plan, laid.activities, strict=True):
            said = [
                (header if part is Part.OWN else str(part), cell)
                for part, cells in raw.cells.items()
                for header, cell in cells
                if cell.text
            ]
            for column, cell in said:
                if cell.struck:
                    doubts.add(str(row["ref"]), column, cell.text, "struck through", _STRUCK, at=cell.at)
            hidden = {column: cell.at for column, cell in reversed(said) if cell.hidden}
            if hidden and all(cell.hidden for _, cell in said):
                doubts.add(str(row["ref"]), "", "", "hidden", _HIDDEN, at=said[0][1].at, together=True)
                continue
            for column, at in hidden.items():
                doubts.add(str(row["ref"]), column, "", "hidden", _HIDDEN_CELLS, at=at, together=True)
        self.saving.close()
        self.leading.close()
        self._columns(laid.seen)
        for left in laid.left:
            doubts.add("", "", left.words, "", f"These words were not read. {left.why} Enter what matters by hand.", at=left.at)
        for skipped in laid.skipped:
            doubts.add(
                "",
                "",
                skipped.words,
                "",
                f"This is {skipped.kind}: {skipped.cells} cells, not read as activities. Enter what matters by hand.",
                at=skipped.at,
            )
        for remark in source.remarks:
            doubts.add("", "", "", "", remark)

    def _columns(self, seen: Seen) -> None:
        for heading, samples in seen.columns.values():
            if heading.sure is Sure.GUESS and heading.header and heading.part is not Part.LEAVE:
                self.doubts.add("", "", f"{heading.header}: {'; '.join(samples)}", str(heading.part), _says(heading))

    def rows(self) -> Rows:
        """All tables, once every activity is taken."""
        return {
            PLAN: self.plan,
            MEASURES: self.measuring.measures,
            TARGETS: self.measuring.targets,
            SAVINGS: self.saving.lines,
            PERIODS: self.delivery.periods,
            LEADS: self.leading.rows(),
            UNIT_COSTS: [full_row(UNIT_COSTS, **row) for row in self.costs.rows()],
            REVIEW: [full_row(REVIEW, **row) for row in self.doubts.rows()],
        }


def _says(heading: Heading) -> str:
    return (
        f"The column “{heading.header}” was read as {heading.part} by what stands in it. If that is wrong, run “sendxl new” with "
        "--look, choose there, and import again with --map."
    )
