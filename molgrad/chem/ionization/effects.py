"""Substituent effects on a pKa: inductive along chains, Hammett's on benzene rings, around a ring nitrogen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from rdkit import Chem

from molgrad.chem.ionization.screen import Elements, Screen
from molgrad.chem.tables import read_table

FADING = 0.4  # of an inductive effect that is left one saturated carbon further on (Perrin et al. 1981: 0.4 to 0.5)
# Hammett's rho of benzylamines (Perrin et al. 1981), and the part of an ortho substituent; thiophenes transmit more.
BENZYL = {"aryl": (1.0, 0.3), "azolyl": (1.6, 0.5)}
SECOND_WAY = 0.6  # of an effect at the gamma carbon or beyond that reaches the nitrogen by a second way round a ring
REACH = 5  # saturated carbons after which nothing is left to count
ON_CHAIN = 0.5  # of the effect on an amine at the same place, that reaches a ring nitrogen from a side chain
AZA_SIGMA = (0.56, 0.62, 1.0)  # a ring nitrogen as a substituent: ortho, meta, para (pyridinols, aminopyridines)
AZA_SHIFT = (-3.2, -3.4, -4.6)  # of pKa: pyridazine, pyrimidine and pyrazine against pyridine
BENZO_SHIFT = {
    1: -0.15,
    2: 0.05,
}  # of pKa of a fused ring by the distance of the fusion: quinoline 4.9, isoquinoline 5.4
FUSED_SUBSTITUENT = 0.35  # of a substituent's effect when it stands on the ring fused to that of the nitrogen
AZOLE_NEAR, AZOLE_FAR = 0.9, 1.3  # of a shift at 2 and at 3 of pyridine, for five-membered rings (imidazoles)
ON_NITROGEN = {"aryl": -1.3, "azinyl": -1.8, "ketone": -3.4, "amide": -3.4, "sulfone": -5.0, "vinyl": -1.0}


class Effect(NamedTuple):
    """What one kind of substituent does; see `tables/electronic_effects.tsv`."""

    kind: str
    meta: float
    para: float
    conjugated: float
    ortho: float
    alpha: float
    beta: float
    ring2: float
    ring3: float
    ring4: float


def _effects() -> Iterator[tuple[Chem.Mol, Effect]]:
    for kind, smarts, *numbers in read_table("electronic_effects.tsv"):
        values = (0.0 if number == "-" else float(number) for number in numbers)
        yield Chem.MolFromSmarts(smarts), Effect(kind, *values)


EFFECTS = Screen([(query, (query, effect)) for query, effect in _effects()])


class Surroundings:
    """A neutral molecule with the kind of each of its atoms as a substituent.

    Args:
        mol: neutralized.
        elements: of it, from `elements_of`.
    """

    def __init__(self, mol: Chem.Mol, elements: Elements) -> None:
        self.mol = mol
        self.rings = mol.GetRingInfo().AtomRings()
        self.kinds: dict[int, Effect] = {}
        left = mol.GetNumAtoms()
        for pattern, effect in EFFECTS.possible(elements):
            for index, *_ in mol.GetSubstructMatches(pattern, uniquify=False):
                if index not in self.kinds:
                    self.kinds[index] = effect
                    left -= 1
            if not left:
                break

    def kind(self, atom: Chem.Atom) -> str:
        """The atom's kind as a substituent; empty where the table has none (carbocations, selenium, boron)."""
        effect = self.kinds.get(atom.GetIdx())
        return effect.kind if effect is not None else ""

    def chain(self, start: Chem.Atom, origin: int) -> float:
        """The inductive effect on `origin` of what hangs on the chain that begins with `start`, in units of pKa."""
        return self._sum(self._hanging(start, origin))

    def chains(self, origin: Chem.Atom) -> float:
        """The inductive effects on an atom of all its chains."""
        starts = [n for n in origin.GetNeighbors() if self.kind(n) == "alkyl"]
        return self._sum(way for start in starts for way in self._hanging(start, origin.GetIdx()))

    def _sum(self, ways: Iterable[tuple[int, int]]) -> float:
        """The effects of all substituents; of several ways to one, round a ring, the shortest count."""
        by_atom: dict[int, list[int]] = {}
        for index, steps in ways:
            by_atom.setdefault(index, []).append(steps)
        total = 0.0
        for index, found in by_atom.items():
            steps = min(found)
            again = found.count(steps) - 1
            total += self._value(index, steps) * (1 + again * (SECOND_WAY if steps > 1 else 1.0))
        return total

    def _hanging(self, start: Chem.Atom, origin: int) -> Iterator[tuple[int, int]]:
        """Each atom with an effect along the saturated carbons from `start`, once a way; and the steps from `start`."""
        depth, layer = {origin: -1, start.GetIdx(): -1}, [start]
        for steps in range(REACH):
            further = []
            for other in (n for atom in layer for n in atom.GetNeighbors()):
                index = other.GetIdx()
                if depth.get(index, steps) < steps:
                    continue
                effect = self.kinds.get(index)
                if effect is not None and effect.kind not in ("alkyl", "trifluoromethyl"):
                    yield index, steps
                elif index not in depth:
                    further.append(other)
                depth[index] = steps
            layer = further

    def _value(self, index: int, steps: int) -> float:
        effect = self.kinds[index]
        if steps:
            return effect.beta * FADING ** (steps - 1)
        rho, ortho = BENZYL.get(effect.kind, (0.0, 0.0))
        return effect.alpha - (rho * self.hammett(index, ortho, aza=0.0, through=False) if rho else 0.0)

    def ring_of(self, index: int, size: int = 6) -> tuple[int, ...]:
        """An aromatic ring of this size that holds the atom, the atom first, in order; empty if there is none."""
        for ring in self.rings:
            if index in ring and len(ring) == size and all(self.mol.GetAtomWithIdx(i).GetIsAromatic() for i in ring):
                at = ring.index(index)
                return tuple(ring[at:] + ring[:at])
        return ()

    def carried(self, index: int, ring: tuple[int, ...]) -> list[Chem.Atom]:
        """The neighbours of a ring atom outside this ring."""
        return [n for n in self.mol.GetAtomWithIdx(index).GetNeighbors() if n.GetIdx() not in ring]

    def hammett(self, ipso: int, ortho_share: float, aza: float = 1.0, *, through: bool = True) -> float:
        """The sum of sigma over the ring that holds `ipso`; nitrogen of the ring itself counts `aza` times.

        With `through` the group at `ipso` is conjugated with those para to it.
        """
        ring = self.ring_of(ipso) or self.ring_of(ipso, 5)
        total = 0.0
        for place in range(1, len(ring)):
            gap = min(place, len(ring) - place)  # 1 ortho, 2 meta, 3 para
            atom = self.mol.GetAtomWithIdx(ring[place])
            if atom.GetAtomicNum() == 7 and atom.GetDegree() == 2:
                total += aza * AZA_SIGMA[gap - 1]
            for other in self.carried(ring[place], ring):
                effect = self.kinds.get(other.GetIdx())
                if effect is not None:
                    para = effect.conjugated if through else effect.para
                    total += (effect.ortho * ortho_share, effect.meta, para)[gap - 1]
        return total


def _chain(near: Surroundings, match: Mapping[int, int], factor: float, _: float) -> float:
    return factor * near.chains(near.mol.GetAtomWithIdx(match[1]))


def _centre(near: Surroundings, match: Mapping[int, int], factor: float, _: float) -> float:
    (centre,) = near.mol.GetAtomWithIdx(match[1]).GetNeighbors()[:1]
    carbons = [n for n in centre.GetNeighbors() if n.GetAtomicNum() == 6]
    # The centre counts as the alpha carbon; what hangs on the next one is a step further.
    ends = [near.chain(c, centre.GetIdx()) for c in carbons if near.kind(c) in ("alkyl", "trifluoromethyl")]
    return factor * sum(_one_step_further(near, c, centre.GetIdx(), end) for c, end in zip(carbons, ends, strict=False))


def _one_step_further(near: Surroundings, carbon: Chem.Atom, origin: int, whole: float) -> float:
    direct = [near.kinds.get(n.GetIdx()) for n in carbon.GetNeighbors() if n.GetIdx() != origin]
    kinds = [effect for effect in direct if effect is not None]
    beyond = whole - sum(effect.alpha for effect in kinds)
    return sum(effect.beta for effect in kinds) + FADING * beyond


def _ring4(near: Surroundings, match: Mapping[int, int], rho: float, ortho: float) -> float:
    return -rho * near.hammett(match[4], ortho) if 4 in match else 0.0


def _ring6(near: Surroundings, match: Mapping[int, int], rho: float, ortho: float) -> float:
    return -rho * near.hammett(match[6], ortho) if 6 in match else 0.0


def _azine(near: Surroundings, match: Mapping[int, int], offset: float, _: float) -> float:
    ring, total = near.ring_of(match[1]), 0.0
    for place in range(1, len(ring)):
        gap = min(place, 6 - place)
        atom = near.mol.GetAtomWithIdx(ring[place])
        if atom.GetAtomicNum() == 7 and atom.GetDegree() == 2:
            total += AZA_SHIFT[gap - 1]
        for other in near.carried(ring[place], ring):
            if near.mol.GetBondBetweenAtoms(ring[place], other.GetIdx()).GetIsAromatic():
                total += _fused(near, ring[place], other, ring, gap)
            else:
                total += _on_ring(near, other, ring[place], gap)
    return total + (offset if offset != 1.0 else 0.0)


def _on_ring(near: Surroundings, other: Chem.Atom, carrier: int, gap: int) -> float:
    """The shift of a ring nitrogen's pKa by one substituent `gap` bonds away."""
    effect = near.kinds.get(other.GetIdx())
    if effect is None:
        return 0.0
    shift = (effect.ring2, effect.ring3, effect.ring4)[gap - 1]
    if effect.kind == "alkyl":
        shift += ON_CHAIN * near.chain(other, carrier)
    return shift


def _fused(near: Surroundings, fusion: int, other: Chem.Atom, ring: tuple[int, ...], gap: int) -> float:
    """The shift by a ring fused to that of the nitrogen, half of it seen from each fusion atom."""
    total = BENZO_SHIFT.get(gap, 0.0)
    effect = near.kinds.get(other.GetIdx())
    if other.GetAtomicNum() != 6 and effect is not None:  # a heteroatom of the fused ring acts as a substituent
        rich = other.GetAtomicNum() == 7 and other.GetTotalDegree() == 3
        total += (0.3, 0.2, 2.0)[gap - 1] if rich else 0.6 * (effect.ring2, effect.ring3, effect.ring4)[gap - 1]
    return total + 0.5 * FUSED_SUBSTITUENT * _on_fused(near, other, fusion, ring)


def _on_fused(near: Surroundings, other: Chem.Atom, fusion: int, ring: tuple[int, ...]) -> float:
    """The shifts at 3 of pyridine of the substituents on the ring that holds `other`, fused to `ring` at `fusion`."""
    return sum(
        near.kinds[outer.GetIdx()].ring3
        for third in near.ring_of(other.GetIdx()) or near.ring_of(other.GetIdx(), 5)
        if third not in ring and third != fusion
        for outer in near.carried(third, ring)
        if not near.mol.GetBondBetweenAtoms(third, outer.GetIdx()).GetIsAromatic() and outer.GetIdx() in near.kinds
    )


def _azole(near: Surroundings, match: Mapping[int, int], factor: float, _: float) -> float:
    ring, total = near.ring_of(match[1], 5), 0.0
    for place in range(1, len(ring)):
        gap = min(place, 5 - place)
        hetero = near.mol.GetAtomWithIdx(ring[place]).GetAtomicNum() != 6
        for other in near.carried(ring[place], ring):
            effect = near.kinds.get(other.GetIdx())
            if near.mol.GetBondBetweenAtoms(ring[place], other.GetIdx()).GetIsAromatic():
                if near.ring_of(other.GetIdx()):
                    total += 0.5 * _on_fused(near, other, ring[place], ring)
                continue
            if effect is None:
                continue
            if effect.kind == "alkyl":
                alkyl = 0.0 if hetero else effect.ring2 if gap == 1 else effect.ring3
                total += alkyl + ON_CHAIN * near.chain(other, ring[place])
            elif hetero:
                total += ON_NITROGEN.get(effect.kind, -1.3 if effect.kind == "azolyl" else 0.0)
            else:
                total += AZOLE_NEAR * effect.ring2 if gap == 1 else AZOLE_FAR * effect.ring3
    return factor * total


Correction = Callable[[Surroundings, Mapping[int, int], float, float], float]
CORRECTIONS: Mapping[str, Correction] = {
    "chain": _chain, "centre": _centre, "ring4": _ring4, "ring6": _ring6, "azine": _azine, "azole": _azole,
}  # fmt: skip
