"""Returns validated on a real Dask cluster: one scheduler and two worker processes on this machine."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.errors import CannotValidate, Unusable
from sendxl.jobs.export import export
from sendxl.jobs.validate import validate
from sendxl.plan.vocabulary import Outcome
from sendxl.returns import cluster
from sendxl.returns.batch import as_json, validate_batch
from sendxl.returns.cluster import on_cluster

TODAY = date(2026, 12, 20)
A = "Activities"
CLUSTER = """
import sys
from pathlib import Path

import dask
from distributed import LocalCluster

if __name__ == "__main__":
    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        print(made.scheduler_address, flush=True)
        sys.stdin.read()
"""
DEADLY = """
import os
from sendxl.returns.checking import checked

def check(path, register, today):
    if path.stem == "deadly":
        os._exit(3)
    return checked(path, register, today)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "deadly_check.py").write_text(DEADLY)
    script = folder / "start.py"  # workers import what lies beside it
    script.write_text(CLUSTER)
    sys.path.insert(0, str(folder))
    with (folder / "log").open("w") as log, subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.communicate("", timeout=20)
    sys.path.remove(str(folder))


def test_the_same_as_in_one_process_and_never_cached_by_path(round: Any, address: str) -> None:
    (round.folder / "not.xlsx").write_bytes(b"dear all")
    paths = [
        round.fill({(A, "PI-01", "% complete"): 0.6}, code="EP", name="z.xlsx"),
        round.fill({(A, "PI-01", "% complete"): 0.5}, name="b.xlsx"),
        round.folder / "not.xlsx",
        *(round.fill({(A, "PI-02", "% complete"): 0.55 + n / 100}, name=f"c{n}.xlsx") for n in range(9)),
    ]
    for again in range(2):
        alone = validate_batch(paths, round.register, TODAY)
        there = validate_batch(paths, round.register, TODAY, cluster=address)
        assert json.dumps(as_json(there)) == json.dumps(as_json(alone))
        assert there == alone
        assert len(there[3].changes) == (0 if again else 1)
        round.fill(name="c0.xlsx")  # another file under the same path


def test_masters_are_read_on_it_too(round: Any, address: str) -> None:
    (round.folder / "bad.xlsx").write_bytes(b"PK\x03\x04")
    paths = [round.master, round.folder / "bad.xlsx"]
    alone, there = (export(paths, round.folder / name, cluster=cluster) for name, cluster in (("a", None), ("b", address)))
    assert [path.read_bytes() for path in alone.files] == [path.read_bytes() for path in there.files]
    assert there.plans == 1 and there.to_mend == alone.to_mend and "bad.xlsx" in there.to_mend[0]


def test_a_file_that_ends_workers_of_the_cluster_is_one_finding(round: Any, address: str) -> None:
    from deadly_check import check  # type: ignore[import-not-found]

    paths = [round.fill(name=f"{name}.xlsx") for name in ("a", "deadly", "b")]
    found = dict(on_cluster(address, paths, round.register, TODAY, check=check))
    assert [found[number].outcome for number in range(3)] == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ACCEPTED]
    assert "ended the process" in found[1].findings[0].message


def test_a_folder_that_workers_do_not_see_is_told(round: Any, address: str) -> None:
    with pytest.raises(CannotValidate, match=r"does not see /nowhere.*same path"):
        list(on_cluster(address, [Path("/nowhere/a.xlsx")], round.register, TODAY))


@pytest.mark.parametrize(("address", "says"), [
    ("tcp://127.0.0.1:9", "No scheduler of Dask answers at tcp://127.0.0.1:9"),
    ("127.0.0.1", "is no address of a scheduler"), ("nonsense://x", "is no address of a scheduler"),
])
def test_no_scheduler(address: str, says: str, round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT", 0.5)
    with pytest.raises(CannotValidate, match=says):
        list(on_cluster(address, [round.fill()], round.register, TODAY))


def test_without_distributed(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Unusable, match=r"pip install 'sendxl\[cluster\]'"):
        validate(round.master, [round.fill()], today=TODAY, cluster="tcp://x:1")
