"""Bonds between the residues of a chain, and disulfides."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from molgrad.receptors.preparation.protonation import DISULFIDE
from molgrad.receptors.preparation.residue import PEPTIDE, Residue

if TYPE_CHECKING:
    from rdkit import Chem

ESTER = 2.0  # Å; O-P is 1.60


def by_name(mol: Chem.Mol) -> dict[str, int]:
    """The index of each atom by its name in the file."""
    return {atom.GetPDBResidueInfo().GetName(): atom.GetIdx() for atom in mol.GetAtoms()}


def peptide(one: Residue, two: Residue) -> bool:
    """Whether the carbonyl carbon of one residue is bonded to the nitrogen of the other."""
    carbon, nitrogen = one.atom("C"), two.atom("N")
    if carbon is None or nitrogen is None or one.atom("O") is None or one.chain != two.chain:
        return False
    return float(np.linalg.norm(np.subtract(carbon.position, nitrogen.position))) < PEPTIDE


def links(
    residues: Mapping[str, Residue], mols: Mapping[str, tuple[Chem.Mol, str]]
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Bonds between residues: peptide and phosphate to the next in the file, disulfides to the nearest."""
    index = {key: by_name(mol) for key, (mol, _) in mols.items()}

    def gap(first: str, name: str, second: str, other: str) -> float:
        one, two = residues[first].atom(name), residues[second].atom(other)
        if one is None or two is None or name not in index[first] or other not in index[second]:
            return float("inf")
        return float(np.linalg.norm(np.subtract(one.position, two.position)))

    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    members = [key for key, residue in residues.items() if residue.polymer]
    for first, second in pairwise(members):
        if residues[first].chain != residues[second].chain:
            continue
        for name, other, limit in (("C", "N", PEPTIDE), ("O3'", "P", ESTER), ("O3*", "P", ESTER)):
            if gap(first, name, second, other) < limit:
                found[first, second] = [(index[first][name], index[second][other])]
    free = {key for key in members if residues[key].name == "CYS"}
    pairs = [(gap(one, "SG", two, "SG"), one, two) for one in free for two in free if one < two]
    for distance, one, two in sorted(pair for pair in pairs if pair[0] < DISULFIDE):
        if distance < DISULFIDE and one in free and two in free:
            # Neighbours in the chain have a bond already.
            pair = (two, one) if (two, one) in found else (one, two)
            found.setdefault(pair, []).append((index[pair[0]]["SG"], index[pair[1]]["SG"]))
            free -= {one, two}
    return found
