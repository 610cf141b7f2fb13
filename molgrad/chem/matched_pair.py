"""How a molecule differs from another by their common core: matched pairs of a medicinal chemist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from molgrad.chem.common_atoms import common_atoms
from molgrad.chem.identity import same_compound
from molgrad.chem.parse import read
from molgrad.chem.pieces import difference
from molgrad.chem.places import Place, places
from molgrad.chem.skeleton import skeleton


@dataclass(frozen=True, slots=True)
class Change:
    """How a child differs from its parent, by their largest common core.

    Attributes:
        parent: canonical SMILES.
        child: canonical SMILES.
        places: positions at which they differ; 1 is a matched pair, 0 the same compound.
        core: (atom of the parent, atom of the child) that both share, as their canonical SMILES number them.
        lost: atoms of the parent outside the core.
        gained: atoms of the child outside the core.
        where: each place.
    """

    parent: str
    child: str
    places: int
    core: tuple[tuple[int, int], ...]
    lost: frozenset[int]
    gained: frozenset[int]
    where: tuple[Place, ...] = ()

    @property
    def text(self) -> str:
        """The net change in a chemist's words: `F para to the amide -> CF3`."""
        return "the same compound" if not self.places else difference(self.parent, self.child)


def change(parent: str, child: str) -> Change:
    """The net change between two molecules; about a millisecond, remembered.

    Args:
        parent: a SMILES.
        child: another.

    Raises:
        InvalidMoleculeError: one of them is no molecule.
    """
    return _change(read(parent).smiles, read(child).smiles)


@lru_cache(maxsize=5_000)
def _change(parent: str, child: str) -> Change:
    core = common_atoms(parent, child)
    where = tuple(places(parent, child, core))
    if _isomers(parent, child) and same_compound(parent, child):
        core, where = _laid(parent, child), ()
        count = 0
    else:
        count = max(1, len(where))  # stereoisomers share every atom and bond
    lost = frozenset(range(read(parent).mol.GetNumAtoms())) - core.keys()
    gained = frozenset(range(read(child).mol.GetNumAtoms())) - set(core.values())
    return Change(parent, child, count, tuple(sorted(core.items())), lost, gained, where)


def _laid(one: str, other: str) -> dict[int, int]:
    """The atoms of one drawing of a compound with their counterparts in another."""
    match = skeleton(read(other).mol).GetSubstructMatch(skeleton(read(one).mol))
    return dict(enumerate(match))


def _isomers(one: str, other: str) -> bool:
    elements = [sorted(atom.GetAtomicNum() for atom in read(smiles).mol.GetAtoms()) for smiles in (one, other)]
    return elements[0] == elements[1]
