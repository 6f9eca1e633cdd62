"""xlwings Lite: Excel runs Python by itself there, and what is pasted once into a workbook calls these.

Only closed files are worked on, those that were dropped into Lite's Files: they lie below ``/data``. The workbook that is open
is never written. Lite tells neither which cells hold formulas nor what is locked, filtered or shown how before it has been
asked for and answered, writes only after the script has ended, and reads nothing back: what sendxl promises of an open
workbook (nothing of a person's is overwritten, all is read again, all or nothing) cannot be kept there.
"""

from pathlib import Path

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import FileUnreadable, SendxlError, Unusable
from sendxl.jobs.refresh import refresh as refresh_at
from sendxl.jobs.validate import validate as validate_at
from sendxl.plan.counting import counted
from sendxl.plan.master import SETTINGS, STAMPS
from sendxl.returns.outcome import outcomes_in_words
from sendxl.version import __version__

DATA = Path("/data")
_ENDINGS = (".xlsx", ".xlsm")
REQUIREMENTS = f"sendxl=={__version__}\n"
MAIN = '''\
from xlwings import script

from sendxl.addin import SENDXL_SAVING, SENDXL_STATUS, SENDXL_UNITSAVING, SENDXL_YEARSHARE, lite


@script
def validate(book):
    lite.validate()


@script
def refresh(book):
    lite.refresh()
'''
_PAGE = """\
# sendxl in Excel without installing Python

xlwings Lite is an add-in of the Office store in which Excel runs Python by itself: on Windows, macOS and in the browser. Open
it (Home, Add-ins, search for xlwings), paste these two texts into its editor, and save the workbook: they stay in it.

Into the tab requirements.txt, after what stands there. Where your council's Lite does not find sendxl under that name, put the
address of its wheel there instead:

```
{requirements}```

Into the tab main.py, in place of what stands there:

```python
{main}```

Then, in that workbook:

- `=SENDXL_STATUS(…)`, `=SENDXL_UNITSAVING(…)`, `=SENDXL_YEARSHARE(…)` and `=SENDXL_SAVING(…)` work in cells, as in the add-in.
- In Lite's menu choose Files, Import/Export, and drop the plan and a folder with what came back there. Run validate: what is
  wrong is listed below the editor, and a report lies among the files. Run refresh: the plan among the files is worked out
  afresh; download it from there. Lite deletes its files when Office clears its cache: keep your own.

The plan that is open in Excel is not written, and there is no Show row: Lite cannot tell beforehand which of its cells hold
formulas, are locked or filtered, nor read again what was written. For the whole month without installing anything there is the
page (“sendxl page build”).
"""


def lite() -> str:
    """What to paste into xlwings Lite, and what it then does."""
    return _PAGE.format(requirements=REQUIREMENTS, main=MAIN)


def validate(data: Path = DATA) -> None:
    """Check what came back against the plan, both below ``data``; print what was found and write a report there."""
    try:
        plan = _plan_in(data)
        returns = [path for path in sorted(data.iterdir()) if path != plan and not _is_ours(path, plan)]
        reports = data / f"{plan.stem} reports"
        reports.mkdir(exist_ok=True)
        checked = validate_at(plan, returns, report=reports / "Validation report.xlsx", jobs=None)
    except SendxlError as error:
        print(error)
        return
    for returned in checked.returns:
        print(f"{returned.file}: {returned.outcome_in_words}")
        for finding in returned.findings:
            print(f"  {finding}")
    for line in (*checked.left_out, *checked.passed_over):
        print(line)
    print(f"{outcomes_in_words(checked.returns)}. The report lies in “{reports.name}”.")


def refresh(data: Path = DATA) -> None:
    """Work out the plan below ``data`` afresh, and print how it stands."""
    try:
        plan = _plan_in(data)
        done = refresh_at(plan)
    except SendxlError as error:
        print(error)
        return
    for line in done.to_mend:
        print(line)
    print(f"{plan.name}: {counted(done.statuses)}; {done.changed:,} cells changed. Download it from Files.")


def _plan_in(data: Path) -> Path:
    """The one plan among the files; Unusable where there is none, or several."""
    plans = [path for path in sorted(data.iterdir()) if path.suffix.lower() in _ENDINGS and _is_plan(path)]
    if len(plans) != 1:
        what = f"are {len(plans)} plans ({', '.join(path.name for path in plans)})" if plans else "is no plan"
        raise Unusable(f"Among the files of Lite there {what}. Choose Files, Import/Export, and have one plan there, and beside "
                       "it the folder with what came back.")
    return plans[0]


def _is_plan(path: Path) -> bool:
    try:
        book = ClosedBook(path)
    except FileUnreadable:
        return False
    return book.has(SETTINGS) and book.has(STAMPS)


def _is_ours(path: Path, plan: Path) -> bool:
    """True for what sendxl itself has put beside the plan."""
    return path.name in (f"{plan.stem} reports", f"{plan.stem} backups") or path.name.startswith(".")
