"""Receptors by name or folder: a rigid PDBQT file and the box that is searched in it."""

from __future__ import annotations

import hashlib
import importlib.util
import math
import os
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from molgrad.display import Shown
from molgrad.errors import ReceptorError, UnknownNameError, one_line
from molgrad.receptors.encoding import decoded
from molgrad.receptors.pdbqt import TREE, pdbqt_text, read_pdbqt

Triple = tuple[float, float, float]

PDBQT, BOX, LIGAND = "receptor.pdbqt", "box.toml", "ligand.sdf"
DOCKSTRING_SIDE = 22.0  # Å; the published 30 Å cubes cost twice the time for scores within 0.15 kcal/mol
LONGEST_SIDE = 60.0  # Å; Vina's maps grow with the volume, 60 Å cubed is beyond any pocket
REACH = 4.0  # Å from a ligand atom to the receptor atoms it touches
LEAST_ATOMS = 20  # receptor atoms in the box or in reach of it below which the box is off the protein


@dataclass(frozen=True, slots=True)
class Box:
    """The box in which ligands are docked, parallel to the axes; `center` and `size` in Å."""

    center: Triple
    size: Triple

    def __post_init__(self) -> None:
        numbers = (*self.center, *self.size)
        if len(self.center) != 3 or len(self.size) != 3 or not all(math.isfinite(x) for x in numbers):
            raise ReceptorError(f"a box needs three finite numbers each for center and size, not {numbers}")
        if min(self.size) <= 0 or max(self.size) > LONGEST_SIDE:
            raise ReceptorError(f"a side of a box lies between 0 and {LONGEST_SIDE:g} Å, not {self.size}")

    def holds(self, point: Triple, margin: float = 0.0) -> bool:
        """Whether a point (Å) lies in the box or at most `margin` Å beyond its faces.

        Args:
            point: x, y, z in Å.
            margin: Å beyond the faces that still count.
        """
        return all(abs(x - c) <= s / 2 + margin for x, c, s in zip(point, self.center, self.size, strict=True))


@dataclass(frozen=True)
class Receptor(Shown):
    """Something to dock into.

    Attributes:
        name: as listed, e.g. `1ia1` or `DRD2`.
        pdbqt: the rigid receptor, hydrogens on polar atoms.
        box: where to search, Å.
        origin: where structure and box come from, in words.
        ligand: the native ligand with good bond orders (SDF), where it is known.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.receptor:receptor"

    name: str
    pdbqt: Path
    box: Box
    origin: str
    ligand: Path | None = None

    @cached_property
    def sha256(self) -> str:
        """Hash of the PDBQT file: two receptors are the same if this and the box are."""
        return hashlib.sha256(self.pdbqt.read_bytes()).hexdigest()


def load_receptor(name_or_path: str | Path, *, box: str = "default") -> Receptor:
    """The receptor of this name, or the one in a folder that holds `receptor.pdbqt` and `box.toml`.

    Where two receptors have the same name, those that ship with molgrad come first, then the user's (`user_folder`),
    then DOCKSTRING's. Case is ignored. DOCKSTRING's published boxes are cubes of 30 Å; the default is a cube of 22 Å
    about the same centre.

    Args:
        name_or_path: a name of `list_receptors`, or a folder.
        box: `default`, or `published` for DOCKSTRING's own.

    Raises:
        UnknownNameError: no receptor, or no such kind of box.
        ReceptorError: files that are missing or damaged, or a box that is off the protein.
    """
    if box not in ("default", "published"):
        raise UnknownNameError("kind of box", box, ("default", "published"))
    key = str(name_or_path).lower()
    ours, theirs = _users() | _ours(), _dockstring()
    if isinstance(name_or_path, Path) or key not in {*ours, *theirs}:
        # A folder of the working directory is looked for last: it must never shadow a name.
        path = Path(name_or_path)
        named = isinstance(name_or_path, Path) or len(path.parts) > 1 or path.is_absolute()
        if named or (path.name not in ("", "..") and (path / "receptor.pdbqt").is_file()):
            return _checked(_from_folder(path.expanduser()))
        raise UnknownNameError("receptor", str(name_or_path), list_receptors())
    if key in ours:
        if box == "published":
            raise ReceptorError(f"{name_or_path}: only DOCKSTRING's receptors have a published box; leave it out")
        return _checked(_from_folder(ours[key]))
    return _checked(_from_dockstring(theirs[key], published=box == "published"))


def list_receptors() -> list[str]:
    """The names that `load_receptor` accepts: those shipped, the user's, DOCKSTRING's, each in alphabetical order."""
    ours, users, theirs = _ours(), _users(), _dockstring()
    mine = [path.name for key, path in users.items() if key not in ours]
    rest = [path.name.removesuffix("_target.pdbqt") for key, path in theirs.items() if key not in ours | users]
    return sorted(path.name for path in ours.values()) + sorted(mine) + sorted(rest)


def user_folder() -> Path:
    """The folder of the user's receptors: `MOLGRAD_RECEPTORS`, or `molgrad/receptors` in the user's data folder.

    That is `XDG_DATA_HOME`, else `~/Library/Application Support` on macOS and `~/.local/share` elsewhere.
    """
    if own := os.environ.get("MOLGRAD_RECEPTORS"):
        return Path(own).expanduser()
    default = "~/Library/Application Support" if sys.platform == "darwin" else "~/.local/share"
    return Path(os.environ.get("XDG_DATA_HOME") or default).expanduser() / "molgrad" / "receptors"


def known_folder(name: str) -> Path | None:
    """The folder (for DOCKSTRING the file) of a receptor's name; None for a name that is not in use."""
    return (_dockstring() | _users() | _ours()).get(name.lower())


def came_with_molgrad(receptor: Receptor) -> bool:
    """Whether a receptor ships with molgrad, so that nothing may be written to its folder."""
    return receptor.pdbqt.parent.resolve() in {folder.resolve() for folder in _ours().values()}


def _users() -> dict[str, Path]:
    """Receptor folders of the user by lower-case name."""
    return {file.parent.name.lower(): file.parent for file in sorted(user_folder().glob(f"[!.]*/{PDBQT}"))}


def _ours() -> dict[str, Path]:
    """Receptor folders by lower-case name: inside the wheel, or in the checkout of an editable install."""
    package = Path(__file__).parents[1]
    checkout = package.parent
    home = package / "_receptors"
    if not home.is_dir() and (checkout / "pyproject.toml").is_file():
        home = checkout / "receptors"
    return {file.parent.name.lower(): file.parent for file in sorted(home.glob(f"*/{PDBQT}"))}


def _dockstring() -> dict[str, Path]:
    """The PDBQT files of the installed dockstring package, found without importing it (it wants obabel)."""
    spec = importlib.util.find_spec("dockstring")
    if spec is None or not spec.submodule_search_locations:
        return {}
    targets = Path(next(iter(spec.submodule_search_locations))) / "resources" / "targets"
    files = sorted(targets.glob("*_target.pdbqt"))
    return {file.name.removesuffix("_target.pdbqt").lower(): file for file in files}


def _from_folder(folder: Path) -> Receptor:
    if folder.is_file():
        how = "prepare it first: molgrad receptor prepare" if folder.suffix != ".pdbqt" else f"name it {PDBQT} in one"
        raise ReceptorError(f"{folder} is a file; a receptor is a folder of {PDBQT} and {BOX}: {how}")
    try:
        data = tomllib.loads(decoded((folder / BOX).read_bytes()))
        box = Box(_triple(data["center"]), _triple(data["size"]))
    except FileNotFoundError:
        raise ReceptorError(f"{folder}: {BOX} is missing; a receptor is a folder of {PDBQT} and {BOX}") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReceptorError(f"{folder / BOX}: needs center = [x, y, z] and size = [a, b, c] in Å ({error})") from None
    ligand = folder / LIGAND
    origin, native = one_line(str(data.get("origin", folder))), ligand if ligand.is_file() else None
    receptor = Receptor(one_line(folder.resolve().name), folder / PDBQT, box, origin, native)
    expected = data.get("pdbqt_sha256")
    if expected is not None and receptor.pdbqt.is_file() and receptor.sha256 != expected:
        raise ReceptorError(f"{receptor.pdbqt} is not the file {BOX} was written for (pdbqt_sha256 differs)")
    return receptor


def _from_dockstring(pdbqt: Path, *, published: bool) -> Receptor:
    name = pdbqt.name.removesuffix("_target.pdbqt")
    conf = pdbqt.with_name(f"{name}_conf.txt")
    try:
        pairs = (line.split("=") for line in conf.read_text().splitlines() if "=" in line)
        numbers = {key.strip(): float(value) for key, value in pairs}
        center = _triple([numbers[f"center_{axis}"] for axis in "xyz"])
        size = _triple([numbers[f"size_{axis}"] for axis in "xyz"])
    except (OSError, ValueError, KeyError) as error:
        raise ReceptorError(f"{conf}: not a box of DOCKSTRING ({error})") from None
    words = f"published box {' x '.join(f'{side:g}' for side in size)} Å"
    if not published:
        words = f"{DOCKSTRING_SIDE:g} Å about the published centre instead of the {words}"
        size = (DOCKSTRING_SIDE, DOCKSTRING_SIDE, DOCKSTRING_SIDE)
    return Receptor(name, pdbqt, Box(center, size), f"DOCKSTRING target {name}, {words}")


def _triple(values: object) -> Triple:
    if not isinstance(values, list) or len(values) != 3:
        raise ValueError(f"three numbers expected, not {values!r}")
    x, y, z = (float(value) for value in values)
    return x, y, z


def _checked(receptor: Receptor) -> Receptor:
    check_receptor(receptor)
    return receptor


def check_receptor(receptor: Receptor) -> None:
    """Check for what Vina accepts without an error: no polar hydrogens, no atoms, a box away from the protein.

    Raises:
        ReceptorError: with the remedy.
    """
    try:
        tree = TREE.search(pdbqt_text(receptor.pdbqt))
        atoms = () if tree else read_pdbqt(receptor.pdbqt)
    except (OSError, ValueError) as error:
        raise ReceptorError(f"{receptor.name}: {receptor.pdbqt} cannot be read as PDBQT ({error})") from None
    if tree:
        raise ReceptorError(
            f"{receptor.name}: {receptor.pdbqt} is the PDBQT file of a ligand (it has {tree[1]} records), not of a "
            "receptor; put the receptor's there, or make it: molgrad receptor prepare PROTEIN.pdb --ligand LIGAND.sdf"
        )
    if atoms and not any(atom.kind for atom in atoms):
        raise ReceptorError(
            f"{receptor.name}: {receptor.pdbqt} has no AutoDock atom types, so it is a PDB file; rename it to .pdb and "
            "make a receptor of it: molgrad receptor prepare"
        )
    if not atoms:
        raise ReceptorError(f"{receptor.name}: {receptor.pdbqt} holds no atoms")
    if not any(atom.kind == "HD" for atom in atoms):
        center, size = (",".join(f"{x:.1f}" for x in sides) for sides in (receptor.box.center, receptor.box.size))
        raise ReceptorError(
            f"{receptor.name}: no polar hydrogen (HD) in {receptor.pdbqt}, so no hydrogen bond of its donors would "
            "count ('obabel -xr' of a PDB file without hydrogens writes such a file); make it from the PDB file: "
            f"molgrad receptor prepare PROTEIN.pdb --center={center} --size {size}"
        )
    inside = sum(receptor.box.holds(atom.point, REACH) for atom in atoms)
    if inside < LEAST_ATOMS:
        middle = ", ".join(f"{sum(axis) / len(axis):.1f}" for axis in zip(*(atom.point for atom in atoms), strict=True))
        raise ReceptorError(
            f"{receptor.name}: the box at {receptor.box.center} Å is off the protein, whose middle is "
            f"({middle}): it has {inside} receptor atoms in reach"
        )
