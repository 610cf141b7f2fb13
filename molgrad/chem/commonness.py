"""What chemists hardly ever make: rare ring systems, crowded and accreted rings, and joints that no drug has.

Beside `accessibility` (how hard is it to make?) this asks whether anybody draws such a thing. Thresholds are in the
units of the SA score's fragment table: the logarithm of how often a circular environment (Morgan, radius 2 at most)
occurs in PubChem, from -3.1 (once or twice) to 2.8; -4 was never seen. They were set on marketed drugs and measured
molecules, of which at least 95 % pass (`docs/leads.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from molgrad.chem.accessibility import environments
from molgrad.chem.ionization.neutral import neutralized
from molgrad.chem.known_rings import Kinship, kinship, ring_words
from molgrad.chem.parse import read
from molgrad.chem.ring_systems import joined_rings

MACROCYCLE = 9  # atoms; larger rings are each their own, and have a check of their own
# Mean over a ring system's atoms of each one's rarest environment; below: nobody substitutes such rings like that.
PATTERN = -2.4
SHAPE = -1.3  # the same for three and more rings whose elements no row of the table has
BOND = -2.9  # an atom's neighbours alone (radius 1), at the bond between a ring and a substituent
CROWD = 5  # of the six places of an aromatic ring, those taken by bonds, where a saturated ring is one of them
CORES = 2  # aromatic rings of one molecule, each with a saturated ring fused to it
SMALL_RING = 4  # atoms; such rings beside two others are an ornament, unless a drug has them
SMALL = 3  # rings of three atoms and spiro centres of one molecule

# Joints outside rings that drugs do not have (cabergoline is the exception): made only by acylating a hindered, hardly
# nucleophilic nitrogen, and they pass the acyl group on to water and amines.
_JOINTS = tuple(
    (name, Chem.MolFromSmarts(smarts))
    for name, smarts in (
        ("N-acyl-N-alkylurea", "[NX3;!R]([#6;!$(C=[O,S,N])])(C(=O)[#6])C(=O)[#7]"),
        ("N-acyl-N-alkylcarbamate", "[NX3;!R]([#6;!$(C=[O,S,N])])(C(=O)[#6])C(=O)[OX2]"),
        ("N-alkylated open imide", "[NX3;!R]([#6;!$(C=[O,S,N])])(C(=O)[#6])C(=O)[#6]"),
        ("N-acyl-N-alkylsulfonamide", "[NX3;!R]([#6;!$(C=[O,S,N])])(C(=O)[#6])S(=O)(=O)[#6]"),
    )
)
_TWICE_ACYLATED = Chem.MolFromSmarts("[NX3;!R](C=O)[C,S]=O")
_SATURATED = Chem.AtomFromSmarts("[CX4]")


@dataclass(frozen=True, slots=True)
class Rare:
    """Something that chemists hardly ever make.

    Attributes:
        text: what it is, in a chemist's words, and what makes it rare.
        atoms: indices in the canonical SMILES.
    """

    text: str
    atoms: tuple[int, ...]


@lru_cache(maxsize=20_000)
def uncommon(smiles: str) -> tuple[Rare, ...]:
    """What of a molecule no drug or building block has; empty for most of what is made.

    Args:
        smiles: the molecule.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    parsed = read(smiles)
    mol = parsed.mol
    try:
        mol = neutralized(mol)
    except Chem.MolSanitizeException:  # the charged form is judged then
        mol = parsed.mol
    systems, surroundings = _systems(mol), environments(mol)
    found = [fault for system in systems for fault in system.faults(surroundings)]
    return (*found, *_accreted(mol, systems), *_small(mol), *_bonds(mol, surroundings), *_joints(mol))


def _systems(mol: Chem.Mol) -> list[_System]:
    """The systems of two and more rings; a single ring is nothing rare, and large ones have a check of their own."""
    rings = [frozenset(ring) for ring in mol.GetRingInfo().AtomRings()]
    aromatic = frozenset(atom.GetIdx() for atom in mol.GetAromaticAtoms())
    saturated = frozenset(atom.GetIdx() for atom in mol.GetAtomsMatchingQuery(_SATURATED))
    return [
        _System(mol, frozenset(atoms), [ring for ring in rings if ring <= atoms], aromatic, saturated)
        for atoms in joined_rings(rings)
        if atoms not in rings
    ]


@dataclass(frozen=True)
class _System:
    """A ring system of a molecule, and the molecule's aromatic atoms and saturated carbons."""

    mol: Chem.Mol
    atoms: frozenset[int]
    rings: list[frozenset[int]]
    aromatic: frozenset[int]
    saturated: frozenset[int]

    def faults(self, surroundings: list[dict[int, float]]) -> list[Rare]:
        """A ring system that nobody has, or one that nobody substitutes like this."""
        if any(len(ring) >= MACROCYCLE for ring in self.rings):
            return []
        kin = kinship(self.mol, self.atoms)
        mean = sum(min(surroundings[i].values(), default=0.0) for i in self.atoms) / len(self.atoms)
        far = kin is Kinship.AZA and len(self.rings) > 2 and (mean < SHAPE or self._ornate())
        if kin is Kinship.NONE or far:
            return [self._rare("no drug or building block has this ring system")]
        if mean < PATTERN:
            return [self._rare("hardly any molecule has this ring system substituted like this")]
        return []

    def fused(self) -> list[frozenset[int]]:
        """Aromatic rings to which a saturated one of five or six (two of its carbons are sp3) is fused."""
        grown = [ring for ring in self.rings if len(ring) in (5, 6) and len(ring & self.saturated) > 1]
        aromatic = [ring for ring in self.rings if ring <= self.aromatic]
        return [ring for ring in aromatic if any(len(ring & other) == 2 for other in grown)]

    def _ornate(self) -> bool:
        """Whether a small ring is part of it, or two saturated rings are fused to one aromatic ring."""
        grown = [ring for ring in self.rings if ring & self.saturated and not ring <= self.aromatic]
        twice = any(sum(len(ring & other) == 2 for other in grown) > 1 for ring in self.rings if ring <= self.aromatic)
        return twice or any(len(ring) <= SMALL_RING for ring in self.rings)

    def _rare(self, why: str) -> Rare:
        return Rare(f"{ring_words(self.mol, self.atoms)}: {why}", tuple(sorted(self.atoms)))


def _accreted(mol: Chem.Mol, systems: list[_System]) -> list[Rare]:
    """Saturated rings grown onto aromatic ones: on several of one molecule, or on one that is full already."""
    fused = [system for system in systems if system.fused()]
    found: list[Rare] = []
    if len(fused) >= CORES:
        names = " and ".join(ring_words(mol, system.atoms) for system in fused)
        atoms = tuple(sorted(i for system in fused for i in system.atoms))
        found.append(Rare(f"{names} in one molecule: saturated rings fused to two aromatic ones are two cores", atoms))
    for ring in (ring for system in fused for ring in system.fused()):
        taken = sum(_taken(mol.GetAtomWithIdx(i)) for i in ring)
        if len(ring) == 6 and taken >= CROWD:
            text = f"an aromatic ring with a saturated one fused to it and {taken - 2} more substituents: too crowded"
            found.append(Rare(text, tuple(sorted(ring))))
    return found


def _taken(atom: Chem.Atom) -> bool:
    """Whether an atom of an aromatic ring carries something; the oxygen of a pyridone is part of the ring."""
    return atom.GetDegree() > 2 and not any(bond.GetBondType() == Chem.BondType.DOUBLE for bond in atom.GetBonds())


def _small(mol: Chem.Mol) -> list[Rare]:
    """Cyclopropanes and spiro centres here and there."""
    spiro: list[int] = []
    rdMolDescriptors.CalcNumSpiroAtoms(mol, atoms=spiro)
    small = [ring for ring in mol.GetRingInfo().AtomRings() if len(ring) == 3]
    if len(small) + len(spiro) < SMALL:
        return []
    text = f"{len(small)} rings of three and {len(spiro)} spiro centres in one molecule"
    return [Rare(text, tuple(sorted({*spiro, *(i for ring in small for i in ring)})))]


def _bonds(mol: Chem.Mol, surroundings: list[dict[int, float]]) -> list[Rare]:
    """Bonds between a ring and what it carries, one of whose ends hardly any molecule has with these neighbours."""
    odd = {i for i, found in enumerate(surroundings) if found.get(1, 0.0) < BOND}
    if not odd:
        return []
    rings, found = mol.GetRingInfo(), []
    for bond in mol.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        inside = [end for end in ends if rings.NumAtomRings(end.GetIdx())]
        if bond.IsInRing() or not inside or not odd.intersection(end.GetIdx() for end in ends):
            continue
        ring, other = (inside[0], ends[1] if inside[0].GetIdx() == ends[0].GetIdx() else ends[0])
        text = f"the bond between ring {ring.GetSymbol()} and {other.GetSymbol()}: hardly any molecule has it there"
        found.append(Rare(text, tuple(sorted((ring.GetIdx(), other.GetIdx())))))
    return found


def _joints(mol: Chem.Mol) -> list[Rare]:
    """Nitrogen outside rings that carries carbon and two acyl groups."""
    if not mol.HasSubstructMatch(_TWICE_ACYLATED):
        return []
    return [
        Rare(f"{name}: a joint that drugs do not have", tuple(sorted(match)))
        for name, pattern in _JOINTS
        for match in mol.GetSubstructMatches(pattern)
    ]
