"""Keep a council's SEND & Inclusion delivery plan in Excel.

A function for each verb, returning a plain result object, and ``open_book`` to read any table of a master::

    import sendxl
    from sendxl.plan.master import PLAN

    sendxl.new_master("plan.txt", "Plan.xlsx", starts=date(2026, 4, 1))
    sendxl.open_book("Plan.xlsx").read(PLAN).frame()

Nothing is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sendxl.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from sendxl.books.closed.closed_book import ClosedBook
    from sendxl.jobs.archive import archive
    from sendxl.jobs.chase import chase
    from sendxl.jobs.doctor import doctor
    from sendxl.jobs.history import history
    from sendxl.jobs.issue import issue
    from sendxl.jobs.new import new_master
    from sendxl.jobs.refresh import refresh
    from sendxl.jobs.savings import savings
    from sendxl.jobs.show import show
    from sendxl.jobs.stamp import stamp
    from sendxl.jobs.undo import undo
    from sendxl.jobs.validate import validate

__all__ = [
    "__version__",
    "archive", "chase", "doctor", "history", "issue", "new_master", "open_book", "refresh", "savings", "show", "stamp", "undo",
    "validate",
]

_JOBS = {
    "archive": "sendxl.jobs.archive",
    "chase": "sendxl.jobs.chase",
    "doctor": "sendxl.jobs.doctor",
    "history": "sendxl.jobs.history",
    "issue": "sendxl.jobs.issue",
    "new_master": "sendxl.jobs.new",
    "refresh": "sendxl.jobs.refresh",
    "savings": "sendxl.jobs.savings",
    "show": "sendxl.jobs.show",
    "stamp": "sendxl.jobs.stamp",
    "undo": "sendxl.jobs.undo",
    "validate": "sendxl.jobs.validate",
}


def open_book(path: "Path | str") -> "ClosedBook":
    """The master at ``path``, to read its tables; sendxl.jobs.opening.Unusable where it is not one."""
    from sendxl.jobs.opening import open_master

    return open_master(path)


def __getattr__(name: str) -> Any:
    if name in _JOBS:
        return getattr(import_module(_JOBS[name]), name)
    raise AttributeError(f"module 'sendxl' has no attribute {name!r}")
