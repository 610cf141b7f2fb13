"""What every place where docks run must do as a `DockExecutor`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from dataclasses import replace
from pathlib import Path

import pytest

from molgrad import registry
from molgrad.docking.dock import Docker
from molgrad.docking.executor import DockExecutor, ProcessExecutor, load_executor
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.docking.result import DockResult
from molgrad.errors import MissingExtraError
from molgrad.evaluation import Status
from molgrad.receptors.receptor import load_receptor

PHENOL, ETHANOL = "Oc1ccccc1", "CCO"
SETTINGS = DockSettings.of(exhaustiveness=1)
LIMIT = 240  # seconds to wait for a small dock, the start of processes included


class DockExecutorSuite:
    """The contract of an executor of docks. Subclass it and write `make`. It docks small molecules with Vina.

    Attributes:
        receptor: the name of what is docked into.
    """

    receptor = "1ia1"

    def make(self) -> DockExecutor:
        """A new executor; the suite shuts it down."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def executor(cls) -> Iterator[DockExecutor]:
        """The executor."""
        made = cls().make()
        yield made
        made.shutdown(cancel_futures=True)

    @pytest.fixture(scope="class")
    @classmethod
    def content(cls) -> ReceptorContent:
        """The receptor's content."""
        return ReceptorContent.of(load_receptor(cls.receptor))

    def test_a_dock_is_the_same_wherever_it_runs(self, executor: DockExecutor, content: ReceptorContent) -> None:
        """Results equal those of processes of this machine."""
        executor.provide(content)
        found = [executor.submit(DockRequest(smiles, SETTINGS, content.key)) for smiles in (PHENOL, ETHANOL)]
        assert [future.result(LIMIT) for future in found] == reference(self.receptor)
        assert executor.workers >= 1

    def test_a_molecule_that_cannot_be_docked_is_a_result(
        self, executor: DockExecutor, content: ReceptorContent
    ) -> None:
        """A future raises nothing for a molecule."""
        executor.provide(content)
        request = DockRequest("CCN", SETTINGS, content.key, docked_smiles="CCO")
        result = executor.submit(request).result(LIMIT)
        assert (result.status, bool(result.reason)) == (Status.INVALID, True)

    def test_a_receptor_is_content_and_no_path(self, executor: DockExecutor, tmp_path: Path) -> None:
        """The file may be gone once its content was provided."""
        receptor = load_receptor(self.receptor)
        copy = tmp_path / "receptor.pdbqt"
        copy.write_bytes(receptor.pdbqt.read_bytes())
        content = ReceptorContent.of(replace(receptor, name="elsewhere", pdbqt=copy))
        copy.unlink()
        executor.provide(content)
        result = executor.submit(DockRequest(ETHANOL, SETTINGS, content.key)).result(LIMIT)
        assert (result.ok, result.provenance.receptor) == (True, "elsewhere")

    def test_a_receptor_that_was_not_provided_is_an_error(self, executor: DockExecutor) -> None:
        """At once, or from the future."""
        with pytest.raises(Exception, match=r"\S"):
            executor.submit(DockRequest(ETHANOL, SETTINGS, "unknown")).result(LIMIT)

    def test_what_is_cancelled_is_dropped_and_the_rest_goes_on(
        self, executor: DockExecutor, content: ReceptorContent
    ) -> None:
        """A caller that stops listening leaves the executor usable."""
        executor.provide(content)
        requests = [DockRequest(PHENOL + "C" * n, SETTINGS, content.key) for n in range(4 * executor.workers)]
        futures = [executor.submit(request) for request in requests]
        dropped = [future for future in futures if future.cancel()]
        for future in dropped:
            with pytest.raises(CancelledError):
                future.result(0)
        kept = [future for future in futures if future not in dropped]
        assert wait(kept, LIMIT).done == set(kept)
        assert executor.submit(DockRequest(ETHANOL, SETTINGS, content.key)).result(LIMIT).ok

    def test_a_docker_stands_above_it(self, executor: DockExecutor) -> None:
        """Validation and deduplication are done once, for every executor."""
        docker = Docker(load_receptor(self.receptor), SETTINGS, executor=executor)
        rows = docker.dock(["OCC", "C1CC", "CCO"])
        assert [row.status for row in rows] == [Status.OK, Status.INVALID, Status.OK]
        assert rows[0] == rows[2] == reference(self.receptor)[1]

    def test_shutting_down_twice_is_no_fault(self) -> None:
        """Also where nothing was docked."""
        made = self.make()
        made.shutdown()
        made.shutdown()


_references: dict[str, list[DockResult]] = {}


def reference(receptor: str) -> list[DockResult]:
    """What processes of this machine give for the suite's molecules."""
    if receptor not in _references:
        with Docker(load_receptor(receptor), SETTINGS, workers=1) as docker:
            _references[receptor] = docker.dock([PHENOL, ETHANOL])
    return _references[receptor]


class RegisteredExecutors(DockExecutorSuite):
    """The suite over every installed executor, each with two workers.

    One whose class has a text `needs` cannot be made of its name alone, and is left to a suite of its own.
    """

    @pytest.fixture(scope="class", params=registry.names("executors"))
    @classmethod
    def executor(cls, request: pytest.FixtureRequest) -> Iterator[DockExecutor]:
        """Each executor in turn."""
        if needs := getattr(registry.load("executors", request.param), "needs", ""):
            pytest.skip(f"needs {needs}")
        try:
            made = load_executor(request.param, 2)
        except MissingExtraError as error:
            pytest.skip(str(error))
        yield made
        made.shutdown(cancel_futures=True)

    def make(self) -> DockExecutor:
        """Processes of this machine, where a test wants an executor of its own."""
        return ProcessExecutor(1)
