from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from molgrad.docking import Docker, DockingPool, DockResult
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.errors import ReceptorError
from molgrad.evaluation import Status
from molgrad.receptors import Receptor

from .conftest import ETHANOL, MEDIUM, SLOW, alive, wait_for


def content(receptor: Receptor) -> ReceptorContent:
    return ReceptorContent.of(receptor)


def ask(pool: DockingPool, smiles: str, exhaustiveness: int = 1, timeout: float = 120.0) -> Future[DockResult]:
    settings = DockSettings.of(exhaustiveness=exhaustiveness, timeout=timeout)
    return pool.submit(DockRequest(smiles, settings, pool.receptor.key))


@pytest.fixture
def pool(receptor: Receptor) -> Iterator[DockingPool]:
    pool = DockingPool(content(receptor), workers=1)
    yield pool
    pool.close(kill=True)


def busy_worker(pool: DockingPool) -> int:
    """The id of a worker in mid-dock: Vina holds it for seconds once it has used some processor time."""
    (pid,) = wait_for(lambda: pool.pids()[1:])
    wait_for(lambda: int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]) > 30)
    return pid


def test_a_killed_worker_is_replaced_and_its_job_done_again(pool: DockingPool) -> None:
    calm = ask(pool, ETHANOL, 1).result(120)
    jobs = [ask(pool, MEDIUM, 1), ask(pool, ETHANOL, 1)]
    victim = busy_worker(pool)
    os.kill(victim, signal.SIGKILL)
    results = [job.result(120) for job in jobs]
    assert [result.status for result in results] == [Status.OK, Status.OK]
    assert results[1] == calm
    assert victim not in pool.pids()


def test_a_worker_killed_twice_is_a_failure_and_the_rest_goes_on(pool: DockingPool) -> None:
    job, other = ask(pool, SLOW, 64), ask(pool, ETHANOL, 1)
    first = busy_worker(pool)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: pool.pids()[1:] and pool.pids()[1] != first)
    os.kill(busy_worker(pool), signal.SIGKILL)
    assert job.result(120).status is Status.FAILED
    assert "SIGKILL" in job.result().reason
    assert other.result(120).ok


def test_the_process_with_the_maps_is_replaced_too(pool: DockingPool) -> None:
    job = ask(pool, MEDIUM, 1)
    worker, fork_server = busy_worker(pool), pool.pids()[0]
    os.kill(fork_server, signal.SIGKILL)
    assert job.result(120).ok
    assert not alive(fork_server)
    assert not alive(worker)
    assert pool.pids()[0] != fork_server


def test_the_watchdog_stops_a_dock_and_the_next_one_runs(receptor: Receptor) -> None:
    with DockingPool(content(receptor), workers=1) as pool:
        slow = ask(pool, SLOW, 64, 2.0).result(60)
        assert slow.status is Status.FAILED
        assert "watchdog" in slow.reason
        assert slow.provenance.seconds >= 2.0
        wait_for(lambda: ask(pool, ETHANOL, 1, 2.0).result(60).ok)


def test_close_kills_and_cancels(receptor: Receptor) -> None:
    pool = DockingPool(content(receptor), workers=2)
    jobs = [ask(pool, SLOW, 64) for _ in range(5)]
    wait_for(lambda: len(pool.pids()) == 3)
    pids = pool.pids()
    pool.close(kill=True)
    assert all(job.cancelled() for job in jobs)
    assert not any(alive(pid) for pid in pids)
    with pytest.raises(CancelledError):
        jobs[0].result()
    with pytest.raises(RuntimeError, match="closed"):
        ask(pool, ETHANOL)
    pool.close()


def test_leaving_the_block_finishes_what_was_submitted(receptor: Receptor) -> None:
    with DockingPool(content(receptor), workers=2) as pool:
        jobs = [ask(pool, smiles, 1) for smiles in ("CCO", "CCN", "CC=O")]
    assert all(job.result(0).ok for job in jobs)


def test_a_dropped_job_frees_its_worker(pool: DockingPool) -> None:
    slow = ask(pool, SLOW, 512)
    worker = busy_worker(pool)
    slow.cancel()
    assert slow.cancelled()
    assert ask(pool, ETHANOL, 1).result(60).ok
    assert not alive(worker)


def test_a_receptor_that_vina_cannot_read_is_an_error(tmp_path: Path, receptor: Receptor) -> None:
    (tmp_path / "bad.pdbqt").write_text(receptor.pdbqt.read_text().replace(" OA\n", " QQ\n"))
    with pytest.raises(ReceptorError, match="could not use the receptor"):
        DockingPool(content(replace(receptor, pdbqt=tmp_path / "bad.pdbqt")))


@pytest.mark.parametrize(
    ("setting", "said"), [({"workers": 0}, "workers is a whole number"), ({"timeout": 0.0}, "timeout must be")]
)
def test_senseless_settings_are_refused(setting: dict[str, Any], said: str, receptor: Receptor) -> None:
    with pytest.raises(ValueError, match=said):
        Docker(receptor, **setting)


PARENT = """
    import signal, sys
    from molgrad.docking import DockingPool
    from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
    from molgrad.receptors import load_receptor
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs with it ignored
    receptor = ReceptorContent.of(load_receptor("1ia1"))
    pool = DockingPool(receptor, workers=2)
    request = DockRequest({smiles!r}, DockSettings.of(exhaustiveness=512), receptor.key)
    jobs = [pool.submit(request) for _ in range(4)]
    while len(pool.pids()) < 3:
        pass
    print(*pool.pids(), flush=True)
    {rest}
"""


def parent(rest: str) -> tuple[subprocess.Popen[str], list[int]]:
    code = textwrap.dedent(PARENT.format(smiles=SLOW, rest=rest))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) == 3
    return process, pids


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_parent(number: signal.Signals) -> None:
    process, pids = parent("jobs[0].result()")
    os.kill(process.pid, number)
    process.communicate(timeout=30)
    wait_for(lambda: not any(alive(pid) for pid in pids), 20)


def test_the_end_of_the_program_ends_the_processes() -> None:
    process, pids = parent("sys.exit(0)")
    out, err = process.communicate(timeout=30)
    assert (out, err, process.returncode) == ("", "", 0)
    assert not any(alive(pid) for pid in pids)


def test_a_docker_in_a_fork_of_the_parent_has_processes_of_its_own(receptor: Receptor) -> None:
    with Docker(receptor, workers=1, exhaustiveness=1) as docker:
        mine = docker.dock([ETHANOL])
        pids = docker.pids()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if docker.dock([ETHANOL]) == mine and not set(docker.pids()) & set(pids) else 2
                docker.close()
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert all(alive(pid) for pid in pids)
        assert docker.dock([ETHANOL]) == mine


@pytest.mark.slow
def test_jobs_run_at_once_on_several_workers(receptor: Receptor) -> None:
    with DockingPool(content(receptor), workers=2) as pool:
        jobs = [ask(pool, MEDIUM, 1) for _ in range(2)]
        wait_for(lambda: len(pool.pids()) == 3)
        done, _ = wait(jobs, timeout=120)
        assert done == set(jobs)
        assert jobs[0].result() == jobs[1].result()
