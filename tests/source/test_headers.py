"""Headers of columns as councils word them, and what each is read as without looking at what stands below it."""

import pytest

from sendxl.source.column_parts import Part
from sendxl.source.column_words import named

HEADERS = """
Activity: Actions we will take | Proposed action | Action to be undertaken | Specific actions | Action / task | Action
    description | Key tasks | What actions will we take? | Actions required to achieve objective | Improvement actions |
    Recommendation and action | What do we need to do? | What will we do to get there | Deliverables | Our commitments |
    Planned activity | Work to be done | Description of action | SMART action | Required action | Detail of action |
    Task name | Action point
Lead: Lead(s) | Lead Officer/s | Responsible Officer(s) | Responsibility of | Accountable lead | Lead professional |
    Named lead | Action by | Assigned to | Who will do this? | Person(s) responsible | Lead / owner | Delivery owner |
    Lead officer and agency | Exec lead | Owner(s) | Led by | Owned by | Responsible person | Action owner | Who's
    leading? | Allocated to | Project manager | Lead name | Accountable person
Due: By when? | Target completion | To be completed by | Completion due | End | Due by | Date due | Planned completion
    date | Expected completion | Timescale for completion | When will it be done? | Target end date | Complete by |
    Delivery timescale | Milestone date | Proposed completion date | Original due date | Revised date | Forecast end
    date | Completion target | Timescales / deadline | Time frame | Implementation timescale | Delivery by
Starts: Start | Starting | Planned start | Date started | Begin date | Commencement | Start by | Action start date
Completed on: Actual end | Date of completion | Completion date (actual) | Date completed | Date action completed |
    Actual date of completion | Closed date
% complete: % complete | Percentage completed | % progress | Completion % | Progress (%) | Percent done | % Delivered |
    How complete (%)
Lead status: RAG | RAG rating | Current RAG | Overall RAG status | Status (RAG) | Action status | Progress RAG | BRAG
    rating | Delivery confidence | Traffic light | Progress status | RAYG | Current status of action | Overall rating |
    Completion status
Progress: Progress | Progress made | Update | Latest update | Progress update (June 2026) | What have we achieved? |
    Comments/progress | Commentary | Narrative update | Position statement | Progress to date | Status commentary |
    Notes | Officer comments | What has happened so far? | Current progress | Highlight report | Summary of progress
Next steps: Next steps | Planned next steps | Actions for next period | Further actions needed | What's next? | Future
    plans | Activity next quarter
Measure: Success criteria | How will we measure success? | KPIs | Key performance indicator | Measures / KPIs | How we
    will know it's working | Impact measures | Performance measures | Outcome measure | Metric | How will we know we
    have succeeded? | Evidence of success | Indicators of success | What will success look like? | How will it be
    measured? | Quantitative measure | Monitoring measure | Success indicators/KPIs | Output measures | Measure of
    impact
Expected change: Expected impact | Intended outcome | Outcomes for children | Desired outcomes | Impact for children and
    young people | What difference will this make? | Benefits to families | Outcome we want | What will be different? |
    Anticipated outcome | Outcome sought | Intended impact on families | Outcomes and impact | So that
Rationale: Rationale | Why is this important? | Why | Issue identified | Identified weakness | Reason for action |
    Evidence of need | Need | What the data tells us | Background | Gap | What we know
Theme: Theme | Priority | Priority area | Strategic priority | Objective theme | Workstream | Area of focus | Work
    stream | Aim | Pledge | Strand | Key line of enquiry | Focus area | Improvement area | Outcome area | Pillar |
    Chapter | Category
Source no: No. | Ref | Reference | Action no | Action ID | ID | Item | # | S/N | Line | Ref. | Task no. | Action ref no
    | Row | Number
Baseline: Baseline | Baseline position | Starting position | Baseline (Sept 2025) | Current baseline | Baseline data |
    2024/25 actual | Outturn 2024/25
Target: Target | Target 2026/27 | 2026 target | Year 1 target | End of year target | Target value | Milestone target
Joint leads: Supporting officers | Support from | Partners involved | Supported by | Other partners | Contributors |
    Deputy lead | Co-lead
Savings: Savings | Saving £000 | Financial benefit | Cost reduction | Estimated saving | Cost avoidance | Savings
    2026/27 | MTFS saving | Efficiency (£k)
Capacity note: Resources | Resources required | Resource implications | Capacity needed | Resourcing | Staffing required
    | Resources / funding
Evidence: Evidence | Source of evidence | Evidence of completion | Supporting evidence | Evidence link | Evidence
    collected
Column of its own: Risk | Risks and mitigation | Budget code | Links to other plans | Governance | Reporting to |
    Dependencies | Cost | Funding source | Board | Strategic link | DPIA needed | Location | Cohort
Lead body: Lead agency | Organisation | Responsible agency | Partner agency | Lead service | Directorate | Team | Lead
    organisation(s) | Service area
"""
CASES = [(header.strip(), part) for block in HEADERS.replace("\n    ", " ").strip().splitlines()
         for part, _, headers in [block.partition(": ")] for header in headers.split(" | ")]
# A partner or a team may be read as one that leads, or be left under its own header.
ALSO = {Part.JOINT: {Part.LEAD_BODY, Part.OWN}, Part.OWN: {Part.JOINT}, Part.EVIDENCE: {Part.OWN},
        Part.LEAD_BODY: {Part.LEAD, Part.OWN}}


@pytest.mark.parametrize(("header", "part"), CASES)
def test_a_header_is_read_by_its_words(header: str, part: str) -> None:
    found = named(header)
    read = found[0] if found else Part.OWN
    assert read in {Part(part), *ALSO.get(Part(part), set())}
