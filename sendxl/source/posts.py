"""Who leads, from a column that holds nothing but leads: posts, bodies and people, one or several.

Unlike in a cell that also speaks of capacity, a title ends where the cell or the sign that joins two of them ends. Source:
workbooks/pages/month.md, What is read.
"""

import re
from dataclasses import dataclass, field

from sendxl.source.roles import Role, Roles, code_from

_JOB = re.compile(
    r"\b(?:managers?|directors?|commissioners?|co-?ordinators?|officers?|leads?|leaders?|advis[eo]rs?|psychologists?|heads?|headteachers?|"
    r"principals?|consultants?|nurses?|chairs?|chief|executives?|sencos?|teachers?|workers?|analysts?|sro|dco|dsco|dcs|dmo|ad|ep|pep|"
    r"hos|secretary|inspectors?|registrar|deputy|champions?|superintendents?|facilitators?|practitioners?|specialists?|"
    r"cllr|councillor|strategist|therapists?|planners?|owner)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:la|icb|ccg|nhs\w*|council|partners?|partnership|board|forum|team|service|services|group|schools?|settings?|trust|trusts|"
    r"providers?|directorate|department|agencies|agency|colleges?|association|network|committee|health|education|social care|"
    r"commissioning|finance|hr|ehcp?|all|pcf|government|authority|families|hub|hubs)\b",
    re.IGNORECASE,
)
_NAMED_BODY = re.compile(r"\w\s+(?:forum|team|board|trust|panel|network|council|partnership|hub|academy|charity)$", re.IGNORECASE)
_NONE = re.compile(
    r"(?:t\.?b\.?[cad]\.?|to be (?:confirmed|agreed|decided|appointed|determined)|n/?a|none|vacant|vacancy|-+|–|\?+|"
    r"not known|various|tbc .*)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\s*\(((?:[A-Z]\.\s?){1,3}[A-Z]{1,2}\.?|[A-Z]{2})\)")
_PERSON = re.compile(
    r"(?:(?:Mrs?|Ms|Miss|Dr|Prof|Cllr)\.? )?[A-Z][a-z'’-]+(?: [A-Z]\.?)? (?:Mc|Mac|O['’]|de |van )?[A-Z][a-z'’-]+|"
    r"[A-Z]\.? ?(?:Mc|O['’])?[A-Z][a-z'’-]+"
)
_HELPED = re.compile(
    r"\s*,?\s*\b(?:with (?:the )?(?:support|help|input) (?:of|from)|supported by|assisted by|in partnership with|alongside|"
    r"working with|together with|with)\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:lead|sro|owner|responsible|lead officer)s?\s*[:–-]\s*(?=\S)", re.IGNORECASE)
_SECOND_LABEL = re.compile(
    r"^(?:(?:joint |co-?|deputy |strategic |operational )(?:lead|owner|officer)|support(?:ed by|ing)?|deputy|sponsor)s?"
    r"\s*:\s*(?=\S)",
    re.IGNORECASE,
)
_SPELT = re.compile(r"([A-Z]{2,5}) \(([^()]+)\)")  # letters, and what they stand for
_NO_NAME = re.compile(  # words of posts and places, in capitals as names are
    r"\b(?:alternative|provision|inclusion|early|years|learning|support|special|needs|virtual|school|social|public|adult|children|"
    r"young|people|youth|justice|place|planning|access|attendance|transport|digital|data|quality|workforce|employment|skills|"
    r"parents?|carers?|famil\w+|safeguarding|communication|behaviour|autism|sensory|therap\w+|nursing|paediatric\w*|mental|primary|secondary|post|local|offer|"
    r"strategy|strategic|performance|business|participation|engagement|community|communities|housing|property|legal|corporate|services?)\b",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(  # what is the end of a title, never a whole one
    r"(?:manager|director|officer|leads?|leader|co-?ordinator|commissioner|advis[eo]r|chair|heads?|psychologist|consultant|specialist)s?",
    re.IGNORECASE,
)
_LAST = re.compile(r"\s*(?:[;/+&,]|\band\b)\s*")
_WHOLE = re.compile(  # how a title ends, or what it holds, that needs no further word
    r"\b(?:manager|director|officer|lead|leader|co-?ordinator|commissioner|advis[eo]r|chair|head|psychologist|consultant|nurse|teacher)s?$|"
    r"\b(?:head|director|manager|lead|leader|chair|officer|commissioner|coordinator)s? (?:of|for) \S",
    re.IGNORECASE,
)
_SUBJECTS = ("SEND", "SEN", "EHCP", "EHC", "PFA", "CYP", "SEMH", "AP", "SALT", "ASD")  # letters that are no body
_STOPS = re.compile(r"\s*(?:[;\n]|\s/\s|/(?=\s)|(?<=\s)/|\+)\s*")


@dataclass(frozen=True)
class Post:
    """Who leads: a title, and a name where one stands with it."""

    role: Role
    name: str = ""


@dataclass
class PostsRead:
    """The leads of a cell, the first the lead, with what is not certain."""

    posts: list[Post] = field(default_factory=list)
    doubts: list[tuple[str, str, str]] = field(default_factory=list)  # about, read as, says
    initials: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)  # titles of those that are no post


def read_posts(text: str, dictionary: Roles) -> PostsRead:
    """The leads of a cell."""
    read = PostsRead()
    whole = _LABEL.sub("", text.strip())
    named = [line for line in whole.split("\n") if not _NONE.fullmatch(line.strip(" ."))]
    whole = "\n".join(named) if any(_JOB.search(line) for line in named) else whole
    if not whole.strip() or _NONE.fullmatch(" ".join(whole.split()).strip(" .")):
        says = f"“{' '.join(whole.split())}” names no lead." if whole.strip() else "The cell is empty."
        read.doubts.append(("Lead", "", f"{says} Enter a lead, or no tracker is issued for it."))
        return read
    helped = _HELPED.search(whole)
    main, rest = (whole[: helped.start()], whole[helped.end() :]) if helped and helped.start() > 1 else (whole, "")
    for piece in _pieces(main, dictionary):
        _take(read, piece, dictionary)
    if rest:
        first = len(read.posts)
        for piece in _pieces(rest, dictionary):
            _take(read, piece, dictionary, joint=True)
        said = "; ".join(post.role.title for post in read.posts[first:])
        how = helped[0].strip(" ,") if helped else ""
        read.doubts.append(("Joint leads", said, f"What follows “{how}” was taken as a joint lead. Check whether it is one."))
    return read


def _pieces(text: str, dictionary: Roles) -> list[str]:
    """The leads that are joined in a text, each as it stands."""
    pieces: list[str] = []
    for line in _lines(text):
        if (found := dictionary.match(line)) and found[1] == len(line):
            pieces.append(line)
            continue
        for piece in _STOPS.split(line):
            pieces += _joined(piece.strip(" ,.&"), dictionary)
    return [piece for piece in pieces if piece]


def _lines(text: str) -> list[str]:
    """Lines of a cell; one that goes on with the line above it is joined to that."""
    lines: list[str] = []
    for line in text.split("\n"):
        line = " ".join(line.split())
        line = re.sub(r"^(?:[•·*▪-]|\(?[a-z0-9]\)|\d{1,2}\.)\s+", "", line)
        if lines and line and (line[0].islower() or lines[-1].endswith((" and", " &", ",", " of", " for", "/"))):
            lines[-1] += f" {line}"
        elif line:
            lines.append(line)
    return _whole(lines)


def _whole(lines: list[str]) -> list[str]:
    """Lines of which each is a lead: a title that goes on over several is joined, and so is a name with the post beside it."""
    whole: list[str] = []
    for line in lines:
        last = _LAST.split(whole[-1])[-1] if whole else ""
        if whole and (_is_part(last) or (_ONE_WORD.fullmatch(line) and not _WHOLE.search(last))):
            whole[-1] += f" {line}"
        else:
            whole.append(line)
    paired: list[str] = []
    for line in whole:
        if paired and ", " not in paired[-1] and _is_person(paired[-1]) != _is_person(line) and _names_post(paired[-1], line):
            paired[-1] += f", {line}"
        else:
            paired.append(line)
    return paired


def are_two(above: str, line: str) -> bool:
    """True if two lines of a cell are a lead each, and not one whose title goes on."""
    ends = above.rstrip().lower().endswith((" of", " for", " and", " &", ",", "/", " to", " with", " the"))
    return not ends and line[:1].isupper() and bool(_JOB.search(above) and _JOB.search(line)) and not _ONE_WORD.fullmatch(line)


def _names_post(above: str, line: str) -> bool:
    """True if one of two lines is a person and the other a post."""
    other = line if _is_person(above) else above
    return bool(_JOB.search(other))


def _is_part(line: str) -> bool:
    """True for words that are no lead by themselves: they name no job, no body and no person, as “Community” does."""
    short = re.sub(r"\s*\([^)]*\)", "", line)
    is_body = bool(_BODY.search(short)) and short != "School"
    return not (_JOB.search(line) or is_body or _is_person(line) or short.isupper() or ":" in line or _NONE.fullmatch(line))


def _joined(piece: str, dictionary: Roles) -> list[str]:
    """Two posts that “and”, “&”, “/” or a comma joins; a title that has one of these in it stays whole."""
    if not piece:
        return []
    if (found := dictionary.match(piece)) and found[1] == len(piece):
        return [piece]
    for match in re.finditer(r"\s+(?:&|and)\s+(?:the\s+)?|,\s+(?:and\s+|&\s+)?|(?<=\w)/(?=\w)", piece):
        left, right = piece[: match.start()].strip(" ,"), piece[match.end() :].strip(" ,")
        comma = match[0].startswith(",")
        if _is_lead(left, dictionary) and _is_lead(right.split(",")[0].split(" and ")[0], dictionary, after=comma):
            if comma and _is_body_of(left, right):
                continue
            return [left, *_joined(right, dictionary)]
    return [piece]


def _is_lead(text: str, dictionary: Roles, *, after: bool = False) -> bool:
    """True if a text is a lead by itself: it names a job, or is a body that is known by its letters."""
    bare = _INITIALS.sub("", text).strip()
    if not bare:
        return False
    if (found := dictionary.match(bare)) and found[1] == len(bare):
        return True
    if _JOB.search(bare):
        return not re.fullmatch(r"(?:senior|deputy|head|lead|principal|chief|strategic|operational)", bare, re.IGNORECASE)
    if _NAMED_BODY.search(bare) and not after:
        return True
    short = re.sub(r"\s*\([^)]*\)", "", bare)
    if short in _SUBJECTS:
        return False
    return (
        not after
        and bool(
            re.fullmatch(
                r"[A-Z]{2,5}s?|[Aa]ll (?:partners|schools|agencies)|(?:the )?[Cc]ouncil|[Ss]chools|[Hh]ealth|[Ss]ettings", short
            )
        )
    ) or (
        bool(re.fullmatch(r"[A-Z]{2,5}s?", short)) and after and short in ("DCO", "DSCO", "DCS", "DMO", "SENCO", "SENCOs", "PEP")
    )


def _is_body_of(left: str, right: str) -> bool:
    """True for “…, ICB”: where somebody works stands behind the comma."""
    return not _JOB.search(right) and bool(_BODY.search(right)) and bool(_JOB.search(left))


def _is_person(text: str) -> bool:
    return bool(_PERSON.fullmatch(text)) and not (_JOB.search(text) or _BODY.search(text) or _NO_NAME.search(text))


def _stand_for(letters: str, title: str) -> bool:
    """True if letters are the first ones of the words of a title."""
    first = "".join(word[0] for word in re.findall(r"[A-Za-z]+", title) if word.lower() not in ("of", "the", "and", "for"))
    return letters.casefold() == first.casefold()


def _take(read: PostsRead, piece: str, dictionary: Roles, *, joint: bool = False) -> None:
    about = "Joint leads" if read.posts or joint else "Lead"
    if (label := _LABEL.match(piece) or _SECOND_LABEL.match(piece)) and (
        _JOB.search(piece[label.end() :]) or _is_person(piece[label.end() :])
    ):
        piece = piece[label.end() :]
    if (spelt := _SPELT.fullmatch(piece)) and _stand_for(spelt[1], spelt[2]):
        piece = spelt[2]
    while initials := _INITIALS.search(piece):
        read.initials.append(initials[1].strip())
        piece = (piece[: initials.start()] + piece[initials.end() :]).strip(" ,")
    name = ""
    if (match := re.fullmatch(r"(.+?)\s*:\s*(.+)", piece)) and _JOB.search(match[1]) and _is_person(match[2]):
        name, piece = match[2], match[1]
    if ", " in piece:
        first, _, rest = piece.partition(", ")
        if _is_person(first) and _JOB.search(rest):
            name, piece = first, rest
        elif _is_person(rest) and _JOB.search(first):
            name, piece = rest, first
    elif (
        (match := re.fullmatch(r"(.+?)\s*[(–-]\s*([^()]+?)\)?", piece))
        and _PERSON.fullmatch(match[1])
        and _JOB.search(match[2])
        and not _JOB.search(match[1])
    ):
        name, piece = match[1], match[2]
    elif (
        (match := re.fullmatch(r"(.+?)\s*\(([^()]+)\)", piece))
        and _PERSON.fullmatch(match[2])
        and _JOB.search(match[1])
        and not _BODY.search(match[2])
    ):
        name, piece = match[2], match[1]
    if not piece or _NONE.fullmatch(piece):
        return
    found = dictionary.match(piece)
    role = Role(code_from(piece), piece.replace(";", ","), known=False)
    if found and found[1] == len(piece):
        other = () if found[0].title.casefold() == piece.casefold() else (found[0].title,)
        role = Role(found[0].code, piece if other else found[0].title, other or found[0].other_names)
    if any(role.title.casefold() == post.role.title.casefold() for post in read.posts):
        return
    read.posts.append(Post(role, name))
    if name:
        read.doubts.append(
            (about, role.title, f"“{name}” was taken as the name of the {role.title}, and stands in Leads. Check it.")
        )
    elif not _JOB.search(role.title):
        if _is_person(role.title):
            read.doubts.append(
                (about, role.title, f"“{role.title}” seems to be a person. Name the post, and put the name in Leads.")
            )
        else:
            read.bodies.append(role.title)
