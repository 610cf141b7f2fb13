"""Molecules of a mol2 file, several to a file; charges follow from the hydrogens, which the format writes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from molgrad.errors import shorten
from molgrad.io.encoding import TextLines
from molgrad.io.entry import Entry, Wanted
from molgrad.io.molblock import MolBlockError, alternates, of_mol
from molgrad.io.names import cleaned

if TYPE_CHECKING:
    from rdkit import Chem

_MOLECULE, _ATOM, _BOND = "MOLECULE", "ATOM", "BOND"
_SECTION = re.compile(r"@<TRIPOS>(\w+)\s*")
_ELEMENT = re.compile(r"([A-Za-z]{1,2})(?:\.|$)")
_NO_NAMES = ("", "*****")  # what Open Babel writes where there is none
_MOST_CATIONS = 3  # in aromatic rings of one molecule
_OXO = {"C": 1, "N": 2, "P": 1, "S": 2, "Cl": 3, "As": 1, "Se": 2}  # double bonds among the O.co2 of one atom


def read_mol2(path: Path, _ending: str, wanted: Wanted, notes: list[str]) -> Iterator[Entry]:
    """The entries of a mol2 file.

    Args:
        path: the file.
        _ending: not looked at.
        wanted: columns that the user named: a mol2 file has names and no columns.
        notes: to which is added how the file was read.
    """
    from rdkit import rdBase

    lines = TextLines(path)
    notes.append("read as mol2")
    if wanted.name is not None:
        wanted.lacking[str(path)] = "mol2 files have names and no columns"
    for number, (line, sections) in enumerate(_records(lines), start=1):
        title = cleaned(next(iter(sections.get(_MOLECULE, [])), ""))
        name = str(number) if title in _NO_NAMES else title
        smiles, error = "", None
        try:
            with rdBase.BlockLogs():
                smiles = of_mol(molecule(sections))
        except MolBlockError as problem:
            error = f"record {number}, line {line}: {problem}"
        yield Entry(name, smiles, error, None, "", str(path), number, line)
    notes += lines.notes


def _records(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """For each record the line where it begins, and the lines of its sections."""
    begin, sections, kept = 0, dict[str, list[str]](), list[str]()
    for place, line in enumerate(lines, start=1):
        found = _SECTION.match(line) if line.startswith("@") else None
        if found is None:
            if line[:1] != "#":
                kept.append(line)
            continue
        if found[1] == _MOLECULE:
            if begin:
                yield begin, sections
            begin, sections = place, {}
        kept = sections.setdefault(found[1], [])
    if begin:
        yield begin, sections


def molecule(sections: dict[str, list[str]]) -> Chem.Mol:
    """The molecule of one record, not sanitized.

    Args:
        sections: its lines by the name of their section.

    Raises:
        MolBlockError: an atom or a bond that cannot be read.
    """
    from rdkit import Chem
    from rdkit.Geometry import Point3D

    atoms = [line.split() for line in sections.get(_ATOM, []) if line.strip()]
    bonds = [line.split() for line in sections.get(_BOND, []) if line.strip()]
    mol, shape, index = Chem.RWMol(), Chem.Conformer(len(atoms)), dict[str, int]()
    for cells in atoms:
        try:
            place = Point3D(*map(float, cells[2:5]))
            index[cells[0]] = mol.AddAtom(Chem.Atom(_symbol(cells[5])))
        except (IndexError, ValueError, TypeError, RuntimeError):
            raise MolBlockError(f"no atom line: {shorten(' '.join(cells), 60)}") from None
        shape.SetAtomPosition(index[cells[0]], place)
    shape.Set3D(True)
    mol.AddConformer(shape)
    types = [cells[5] for cells in atoms]
    for cells in bonds:
        try:
            mol.AddBond(index[cells[1]], index[cells[2]], _order(cells[3]))
        except (IndexError, KeyError, RuntimeError):
            raise MolBlockError(f"no bond line: {shorten(' '.join(cells), 60)}") from None
    _localize(mol, types)
    if any(atom.GetAtomicNum() == 1 for atom in mol.GetAtoms()):
        _charge(mol)
    return mol


def _symbol(kind: str) -> str:
    """The element of an atom type: `C` of Sybyl's `C.ar`, `Cl` of `CL`, `C` of GAFF's `ca`, which is in lower case."""
    if kind[:1].islower():
        return kind.capitalize() if kind in ("cl", "br") else kind[0].upper()
    found = _ELEMENT.match(kind)
    if found is None:
        raise ValueError(kind)
    return found[1].capitalize()


def _order(kind: str) -> Chem.BondType:
    from rdkit import Chem

    known = {"1": "SINGLE", "2": "DOUBLE", "3": "TRIPLE", "ar": "AROMATIC", "am": "SINGLE"}
    if kind.lower() not in known:
        raise KeyError(kind)
    return getattr(Chem.BondType, known[kind.lower()])


def _localize(mol: Chem.RWMol, types: Sequence[str]) -> None:
    """Aromatic bonds outside of rings as double and single ones: carboxylates, phosphates, amidinium, guanidinium."""
    from rdkit import Chem

    Chem.FastFindRings(mol)
    ends: dict[int, list[int]] = {}
    for bond in mol.GetBonds():
        if bond.GetBondType() != Chem.BondType.AROMATIC or bond.IsInRing():
            continue
        begin, end = bond.GetBeginAtom(), bond.GetEndAtom()
        if end.GetDegree() > begin.GetDegree() or types[begin.GetIdx()] == "O.co2":
            begin, end = end, begin
        ends.setdefault(begin.GetIdx(), []).append(end.GetIdx())
    for centre, others in ends.items():
        doubles = _OXO.get(mol.GetAtomWithIdx(centre).GetSymbol(), 1)
        for rank, other in enumerate(sorted(others, key=lambda i: mol.GetAtomWithIdx(i).GetDegree())):
            bond = mol.GetBondBetweenAtoms(centre, other)
            bond.SetBondType(Chem.BondType.DOUBLE if rank < doubles else Chem.BondType.SINGLE)
    for bond in mol.GetBonds():
        bond.SetIsAromatic(bond.GetBondType() == Chem.BondType.AROMATIC)
    for atom in mol.GetAtoms():
        atom.SetIsAromatic(any(bond.GetIsAromatic() for bond in atom.GetBonds()))
    _cations(mol, types)


def _cations(mol: Chem.RWMol, types: Sequence[str]) -> None:
    """A `C.cat` with single bonds alone gets a double bond to one of its nitrogens."""
    from rdkit import Chem

    for atom in mol.GetAtoms():
        if types[atom.GetIdx()].lower() == "c.cat" and all(
            bond.GetBondType() == Chem.BondType.SINGLE for bond in atom.GetBonds()
        ):
            ends = [bond for bond in atom.GetBonds() if bond.GetOtherAtom(atom).GetAtomicNum() == 7]
            free = sorted(ends, key=lambda bond: bond.GetOtherAtom(atom).GetDegree())
            for bond in free[:1]:
                bond.SetBondType(Chem.BondType.DOUBLE)


def _charge(mol: Chem.RWMol) -> None:
    """Formal charges where the bonds and written hydrogens ask for them; no hydrogen is added."""
    for atom in mol.GetAtoms():
        atom.SetNoImplicit(True)
        if not atom.GetIsAromatic():
            valence = round(sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds()))
            atom.SetFormalCharge(_CHARGES.get((atom.GetSymbol(), valence), 0))
    nitrogens = [atom for atom in mol.GetAtoms() if atom.GetIsAromatic() and atom.GetSymbol() == "N"]
    crowded = [atom for atom in nitrogens if atom.GetDegree() > 2]
    # As few cations among aromatic nitrogens with three neighbours as give alternating bonds: pyrrole has none.
    for count in range(min(len(crowded), _MOST_CATIONS) + 1):
        for chosen in combinations(crowded, count):
            for atom in crowded:
                atom.SetFormalCharge(int(atom in chosen))
            if alternates(mol):
                return


# By element and the sum of bond orders: what has a bond too many or too few for a neutral atom.
_CHARGES = {
    ("N", 4): 1, ("N", 2): -1, ("O", 1): -1, ("O", 3): 1, ("S", 1): -1, ("S", 3): 1, ("B", 4): -1, ("P", 4): 1,
    ("F", 0): -1, ("Cl", 0): -1, ("Br", 0): -1, ("I", 0): -1, ("Na", 0): 1, ("K", 0): 1, ("Li", 0): 1,
}  # fmt: skip
