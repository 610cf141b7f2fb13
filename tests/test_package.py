"""The public package: every name resolves, and importing it loads nothing heavy and writes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


@pytest.mark.parametrize("name", [*molgrad.__all__, *molgrad._RENAMED])
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(molgrad, name) is not None
    assert name in dir(molgrad)


def test_what_type_checkers_see_is_what_is_loaded() -> None:
    seen = set()
    for line in Path(molgrad.__file__).read_text().splitlines():
        if line.startswith("    from molgrad.") and " as " in line:
            home, _, rest = line.strip().removeprefix("from molgrad.").partition(" import ")
            seen.add((rest.split(" as ")[1], home))
    assert seen == set(molgrad._WHERE.items())


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Dokcing'"):
        molgrad.Dokcing  # noqa: B018 - the access is the test


def test_max_of_losses_is_the_composite() -> None:
    from molgrad.autograd.composite import Max

    assert molgrad.max is Max
