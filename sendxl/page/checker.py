"""A checker: is at one return at a time, in a worker that the page ends if that takes too long or too much memory."""

import json
import pickle
from datetime import date, datetime
from pathlib import Path

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import FileUnreadable
from sendxl.jobs.check import check
from sendxl.page.answers import Answer, blocks, failed, return_as_json
from sendxl.page.offer import ACTIONS
from sendxl.plan.master import SETTINGS, STAMPS
from sendxl.plan.tracker import IDENTITY, ISSUED
from sendxl.printing import print_result
from sendxl.returns.checking import checked
from sendxl.returns.register import Register
from sendxl.terminal import gathered


class Checker:
    """Checks one return after the other, for a desk that lent it what it knows; and looks what a file is."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.returns, self.answers, self.seen = (self.folder / name for name in ("returns", "answers", "seen"))
        self._known: tuple[Register, date] | None = None

    def learn(self, known: bytes) -> None:
        """What the desk lent."""
        self._known = pickle.loads(known)

    def check(self, path: str) -> str:
        """Check a return that lies below ``returns``; what was found goes below ``answers``, and is told as JSON."""
        assert self._known
        returned = checked(self.returns / path, *self._known)
        answer = self.answers / path
        answer.parent.mkdir(parents=True, exist_ok=True)
        answer.write_bytes(pickle.dumps(returned, pickle.HIGHEST_PROTOCOL))
        return json.dumps(return_as_json(returned, path), ensure_ascii=False)

    def alone(self, path: str, now: str) -> str:
        """What a tracker below ``seen`` still lacks, told its lead without any plan."""
        try:
            result = check([self.seen / path], today=datetime.fromisoformat(now).date())
            with gathered() as told:
                print_result(ACTIONS["check"].verb, result, {})
            answer: Answer = {"told": blocks(told, [self.seen])}
        except Exception as error:  # which must not end the page
            answer = failed(error, [self.seen])
        return json.dumps(answer, ensure_ascii=False)

    def look(self, path: str) -> str:
        """What a file below ``seen`` is: a plan, a tracker, or something else."""
        try:
            book = ClosedBook(self.seen / path)
            if book.has(SETTINGS) and book.has(STAMPS):
                return "plan"
            return "tracker" if book.has(IDENTITY) or book.has(ISSUED) else "other"
        except FileUnreadable:
            return "other"
