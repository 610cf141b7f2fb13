"""How well a side chain fits where it stands: overlaps, hydrogen bonds and contacts with what surrounds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from molgrad.receptors.preparation.residue import WATERS, Atom, Residue

REACH = 5.0  # Å; contacts beyond add nothing to a choice of rotamer
AWAY = 16.0  # Å from CA, beyond which no atom of a side chain reaches another
# Å; two heavy atoms overlap 0.1 below the sum of these, as far as crystals allow (C with C 3.3, C with O 3.1).
NEAREST = {"N": 1.5, "O": 1.5, "S": 1.75}
CARBON = 1.7
HYDROGEN_BOND = (2.8, 3.3)  # Å between a donor and an acceptor
ACCEPTORS = frozenset(
    {"O", "OXT", "OD1", "OD2", "OE1", "OE2"}
)  # and never donors; OG, OG1, OH, ND1 and NE2 may be both
DONORS = frozenset({"N", "NZ", "NE", "NE1", "NH1", "NH2", "ND2"})
TOO_NEAR = 2.5  # Å; nearer is said: the shortest hydrogen bonds of salt bridges are 2.5 to 2.6
DISULFIDE = 2.5  # Å
SOFT = 0.2  # Å of overlap that cost 1 kcal/mol


@dataclass(frozen=True)
class _Atoms:
    """Heavy atoms: points (Å, a row each), elements, keys of their residues, names."""

    points: NDArray[np.float64]
    elements: NDArray[np.str_]
    keys: NDArray[np.str_]
    names: NDArray[np.str_]

    @classmethod
    def of(cls, residue: Residue) -> _Atoms:
        names = np.array([atom.name for atom in residue.atoms], dtype="U8")
        elements = np.array([atom.element for atom in residue.atoms], dtype="U8")
        return cls(residue.points, elements, np.full(len(names), residue.key, dtype="U8"), names)

    @classmethod
    def all(cls, parts: Sequence[_Atoms]) -> _Atoms:
        empty = np.empty(0, dtype="U8")
        return cls(
            np.vstack([np.empty((0, 3)), *(part.points for part in parts)]),
            np.concatenate([empty, *(part.elements for part in parts)]),
            np.concatenate([empty, *(part.keys for part in parts)]),
            np.concatenate([empty, *(part.names for part in parts)]),
        )

    def chosen(self, which: NDArray[np.bool_]) -> _Atoms:
        return _Atoms(self.points[which], self.elements[which], self.keys[which], self.names[which])


class Surroundings:
    """Heavy atoms of everything that stays, and of side chains as they are placed.

    Args:
        residues: everything but the side chains to place; waters are not counted.
        moving: the residues whose side chains are placed, as the file has them.
        ligand: atoms of the native ligand.
    """

    def __init__(self, residues: Iterable[Residue], moving: Iterable[Residue], ligand: Sequence[Atom]) -> None:
        solid = [residue for residue in residues if residue.name not in WATERS]
        bound = [_Atoms.of(Residue("", "", "", tuple(replace(atom, name="") for atom in ligand)))] if ligand else []
        self._fixed = _Atoms.all([*map(_Atoms.of, solid), *bound])
        self._labels = {residue.key: residue.label for residue in solid}
        self._placed: dict[str, _Atoms] = {}
        for residue in moving:
            self._labels[residue.key] = residue.label
            self.put(residue)

    def put(self, residue: Residue) -> None:
        """A residue whose side chain is placed, as it now stands."""
        self._placed[residue.key] = _Atoms.of(residue)

    def scores(self, residue: Residue, candidates: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """What each candidate costs, in kcal/mol by order of magnitude; lower fits better.

        Args:
            residue: whose side chain it is, with its atoms in the file.
            candidates: positions of each new atom, a row a candidate, Å.
        """
        rows = len(next(iter(candidates.values()))) if candidates else 1
        total = np.zeros(rows)
        around = self._near(residue)
        for name, positions in candidates.items():
            others = around.chosen(_counted(residue, name, around))
            reach = np.abs(others.points - positions.mean(axis=0)).max(axis=1) < REACH + np.ptp(positions, axis=0).max()
            others = others.chosen(reach)
            total += _cost(name, others, cdist(positions, others.points)).sum(axis=1)
        return total

    def clash(self, residue: Residue, names: Sequence[str]) -> str:
        """The nearest atom of another residue or the ligand that overlaps these atoms, in words; empty if none."""
        around = self._near(residue)
        worst = (TOO_NEAR, "")
        for atom in residue.atoms:
            if atom.name not in names or atom.name in ("O", "CB"):
                continue
            others = around.chosen(_counted(residue, atom.name, around))
            gaps = cdist(np.array([atom.position]), others.points)[0]
            gaps[(others.elements == "S") & (atom.element == "S") & (gaps < DISULFIDE)] = np.inf
            if len(gaps) and float(gaps.min()) < worst[0]:
                label = self._labels.get(str(others.keys[int(np.argmin(gaps))]), "the ligand")
                worst = (float(gaps.min()), f"{gaps.min():.1f} Å from {label}")
        return worst[1]

    def _near(self, residue: Residue) -> _Atoms:
        """The atoms about a residue and its own, side chains as they are placed now."""
        alpha = residue.atom("CA")
        middle = np.array(alpha.position if alpha else residue.points[0])
        placed = [atoms for key, atoms in self._placed.items() if key != residue.key]
        around = _Atoms.all([self._fixed, *placed])
        close = around.chosen(((around.points - middle) ** 2).sum(axis=1) < AWAY**2)
        return _Atoms.all([close, _Atoms.of(residue)])


def _counted(residue: Residue, name: str, around: _Atoms) -> NDArray[np.bool_]:
    """Which atoms count for one of a side chain: of its own residue the backbone, if four bonds away."""
    own = around.keys == residue.key
    if residue.name == "PRO":  # its ring is bonded to the residue before
        return np.asarray(np.where(own, around.names == "O", around.names != "C"))
    far = ("O",) if name[1] == "G" else ("N", "C", "O")
    return np.asarray(~own | np.isin(around.names, far))


def _cost(name: str, others: _Atoms, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cost of each pair: overlap, less a hydrogen bond or a contact."""
    radii = np.array([NEAREST.get(element, CARBON) for element in others.elements])
    polar = np.isin(others.elements, ("N", "O")) & (name[0] in ("N", "O"))
    for alike in (ACCEPTORS, DONORS):
        polar &= ~(np.isin(others.names, list(alike)) & (name in alike))
    limit = np.where(polar, HYDROGEN_BOND[0], radii + NEAREST.get(name[0], CARBON) - 0.1)
    sulfurs = (others.elements == "S") & (name[0] == "S") & (gaps < DISULFIDE)
    overlap = np.where(sulfurs, 0.0, np.maximum(limit - gaps, 0.0) / SOFT)
    bond = np.where(polar & (gaps >= HYDROGEN_BOND[0]) & (gaps <= HYDROGEN_BOND[1]), 1.0, 0.0)
    contact = np.where((gaps > limit) & (gaps < REACH), 0.04, 0.0)
    return np.asarray(overlap**2 - bond - contact - 3.0 * sulfurs)
