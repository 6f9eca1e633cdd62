"""Activities: does each have a theme and a lead, each measure an activity, and each lead a title, and a code that will do?"""

from collections.abc import Iterator

from sendxl.checks.registry import check
from sendxl.checks.view import Master
from sendxl.plan.finding import Severity
from sendxl.plan.lead_code import CODE_SHAPE, fault_of_code
from sendxl.plan.master import LEADS, MEASURES, PLAN, Activity, Lead, Measure
from sendxl.plan.registry import Hit
from sendxl.plan.rows import has_value, is_blank


@check("D09", Severity.ERROR, on=(PLAN, "theme"), where=is_blank, reads=("closed_on",),
       says="The activity has no Theme, so no total by theme counts it. Enter its theme.")
def activity_without_theme(activity: Activity, master: Master) -> bool:
    """An activity has a theme, unless it is closed.

    Why: the Summary and the Board report count activities by theme; one without is in no row of them.

    Example: an activity was added between two rounds, with a Ref and its words only.

    Put right: enter the theme as the other activities of that theme have it.
    """
    return activity.closed_on is None


@check("D10", Severity.NOTE, on=(PLAN, "lead"), where=is_blank, reads=("closed_on",),
       says="Nobody is named as Lead, so nobody answers for it. Choose a title of Leads.")
def activity_without_lead(activity: Activity, master: Master) -> bool:
    """An activity has a lead, unless it is closed.

    Why: trackers are issued to leads, so nobody is asked about this activity and its figures grow old. Some published
    plans leave the lead open; therefore it is only noted.

    Example: the plan says “to be confirmed” under lead.

    Put right: choose a title from the list of the cell. If the post is new, add it to Leads first.
    """
    return activity.closed_on is None


@check("D11", Severity.ERROR, on=(MEASURES, "activity_ref"), where=is_blank,
       says="Activity ref is blank, so the measure counts for no activity. Enter the Ref of its activity.")
def measure_without_activity(measure: Measure, master: Master) -> bool:
    """A measure names the activity that it belongs to.

    Why: the status of an activity follows from its measures, and a tracker shows those of its activities.

    Example: a row was added to Measures, and its Activity ref was left blank.

    Put right: enter the Ref of the activity, as it stands in Plan.
    """
    return True


@check("D31", Severity.ERROR, on=(LEADS, "title"), where=is_blank,
       says="The lead has no Title, so Plan cannot name it and no tracker can be issued. Enter it.")
def lead_without_title(lead: Lead, master: Master) -> bool:
    """A lead has a title.

    Why: Plan names leads by their titles, and a tracker says by it whose answers it asks for.

    Example: a row of Leads has the Code HP, a name and an e-mail address, but no Title.

    Put right: enter the title of the post, as in “Head of Places”, and choose it as Lead in Plan.
    """
    return True


@check("D52", Severity.ERROR, on=(LEADS, "code"), where=has_value,
       says="“{found}” cannot be part of the name of a tracker’s file, as it {fault}. " + CODE_SHAPE)
def code_that_no_file_can_have(lead: Lead, master: Master) -> Iterator[Hit]:
    """The code of a lead can be part of the name of a file on every system.

    Why: the file of a tracker is called by it. Windows stores no name with a slash, a colon or a question mark, and keeps
    some for itself; a file that cannot be stored reaches nobody. Nothing is issued until every code will do.

    Example: Code holds “SEN/D”, “Head of Place” or “AUX”.

    Put right: use letters, digits and hyphens, at most 20, as in AD-EDUCATION. Trackers that are out keep their names and
    are known again.
    """
    if lead.code and (fault := fault_of_code(lead.code)):
        yield Hit(words={"fault": fault})
