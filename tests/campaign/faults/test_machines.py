"""A campaign on two dask workers: worker, scheduler and writer are killed, and it ends as a local one does."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.campaign.faults.test_kill import COMMAND, measured, table
from tests.cli.run import PROGRAM, environment
from tests.docking.cluster.machines import Machines, machines

pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """molecules.csv of a run in processes of this machine."""
    folder = tmp_path_factory.mktemp("local")
    with started(folder, "processes") as process:
        assert process.wait() == 0
    return table(folder)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Machines]:
    with machines(tmp_path) as made:
        yield made


def started(folder: Path, executor: str) -> subprocess.Popen[str]:
    words = [*PROGRAM, *COMMAND[: COMMAND.index("--workers")], "--batch", "2", "--docks", "4"]
    words += ["--no-cache", "--out", str(folder), "--executor", executor]
    return subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def disturbed(folder: Path, cluster: Machines, deed: Callable[[subprocess.Popen[str]], None]) -> tuple[int, str]:
    """Run on the cluster; the deed is done after two measurements. Exit code and what was said."""
    deadline = time.monotonic() + 500
    with started(folder, cluster.spec) as process:
        while process.poll() is None and len(measured(folder)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)  # polling a condition with a deadline
        deed(process)
        said = process.communicate()[1]
        return process.returncode, said


def test_a_worker_is_killed(tmp_path: Path, cluster: Machines, local: list[str]) -> None:
    code, said = disturbed(tmp_path / "run", cluster, lambda _: cluster.kill(cluster.workers[1]))
    assert (code, table(tmp_path / "run")) == (0, local), said


def test_the_scheduler_is_killed_and_started_again(tmp_path: Path, cluster: Machines, local: list[str]) -> None:
    def restart(_: object) -> None:
        for process in (cluster.scheduler, *cluster.workers):
            cluster.kill(process)
        cluster.start_scheduler()
        cluster.start_workers(2)

    code, said = disturbed(tmp_path / "run", cluster, restart)
    assert (code, table(tmp_path / "run")) == (0, local), said
    assert said.count("was lost: a new client reached it") == 1
    assert "Traceback" not in said


def test_the_writer_is_killed(tmp_path: Path, cluster: Machines, local: list[str]) -> None:
    disturbed(tmp_path / "run", cluster, lambda process: process.kill())
    before = measured(tmp_path / "run")
    with started(tmp_path / "run", cluster.spec) as process:
        said = process.communicate()[1]
    after = measured(tmp_path / "run")
    assert (process.returncode, table(tmp_path / "run")) == (0, local), said
    assert {key: after[key] for key in before} == before
