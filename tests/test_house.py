"""The house itself: two lists of dependencies that must not drift apart, and what a start-up may cost."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

import molgrad

ROOT = Path(__file__).parents[1]


def conda_dependencies(text: str) -> set[str]:
    """The requirements of the pip section; each must be one that pip can read."""
    lines = [line.strip() for line in text.split("- pip:")[1].splitlines() if line.strip()]
    items = [line.removeprefix("- ") for line in lines]
    assert items[-1] == "-e ."
    return {str(Requirement(item)) for item in items[:-1]}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {str(Requirement(item)) for item in project["dependencies"]}


def test_environment_yml_names_the_dependencies_of_pyproject() -> None:
    assert conda_dependencies((ROOT / "environment.yml").read_text()) == declared()


def test_a_missing_dependency_would_be_noticed() -> None:
    text = (ROOT / "environment.yml").read_text().replace("      - rich>=13.9\n", "")
    assert conda_dependencies(text) != declared()


def test_version_and_pythons_are_said_alike_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {project['version']}\n" in citation
    assert f"\nlicense: {project['license']}\n" in citation
    assert version("molgrad") == molgrad.__version__ == project["version"]
    assert f"- python{project['requires-python']}\n" in (ROOT / "environment.yml").read_text()
    oldest = project["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {oldest}" in project["classifiers"]


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom molgrad.cli.app import app\n"
        "print([m for m in ('rdkit', 'vina', 'meeko', 'openai', 'pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_open_babel_has_one_door() -> None:
    import molgrad

    package = Path(molgrad.__file__).parent
    opens = re.compile(r"^\s*(import|from) openbabel", re.M)
    doors = [path for path in package.rglob("*.py") if opens.search(path.read_text())]
    assert [door.relative_to(package).as_posix() for door in doors] == ["chem/openbabel.py"]
