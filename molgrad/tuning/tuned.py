"""A tuned candidate, and the file that it is saved in and loaded from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from molgrad.autograd.variable import Variable
from molgrad.campaign.folder import write_text
from molgrad.display import Shown
from molgrad.errors import InputFileError, plain, shorten
from molgrad.evaluation import Evaluation
from molgrad.losses.outcome import Direction
from molgrad.programs.candidates import CandidateDomain, named_parameters
from molgrad.programs.examples import check_program

LARGEST = 8_000_000  # bytes of a file that is loaded; a hundred prompts of a book's chapter
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Tuned(Shown):
    """A candidate with what its validation gave.

    Attributes:
        name: how tables call it, `c0003`.
        values: of the parameters, by name.
        validation: the mean over the validation examples; its terms are the examples.
        parent: the name of what it was made from; empty for the start.
        reason: why it was made, in words.
        direction: whether the score function is minimized or maximized; scores are told as the function counts.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.tuner:tuned"

    name: str
    values: Mapping[str, str]
    validation: Evaluation
    parent: str = ""
    reason: str = ""
    direction: Direction = "minimize"

    @property
    def score(self) -> float:
        """The mean score over the validation examples, as the function counts; NoScoreError where there is none."""
        return self.validation.number()

    def __float__(self) -> float:
        return self.score

    def __str__(self) -> str:
        word = "loss" if self.direction == "minimize" else "score"
        told = "no score" if self.validation.score is None else f"{word} {self.score:.4g}"
        return "\n".join([f"{self.name}: {told}", *(f"{name}: {value}" for name, value in self.values.items())])

    def save(self, path: str | Path) -> Path:
        """Write the values to a TOML file that `mg.load` reads, and a person may edit.

        Args:
            path: the file; it is replaced whole.

        Returns:
            The path.

        Raises:
            CampaignError: it cannot be written.
        """
        told = "no score" if self.validation.score is None else f"{self.validation.score:.6g}"
        lines = [
            "# Values of a program's parameters. Load them with molgrad.load(FILE, program).",
            f"format = {_FORMAT}",
            f"candidate = {_toml(self.name)}",
            f"validation = {_toml(told)}",
            f"direction = {_toml(self.direction)}",
            f"reason = {_toml(self.reason)}",
            "",
            "[parameters]",
            *(f"{_toml(name)} = {_toml(value)}" for name, value in self.values.items()),
        ]
        write_text(Path(path), "\n".join(lines) + "\n")
        return Path(path)


def load(
    path: str | Path, program: Any, *, parameters: Sequence[Variable] | Mapping[str, Variable] | None = None
) -> Any:
    """Give a program's parameters the values of a file that `Tuned.save` wrote.

    Nothing of the file is executed; each value is checked by the domain of its parameter before any is assigned.

    Args:
        path: the TOML file.
        program: a Module, or a function with `parameters`.
        parameters: as for the Tuner; those of the module by default.

    Returns:
        The program.

    Raises:
        InputFileError: the file cannot be read, its names are not those of the program, or a value is not sound.
    """
    check_program(program)
    named = named_parameters(program, parameters)
    values = _read(Path(path))
    missing, unknown = [n for n in named if n not in values], [n for n in values if n not in named]
    if missing or unknown:
        said = [f"it has nothing for {_names(missing)}"] if missing else []
        said += [f"the program has no parameter {_names(unknown)}"] if unknown else []
        raise InputFileError(f"{path}: {'; '.join(said)}")
    domain = CandidateDomain(named)
    try:
        parts = domain.parts(domain.joined(values))
    except ValueError as error:
        raise InputFileError(f"{path}: {error}") from error
    for name, variable in named.items():
        variable.value = parts[name]
    return program


def _names(names: Sequence[str]) -> str:
    return shorten(plain(", ".join(names)), 200)


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise InputFileError(f"{plain(str(path))} cannot be read: {getattr(error, 'strerror', '') or error}") from error
    if len(data) > LARGEST:
        raise InputFileError(f"{path} has more than {LARGEST} bytes; this is no file of parameters")
    try:
        saved = tomllib.loads(data.decode("utf-8-sig"))  # some editors put a mark before the text
    except (ValueError, RecursionError) as error:  # the parser's own errors, and numbers of thousands of digits
        raise InputFileError(f"{path} is no TOML file: {shorten(plain(str(error)), 200)}") from error
    if (number := saved.get("format", _FORMAT)) != _FORMAT:
        raise InputFileError(f"{path} has format {shorten(repr(number))}, and this molgrad reads format {_FORMAT}")
    found = saved.get("parameters")
    if not isinstance(found, dict):
        raise InputFileError(f"{path} has no table [parameters]")
    if strange := [name for name, value in found.items() if not isinstance(value, str)]:
        raise InputFileError(f"{path}: {strange[0]} is {shorten(repr(found[strange[0]]))}, not a text in quotes")
    return found


def _toml(text: str) -> str:
    """A text as TOML writes it; several lines stay lines, so that a person can edit them."""
    said = text.encode("utf-8", "replace").decode("utf-8").replace("\\", "\\\\").replace('"', '\\"')
    said = "".join(f"\\u{ord(c):04x}" if (ord(c) < 32 and c not in "\t\n") or ord(c) == 127 else c for c in said)
    return f'"""\n{said}"""' if "\n" in said else f'"{said}"'
