"""How a molecule differs from another by their common core: matched pairs of a medicinal chemist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from molgrad.chem.change_words import words
from molgrad.chem.common_atoms import Pairs, cores
from molgrad.chem.identity import same_compound
from molgrad.chem.isomer_words import isomers, redrawn
from molgrad.chem.parse import read
from molgrad.chem.places import Place, places
from molgrad.chem.skeleton import skeleton

RAW = "*"  # stands for the bond of a fragment that is written as a SMILES
NEARLY = 0.75  # of the largest core; a smaller one that explains the change by fewer places is taken from there on


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
        return _text(self.parent, self.child)


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
    core, where = _best(parent, child)
    if _isomers(parent, child) and same_compound(parent, child):
        core, where = _laid(parent, child), ()
        count = 0
    else:
        count = max(1, len(where))  # stereoisomers share every atom and bond
    lost = frozenset(range(read(parent).mol.GetNumAtoms())) - core.keys()
    gained = frozenset(range(read(child).mol.GetNumAtoms())) - set(core.values())
    return Change(parent, child, count, tuple(sorted(core.items())), lost, gained, where)


@lru_cache(maxsize=5_000)
def _text(parent: str, child: str) -> str:
    found = _change(parent, child)
    if not found.places:
        return redrawn(parent, child)
    if not found.where:
        return isomers(parent, child)
    text = words(parent, child, dict(found.core), found.where)
    return _by_another(parent, child, len(found.core)) or text if RAW in text else text


def _by_another(parent: str, child: str, size: int) -> str:
    """The words by another core that is not smaller and needs no bare SMILES for them; empty without one."""
    near = (core for core in cores(parent, child) if len(core) >= size)
    texts = (words(parent, child, core, places(parent, child, core)) for core in near)
    return next((text for text in texts if RAW not in text), "")


def _laid(one: str, other: str) -> dict[int, int]:
    """The atoms of one drawing of a compound with their counterparts in another."""
    match = skeleton(read(other).mol).GetSubstructMatch(skeleton(read(one).mol))
    return dict(enumerate(match))


def _best(parent: str, child: str) -> tuple[Pairs, tuple[Place, ...]]:
    """The core with the fewest places, of those that are not much smaller than the largest."""
    found = cores(parent, child)
    largest = found[0], tuple(places(parent, child, found[0]))
    if len(largest[1]) < 2:
        return largest
    near = [core for core in found[1:] if len(core) >= NEARLY * len(found[0])]
    others = [(core, tuple(places(parent, child, core))) for core in near]
    return min([largest, *others], key=lambda one: (len(one[1]), -len(one[0])))


def _isomers(one: str, other: str) -> bool:
    elements = [sorted(atom.GetAtomicNum() for atom in read(smiles).mol.GetAtoms()) for smiles in (one, other)]
    return elements[0] == elements[1]
