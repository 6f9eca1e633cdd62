"""What a column of a source is by the words of its header: by exact names, else by rules about words.

Source: the headers seen in published plans, workbooks/pages/month.md, What is read.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from sendxl.source.column_parts import Part, Sure
from sendxl.source.grids import GridCell, words
from sendxl.source.phrases import month_of_header, read_phrase
from sendxl.source.statuses import is_status

_EXACT: Mapping[Part, str] = {
    Part.SOURCE_NO: "no|nos|number|ref|ref no|ref code|reference|reference number|action no|action number|action ref|id|item|"
    "item no|#|code",
    Part.THEME: "theme|themes|priority|priority area|priority theme|workstream|work stream|strand|area|area for improvement|"
    "area of focus|focus area|area of weakness|pledge|aim|strategic aim|strategic priority|strategic objective|"
    "protected characteristics|pillar|programme|domain|goal",
    Part.ACTIVITY: "activity|activities|action|actions|objective|objectives|what|what we will do|what will we do|commitment|"
    "commitments|we said|task|tasks|action required|actions required|key action|key actions|key activity|"
    "key activities|what we will do and when|project|deliverable|agreed action|planned action|planned actions|"
    "initiative|intervention|action to be taken|what are we going to do|what do we need to do|milestone action|we will|"
    "what we are going to do|what we are doing|what we plan to do|what needs to happen|what needs to be done|"
    "what will be done|what will happen|description|description of action|"
    "action details|scheme|proposal|savings proposal|savings scheme|priority action|priority actions|"
    "improvement action|improvement actions|improvement activity|activity description",
    Part.STEPS: "how|step|steps|key steps|sub actions|sub tasks|milestones|key milestones|how we will do it|how will we do it",
    Part.MEASURE: "measure|measures|measure of success|measures of success|measure s|measure s of success|success measure|"
    "success measures|success criteria|"
    "measuring success|measurement|how we will know|how will we know|how we will measure success|kpi|kpis|"
    "indicator|performance indicator|performance measure|performance measures|success indicator|"
    "success indicators|what we will see|how success will be measured|measurable outcome|evidence of success|"
    "what does success look like|what will success look like|what good looks like|how will we know it worked",
    Part.CHANGE: "expected change|outcome|outcomes|expected outcome|expected outcomes|intended outcome|intended outcomes|"
    "desired outcome|impact|intended impact|expected impact|what we want|the difference this will make|so what|"
    "what difference will it make|what residents will see|impact on children and families|expected benefits|"
    "anticipated outcomes|benefits|benefit|result|expected result",
    Part.RATIONALE: "rationale|why|reason|where are we now|governance issue|issue|context|background|why this matters|"
    "why are we doing this|identified need|need|finding|recommendation",
    Part.SAVINGS: "saving|savings|saving s|financial impact|financial benefit|financial implications|cost saving|cost savings|"
    "efficiency|efficiencies",
    Part.BENEFITS: "benefits realisation|benefit realisation|benefits realization|when benefits will be seen|benefits timescale",
    Part.LEAD: "lead|leads|lead officer|lead officers|who|who by|by whom|who will do it|who is responsible|owner|action owner|"
    "responsible|responsible officer|responsible officers|responsible person|person responsible|sro|"
    "work stream lead s|workstream lead|roles responsible|role responsible|project lead|accountable officer|"
    "accountable|named lead|lead person|lead role|lead name|officer|senior responsible officer|who will lead|"
    "responsibility|named officer|action lead|delivery lead|operational lead|strategic lead|lead professional",
    Part.LEAD_BODY: "lead agency|lead organisation|lead partner|lead body|responsible organisation|organisation|agency|"
    "lead service|lead team|lead directorate|partner|partners|agencies",
    Part.JOINT: "joint lead|joint leads|supporting officers|support|supported by|supporting lead|supporting leads|co lead|"
    "other leads|deputy|deputy lead|contributors|who else",
    Part.CAPACITY: "resources|resource|capacity|resource implications|resources required|resources needed",
    Part.STARTS: "start|starts|start date|date started|from|begins|commencement date|commence",
    Part.DUE: "due|due date|end|end date|target date|target delivery date|timeline|timescale|timescales|time scale|"
    "timeframe|time frame|when|by when|deadline|completion date|finish|finish date|delivery date|date|dates|"
    "planned completion|planned completion date|target completion date|target completion|date due|when by|"
    "complete by|to be completed by|planned end date|expected completion date|implementation date",
    Part.COMPLETED: "date achieved|date completed|completed|completed on|actual completion date|date of completion|"
    "closed|achieved on|actual end date|date closed|achieved|date delivered|delivered on|date done|closed on|when achieved",
    Part.PERCENT: "percentage complete|percent complete|% complete|complete %|% completed|percentage completed|progress %|"
    "% progress|% done|percent done",
    Part.STATUS: "status|current status|stage|rag|rag rating|rag status|brag|brag rating|brag status|red amber green|rating|"
    "current rag|overall rag|progress rag|delivery status|traffic light|state|bragg|r a g|rag r a g|overall status",
    Part.PROGRESS: "comments|comment|action update|update|updates|progress|progress update|current position|explanation|"
    "we did|status update|progress summary|latest update|commentary|progress to date|progress notes|notes|"
    "latest position|progress and impact|impact to date|narrative|what have we done|what we have done|"
    "progress update and impact|what has been done",
    Part.EVIDENCE: "evidence|evidence and impact|evidence of impact|impact evidence|source of evidence|evidence base|"
    "evidence of progress|supporting evidence",
    Part.NEXT: "next steps|next step|anticipated outcomes and next steps|what next|further action|next actions|next action",
    Part.BASELINE: "baseline|baseline position|baseline value|previous outturn|starting point|current performance|"
    "baseline figure|start position|baseline data",
    Part.TARGET: "target|target value|target figure|target s|targets|est outturn|performance target|target outcome|ambition|"
    "end target|final target",
    Part.BETTER: "polarity|better|good is|good to be|desired direction|direction of travel wanted",
}
PLAIN_WORDS = frozenset(
    word for names in (
        *_EXACT.values(), "completed complete ongoing amber green purple progress delayed started overdue january february march "
        "april june july august september october november december autumn spring summer manager director commissioner "
        "psychologist coordinator officer education inclusion commissioning partnership families children young people services "
        "service schools school transport published agreed reviewed number percentage assessment assessments health social care")
    for word in names.replace("|", " ").split() if len(word) > 3)
"""Words of plans in general, of more than three letters."""
_BY_NAME = {name: part for part, names in _EXACT.items() for name in names.split("|")}
_MONTH = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_RULES: tuple[tuple[Part, str], ...] = (  # the first that fits
    (Part.OWN, r"^(number|no|count|total|sum) of\b|^how many\b|^totals?\b"),
    (Part.SAVINGS, r"\bsavings?\b|\bcost (reduction|avoidance)s?\b"),
    (
        Part.PROGRESS,
        r"\b(comments?|commentary|narrative)\b|^what (have|has)\b.*\b(achieved|done|happened|changed)\b|\bso far\b|"
        r"\bhighlight",
    ),
    (
        Part.NEXT,
        r"\bnext (steps?|actions?|quarter|period)\b|^whats next$|\b(do|doing|happens?|come|coming|planned) next$|"
        r"\bfurther actions?\b|\bfuture (plans?|actions?|work)\b",
    ),
    (
        Part.RATIONALE,
        r"\bweakness(es)?\b|\bgaps?\b|\b(data|evidence) tells?\b|^what we (know|found)\b|\bevidence of need\b|\bfindings?\b",
    ),
    (
        Part.CHANGE,
        r"^what (?:do|did|are) we (?:want|hope|aim|try)\w*\b|^what we (?:want|hope|aim)\b|"
        r"\bwant to (?:achieve|see|change|happen)",
    ),
    (
        Part.THEME,
        r"\bkey lines? of enquiry\b|\b(improvement|outcome|focus|objective|priority) (area|theme)s?\b|"
        r"^(chapter|category|section)$",
    ),
    (
        Part.OWN,
        r"\b(risks?|likelihood|mitigations?|mitigating|budget|cost|costs|link|links|dependenc\w+|term action|dpia|"
        r"governance|trend)\b",
    ),
    (Part.HISTORY, rf"\b(b?rag|status)\b.*(\d{{2}}\b|\bq\d|\b(?:{_MONTH}))|^(?:{_MONTH})[a-z]* \d{{2,4}}( b?rag| status)?$"),
    (
        Part.BASELINE,
        r"\bbaseline|previous outturn|starting (point|position)|where we started|^outturn\b|^\d{4}( \d{2,4})? (actual|outturn)$|"
        r"^where are we now data$",
    ),
    (
        Part.PERCENT,
        r"(percent\w*|%) (complete|completion|progress|delivered|done|achieved)|"
        r"\b(complete|completion|progress|delivered) (percent\w*|%)",
    ),
    (
        Part.DUE,
        r"\bto be (completed|complete|delivered|done|achieved|implemented|in place|finished|met) (by|on)\b|"
        r"^(?!.*\b(work|what|actions?|tasks?)\b).*\bto be (completed|delivered|done|achieved|implemented|in place|finished)\b|"
        r"\b(expected|planned|anticipated|forecast|proposed|target) (completion|finish|end)\b|\bcompletion (target|due)\b|"
        r"\b(milestone|review|revised|original|forecast) dates?\b|\bdelivery by$",
    ),
    (
        Part.COMPLETED,
        r"\b(date|when) (\w+ )?(achieved|completed|closed|delivered|done)\b|\bclosed date\b|"
        r"\bactual (date|completion|end|finish)|\b(completion|end|finish) date actual\b",
    ),
    (
        Part.STARTS,
        r"^(planned |proposed |actual |expected )?(starts?|starting|begins?)( by| on)?$|\b(start|begin) date\b|\bcommenc|"
        r"\b(starts?|begins?)$|^(dates?|tim(?:e ?(?:scale|line|frame)s?|ing)|period|delivery|when) from$",
    ),
    (
        Part.DUE,
        r"\bby when\b|\bwhen\b|\bdue\b|\bdeadline|\btime ?(scale|line|frame)s?\b|\b(target|end|completion|finish|delivery|"
        r"review) .*\bdate|\b(end|ends|until|finish|finishes)$|^(dates?|timing|period|delivery) (to|till)$|\bdate for\b|"
        r"\bcomplet(?:e|ed|ion) by\b|\bfinish\b|\bdelivered by\b|\btarget (?:completion|end)\b",
    ),
    (Part.TARGET, r"(?!.*\bcompletion\b).*\btarget\b|est(imated)? outturn|\btrajectory\b"),
    (Part.SAVINGS, r"\bfinancial (impact|benefit)|£|\befficienc"),
    (Part.BENEFITS, r"\bbenefits? reali[sz]ation"),
    (Part.PROGRESS, r"\bstatus update|\bprogress (update|summary|note|to date|report|comment)|\baction update"),
    (
        Part.STATUS,
        r"\brating\b|\brayg\b|\bconfidence\b|\bb?rag\b|\bbragg?\b|\bstatus\b|\bred amber green\b|\btraffic\b|\bstage\b",
    ),
    (Part.JOINT, r"\b(support\w*|joint|co|deputy) (lead|officer|owner|partner)s?\b"),
    (
        Part.LEAD_BODY,
        r"^(?!.*\b(officer|person|name|owner)s?\b).*\b(agency|agencies|organisations?|body|directorate|partners?)\b",
    ),
    (Part.LEAD_CAPACITY, r"\blead\b.*\b(capacity|resources?)\b"),
    (
        Part.LEAD,
        r"\b(assigned|allocated|owned|led) (to|by)\b|\bpost ?holders?\b|^action by$|\bmanagers?\b|"
        r"\b(lead|leads|leading|who|whos|whom|owner|"
        r"owners|owned|responsib\w+|sro|officer|officers|accountab\w+|named person)\b",
    ),
    (Part.EVIDENCE, r"\bevidence\b"),
    (
        Part.MEASURE,
        r"\bsuccess|\bmeasur\w*|\bkpis?\b|\bindicators?\b|how (?:we|you)(?:'ll| will| ll)? know|how will (?:we|you) know|"
        r"we(?:ll| will) know|"
        r"\bwe will see\b|\bmetrics?\b",
    ),
    (
        Part.PROGRESS,
        r"\bprogress|\bupdates?\b|\bcomment\w*|\bexplanation\b|\bcurrent position\b|\bwe did\b|\bimpact to date\b|"
        r"\breport for\b|\bposition\b|\bachiev\w+ so far\b|\bnarrative\b",
    ),
    (
        Part.CHANGE,
        r"\bdifferent\b|^so that\b|\boutcomes?\b|\bexpected\b|\bdifference\b|\bimpact\b|what we want\b|\bwill see\b|"
        r"\bbenefits?\b|\bchange\b",
    ),
    (
        Part.SOURCE_NO,
        r"^(action|ref|item|objective|task|line|row|serial|s)? ?(no|nos|number|ref|id|code)( no| number)?$|^(s n|line|row)$",
    ),
    (
        Part.THEME,
        r"^(?!.*\b(actions?|activit(y|ies)|tasks?|leads?|owners?|dates?)\b)(theme|priority|workstream|area|pledge|strand|pillar|aim)\b",
    ),
    (Part.RATIONALE, r"\brationale\b|\bwhy\b|\breasons?\b|\bwhere (?:are we|we are) now\b|\bissues?\b|\bcontext\b|\bneeds?\b"),
    (Part.STEPS, r"^how\b|\bsteps\b|\bmilestones?\b|\bsub ?tasks?\b"),
    (Part.BETTER, r"\bpolarity\b|\bbetter\b"),
    (Part.CAPACITY, r"\bcapacity\b|\bstaffing\b|\bresourc\w+\b"),
    (
        Part.ACTIVITY,
        r"\b(activit(?:y|ies)|actions?|what|objectives?|commitments?|we said|projects?|tasks?|deliverables?)\b|"
        r"\bto be (done|undertaken|taken)\b",
    ),
    (Part.DUE, r"\bdates?\b|^by$"),
)
_NAMED_THEME = re.compile(
    r"[A-Za-z]+(?: [a-z]+)* (?:\d{1,2}|[A-Z]|one|two|three|four|five|six|seven)\s*[:–—-]\s+\S", re.IGNORECASE
)
_QUESTION = re.compile(r"(?:what|how|who|when|why)\b", re.IGNORECASE)
_COUNTS = re.compile(r"(?:number|no\.?|count|%|percentage|share) of\b", re.IGNORECASE)
_ABBREVIATED = 2  # words, up to which a header may end in a full stop, as in “No.”
_LIKELY_WORDS = 6  # of a header that is only likely one
_MOST_WORDS = 9  # of a header
_LONGEST = 60  # characters of one that is known


@lru_cache(maxsize=4000)
def folded(header: str) -> str:
    """A header as it is compared: small letters, digits, % # and £."""
    return " ".join(re.sub(r"[^a-z0-9%#£ ]", " ", header.casefold().replace("’", "'").replace("'", "")).split())


@lru_cache(maxsize=4000)
def named(header: str) -> tuple[Part, Sure] | None:
    """What a header is by its words; None where they say nothing."""
    name = folded(re.sub(r"\s*\([^)]*\)\s*$", "", header)) or folded(header)
    whole = folded(header)
    if re.search(r"\blead\b.*\b(capacity|resource)", whole):
        return Part.LEAD_CAPACITY, Sure.SURE
    if re.search(r"\b(completion|end|finish) date actual\b", whole):
        return Part.COMPLETED, Sure.LIKELY
    if re.search(r"\breport for\b", whole):
        return Part.PROGRESS, Sure.LIKELY
    for text in (whole, name):
        if text in _BY_NAME:
            return _BY_NAME[text], Sure.SURE
    if not whole or len(whole.split()) > _MOST_WORDS + 3:
        return None
    if month_of_header(header):
        return Part.HISTORY, Sure.LIKELY
    for part, pattern in _RULES:
        if re.search(pattern, whole):
            return part, Sure.LIKELY
    return None


def looks_like_header(cell: GridCell) -> bool:
    """True if a cell may be the header of a column: few words, and ones that name something of a plan."""
    text = words(cell.text)
    ends = text.endswith((".", ";")) and len(text.split()) > _ABBREVIATED
    if not text or len(text.split()) > _MOST_WORDS or ends or _NAMED_THEME.match(text) or _COUNTS.match(text):
        return False
    found = named(text)
    if found is None or found[1] is Sure.SURE:
        return found is not None
    asks = len(text.split()) <= _LIKELY_WORDS or bool(_QUESTION.match(text))
    return asks and not is_status(text) and (found[0] is Part.HISTORY or not read_phrase(text).days)


def is_surely_header(cell: GridCell) -> bool:
    """True if a cell holds, word by word, a header that is known."""
    return len(cell.text) < _LONGEST and folded(cell.text) in _BY_NAME
