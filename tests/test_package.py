"""The public package: every name resolves, and importing it loads nothing heavy and writes nothing."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import molgrad

HEAVY = ("rdkit", "vina", "meeko", "numpy", "scipy", "pandas", "openai", "typer", "rich", "openbabel")


def run(program: str, tmp_path: Path) -> str:
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert list(tmp_path.iterdir()) == []
    return done.stdout


def test_import_loads_nothing_heavy_and_writes_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, json, molgrad\n"
        "from molgrad import Loss, Variable, Evaluation, set_backward_engine, Function, aggregate\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    assert json.loads(run(program, tmp_path)) == []


def test_the_core_loads_no_chemistry(tmp_path: Path) -> None:
    program = (
        "import sys, json, pkgutil, importlib, molgrad.autograd as a\n"
        "[importlib.import_module(f'molgrad.autograd.{m.name}') for m in pkgutil.iter_modules(a.__path__)]\n"
        "v = a.variable.Variable('a', role_description='b')\n"
        "a.composite.Function(len)(v).backward()\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    assert json.loads(run(program, tmp_path)) == []


def stubs() -> list[Path]:
    return sorted(Path(molgrad.__file__).parent.rglob("*.pyi"))


@pytest.mark.parametrize("stub", stubs(), ids=lambda stub: stub.parent.name)
def test_every_name_of_a_stub_resolves_at_run_time(stub: Path) -> None:
    """The names as a parser of Python reads them, not as molgrad.lazy does."""
    package = import_module(".".join(["molgrad", *stub.parent.relative_to(stubs()[0].parent).parts]))
    body = ast.parse(stub.read_text()).body
    imported = {a.asname for node in body if isinstance(node, ast.ImportFrom) for a in node.names if a.asname}
    renamed = {t.id for node in body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)}
    assert imported <= set(package.__all__)
    for name in imported | renamed:
        assert getattr(package, name) is not None
        assert name in dir(package)


def test_the_renamed_read_as_what_they_are() -> None:
    assert {"max", "sum", "Selective"}.isdisjoint(molgrad.__all__)  # `from molgrad import *` hides no built-in
    assert molgrad.MultimodalLLMCall is molgrad.LLMCall


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Dokcing'"):
        molgrad.Dokcing  # noqa: B018 - the access is the test


def test_max_of_losses_is_the_composite() -> None:
    from molgrad.autograd.composite import Max

    assert molgrad.max is Max
