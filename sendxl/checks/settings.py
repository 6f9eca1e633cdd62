"""Settings: is each known by its name, and can its value be used?"""

from collections.abc import Callable, Iterator, Mapping

from sendxl.checks.registry import Scope, check, place
from sendxl.checks.view import Master
from sendxl.errors import SettingError
from sendxl.plan.counting import many
from sendxl.plan.finding import Place, Severity
from sendxl.plan.likeness import as_written
from sendxl.plan.master import SETTINGS, Setting
from sendxl.plan.periods import parse_financial_year, parse_period
from sendxl.plan.registry import Hit
from sendxl.plan.settings import Settings, columns
from sendxl.plan.values import nearest, show, to_text
from sendxl.plan.versions import SETTING

_KNOWN = [column.header for _, column in columns()]
_as_known = as_written(_KNOWN)
_WRITTEN_LIKE: Mapping[str, Callable[[str], object]] = {"Reporting period": parse_period, "First year": parse_financial_year}


@check("D33", Severity.ERROR, on=(SETTINGS, "setting"),
       says="There is no setting “{found}”, so “{near}” has its default. Rename it to “{near}”.")
def setting_renamed(setting: Setting, master: Master) -> Iterator[Hit]:
    """A setting goes by its own name.

    Why: settings are found by their names. One that was renamed would have its default, and nobody would notice. A row
    that is like no setting is taken for a remark of your own.

    Example: “At risk from” became “At risk form”, so 0.8 beside it is not used.

    Put right: type the name as the message writes it.
    """
    gone = [header for header in _KNOWN if not master.row(SETTINGS, header)]
    near = nearest(setting.key, gone) if setting.key and _as_known(setting.key) not in _KNOWN else None
    if near:
        yield Hit(words={"near": near})


@check("D51", Severity.ERROR, on=Scope.MASTER,
       says="The setting “{setting}” has no row, so its default ({default}) counts. Run “sendxl upgrade”, which puts it back.")
def setting_missing(master: Master) -> Iterator[Hit]:
    """Every setting has its row, also where its value is the default.

    Why: what a figure rests on is to be seen in the plan. Where a row is gone, sendxl goes by the default, and nobody would
    notice. A plan that an earlier release made lacks the settings that came since.

    Example: the row “At risk from” was deleted, and with it the 0.8 that was agreed.

    Put right: run “sendxl upgrade”, which adds the row with its default; then enter the value that was agreed.
    """
    if SETTINGS not in master.tables or not master.has(SETTINGS, "setting"):
        return
    rows = master.tables[SETTINGS]
    strange = [row.key for row in rows if _as_known(row.key) not in _KNOWN]
    for key, column in columns():
        if column.header == SETTING and master.shape.of_no_format:  # of which D53 speaks
            continue
        if master.earlier and column.header not in master.earlier.settings:  # of which D70 speaks
            continue
        if not master.row(SETTINGS, column.header) and not nearest(column.header, strange):  # of which D33 speaks
            default = show(getattr(Settings(), key), column.type) or "blank"
            yield Hit(Place(rows.sheet, table=SETTINGS.name, column=column.header),
                      words={"setting": column.header, "default": default})


@check("D53", Severity.ERROR, on=Scope.MASTER, says="{why}.")
def format_unknown(master: Master) -> Iterator[Hit]:
    """It can be told of which format the plan is: by the setting Plan format, which agrees with the tables.

    Why: by it sendxl knows what an earlier release had not, and brings that up, once. Where it is lost or says something
    else, nothing is read or written until a person has put it right.

    Example: Plan format holds “two”, or its row was deleted from a plan that has been upgraded.

    Put right: enter the number that the message names, or put the row back with it. Do not upgrade again.
    """
    if master.shape.of_no_format:
        row, rows = master.row(SETTINGS, SETTING), master.tables[SETTINGS]
        where = place(rows, row, "value") if row else Place(rows.sheet, table=SETTINGS.name, column=SETTING)
        yield Hit(where, words={"why": master.shape.of_no_format.removeprefix("Settings: ")})


@check("D34", Severity.ERROR, on=(SETTINGS, "value"), reads=("setting",), says="{why}")
def setting_unusable(setting: Setting, master: Master) -> Iterator[Hit]:
    """The value of a setting is what the setting is for, and within its limits.

    Why: no job works with half of the settings, so each refuses to run until the value can be used.

    Example: Year count holds “some”, or 0; Closed through holds “2026-27 Q5”.

    Put right: enter a value as the message says. A blank cell means the default, which the reference of columns names
    (“sendxl columns”).
    """
    try:
        Settings.read({setting.key: setting.stored("value")} if setting.problem("value") is None else {})
    except SettingError as error:
        yield Hit(words={"why": str(error).removeprefix("Settings: ")})


@check("D35", Severity.ERROR, on=(SETTINGS, "value"), reads=("setting",), says="{why}")
def period_written_otherwise(setting: Setting, master: Master) -> Iterator[Hit]:
    """Reporting period and First year are written as sendxl reads them.

    Why: what is due, and in which year money falls, follows from them.

    Example: Reporting period holds “autumn”; First year holds “2026/27”.

    Put right: write a period like 2026-27 Q3 or 2026-11, and a year like 2026-27.
    """
    text = to_text(setting["value"])
    try:
        if text and (name := _as_known(setting.key)) in _WRITTEN_LIKE:
            _WRITTEN_LIKE[name](text)
    except ValueError as error:
        yield Hit(words={"why": str(error)})


@check("D36", Severity.ERROR, on=(SETTINGS, "value"), reads=("setting",),
       says="Plan id is blank, so no tracker can be issued and no return known again. Put it back from a backup.")
def plan_id_blank(setting: Setting, master: Master) -> bool:
    """The setting Plan id is filled.

    Why: every tracker carries it, and a return that carries another is refused.

    Example: somebody cleared the column Value from top to bottom.

    Put right: copy the Plan id from the newest backup that has it. Do not make up a new one: trackers that are out with
    leads carry the old.
    """
    return _as_known(setting.key) == "Plan id" and setting.is_blank("value")


@check("D70", Severity.ERROR, on=Scope.MASTER,
       says="This plan has the format of an earlier sendxl ({number}): {count} are to be brought up before anything is written. "
            "Run “sendxl upgrade {master}”.")
def format_earlier(master: Master) -> Iterator[Hit]:
    """The plan has the format of this sendxl.

    Why: one of an earlier format can be looked at, and is told here as it will read once it is brought up. But nothing is
    written into it, as there would be no place for what is new.

    Example: the plan was made by release 0.1.0.

    Put right: run “sendxl upgrade” with the master, or press Upgrade. It says what it brings up, loses nothing, and keeps a
    backup.
    """
    if master.earlier:
        yield Hit(words={"number": master.earlier.number, "count": many(master.to_bring_up, "thing"), "master": master.given})
