"""Reads a PDB or mmCIF file with gemmi and cleans what every crystal file brings along."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from molgrad.docking.preparation.ions import IONS
from molgrad.docking.preparation.report import Change
from molgrad.docking.preparation.residue import WATERS, Atom, Residue
from molgrad.errors import InputFileError

SUFFIXES = (".pdb", ".ent", ".cif", ".mmcif")
PEPTIDE_BOND = 2.0  # Å; C-N is 1.33, a gap in the chain more than 2.5
HISTIDINES = frozenset({"HID", "HIE", "HIP"})
# Other programs' names for the same residues (CHARMM, Amber), and the state that such a name stands for.
SYNONYMS = {
    "HSD": "HID", "HSE": "HIE", "HSP": "HIP", "CYX": "CYS", "CYM": "CYS", "WAT": "HOH", "DOD": "HOH", "H2O": "HOH",
}  # fmt: skip


@dataclass(frozen=True)
class Structure:
    """The residues of the first model, in the order of the file, and what cleaning did to them."""

    residues: tuple[Residue, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]

    def polymer(self) -> list[Residue]:
        """Amino acids and nucleotides."""
        return [residue for residue in self.residues if residue.polymer]

    def hetero(self) -> list[Residue]:
        """Ligands, cofactors, ions and waters."""
        return [residue for residue in self.residues if not residue.polymer]

    def place(self, label: str) -> Residue | None:
        """The residue of this label, under whatever name it now goes."""
        place = label.partition(":")[2]
        return next((residue for residue in self.residues if residue.chain + residue.seqid == place), None)


def read_structure(path: Path) -> Structure:
    """One alternative of every residue of the first model, selenomethionine as methionine, chains one letter.

    Raises:
        InputFileError: no such file, of another kind, damaged, or without atoms.
    """
    model, warnings = _model(path)
    changes: list[Change] = []
    residues: list[Residue] = []
    taken: dict[str, Residue] = {}
    for chain, group in _chains(model, changes):
        for residue in _one_alternative(chain, group, changes):
            parts = list(_split_metals(_standard(residue, changes)))
            for part in parts:
                whole = _numbered(part, taken, changes, parts[0].key if part is not parts[0] else "")
                taken[whole.key] = whole
                residues.append(whole)
    if not any(residue.atoms for residue in residues):
        raise InputFileError(f"{path} holds no atoms")
    return Structure(tuple(_polymers(residues)), tuple(changes), tuple(warnings))


def _model(path: Path) -> tuple[Any, list[str]]:
    import gemmi

    if not path.is_file():
        raise InputFileError(f"{path}: no such file")
    if not path.name.lower().removesuffix(".gz").endswith(SUFFIXES):
        raise InputFileError(f"{path}: unknown kind of file; give one of {', '.join(SUFFIXES)} (or .gz of it)")
    try:
        structure = gemmi.read_structure(str(path))
    except (RuntimeError, ValueError, OSError) as error:
        why = str(error).splitlines()[0].rstrip(":").replace(f"{path}:", "line ").replace(str(path), path.name)
        raise InputFileError(f"{path} cannot be read as a structure: {why}") from None
    if not len(structure) or not structure[0].count_atom_sites():
        raise InputFileError(f"{path} holds no atoms; is it a PDB or mmCIF file of a structure?")
    warnings = [f"the file holds {len(structure)} models; the first is used"] if len(structure) > 1 else []
    return structure[0], warnings


def _chains(model: Any, changes: list[Change]) -> Iterator[tuple[str, Any]]:
    """Chains with a name of one character: PDBQT has room for no more."""
    free = string.ascii_uppercase + string.ascii_lowercase + string.digits
    used = {chain.name for chain in model}
    letters: dict[str, str] = {}
    for chain in model:
        name = chain.name.strip()
        if name not in letters:
            letters[name] = name if len(name) == 1 else next((c for c in free if c not in used), "Z")
            used.add(letters[name])
            if letters[name] != name:
                changes.append(Change("chains renamed", f"{name or '(blank)'} to {letters[name]}"))
        yield letters[name], chain


def _one_alternative(chain: str, group: Any, changes: list[Change]) -> Iterator[Residue]:
    """Of several residues or positions at one number, those of highest occupancy."""
    places: dict[str, list[Any]] = {}
    for residue in group:
        places.setdefault(str(residue.seqid).strip(), []).append(residue)
    for seqid, options in places.items():
        several = len(options) > 1 and all(atom.altloc != "\0" for r in options for atom in r)
        chosen = [max(options, key=lambda r: sum(a.occ for a in r) / len(r))] if several else options
        for residue in chosen:
            atoms, hydrogens, letters = _positions(residue)
            if not atoms:
                continue
            result = Residue(chain, seqid, residue.name.strip(), atoms, hydrogens, het=residue.het_flag == "H")
            if several:
                others = ", ".join(r.name for r in options if r is not residue)
                changes.append(Change("alternatives left out", result.label, f"{others} at the same place"))
            elif letters:
                changes.append(Change("alternatives left out", result.label, f"{letters[0]} kept of {len(letters)}"))
            yield result


def _positions(residue: Any) -> tuple[tuple[Atom, ...], frozenset[str], list[str]]:
    """Heavy atoms of the alternative with most occupancy, hydrogen names, and its letter before the others."""
    weight: dict[str, float] = {}
    for atom in residue:
        if atom.altloc != "\0":
            weight[atom.altloc] = weight.get(atom.altloc, 0.0) + atom.occ
    letters = sorted(weight, key=lambda letter: (-round(weight[letter], 3), letter))
    atoms: dict[str, Atom] = {}
    hydrogens = set()
    for letter in ["\0", *letters[:1]]:
        for atom in residue:
            if atom.altloc != letter:
                continue
            point = atom.pos.tolist()
            if atom.element.is_hydrogen:
                hydrogens.add(atom.name)
            elif np.isfinite(point).all():
                atoms.setdefault(atom.name, Atom(atom.name, atom.element.name, (point[0], point[1], point[2])))
    return tuple(atoms.values()), frozenset(hydrogens), letters


def _standard(residue: Residue, changes: list[Change]) -> Residue:
    """Selenomethionine as methionine, and other programs' names as the usual ones."""
    if residue.name == "MSE":
        atoms = tuple(Atom("SD", "S", a.position) if a.element == "Se" else a for a in residue.atoms)
        changes.append(Change("selenomethionine as methionine", residue.label))
        return replace(residue, name="MET", atoms=atoms)
    return replace(residue, name=SYNONYMS.get(residue.name, residue.name))


def _split_metals(residue: Residue) -> Iterator[Residue]:
    """The metal of a cofactor (heme) as an ion of its own: no force field here has bonds to metals."""
    metals = [a for a in residue.atoms if a.element.upper() in IONS and a.element not in ("Cl", "Br", "I", "F")]
    if len(residue.atoms) == 1 or not metals:
        yield residue
        return
    rest = tuple(atom for atom in residue.atoms if atom not in metals)
    if rest:
        yield replace(residue, atoms=rest)
    for atom in metals:
        yield replace(residue, name=atom.element.upper(), atoms=(atom,), hydrogens=frozenset())


def _numbered(residue: Residue, taken: dict[str, Residue], changes: list[Change], metal_of: str) -> Residue:
    """The residue under a number that no other has in its chain."""
    # PDBQT has four columns for a number and one for an insertion code.
    fits = re.fullmatch(r"(-\d{1,3}|\d{1,4})[A-Za-z]?", residue.seqid) is not None
    if residue.key not in taken and fits:
        return residue
    number = next(n for n in range(9999, 0, -1) if f"{residue.chain}:{n}" not in taken)
    if residue.name not in WATERS:
        old = f"that of {taken[residue.key].label}" if residue.key in taken else f"{residue.seqid}"
        label = f"{residue.name}:{residue.chain}{number}"
        if residue.key == metal_of:
            changes.append(Change("metals of cofactors as ions of their own", label, old.removeprefix("that ")))
        else:
            changes.append(Change("renumbered", label, f"its number was {old}"))
    return replace(residue, seqid=str(number))


def _polymers(residues: list[Residue]) -> list[Residue]:
    """Marks the members of chains: what is bonded to a neighbour, and standard residues between two gaps."""
    import gemmi

    linked = set()
    for one, two in pairwise(residues):
        for leaving, entering in (("C", "N"), ("O3'", "P"), ("O3*", "P")):
            first, second = one.atom(leaving), two.atom(entering)
            if one.chain == two.chain and first and second:
                gap = np.subtract(first.position, second.position)
                if float(gap @ gap) < PEPTIDE_BOND**2:
                    linked |= {one.key, two.key}

    def member(residue: Residue) -> bool:
        if residue.key in linked:
            return True
        info = gemmi.find_tabulated_residue(residue.name)
        standard = info.is_standard() or residue.name in HISTIDINES
        return standard and not residue.het and len(residue.atoms) > 1  # an amino acid as HETATM is a ligand

    return [replace(residue, polymer=member(residue)) for residue in residues]
