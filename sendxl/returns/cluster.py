"""Returns validated on a Dask cluster: the same checks, in batches, through the interface of concurrent.futures.

Files travel by path, so the folder of the returns must be reachable from every worker under the same path. Nothing is
cached by path: a corrected return under an old name is read again. What the cluster does not bring back, as a file ended
or hung a worker of it, is validated here in a worker process, where one file costs one finding.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sendxl.errors import CannotValidate
from sendxl.returns.checking import LIMIT, Check, checked, unchecked
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register
from sendxl.returns.workers import Checking, T, each_in_workers, processes

if TYPE_CHECKING:
    from distributed import Client

_CONNECT = 5  # seconds to reach the scheduler
_BATCH = 50  # files a task: one task a file takes two to three times as long
_TURNS = 4  # tasks for each thread of the cluster at least, so that none waits long for the last


def on_cluster(
    address: str, paths: Sequence[Path], register: Register, today: date, *, limit: float = LIMIT, check: Check = checked
) -> Iterator[tuple[int, Return]]:
    """Validate the files on the cluster of the scheduler at ``address``; each return with the number of its file.

    Where the cluster brings nothing back for ``limit`` seconds, or a batch fails on it, the files are validated here.
    CannotValidate where distributed is not installed, the scheduler is not reached, or its workers cannot do the work.
    """
    return each_on_cluster(address, paths, Checking(check, register, today), unchecked, limit=limit)


def each_on_cluster(
    address: str, paths: Sequence[Path], work: Callable[[Path], T], failed: Callable[[Path, str], T], *, limit: float = LIMIT
) -> Iterator[tuple[int, T]]:
    """Do ``work`` with each file on the cluster, as ``each_in_workers`` does it here; likewise what fails there, as above."""
    if not re.fullmatch(r"(tcp|tls)://[^\s/]+:\d{1,5}", address):
        raise CannotValidate(f"“{address}” is no address of a scheduler. Give it like tcp://localhost:8786.")
    left = set(range(len(paths)))
    given = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100  (as it is named, not what it links to)
    with closing(_client(address)) as client:
        threads = _threads(client, sorted({str(path.parent) for path in given}), address)
        known = client.scatter(work, broadcast=True, hash=False)
        size = max(1, min(_BATCH, len(paths) // (_TURNS * threads)))
        executor = client.get_executor(pure=False)
        futures: dict[Future[list[T]], range] = {}
        try:
            for start in range(0, len(paths), size):
                numbers = range(start, min(start + size, len(paths)))
                futures[executor.submit(_do_all, [given[n] for n in numbers], known)] = numbers
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, limit, FIRST_COMPLETED)
                if not done:
                    break
                for future in done:
                    numbers = futures.pop(future)  # so that what is read can be freed
                    if future.exception() is None:
                        left.difference_update(numbers)
                        yield from zip(numbers, future.result(), strict=True)
        finally:
            executor.shutdown(wait=False)
    again = sorted(left)
    jobs = processes(len(again))
    for place, found in each_in_workers([paths[n] for n in again], work, failed, jobs, limit=limit):
        yield again[place], found


def _do_all(paths: Sequence[Path], work: Callable[[Path], T]) -> list[T]:
    """What a worker of the cluster does with a batch."""
    return list(map(work, paths))


def _client(address: str) -> "Client":
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise CannotValidate("A cluster needs Dask: pip install 'sendxl[cluster]'.") from None
    try:
        return Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError):
        raise CannotValidate(
            f"No scheduler of Dask answers at {address}. Give the address that “dask scheduler” prints, like tcp://HOST:8786."
        ) from None


def _threads(client: "Client", folders: list[str], address: str) -> int:
    """How many threads the workers of the cluster have; CannotValidate where there are none or one cannot do the work."""
    from sendxl.version import __version__

    try:
        told: dict[str, Any] = client.run(_look, folders)
    except Exception as error:  # whatever an environment without sendxl, or with a strange one, comes up with
        raise CannotValidate(f"A worker at {address} cannot run sendxl ({error}). Install sendxl {__version__} there.") from None
    if not told:
        raise CannotValidate(f"The scheduler at {address} has no workers. Start some with “dask worker {address}”.")
    for worker, (version, unseen) in told.items():
        if version != __version__:
            raise CannotValidate(f"The worker {worker} has sendxl {version}, not {__version__}. Install the same there.")
        if unseen:
            raise CannotValidate(f"The worker {worker} does not see {unseen[0]}. Put the returns where every worker finds "
                                 "them under the same path.")
    return sum(client.nthreads().values())


def _look(folders: list[str]) -> tuple[str, list[str]]:
    """The version of sendxl on a worker of the cluster, and the folders that it does not see."""
    from sendxl.version import __version__

    return __version__, [folder for folder in folders if not Path(folder).is_dir()]
