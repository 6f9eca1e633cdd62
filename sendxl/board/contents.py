"""THE one declaration of what a Board report holds: each field is a tag of its template.

What a template may ask for, the reference page of the tags and what is filled in all follow from these classes. Every field
is a text as it is to be read, a picture, a part of its own or rows; what is not known is “–”, and what there is none of is blank.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, get_args, get_origin, get_type_hints

NOT_KNOWN = "–"


class Picture:
    """A picture (PNG) with the words for those who do not see it; how it goes into a document, the document knows."""

    def __init__(self, png: bytes, alt: str, width_cm: float) -> None:
        self._png, self._alt, self._width_cm = png, alt, width_cm

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        return self._alt


@dataclass(frozen=True, kw_only=True)
class ThemeRow:
    """How many activities of a theme have each status, closed ones apart."""

    theme: Annotated[str, "The theme."]
    complete: Annotated[str, "How many are complete."]
    on_track: Annotated[str, "How many are on track."]
    at_risk: Annotated[str, "How many are at risk."]
    off_track: Annotated[str, "How many are off track."]
    not_started: Annotated[str, "How many have not started."]
    not_assessed: Annotated[str, "How many could not be assessed."]
    activities: Annotated[str, "All of them."]
    better: Annotated[str, "How many stand better than in the period of the last report; – where there is none."]
    worse: Annotated[str, "How many stand worse; likewise."]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a lead wrote for a period."""

    period: Annotated[str, "The reporting period; blank where it is not known."]
    words: Annotated[str, "The lead's words, quoted."]


@dataclass(frozen=True, kw_only=True)
class ActivityRow:
    """An activity. What its lead wrote stands in quotation marks."""

    ref: Annotated[str, "Its ref."]
    activity: Annotated[str, "What is done."]
    theme: Annotated[str, "Its theme."]
    lead: Annotated[str, "Its lead and joint leads."]
    status: Annotated[str, "Its status."]
    change: Annotated[str, "What became of it since the last report; blank where it stands as it did."]
    reason: Annotated[str, "Why, with the figures."]
    periods: Annotated[str, "For how many periods in a row it has been at risk, or off track; blank for any other."]
    direction: Annotated[str, "Which way its measures move."]
    due: Annotated[str, "When it is due."]
    forecast_finish: Annotated[str, "When its lead expects it to be complete; blank where that is not said."]
    percent_complete: Annotated[str, "How much of the work is done."]
    lead_status: Annotated[str, "How its lead sees it; blank where that is not said."]
    lead_view: Annotated[str, "Whether that agrees with the status."]
    update_state: Annotated[str, "Whether the update for the period is in."]
    progress: Annotated[Sequence[Said], "What was done since the last report, by period."]
    next_steps: Annotated[str, "What comes next."]
    corrective_action: Annotated[str, "What would bring it back."]
    decision_needed: Annotated[str, "The decision that its lead asks for."]


@dataclass(frozen=True, kw_only=True)
class ThemeBlock:
    """A theme with its activities, closed ones apart."""

    theme: Annotated[str, "The theme."]
    counts: Annotated[str, "How its activities stand, in words."]
    activities: Annotated[Sequence[ActivityRow], "Its activities, in the order of Plan."]


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """A decision that a lead asked for."""

    ref: Annotated[str, "The activity's ref."]
    activity: Annotated[str, "The activity."]
    lead: Annotated[str, "Who asks."]
    words: Annotated[str, "What is to be decided, quoted."]
    first_asked: Annotated[str, "The period in which it was first asked for."]
    last_asked: Annotated[str, "The period in which it was last asked for."]
    stands: Annotated[str, "“Asked for” or “No longer asked for”."]


@dataclass(frozen=True, kw_only=True)
class MoneyRow:
    """The savings of one type and fund in one financial year; types are never added together."""

    type: Annotated[str, "The type of saving."]
    fund: Annotated[str, "The fund."]
    year: Annotated[str, "The financial year."]
    approved: Annotated[str, "As approved."]
    planned: Annotated[str, "As planned now."]
    forecast: Annotated[str, "As expected now."]
    difference: Annotated[str, "Forecast less approved; below 0 is a shortfall."]
    one_off: Annotated[str, "What of the forecast does not recur."]
    range: Annotated[str, "Between which amounts the forecast lies in 80 of 100 draws."]
    realised: Annotated[str, "What has been realised so far."]
    restated: Annotated[str, "Closed year: what later counts and costs would add to what was kept."]
    lines: Annotated[str, "How many lines it rests on, as in “5 of 6”."]
    approved_lines: Annotated[str, "How many of them were approved."]


@dataclass(frozen=True, kw_only=True)
class NetRow:
    """A fund's cashable savings in a financial year, less the costs of the plan."""

    fund: Annotated[str, "The fund."]
    year: Annotated[str, "The financial year."]
    cashable: Annotated[str, "Forecast of the cashable lines."]
    costs: Annotated[str, "Forecast of the cost lines."]
    net: Annotated[str, "The first less the second."]


@dataclass(frozen=True, kw_only=True)
class PositionRow:
    """A fund in a financial year; the one place where types of saving meet."""

    fund: Annotated[str, "The fund."]
    year: Annotated[str, "The financial year."]
    funding: Annotated[str, "What it gets."]
    unmitigated_spend: Annotated[str, "What would be spent without the plan."]
    savings: Annotated[str, "Forecast of cashable and avoided savings."]
    costs: Annotated[str, "Forecast of the cost lines."]
    mitigated_spend: Annotated[str, "What is spent with the plan."]
    in_year_balance: Annotated[str, "Funding less that."]
    unmitigated_balance: Annotated[str, "Balance at the end of the year without the plan."]
    mitigated_balance: Annotated[str, "Balance at the end of the year with the plan."]


@dataclass(frozen=True, kw_only=True)
class RebaselinedRow:
    """A baseline, target, date or approval that was changed."""

    on: Annotated[str, "When it was recorded."]
    ref: Annotated[str, "The row."]
    what: Annotated[str, "The column."]
    old: Annotated[str, "What it was."]
    new: Annotated[str, "What it is."]
    why: Annotated[str, "The reason that was given."]


@dataclass(frozen=True, kw_only=True)
class RestatedRow:
    """A closed year of a savings line that today's rows and costs would give otherwise."""

    ref: Annotated[str, "The savings line."]
    type: Annotated[str, "Its type."]
    fund: Annotated[str, "Its fund."]
    year: Annotated[str, "The financial year."]
    kept: Annotated[str, "What was kept as realised."]
    restated: Annotated[str, "What today's rows and costs would add."]


@dataclass(frozen=True, kw_only=True)
class FirstPage:
    """What fits on the first page: the worst and the longest first, texts shortened; the rest stands further on."""

    themes: Annotated[Sequence[ThemeRow], "Counts by theme; where there are many, the last row holds all others."]
    total: Annotated[ThemeRow, "Counts of the whole plan."]
    slipping: Annotated[Sequence[ActivityRow], "What is off track or at risk."]
    more_slipping: Annotated[str, "That there are more, and where; blank where there are not."]
    decisions: Annotated[Sequence[DecisionRow], "What is asked for."]
    more_decisions: Annotated[str, "As above."]
    savings: Annotated[Sequence[MoneyRow], "Savings of the financial year of the as-at day, by type and fund."]
    more_savings: Annotated[str, "As above."]
    position: Annotated[str, "The position of the high needs block at the end of that year, in a sentence."]
    overdue: Annotated[str, "Whose updates are overdue."]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All of a Board report."""

    title: Annotated[str, "The plan's title."]
    council: Annotated[str, "The council's name, from Settings; blank where it is not said."]
    as_at: Annotated[str, "The day by which all is judged. Of a day still to come it says that this is a look ahead: it must "
                          "stand in the header of every page."]
    period: Annotated[str, "The open reporting period."]
    since: Annotated[str, "The period of the last report, with which this one is compared."]
    made_on: Annotated[str, "The day on which the report was made."]
    year: Annotated[str, "The financial year of the as-at day."]
    headline: Annotated[str, "How many activities stand how, and what has changed, in a sentence."]
    first_page: Annotated[FirstPage, "What stands on the first page."]
    status_picture: Annotated[Picture, "Picture: status by theme."]
    periods_picture: Annotated[Picture, "Picture: status by period."]
    savings_picture: Annotated[Picture, "Picture: savings by year, one part for each type."]
    position_picture: Annotated[Picture, "Picture: the position of each fund by year."]
    themes: Annotated[Sequence[ThemeBlock], "One block for each theme."]
    savings: Annotated[Sequence[MoneyRow], "Savings by type, fund and year."]
    net: Annotated[Sequence[NetRow], "Savings less costs, by fund and year."]
    position: Annotated[Sequence[PositionRow], "Funds by year."]
    notes: Annotated[Sequence[str], "What is in the range of the forecast, and what is in no figure."]
    decisions: Annotated[Sequence[DecisionRow], "Every decision that was asked for."]
    rebaselined: Annotated[Sequence[RebaselinedRow], "What was re-baselined since the last report, and why."]
    restated: Annotated[Sequence[RestatedRow], "What later counts would change in closed years."]
    activities: Annotated[Sequence[ActivityRow], "Every activity, closed ones too."]


@dataclass(frozen=True)
class Tag:
    """A tag: its name, what it is, the part that it is (None: a text or a picture), and whether there are many of it."""

    name: str
    says: str
    inside: type | None
    many: bool


def tags_of(part: type) -> Iterator[Tag]:
    """The tags of a part of the contents."""
    hints = get_type_hints(part, include_extras=True)
    for field in fields(part):
        kind, says = get_args(hints[field.name])
        many = get_origin(kind) is Sequence
        inner = get_args(kind)[0] if many else kind
        yield Tag(field.name, says, inner if inner not in (str, Picture) else None, many)


def parts_of(part: type) -> list[type]:
    """The parts that are inside a part, at any depth, each once."""
    found: list[type] = []
    for tag in tags_of(part):
        if tag.inside is not None:
            found += [one for one in (tag.inside, *parts_of(tag.inside)) if one not in found]
    return found
