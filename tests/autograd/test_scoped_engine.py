"""The scoped engine: within a block, for that thread and task alone, and gone afterwards."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

import molgrad as mg
from molgrad.autograd.advisor import Advisor
from molgrad.errors import EngineError
from tests.loss_fakes import FakeAdvisor


def test_the_innermost_scope_wins_and_ends() -> None:
    everywhere, outer, inner = FakeAdvisor(), FakeAdvisor(), FakeAdvisor()
    mg.set_backward_engine(everywhere)
    with mg.backward_engine(outer) as given:
        assert mg.get_backward_engine() is given is outer
        with mg.backward_engine(inner):
            assert mg.get_backward_engine() is inner
        with mg.backward_engine(None):
            assert mg.get_backward_engine() is None
        assert mg.get_backward_engine() is outer
    assert mg.get_backward_engine() is everywhere


def test_it_ends_when_the_block_raises_and_a_bad_name_opens_none() -> None:
    with pytest.raises(RuntimeError, match="boom"), mg.backward_engine(FakeAdvisor()):
        raise RuntimeError("boom")
    assert mg.get_backward_engine() is None
    with pytest.raises(EngineError), mg.backward_engine(3):  # type: ignore[arg-type]
        raise AssertionError("never entered")


def test_losses_and_backward_ask_it() -> None:
    advisor = FakeAdvisor()
    text = mg.Variable("t", role_description="text")
    with mg.backward_engine(advisor):
        mg.TextLoss("Judge.")(text).backward()
    assert advisor.judged == [("Judge.", "t", "text")]
    assert len(advisor.critiqued) == 1


def test_a_thread_has_its_own_and_inherits_only_what_it_is_given() -> None:
    advisor = FakeAdvisor()
    with mg.backward_engine(advisor), ThreadPoolExecutor(1) as pool:
        assert pool.submit(mg.get_backward_engine).result() is None
        assert pool.submit(copy_context().run, mg.get_backward_engine).result() is advisor


def test_tasks_that_run_at_once_do_not_see_each_other() -> None:
    async def task(advisor: Advisor) -> bool:
        with mg.backward_engine(advisor):
            await asyncio.sleep(0)
            return mg.get_backward_engine() is advisor

    async def both() -> list[bool]:
        return list(await asyncio.gather(task(FakeAdvisor()), task(FakeAdvisor())))

    assert asyncio.run(both()) == [True, True]
