"""settle: what officers decided in Held is carried out, without any returns."""

from datetime import date, datetime
from pathlib import Path

from sendxl.jobs.opening import MasterBook
from sendxl.jobs.stamp import Stamped, stamp


def settle(master: MasterBook, *, dry_run: bool = False, report: Path | str | None = None, json_file: Path | str | None = None,
           today: date | None = None, now: datetime | None = None, by: str | None = None) -> Stamped:
    """Carry out what officers decided in Held: ``stamp`` without returns, with the same options, result and errors."""
    return stamp(master, dry_run=dry_run, report=report, json_file=json_file, today=today, now=now, by=by)
