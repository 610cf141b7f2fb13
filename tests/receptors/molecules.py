"""Small molecules as lines of a PDB file, put where a test wants them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem, rdMolAlign

from tests.receptors.structures import atom, crystal, place, pocket, residue

MIDDLE = (10.1, 36.0, 18.4)  # Å; of the native ligand of 1ia1
Point = tuple[float, float, float]


@cache
def drawn(smiles: str) -> Chem.Mol:
    """Heavy atoms with a conformer."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert AllChem.EmbedMolecule(mol, randomSeed=7) == 0
    return Chem.RemoveHs(mol)


def at(mol: Chem.Mol, middle: Point = MIDDLE) -> Chem.Mol:
    """A copy moved to a place."""
    moved = Chem.Mol(mol)
    points = moved.GetConformer().GetPositions()
    moved.GetConformer().SetPositions(points - points.mean(axis=0) + np.array(middle))
    return moved


def lines(mol: Chem.Mol, name: str, number: int, chain: str = "L", *, only: Sequence[int] | None = None) -> list[str]:
    """HETATM lines of a molecule, or of some of its atoms, with names of their own."""
    points = mol.GetConformer().GetPositions().tolist()
    chosen = range(mol.GetNumAtoms()) if only is None else only
    rows = []
    for index in chosen:
        symbol = mol.GetAtomWithIdx(index).GetSymbol()
        x, y, z = points[index]
        rows.append(atom(f"{symbol}{index + 1}", name, number, (x, y, z), symbol.upper(), chain))
    return rows


def bare() -> list[str]:
    """The pocket of 1ia1 without any group in it."""
    return [line for line in pocket() if line.startswith("ATOM")]


def peptide(chain: str = "C") -> list[str]:
    """Three residues of the crystal as a chain of their own, in the pocket."""
    own = [line for line in crystal("1ia1")[0].read_text().splitlines() if line.startswith("ATOM") and line[21] == "A"]
    names = list(dict.fromkeys(residue(line) for line in own))
    first = next(
        n for n, name in enumerate(names) if name.startswith("ALA") and names[n + 2][:3] in ("VAL", "LEU", "SER")
    )
    part = [line for line in own if residue(line) in names[first : first + 3]]
    middle = np.mean([place(line) for line in part], axis=0)
    return [moved(f"{line[:21]}{chain}{line[22:]}", tuple(np.subtract(MIDDLE, middle))) for line in part]


def moved(line: str, shift: Sequence[float]) -> str:
    x, y, z = (value + off for value, off in zip(place(line), shift, strict=True))
    return f"{line[:30]}{x:8.3f}{y:8.3f}{z:8.3f}{line[54:]}"


def bonded_to(smiles: str, ends: Mapping[int, Point]) -> Chem.Mol:
    """A molecule laid so that these atoms of it lie at these points."""
    mol = Chem.Mol(drawn(smiles))
    target = Chem.RWMol()
    conformer = Chem.Conformer(len(ends))
    for n, point in enumerate(ends.values()):
        target.AddAtom(Chem.Atom(6))
        conformer.SetAtomPosition(n, point)
    target.AddConformer(conformer)
    rdMolAlign.AlignMol(mol, target.GetMol(), atomMap=[(index, n) for n, index in enumerate(ends)])
    return mol


def find(which: str, name: str) -> Point:
    return next(place(line) for line in pocket() if residue(line) == which and line[12:16].strip() == name)


def nearest_residue(kind: str, middle: Point = MIDDLE) -> str:
    names = dict.fromkeys(residue(line) for line in pocket() if line[17:20] == kind)
    return min(names, key=lambda name: math.dist(find(name, "CA"), middle))
