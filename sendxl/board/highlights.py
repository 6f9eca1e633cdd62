"""Activities and themes in a Board report: how they stand, what has changed since the last one, and what fits on page one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from sendxl.board.contents import NOT_KNOWN, ActivityRow, DecisionRow, Said, ThemeBlock, ThemeRow
from sendxl.board.wording import known, leads_of, plain, quoted, shortened
from sendxl.errors import Unusable
from sendxl.figures.assess import Figures
from sendxl.figures.trend import change_of, for_the, in_a_row, kept_periods
from sendxl.plan.counting import counted, many
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import PLAN, Activity, Logged
from sendxl.plan.periods import parse_period, period_ends
from sendxl.plan.schema import Type
from sendxl.plan.tables import Tables
from sendxl.plan.values import show, to_text
from sendxl.plan.vocabulary import Change, Status

SLIPPING = (Status.OFF_TRACK, Status.AT_RISK)
SHOWN = tuple(status for status in Status if status is not Status.CLOSED)
NO_THEME = "(no theme)"
THEMES_FIRST = 8  # rows of the table on the first page
_OTHERS = "All other themes"
_BETTER, _WORSE = (Change.BETTER, Change.RECOVERED), (Change.WORSE, Change.NEWLY_OFF_TRACK)


@dataclass(frozen=True)
class Standing:
    """An activity: its row in the report, what it is judged to be, and what became of it since the last report."""

    row: ActivityRow
    status: Status
    change: Change | None
    runs: int  # periods in a row for which it has been at risk, or off track; 0 for any other
    update_state: str


class Earlier:
    """How activities stood in the periods that Periods keeps and that were over by the day of the report."""

    def __init__(self, tables: Tables, figures: Figures, since: str | None) -> None:
        open_ = str(figures.period)
        self.kept = {period: rows for period, rows in kept_periods(tables).items()
                     if period.last < figures.as_at and period.label != open_}
        self.since = self._compared_with(since, tables.name) if since else next((str(one) for one in reversed(self.kept)), "")
        self._then = next((rows for period, rows in self.kept.items() if period.label == self.since), {})
        self._known = {ref for rows in self.kept.values() for ref in rows}

    def _compared_with(self, since: str, name: str) -> str:
        try:
            wanted = parse_period(since)
        except ValueError as error:
            raise Unusable(f"--since: {error}") from None
        if wanted not in self.kept:
            there = ", ".join(map(str, self.kept))
            raise Unusable(f"--since: {name} does not know how the activities stood in {wanted}. "
                           + (f"Give one of: {there}." if there else "Periods holds no earlier period yet; leave --since out."))
        return wanted.label

    def then(self, ref: str) -> str:
        """The status of an activity in the period of the last report; '' where it is not known."""
        row = self._then.get(as_seen(ref))
        return to_text(row.status) if row else ""

    def change(self, ref: str, status: Status) -> Change | None:
        """What became of an activity since; None where there is no earlier period."""
        return change_of(self.then(ref) or None, status, known=as_seen(ref) in self._known) if self.since else None

    def counts(self, activities: Iterable[str]) -> dict[str, Counter[str]]:
        """How many of the activities had each status in each period."""
        seen = set(map(as_seen, activities))
        return {period.label: Counter(to_text(row.status) for ref, row in rows.items() if ref in seen)
                for period, rows in self.kept.items()}


def standings(tables: Tables, figures: Figures, earlier: Earlier, updates: Sequence[Logged]) -> list[Standing]:
    """Every activity of a plan, in the order of the sheet."""
    of: dict[str, list[Logged]] = defaultdict(list)
    for update in updates:
        of[as_seen(to_text(update.ref))].append(update)
    return [_standing(row, figures, earlier, of[as_seen(row.key)]) for row in tables.read(PLAN) if row.key]


def _standing(row: Activity, figures: Figures, earlier: Earlier, updates: Sequence[Logged]) -> Standing:
    stands = figures.activities[row.key]
    status, change = stands.status, earlier.change(row.key, stands.status)
    runs, span = in_a_row(row.key, status, figures.as_at, earlier.kept) if status in SLIPPING else (0, "")
    state, last = stands.update_state or "", to_text(row.period)
    if last and last != str(figures.period) and status is not Status.CLOSED:
        state = f"{state}; last update for {plain(last)}" if state else f"Last update for {plain(last)}"
    why = _why(stands.reason.removesuffix(f"; {for_the(runs, span, status)}"))  # which stands behind the status, as periods
    told = "" if change in (None, Change.SAME) else f"{change}, was {then}" if (then := earlier.then(row.key)) else str(change)
    return Standing(
        ActivityRow(
            ref=plain(row.key), activity=plain(row.activity), theme=_theme(row), lead=leads_of(row), status=status,
            change=told, reason=why, periods=many(runs, span) if runs else "",
            direction=stands.direction or "", due=known(row.due), forecast_finish=show(row.forecast_finish),
            percent_complete=known(row.percent_complete, Type.FRACTION), lead_status=plain(row.lead_status),
            lead_view=stands.lead_view or "", update_state=state, progress=_progress(row, earlier.since, updates),
            next_steps=quoted(row.next_steps), corrective_action=quoted(row.corrective_action),
            decision_needed=quoted(row.decision_needed)),
        status, change, runs, stands.update_state or "")


def _why(reason: str) -> str:
    """The reason as it reads behind the status."""
    why = plain(reason).removeprefix(f"{Status.NOT_ASSESSED}: ")
    return why[:1].upper() + why[1:]


def _theme(row: Activity) -> str:
    return " ".join(plain(row.theme).split()) or NO_THEME


def _progress(row: Activity, since: str, updates: Sequence[Logged]) -> list[Said]:
    """What a lead wrote since a period, or where there is none last; an officer may have typed another text into Plan."""
    found = [(to_text(update.period), words) for update in updates
             if since and period_ends(to_text(update.period)) > period_ends(since)
             and (words := plain(Activity.progress.of(update)))]
    now, period = plain(row.progress), to_text(row.period)
    if now and as_seen(now) not in {as_seen(words) for _, words in found} and (
            not (since and period) or period_ends(period) > period_ends(since)):
        found.append((period, now))
    return [Said(period=period, words=quoted(words)) for period, words in found]


def by_theme(standings: Sequence[Standing]) -> dict[str, list[Standing]]:
    """Activities by theme in the order in which themes first occur, closed ones left out; one spelling of each theme."""
    label = by_sight((one.row.theme, one.row.theme) for one in standings)
    found: dict[str, list[Standing]] = {theme: [] for theme in label.values()}
    for one in standings:
        if one.status is not Status.CLOSED:
            found[label[as_seen(one.row.theme)]].append(one)
    return found


def theme_row(theme: str, standings: Sequence[Standing]) -> ThemeRow:
    """Counts of the activities of a theme."""
    counts = Counter(one.status for one in standings)
    return ThemeRow(
        theme=theme, activities=f"{len(standings):,}", better=_compared(standings, _BETTER), worse=_compared(standings, _WORSE),
        **{status.lower().replace(" ", "_"): f"{counts[status]:,}" for status in SHOWN})


def themes_first(themes: Mapping[str, Sequence[Standing]]) -> list[ThemeRow]:
    """The rows of the table on the first page: of many themes those with most that slips, and all others in one row."""
    rows = [theme_row(shortened(theme, 40), of) for theme, of in themes.items()]
    if len(rows) <= THEMES_FIRST:
        return rows
    order = sorted(themes, key=lambda theme: -sum(one.runs > 0 for one in themes[theme]))
    own = set(order[: THEMES_FIRST - 1])
    others = [one for theme, of in themes.items() if theme not in own for one in of]
    return [*(row for row, theme in zip(rows, themes, strict=True) if theme in own), theme_row(_OTHERS, others)]


def blocks(themes: Mapping[str, Sequence[Standing]]) -> list[ThemeBlock]:
    """One block for each theme."""
    return [ThemeBlock(theme=theme, counts=in_words(of), activities=[one.row for one in of]) for theme, of in themes.items()]


def in_words(standings: Sequence[Standing]) -> str:
    """How activities stand, as in “4 on track, 1 off track”."""
    counts = Counter(one.status for one in standings)
    return counted({status: counts[status] for status in SHOWN})


def headline(standings: Sequence[Standing], since: str) -> str:
    """How the plan stands, and what has changed, in a sentence or two."""
    open_ = [one for one in standings if one.status is not Status.CLOSED]
    text = f"{many(len(open_), 'activity', 'activities')}{f': {in_words(open_)}' if open_ else ''}."
    if since:
        text += f" Compared with {since}: {_moved(open_, _BETTER):,} better, {_moved(open_, _WORSE):,} worse."
    return text


def _compared(standings: Iterable[Standing], changes: Sequence[Change]) -> str:
    """How many have changed so; that it is not known where there is nothing to compare with."""
    if any(one.change is None for one in standings):
        return NOT_KNOWN
    return f"{_moved(standings, changes):,}"


def _moved(standings: Iterable[Standing], changes: Sequence[Change]) -> int:
    return sum(one.change in changes for one in standings)


def slipping_first(standings: Sequence[Standing]) -> list[ActivityRow]:
    """What is off track, then what is at risk, the longest first; texts shortened."""
    found = sorted((one for one in standings if one.runs), key=lambda one: (SLIPPING.index(one.status), -one.runs))
    return [replace(one.row, activity=shortened(one.row.activity, 60), lead=shortened(one.row.lead, 40),
                    reason=shortened(one.row.reason, 110), corrective_action=shortened(one.row.corrective_action, 90))
            for one in found]


def overdue(standings: Sequence[Standing]) -> str:
    """Whose updates are overdue, and which activities were never updated though an update is past due."""
    late = [one for one in standings if one.update_state.startswith("Overdue")]
    never = [one for one in standings if one.update_state == "Never updated"]

    def listed(of: Sequence[Standing]) -> str:
        refs = [f"{one.row.ref} ({shortened(one.row.lead, 40)})" for one in of[:5]]
        return ", ".join([*refs, *([f"and {len(of) - 5:,} more"] if len(of) > 5 else [])])

    parts = [f"{many(len(late), 'update is', 'updates are')} overdue{': ' if late else ''}{listed(late)}.",
             *([f"{many(len(never), 'activity was', 'activities were')} never updated though an update is past due: "
                f"{listed(never)}."] if never else [])]
    return " ".join(parts)


def lines_of(row: ActivityRow | DecisionRow) -> int:
    """How many lines a row takes on the first page, about."""
    if isinstance(row, DecisionRow):
        return max(ceil(len(row.words) / 85), ceil(len(row.activity) / 34))
    return max(ceil(len(row.activity) / 26) + ceil(len(row.lead) / 26), ceil(len(row.reason) / 34),
               ceil(len(row.corrective_action) / 28), 2)
