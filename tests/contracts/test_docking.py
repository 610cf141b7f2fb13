"""The contracts of docking programs and of the places where they run, for all that are installed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from molgrad.docking.executor import AdaptedExecutor, DockExecutor, load_executor
from molgrad.testing.engine import RegisteredEngines
from molgrad.testing.executor import DockExecutorSuite, RegisteredExecutors
from tests.docking.cluster.machines import machines


class TestEngines(RegisteredEngines):
    pass


class TestExecutors(RegisteredExecutors):
    pass


@pytest.mark.slow
class TestDask(DockExecutorSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def executor(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockExecutor]:
        pytest.importorskip("distributed")
        with machines(tmp_path_factory.mktemp("machines")) as cluster:
            made = load_executor(cluster.spec, None)
            yield made
            made.shutdown()

    def make(self) -> DockExecutor:
        return load_executor("dask://127.0.0.1:1", None)


class TestProcessPool(DockExecutorSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def executor(cls) -> Iterator[DockExecutor]:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield AdaptedExecutor(pool)

    def make(self) -> DockExecutor:
        return AdaptedExecutor(ProcessPoolExecutor(1))
