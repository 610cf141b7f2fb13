"""Covalent bonds between residues, found by distance, and the hydrogens that they leave no room for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.spatial import cKDTree

from molgrad.receptors.preparation.matching import BUILDABLE
from molgrad.receptors.preparation.residue import WATERS, Atom, Residue
from molgrad.receptors.receptor import Triple

RADII = {"C": 0.76, "N": 0.71, "O": 0.66, "S": 1.05, "P": 1.07, "F": 0.57, "Cl": 1.02, "Br": 1.20, "I": 1.39}  # Å
SLACK = 0.3  # Å beyond the sum of covalent radii; hydrogen bonds begin 1 Å beyond
OVERLAP = 0.9  # Å; nearer are alternatives of one atom, not a bond
ONE_APART = 1.95  # Å; atoms with one between them are 2.2 and more apart, so residues that come nearer overlap
AMINO = frozenset(
    {
        *("ALA", "ARG", "ASN", "ASP", "CYS", "GLN", "GLU", "GLY", "HIS", "ILE", "LEU"),
        *("LYS", "MET", "PHE", "PRO", "SER", "THR", "TRP", "TYR", "VAL", "HID", "HIE", "HIP"),
    }
)
LONGEST = 2.8  # Å; two iodines and slack
HELD = 1.45  # Å between a hydrogen and its atom: S-H is 1.34, N-H and O-H 1.0


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond between two residues, seen from the first."""

    residue: Residue
    atom: Atom
    other: Residue
    partner: Atom

    @property
    def length(self) -> float:
        """In Å."""
        return float(np.linalg.norm(np.subtract(self.atom.position, self.partner.position)))

    def __str__(self) -> str:
        return f"{self.other.label} ({self.atom.name} to {self.partner.name}, {self.length:.2f} Å)"


def bonds(some: Iterable[Residue], others: Sequence[Residue]) -> list[Bond]:
    """The bonds of some residues to others, in the order of the first.

    Args:
        some: residues whose bonds are wanted.
        others: every residue that a bond may lead to; those of `some` may be among them.
    """
    atoms = [(residue, atom) for residue in others if residue.name not in WATERS for atom in _organic(residue)]
    if not atoms:
        return []
    tree = cKDTree(np.array([atom.position for _, atom in atoms]))
    found = []
    for residue in some:
        if residue.name in WATERS:
            continue
        for atom in _organic(residue):
            for index in sorted(tree.query_ball_point(atom.position, LONGEST)):
                other, partner = atoms[index]
                bond = Bond(residue, atom, other, partner)
                limit = RADII[atom.element] + RADII[partner.element] + SLACK
                if other.key != residue.key and OVERLAP < bond.length < limit and not _overlap(bond):
                    found.append(bond)
    return found


def _overlap(bond: Bond) -> bool:
    """Whether more than the two atoms come so near that the residues lie on each other."""
    if any(end.element == "C" and of.name in AMINO and end.name != "C" for end, of in _ends(bond)):
        return True  # no ligand or sugar is bonded to the carbon of a side chain
    across = ((bond.atom, bond.other, bond.partner), (bond.partner, bond.residue, bond.atom))
    for atom, residue, but in across:
        rest = np.array([other.position for other in residue.atoms if other is not but]).reshape(-1, 3)
        if len(rest) and float(np.linalg.norm(rest - np.array(atom.position), axis=1).min()) < ONE_APART:
            return True
    return False


def _ends(bond: Bond) -> tuple[tuple[Atom, Residue], ...]:
    return (bond.atom, bond.residue), (bond.partner, bond.other)


def _organic(residue: Residue) -> list[Atom]:
    return [atom for atom in residue.atoms if atom.element in BUILDABLE]


def molecule(first: Residue, others: Sequence[Residue]) -> list[Residue]:
    """A residue and all that is bonded to it, directly or through others, in the order of `others`.

    Args:
        first: one of them.
        others: the residues that may belong to it.
    """
    found, fresh = {first.key}, [first]
    while fresh:
        fresh = [bond.other for bond in bonds(fresh, others) if bond.other.key not in found]
        found |= {residue.key for residue in fresh}
    return [residue for residue in others if residue.key in found]


def without_hydrogens(text: str, bonds: Sequence[Bond], orders: Mapping[tuple[str, str], int]) -> str:
    """The PDBQT without one polar hydrogen, the nearest, at each end of a bond (two of a double bond, as an imine's).

    Args:
        text: a receptor; each residue was built without its bonds to others.
        bonds: between residues; an aldimine, the link of a sugar.
        orders: of the bond, by residue and atom of one end; single where it is not said.
    """
    lines = text.splitlines(keepends=True)
    gone: set[int] = set()
    seen = set()
    for bond in bonds:
        if frozenset((bond.atom, bond.partner)) in seen:  # two groups, seen from both
            continue
        seen.add(frozenset((bond.atom, bond.partner)))
        order = orders.get((bond.residue.key, bond.atom.name), 1)
        for key, near, far in (
            (bond.residue.key, bond.atom.position, bond.partner.position),
            (bond.other.key, bond.partner.position, bond.atom.position),
        ):
            held = [n for n in _hydrogens(lines, key, near) if n not in gone]
            gone |= set(sorted(held, key=partial(_away, lines, far))[:order])
    return "".join(line for n, line in enumerate(lines) if n not in gone)


def _hydrogens(lines: Sequence[str], key: str, point: Triple) -> list[int]:
    """Lines of the polar hydrogens of one atom of a residue."""
    return [
        n
        for n, line in enumerate(lines)
        if line.startswith(("ATOM", "HETATM")) and line[77:].strip().startswith("H")
        if f"{line[21]}:{line[22:27].strip()}" == key
        if np.linalg.norm(_point(line) - np.array(point)) < HELD
    ]


def _away(lines: Sequence[str], point: Triple, line: int) -> float:
    return float(np.linalg.norm(_point(lines[line]) - np.array(point)))


def _point(line: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(line[30:38]), float(line[38:46]), float(line[46:54])])
