"""A docking program as its TOML file describes it: how it is started, and where its poses have their scores."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from molgrad.docking.request import LONGEST

FORMATS = ("pdbqt", "sdf")
SCORES = {"pdbqt": r"REMARK VINA RESULT:\s+(\S+)", "sdf": "minimizedAffinity"}
_AXES = [f"{what}_{axis}" for what in ("center", "size") for axis in "xyz"]
FIELDS = ("receptor", "ligand", "out", *_AXES, "seed", "exhaustiveness", "evaluations", "poses")
FIELD = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Program:
    """How a docking program is started and read: the keys of its TOML file.

    Attributes:
        name: in provenance and settings.
        command: the program and its arguments; `{receptor}`, `{ligand}`, `{out}`, `{center_x}` (Å), `{size_x}` (Å),
            `{seed}`, `{exhaustiveness}`, `{evaluations}` and `{poses}` are filled in, each within its argument.
        version: what tells the version, such as `["vina", "--version"]`, or the version itself.
        title: in sentences; the name when empty.
        ligand: format of the ligand's file, `pdbqt` or `sdf`.
        output: format of the poses' file; that of the ligand when empty.
        score: for `pdbqt` a regular expression whose first group is a pose's score, for `sdf` the name of its data
            field; kcal/mol, lower is better. Vina's line, and smina's field, when empty.
        timeout: seconds that one run may take.
        threads: whether one run uses every core or a graphics card, so that one worker is enough.

    Raises:
        ValueError: a value that makes no sense; the message names the key.
    """

    name: str
    command: Sequence[str]
    version: str | Sequence[str]
    title: str = ""
    ligand: str = "pdbqt"
    output: str = ""
    score: str = ""
    timeout: float = 600.0
    threads: bool = False

    def __post_init__(self) -> None:
        texts = (self.name, self.title, self.ligand, self.output, self.score)
        if not all(isinstance(text, str) for text in texts) or not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", self.name):
            raise ValueError(f"name must be lower-case letters, digits, _ . and -, not {self.name!r}")
        if not _is_command(self.command):
            raise ValueError(
                f'command must be a list of texts, such as ["vina", "--seed", "{{seed}}"]: {self.command!r}'
            )
        if not (_is_command(self.version) or (isinstance(self.version, str) and self.version)):
            raise ValueError(f"version must be a command, or the version as a text, not {self.version!r}")
        for key, value in (("ligand", self.ligand), ("output", self.writes)):
            if value not in FORMATS:
                raise ValueError(f"{key} must be pdbqt or sdf, not {value!r}")
        if (self.ligand, self.writes) == ("sdf", "pdbqt"):
            raise ValueError("output must be sdf where the ligand is: poses as pdbqt cannot be matched to it")
        if any("\0" in text for text in (*self.command, *self.version)):
            raise ValueError("command and version cannot hold a NUL character")
        if self.threads not in (True, False):
            raise ValueError(f"threads must be true or false, not {self.threads!r}")
        if (
            isinstance(self.timeout, bool)
            or not isinstance(self.timeout, int | float)
            or not 0 < self.timeout <= LONGEST
        ):
            raise ValueError(f"timeout must be a number of seconds above 0, at most {LONGEST:g}, not {self.timeout!r}")
        used = {name for part in self.command for name in FIELD.findall(part)}
        if wrong := used - set(FIELDS):
            raise ValueError(f"command names {{{min(wrong)}}}, which is none of {', '.join(FIELDS)}")
        if missing := {"receptor", "ligand", "out"} - used:
            raise ValueError(f"command must hold {{{min(missing)}}}")
        try:
            groups = re.compile(self.score_of).groups if self.writes == "pdbqt" else 1
        except re.error as error:
            raise ValueError(f"score is no regular expression: {error}") from None
        if groups < 1:
            raise ValueError(f"score needs a group about the number, such as {SCORES['pdbqt']!r}")

    @property
    def writes(self) -> str:
        """Format of the poses' file."""
        return self.output or self.ligand

    @property
    def score_of(self) -> str:
        """Where a pose's score stands."""
        return self.score or SCORES[self.writes]

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Program:
        """A program from the keys of its TOML file.

        Args:
            options: the keys.

        Raises:
            ValueError: a key that is missing, unknown or senseless.
        """
        known = [field.name for field in fields(cls)]
        if wrong := sorted(set(options) - set(known)):
            raise ValueError(f"a docking program has no {wrong[0]!r}; its keys are {', '.join(known)}")
        if missing := [key for key in known[:3] if key not in options]:
            raise ValueError(f"a docking program needs {missing[0]!r}; examples/vina.toml shows one")
        return cls(**options)


def _is_command(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(isinstance(part, str) for part in value)
