"""One return checked, whatever it does: what a process of ours, a computer of a cluster or the page is told to do with a file."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

from sendxl.books.paused_gc import paused_gc
from sendxl.errors import fault_of_ours
from sendxl.plan.finding import Place
from sendxl.plan.registry import Hit
from sendxl.returns.judge import sha256_of, validate_return
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register
from sendxl.returns.rules import RULES

Check = Callable[[Path, Register, date], Return]
LIMIT = 60.0  # seconds for one file
_UNCHECKED = "This file could not be checked: {found}. Ask for it again, filled into the tracker as it was sent out."


def checked(path: Path, register: Register | None, today: date) -> Return:
    """Validate one return, and pack it. That it took too much memory, or met a fault of ours, is a finding.

    Without a register it goes by what the return says itself.
    """
    try:
        with paused_gc():
            returned = validate_return(path, register, today)
    except MemoryError:
        returned = unchecked(path, "checking it took more memory than a return may")
    except Exception as error:  # a fault of ours in one return must not cost the checking of thousands
        returned = unchecked(path, fault_of_ours(error))
    returned.pack()
    return returned


def unchecked(path: Path, why: str) -> Return:
    """A return that is rejected, as it could not be checked."""
    returned = Return.of(path, sha256_of(path))
    returned.findings.append(RULES["S01"].finding(Hit(says=_UNCHECKED), returned.file, Place(), {"found": why}))
    return returned


def can_start_processes() -> bool:
    """True where Python can start processes; in a browser it cannot, and its multiprocessing is not even imported."""
    try:
        import_module("_multiprocessing")  # what is missing there
    except ImportError:
        return False
    return True
