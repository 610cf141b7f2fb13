"""The changes that two children of one molecule underwent, in one molecule."""

from __future__ import annotations

from rdkit import Chem, rdBase

from molgrad.chem.matched_pair import Change, change
from molgrad.chem.parse import Parsed, examine, read
from molgrad.chem.stereo import first_stereoisomer, unsettled

MAX_NEW_CENTRES = 2  # stereo elements that may have to be settled anew


def combined(parent: str, first: str, second: str) -> list[str]:
    """The molecule with both changes, canonical and a single stereoisomer; empty where they touch one another.

    It differs from the first by the second's change alone: a matched pair.

    Args:
        parent: SMILES of a molecule.
        first: SMILES of one that differs from it, at any number of places.
        second: SMILES of one that differs from it at one place.

    Raises:
        InvalidMoleculeError: one is no molecule.
    """
    one, other = change(parent, first), change(parent, second)
    if other.places != 1 or not one.places or _touched(one) & _touched(other):
        return []
    made = _transplanted(one, other)
    if made is None or made in (one.parent, one.child, other.child):
        return []
    return [made] if change(first, made).places == 1 else []


def _touched(one: Change) -> set[int]:
    """Atoms of the parent that a change takes away or binds to."""
    return set(one.lost).union(*(place.ends for place in one.where))


def _transplanted(one: Change, other: Change) -> str | None:
    """The first child, in which the second's change is made too."""
    child, donor = Chem.RWMol(read(one.child).mol), read(other.child).mol
    here, there = dict(one.core), {b: a for a, b in other.core}
    place: dict[int, int] = {b: here[a] for b, a in there.items() if a in here}
    for index in sorted(other.gained):
        place[index] = child.AddAtom(donor.GetAtomWithIdx(index))
    ends = {end for where in other.where for end in where.ends}
    for bond in donor.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        new = a in other.gained or b in other.gained
        if a not in place or b not in place or not (new or {there[a], there[b]} <= ends):
            continue
        old = child.GetBondBetweenAtoms(place[a], place[b])
        if old is None:
            child.AddBond(place[a], place[b], bond.GetBondType())
        else:
            old.SetBondType(bond.GetBondType())
    for end in ends & here.keys():  # the hydrogens that the donor has there, where they are written
        source = donor.GetAtomWithIdx(dict(other.core)[end])
        target = child.GetAtomWithIdx(here[end])
        target.SetNumExplicitHs(source.GetNumExplicitHs())
        target.SetNoImplicit(source.GetNoImplicit())
        target.SetFormalCharge(source.GetFormalCharge())
    for index in sorted((here[lost] for lost in other.lost), reverse=True):
        child.RemoveAtom(index)
    return _settled(child)


def _settled(mol: Chem.RWMol) -> str | None:
    with rdBase.BlockLogs():
        try:
            Chem.SanitizeMol(mol)
            outcome = examine(Chem.MolToSmiles(mol))
        except (RuntimeError, ValueError):
            return None
    if not isinstance(outcome, Parsed) or len(unsettled(outcome.smiles)) > MAX_NEW_CENTRES:
        return None
    return first_stereoisomer(outcome.smiles)[0]
