"""What Excel calls, nothing else: a function for each button of the ribbon tab, and the worksheet functions."""

from sendxl.addin.buttons import (
    board_report,
    chase,
    doctor,
    help,
    history,
    issue,
    new_plan,
    preview,
    refresh,
    settle,
    show_row,
    stamp,
    undo,
    upgrade,
    validate,
)
from sendxl.addin.office import reports_in
from sendxl.addin.worksheet_functions import SENDXL_SAVING, SENDXL_STATUS, SENDXL_UNITSAVING, SENDXL_YEARSHARE

__all__ = [
    "SENDXL_SAVING", "SENDXL_STATUS", "SENDXL_UNITSAVING", "SENDXL_YEARSHARE", "board_report", "chase", "doctor",
    "help", "history", "issue", "new_plan", "preview", "refresh", "reports_in", "settle", "show_row", "stamp", "undo",
    "upgrade", "validate",
]
