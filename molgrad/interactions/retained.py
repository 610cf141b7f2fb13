"""How well a pose retains an interaction with one residue: a penalty that rises smoothly from kept to lost."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from molgrad.interactions.atoms import Flags, Floats, is_metal
from molgrad.interactions.contacts import LEAST_HYDROPHOBIC
from molgrad.interactions.geometry import AT_HEAVY, AT_HYDROGEN, HBOND, METAL, Side, angle
from molgrad.interactions.pocket import Pocket
from molgrad.interactions.pose import PoseEnergies
from molgrad.interactions.terms import TERMS

Kind = Literal["hbond", "hydrophobic", "any"]

# Å beyond the limit of a hydrogen bond (3.5, a metal 2.8) at which nothing is left of it: at 5 Å there is room for
# a water between donor and acceptor (twice 2.8 Å, bent), and Vina's own term has been 0 since 3.5.
FADE = 1.5
# Degrees short of the angle's limit at which nothing is left: a hydrogen at 60 degrees points past the acceptor.
# Half of it, 90 degrees at the hydrogen, is the most permissive limit in use (Baker and Hubbard 1984), so costs half.
BENT = 60.0
# A penalty up to which the interaction counts as made, if strained: for a hydrogen bond 4.0 Å or 100 degrees at the
# hydrogen, about where PLIP draws one (4.1 Å, 100 degrees; Salentin et al. 2015).
MADE = 1 / 3
_HYDROPHOBIC = TERMS.index("hydrophobic")


class Retained(NamedTuple):
    """An interaction with one residue.

    Attributes:
        penalty: 0 kept, 1 lost.
        kind: `hbond` or `hydrophobic`, the one that is meant.
        atoms: ligand atoms that hold it; when lost, the one nearest to what it should meet.
        place: the receptor atom nearest to these.
        gap: Å between them.
    """

    penalty: float
    kind: str
    atoms: tuple[int, ...]
    place: int
    gap: float

    @property
    def made(self) -> bool:
        """Whether it counts as made, if strained."""
        return self.penalty <= MADE


def kept_words(penalty: float, gap: float | None = None) -> str:
    """How well an interaction is kept: `kept (2.9 Å)`, `kept, strained (3.7 Å)`, `strained (4.4 Å)`, `lost (6.1 Å)`.

    Args:
        penalty: 0 kept, 1 lost; up to `MADE` it counts as made.
        gap: Å between the atoms that hold it.
    """
    strained = "kept, strained" if penalty <= MADE else "strained" if penalty < 1.0 else "lost"
    made = "kept" if penalty <= 0.0 else strained
    return made if gap is None else f"{made} ({gap:.1f} Å)"


def retained(energies: PoseEnergies, residue: str, kind: Kind) -> Retained:
    """The interaction of one kind with a residue; of `any`, the one with the lower penalty.

    `hbond`: 0 where a pair fits the limits of `pose_hbond` (3.5 Å, a metal 2.8 Å; 120 degrees at a hydrogen, 90
    at heavy atoms), up to 1 at 1.5 Å beyond or 60 degrees short. `hydrophobic`: 0 from Vina's hydrophobic term
    of `pose_hydrophobic` on (-0.1 kcal/mol), rising in proportion to 1 without any, from about 5.3 Å.

    Args:
        energies: of the pose.
        residue: its label, e.g. `A:GLU30`.
        kind: `hbond`, `hydrophobic` or `any`.

    Raises:
        ValueError: the residue has no atom that could take part.
    """
    if kind != "any":
        return _hydrophobic(energies, residue) if kind == "hydrophobic" else _hbond(energies, residue)
    kinds: tuple[Kind, ...] = ("hbond", "hydrophobic")
    found = [retained(energies, residue, one) for one in kinds if partners(energies.pocket, residue, one)]
    if not found:
        raise ValueError(f"{residue} has no atom that bonds or is hydrophobic")
    return min(found, key=lambda one: one.penalty)


def partners(pocket: Pocket, residue: str, kind: Kind) -> list[int]:
    """The atoms of a residue that can take part in an interaction."""
    types = pocket.types
    able = {"hbond": types.donor | types.acceptor, "hydrophobic": types.hydrophobic}
    fit: Flags = able[kind] if kind != "any" else able["hbond"] | able["hydrophobic"]
    return [place for place, name in enumerate(pocket.residues) if name == residue and fit[place]]


def _gaps(energies: PoseEnergies, places: list[int], residue: str, kind: str) -> Floats:
    if not places:
        raise ValueError(f"{residue} has no atom for a contact of kind {kind}")
    apart = energies.ligand.points[:, None, :] - energies.pocket.points[places][None, :, :]
    return np.asarray(np.linalg.norm(apart, axis=2))


def _hbond(energies: PoseEnergies, residue: str) -> Retained:
    places = partners(energies.pocket, residue, "hbond")
    gaps = _gaps(energies, places, residue, "hbond")
    best: tuple[float, float, int, int] | None = None
    for atom, column in zip(*np.nonzero(gaps < HBOND + FADE), strict=True):
        gap, place = float(gaps[atom, column]), places[column]
        lost = _strain(Side(energies.ligand, int(atom)), Side(energies.pocket, place), gap)
        if lost < 1.0 and (best is None or (lost, gap) < best[:2]):
            best = (lost, gap, int(atom), place)
    if best is not None:
        return Retained(best[0], "hbond", (best[2],), best[3], best[1])
    atom, column = np.unravel_index(int(gaps.argmin()), gaps.shape)
    return Retained(1.0, "hbond", (int(atom),), places[int(column)], float(gaps[atom, column]))


def _strain(one: Side, other: Side, gap: float) -> float:
    """What a pair lacks of a hydrogen bond: 0 nothing, 1 all of it."""
    lost = 1.0
    for donor, acceptor in ((one, other), (other, one)):
        if not (donor.gives and acceptor.takes):
            continue
        metal = is_metal(donor.element)
        far = min(1.0, max(0.0, gap - (METAL if metal else HBOND)) / FADE)
        bent = max(0.0, AT_HEAVY - acceptor.turned(donor.point))
        if not metal:
            bent = max(bent, _short(donor, acceptor.point))
        lost = min(lost, 1.0 - (1.0 - far) * (1.0 - min(1.0, bent / BENT)))
    return lost


def _short(donor: Side, point: Floats) -> float:
    """Degrees by which the donor's best hydrogen misses its limit."""
    best = max((angle(donor.point, h, point) for h in donor.atoms.hydrogens[donor.at]), default=0.0)
    short = max(0.0, AT_HYDROGEN - best)
    return min(short, max(0.0, AT_HEAVY - donor.turned(point))) if donor.turns else short


def _hydrophobic(energies: PoseEnergies, residue: str) -> Retained:
    places = partners(energies.pocket, residue, "hydrophobic")
    gaps = _gaps(energies, places, residue, "hydrophobic")
    paid = np.flatnonzero(energies.pairs[_HYDROPHOBIC] < 0.0).tolist()
    pairs = [k for k in paid if energies.pocket.residues[energies.j[k]] == residue]
    atoms = tuple(sorted({int(energies.i[k]) for k in pairs}))
    term = float(energies.pairs[_HYDROPHOBIC, pairs].sum())
    penalty = min(1.0, max(0.0, 1.0 - term / LEAST_HYDROPHOBIC))
    atom, column = np.unravel_index(int(gaps.argmin()), gaps.shape)
    if atoms:
        nearest = min(pairs, key=lambda k: energies.gap[k])
        return Retained(penalty, "hydrophobic", atoms, int(energies.j[nearest]), float(energies.gap[nearest]))
    return Retained(1.0, "hydrophobic", (int(atom),), places[int(column)], float(gaps[atom, column]))
