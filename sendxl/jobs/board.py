"""board: the report to the Board, a Word document of how the plan stands and what has changed since the last one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from sendxl.board.amounts import GroupYear, Net
from sendxl.board.asked import ASKED
from sendxl.board.document import checked, document, refuse_without_libraries
from sendxl.board.libreoffice import as_pdf
from sendxl.board.template_file import read_template
from sendxl.books.book import settings_of
from sendxl.books.brought_up import Kept
from sendxl.errors import Unusable
from sendxl.figures.assess import Figures, assess
from sendxl.jobs.archive import archived
from sendxl.jobs.opening import MasterBook, place_of, read_master, refuse_broken
from sendxl.jobs.savings import Profile, savings
from sendxl.plan.batches import not_counted
from sendxl.plan.counting import many
from sendxl.plan.master import MASTER_TABLES, PLAN, UPDATES, Logged
from sendxl.plan.values import to_text
from sendxl.xlsx.package.whole_file import replace_file


@dataclass(frozen=True)
class BoardReport:
    """The report that was made. ``pdf`` is the same as PDF, None where none was asked for or could be made.

    ``ahead``: as at a day that is still to come. ``since`` is the period it is compared with, blank where none is known.
    """

    path: Path
    pdf: Path | None
    as_at: date
    ahead: bool
    since: str
    activities: int
    decisions: int
    notes: Sequence[str]

    @property
    def to_mend(self) -> Sequence[str]:
        """What is in no figure, what the sheets still say otherwise, and why there is no PDF."""
        return self.notes


def board_report(master: MasterBook, out: Path | str, *, since: str | None = None, template: Path | str | None = None,
                 pdf: bool = False, as_at: date | None = None, today: date | None = None,
                 now: datetime | None = None) -> BoardReport:
    """Make the report of the master at ``master``, which is not written; a report that lies at ``out`` is replaced.

    ``since`` is the reporting period to compare with: unless given the last one that Periods keeps. ``template`` is a Word
    document with tags, unless given the one that sendxl ships. ``as_at`` is the earlier of ``today`` and the last day of the
    Reporting period unless given. Unusable where a file or the period cannot be used, or where a library is missing.
    """
    from sendxl.board.report import contents

    now = now or datetime.now().replace(microsecond=0)
    today, path = today or now.date(), Path(out)
    refuse_without_libraries()
    book = read_master(master)
    _check_output(path, [place_of(book), *([Path(template)] if template else [])], pdf=pdf)
    name = str(template or "The template")
    shape = checked(read_template(Path(template)) if template else shipped_template(), name)
    refuse_broken(book, *filter(book.has, MASTER_TABLES))
    settings = settings_of(book)
    figures = assess(book, settings, as_at, today)
    profile = savings(master, as_at=figures.as_at, today=today)
    holds = contents(book, settings.plan_title or book.name, settings.council or "", figures, list(_years(profile)),
                     [Net(row.fund, row.year, row.cashable, row.costs, row.net) for row in profile.net],
                     [*profile.in_range, *profile.to_mend], _updates(book), since, today)
    made = document(holds, shape, name, now)
    replace_file(path, made)
    notes = [*profile.to_mend, *(_stale(book, figures) if as_at is None else [])]
    beside = _pdf(made, path, notes) if pdf else None
    return BoardReport(path, beside, figures.as_at, figures.ahead, holds.since, len(holds.activities),
                       sum(row.stands == ASKED for row in holds.decisions), notes)


def shipped_template() -> bytes:
    """The template that sendxl ships."""
    return resources.files("sendxl.workbooks").joinpath("examples", "board-template.docx").read_bytes()


def _check_output(path: Path, inputs: Sequence[Path], *, pdf: bool) -> None:
    if path.suffix.lower() != ".docx":
        raise Unusable(f"{path} must end in .docx.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}. Make it first.")
    for out in (path, *([path.with_suffix(".pdf")] if pdf else [])):
        if out.resolve() in [file.resolve() for file in inputs] or out.is_dir():
            raise Unusable(f"{out} is the master, the template or a folder, and is not overwritten. Choose another name.")


def _pdf(made: bytes, path: Path, notes: list[str]) -> Path | None:
    beside = path.with_suffix(".pdf")
    try:
        replace_file(beside, as_pdf(made))
    except Unusable as error:
        notes.append(f"{beside} was not made: {error}")
        return None
    return beside


def _years(profile: Profile) -> Iterator[GroupYear]:
    for group in profile.groups:
        for year in group.years:
            yield GroupYear(group.type, group.fund, group.lines, group.quantified, group.approved, year.year, year.approved,
                            year.planned, year.forecast, year.one_off, year.p10, year.p90, year.realised, year.restated)


def _updates(book: Kept) -> list[Logged]:
    """The updates that count, in their order, archived ones too."""
    kept: Mapping[Any, Any] = archived(book.path) if book.path else {}
    gone = not_counted(book)
    found = {row.no: row for rows in (kept.get(UPDATES, ()), book.read(UPDATES)) for row in rows
             if to_text(row.batch) not in gone}
    return [found[no] for no in sorted(found, key=lambda no: no or 0)]


def _stale(book: Kept, figures: Figures) -> list[str]:
    """That the sheets of the master say otherwise than the report, which works every status out anew."""
    other = sum(to_text(row.status) != stands.status for row in book.read(PLAN) if (stands := figures.activities.get(row.key)))
    if not other:
        return []
    return [f"{book.name} still shows another status of {many(other, 'activity', 'activities')} than the report: run “sendxl "
            "refresh”, so that Summary and report say the same."]
