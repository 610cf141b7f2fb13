"""The contacts of a pose with both of their ends, for pictures: which atoms a line joins, and which way it points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.interactions.contacts import bent_bonds, bonds, clashes, hydrogen_bonds, hydrophobic_contacts
from molgrad.interactions.geometry import Side
from molgrad.interactions.polar import like_polar
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.salt_bridges import salt_bridges, told

MANY = 8  # residues of each kind that a picture has room for; the strongest are kept


class Contact(NamedTuple):
    """One contact of a pose.

    Attributes:
        fact: what it is, with its atoms, its residue and its words.
        atom: the heavy atom of the ligand at its end.
        place: the atom of the receptor at its other end, an index in the pocket.
        gap: Å between the two.
        gives: whether the ligand is the donor of a hydrogen bond; False for other contacts.
    """

    fact: Fact
    atom: int
    place: int
    gap: float
    gives: bool

    @property
    def kind(self) -> str:
        """One of `interactions.kinds`."""
        return self.fact.kind

    @property
    def residue(self) -> str:
        """The residue, such as `A:LEU83`."""
        return self.fact.partner or ""


def contacts(energies: PoseEnergies, most: int = MANY) -> list[Contact]:
    """Hydrogen bonds, salt bridges, like-polar contacts, clashes and hydrophobic contacts, each with its ends.

    They are those of `energy_facts`, but more of each kind.

    Args:
        energies: of the pose.
        most: how many clashes, like-polar and hydrophobic contacts at most, the strongest first.
    """
    pairs, bridges = bonds(energies), salt_bridges(energies)
    bonded = {pair.between(energies) for pair in pairs if pair.real}
    single = [pair for pair in pairs if pair.between(energies) not in bridges]
    found = [*hydrogen_bonds(energies, pairs, bridges), *told(energies, bridges, bonded), *like_polar(energies, most)]
    found += [*bent_bonds(energies, single), *clashes(energies, most), *hydrophobic_contacts(energies, most)]
    return [_with_ends(energies, item.fact) for item in found]


def _with_ends(energies: PoseEnergies, fact: Fact) -> Contact:
    """The pair of atoms that a fact tells the distance of, else the nearest pair of its atoms and residue."""
    near = np.flatnonzero(np.isin(energies.i, fact.atoms)).tolist()
    here = [k for k in near if energies.pocket.residues[energies.j[k]] == fact.partner]
    wanted = fact.value if fact.unit == "Å" and fact.value is not None else 0.0
    k = min(here, key=lambda k: abs(float(energies.gap[k]) - wanted))
    atom, place = int(energies.i[k]), int(energies.j[k])
    return Contact(
        fact, atom, place, float(energies.gap[k]), fact.kind == kinds.HBOND and _gives(energies, atom, place)
    )


def _gives(energies: PoseEnergies, atom: int, place: int) -> bool:
    """Whether the hydrogen of a bond is the ligand's; of two hydroxyls, the one whose hydrogen points there."""
    one, other = Side(energies.ligand, atom), Side(energies.pocket, place)
    if not (one.gives and other.takes):
        return False
    back = other.gives and one.takes and other.offers(one.point)
    return one.points_at(other.point) or (one.offers(other.point) and not back)
