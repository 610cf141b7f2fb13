"""What every test gets: no backward engine left over from another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from molgrad.autograd.engine import set_backward_engine


@pytest.fixture(autouse=True)
def no_engine_left_over() -> Iterator[None]:
    set_backward_engine(None)
    yield
    set_backward_engine(None)
