"""Faults are made in a place apart; what is left out of the sandbox, one layer after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from molgrad.programs.sandbox import run as sandbox
from molgrad.programs.sandbox import run_python
from tests.apart import go_apart
from tests.faults.layers import FEW, LAYERS, is_filtered, named


@pytest.fixture(autouse=True, scope="session")
def apart() -> bool:
    """Whether mounts and shared memory that a test makes are its own."""
    return go_apart()


@pytest.fixture(params=LAYERS, ids=named)
def every_layer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setattr(sandbox, "_WITHOUT", request.param)
    return tuple(request.param)


@pytest.fixture(params=FEW, ids=named)
def layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """What is left out. Nothing that would harm this machine is tried where nothing holds it back."""
    monkeypatch.setattr(sandbox, "_WITHOUT", request.param)
    return tuple(request.param)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that every user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="mg") as name:
        Path(name).chmod(0o777)
        monkeypatch.setattr(tempfile, "tempdir", name)
        monkeypatch.setenv("TMPDIR", name)
        yield Path(name)


@pytest.fixture(params=[(), ("mounts",), ("namespaces",)], ids=named)
def filtered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The same, with the filters; as root the calls below would change the machine without them."""
    monkeypatch.setattr(sandbox, "_WITHOUT", request.param)
    if not is_filtered(run_python("")):
        pytest.skip("this kernel takes no filters")
    return tuple(request.param)
