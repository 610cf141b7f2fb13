"""Rings that a chemist would not accept: strained, de-aromatised, or with too many spiro or bridgehead atoms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from molgrad.chem.alerts import Alert
from molgrad.chem.parse import read
from molgrad.chem.ring_rules import dearomatised_five, dearomatised_six, is_double

# Ring size (atoms): cyclooctyne is the smallest cycloalkyne that can be isolated, and is still reactive.
MIN_ALKYNE_RING = 9
# trans-Cyclooctene is isolable but strained (click reagent); nine and more are unremarkable.
MIN_TRANS_RING = 9
# Bredt: a bridgehead double bond needs a ring of eight to hold its trans part.
MIN_BREDT_RING = 8
MACROCYCLE = 8  # atoms; larger rings are docked rigidly (the ring conformer is fixed before docking)
_XYLYLENE = Chem.MolFromSmarts("c=[#6]")
MAX_SPIRO = 2  # spiro atoms; drugs have one, rarely two
MAX_BRIDGEHEADS = 4  # adamantane (memantine, vildagliptin) has four

Finding = tuple[str, tuple[int, ...], str]


@lru_cache(maxsize=20_000)
def strained_or_dearomatised(smiles: str) -> tuple[Alert, ...]:
    """Ring faults as alerts of catalog `ring`, in a fixed order of rules, then by atoms.

    Passed on purpose: 1,4-dihydropyridines whose both double bonds carry an acceptor (nifedipine), steroid
    dienones, indenes, benzodiazepines, bicyclo[1.1.1]pentane, benzocyclobutene, adamantane.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    mol = read(smiles).mol
    rings = tuple(tuple(ring) for ring in mol.GetRingInfo().AtomRings())
    if not rings:
        return ()
    found = [
        Alert(name, "ring", tuple(sorted(atoms)), reason)
        for rule in _RULES
        for name, atoms, reason in sorted(rule(mol, rings))
    ]
    return tuple(dict.fromkeys(found))


def macrocycles(smiles: str) -> tuple[Alert, ...]:
    """Rings of more than eight atoms: sound chemistry, but docked in one fixed ring shape."""
    rings = read(smiles).mol.GetRingInfo().AtomRings()
    reason = f"a ring of more than {MACROCYCLE} atoms is held rigid while docking: its score is a guess"
    return tuple(Alert("macrocycle", "ring", tuple(sorted(r)), reason) for r in sorted(rings) if len(r) > MACROCYCLE)


Rings = tuple[tuple[int, ...], ...]


def _double_bonds(mol: Chem.Mol, rings: Rings) -> Iterator[Finding]:
    for ring in rings:
        bonds = [mol.GetBondBetweenAtoms(a, b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]
        doubles = [b for b in bonds if is_double(b)]
        if len(ring) < MIN_ALKYNE_RING and any(b.GetBondType() == Chem.BondType.TRIPLE for b in bonds):
            yield "triple bond in a small ring", ring, f"cannot be linear in a ring under {MIN_ALKYNE_RING}"
        ends = [a for b in doubles for a in (b.GetBeginAtomIdx(), b.GetEndAtomIdx())]
        if len(set(ends)) < len(ends) and len(ring) < MIN_ALKYNE_RING and not _hypervalent(mol, ends):
            yield "cumulated double bonds in a ring", ring, "cannot be linear in a small ring"
        if len(ring) < MIN_TRANS_RING and any(b.GetStereo() == Chem.BondStereo.STEREOE for b in doubles):
            yield "trans double bond in a small ring", ring, "strained (a click reagent)"


def _hypervalent(mol: Chem.Mol, ends: list[int]) -> bool:
    return any(ends.count(a) > 1 and mol.GetAtomWithIdx(a).GetAtomicNum() in (15, 16) for a in ends)


def _small(mol: Chem.Mol, rings: Rings) -> Iterator[Finding]:
    for ring in (r for r in rings if len(r) < 5):
        inner = [mol.GetBondBetweenAtoms(a, b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]
        doubles = sum(is_double(b) for b in inner)
        hetero = [a for a in ring if mol.GetAtomWithIdx(a).GetAtomicNum() != 6]
        exocyclic = any(
            is_double(b) and b.GetOtherAtomIdx(a) not in ring for a in ring for b in mol.GetAtomWithIdx(a).GetBonds()
        )
        if len(ring) == 3 and (doubles or any(b.GetIsAromatic() for b in inner)):
            reason = "strained (cyclopropene type), adds thiols and polymerises"
            yield "double bond in a three-membered ring", ring, reason
        elif len(ring) == 3 and exocyclic:
            yield "exocyclic double bond on a three-membered ring", ring, "strained and reactive"
        elif len(ring) == 3 and len(hetero) > 1:
            yield "three-membered ring with two heteroatoms", ring, "a weak bond in a strained ring"
        elif len(ring) == 4 and doubles == 2:
            yield "cyclobutadiene", ring, "antiaromatic"
        elif len(ring) == 4 and doubles and not _squaric(mol, ring):
            yield "double bond in a four-membered ring", ring, "strained, opens to a diene"
        elif len(ring) == 4 and any(b.GetIsAromatic() for b in inner) and (hetero or _branched(mol, ring)):
            yield "substituted or hetero benzocyclobutene", ring, "strained, opens to a quinodimethane"
        elif any(mol.GetBondBetweenAtoms(a, b) for i, a in enumerate(hetero) for b in hetero[i + 1 :]):
            yield "two bonded heteroatoms in a four-membered ring", ring, "a weak bond in a strained ring"


def _branched(mol: Chem.Mol, ring: tuple[int, ...]) -> bool:
    """True where a saturated member carries two substituents, or is a spiro centre."""
    atoms = (mol.GetAtomWithIdx(a) for a in ring)
    return any(not atom.GetIsAromatic() and atom.GetDegree() == 4 for atom in atoms)


def _is_carbonyl(atom: Chem.Atom) -> bool:
    return any(is_double(bond) and bond.GetOtherAtom(atom).GetAtomicNum() == 8 for bond in atom.GetBonds())


def _squaric(mol: Chem.Mol, ring: tuple[int, ...]) -> bool:
    """True for squaramides and squarates, which are stable (two ring carbonyls)."""
    carbonyls = [a for a in ring if _is_carbonyl(mol.GetAtomWithIdx(a))]
    return len(carbonyls) == 2


def _fused_small(_mol: Chem.Mol, rings: Rings) -> Iterator[Finding]:
    small = [set(r) for r in rings if len(r) < 5]
    for i, first in enumerate(small):
        for second in small[i + 1 :]:
            shared, both = len(first & second), tuple(sorted(first | second))
            if shared == 2:
                yield "two fused small rings", both, "bicyclobutane and its kin open under strain"
            elif shared == 1 and len(first) == len(second) == 3:
                yield "spiropentane", both, "strained; hardly any synthesis makes it"


def _bredt(mol: Chem.Mol, rings: Rings) -> Iterator[Finding]:
    heads: list[int] = []
    rdMolDescriptors.CalcNumBridgeheadAtoms(mol, atoms=heads)
    for head in sorted(heads):
        at_head = [r for r in rings if head in r]
        for bond in mol.GetAtomWithIdx(head).GetBonds():
            other = bond.GetOtherAtomIdx(head)
            if is_double(bond) and any(other in r for r in at_head) and max(map(len, at_head)) < MIN_BREDT_RING:
                yield "double bond at a bridgehead", (head, other), "Bredt's rule: its p orbitals cannot overlap"


def _aromaticity(mol: Chem.Mol, rings: Rings) -> Iterator[Finding]:
    for ring in rings:
        atoms = [mol.GetAtomWithIdx(a) for a in ring]
        if all(atom.GetIsAromatic() for atom in atoms):
            continue
        name = dearomatised_five(mol, ring) if len(ring) == 5 else dearomatised_six(mol, ring) if len(ring) == 6 else ""
        if name:
            yield name, ring, "a tautomer or an oxidation away from an aromatic ring: draw that one, or saturate it"


def _pulled_open(mol: Chem.Mol, _rings: Rings) -> Iterator[Finding]:
    """An aromatic carbon with a localised double bond to carbon: RDKit counts xylylenes as arenes."""
    reason = "a quinodimethane: the ring has lost its aromaticity, it isomerises or dimerises"
    for ends in mol.GetSubstructMatches(_XYLYLENE):
        yield "arene with a double bond to carbon", ends, reason


def _entangled(mol: Chem.Mol, _rings: Rings) -> Iterator[Finding]:
    spiro: list[int] = []
    heads: list[int] = []
    if rdMolDescriptors.CalcNumSpiroAtoms(mol, atoms=spiro) > MAX_SPIRO:
        yield "too many spiro centres", tuple(sorted(spiro)), f"more than {MAX_SPIRO}: hardly any synthesis makes it"
    if rdMolDescriptors.CalcNumBridgeheadAtoms(mol, atoms=heads) > MAX_BRIDGEHEADS:
        reason = f"more than {MAX_BRIDGEHEADS}, beyond adamantane: hardly any synthesis makes it"
        yield "too many bridgeheads", tuple(sorted(heads)), reason


_Rule = Callable[[Chem.Mol, Rings], Iterator[Finding]]
_RULES: tuple[_Rule, ...] = (_double_bonds, _small, _fused_small, _bredt, _aromaticity, _pulled_open, _entangled)
