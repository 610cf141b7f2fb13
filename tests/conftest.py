"""What every test gets: no backward engine left over from another."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from molgrad.autograd.engine import set_backward_engine

# Every dock of the tests is a dock; the programs that they start inherit it.
os.environ["MOLGRAD_CACHE"] = "off"


@pytest.fixture(autouse=True)
def no_engine_left_over() -> Iterator[None]:
    set_backward_engine(None)
    yield
    set_backward_engine(None)
