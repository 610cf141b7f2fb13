"""Residues of a structure file: heavy atoms with positions, and the names of the hydrogens in the file."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from molgrad.receptors.pdbqt import residue_forms, residue_label
from molgrad.receptors.receptor import Box, Triple

NEAR = 4.0  # Å beyond the box: what lies there can touch a docked molecule, so nothing is replaced or deleted
PEPTIDE = 2.0  # Å; C-N of a peptide bond is 1.33, a gap in the chain more than 2.5
WATERS = frozenset({"HOH", "WAT", "DOD", "H2O", "TIP", "TIP3", "SOL"})


@dataclass(frozen=True, slots=True)
class Atom:
    """One heavy atom; `position` in Å."""

    name: str
    element: str
    position: Triple


@dataclass(frozen=True, slots=True)
class Residue:
    """One residue, ligand, ion or water.

    Attributes:
        chain: a single letter, as PDBQT wants it.
        seqid: number with insertion code, e.g. `52A`.
        name: as in the file, or the standard name it stands for.
        atoms: heavy atoms of one alternative.
        hydrogens: names of the hydrogens in the file, which tell the protonation state.
        polymer: part of a protein or nucleic acid chain.
        het: the file lists it as HETATM.
        state: protonation that its name in the file stands for, e.g. `HID`; empty where the name says none.
        called: its name in the file, where that is another.
        filed: its number in the file, where PDBQT has no room for that.
    """

    chain: str
    seqid: str
    name: str
    atoms: tuple[Atom, ...]
    hydrogens: frozenset[str] = frozenset()
    polymer: bool = False
    het: bool = False
    state: str = ""
    called: str = ""
    filed: str = ""

    @property
    def key(self) -> str:
        """As meeko calls it, e.g. `A:52A`."""
        return f"{self.chain}:{self.seqid}"

    @property
    def label(self) -> str:
        """Its label, e.g. `B:NDP195`."""
        return residue_label(self.name, self.chain, self.seqid)

    @property
    def points(self) -> NDArray[np.float64]:
        """Atom positions in Å, one row each."""
        return np.array([atom.position for atom in self.atoms]).reshape(-1, 3)

    def named(self, wanted: str) -> bool:
        """Whether a text means this one: `NDP`, `B:NDP195`, `B:195`, or another of `residue_forms`."""
        return wanted in (self.key, f"{self.chain}:{self.filed or self.seqid}") or any(
            wanted in {name, f"{name}:{self.chain}:{number}"} | residue_forms(name, self.chain, number)
            for name in (self.name, self.called)
            for number in (self.seqid, self.filed)
            if name and number
        )

    def atom(self, name: str) -> Atom | None:
        """The atom of this name."""
        return next((atom for atom in self.atoms if atom.name == name), None)

    def only(self, names: frozenset[str], name: str | None = None) -> Residue:
        """This residue cut back to the atoms of these names."""
        return replace(self, name=name or self.name, atoms=tuple(a for a in self.atoms if a.name in names))


def apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Å between the two nearest points of two sets; infinite where one is empty."""
    if not len(one) or not len(other):
        return float("inf")
    return float(np.sqrt(((one[:, None, :] - other[None, :, :]) ** 2).sum(axis=2)).min())


def from_box(points: NDArray[np.float64], box: Box) -> float:
    """Å from the box to the nearest of these points; 0 inside, infinite without points."""
    if not len(points):
        return float("inf")
    outside = np.maximum(np.abs(points - np.array(box.center)) - np.array(box.size) / 2, 0.0)
    return float(np.sqrt((outside**2).sum(axis=1)).min())
