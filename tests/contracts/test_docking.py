"""The contracts of docking programs and of the places where they run, for all that are installed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from molgrad.docking.executor import AdaptedExecutor, DockExecutor
from molgrad.testing.engine import RegisteredEngines
from molgrad.testing.executor import DockExecutorSuite, RegisteredExecutors


class TestEngines(RegisteredEngines):
    pass


class TestExecutors(RegisteredExecutors):
    pass


class TestProcessPool(DockExecutorSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def executor(cls) -> Iterator[DockExecutor]:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield AdaptedExecutor(pool)

    def make(self) -> DockExecutor:
        return AdaptedExecutor(ProcessPoolExecutor(1))
