"""Take the hydrogens out of a PDBQT that a bond between two residues leaves no room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from molgrad.receptors.preparation.bonds import Bond
from molgrad.receptors.receptor import Triple

HELD = 1.45  # Å between a hydrogen and its atom: S-H is 1.34, N-H and O-H 1.0


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
