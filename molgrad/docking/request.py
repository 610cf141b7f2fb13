"""What decides a dock: its settings, the receptor's content, and the request that names both."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

from molgrad.docking.effort import EFFORTS, Effort, chosen, load_effort
from molgrad.errors import InputFileError, UnknownNameError, whole
from molgrad.receptors.pdbqt import pdbqt_text
from molgrad.receptors.receptor import Box, Receptor

LONGEST = 604_800.0  # seconds, a week: what a clock of the system can wait for is limited
MOST_TAUTOMERS = 4  # of one stereoisomer
POSE_MODES = ("auto", "lower", "keep")
MOST_STATES = 4  # of one tautomer; a further one would have less than a fifth of the molecule


@dataclass(frozen=True, slots=True)
class EngineRef:
    """Which docking program, by its name among the entry points `molgrad.engines`, and its own options.

    Attributes:
        name: the registered name, such as `vina` or `command`.
        options: a JSON object that the engine is made with; for `command`, the description of the program.
    """

    name: str = "vina"
    options: str = "{}"

    @property
    def shown(self) -> str:
        """What a user writes for it."""
        return self.name if self.options == "{}" else "FILE.toml"

    @classmethod
    def of(cls, given: str | EngineRef) -> EngineRef:
        """The engine that a user names.

        Args:
            given: a registered name, or a TOML file that describes a program; see `docking.program_file`.

        Raises:
            InputFileError: the file cannot be read as TOML, or describes no program; says which file and key.
            TypeError: something else than a text.
        """
        if isinstance(given, EngineRef):
            return given
        if not isinstance(given, str):
            raise TypeError(f"engine must be the name of a docking program, or a TOML file, not {given!r}")
        if not given.endswith(".toml"):
            return cls(given)
        try:
            options = tomllib.loads(Path(given).expanduser().read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputFileError(f"{given} cannot be read as the TOML of a docking program: {error}") from None
        from molgrad.docking.program_file import Program  # which needs this module

        try:
            Program.read(options)
        except (ValueError, TypeError) as error:
            raise InputFileError(f"{given}: {error}") from None
        return cls("command", json.dumps(options, sort_keys=True, default=str))


class DockFields(TypedDict, total=False):
    """The settings of a dock as keyword arguments; `DockSettings` describes each."""

    effort: str | Effort | None
    exhaustiveness: int | None
    seed: int
    poses: int
    protonation: str
    tautomers: int
    states: int
    pose_mode: str
    timeout: float
    engine: str | EngineRef


@dataclass(frozen=True, slots=True)
class DockSettings:
    """How a molecule is docked. Each value is checked when the object is made.

    The fields but for effort, seed and engine are settings of a run (`config.settings`), commands and TOML included:
    their descriptions are those below, their bounds those of `metadata`.

    Attributes:
        effort: the plan of searches; `DockSettings.of` takes its name, or an exhaustiveness.
        seed: of conformers and searches; another seed gives an independent dock.
        poses: poses kept, at most.
        protonation: "pka" (charges at pH 7.4 by the pKa of each group), "openbabel" (by its rules) or "none" (as
            written).
        tautomers: tautomers docked of each stereoisomer, at most.
        states: charge states docked of each, at most: the most common one and others with a share above 20 %. With
            more than 1, each one's free energy (-RT ln share, kcal/mol) is added to its affinity.
        pose_mode: where a known pose is given, what counts: "lower" (the lower score of the unseeded search and of the
            pose built on the known one), "keep" (the built pose wherever one can be built and fits) or "auto" (keep in
            a campaign from a lead whose pose is given or trusted, else lower); both scores are told.
        timeout: seconds that one species may take before the watchdog stops it; no result depends on it.
        engine: the docking program.

    Raises:
        ValueError: a value out of its range; the message names the setting.
        UnknownNameError: no such protonation or pose mode.
    """

    effort: Effort = EFFORTS["standard"]
    seed: int = 0
    poses: int = field(default=3, metadata={"least": 1, "most": 9})
    protonation: str = "pka"
    tautomers: int = field(default=1, metadata={"least": 1, "most": MOST_TAUTOMERS})
    states: int = field(default=1, metadata={"least": 1, "most": MOST_STATES})
    pose_mode: str = "auto"
    timeout: float = field(default=600.0, metadata={"least": 1.0, "most": LONGEST})
    engine: EngineRef = EngineRef()

    def __post_init__(self) -> None:
        object.__setattr__(self, "effort", load_effort(self.effort))  # a name or a number is understood as well
        object.__setattr__(self, "engine", EngineRef.of(self.engine))
        whole("seed", self.seed, -math.inf)
        whole("poses", self.poses, 1)
        whole("tautomers", self.tautomers, 1, MOST_TAUTOMERS)
        whole("states", self.states, 1, MOST_STATES)
        if self.pose_mode not in POSE_MODES:
            raise UnknownNameError("pose mode", self.pose_mode, POSE_MODES)
        if (
            isinstance(self.timeout, bool)
            or not isinstance(self.timeout, int | float)
            or not 0 < self.timeout <= LONGEST
        ):
            raise ValueError(f"timeout must be a number of seconds above 0, at most {LONGEST:g}, not {self.timeout!r}")
        from molgrad.chem.states import load_protonation  # RDKit; the options of a command are made without it

        load_protonation(self.protonation)

    @property
    def builds_poses(self) -> bool:
        """Whether a pose is built where a known one is given: by the effort's plan, or since the mode asks for it."""
        return self.effort.seed_poses or self.pose_mode == "keep"

    @classmethod
    def of(
        cls,
        effort: str | Effort | None = None,
        exhaustiveness: int | None = None,
        engine: str | EngineRef = "vina",
        **fields: Any,
    ) -> DockSettings:
        """Settings from what a user writes.

        Args:
            effort: "fast", "standard" (the default), "thorough", or a plan of your own.
            exhaustiveness: instead of an effort, one plain search of this exhaustiveness.
            engine: a registered docking program, or a TOML file that describes one.
            fields: the other fields, by name.

        Raises:
            ConflictingSettingsError: both an effort and an exhaustiveness.
            UnknownNameError: no such effort or protonation.
            ValueError: a value out of its range.
        """
        return cls(effort=chosen(effort, exhaustiveness), engine=EngineRef.of(engine), **fields)

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same settings."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DockSettings:
        """The settings that `to_json` wrote."""
        return cls(**{**data, "effort": Effort(**data["effort"]), "engine": EngineRef(**data["engine"])})


@dataclass(frozen=True)
class ReceptorContent:
    """A receptor as it travels to another process or machine: its text instead of its path.

    Attributes:
        name: as listed, e.g. `1ia1`.
        pdbqt: the text of the PDBQT file.
        box: where to search, Å.
    """

    name: str
    pdbqt: str
    box: Box

    @classmethod
    def of(cls, receptor: Receptor) -> ReceptorContent:
        """The content of a receptor on this machine."""
        return cls(receptor.name, pdbqt_text(receptor.pdbqt), receptor.box)

    @cached_property
    def sha256(self) -> str:
        """Hash of the PDBQT file."""
        return hashlib.sha256(self.pdbqt.encode(errors="surrogateescape")).hexdigest()

    @cached_property
    def key(self) -> str:
        """Hash of name, PDBQT and box: what a `DockRequest` names it by."""
        return _hash([self.name, self.sha256, _floats(self.box.center), _floats(self.box.size)])

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same content."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReceptorContent:
        """The content that `to_json` wrote."""
        box = Box(*((float(x), float(y), float(z)) for x, y, z in (data["box"]["center"], data["box"]["size"])))
        return cls(data["name"], data["pdbqt"], box)


@dataclass(frozen=True, slots=True)
class DockRequest:
    """Everything that decides the result of one dock.

    Attributes:
        smiles: the designed molecule, canonical and checked with the `dockable` preset.
        settings: how it is docked.
        receptor: the `key` of a `ReceptorContent`.
        docked_smiles: the species to dock instead of those chosen; None for the usual choice.
        parent_pose: mol block of a relative's pose in this receptor, or None. A pose is built on it beside
            the unseeded search where effort and engine allow it.
        repeat: 0 for the first dock, 1, 2 ... for further ones from other conformers, with other seeds of searches.
    """

    smiles: str
    settings: DockSettings = field(default_factory=DockSettings)
    receptor: str = ""
    docked_smiles: str | None = None
    parent_pose: str | None = None
    repeat: int = 0

    def drawn(self) -> DockRequest:
        """The request with the seed from which its conformers and searches follow.

        The receptor stays prepared with the seed of the settings, so that a repeat needs no second process with maps.
        """
        if not self.repeat:
            return self
        seed = int(_hash(["repeat", self.settings.seed, self.repeat])[:8], 16) >> 1
        return replace(self, settings=replace(self.settings, seed=seed))

    def key(self, engine: Mapping[str, Any], software: str = "") -> str:
        """A hash of every input that can change the result, for a cache.

        Args:
            engine: `spec()` of the engine, with its version.
            software: a fingerprint of the other programs that have a part in it.
        """
        aside = {"timeout", "engine"} | ({"pose_mode"} if self.parent_pose is None else set())
        decides = {name: value for name, value in self.settings.to_json().items() if name not in aside}
        if decides.get("pose_mode") == "auto":  # of one dock they are the same
            decides["pose_mode"] = "lower"
        molecule = [self.smiles, self.docked_smiles, self.parent_pose, self.receptor, self.repeat]
        return _hash([molecule, decides, dict(engine), software])

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same request."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DockRequest:
        """The request that `to_json` wrote."""
        return cls(**{**data, "settings": DockSettings.from_json(data["settings"])})


def _hash(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _floats(numbers: tuple[float, ...]) -> list[float]:
    return [float(x) for x in numbers]
