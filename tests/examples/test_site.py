"""The documents as a site: built strictly, with every public name, and nothing loaded from elsewhere."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import molgrad as mg
from tests.examples.blocks import TOP
from tests.examples.console import BLOCK, commands, recorded

LOADED = re.compile(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=[\"']?(https?:)?//[^>]*>")
NOT_LOADED = re.compile(r"rel=[\"']?canonical")


def test_the_reference_has_every_public_name() -> None:
    text = (TOP / "docs" / "reference.md").read_text()
    listed = {path.rpartition(".")[2] for path in re.findall(r"^::: (\S+)$", text, re.MULTILINE)}
    assert set(mg.__all__) - {"__version__", "plots"} <= listed


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason="needs the extra docs: mkdocs-material")
def test_the_site_is_built_without_a_warning_and_loads_nothing(tmp_path: Path) -> None:
    if not (TOP / "molgrad").exists():  # on an installed wheel: docstrings are read from the package
        (tmp_path / "mkdocs.yml").write_text(moved(TOP / "mkdocs.yml"))
    config = tmp_path / "mkdocs.yml" if (tmp_path / "mkdocs.yml").exists() else TOP / "mkdocs.yml"
    program = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(tmp_path / "site")]
    done = subprocess.run(program, cwd=TOP, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").glob("*.html"))
    assert len(pages) > 20
    for page in pages:
        loaded = [one[0] for one in LOADED.finditer(page.read_text()) if not NOT_LOADED.search(one[0])]
        assert loaded == [], page.name


def moved(config: Path) -> str:
    """The settings for the package as it is installed, not as it lies beside the documents."""
    home = Path(mg.__file__).parents[1]
    text = (
        config.read_text()
        .replace("paths: [.]", f"paths: ['{home}']")
        .replace("base_path: [.]", f"base_path: ['{TOP}']")
    )
    return f"docs_dir: {TOP / 'docs'}\n{text}"


@pytest.mark.slow
@pytest.mark.timeout(900)  # a dozen docks, on a machine that may be busy
def test_the_tutorial_runs_and_prints_what_it_shows(tmp_path: Path) -> None:
    pytest.importorskip("posebusters")
    text = (TOP / "docs" / "tutorial.md").read_text()
    again = recorded(text.replace("--docks 8", "--docks 4"), tmp_path)
    shown, now = (pairs(one) for one in (text, again))
    assert len(now) == len(shown) > 10
    for (command, before), (_, after) in zip(shown, now, strict=True):
        if command.startswith("cat "):  # a file of molecules, which are others after fewer docks: its headings
            before, after = (one.partition("\n")[0] for one in (before, after))
        before_words, after_words = words(before), words(after)
        assert len(before_words & after_words) >= 0.5 * len(before_words), (command, before, after)


def pairs(text: str) -> list[tuple[str, str]]:
    return [pair for block in BLOCK.findall(text) for pair in commands(block)]


def words(output: str) -> set[str]:
    """What does not depend on the machine: no numbers, no molecules."""
    return set(re.findall(r"\b[A-Za-z]{4,}\b", output))
