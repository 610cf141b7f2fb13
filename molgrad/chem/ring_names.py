"""Names of ring systems as chemists write them, with the locants of their atoms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdkit import Chem

from molgrad.chem.parse import read
from molgrad.chem.ring_systems import joined_rings
from molgrad.chem.skeleton import skeleton
from molgrad.chem.tables import read_table
from molgrad.chem.von_baeyer import bicycle

MACROCYCLE = 9  # atoms of a ring from which a chemist speaks of its parts
_OXYGEN = "-"  # in place of a locant: an oxygen outside the ring


@dataclass(frozen=True, slots=True)
class RingName:
    """A ring system that has a name.

    Attributes:
        name: such as `indole`.
        locants: atoms of the molecule with all the locants each may bear, by the ring's symmetry one list a numbering.
    """

    name: str
    locants: tuple[dict[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    mol: Chem.Mol
    locants: tuple[str, ...]


def _rows() -> Iterator[tuple[str, _Row]]:
    for name, smiles, locants, _ in read_table("ring_names.tsv"):
        mol = Chem.MolFromSmiles(smiles)
        counted = tuple(str(i + 1) for i in range(mol.GetNumAtoms())) if locants == "=" else tuple(locants.split())
        yield Chem.MolToSmiles(mol), _Row(name, mol, counted)


def _bare(mol: Chem.Mol) -> Chem.Mol | None:
    """A ring system without hydrogens and bond orders; None where it is not aromatic throughout."""
    if not all(atom.GetIsAromatic() for atom in mol.GetAtoms() if atom.IsInRing()):
        return None
    return skeleton(mol)


_RINGS = dict(_rows())
# Aromatic rings by their bare atoms and bonds: a name says nothing of where the hydrogen of a nitrogen is.
_BARE = {Chem.MolToSmiles(bare): (row, bare) for row in _RINGS.values() if (bare := _bare(row.mol)) is not None}


@lru_cache(maxsize=4_000)
def rings_of(smiles: str) -> tuple[tuple[frozenset[int], RingName], ...]:
    """Each ring system of a molecule with its name; macrocycles are left out, as their parts have names.

    Args:
        smiles: a SMILES; atoms are numbered as its canonical form.
    """
    mol = read(smiles).mol
    return tuple((ring, ring_name(mol, ring)) for ring in ring_atoms(mol))


def ring_atoms(mol: Chem.Mol) -> list[frozenset[int]]:
    """The atoms of each ring system, macrocycles left out.

    Args:
        mol: with its rings found.
    """
    rings = (ring for ring in mol.GetRingInfo().AtomRings() if len(ring) < MACROCYCLE)
    return [frozenset(system) for system in joined_rings(rings)]


def ring_at(smiles: str, atom: int) -> tuple[frozenset[int], RingName] | None:
    """The ring system that holds an atom, with its name; None for an atom outside rings.

    Args:
        smiles: a SMILES.
        atom: counted along its canonical form.
    """
    return next((found for found in rings_of(smiles) if atom in found[0]), None)


def ring_name(mol: Chem.Mol, ring: frozenset[int]) -> RingName:
    """The name of a ring or ring system; one that has none is `ring` and its SMILES.

    Args:
        mol: the molecule.
        ring: the atoms, without what they bear.
    """
    whole = ring | {
        near.GetIdx()
        for i in ring
        for near in mol.GetAtomWithIdx(i).GetNeighbors()
        if near.GetIdx() not in ring
        and near.GetDegree() == 1
        and mol.GetBondBetweenAtoms(i, near.GetIdx()).GetBondType() == Chem.BondType.DOUBLE
    }
    piece, order = _cut_out(mol, whole)
    row, pattern = _RINGS.get(Chem.MolToSmiles(piece)), None
    if row is None and (bare := _bare(piece)) is not None:
        row, pattern = _BARE.get(Chem.MolToSmiles(bare), (None, None))
    if row is None:
        name, locants = bicycle(piece) or (f"ring {Chem.MolToSmiles(piece)}", ())
        return RingName(name, tuple({order[at]: locant for at, locant in one.items()} for one in locants))
    searched = (piece, row.mol) if pattern is None else (skeleton(piece), pattern)
    matches = searched[0].GetSubstructMatches(searched[1], uniquify=False, maxMatches=24)
    numberings = tuple(
        {order[at]: locant for at, locant in zip(match, row.locants, strict=True) if locant != _OXYGEN}
        for match in matches
    )
    return RingName(row.name, numberings)


def _cut_out(mol: Chem.Mol, atoms: Collection[int]) -> tuple[Chem.Mol, list[int]]:
    """These atoms with hydrogens where bonds were cut, without stereo, and each one's number in the molecule."""
    try:
        return _piece(mol, atoms)
    except Chem.MolSanitizeException:  # aromatic only with a double bond that was cut, as an imine of pyridone
        localized = Chem.Mol(mol)
        Chem.Kekulize(localized, clearAromaticFlags=True)
        return _piece(localized, atoms)


def _piece(mol: Chem.Mol, atoms: Collection[int]) -> tuple[Chem.Mol, list[int]]:
    keep = Chem.RWMol(mol)
    Chem.RemoveStereochemistry(keep)
    for bond in mol.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if (a in atoms) != (b in atoms):
            inside = keep.GetAtomWithIdx(a if a in atoms else b)
            # RDKit fills up carbon outside brackets by itself.
            if inside.GetFormalCharge() == 1 and inside.GetAtomicNum() == 7:  # a pyridine oxide is a pyridine
                inside.SetFormalCharge(0)
            elif inside.GetNoImplicit() or (inside.GetIsAromatic() and inside.GetAtomicNum() != 6):
                inside.SetNumExplicitHs(inside.GetNumExplicitHs() + int(bond.GetBondTypeAsDouble()))
    for i in atoms:
        atom = keep.GetAtomWithIdx(i)
        if atom.GetFormalCharge() == 1 and atom.GetAtomicNum() == 7 and (count := atom.GetTotalNumHs()):
            atom.SetFormalCharge(0)
            atom.SetNumExplicitHs(count - 1)
    order = sorted(atoms)
    for i in reversed([i for i in range(mol.GetNumAtoms()) if i not in atoms]):
        keep.RemoveAtom(i)
    piece = keep.GetMol()
    Chem.SanitizeMol(piece)
    return piece, order
