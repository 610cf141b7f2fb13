"""The choices for a preparation."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from molgrad.errors import ReceptorError
from molgrad.receptors.receptor import Triple

MARGIN = 6.0  # Å beyond the native ligand: room for a molecule that is somewhat larger
LEAST_SIDE = 20.0  # Å; the least side that is chosen, room for a drug-like molecule to turn round
SMALLEST, LARGEST = 10.0, 60.0  # Å that may be asked for; a molecule that does not fit gives +3e7 kcal/mol
DEFAULT_SIDE = 22.0  # Å of a box about a centre or pocket

STATES = frozenset(
    {"HID", "HIE", "HIP", "ASP", "ASH", "GLU", "GLH", "LYS", "LYN", "ARG", "ARN", "TYR", "TYM", "CYS", "CYM"}
)


@dataclass(frozen=True)
class Recipe:
    """One protein file and how to make a receptor of it.

    Exactly one of `ligand`, `center`, `residues` and `pocket` says where to dock.

    Attributes:
        protein: a .pdb, .ent, .cif or .mmcif file, also gzipped.
        ligand: the native ligand: its name in the file (`TQ3`, `A:TQ3194`), a range (`A:NAG1-A:NAG4`), several with
            commas, a chain (`C`), or an SDF, MOL or MOL2 file.
        center: middle of the box, Å.
        residues: names like `A:GLU30` or `A:30`; the box holds them.
        pocket: `auto` takes the most buried pocket, `2` the second.
        size: sides of the box in Å; chosen from the ligand or residues when None.
        chains: chains to build; those that come near the box when empty.
        keep: hetero groups to build although they would be left out, `NDP` or `A:HOH301`.
        drop: residues to leave out or cut back although they are near the box, `GOL` or `A:ARG57`.
        templates: SMILES, or an SDF or MOL file, by hetero name, or for all of a ligand by what `ligand` says.
        states: protonation by residue, e.g. `{"A:57": "HIP"}`; one of `STATES`.
        rebuild: make amino acids whole that lack atoms; otherwise they are refused near the box, alanine elsewhere.
    """

    protein: Path
    ligand: str | None = None
    center: Triple | None = None
    residues: tuple[str, ...] = ()
    pocket: str | None = None
    size: Triple | None = None
    chains: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    templates: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    rebuild: bool = True

    def __post_init__(self) -> None:
        given = [bool(self.ligand), self.center is not None, bool(self.residues), bool(self.pocket)]
        if sum(given) != 1:
            raise ReceptorError(
                "say where to dock with exactly one of: --ligand (its name in the file, or an SDF file), "
                "--center x,y,z, --residues that line the pocket, or --pocket auto; in Python ligand=, center=, "
                "residues= or pocket="
            )
        if self.pocket is not None and self.pocket != "auto" and not self.pocket.isdecimal():
            raise ReceptorError(f"pocket is 'auto' or the number of a pocket, not {self.pocket!r}")
        for name, triple in (("center", self.center), ("size", self.size)):
            if triple is not None and (not hasattr(triple, "__len__") or len(triple) != 3):
                raise ReceptorError(f"{name} is three numbers x, y, z in Å, not {triple!r}")
        if self.size is not None and not all(SMALLEST <= side <= LARGEST for side in self.size):
            sides = " x ".join(f"{side:g}" for side in self.size)
            raise ReceptorError(
                f"a box of {sides} Å cannot be docked into; its sides must lie between {SMALLEST:g} and {LARGEST:g} Å"
            )
        for place, state in self.states.items():
            if state not in STATES:
                raise ReceptorError(f"{place}={state}: no such state; known: {', '.join(sorted(STATES))}")

    def with_letters(self, letters: Mapping[str, str]) -> Recipe:
        """The recipe with the file's chain names replaced by the single letters that stand for them."""
        longer = {name: letter for name, letter in letters.items() if len(name) > 1}

        def place(text: str) -> str:
            name, colon, rest = text.partition(":")
            if name in longer:
                return f"{longer[name]}{colon}{rest}"
            chain = re.match(r"(.*?)(-?\d+[A-Za-z]?)$", rest)
            return f"{name}:{longer[chain[1]]}{chain[2]}" if chain and chain[1] in longer else text

        several = ("chains", "residues", "keep", "drop")
        lists: dict[str, Any] = {name: tuple(map(place, getattr(self, name))) for name in several}
        states = {place(name): state for name, state in self.states.items()}
        parts = [part.split("-") for part in (self.ligand or "").split(",")]
        ligand = self.ligand and ",".join("-".join(map(place, ends)) for ends in parts)
        templates = {ligand if name == self.ligand and ligand else name: text for name, text in self.templates.items()}
        return replace(self, ligand=ligand, states=states, templates=templates, **lists)

    def sha256(self) -> str:
        """Hash of the settings and of the contents of every file they name; the files' names do not count."""
        data = asdict(self)
        for key in ("protein", "ligand"):
            data[key] = _contents(data[key])
        if self.rebuild:
            del data["rebuild"]  # the default leaves the hashes of older receptors as they are
        data["templates"] = {name: _contents(text) for name, text in self.templates.items()}
        return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()

    def options(self) -> str:
        """The settings as options of `molgrad receptor prepare`, files without their folders."""
        options = [self.protein.name]
        if self.ligand:
            options.append(f"--ligand {Path(self.ligand).name}")
        for name, triple in (("center", self.center), ("size", self.size)):
            if triple is not None:
                options.append(f"--{name} {','.join(f'{x:g}' for x in triple)}")
        pocket = (self.pocket,) if self.pocket else ()
        names = ("residues", "pocket", "chain", "keep", "drop")
        lists = zip(names, (self.residues, pocket, self.chains, self.keep, self.drop), strict=True)
        options += [f"--{name} {','.join(values)}" for name, values in lists if values]
        options += [f"--template '{name}={_called(text)}'" for name, text in self.templates.items()]
        options += [f"--state {place}={state}" for place, state in self.states.items()]
        return " ".join([*options, *([] if self.rebuild else ["--no-rebuild"])])


def _called(text: str | Path) -> str:
    """A file by its name, without the folders of this machine; a SMILES as it is, slashes included."""
    try:
        return Path(text).name if Path(text).is_file() else str(text)
    except (OSError, ValueError):
        return str(text)


def _contents(text: str | Path | None) -> str | None:
    if text is None:
        return None
    try:
        return hashlib.sha256(Path(text).read_bytes()).hexdigest()
    except (OSError, ValueError):  # no file: a name or SMILES
        return str(text)
