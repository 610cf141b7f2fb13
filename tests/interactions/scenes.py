"""Small scenes for the energies of poses: a ligand put where the test wants it, and a receptor of a few atoms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem

from molgrad.interactions import PoseEnergies, per_atom_energies

Point = tuple[float, float, float]
Atom = tuple[str, str, int, Point, str]  # name, residue, number, position, AutoDock type

STORED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "poses_1ia1.json").read_text(encoding="utf-8")
)["poses"]


def pose(smiles: str, points: Sequence[Point]) -> str:
    """A mol block with the heavy atoms at these points and hydrogens where RDKit puts them."""
    mol = Chem.MolFromSmiles(smiles)
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for i, point in enumerate(points):
        conformer.SetAtomPosition(i, point)
    mol.AddConformer(conformer)
    return str(Chem.MolToMolBlock(Chem.AddHs(mol, addCoords=True)))


def write_receptor(path: Path, atoms: Sequence[Atom]) -> Path:
    """A PDBQT file of these atoms, all of chain A."""
    lines = [
        f"ATOM  {i:5d}  {name:<3s} {residue:3s} A{number:4d}    {x:8.3f}{y:8.3f}{z:8.3f}"
        f"  1.00  0.00    +0.000 {kind:<2s}"
        for i, (name, residue, number, (x, y, z), kind) in enumerate(atoms, 1)
    ]
    file = path / "receptor.pdbqt"
    file.write_text("\n".join(lines) + "\n")
    return file


def scene(path: Path, smiles: str, points: Sequence[Point], atoms: Sequence[Atom]) -> PoseEnergies:
    """The energies of a ligand in a receptor of a few atoms."""
    return per_atom_energies(pose(smiles, points), write_receptor(path, atoms))


def cage(radius: float, count: int = 60, kind: str = "C") -> list[Atom]:
    """Atoms spread evenly on a sphere about the origin."""
    step = np.arange(count) + 0.5
    z = 1.0 - 2.0 * step / count
    turn, flat = step * np.pi * (3.0 - np.sqrt(5.0)), np.sqrt(1.0 - z * z)
    points = radius * np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)
    return [("CB", "ALA", i, (float(x), float(y), float(w)), kind) for i, (x, y, w) in enumerate(points, 1)]
