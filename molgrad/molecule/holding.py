"""What holds a molecule in its pose, and whether a change leaves that as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.evaluation import Fact
from molgrad.interactions import kinds

HOLDING = (kinds.CONTACT_KEPT, kinds.HBOND, kinds.SALT_BRIDGE)


def held(facts: Iterable[Fact]) -> frozenset[int]:
    """The atoms by which a pose holds.

    Args:
        facts: about the molecule.
    """
    return frozenset(i for fact in facts if fact.kind in HOLDING for i in fact.atoms)


def spares(smiles: str, product: str, holding: Collection[int]) -> bool:
    """Whether a product keeps each holding atom with its hydrogens: a donor that pairs is not methylated.

    Args:
        smiles: the molecule.
        product: what was made of it.
        holding: atoms that hold the molecule, or those of them that a rule touched.
    """
    if not holding:
        return True
    before, after = read(smiles).mol, read(product).mol
    images = dict(change(smiles, product).core)
    return all(
        i in images
        and before.GetAtomWithIdx(i).GetTotalNumHs() <= after.GetAtomWithIdx(images[i]).GetTotalNumHs()
        and before.GetAtomWithIdx(i).GetIsAromatic() == after.GetAtomWithIdx(images[i]).GetIsAromatic()
        for i in holding
    )
