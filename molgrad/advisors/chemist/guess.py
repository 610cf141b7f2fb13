"""How Vina will probably score a small change, before a dock: from size, rotatable bonds and the parent's pose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rdkit.Chem import Mol, rdMolDescriptors

from molgrad.chem.descriptors import quick
from molgrad.chem.parse import read
from molgrad.interactions import kinds

# Vina divides its sum over atom pairs by 1 + 0.0585 N(rotatable bonds); each heavy atom adds to the sum until the
# pocket is full. Prototype runs gained 0.2 to 0.28 kcal/mol an added atom on DRD2 and F2; twenty edits of trimethoprim
# in DHFR gained 0.4 times what a slope of -0.42 predicted, since an edit chosen for its prediction is no random edit.
_SLOPE, _ROTATABLE = -0.27, 0.0585  # kcal/mol an atom; Vina's own rotatable bond term
_FULL, _CROWDED = 28.0, 36.0  # heavy atoms: from here half the gain, from there a tenth
_LOST_BOND = 0.35  # kcal/mol, for changing an atom that holds a hydrogen bond in the docked pose
_LOST_ANCHOR = 1.2  # the same for a nitrogen: Vina forgives losing one, the protein does not
_NO_ROOM = 0.3  # kcal/mol, for growth within two bonds of such an atom: the residue it binds stands there
# kcal/mol by which an edit there does better than one of the same size elsewhere, from single edits docked in KIT and
# DRD2 (docs/history.md): room is certain; of a partner met they show nothing, so hardly more than a tie is broken.
_FILLED, _MET = -0.5, -0.1
# Contact area by element, in carbons: Vina's terms reach out from the atom's surface, which is larger for Cl, Br and S.
_CONTACT = {"C": 1.0, "N": 0.95, "O": 0.9, "F": 0.75, "S": 1.2, "Cl": 1.3, "Br": 1.4, "I": 1.5}


@dataclass(frozen=True, slots=True)
class Pose:
    """What the docked pose says of the parent's atoms, by index in its SMILES.

    Attributes:
        bonded: atoms in a hydrogen bond.
        exposed: atoms that touch nothing of the receptor.
        growable: atoms at a growth vector.
        donors, acceptors: atoms at which a donor, or an acceptor, would meet a free partner.
    """

    bonded: frozenset[int] = frozenset()
    exposed: frozenset[int] = frozenset()
    growable: frozenset[int] = frozenset()
    donors: frozenset[int] = frozenset()
    acceptors: frozenset[int] = frozenset()

    def change(self, parent: str, child: str, touched: Iterable[int], kind: str) -> tuple[float, float]:
        """Expected change of the affinity (kcal/mol) and its standard deviation.

        Args:
            parent: SMILES of the docked molecule.
            child: SMILES of the changed one.
            touched: the parent's atoms that the change touches.
            kind: of the edit.
        """
        change = prior(child) - prior(parent)
        atoms = frozenset(touched)
        if kind == "remove" and atoms and atoms <= self.exposed:
            change *= 0.5  # what touches nothing costs less when it goes
        if kind != "grow":
            mol = read(parent).mol
            lost = (mol.GetAtomWithIdx(i).GetAtomicNum() == 7 for i in sorted(atoms & self.bonded)[:2])
            change += sum(_LOST_ANCHOR if nitrogen else _LOST_BOND for nitrogen in lost)
        elif atoms & near(parent, self.bonded):
            change += _NO_ROOM
        change += self.spatial(parent, child, touched)[0]
        return change, 0.4 + 0.05 * abs(quick(child)["heavy"] - quick(parent)["heavy"])

    def spatial(self, parent: str, child: str, touched: Iterable[int]) -> tuple[float, str]:
        """What the pose predicts of a change, kcal/mol, and the kind of fact that says so; 0 where none does.

        Args:
            parent: SMILES of the docked molecule.
            child: SMILES of the changed one.
            touched: the parent's atoms that the change touches.
        """
        before, after = quick(parent), quick(child)
        atoms = frozenset(touched)
        gives = after["hbd"] > before["hbd"] and atoms & self.donors
        takes = after["hba"] > before["hba"] and atoms & self.acceptors
        fills = after["heavy"] > before["heavy"] and atoms & self.growable
        if gives or takes:
            return _MET, kinds.UNSATISFIED
        return (_FILLED, kinds.GROWTH) if fills else (0.0, "")


@lru_cache(maxsize=256)
def near(smiles: str, atoms: frozenset[int], bonds: int = 2) -> frozenset[int]:
    """The atoms within so many bonds of any of these.

    Args:
        smiles: the molecule.
        atoms: indices; those that it does not have are passed over.
        bonds: how far.
    """
    mol = read(smiles).mol
    reached = {i for i in atoms if 0 <= i < mol.GetNumAtoms()}
    for _ in range(bonds):
        reached |= {n.GetIdx() for i in reached for n in mol.GetAtomWithIdx(i).GetNeighbors()}
    return frozenset(reached)


@lru_cache(maxsize=20_000)
def prior(smiles: str) -> float:
    """Expected affinity (kcal/mol) from size and rotatable bonds alone; only differences mean anything."""
    contact = _contact(read(smiles).mol, smiles)
    filled = min(contact, _FULL) + 0.5 * max(0.0, min(contact, _CROWDED) - _FULL) + 0.1 * max(0.0, contact - _CROWDED)
    return _SLOPE * filled / (1.0 + _ROTATABLE * quick(smiles)["rotatable_bonds"])


def _contact(mol: Mol, smiles: str) -> float:
    """Contact area in carbons. Counted from formula and SMILES: walking over atoms in Python takes as long as logP."""
    counts = re.findall(r"([A-Z][a-z]?)(\d*)", rdMolDescriptors.CalcMolFormula(mol))
    area = sum(_CONTACT.get(element, 1.0) * int(count or 1) for element, count in counts if element != "H")
    return area + 0.1 * sum(smiles.count(letter) for letter in "cnos")
