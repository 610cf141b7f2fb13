"""Every code block of README and docs: run where that is quick, else checked for its syntax and options."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from molgrad.cli.app import app
from tests.cli.run import environment
from tests.examples.blocks import PAGES, TOP, blocks, commands, python

ROOT = typer.main.get_command(app)
LANGUAGES = {"", "python", "toml", "json", "bash", "console", "text"}
# What a page takes for granted, made without a dock.
LAB = (
    'with mg.Campaign("runs/{}", start=["CC(=O)Oc1ccccc1C(=O)O"], loss=10 * mg.QED() + mg.Alerts()) as made:\n'
    "    made.run(docks=6)\n"
)
BEFORE = {"command_line.md": LAB.format("lab"), "tutorial.md": LAB.format("first")}
LONG = {"README.md", "optimize.md", "report.md", "command_line.md", "tutorial.md"}  # docks, or a campaign
ELSEWHERE = {"text.md", "models.md", "notebooks.md"}  # test_docs.py, with a scripted model
PYTHON = [page for page in PAGES if page.name not in ELSEWHERE and python(page)]
COMMANDS = [page for page in PAGES if any(commands(block) for block in blocks(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_block_can_be_read(page: Path) -> None:
    for language, code in blocks(page):
        assert language in LANGUAGES, f"a test should know what to do with {language}"
        if language == "python":
            ast.parse(code)
        elif language == "toml":
            tomllib.loads(code)
        elif language == "json":
            json.loads(code)


@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: page.name)
def test_each_command_has_the_options_it_names(page: Path) -> None:
    for block in blocks(page):
        for words in commands(block):
            taken(ROOT, words)


def taken(command: Any, words: list[str]) -> None:
    """Parse the words as the command line does, without looking at files."""
    context = command.context_class(command)
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {' '.join(words)}"
        command, words = found, words[1:]
    command.make_parser(command.context_class(command)).parse_args(list(words))


def test_what_no_command_takes_is_found() -> None:
    with pytest.raises(Exception, match="no-such-option"):
        taken(ROOT, ["dock", "--no-such-option"])
    with pytest.raises(AssertionError, match="no command"):
        taken(ROOT, ["receptor", "boil", "1ia1"])


def ran(page: Path, folder: Path) -> None:
    """Run the page's program in a folder; pages share their docks."""
    program = "\n".join(["import molgrad as mg", BEFORE.get(page.name, ""), python(page)])
    (folder / "plate_07.csv").write_text("name,dhfr_ic50 (nM)\nm0001,35\n")
    settings = {**environment(), "MOLGRAD_CACHE": str(folder.parent / "docks.db")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=folder, env=settings, capture_output=True, text=True,
        timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [one for one in PYTHON if one.name not in LONG], ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    ran(page, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("page", [one for one in PYTHON if one.name in LONG], ids=lambda page: page.name)
def test_the_python_of_a_page_that_measures_runs(page: Path, tmp_path: Path) -> None:
    ran(page, tmp_path)


def test_every_page_is_tested() -> None:
    assert len(PYTHON) > 6
    assert len(COMMANDS) > 8


def test_the_readme_is_short_and_has_the_two_commands() -> None:
    lines = (TOP / "README.md").read_text().splitlines()
    assert len(lines) < 150
    assert any("pip install" in line and "molgrad demo" in line for line in lines)
    assert any("pip install" in line and "pytest" in line for line in lines)
