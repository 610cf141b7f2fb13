"""`--help`: an example that can be run in every command, options in panels, nothing wider than 80 columns."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from molgrad.cli.app import app
from molgrad.cli.codes import MEANINGS, Code
from molgrad.cli.examples import EXAMPLES
from molgrad.cli.panels import every
from molgrad.config.fields import GROUPS, declared
from molgrad.config.settings import RunSettings

COMMANDS = [name for name, _ in every(app)]
NARROW = {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
PAGE = Path(__file__).parents[2] / "docs" / "command_line.md"


def helped(*words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--help"], env=NARROW)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_fits_80_columns(name: str) -> None:
    text = helped(*name.split())
    assert EXAMPLES[name]
    for example in EXAMPLES[name]:
        assert len(example) <= 78
        assert example in text, "on one line, to be copied"
    assert max(map(len, text.splitlines())) <= 80
    said = text.partition("╭")[0].splitlines()
    short = [line for line, after in pairwise(said) if 0 < len(line.strip()) < 45 and after.strip()]
    assert not short, "a paragraph is as wide as the terminal"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_is_understood(name: str) -> None:
    """The words are read as the program reads them; nothing is run."""
    for example in EXAMPLES[name]:
        program, *words = shlex.split(example.partition(" > ")[0])
        assert (program, words[: len(name.split())]) == ("molgrad", name.split())
        command: Any = typer.main.get_command(app)
        for part in name.split():
            command = command.commands[part]
        command.make_context(name, words[len(name.split()) :])  # raises where an option does not exist


def test_the_options_of_optimize_stand_in_panels() -> None:
    text = helped("optimize")
    panels = re.findall(r"^╭─ (\w+) ─", text, re.M)
    assert panels == ["Options", *GROUPS]
    for one in declared(RunSettings).values():
        panel = text.partition(f"╭─ {one.group} ─")[2].partition("╰")[0]
        assert f"--{one.name.replace('_', '-')}" in panel


def test_the_exit_codes_are_documented_word_for_word() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \| (.+) \|$", page, re.M) == [(str(int(c)), MEANINGS[c]) for c in MEANINGS]
    assert set(MEANINGS) == set(Code)
    assert "Exit codes: 0 done" in helped()


def test_the_page_has_every_command() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"`molgrad {name}`" in page or f"`{name.split()[-1]}`" in page, name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_commands_receptors_and_values(shell: str) -> None:
    words = {"bash": ["COMP_WORDS", "COMP_CWORD"], "zsh": ["_TYPER_COMPLETE_ARGS"], "fish": ["_TYPER_COMPLETE_ARGS"]}
    typing = {
        "molgrad opt": "optimize",
        "molgrad dock --receptor DRD": "DRD2",
        "molgrad optimize --scope an": "analogues",
    }
    for typed, offered in typing.items():
        count = str(len(typed.split()) - 1)
        given = dict(zip(words[shell], [typed, count], strict=False))
        env = {**given, "_MOLGRAD_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        done = CliRunner().invoke(app, [], prog_name="molgrad", env=env)
        assert offered in done.output, done.output
