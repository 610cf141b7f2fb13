"""What each shape of a ring system costs, found on the ring system alone with what is attached to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolTransforms

from molgrad.chem.ring_systems import joined_rings, ring_systems
from molgrad.docking.embedding import embedded, relaxed
from molgrad.docking.seeds import derive_seed
from molgrad.errors import LigandPreparationError

SAMPLES = 32  # conformers of a ring system: a piperidine's four shapes come up within ten
SAME = 30.0  # degrees; no torsion of two conformers of one shape differs by more
PYRAMID = 150.0  # degrees/Å; an atom 0.4 Å out of the plane of three of its neighbours counts as 60 degrees
LARGEST_RING = 8  # atoms; a larger one has too many shapes to count, and is taken as embedded
NITROGEN = Chem.MolFromSmarts("[N;^3;D3;R]([#6])([#6])[#6]")

OWN = "_number in the whole molecule"

Four = tuple[int, int, int, int]


@dataclass(frozen=True)
class RingSystem:
    """A ring system that can pucker, with its neighbours.

    Attributes:
        torsions: four ring atoms about each single bond of its rings, numbers of the whole molecule.
        sides: its atoms with a substituent, which may be axial or equatorial, and three neighbours of each.
        turns: of each of its shapes, the lowest first, the torsions and what the sides count as; degrees.
        strains: of each shape, kcal/mol above the lowest.
    """

    torsions: tuple[Four, ...]
    sides: tuple[Four, ...]
    turns: np.ndarray
    strains: tuple[float, ...]

    def shape(self, conformer: Chem.Conformer) -> int:
        """Which of its shapes a conformer of the whole molecule comes nearest to."""
        apart = _apart(self.turns, _turns(conformer, self.torsions, self.sides))
        return int(np.argmin((apart**2).sum(axis=1)))


def puckered(mol: Chem.Mol) -> list[RingSystem]:
    """The ring systems of a molecule that can pucker.

    Args:
        mol: heavy atoms in the order of what is docked; hydrogens may follow.
    """
    bare = Chem.RemoveAllHs(mol)
    return [system for rings in _systems(bare) if (system := _measured(bare, rings)) is not None]


def _systems(mol: Chem.Mol) -> list[set[int]]:
    """The ring systems in which one ring can pucker."""
    return [atoms for atoms in ring_systems(mol) if _torsions(mol, atoms)]


def _torsions(mol: Chem.Mol, atoms: set[int]) -> list[Four]:
    found = []
    for ring in mol.GetRingInfo().AtomRings():
        if not atoms.issuperset(ring) or not 5 <= len(ring) <= LARGEST_RING:
            continue
        around = [*ring, *ring]
        bonds = [mol.GetBondBetweenAtoms(around[i], around[i + 1]) for i in range(len(ring))]
        if sum(not bond.GetIsConjugated() and not bond.GetIsAromatic() for bond in bonds) < 2:
            continue
        for i, bond in enumerate(bonds):
            if bond.GetBondType() == Chem.BondType.SINGLE:
                found.append((around[i - 1], around[i], around[i + 1], around[i + 2]))
    return found


def _measured(mol: Chem.Mol, system: set[int]) -> RingSystem | None:
    """The system with the strains of its shapes; None where the part cannot be cut out or embedded."""
    part = _cut_out(mol, system)
    if part is None:
        return None
    smiles = Chem.MolToSmiles(part)
    found = _strains(smiles)
    if found is None:
        return None
    order = part.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"]
    places = [part.GetAtomWithIdx(i).GetIntProp(OWN) for i in order]
    torsions, sides, turns, strains = found
    return RingSystem(_moved(torsions, places), _moved(sides, places), turns, strains)


def _moved(fours: tuple[Four, ...], places: list[int]) -> tuple[Four, ...]:
    return tuple((places[a], places[b], places[c], places[d]) for a, b, c, d in fours)


def _cut_out(mol: Chem.Mol, system: set[int]) -> Chem.Mol | None:
    """The ring system with two bonds of what is attached, aromatic rings next to it whole, and hydrogens for the rest.

    Of what is attached its kind decides what shape the ring has (aryl or methyl, amine or amide), not what follows.
    """
    kept = set(system)
    flat = (r for r in mol.GetRingInfo().AtomRings() if all(mol.GetAtomWithIdx(i).GetIsAromatic() for i in r))
    aromatic = joined_rings(flat)
    for atom in system:
        for first in mol.GetAtomWithIdx(atom).GetNeighbors():
            if first.GetIdx() in system:
                continue
            kept.add(first.GetIdx())
            if first.IsInRing():
                kept |= next((one for one in aromatic if first.GetIdx() in one), set())
            else:
                kept |= {second.GetIdx() for second in first.GetNeighbors() if not second.IsInRing()}
    marked = Chem.Mol(mol)
    for atom in marked.GetAtoms():
        atom.SetIntProp(OWN, atom.GetIdx())
    edges = [
        bond.GetIdx()
        for bond in marked.GetBonds()
        if (bond.GetBeginAtomIdx() in kept) != (bond.GetEndAtomIdx() in kept)
    ]
    try:
        pieces = Chem.FragmentOnBonds(marked, edges, addDummies=True) if edges else marked
        part = next(
            one
            for one in Chem.GetMolFrags(pieces, asMols=True, sanitizeFrags=False)
            if any(atom.HasProp(OWN) and atom.GetIntProp(OWN) in system for atom in one.GetAtoms())
        )
        for atom in part.GetAtoms():
            if atom.GetAtomicNum() == 0:
                atom.SetAtomicNum(1)
                atom.SetIsotope(0)
        part = Chem.RemoveHs(part)
    except Chem.MolSanitizeException:
        return None
    return part


@lru_cache(maxsize=4096)
def _strains(smiles: str) -> tuple[tuple[Four, ...], tuple[Four, ...], np.ndarray, tuple[float, ...]] | None:
    """Marks, shapes and strains of a ring system cut out; None where it has no 3D shape."""
    part = Chem.MolFromSmiles(smiles)
    if part is None:
        return None
    torsions = tuple(four for atoms in _systems(part) for four in _torsions(part, atoms))
    sides = _sides(part)
    try:
        shown = embedded(part, derive_seed("ring", smiles), SAMPLES)
    except LigandPreparationError:
        return None
    energies = relaxed(shown)
    kept: list[np.ndarray] = []
    strains: list[float] = []
    for place in sorted(range(len(energies)), key=energies.__getitem__):
        turns = _turns(shown.GetConformer(place), torsions, sides)
        # The mirror image of what has no stereocentre is a shape of it too, found or not.
        for each in (turns,) if "@" in smiles else (turns, -turns):
            if not kept or _apart(np.array(kept), each).max(axis=1).min() > SAME:
                kept.append(each)
                strains.append(round(energies[place] - min(energies), 2))
    return torsions, sides, np.array(kept), tuple(strains)


def _sides(part: Chem.Mol) -> tuple[Four, ...]:
    """Pyramidal nitrogens and substituted carbons of rings, with the neighbours that tell one side from the other.

    Ring torsions alone do not: in each chair of methylcyclohexane the methyl group may be axial or equatorial.
    """
    ranks = list(Chem.CanonicalRankAtoms(part, breakTies=False))
    found = [four for four in part.GetSubstructMatches(NITROGEN) if len({ranks[i] for i in four[1:]}) > 1]
    for atom in part.GetAtoms():
        inside, outside = _neighbours(atom)
        if atom.GetHybridization() != Chem.HybridizationType.SP3 or atom.GetAtomicNum() == 7 or len(inside) != 2:
            continue
        if outside and len({ranks[i] for i in outside}) == len(outside):
            found.append((atom.GetIdx(), inside[0], inside[1], outside[0]))
    return tuple(found)


def _neighbours(atom: Chem.Atom) -> tuple[list[int], list[int]]:
    """An atom's neighbours along one ring, and the others."""
    around = [other.GetIdx() for other in atom.GetNeighbors()]
    ring = next((set(one) for one in atom.GetOwningMol().GetRingInfo().AtomRings() if atom.GetIdx() in one), set())
    return [i for i in around if i in ring], [i for i in around if i not in ring]


def _turns(conformer: Chem.Conformer, torsions: tuple[Four, ...], sides: tuple[Four, ...]) -> np.ndarray:
    """What tells one shape from another, degrees."""
    found = [rdMolTransforms.GetDihedralDeg(conformer, *four) for four in torsions]
    for middle, *around in sides:
        at = [conformer.GetAtomPosition(i) for i in around]
        normal = (at[1] - at[0]).CrossProduct(at[2] - at[0])
        height = normal.DotProduct(conformer.GetAtomPosition(middle) - at[0]) / max(normal.Length(), 1e-6)
        found.append(PYRAMID * height)
    return np.array(found)


def _apart(shapes: np.ndarray, one: np.ndarray) -> np.ndarray:
    """Differences of angles from one shape, 0 to 180 degrees."""
    return np.asarray(np.abs((shapes - one + 180.0) % 360.0 - 180.0))
