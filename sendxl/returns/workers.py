"""Returns validated in worker processes: each file under the parent's clock, and a process that dies costs one file.

A worker takes its files in the order they were given to it and answers for each, so the parent knows at any time which
file it is at: if it dies or overruns, that file is found unchecked, the others go to the worker that takes its place.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from sendxl.errors import CannotValidate
from sendxl.returns.checking import LIMIT, Check, checked, unchecked
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register

T = TypeVar("T")  # the answer for a file
FEW = 20  # files; a second worker process pays beyond
_MOST = 60  # workers: Windows waits for no more than 63 things at once
_AHEAD = 2  # files that a worker has at once, so that it never waits for the parent
_START = 60  # seconds that a worker has to begin
_MEMORY = 2 << 30  # bytes of address space; a normal return takes a tenth of it


def processes(files: int) -> int:
    """How many worker processes pay for so many files: 1 for a few, else one for each core."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return 1 if files <= FEW else min(cores, files)


@dataclass(frozen=True)
class Checking:
    """What is done with each return: it is checked against a register, as of a day."""

    check: Check
    register: Register
    today: date

    def __call__(self, path: Path) -> Return:
        """Check one."""
        return self.check(path, self.register, self.today)


def in_workers(
    paths: Sequence[Path], register: Register, today: date, jobs: int, *, limit: float = LIMIT, check: Check = checked
) -> Iterator[tuple[int, Return]]:
    """Validate the files in ``jobs`` worker processes; each return with the number of its file, as they are done.

    A file that takes longer than ``limit`` seconds or ends its worker is rejected by S01. CannotValidate if no worker
    can be started. The workers are stopped when the iterator is closed.
    """
    return each_in_workers(paths, Checking(check, register, today), unchecked, jobs, limit=limit)


def each_in_workers(
    paths: Sequence[Path], work: Callable[[Path], T], failed: Callable[[Path, str], T], jobs: int, *, limit: float = LIMIT
) -> Iterator[tuple[int, T]]:
    """Do ``work``, which can be pickled, with each file in ``jobs`` worker processes; each answer with the number of its file.

    ``failed`` answers for a file that takes longer than ``limit`` seconds or ends its worker, told why. CannotValidate if no
    worker can be started. The workers are stopped when the iterator is closed.
    """
    waiting = deque(range(len(paths)))
    workers: list[_Worker] = []
    try:
        for _ in range(min(jobs, len(paths), _MOST)):
            workers.append(_Worker())
        known = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)  # once, while they start
        for worker in workers:
            worker.tell(known)
        while waiting or any(worker.given for worker in workers):
            for worker in workers:
                worker.give(waiting, paths)
            pipes: dict[object, _Worker] = {worker.pipe: worker for worker in workers}
            until = min((worker.since for worker in workers if worker.given), default=time.monotonic()) + limit
            for pipe in wait([worker.pipe for worker in workers], max(0.0, until - time.monotonic())):
                yield from pipes[pipe].answers()
            for worker in [worker for worker in workers if worker.ended or worker.is_late(limit)]:
                workers.remove(worker)
                culprit, why = worker.give_up(waiting, limit)
                if waiting:
                    workers.append(_Worker())
                    workers[-1].tell(known)
                if culprit is not None:
                    yield culprit, failed(paths[culprit], why)
    finally:
        for worker in workers:
            worker.stop()


class _Worker:
    """One worker process as the parent sees it. ``given``: numbers of the files it has, first the one it is at."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, far = context.Pipe()
        self.process = context.Process(target=_work, args=(far,), daemon=True)
        with _no_interrupt():
            self.process.start()
        far.close()  # else its end is not seen
        self.given: deque[int] = deque()
        self.since = time.monotonic()  # when it began with the file it is at
        self.ready = self.ended = False

    def tell(self, known: bytes) -> None:
        """Send what it is to do with any file; CannotValidate if it ended before."""
        try:
            self.pipe.send_bytes(known)
        except OSError:
            self._never_began()
        self.since = time.monotonic()

    def give(self, waiting: "deque[int]", paths: Sequence[Path]) -> None:
        """Hand it files until it has enough."""
        with suppress(OSError):  # it has ended: that is seen when its answers are read
            while waiting and len(self.given) < _AHEAD:
                self.pipe.send(paths[waiting[0]])
                self.since = self.since if self.given else time.monotonic()
                self.given.append(waiting.popleft())

    def answers(self) -> Iterator[tuple[int, Any]]:
        """What it has answered so far."""
        try:
            while self.pipe.poll():
                answer = self.pipe.recv()
                self.since = time.monotonic()
                if answer is None:
                    self.ready = True
                else:
                    yield self.given.popleft(), answer
        except (EOFError, OSError):
            self.ended = True

    def is_late(self, limit: float) -> bool:
        """True if it has been at one file for longer than ``limit`` seconds, and no answer lies unread.

        Until it is ready it is at no file: it has ``_START`` seconds for that, as the computer may be busy.
        """
        most = limit if self.ready else max(limit, _START)
        return bool(self.given) and time.monotonic() > self.since + most and not self.pipe.poll()

    def give_up(self, waiting: "deque[int]", limit: float) -> tuple[int | None, str]:
        """Stop it; the number of the file it was at, if any, and what that did. The other files wait again."""
        self.stop()
        if not self.ready:
            self._never_began()
        why = f"checking it took longer than {limit:g} seconds"
        if self.ended:
            why = f"it ended the process that checked it (exit code {self.process.exitcode})"
        culprit = self.given.popleft() if self.given else None
        waiting.extendleft(reversed(self.given))
        return culprit, why

    def stop(self) -> None:
        """End it, whatever it does; one that has ended of itself keeps its exit code."""
        if self.ended:
            self.process.join(1)
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def _never_began(self) -> None:
        self.process.join(1)
        raise CannotValidate(
            f"A process to check returns could not be started (exit code {self.process.exitcode}). Use one process: --jobs 1; "
            'a script that calls sendxl with more must do so under “if __name__ == "__main__":”.') from None


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """What is started here never sees Ctrl-C, which a terminal sends to all: the parent alone answers it."""
    if sys.platform == "win32":
        yield  # there the worker ignores it once it runs
        return
    resource_tracker.ensure_running()  # it would let interrupts in again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: "Connection[object, object]") -> None:
    """What a worker does: learn what all files need, then answer for one file after the other until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    with suppress(EOFError, OSError):
        work = pickle.loads(pipe.recv_bytes())
        gc.freeze()  # the register is no garbage: it need not be searched
        pipe.send(None)
        while True:
            pipe.send(work(pipe.recv()))


def _limit_memory() -> None:
    """Guard against what the caps on reading miss; not every system can."""
    if sys.platform != "win32":
        import resource

        with suppress(OSError, ValueError):
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
