"""What every test gets: no backward engine left over from another, and no receptors of the user's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from molgrad.autograd.engine import set_backward_engine
from molgrad.receptors import Receptor, load_receptor

# Every dock of the tests is a dock; the programs that they start inherit it.
os.environ["MOLGRAD_CACHE"] = "off"
# Before anything lists receptors: what the user of this machine has prepared must not change a test.
os.environ["MOLGRAD_RECEPTORS"] = "no/such/folder"


@pytest.fixture(autouse=True)
def no_engine_left_over() -> Iterator[None]:
    set_backward_engine(None)
    yield
    set_backward_engine(None)


@pytest.fixture(scope="session")
def receptor() -> Receptor:
    return load_receptor("1ia1")
