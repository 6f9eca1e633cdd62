"""Who leads, read from a cell that holds lead roles and capacity with no reliable mark between them.

The dictionary of roles settles it where it can. Everything else is a doubt; no word is lost: what is not a role is
capacity. Source: workbooks/pages/month.md, What is read.
"""

import re
from dataclasses import dataclass

from sendxl.source.roles import Role, Roles, code_from

_LEAD_IN = re.compile(r"(?P<how>(?:covered|led|delivered|provided|picked up|overseen) by\s+)?(?:leads?\s*:\s*)?"
                      r"(?:the\s+)?", re.IGNORECASE)
_JOIN = re.compile(r"\s*(?:&|\band\b|/|\+|,|;)\s*", re.IGNORECASE)
_HELP = re.compile(r"\s*,?\s*(?:plus|(?:supported|assisted|helped) by|with (?:the )?(?:support|help|time) "
                   r"(?:of|from))\b", re.IGNORECASE)
_GAP = re.compile(r"^[\s–—:;,.-]+")
_LINKS = ("&", "of", "for", "and", "the", "to")
_CAPACITY_STARTS = re.compile(  # words with which a remark on capacity begins, so that no title runs into it
    r"await\w*|additional|no|not|covered|part|within|with|in|limited|requires?|potential\w*|existing|subject|change|"
    r"capacity|resources?|launched|commissioned", re.IGNORECASE)
_POST = (r"\b(?:manager|director|commissioner|co-?ordinator|officer|lead|advis[eo]r|psychologist|head|headteacher|"
         r"principal|consultant|nurse)\b")
_TEAM = r"\b(?:services?|teams?|groups?|boards?)\b"
_JOB = re.compile(rf"{_POST}|team|service", re.IGNORECASE)
_LONGEST_TITLE = 9  # words


@dataclass(frozen=True)
class LeadDoubt:
    """A doubt about the column ``about``, in plain sentences."""

    about: str
    read_as: str
    says: str


@dataclass(frozen=True)
class LeadRead:
    """The roles of a lead cell, the first the lead; the words about capacity; and what is not certain."""

    roles: tuple[Role, ...]
    capacity: str
    doubts: tuple[LeadDoubt, ...]


def read_lead(text: str, dictionary: Roles) -> LeadRead:
    """Roles and capacity words of a lead cell."""
    how, at = "", 0
    if lead_in := _LEAD_IN.match(text):
        how, at = (lead_in["how"] or "").strip(), lead_in.end()
    first = _role_at(text, at, dictionary)
    if first is None:
        says = ("No lead is named. Enter one, or no tracker is issued for it." if text else
                "The cell is empty. Enter a lead, or no tracker is issued for it.")
        return LeadRead((), text, (LeadDoubt("Lead", "", says),))
    role, at = first
    roles, doubts = [role], []
    while (join := _JOIN.match(text, at)) and (more := _role_at(text, join.end(), dictionary)):
        roles.append(more[0])
        at = more[1]
    rest = text[at:]
    doubts += _doubts(roles, rest, how)
    return LeadRead(tuple(dict.fromkeys(roles)), _GAP.sub("", rest), tuple(doubts))


def _role_at(text: str, at: int, dictionary: Roles) -> tuple[Role, int] | None:
    """The role that stands there: from the dictionary, else words that read like a title of a post."""
    if found := dictionary.match(text, at):
        return found
    guess = _title_at(text, at)
    return (Role(code_from(guess), guess, known=False), at + len(guess)) if guess else None


def _title_at(text: str, at: int) -> str:
    """Words that read like the title of a post: capitals up to a word for a job, and “of …” after it; or ""."""
    found, of = 0, False  # where the title ends so far; whether “of” or “for” came after the job
    for count, match in enumerate(re.finditer(r"\S+", text[at:])):
        word = match[0].rstrip(",.;:")
        link = word in _LINKS
        if count >= _LONGEST_TITLE or _CAPACITY_STARTS.fullmatch(word) or (link and not count):
            break
        if not (link or word[:1].isupper() or word[:1].isdigit()):
            break
        if found and not of and not _JOB.fullmatch(word) and word not in ("of", "for"):
            break
        if found and word in ("&", "and"):
            break
        of = of or (found > 0 and link)
        if not link and (found or _JOB.fullmatch(word)):
            found = match.start() + len(word)
        if word != match[0]:
            break
    return text[at:at + found]


def _doubts(roles: list[Role], rest: str, how: str) -> list[LeadDoubt]:
    doubts = []
    title = roles[0].title
    if how:
        doubts.append(LeadDoubt("Lead", title, f"“{how}” may mean someone who stands in. Check who leads."))
    for role in roles:
        if not role.known:
            doubts.append(LeadDoubt("Lead" if role is roles[0] else "Joint leads", role.title,
                                    f"“{role.title}” is not among the known roles, so where the title ends is a "
                                    "guess. Check it, or add the role to a roles file."))
        elif re.search(_TEAM, role.title, re.IGNORECASE) and not re.search(_POST, role.title, re.IGNORECASE):
            doubts.append(LeadDoubt("Lead" if role is roles[0] else "Joint leads", role.title,
                                    "This is a service or team, not a post. Name the post that answers for it."))
    if help_ := _HELP.match(rest):
        doubts.append(LeadDoubt("Joint leads", "; ".join(role.title for role in roles[1:]),
                                f"What follows “{help_[0].strip(' ,')}” was kept as capacity. "
                                "Check that it names no joint lead."))
    elif re.match(r"\s*[&+/]", rest):
        doubts.append(LeadDoubt("Joint leads", "; ".join(role.title for role in roles[1:]),
                                "The words after the sign that joins were not read as a role; they are in Capacity "
                                "note. Check whether they name a joint lead."))
    elif re.match(r"\s*:|\s*\(", rest):
        doubts.append(LeadDoubt("Lead", title,
                                "The title may go on after it; those words are in Capacity note. Check the lead."))
    return doubts
