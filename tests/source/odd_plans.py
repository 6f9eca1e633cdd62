"""Plans of further shapes, in words of our own; what a careful person reads out of each stands in odd_plans.txt."""

from datetime import date
from pathlib import Path
from typing import Any

from tests.source import made_plans
from tests.source.made_plans import docx, p, tbl, tc, text, xlsx


def _cells(line: str, **merged: str) -> list[str]:
    """Cells of a row of a Word table, between bars; ``merged`` tells by place how one is merged, ``f`` and place its fill."""
    return [tc(said, merge=merged.get(f"m{place}", ""), fill=merged.get(f"f{place}", ""))
            for place, said in enumerate(line.split("|"))]


def word_with_headers_in_two_rows(folder: Path) -> Path:
    """Start and Finish below Timescales; themes in rows that span the table."""
    top = _cells("Ref|What are we going to do?|Accountable officer||How will we measure impact?|Progress rating",
                 **dict.fromkeys(("m0", "m1", "m2", "m4", "m5"), "restart"))
    top[3] = tc("Timescales", span=2)
    lower = _cells("|||Start|Finish||", **dict.fromkeys(("m0", "m1", "m2", "m5", "m6"), "continue"))
    rows = ["A1|Set up drop-in clinics in each family hub|Early Help Manager|01/04/2026|30/09/2026|"
            "Number of clinics (baseline 2, target 9)|On track",
            "A2|Give each nursery a named adviser|Head of Early Years / Area SENCo Lead|Sept 2026|Mar 2027|"
            "100% of nurseries have an adviser|Not yet started",
            "B1|Rewrite the template for annual reviews|EHC Plan Coordinator|TBC|By end of Spring 2027|Template in use|Delayed"]
    first, second, third = map(_cells, rows)
    return docx(folder / "plan.docx", p("Riverton Inclusion Delivery Programme 2026-29", "Title"),
                p("Our promise is that every child belongs."),
                tbl(top, lower, [tc("Priority A - Getting help early", span=7)], first, second,
                    [tc("Priority B - Plans that work", span=7)], third, raw=True))


def excel_with_a_sheet_for_each_workstream(folder: Path) -> Path:
    """A sponsor between the theme and the headers, a total, and a sheet that only explains."""
    headers = ["Task ID", "Task description", "Task owner", "Planned start", "Planned end", "% done", "Current position",
               "Measure", "Baseline 2024/25", "Target 2026/27", "RAG (Oct)"]
    share = dict.fromkeys((("WS1 Belonging", "F5"), ("WS1 Belonging", "F6"), ("WS2 Moving on", "F5")), "0%")
    return xlsx(folder / "plan.xlsx", {
        "Read me": [["How to use this tracker"], ["Update every month"]],
        "WS1 Belonging": [["Workstream 1: Belonging"], ["Sponsor: Director of Education"], [], headers,
            ["1.01", "Open an inclusion base in each cluster", "Pat Lane, Head of Inclusion", date(2026, 4, 6), date(2027, 7, 23),
             0.25, "Two bases open", "Number of bases", 2, 8, "Amber"],
            ["1.02", "Share one behaviour offer", "Behaviour Lead", date(2026, 9, 1), date(2026, 12, 18), 1, "Done and published",
             "Suspensions of pupils with plans", 140, 95, "Complete"],
            [None, "TOTAL", None, None, None, None, None, None, 142, 103, None]],
        "WS2 Moving on": [["Workstream 2: Moving on"], ["Sponsor: Director of Adults"], [], headers,
            ["2.01", "Map college courses", "Post 16 Lead & College Link Officer", date(2026, 5, 1), date(2027, 1, 31), 0, "",
             "Young people in education, work or training", "88%", "93%", "Green"]]}, formats=share)


def csv_with_statuses_by_quarter(folder: Path) -> Path:
    """Columns of their own; days with dots and in ISO."""
    return text(folder / "plan.csv",
        "Area of focus,Agreed action,Success measures,Responsible lead,Target completion date,Q1 25/26 RAG,Q2 25/26 RAG,Barriers,"
        "Reports to\n"
        "Transport,Publish a clear travel offer,Offer published by March,Travel Team Manager,2026-03-31,G,A,Two staff vacancies,"
        "Inclusion Board\n"
        'Transport,"Train 20 travel buddies; recruit a second cohort","Number of young people travelling alone: 12 to 40",'
        "Travel Training Officer,2026-12-31,A,R,,Inclusion Board\n"
        "Health,Cut the wait for hearing tests,90% seen within 6 weeks,Community Audiology Lead (NHS Trust),31.07.2026,R,R,"
        "Room lost,Health Board\n")


def page_with_agencies(folder: Path) -> Path:
    """A table below each heading, a column for the body and one for the person, days on which it was achieved."""
    head = "".join(f"<th>{header}</th>" for header in ("Commitment", "Lead agency", "Lead person", "Deadline",
                                                       "What difference will it make?", "Update", "Achieved"))

    def table(*rows: str) -> str:
        said = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows)
        return f"<table><tr>{head}</tr>{said}</table>"

    return text(folder / "plan.html",
        "<html><head><title>Plan | Council site</title></head><body><nav>Home</nav><h1>SEND improvement plan, Oakshire</h1>"
        "<p>Updated 3 June 2026.</p><h2>Theme 1: Hearing families</h2>"
        + table("Hold a termly forum in each town|Council|Participation Manager|Termly|More parents say they are heard|"
                "Held twice|",
                "Put the local offer on one page|Council and ICB|Digital Lead|30th June 2026|Fewer calls asking where to find it|"
                "Live|12 May 2026")
        + "<h2>Theme 2: Skilled staff</h2>"
        + table("Train 300 staff in autism awareness|Schools|Autism Adviser|Autumn term 2026|Staff feel confident|110 trained|")
        + "<footer>Contact us</footer></body></html>")


def markdown_that_says_we_will(folder: Path) -> Path:
    """Colours as pictures before their names; figures with “now”, and an arrow."""
    return text(folder / "plan.md", """# Inclusion strategy: year two plan

We review this plan each term.

## Outcome 1 – Children join in

| # | We will | By whom | When by | We will know because | Rating |
|---|---|---|---|---|---|
| 1 | Fund play schemes for children | Play Commissioner | Summer 2026 | 400 children take part (250 now) | 🟢 Green |
| 2 | Ask families each year | Engagement Officer | Ongoing | Survey done | 🟠 Amber |

## Outcome 2 – Good plans

| # | We will | By whom | When by | We will know because | Rating |
|---|---|---|---|---|---|
| 3 | Audit ten plans | Quality Manager and Designated Clinical Officer | from Sept 2026 | 70% → 90% judged good | 🔴 Red |
""")


def pdf_with_broken_lines(folder: Path) -> Path:
    """A ruled page whose cells are broken by their widths."""
    return made_plans.pdf(folder / "plan.pdf", [
        ["No", "Improvement\naction", "Owner(s)", "Complete by", "Impact measure", "BRAG"],
        ["1", "Recruit two more\neducational psychologists", "Principal EP", "Oct-26",
         "Assessments done in\n6 weeks: 55% to 85%", "A"],
        ["2", "Set up a panel for\nspecialist equipment", "Equipment Manager", "31/01/27", "Panel meets monthly", "G"],
        ["3", "Agree how therapy\nis bought", "Therapies Commissioner", "Q3 2026/27", "One contract signed", "R"],
    ], [30, 160, 130, 80, 150, 50], ruled=True, title="Therapies and assessment plan")


def word_with_a_card_for_each_action(folder: Path) -> Path:
    """A table of labels for each action below headings; a table of risks."""

    def card(number: str, action: str, lead: str, by: str, measure: str, status: str) -> str:
        return tbl(["Objective", action], ["Reference", number], ["Senior responsible officer", lead], ["Completion date", by],
                   ["Success criteria", measure], ["Status", status])

    return docx(folder / "plan.docx", p("Local area plan: getting transitions right", "Heading1"),
        p("Strand one: Leaving school", "Heading2"),
        card("T1", "Start planning at 14 for every young person", "Transitions Manager", "July 2026",
             "All reviews in Year 9 cover adult life", "In progress"),
        card("T2", "Create ten supported internships with employers", "Employment Officer", "end of December 2026",
             "Number of internships: 10 by December 2026", "Complete"),
        p("Strand two: Living well", "Heading2"),
        card("T3", "Agree a housing offer", "Housing Strategy Lead", "2027", "Offer agreed", "Not started"),
        p("Risks", "Heading2"), tbl(["Risk", "Likelihood", "Impact", "Mitigation"],
                                    ["No employers come forward", "High", "High", "Offer a grant"]))


def excel_with_savings_by_year(folder: Path) -> Path:
    """Merged downwards, several measures to an action, the status by fill alone with a key above, money by year."""
    name = "Action tracker"
    merges = [(name, area) for area in ("A5:A7", "B5:B6", "C5:C6", "E5:E6")]
    rows: list[list[Any]] = [
        ["High needs recovery: actions"], ["Key", "Green = delivered", "Amber = some delay", "Red = no progress"], [],
        ["Programme", "Action ref", "Action", "Outcome measures", "Workstream lead", "Savings 2026/27 £000",
         "Savings 2027/28 £000", "Target delivery date", "Status", "Comments"],
        ["Sufficiency", "S1", "Convert two units to resourced provisions", "Places opened", "Place Planning Manager", 120, 240,
         "Sep-26", "", "Architect appointed"],
        [None, None, None, "Pupils moved back from out of county", None, None, None, None, "", None],
        [None, "S2", "Review top-up rates", "New rates agreed", "Finance Business Partner", 60, 80, "Apr-27", "", ""],
        ["Commissioning", "C1", "Re-tender speech therapy", "Contract awarded", "Joint Commissioner (LA/ICB)", "tbc", "tbc",
         "FY 2026/27", "", ""]]
    return xlsx(folder / "plan.xlsx", {name: rows}, merges=merges,
                fills={(name, "I5"): "FFC000", (name, "I7"): "FF0000", (name, "I8"): "00B050"})


def text_of_labels(folder: Path) -> Path:
    """Label blocks below themes that look like labels too; a label of which nothing is said."""
    return text(folder / "plan.txt", """Willow Borough
Inclusion delivery plan

PRIORITY ONE: ATTENDANCE

Action: Open a breakfast club in each secondary school
Lead officer: Attendance Manager
Timescale: September 2026 to July 2027
Measure of success: Absence of pupils with plans falls from 14% to 9%
Progress: Four clubs open

Action: Write to every family whose child misses ten days
Lead officer: Education Welfare Lead; School Nurses
Timescale: monthly
Measure of success: All letters sent in 5 days
Progress: not begun

PRIORITY TWO: MONEY

Action: Publish the banding guide
Lead officer: SEND Finance Manager
Timescale: By 31 March 2027
Measure of success: Guide published
Progress:
""")


def word_with_outcomes_merged_down(folder: Path) -> Path:
    """Two leads, evidence, next steps, statuses under months, and a column of its own."""
    rows = ["Desired outcome|Improvement activity|Strategic lead|Operational lead|Date to be completed|Evidence of impact|"
            "Next steps|Jan 2026|Apr 2026|Link to strategy",
            "Children are seen in time|Clear the backlog of assessments|Director of Nursing|Neurodevelopment Manager|"
            "Within 12 months|Backlog down by a third|Hire two nurses|Red|Amber|Aim 2",
            "|Text families while they wait|Director of Nursing|Patient Experience Lead|28/02/2026|||Amber|Blue|Aim 2"]
    return docx(folder / "plan.docx", p("Partnership improvement plan", "Title"),
                p("Area for improvement 1: Waiting too long", "Heading1"),
                tbl(_cells(rows[0]), _cells(rows[1], m0="restart", f7="FF0000", f8="FFC000"),
                    _cells(rows[2], m0="continue", f7="FFC000", f8="0070C0"), raw=True))


def excel_with_headers_again(folder: Path) -> Path:
    """The headers again below each theme, which spans them; a note at the end."""
    headers = ["Ref", "Action", "Owner", "Due", "Status", "Update"]
    return xlsx(folder / "plan.xlsx", {"Delivery plan 26-27": [
        ["Delivery plan 2026-27 (v4, draft)"], [None], ["Objective 1: Children's needs are found early"], headers,
        ["1.1", "Screen speech at two", "Health Visiting Manager", "30 Nov 2026", "Green", "Pilot in three towns"],
        ["1.2", "Give GPs a referral guide", "Designated Doctor", "Dec-26", "Amber", None],
        ["Objective 2: Families lead"], headers,
        ["2.1", "Pay parents who help us plan", "Participation Lead", "ongoing", "Green", "Rate agreed at £15 an hour"],
        ["Notes: draft, not for sharing"]]}, merges=[("Delivery plan 26-27", "A3:F3"), ("Delivery plan 26-27", "A7:F7")])


def csv_with_stacked_milestones(folder: Path) -> Path:
    """Semicolons; a theme only where it changes; steps and their days in one cell."""
    return text(folder / "plan.csv",
        "Priority;What we will do;Milestones;Who;When;How we will know it worked;RAG\n"
        'Getting ready for school;Visit every child with a plan before they start;"a) list of children by May 2026\n'
        'b) visits done by July 2026";Early Years Inclusion Lead / School SENCos;"a) May 2026\nb) July 2026";'
        '"95% of children visited\nFewer fixed-term exclusions in reception";G\n'
        ";Train reception staff;;Early Years Adviser;Autumn 2026;60 staff trained;R\n"
        "Moving on;Offer a mentor to each care leaver with a plan;;Leaving Care Manager;2026/27;Number of mentors;A\n")


def word_with_a_key_below(folder: Path) -> Path:
    """Themes and outcomes merged downwards, a name with its post, the status by fill with a key below the table."""
    rows = ["Strand|Outcome|Improvement action|Action owner|Start date|Due|Progress (RAG)|Impact so far",
            "Alternative provision|Fewer children out of school|Open a reintegration centre|"
            "Sam Hill (Head of Alternative Provision)|Apr 26|Aug 26||Centre opened with 12 places",
            "||Agree a fair access protocol with heads|Admissions Manager & Secondary Heads Chair|Apr 26|Oct 26||",
            "Post 16|More young people in work|Start a job-coach scheme|Employment Lead||Mar 27||"]
    return docx(folder / "plan.docx", p("SEND & AP Improvement Plan 2026", "Title"),
                tbl(_cells(rows[0]), _cells(rows[1], m0="restart", m1="restart", f6="00B050"),
                    _cells(rows[2], m0="continue", m1="continue", f6="FFC000"), _cells(rows[3], f6="FF0000"), raw=True),
                p("Key"), tbl(_cells("|On track", f0="00B050"), _cells("|Some delay", f0="FFC000"),
                              _cells("|Off track", f0="FF0000"), raw=True))


def page_with_lists(folder: Path) -> Path:
    """Headers in two rows with From and To, a theme over several rows, steps as a list in the cell."""
    return text(folder / "plan.html",
        "<html><body><h1>Action plan for children with disabilities</h1><table><tr><th rowspan=2>Aim</th>"
        "<th rowspan=2>Objective</th><th colspan=2>Responsibility</th><th colspan=2>Timing</th>"
        "<th rowspan=2>Success measure</th></tr><tr><th>Lead</th>"
        "<th>Support</th><th>From</th><th>To</th></tr><tr><td rowspan=2>Play</td><td>Make three parks accessible"
        "<ul><li>survey</li><li>build</li></ul></td><td>Parks Manager</td><td>Disability Forum Chair</td><td>1 May 2026</td>"
        "<td>30 April 2027</td><td>3 parks open</td></tr><tr><td>Lend adapted bikes</td><td>Leisure Officer</td><td></td>"
        "<td>June 2026</td><td>Ongoing</td><td>Number of loans: baseline 40, target 150</td></tr></table></body></html>")


def excel_log_of_actions(folder: Path) -> Path:
    """An empty first column; how much it matters, which is no theme; the day of an update, which is no progress; choices."""
    return xlsx(folder / "plan.xlsx", {
        "Plan": [[None], [None, "Inclusion action log"],
            [None, "Action ID", "Workstream", "Action", "Lead", "Priority (H/M/L)", "Due date", "% complete", "Status",
             "Latest update", "Date of update"],
            [None, "AL-01", "Data", "Build one dashboard for plans", "Performance Manager", "H", date(2026, 6, 30), 80, "Open",
             "Draft shown to board", date(2026, 5, 1)],
            [None, "AL-02", "Data", "Clean the records of leavers", "Data Officer", "L", date(2026, 4, 30), 100, "Closed",
             "All done", date(2026, 4, 28)],
            [None, "AL-03", "Training", "Write an induction for new SENCos", "SENCo Adviser", "M", date(2026, 9, 30), 0,
             "Not started", None, None]],
        "Lists": [["Status"], ["Open"], ["Closed"], ["Not started"]]})


def markdown_of_labels(folder: Path) -> Path:
    """Labels in bold below headings."""
    return text(folder / "plan.md", """# Autism strategy actions

## Understanding

**Action:** Train bus drivers in autism awareness
**Lead:** Passenger Transport Manager
**By when:** December 2026
**Success measure:** 80 drivers trained (none now)

**Action:** Quiet hour in every library
**Lead:** Library Service Manager
**By when:** Easter 2026
**Success measure:** All 14 libraries take part

## Diagnosis

**Action:** Publish waiting times monthly
**Lead:** ICB Autism Lead
**By when:** from April 2026
**Success measure:** Published each month
""")


def pdf_without_rules(folder: Path) -> Path:
    """A page whose words stand below those of the headers."""
    return made_plans.pdf(folder / "plan.pdf", [
        ["Ref", "What we will do", "Lead officer", "By when", "Measure", "Status"],
        ["1", "Open a sensory garden", "Parks Lead", "May 2027", "Garden open", "Green"],
        ["2", "Hire two mediators", "Disputes Manager", "Sept 2026", "2 in post", "Amber"],
        ["3", "Share one complaints log", "Complaints Officer", "Jan 2027", "Log in use", "Red"],
    ], [40, 200, 150, 90, 140, 60], ruled=False, title="Getting it right plan")


def text_of_strange_headers(folder: Path) -> Path:
    """Bars; what is done stands below a header that nobody knows."""
    return text(folder / "plan.txt", """Partnership delivery list

Strand|Our step|Post holder|Finish|Gauge
Home|Visit each family within ten days of a first call|Family Worker Lead|28 Feb 2027|Share of families visited in ten days
Home|Give parents one named contact|Key Working Manager|31 Mar 2027|Share of parents with a contact
School|Pay for two therapy assistants in each cluster|Cluster Lead|30 Sep 2026|Assistants in post
""")


def word_with_several_actions_in_a_cell(folder: Path) -> Path:
    """A list of actions in one cell, with a day for each."""
    return docx(folder / "plan.docx", p("Improvement plan", "Title"), tbl(
        ["Objective", "Actions", "Lead", "By when", "Status"],
        ["Better reviews", "• Train reviewers\n• Check ten a month\n• Report to Board", "Review Manager",
         "May 2026\nmonthly\nJuly 2026", "On target"],
        ["Faster plans", "Hire two writers", "Plan Manager", "TBC", "Overdue"]))


def excel_with_a_summary_of_numbers(folder: Path) -> Path:
    """A first sheet that only counts actions; headers that are questions; the day of a review."""
    return xlsx(folder / "plan.xlsx", {
        "Summary": [["Theme", "Number of actions", "On track"], ["Calm", 2, 1]],
        "Detail": [["Ref.", "Priority area", "What?", "Who?", "When?", "So what?", "RAG", "Date RAG last reviewed"],
            ["C-1", "Calm", "Open two quiet rooms", "Site Manager", date(2026, 7, 1), "Fewer pupils sent home", "A",
             date(2026, 3, 1)],
            ["C-2", "Calm", "Soft starts", "Head of Year 7", "from Easter 2026 to July 2027", "Pupils arrive calm", "G",
             date(2026, 3, 1)]]})


def excel_with_numbered_themes(folder: Path) -> Path:
    """Themes in the column of the actions, told by their numbers."""
    return xlsx(folder / "plan.xlsx", {"Sheet1": [
        ["No", "Theme / Action", "Lead", "Start", "Due", "% Complete", "Status"], [1, "Early years"],
        ["1.1", "Screen at two", "Health Lead", date(2026, 4, 1), date(2026, 9, 30), "50%", "In progress"],
        ["1.2", "Train staff", "EY Lead", date(2026, 4, 1), date(2026, 12, 31), "0%", "Not started"], [2, "Transition"],
        ["2.1", "Map offers", "Post 16 Lead", date(2026, 5, 1), date(2026, 10, 31), "100%", "Complete"]]})


def text_of_numbered_labels(folder: Path) -> Path:
    """A number before the first label of each record."""
    return text(folder / "plan.txt", """Delivery plan

1. Action: Open a respite house
   Lead: Care Manager
   Due: June 2027
   Success measure: House open

2. Action: Train carers
   Lead: Training Officer
   Due: Sept 2026
   Success measure: 40 carers trained
""")


def page_that_says_what_was_said(folder: Path) -> Path:
    """Headers in bold in the first row, worded as sentences."""
    rows = ["<b>What we said we would do</b>|<b>What we have done</b>|<b>What we will do next</b>|<b>Who</b>|<b>By</b>",
            "Improve the website|New pages live|Add videos|Web Officer|Aug 2026",
            "Meet parents each term|Two meetings|Third in June|Participation Lead|ongoing"]
    said = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows)
    return text(folder / "plan.html", f"<html><body><h1>Plan</h1><table>{said}</table></body></html>")


PLANS = [word_with_headers_in_two_rows, excel_with_a_sheet_for_each_workstream, csv_with_statuses_by_quarter, page_with_agencies,
         markdown_that_says_we_will, pdf_with_broken_lines, word_with_a_card_for_each_action, excel_with_savings_by_year,
         text_of_labels, word_with_outcomes_merged_down, excel_with_headers_again, csv_with_stacked_milestones,
         word_with_a_key_below, page_with_lists, excel_log_of_actions, markdown_of_labels, pdf_without_rules,
         text_of_strange_headers, word_with_several_actions_in_a_cell, excel_with_a_summary_of_numbers,
         excel_with_numbered_themes, text_of_numbered_labels, page_that_says_what_was_said]
