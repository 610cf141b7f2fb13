"""Positions of a lead that may change: `R1=atoms 3,4`, and the rest of the lead as a query that must stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rdkit import Chem

from molgrad.chem.common_atoms import graph, pieces
from molgrad.chem.parse import read
from molgrad.errors import InputFileError, shorten

_WRITTEN = re.compile(r"\s*(?:(\w+)\s*=\s*)?atoms?\s+([\d\s,-]+)\s*", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")


def read_positions(text: str, lead: str) -> tuple[str, tuple[int, ...]]:
    """The name and atoms of one position: ("R1", (3, 4)).

    Args:
        text: `R1=atoms 3,4`, `atoms 3-6`; numbers count from 0 along the lead's canonical SMILES, as in every output.
        lead: its canonical SMILES.

    Raises:
        InputFileError: a text of another form, or an atom that the lead does not have.
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise InputFileError(f"{shorten(text)!r} names no position of the lead: write 'R1=atoms 3,4'")
    name = written[1] or "R1"
    atoms: list[int] = []
    for part in filter(None, (one.strip() for one in written[2].split(","))):
        span = _RANGE.fullmatch(part)
        if span is None:
            raise InputFileError(f"{name}: {part!r} is no number of an atom; write 'R1=atoms 3,4' or 'atoms 3-6'")
        atoms += range(int(span[1]), int(span[2] or span[1]) + 1)[:1000]
    count = read(lead).mol.GetNumAtoms()
    beyond = sorted({atom for atom in atoms if atom >= count})
    if beyond or not atoms:
        wrong = f"there is no atom {', '.join(map(str, beyond[:5]))}" if beyond else "no atom is named"
        raise InputFileError(f"{name}: {wrong}; {lead} has atoms 0 to {count - 1}, counted along this SMILES")
    return name, tuple(dict.fromkeys(atoms))


def fixed_part(lead: str, free: Collection[int]) -> str:
    """The SMARTS that every molecule matches which differs from a lead at some atoms only.

    Free atoms that hang on the rest by one bond may go altogether; those within it (of a ring, or between two parts)
    stay as atoms of any kind. All others keep element, charge, hydrogens and neighbours; one bound to a free atom
    may have other hydrogens there.

    Args:
        lead: SMILES.
        free: atoms that may change.
    """
    mol = Chem.Mol(read(lead).mol)
    Chem.RemoveStereochemistry(mol)
    dropped = _hanging(lead, free)
    kept = [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetIdx() not in dropped]
    query = Chem.RWMol()
    for index in kept:
        query.AddAtom(Chem.AtomFromSmarts(_query(mol.GetAtomWithIdx(index), free)))
    places = {index: place for place, index in enumerate(kept)}
    for bond in mol.GetBonds():
        ends = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if all(end in places for end in ends):
            query.AddBond(*(places[end] for end in ends), bond.GetBondType())
            if any(end in free for end in ends):
                query.ReplaceBond(query.GetNumBonds() - 1, Chem.BondFromSmarts("~"))
    return str(Chem.MolToSmarts(query))


def shown_positions(lead: str, named: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    """Where each position is, for the user who counted: `R1: C 0; R2: c 4, c 5`.

    Args:
        lead: SMILES.
        named: names and atoms.
    """
    mol = read(lead).mol
    return "; ".join(
        f"{name}: {', '.join(f'{_symbol(mol.GetAtomWithIdx(atom))} {atom}' for atom in atoms)}" for name, atoms in named
    )


def _hanging(lead: str, free: Collection[int]) -> set[int]:
    """The free atoms in groups that hang on the rest by a single bond."""
    of = graph(lead)
    rest = set(range(len(of))) - set(free)
    groups = [
        group for group in pieces(of, rest) if sum(near in rest for atom in group for near in of.bonds[atom]) <= 1
    ]
    return set[int]().union(*groups)


def _query(atom: Chem.Atom, free: Collection[int]) -> str:
    if atom.GetIdx() in free:
        return "*"
    kind = f"#{atom.GetAtomicNum()};{'a' if atom.GetIsAromatic() else 'A'}"
    charge = f"{atom.GetFormalCharge():+d}"
    if any(n.GetIdx() in free for n in atom.GetNeighbors()):
        return f"[{kind};{charge};D{{-{atom.GetDegree()}}}]"
    return f"[{kind};{charge};D{atom.GetDegree()};H{atom.GetTotalNumHs()}]"


def _symbol(atom: Chem.Atom) -> str:
    symbol = atom.GetSymbol()
    return str(symbol.lower() if atom.GetIsAromatic() else symbol)
