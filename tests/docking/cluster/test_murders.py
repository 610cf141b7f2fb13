"""Workers and schedulers that are killed while docks run: every dock ends, with the result of a local one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from molgrad.docking.dock import Docker
from molgrad.docking.result import DockResult
from molgrad.receptors import Receptor
from tests.docking.cluster.machines import Machines, machines

pytest.importorskip("distributed")

SMILES = ["Oc1ccccc1", "Nc1ccccc1", "CCO", "CCCO", "CCCCO", "OCc1ccccc1", "CCN"]


@pytest.fixture(scope="module")
def local(receptor: Receptor) -> list[DockResult]:
    with Docker(receptor, exhaustiveness=1, workers=2) as docker:
        return docker.dock(SMILES)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Machines]:
    with machines(tmp_path) as made:
        yield made


def docked(receptor: Receptor, cluster: Machines, after: int, deed: object) -> list[DockResult]:
    """Dock through the cluster; the deed is done once so many results are there."""
    rows: dict[int, DockResult] = {}
    with Docker(receptor, exhaustiveness=1, executor=cluster.spec) as docker:
        for index, result in docker.stream(SMILES):
            rows[index] = result
            if len(rows) == after:
                deed()  # type: ignore[operator]
    return [rows[index] for index in range(len(SMILES))]


def test_a_killed_worker_loses_nothing(receptor: Receptor, cluster: Machines, local: list[DockResult]) -> None:
    assert docked(receptor, cluster, 2, lambda: cluster.kill(cluster.workers[0])) == local


@pytest.mark.slow
def test_after_a_killed_scheduler_the_open_docks_are_submitted_again(
    receptor: Receptor, cluster: Machines, local: list[DockResult]
) -> None:
    def restart() -> None:
        cluster.kill(cluster.scheduler)
        for worker in cluster.workers:
            cluster.kill(worker)
        cluster.start_scheduler()
        cluster.start_workers(2)

    with pytest.warns(UserWarning, match=r"was lost: a new client .* submitted \d open docks again") as said:
        assert docked(receptor, cluster, 2, restart) == local
    assert len(said) == 1


@pytest.mark.slow
def test_a_scheduler_that_does_not_come_back_is_told(
    receptor: Receptor, cluster: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("molgrad.docking.cluster.connection.PATIENCE", 1.0)
    monkeypatch.setattr("molgrad.docking.cluster.opening.CONNECT", 0.5)
    with pytest.raises(Exception, match="was lost and did not come back: no dask scheduler answers"):
        docked(receptor, cluster, 1, lambda: cluster.kill(cluster.scheduler))
