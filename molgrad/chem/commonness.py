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
SHAPE = -1.5  # the same for three and more rings whose elements no row of the table has
CROWD = 5  # of the six places of an aromatic ring, those taken by bonds, where a saturated ring is one of them
CORES = 2  # aromatic rings of one molecule, each with a saturated ring fused to it
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
    rarest = [min(found.values(), default=0.0) for found in environments(mol)]
    systems = _systems(mol)
    found = [fault for system in systems for fault in system.faults(rarest)]
    return (*found, *_accreted(mol, systems), *_small(mol), *_joints(mol))


def _systems(mol: Chem.Mol) -> list[_System]:
    rings = [frozenset(ring) for ring in mol.GetRingInfo().AtomRings()]
    aromatic = frozenset(atom.GetIdx() for atom in mol.GetAromaticAtoms())
    saturated = frozenset(atom.GetIdx() for atom in mol.GetAtomsMatchingQuery(_SATURATED))
    return [
        _System(mol, frozenset(atoms), [ring for ring in rings if ring <= atoms], aromatic, saturated)
        for atoms in joined_rings(rings)
    ]


@dataclass(frozen=True)
class _System:
    """A ring system of a molecule, and the molecule's aromatic atoms and saturated carbons."""

    mol: Chem.Mol
    atoms: frozenset[int]
    rings: list[frozenset[int]]
    aromatic: frozenset[int]
    saturated: frozenset[int]

    def faults(self, rarest: list[float]) -> list[Rare]:
        if any(len(ring) >= MACROCYCLE for ring in self.rings):
            return []
        kin = kinship(self.mol, self.atoms)
        mean = sum(rarest[i] for i in self.atoms) / len(self.atoms)
        if kin is Kinship.NONE or (kin is Kinship.AZA and len(self.rings) > 2 and mean < SHAPE):
            return [self._rare("no drug or building block has this ring system")]
        if len(self.rings) > 1 and mean < PATTERN:
            return [self._rare("hardly any molecule has this ring system substituted like this")]
        return []

    def fused(self) -> list[frozenset[int]]:
        """Aromatic rings with a saturated one (two of its carbons are sp3) that shares a bond with each."""
        grown = [ring for ring in self.rings if len(ring & self.saturated) > 1]
        aromatic = [ring for ring in self.rings if ring <= self.aromatic]
        return [ring for ring in aromatic if any(len(ring & other) == 2 for other in grown)]

    def _rare(self, why: str) -> Rare:
        return Rare(f"{ring_words(self.mol, self.atoms)}: {why}", tuple(sorted(self.atoms)))


def _accreted(mol: Chem.Mol, systems: list[_System]) -> list[Rare]:
    """Saturated rings grown onto aromatic ones: on several of one molecule, or on one that is full already."""
    fused = [system for system in systems if len(system.rings) > 1 and system.fused()]
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
    spiro: list[int] = []
    rdMolDescriptors.CalcNumSpiroAtoms(mol, atoms=spiro)
    rings = mol.GetRingInfo().AtomRings()
    small = [ring for ring in rings if len(ring) == 3]
    if len(small) + len(spiro) < SMALL:
        return []
    text = f"{len(small)} rings of three and {len(spiro)} spiro centres in one molecule"
    return [Rare(text, tuple(sorted({*spiro, *(i for ring in small for i in ring)})))]


def _joints(mol: Chem.Mol) -> list[Rare]:
    return [
        Rare(f"{name}: a joint that drugs do not have", tuple(sorted(match)))
        for name, pattern in _JOINTS
        for match in mol.GetSubstructMatches(pattern)
    ]
