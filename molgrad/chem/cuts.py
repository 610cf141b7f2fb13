"""Single cuts of a molecule: what matched molecular pairs share, and what differs at one bond."""

from __future__ import annotations

from typing import NamedTuple

from rdkit import Chem
from rdkit.Chem import rdMMPA

from molgrad.chem.parse import read

LARGEST = 12  # heavy atoms of the part that is exchanged: a ring with a trifluoromethyl
HYDROGEN = "H"  # the part that a molecule has at a place where another one bears a group


class Cut(NamedTuple):
    """A molecule cut at one acyclic bond.

    Attributes:
        constant: SMILES of the larger part, with a dummy atom where the bond was.
        variable: SMILES of the smaller part.
        bare: SMILES of the constant part with a hydrogen at the bond; empty where that is no molecule.
    """

    constant: str
    variable: str
    bare: str


def cuts(smiles: str) -> tuple[str, tuple[Cut, ...]]:
    """The canonical SMILES, and every single cut whose smaller part has at most `LARGEST` atoms and half of them all.

    A bond to hydrogen is not cut: `Cut.bare` tells which molecule has one there.

    Args:
        smiles: a molecule.

    Raises:
        InvalidMoleculeError: it is none.
    """
    mol = Chem.MolFromSmiles(read(smiles).smiles)
    found = {}
    for _, parts in rdMMPA.FragmentMol(mol, maxCuts=1, resultsAsMols=False):
        sides = [(Chem.MolFromSmiles(part), part) for part in parts.split(".")]
        if len(sides) != 2 or any(side is None for side, _ in sides):
            continue
        (small, variable), (large, constant) = sorted(sides, key=lambda side: (side[0].GetNumHeavyAtoms(), side[1]))
        if small.GetNumHeavyAtoms() <= LARGEST:  # the dummy atom counts as none
            found[constant, variable] = Cut(constant, variable, _bare(large))
    return str(Chem.MolToSmiles(mol)), tuple(found[key] for key in sorted(found))


def _bare(constant: Chem.Mol) -> str:
    """The SMILES of a constant part with a hydrogen in place of its dummy atom."""
    open_ = Chem.RWMol(constant)
    dummy = next(atom.GetIdx() for atom in open_.GetAtoms() if atom.GetAtomicNum() == 0)
    bearer = open_.GetAtomWithIdx(dummy).GetNeighbors()[0]
    if bearer.GetNoImplicit() or (bearer.GetIsAromatic() and bearer.GetAtomicNum() != 6):
        bearer.SetNumExplicitHs(bearer.GetTotalNumHs() + 1)
    open_.RemoveAtom(dummy)
    done = Chem.MolFromSmiles(Chem.MolToSmiles(open_))
    return "" if done is None else str(Chem.MolToSmiles(done))
