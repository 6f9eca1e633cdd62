"""Keep a council's SEND & Inclusion delivery plan in Excel.

A function for each verb, returning a plain result object, and ``open_book`` to read any table of a master::

    import sendxl

    sendxl.new_master("plan.txt", "Plan.xlsx", starts=date(2026, 4, 1))
    sendxl.open_book("Plan.xlsx").read(sendxl.PLAN).frame()

Beside them stand the classes of the results, findings, errors, and the tables of a master with their columns. Nothing is
imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sendxl.verbs import VERBS
from sendxl.version import __version__

if TYPE_CHECKING:  # for type checkers and editors: the names below, each from where it is
    from pathlib import Path

    from sendxl.books.closed.closed_book import ClosedBook
    from sendxl.errors import CannotValidate as CannotValidate
    from sendxl.errors import FileUnreadable as FileUnreadable
    from sendxl.errors import NeedsUpgrade as NeedsUpgrade
    from sendxl.errors import Refused as Refused
    from sendxl.errors import ReportUnwritten as ReportUnwritten
    from sendxl.errors import SendxlError as SendxlError
    from sendxl.errors import SettingError as SettingError
    from sendxl.errors import Unusable as Unusable
    from sendxl.errors import Unwritable as Unwritable
    from sendxl.jobs.archive import Archived as Archived
    from sendxl.jobs.archive import archive as archive
    from sendxl.jobs.board import BoardReport as BoardReport
    from sendxl.jobs.board import board_report as board_report
    from sendxl.jobs.chase import Chased as Chased
    from sendxl.jobs.chase import chase as chase
    from sendxl.jobs.check import Checked as Checked
    from sendxl.jobs.check import check as check
    from sendxl.jobs.demo import Demo as Demo
    from sendxl.jobs.demo import demo as demo
    from sendxl.jobs.doctor import Diagnosis as Diagnosis
    from sendxl.jobs.doctor import Fitness as Fitness
    from sendxl.jobs.doctor import doctor as doctor
    from sendxl.jobs.export import Exported as Exported
    from sendxl.jobs.export import export as export
    from sendxl.jobs.history import History as History
    from sendxl.jobs.history import history as history
    from sendxl.jobs.issue import Issue as Issue
    from sendxl.jobs.issue import issue as issue
    from sendxl.jobs.new import NewMaster as NewMaster
    from sendxl.jobs.new import new_master as new_master
    from sendxl.jobs.refresh import Refreshed as Refreshed
    from sendxl.jobs.refresh import refresh as refresh
    from sendxl.jobs.revise import RevisedPlan as RevisedPlan
    from sendxl.jobs.revise import revise as revise
    from sendxl.jobs.rollup import RolledUp as RolledUp
    from sendxl.jobs.rollup import rollup as rollup
    from sendxl.jobs.savings import Profile as Profile
    from sendxl.jobs.savings import savings as savings
    from sendxl.jobs.settle import settle as settle
    from sendxl.jobs.show import Overview as Overview
    from sendxl.jobs.show import show as show
    from sendxl.jobs.stamp import Stamped as Stamped
    from sendxl.jobs.stamp import stamp as stamp
    from sendxl.jobs.type_in import TypedIn as TypedIn
    from sendxl.jobs.type_in import type_in as type_in
    from sendxl.jobs.undo import Undone as Undone
    from sendxl.jobs.undo import undo as undo
    from sendxl.jobs.upgrade import Upgraded as Upgraded
    from sendxl.jobs.upgrade import upgrade as upgrade
    from sendxl.jobs.validate import Validated as Validated
    from sendxl.jobs.validate import validate as validate
    from sendxl.plan.finding import Finding as Finding
    from sendxl.plan.finding import Severity as Severity
    from sendxl.plan.master import COUNTS as COUNTS
    from sendxl.plan.master import HELD as HELD
    from sendxl.plan.master import LEADS as LEADS
    from sendxl.plan.master import MEASURES as MEASURES
    from sendxl.plan.master import PERIODS as PERIODS
    from sendxl.plan.master import PLAN as PLAN
    from sendxl.plan.master import POOLS as POOLS
    from sendxl.plan.master import POSITION as POSITION
    from sendxl.plan.master import PROFILE as PROFILE
    from sendxl.plan.master import READINGS as READINGS
    from sendxl.plan.master import REVIEW as REVIEW
    from sendxl.plan.master import REVISION as REVISION
    from sendxl.plan.master import SAVINGS as SAVINGS
    from sendxl.plan.master import SETTINGS as SETTINGS
    from sendxl.plan.master import STAMPS as STAMPS
    from sendxl.plan.master import TARGETS as TARGETS
    from sendxl.plan.master import TRACKERS as TRACKERS
    from sendxl.plan.master import UNIT_COSTS as UNIT_COSTS
    from sendxl.plan.master import UPDATES as UPDATES
    from sendxl.plan.master import YEARS as YEARS
    from sendxl.plan.schema import Column as Column
    from sendxl.plan.schema import Table as Table

_NAMES = {
    "errors": "SendxlError Unusable Refused NeedsUpgrade Unwritable ReportUnwritten FileUnreadable SettingError CannotValidate",
    "plan.finding": "Finding Severity",
    "plan.schema": "Column Table",
    "plan.master": "PLAN MEASURES TARGETS SAVINGS PROFILE YEARS POSITION UNIT_COSTS POOLS LEADS PERIODS UPDATES READINGS "
                   "COUNTS TRACKERS HELD STAMPS REVIEW REVISION SETTINGS",
    "jobs.doctor": "Fitness",
}
_WHERE = {
    **{name: verb.module for verb in VERBS if verb.result for name in (verb.function, verb.result)},
    **{name: f"sendxl.{module}" for module, names in _NAMES.items() for name in names.split()},
}
__all__ = ["__version__", "open_book", *_WHERE]


def open_book(path: "Path | str") -> "ClosedBook":
    """The master at ``path``, to read its tables; ``Unusable`` where it is not one."""
    from sendxl.jobs.opening import open_master

    return open_master(path)


if not TYPE_CHECKING:  # so that a type checker finds a name that is not there

    def __getattr__(name: str) -> Any:
        if name in _WHERE:
            return getattr(import_module(_WHERE[name]), name)
        raise AttributeError(f"module 'sendxl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
