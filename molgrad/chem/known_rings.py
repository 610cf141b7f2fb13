"""Ring systems that drugs and building blocks have, and words for those that they have not."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple

from rdkit import Chem

from molgrad.chem.ring_systems import joined_rings, ring_systems
from molgrad.chem.tables import read_table

_CARBONYLS = (8, 16)  # elements whose double bond to a ring belongs to it
_CARBON = 6
_RINGS_SAID = 3  # rings up to which a system has a plain name


class Kinship(Enum):
    """How near a ring system is to one of the table."""

    SAME = "same"  # the same elements in the same places, bonds aromatic or not
    AZA = "aza"  # the same rings, other elements
    NONE = "none"


class KnownRing(NamedTuple):
    """A row of `tables/ring_systems.tsv`."""

    smiles: str
    name: str
    source: str


# Three tables of their own, as each takes a fifth of a second and most processes need one or two.
@cache
def _named() -> dict[str, KnownRing]:
    """The rows by the ring system with its carbonyls and double bonds; of several the first."""
    return {_drawn(mol, system): row for row, mol, system in reversed(_rows())}


@cache
def _same() -> dict[str, KnownRing]:
    """The rows by elements and aromatic bonds; of several the first."""
    return {ring_key(mol, system): row for row, mol, system in reversed(_rows())}


@cache
def _shapes() -> frozenset[str]:
    """The rows by aromatic bonds alone."""
    return frozenset(ring_key(mol, system, elements=False) for _, mol, system in _rows())


@cache
def _rows() -> tuple[tuple[KnownRing, Chem.Mol, Collection[int]], ...]:
    rows = [KnownRing(*row) for row in read_table("ring_systems.tsv")]
    mols = [Chem.MolFromSmiles(row.smiles) for row in rows]
    return tuple((row, mol, ring_systems(mol)[0]) for row, mol in zip(rows, mols, strict=True))


def ring_key(mol: Chem.Mol, system: Collection[int], *, elements: bool = True) -> str:
    """What two ring systems share that count as one: joined atoms, aromatic bonds, and elements where those are asked.

    Args:
        mol: the molecule.
        system: the atoms of one of its ring systems.
        elements: False for a key that aza and oxa analogues share.
    """
    return _written(mol, system, plain=True, elements=elements)


def kinship(mol: Chem.Mol, system: Collection[int]) -> Kinship:
    """How near a ring system is to one that drugs or building blocks have.

    Args:
        mol: the molecule, without charges.
        system: the atoms of one of its ring systems.
    """
    return _kinship(Chem.MolFragmentToSmiles(mol, list(system), isomericSmiles=False, canonical=False))


@lru_cache(maxsize=20_000)  # by any spelling of the rings: few are in most molecules
def _kinship(rings: str) -> Kinship:
    mol = Chem.MolFromSmiles(rings, sanitize=False)
    everything = range(mol.GetNumAtoms())
    if ring_key(mol, everything) in _same():
        return Kinship.SAME
    return Kinship.AZA if ring_key(mol, everything, elements=False) in _shapes() else Kinship.NONE


def known_ring(mol: Chem.Mol, system: Collection[int]) -> KnownRing | None:
    """The row of the table for a ring system; the same carbonyls and double bonds first.

    Args:
        mol: the molecule, without charges.
        system: the atoms of one of its ring systems.
    """
    return _named().get(_drawn(mol, system)) or _same().get(ring_key(mol, system))


def ring_words(mol: Chem.Mol, system: Collection[int]) -> str:
    """A ring system in words: its name, or `cyclopropane fused to indanone` where one ring less has a name.

    Args:
        mol: the molecule, without charges.
        system: the atoms of one of its ring systems.
    """
    whole = known_ring(mol, system)
    if whole is not None:
        return whole.name
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings() if set(ring) <= set(system)]
    found: list[tuple[int, str]] = []
    for ring in rings:
        rest = joined_rings([other for other in rings if other is not ring])
        if len(rest) != 1:
            continue
        core, alone = known_ring(mol, rest[0]), known_ring(mol, ring)
        if core is not None:
            added = alone.name if alone else f"a ring of {len(ring)}"
            shared = len(ring & rest[0])
            found.append((len(rest[0]), f"{added} {'spiro' if shared == 1 else 'fused'} to {core.name}"))
    if found:
        return max(found, key=lambda one: (one[0], one[1]))[1]
    names = sorted(one.name for ring in rings if (one := known_ring(mol, ring)))
    return f"{len(rings)} joined rings" + (f" ({', '.join(names)})" if names and len(rings) <= _RINGS_SAID else "")


def _drawn(mol: Chem.Mol, system: Collection[int]) -> str:
    """The rings with their double bonds and carbonyls; hydrogens and what is bound are left out."""
    bonds = (bond for index in system for bond in mol.GetAtomWithIdx(index).GetBonds())
    double = [bond for bond in bonds if bond.GetBondType() == Chem.BondType.DOUBLE]
    ends = {end for bond in double for end in (bond.GetBeginAtom(), bond.GetEndAtom())}
    exocyclic = {end.GetIdx() for end in ends if end.GetAtomicNum() in _CARBONYLS}
    return _written(mol, {*system, *exocyclic}, plain=False, elements=True)


def _written(mol: Chem.Mol, atoms: Collection[int], *, plain: bool, elements: bool) -> str:
    """Canonical SMILES of some atoms without their hydrogens; plain: bonds that are not aromatic are single."""
    bare, places = Chem.RWMol(), {}
    for index in sorted(atoms):
        atom = mol.GetAtomWithIdx(index)
        copy = Chem.Atom(atom.GetAtomicNum() if elements else _CARBON)
        copy.SetNoImplicit(True)
        copy.SetIsAromatic(atom.GetIsAromatic())
        places[index] = bare.AddAtom(copy)
    for bond in mol.GetBonds():
        begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if begin in places and end in places:
            single = plain and not bond.GetIsAromatic()
            bare.AddBond(places[begin], places[end], Chem.BondType.SINGLE if single else bond.GetBondType())
    return str(Chem.MolToSmiles(bare))
