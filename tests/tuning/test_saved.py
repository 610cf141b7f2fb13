"""What was tuned is saved as TOML, and loaded only where every name and value is sound."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.errors import InputFileError
from molgrad.evaluation import Evaluation, Status

AWKWARD = 'Say "this" and """that""".\nC:\\new\ttab \x00\x7f\r\n\U0001f9ea end"'


class Pair(mg.Module):
    """A prompt and a molecule."""

    def __init__(self) -> None:
        self.prompt = mg.Variable("Answer.", role_description="prompt")
        self.ligand = mg.Molecule("CCO")

    def forward(self, x: mg.Variable) -> mg.Variable:
        return x


def tuned(**values: str) -> mg.Tuned:
    validation = Evaluation("validation", Status.OK, 0.25)
    return mg.Tuned("c0003", {"prompt": "Be brief.", "ligand": "CCN", **values}, validation, "c0001", 'a "reason"')


@pytest.mark.parametrize("text", [AWKWARD, "one line", "\n\nlines\n\n", "'''", '"', "\\", "\\u0041\n", '\'\n""""""'])
def test_every_text_comes_back_as_it_was(text: str, tmp_path: Path) -> None:
    path = tuned(prompt=text).save(tmp_path / "prompt.toml")
    assert tomllib.loads(path.read_bytes().decode())["parameters"]["prompt"] == text


def test_a_program_is_given_what_was_saved(tmp_path: Path) -> None:
    program = mg.load(tuned().save(tmp_path / "prompt.toml"), Pair())
    assert (program.prompt.value, program.ligand.value) == ("Be brief.", "CCN")
    prompt = mg.Variable("x", role_description="prompt")
    mg.load(tuned().save(tmp_path / "p"), lambda x: x, parameters={"prompt": prompt, "ligand": program.ligand})
    assert prompt.value == "Be brief."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[parameters]\nprompt = "x"', "it has nothing for ligand"),
        ('[parameters]\nprompt = "x"\nligand = "CC"\nother = "x"', "the program has no parameter other"),
        ('[parameters]\nprompt = "x"\nligand = "C(("', "ligand: "),
        ('[parameters]\nprompt = ""\nligand = "CC"', "prompt: the text is empty"),
        ('[parameters]\nprompt = 3\nligand = "CC"', "prompt is 3, not a text"),
        ("[parameters", "is no TOML file"),
        ("\xff", "has no table|no TOML"),
        ('prompt = "x"', r"has no table \[parameters\]"),
        ("x = " + "[" * 100_000, "is no TOML file"),
        ("x = " + "9" * 5000, "is no TOML file"),
        ('format = 2\n[parameters]\nprompt = "x"\nligand = "CC"', "has format 2, and this molgrad reads format 1"),
        ("[parameters]\n" + "\n".join(f'k{i} = ""' for i in range(9000)), r"k0, k1.{100,220}$"),
        ("#" * 8_000_001, "more than 8000000 bytes"),
    ],
)
def test_what_is_not_sound_is_refused_whole(text: str, said: str, tmp_path: Path) -> None:
    path, program = tmp_path / "p.toml", Pair()
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputFileError, match=said):
        mg.load(path, program)
    assert (program.prompt.value, program.ligand.value) == ("Answer.", "CCO")


def test_a_file_that_an_editor_saved_with_a_mark_is_read(tmp_path: Path) -> None:
    path = tuned().save(tmp_path / "p.toml")
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert mg.load(path, Pair()).prompt.value == "Be brief."


def test_the_class_of_a_program_is_no_program(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="the class Pair: give one of it"):
        mg.load(tuned().save(tmp_path / "p.toml"), Pair)


@pytest.mark.parametrize("path", ["/nowhere/\0", "/"])
def test_a_path_that_is_no_file_is_said(path: str) -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        mg.load(path, Pair())


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        mg.load("/nowhere/p.toml", Pair())
