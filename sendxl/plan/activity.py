"""What a row of Plan says of its activity: who leads it, and whether it still counts."""

from datetime import date

from sendxl.plan.rows import Row


def leads_of(activity: Row) -> tuple[str, ...]:
    """Titles of the lead and the joint leads, each once."""
    titles = [activity.lead, *(activity.joint_leads or "").split(";")]
    return tuple(dict.fromkeys(title.strip() for title in titles if title and title.strip()))


def is_closed(activity: Row, as_at: date) -> bool:
    """True if it has closed by that day: it then has the status Closed, is not issued and does not count."""
    return activity.closed_on is not None and activity.closed_on <= as_at
