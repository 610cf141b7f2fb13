"""What a molecule and a known pose have in common: the atoms on which a pose can be built, in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdkit import Chem, rdBase
from rdkit.Chem import rdRascalMCES

from molgrad.chem.connected import connected
from molgrad.chem.skeleton import skeleton
from molgrad.docking.shared_rings import shared_rings

LEAST_SHARED = 8  # heavy atoms; on fewer nothing can be built that an unseeded search would not find
SHARE = 0.5  # of the smaller molecule's heavy atoms
PIECES_SHARE = 0.4  # the same where two ring systems are shared, which pin each other
SEARCH_LIMIT = 20  # seconds for the common core, a watchdog: 78 molecules and their parents took 0.3 at most
PAIRS = 3_000  # pairs of bonds that may stand for each other; RDKit's 1,000 are too few for 50 heavy atoms
MATCHES = 200  # ways to lay one molecule in the other that are compared
MOST_GIVEN_UP = 0.2  # of the core; a ring with more behind it is not turned over against the known pose
MOST_FLIPS = 1  # rings turned over; each costs two settings of the ligand in Vina, 0.15 s each

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Core:
    """One way to lay a molecule on a known pose.

    Attributes:
        pairs: (atom of the molecule, atom of the pose), heavy atoms.
        given_up: atoms that the two share and this core does not hold: behind a ring that is turned over.
    """

    pairs: Pairs
    given_up: int = 0


def cores(bare: Chem.Mol, pose: Chem.Mol) -> list[Core]:
    """The common core, then the same with one flat ring turned over, for each ring that can be.

    Args:
        bare: the molecule, without hydrogens.
        pose: the known pose, without hydrogens.

    Returns:
        None where the two share less than `LEAST_SHARED` atoms or `SHARE` of the smaller.
    """
    pairs = common_core(bare, pose)
    if len(pairs) < min(bare.GetNumAtoms(), pose.GetNumAtoms()):
        pairs = max(pairs, _contained(bare, pose), key=len)
    if not enough(pairs, bare, pose):
        pairs = shared_rings(bare, pose)
        if not enough(pairs, bare, pose, PIECES_SHARE):
            return []
    flips = [core for core in _flipped(pairs, bare) if core.given_up <= MOST_GIVEN_UP * len(pairs)]
    return [Core(pairs), *sorted(flips, key=lambda core: core.given_up)[:MOST_FLIPS]]


def enough(pairs: Pairs, bare: Chem.Mol, pose: Chem.Mol, share: float = SHARE) -> bool:
    """Whether so much is shared that a pose can be built on it.

    Args:
        pairs: (atom of the molecule, atom of the pose).
        bare: the molecule, without hydrogens.
        pose: the known pose, without hydrogens.
        share: the least fraction of the smaller molecule.
    """
    smaller: int = min(bare.GetNumAtoms(), pose.GetNumAtoms())
    return len(pairs) >= max(LEAST_SHARED, share * smaller)


def without_stereo(core: Core, bare: Chem.Mol) -> Core:
    """The largest part of a core that holds no stereocentre, ring with one, or stereo double bond.

    A pose of another isomer cannot be kept there, and can everywhere else.
    """
    info = bare.GetRingInfo()
    stereo = {place for place, _ in Chem.FindMolChiralCenters(bare, useLegacyImplementation=False)}
    stereo |= {atom for ring in info.AtomRings() if stereo & set(ring) for atom in ring}
    for bond in bare.GetBonds():
        if bond.GetStereo() != Chem.BondStereo.STEREONONE:
            stereo |= {bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()}
    return Core(_largest((pair for pair in core.pairs if pair[0] not in stereo), bare), core.given_up)


def common_core(bare: Chem.Mol, pose: Chem.Mol) -> Pairs:
    """Pairs of heavy atoms that the two have in common, in one piece; whole rings only, elements may differ in place.

    None where it is less than `SHARE`. By RASCAL: on polycyclic molecules FindMCS takes seconds, so that a limit on its
    time would make it depend on the machine's load whether a pose is seeded.

    Args:
        bare: the molecule, without hydrogens.
        pose: the known pose, without hydrogens.
    """
    fewer, more = sorted(m.GetNumAtoms() + m.GetNumBonds() for m in (bare, pose))
    options = rdRascalMCES.RascalOptions()
    options.equivalentAtoms = "[*]"
    options.ignoreAtomAromaticity = False
    options.ringMatchesRingOnly = True
    options.completeAromaticRings = False  # which compares elements; `_whole` does not
    options.singleLargestFrag = True
    options.similarityThreshold = SHARE**2 * fewer / more  # of two that share so much of the smaller
    options.minCliqueSize = int(SHARE * min(bare.GetNumBonds(), pose.GetNumBonds()))
    options.maxBondMatchPairs = PAIRS
    options.timeout = SEARCH_LIMIT
    with rdBase.BlockLogs():
        found = rdRascalMCES.FindMCES(bare, pose, options)
    if not found or found[0].timedOut:
        return ()
    pairs = [(int(own), int(theirs)) for own, theirs in found[0].atomMatches()]
    return _largest(_whole(pairs, bare, pose), bare)


def _contained(bare: Chem.Mol, pose: Chem.Mol) -> Pairs:
    """All atoms of the smaller one where it is part of the larger, whatever the tautomer, charges or bond orders."""
    ours, theirs = skeleton(bare), skeleton(pose)
    inside = bare.GetNumAtoms() >= pose.GetNumAtoms()
    matches = (ours if inside else theirs).GetSubstructMatches(theirs if inside else ours, False, maxMatches=MATCHES)
    pairs = [[(a, b) if inside else (b, a) for b, a in enumerate(match)] for match in matches]

    def alike(laid: Iterable[tuple[int, int]]) -> int:
        """Atoms that agree in ring, aromaticity and hydrogens."""
        atoms = ((bare.GetAtomWithIdx(a), pose.GetAtomWithIdx(b)) for a, b in laid)
        return sum((a.GetIsAromatic(), a.GetTotalNumHs()) == (b.GetIsAromatic(), b.GetTotalNumHs()) for a, b in atoms)

    return tuple(sorted(max(pairs, key=alike, default=[])))


def _whole(pairs: list[tuple[int, int]], mol: Chem.Mol, pose: Chem.Mol) -> list[tuple[int, int]]:
    """The pairs without those of rings that are shared in part: a five-ring lies badly on half a six-ring."""
    while True:
        own = _in_whole_rings(mol, {a for a, _ in pairs})
        theirs = _in_whole_rings(pose, {b for _, b in pairs})
        left = [(a, b) for a, b in pairs if a in own and b in theirs]
        if len(left) == len(pairs):
            return left
        pairs = left


def _in_whole_rings(mol: Chem.Mol, atoms: set[int]) -> set[int]:
    """Of these atoms those outside rings, and those of a ring that lies among them entirely."""
    info = mol.GetRingInfo()
    whole = {atom for ring in info.AtomRings() if atoms.issuperset(ring) for atom in ring}
    return {atom for atom in atoms if atom in whole or not info.NumAtomRings(atom)}


def _parts(pairs: Iterable[tuple[int, int]], mol: Chem.Mol) -> Iterator[Pairs]:
    """The pairs in groups whose atoms are bonded to each other in the molecule."""
    theirs = dict(pairs)
    for group in connected(theirs, lambda i: [near.GetIdx() for near in mol.GetAtomWithIdx(i).GetNeighbors()]):
        yield tuple((atom, theirs[atom]) for atom in sorted(group))


def _largest(pairs: Iterable[tuple[int, int]], mol: Chem.Mol) -> Pairs:
    return max(_parts(pairs, mol), key=len, default=())


def _flipped(pairs: Pairs, mol: Chem.Mol) -> Iterator[Core]:
    """The core with one flat ring at the end of a single bond turned over, atoms behind the ring given up."""
    where, alike = dict(pairs), list(Chem.CanonicalRankAtoms(mol, breakTies=False))
    for ring in mol.GetRingInfo().AtomRings():
        flat = all(mol.GetAtomWithIdx(atom).GetIsAromatic() for atom in ring)
        if not flat or not set(ring) <= set(where):
            continue
        for place in range(len(ring)):
            turned = [ring[(place + step) % len(ring)] for step in range(len(ring))]
            mirror = dict(zip(turned, [turned[0], *turned[:0:-1]], strict=True))
            behind = _behind(mol, set(ring), turned[0])
            if behind is None or all(alike[a] == alike[b] for a, b in mirror.items()):
                continue
            kept = {atom: theirs for atom, theirs in where.items() if atom not in behind}
            kept |= {atom: where[mirror[atom]] for atom in ring}
            if len(ring) % 2 == 0:  # what is bound opposite the bond lies on the axis and stays
                kept |= {a: where[a] for a in _next(mol, turned[len(ring) // 2], set(ring)) if a in where}
            yield Core(tuple(sorted(kept.items())), len(pairs) - len(kept))
            break


def _behind(mol: Chem.Mol, ring: set[int], first: int) -> set[int] | None:
    """What hangs on a ring but for the greater part of the molecule; None where that is not bound to `first` alone.

    The first atom must have one bond out of the ring, and no other way lead back to the ring.
    """
    out = _next(mol, first, ring)
    if len(out) != 1 or mol.GetBondBetweenAtoms(first, out[0]).IsInRing():
        return None
    rest, waiting = set(ring), list(ring - {first})
    while waiting:
        fresh = _next(mol, waiting.pop(), rest)
        rest.update(fresh)
        waiting += fresh
    front = mol.GetNumAtoms() - len(rest)
    return rest - ring if front >= len(rest - ring) else None


def _next(mol: Chem.Mol, atom: int, but: set[int]) -> list[int]:
    return [near.GetIdx() for near in mol.GetAtomWithIdx(atom).GetNeighbors() if near.GetIdx() not in but]
