"""issue: one tracker for each lead, registered in the master."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sendxl.books.book import AppendRows, Book, Edit, SetCells, settings_of
from sendxl.books.issued import (
    LEAD,
    PERIOD,
    PLAN_ID,
    SAID_ON,
    TRACKER,
    TYPED_BY,
    VERSION,
    Templates,
    TrackerRows,
    file_of,
    fill,
    tracker_of,
    typed_in,
)
from sendxl.errors import Unusable, writing
from sendxl.figures.assess import assess
from sendxl.figures.period_rows import period_rows
from sendxl.jobs.keeping import period_edits
from sendxl.jobs.mails import letters_of, mail_trackers, refuse_drafts, unaddressed
from sendxl.jobs.opening import MasterBook, master_for_writing, refuse_broken
from sendxl.jobs.stamping.ledger import Ledger, Source, user
from sendxl.jobs.tracker_rows import rows_for
from sendxl.jobs.uncounted import as_told, uncounted
from sendxl.plan.batches import not_counted
from sendxl.plan.counting import many
from sendxl.plan.finding import is_of_error
from sendxl.plan.lead_code import CODE_SHAPE, fault_of_code
from sendxl.plan.likeness import as_written
from sendxl.plan.master import (
    LEADS,
    MEASURES,
    PERIODS,
    PLAN,
    POOLS,
    PROFILE,
    REVIEW,
    SAVINGS,
    SETTINGS,
    STAMPS,
    TARGETS,
    TRACKERS,
    UNIT_COSTS,
    YEARS,
    Activity,
    Lead,
    Stamp,
)
from sendxl.plan.periods import Period, parse_period, period_ends, quarter_of
from sendxl.plan.rows import Rows
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.tracker import ABOUT_ITEMS, TRACKER_VERSION
from sendxl.plan.values import Value, nearest, show, to_text
from sendxl.plan.vocabulary import StampKind, TrackerState
from sendxl.returns.batch import Progress
from sendxl.returns.label import PRINT, fingerprint

_WHO = ABOUT_ITEMS[1]
_MOST = 10  # errors of the plan that are told one by one
_PERIOD_SETTING = dict(setting_columns())["reporting_period"]
EXPLAINED = "You explained this last time. If you are asked again, explain again."


@dataclass(frozen=True)
class IssuedTracker:
    """One tracker issued: its file, permanent name, lead role and number of activities."""

    path: Path
    tracker: str
    code: str
    lead: str
    email: str
    activities: int


@dataclass(frozen=True)
class Issue:
    """What was issued. ``without_lead`` holds refs of open activities in no tracker, ``unknown_lead`` titles that
    Leads lacks, by ref; ``suggested`` titles that it has and such a one is near to. ``errors`` are those
    of the plan's figures, as a refresh tells them.
    """

    period: str
    due_on: date
    trackers: Sequence[IssuedTracker]
    without_lead: Sequence[str]
    unknown_lead: Mapping[str, Sequence[str]]
    suggested: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[str] = ()
    open_doubts: int = 0  # rows of Review that nobody has settled
    mails: Sequence[Path] = ()

    @property
    def to_mend(self) -> Sequence[str]:
        """What is in no tracker, why, and what to do; and the errors of the plan."""
        lines = []
        if self.without_lead:
            lines.append(f"In no tracker, as they have no lead: {', '.join(self.without_lead)}. Choose one in Plan, Lead, then "
                         "issue again to that lead.")
        for ref, titles in self.unknown_lead.items():
            for title in titles:
                near = f" Did you mean “{self.suggested[title]}”?" if title in self.suggested else ""
                lines.append(f"{ref} was not issued to “{title}”, as Leads has no such Title.{near} Correct Plan, Lead, or add "
                             "it to Leads, then issue again to that lead.")
        more = [f"And {many(len(self.errors) - _MOST, 'more error')} of the plan: “sendxl doctor” lists all."]
        if self.mails:
            lines += filter(None, (unaddressed(tracker.code, tracker.lead, tracker.email) for tracker in self.trackers))
        return [*lines, *self.errors[:_MOST], *(more if len(self.errors) > _MOST else ())]


class Said(NamedTuple):
    """Who types in what a lead said on paper or by phone, and when it was said."""

    by: str
    on: date


def issue(
    master: MasterBook,
    folder: Path | str,
    *,
    period: str | None = None,
    leads: Sequence[str] = (),
    due: date | None = None,
    again: bool = False,
    mails: Path | str | None = None,
    words: Path | str | None = None,
    today: date | None = None,
    now: datetime | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> Issue:
    """Write one tracker for each lead with open activities to ``folder``, and register them in the master.

    ``period`` (default: the Reporting period, else the quarter of ``today``) becomes the Reporting period. ``leads``
    are codes of Leads; none means all. ``due`` defaults to the period's end and Update due days. Of an earlier period that is
    left for it, Periods gets the rows as they are now. ``mails`` is a folder for a draft of a mail to each lead, with the tracker
    attached, in the words of the file ``words`` in place of those that sendxl ships. ``now`` (default: the real time) and
    ``by`` are recorded. Unusable where an argument is wrong or, without ``again``, a lead already has a tracker for the
    period; nothing is then written.
    """
    now = now or datetime.combine(today or date.today(), datetime.now().time().replace(microsecond=0))
    today = today or now.date()
    folder, letters = Path(folder), letters_of(words)
    if mails:
        refuse_drafts(Path(mails))
    with master_for_writing(master, now) as book:
        issued, sent = issue_in(book, folder, period=period, leads=leads, due=due, again=again, today=today, now=now, by=by,
                                progress=progress)
        settings = settings_of(book)
    if not mails:
        return issued
    return replace(issued, mails=mail_trackers(sent, issued.period, issued.due_on, settings, letters, Path(mails)))


def issue_in(
    book: Book, folder: Path, *, today: date, now: datetime, by: str | None, period: str | None = None, leads: Sequence[str] = (),
    due: date | None = None, again: bool = False, progress: Progress | None = None, said: Said | None = None,
) -> tuple[Issue, Sequence[tuple[Path, Lead, int]]]:
    """Issue trackers as ``issue`` says; besides, for each, its file, its lead and the number of its activities.

    With ``said`` they are for an officer to type in what leads said.
    """
    refuse_broken(book, SETTINGS, LEADS, PLAN, MEASURES, SAVINGS, PROFILE, TRACKERS)
    round_ = _Round(book, settings_of(book), period, due, today, said)
    rows = round_.rows(_roles(book, leads))
    if leads and (idle := [code for code, of_lead in rows.items() if not of_lead[PLAN]]):
        raise Unusable(f"{book.name}: {', '.join(idle)} leads no open activity, so there is nothing to issue.")
    drafts = round_.drafts({code: of_lead for code, of_lead in rows.items() if of_lead[PLAN]}, folder, again=again)
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file. Give a folder for the trackers.")
    left = round_.left()
    with writing(folder, f"{book.name} is as it was."):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="~sendxl-", dir=folder) as staging:
        templates = Templates(Path(staging))
        register = []
        for done, draft in enumerate(drafts):
            if progress:
                progress(done, len(drafts))
            register.append(round_.write(draft, templates))
        with _placed([(templates.staged(draft.path), draft.path) for draft in drafts]):
            book.apply([*left, *round_.register(register), *round_.recorded(Ledger(book, now, user() if by is None else by))])
    if progress:
        progress(len(drafts), len(drafts))
    return round_.result(drafts), [(draft.path, draft.lead, len(draft.rows[PLAN])) for draft in drafts]


@contextmanager
def _placed(moves: Sequence[tuple[Path, Path]]) -> Iterator[None]:
    """Files put in their places, over none that is there; if that or what follows fails, they are taken away again."""
    placed: list[Path] = []
    try:
        for source, target in moves:
            with writing(target, "No tracker was issued."), source.open("rb") as content, target.open("xb") as place:
                placed.append(target)
                shutil.copyfileobj(content, place)
        yield
    except BaseException:
        for target in placed:
            target.unlink(missing_ok=True)
        raise


class AlreadyIssued(Unusable):
    """There are trackers of the period. ``who`` says of which leads, without what to do on the command line."""

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} To issue new trackers beside the earlier ones, add --again.")
        self.who = who


@dataclass(frozen=True)
class _Draft:
    """A tracker to be written."""

    path: Path
    tracker: str
    lead: Lead
    rows: TrackerRows


class _Round:
    """One run of issue on one master."""

    def __init__(self, book: Book, settings: Settings, period: str | None, due: date | None, today: date,
                 said: Said | None = None) -> None:
        if not settings.plan_id:
            raise Unusable(f"{book.name}: Settings, Plan id is blank, so returns could not be known again. Put it back.")
        self._book = book
        self._settings = settings
        self._period = _period(period or settings.reporting_period, today)
        if settings.closed_through and self._period.last <= _period(settings.closed_through, today).last:
            raise Unusable(f"{self._period.label} is closed: Settings has {settings.closed_through} as Closed through.")
        self._due = due or self._period.last + timedelta(days=settings.update_due_days)
        self._today = today
        self._said = said
        self._leads: dict[str, Lead] = {}

    def rows(self, roles: dict[str, Lead]) -> dict[str, TrackerRows]:
        """What each lead's tracker is to hold, by code."""
        self._leads = roles
        of_plan = [(row, set(map(self._title_of, row.leads))) for row in self._open_activities()]
        return {code: rows_for(self._book, [row for row, titles in of_plan if lead.title in titles], self._period.last)
                for code, lead in roles.items()}

    @cached_property
    def _title_of(self) -> Callable[[str | None], str]:
        """The title of a lead as Leads has it."""
        return as_written(row.title for row in self._book.read(LEADS) if row.title)

    def _open_activities(self) -> list[Activity]:
        return [row for row in self._book.read(PLAN) if row.key and not row.is_closed(self._period.last)]

    def drafts(self, rows: dict[str, TrackerRows], folder: Path, *, again: bool) -> list[_Draft]:
        """The trackers to be written, named; Unusable where one would be a second one or its file is in the way."""
        label = self._period.label
        versions = self._versions([str(self._leads[code].title) for code in rows], again=again)
        drafts = []
        for code, of_lead in rows.items():
            lead = self._leads[code]
            version = versions[str(lead.title)]
            path = folder / file_of(self._settings.plan_title or "", code, label, version,
                                    " (typed in).xlsx" if self._said else ".xlsx")
            if path.exists():
                raise Unusable(f"{path} exists already. Move it away, or choose another folder.")
            drafts.append(_Draft(path, tracker_of(code, label, version, typed=bool(self._said)), lead, of_lead))
        return drafts

    def write(self, draft: _Draft, templates: Templates) -> dict[str, Value]:
        """Write one tracker to the staging folder; its row of Trackers."""
        title, label = str(draft.lead.title), self._period.label
        identity = {PLAN_ID: self._settings.plan_id or "", TRACKER: draft.tracker, LEAD: title, PERIOD: label,
                    VERSION: TRACKER_VERSION}
        about: dict[str, Value] = dict(zip(ABOUT_ITEMS, (
            self._settings.plan_title, title, label, self._period.last, self._due), strict=True))
        if self._said:
            identity |= {TYPED_BY: self._said.by, SAID_ON: self._said.on.isoformat()}
            about[_WHO] = f"{title}: {typed_in(identity)}"
        copy = templates.copy(draft.path, draft.rows)
        return {"tracker": draft.tracker, "lead": title, "period": label, "issued_on": self._today, "due_on": self._due,
                "digest": fill(copy, draft.rows, identity, about, self._explained(draft)), "state": TrackerState.ISSUED.value}

    def _explained(self, draft: _Draft) -> list[dict[str, Value]]:
        """What the lead explained in their last tracker of an earlier period, of the rows that are issued again."""
        last: dict[date, set[str]] = defaultdict(set)
        for row in self._book.read(TRACKERS):
            ended = period_ends(to_text(row.period))
            if self._title_of(row.lead) == draft.lead.title and ended < self._period.last:
                last[ended].add(fingerprint(row.return_))
        prints = last[max(last)] - {""} if last else set()
        refs = {to_text(given["ref"]) for rows in draft.rows.values() for given in rows}
        titles = {to_text(given["ref"]): given["activity"] for given in draft.rows[PLAN]}
        return [
            {"code": row.code, "ref": row.ref, "activity": titles.get(to_text(row.ref).partition(".")[0]),
             "found": f"{row.column}: {show(row.new)}" if row.column else None, "what_to_do": EXPLAINED,
             "explanation": row.explanation}
            for print_ in sorted(prints) for row in self._explanations.get(print_, ()) if row.ref is None or row.ref in refs
        ]

    @cached_property
    def _explanations(self) -> dict[str, list[Stamp]]:
        """The rows of Stamps that explain a query, by the fingerprint of their return. Stamps may be long: it is read once."""
        explained: dict[str, list[Stamp]] = defaultdict(list)
        gone = not_counted(self._book)
        for row in self._book.read(STAMPS):
            explanation = to_text(row.explanation) if row.code else ""  # without one it is an officer's
            if row.kind == StampKind.STAMP and row.batch not in gone and explanation and not is_of_error(explanation):
                explained[to_text(row.sha_256)[:PRINT]].append(row)
        return explained

    def left(self) -> list[Edit]:
        """The edits that write into Periods how the plan stands in the Reporting period that is left for a later one."""
        if not date.min < period_ends(self._settings.reporting_period or "") < self._period.last:
            return []
        refuse_broken(self._book, TARGETS, YEARS, UNIT_COSTS, POOLS, PERIODS)
        return period_edits(self._book, period_rows(self._book, assess(self._book, self._settings, None, self._today)))

    def register(self, rows: Sequence[dict[str, Value]]) -> list[Edit]:
        """The edits of the master."""
        edits: list[Edit] = [AppendRows(TRACKERS, rows)] if rows else []
        if self._settings.reporting_period != self._period.label:
            edits.append(SetCells(SETTINGS, "value", {_PERIOD_SETTING.header: self._period.label}))
        return edits

    def recorded(self, ledger: Ledger) -> list[Edit]:
        """The edits that record a Reporting period of issued trackers which is left for another, and so closed."""
        name, left = _PERIOD_SETTING.header, self._settings.reporting_period
        if left != self._period.label and self._book.read(TRACKERS):
            ledger.record(Source(), SETTINGS.name, name, SETTINGS["value"].header, left, self._period.label, kind=StampKind.CLOSE)
        return ledger.edits()

    def result(self, drafts: Sequence[_Draft]) -> Issue:
        """What was issued, and which open activities were not."""
        activities = self._open_activities()
        known = {row.title for row in self._book.read(LEADS) if row.title}
        unknown = {row.key: sorted(title for title in row.leads if self._title_of(title) not in known) for row in activities}
        return Issue(
            self._period.label,
            self._due,
            [IssuedTracker(draft.path, draft.tracker, str(draft.lead.code), str(draft.lead.title), draft.lead.email or "",
                           len(draft.rows[PLAN])) for draft in drafts],
            without_lead=[row.key for row in activities if not row.leads],
            unknown_lead={ref: titles for ref, titles in unknown.items() if titles},
            suggested={title: near for titles in unknown.values() for title in titles if (near := nearest(title, known))},
            errors=[as_told(finding) for finding in uncounted(self._book, self._settings, self._today)],
            open_doubts=sum(row.doubt is not None and row.settled is None for row in self._book.read(REVIEW)),
        )

    def _versions(self, titles: Iterable[str], *, again: bool) -> dict[str, int]:
        """The number of each lead's next tracker for the period, from 1; AlreadyIssued where that would be a second one."""
        before = dict.fromkeys(titles, 0)
        for row in self._book.read(TRACKERS):
            if row.period == self._period.label and (lead := self._title_of(row.lead)) in before:
                before[lead] += 1
        if (repeated := [title for title, count in before.items() if count]) and not again:
            raise AlreadyIssued(f"{self._period.label} has been issued already to {len(repeated)} of {len(before)} leads "
                                f"({'; '.join(repeated[:3])}{' …' if len(repeated) > 3 else ''}).")
        return {title: count + 1 for title, count in before.items()}


def _period(text: str | None, today: date) -> Period:
    try:
        return parse_period(text) if text else quarter_of(today)
    except ValueError as error:
        raise Unusable(str(error)) from None


def _roles(book: Book, codes: Sequence[str]) -> dict[str, Lead]:
    """The lead roles to issue to, by code, in the order of Leads."""
    leads = book.read(LEADS)
    _refuse_unnamed(book.name, leads)
    by_code = {str(row.code): row for row in leads}
    codes = list(map(as_written(by_code), codes))
    if unknown := [code for code in codes if code not in by_code]:
        raise Unusable(f"{book.name} has no lead with the code {', '.join(unknown)}. Leads has: {', '.join(by_code)}.")
    if faults := [f"“{code}” {fault}" for code in by_code if (fault := fault_of_code(code))]:
        raise Unusable(f"{book.name}: {leads.sheet}, Code: what becomes part of the name of a file cannot be like this: "
                       f"{'; '.join(faults)}. {CODE_SHAPE}")
    return {code: row for code, row in by_code.items() if not codes or code in codes}


def _refuse_unnamed(name: str, leads: Rows[Lead]) -> None:
    """Unusable where a lead has no code or title: its tracker would be lost."""
    for row in leads:
        if not (row.code and row.title):
            raise Unusable(f"{name}: {leads.sheet}, row {row.number}: every lead needs a Code and a Title.")
