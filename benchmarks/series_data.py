"""Measured series of ligands with known poses: a folder for each series, with `protein.pdb` and `ligands.sdf`.

Each record of `ligands.sdf` is a posed ligand in the protein's frame with a property that holds its measured affinity:
a free energy of binding in kcal/mol, or a pIC50, pKi or pKd, which is turned into one. Results that are kept name a
ligand by its series and its place in the file, from 0, and hold no structure of it.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolAlign

from molgrad.chem.skeleton import skeleton
from molgrad.receptors.ligand_file import molecules
from molgrad.receptors.preparation import prepare_receptor
from molgrad.receptors.receptor import Receptor

PROTEIN, LIGANDS = "protein.pdb", "ligands.sdf"
LEAST_SIDE, MARGIN = 20.0, 10.0  # Å: the least side of a box, and what a side exceeds the ligands by
TUNED = 3  # a third of each series is for choosing numbers; the rest is looked at afterwards
MATCHES = 10_000  # ways to lay a molecule on itself that are tried
PER_DECADE = 1.364  # kcal/mol: RT ln 10 at 298 K
# Names of properties with a measured affinity, the surest first, and what a unit of each is in kcal/mol.
NAMED = (
    (re.compile(r"exp.*d(elta)?_?g|d(elta)?_?g.*exp", re.IGNORECASE), 1.0),
    (re.compile(r"^d(elta)?_?g\b|affinity", re.IGNORECASE), 1.0),
    (re.compile(r"p_?(ic50|ki|kd|activity)", re.IGNORECASE), -PER_DECADE),
)


@dataclass(frozen=True)
class Posed:
    """A ligand with its known pose.

    Attributes:
        index: its place in the file, from 0.
        mol: heavy atoms at the known pose, Å.
        smiles: with the stereo that the pose shows.
        measured: affinity, kcal/mol, lower is better.
    """

    index: int
    mol: Chem.Mol
    smiles: str
    measured: float


@dataclass(frozen=True)
class Series:
    """Ligands of one protein.

    Attributes:
        name: of its folder.
        protein: the PDB file.
        ligands: those that can be read, in the order of the file.
    """

    name: str
    protein: Path
    ligands: tuple[Posed, ...]


def read_series(folder: Path, names: Sequence[str] = (), affinity: str | None = None) -> list[Series]:
    """The series of a folder, by name.

    Args:
        folder: with a folder for each series.
        names: of the series wanted; all when empty.
        affinity: the property with the measured affinity, kcal/mol; found by its name when None.

    Raises:
        SystemExit: there is no such series, or no record has a measured affinity.
    """
    found = [each for each in sorted(folder.iterdir()) if (each / PROTEIN).is_file() and (each / LIGANDS).is_file()]
    if missing := set(names) - {each.name for each in found}:
        raise SystemExit(f"{folder} holds no series {', '.join(sorted(missing))}")
    if not found:
        raise SystemExit(f"{folder} holds no folder with {PROTEIN} and {LIGANDS}")
    return [_series(each, affinity) for each in found if not names or each.name in names]


def _series(folder: Path, affinity: str | None) -> Series:
    posed = []
    for index, mol in enumerate(molecules(folder / LIGANDS)):
        measured = None if mol is None else _measured(mol, affinity)
        if mol is not None and measured is not None:
            Chem.AssignStereochemistryFrom3D(mol)
            posed.append(Posed(index, mol, Chem.MolToSmiles(mol), measured))
    if not posed:
        raise SystemExit(f"{folder / LIGANDS}: no record with a measured affinity; name its property with --affinity")
    return Series(folder.name, folder / PROTEIN, tuple(posed))


def _measured(mol: Chem.Mol, affinity: str | None) -> float | None:
    """The measured affinity in kcal/mol; None where the record has none."""
    names, unit = list(mol.GetPropNames()), 1.0
    if affinity is None:
        named = ((name, unit) for pattern, unit in NAMED for name in names if pattern.search(name))
        affinity, unit = next(named, ("", unit))
    try:
        value = float(mol.GetProp(affinity)) * unit
    except (KeyError, ValueError):
        return None
    return value if math.isfinite(value) else None


def receptor_of(series: Series, cache: Path) -> Receptor:
    """The series' protein prepared with a box that holds every ligand.

    Args:
        series: with the protein.
        cache: a folder in which it is kept, so that it is prepared once.
    """
    places = np.vstack([ligand.mol.GetConformer().GetPositions() for ligand in series.ligands])
    low, high = places.min(axis=0), places.max(axis=0)
    center = tuple(round(float(x), 2) for x in (low + high) / 2)
    size = tuple(round(float(x), 2) for x in np.maximum(LEAST_SIDE, high - low + MARGIN))
    return prepare_receptor(series.protein, name=series.name, out=cache / series.name, center=center, size=size)


def shuffled(series: Series) -> list[Posed]:
    """The ligands in an order that is always the same and that no property of theirs decides."""

    def digest(ligand: Posed) -> str:
        return hashlib.sha256(f"{series.name}:{ligand.index}".encode()).hexdigest()

    return sorted(series.ligands, key=digest)


def tuning(series: Series) -> set[int]:
    """Indices of the fixed third (rounded up) on which numbers may be chosen."""
    return {ligand.index for ligand in shuffled(series)[: math.ceil(len(series.ligands) / TUNED)]}


def rmsd(pose: Chem.Mol, given: Chem.Mol) -> float:
    """Between two poses of one molecule in one frame, heavy atoms, Å.

    Symmetric atoms may swap and nothing is aligned. Bond orders and charges are left aside, since the docked state may
    be another than the given one.

    Raises:
        RuntimeError: they are different molecules.
    """
    return float(rdMolAlign.CalcRMS(_bare(pose), _bare(given), maxMatches=MATCHES))


def _bare(mol: Chem.Mol) -> Chem.Mol:
    heavy = Chem.RemoveAllHs(mol)
    bare = skeleton(heavy)
    bare.AddConformer(heavy.GetConformer())
    return bare
