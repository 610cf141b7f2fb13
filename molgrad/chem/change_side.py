"""One of two molecules at a place where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rdkit import Chem

from molgrad.chem.common_atoms import Pairs
from molgrad.chem.ring_names import ring_at


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two molecules at a place.

    Attributes:
        smiles: canonical.
        mol: the molecule; shared.
        images: its atoms that the other has too, with their counterparts there.
        changed: its atoms at this place that the other has not.
        ends: its atoms of the core that bear them.
    """

    smiles: str
    mol: Chem.Mol
    images: Pairs
    changed: frozenset[int]
    ends: tuple[int, ...]

    @property
    def core(self) -> frozenset[int]:
        """Its atoms that the other has too."""
        return frozenset(self.images)

    def rings(self) -> frozenset[int]:
        """The atoms of ring systems that this place changes: their own atoms, or two of their atoms at once."""
        held = [found[0] for i in self.changed if (found := ring_at(self.smiles, i))]
        return frozenset().union(*held)

    def bearing(self) -> Side:
        """This side with those ends alone that bear what changed, where bonds between others changed too."""
        ends = tuple(i for i in self.ends if self.out(i))
        return replace(self, ends=ends) if len(ends) == 2 < len(self.ends) else self

    def out(self, end: int) -> list[int]:
        """The changed atoms that an end bears."""
        return [n.GetIdx() for n in self.mol.GetAtomWithIdx(end).GetNeighbors() if n.GetIdx() in self.changed]

    def ring_name(self, atoms: Iterable[int]) -> str:
        """The name of the ring system that most of these atoms are in; empty for none."""
        rings = [found for i in atoms if (found := ring_at(self.smiles, i))]
        names = [found[1].name for found in rings if found[0] & self.core] or [found[1].name for found in rings]
        return max(sorted(set(names)), key=names.count) if names else ""
