"""Crystal structures to prepare, and small troubles to put into them."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from molgrad.receptors.preparation import Preparation, Recipe, build_receptor

NATIVE = "Nc1nc(N)c2c(Sc3ccccc3)cccc2n1"
SIDE = 12.0  # Å; a small box, so that much of a small structure is far from it


def crystal(name: str) -> tuple[Path, Path]:
    """The protein and the native ligand of one of the complexes inside the posebusters package."""
    spec = importlib.util.find_spec("posebusters")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "datasets" / "pdb" / name
    return folder / f"{name}_protein_one_lig_removed.pdb", folder / f"{name}_ligand.sdf"


@cache
def pocket() -> tuple[str, ...]:
    """Chain B of 1ia1, residues within 12 Å of the ligand, and its NADPH."""
    protein, ligand = crystal("1ia1")
    atoms = [line.split() for line in ligand.read_text().splitlines()[4:23]]
    points = [(float(a[0]), float(a[1]), float(a[2])) for a in atoms]
    lines = [line for line in protein.read_text().splitlines() if line[:6] in ("ATOM  ", "HETATM") and line[21] == "B"]
    near = {line[22:27] for line in lines if min(math.dist(place(line), point) for point in points) < 12.0}
    return tuple(line for line in lines if line[22:27] in near)


def place(line: str) -> tuple[float, float, float]:
    return float(line[30:38]), float(line[38:46]), float(line[46:54])


def residue(line: str) -> str:
    """`GLU32`."""
    return line[17:20].strip() + line[22:27].strip()


def without(which: str, names: Iterable[str]) -> list[str]:
    """The pocket without some atoms of one residue."""
    gone = set(names)
    return [line for line in pocket() if residue(line) != which or line[12:16].strip() not in gone]


def changed(which: str, change: Callable[[str], str]) -> list[str]:
    """The pocket with every line of one residue changed."""
    return [change(line) if residue(line) == which else line for line in pocket()]


def atom(name: str, group: str, number: int, point: tuple[float, float, float], element: str, chain: str = "B") -> str:
    """A HETATM line."""
    x, y, z = point
    label = f" {name:<3s}" if len(element) == 1 else f"{name:<4s}"
    head = f"HETATM 9000 {label} {group:>3s} {chain}{number:4d}    "
    return f"{head}{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {element:>2s}"


def write(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("\n".join([*lines, "END", ""]))
    return path


def prepare(folder: Path, lines: Iterable[str], **choices: Any) -> Preparation:
    """Prepare these lines about the native ligand of 1ia1, or as `choices` say."""
    site = {"ligand": str(crystal("1ia1")[1])} if not {"ligand", "center", "residues", "pocket"} & set(choices) else {}
    protein = write(folder / "protein.pdb", lines)
    recipe = Recipe(protein, **{"size": (SIDE, SIDE, SIDE), **site, **choices})
    return build_receptor(recipe, out=folder / "made", force=True)


def said(made: Preparation, kind: str) -> str:
    """The changes of one kind as text."""
    return ", ".join(str(change) for change in made.report.changes if change.kind == kind)


def pdbqt(made: Preparation) -> list[str]:
    return made.receptor.pdbqt.read_text().splitlines()
