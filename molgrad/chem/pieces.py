"""Split molecules into ring systems and chains, and say how one differs from another."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from rdkit import Chem

from molgrad.chem.parse import read

_NAMED = 4  # pieces that a sentence names on each side
# Single bonds that leave a ring, and those between two ring systems.
_CUT = Chem.MolFromSmarts("[R]-;!@[!#1]")


@lru_cache(maxsize=2_000)
def pieces(smiles: str) -> tuple[str, ...]:
    """Ring systems and what hangs on them or joins them, as SMILES without stereo, open ends as hydrogens.

    Sorted; a piece that occurs twice stands twice. Raises InvalidMoleculeError.
    """
    mol = Chem.Mol(read(smiles).mol)
    Chem.RemoveStereochemistry(mol)
    bonds = {mol.GetBondBetweenAtoms(a, b).GetIdx() for a, b in mol.GetSubstructMatches(_CUT)}
    if bonds:
        mol = Chem.FragmentOnBonds(mol, sorted(bonds), dummyLabels=[(0, 0)] * len(bonds))
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 0:
            atom.SetAtomicNum(1)
    return tuple(sorted(Chem.MolToSmiles(Chem.RemoveHs(one)) for one in Chem.GetMolFrags(mol, asMols=True)))


def difference(parent: str, child: str) -> str:
    """How a molecule differs from its parent, in words: `c1ccncc1 in place of c1ccccc1`.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    before, after = Counter(pieces(parent)), Counter(pieces(child))
    lost, gained = _listed(before - after), _listed(after - before)
    if lost and gained:
        return f"{gained} in place of {lost}"
    if gained:
        return f"{gained} added"
    return f"without {lost}" if lost else "the same pieces, joined otherwise"


def _listed(counts: Counter[str]) -> str:
    found = sorted(counts.elements())
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
