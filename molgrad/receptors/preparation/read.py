"""Read a PDB or mmCIF file with gemmi, and resolve alternatives, names and numbers that PDBQT cannot hold."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from molgrad.errors import InputFileError, ReceptorError
from molgrad.receptors.preparation import names
from molgrad.receptors.preparation.report import Change
from molgrad.receptors.preparation.residue import WATERS, Atom, Residue

SUFFIXES = (".pdb", ".ent", ".cif", ".mmcif")
PEPTIDE_BOND = 2.0  # Å; C-N is 1.33, a gap in the chain more than 2.5
HISTIDINES = frozenset({"HID", "HIE", "HIP"})
TWO_PLACES = 6.0  # Å; alternatives without a letter lie nearer
OLD_COLUMNS = 72  # files from before 1996 have entry and line number behind, where element and charge are now
LAST, WATERS_DOWN_TO = 9999, 2000  # numbers of PDBQT's four columns, and how many of them waters may not take


@dataclass(frozen=True)
class Structure:
    """The residues of the first model, in the order of the file, and what cleaning did to them.

    Attributes:
        letters: the letter that now stands for each chain's name in the file.
    """

    residues: tuple[Residue, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    letters: Mapping[str, str] = field(default_factory=dict)

    def polymer(self) -> list[Residue]:
        """Amino acids and nucleotides."""
        return [residue for residue in self.residues if residue.polymer]

    def hetero(self) -> list[Residue]:
        """Ligands, cofactors, ions and waters."""
        return [residue for residue in self.residues if not residue.polymer]

    def place(self, key: str) -> Residue | None:
        """The residue of this chain and number, e.g. `A:52A`, whatever its name is now."""
        return self._places.get(key)

    @cached_property
    def _places(self) -> dict[str, Residue]:
        return {residue.key: residue for residue in reversed(self.residues)}


def require_chains(structure: Structure) -> list[Residue]:
    """The residues of protein and nucleic acid chains.

    Raises:
        ReceptorError: there are none, says what there is instead.
    """
    if members := structure.polymer():
        return members
    trace = any(atom.name in ("CA", "P") for residue in structure.residues for atom in residue.atoms)
    more = "; it seems to hold a trace of CA or P atoms only; give a model with side chains" if trace else ""
    raise ReceptorError(f"the file holds no protein or nucleic acid to dock into{more}")


def read_structure(path: Path) -> Structure:
    """Read the first model: one alternative of each residue, standard names, chains of one letter.

    Raises:
        InputFileError: no such file, of another kind, damaged, or without atoms.
    """
    model, warnings = _model(path)
    changes: list[Change] = []
    residues: list[Residue] = []
    taken: dict[str, Residue] = {}
    free: dict[str, int] = {}
    letters: dict[str, str] = {}
    crowded = 0
    for chain, group in _chains(model, letters, changes):
        for residue in _one_alternative(chain, group, changes):
            parts = list(names.split_metals(names.standard(residue, changes)))
            for part in parts:
                whole = _numbered(part, taken, free, changes, parts[0].key if part is not parts[0] else "")
                if whole is None:
                    crowded += 1
                    continue
                taken[whole.key] = whole
                residues.append(whole)
    if crowded:
        changes.append(Change("waters left out", f"{crowded} waters", "a chain has no more numbers for them"))
    if not any(residue.atoms for residue in residues):
        raise InputFileError(f"{path} holds no atoms")
    return Structure(tuple(_polymers(residues)), tuple(changes), tuple(warnings), letters)


def _model(path: Path) -> tuple[Any, list[str]]:
    if not path.is_file():
        raise InputFileError(f"{path}: no such file")
    if not path.name.lower().removesuffix(".gz").endswith(SUFFIXES):
        raise InputFileError(f"{path}: unknown kind of file; give one of {', '.join(SUFFIXES)} (or .gz of it)")
    try:
        structure = _read(path)
    except IndexError:  # gemmi takes the first block of an mmCIF file that has none
        structure = ()
    except (RuntimeError, ValueError, OSError) as error:
        why = str(error).splitlines()[0].rstrip(":").replace(f"{path}:", "line ").replace(str(path), path.name)
        raise InputFileError(f"{path} cannot be read as a structure: {why}") from None
    if not len(structure) or not structure[0].count_atom_sites():
        raise InputFileError(f"{path} holds no atoms; is it a PDB or mmCIF file of a structure?")
    warnings = [f"the file holds {len(structure)} models; the first is used"] if len(structure) > 1 else []
    return structure[0], warnings


def _read(path: Path) -> Any:
    import gemmi

    try:
        return gemmi.read_structure(str(path))
    except (RuntimeError, ValueError) as error:
        if "charge" not in str(error) or "cif" in path.name.lower():
            raise
        return gemmi.read_pdb(str(path), max_line_length=OLD_COLUMNS)


def _chains(model: Any, letters: dict[str, str], changes: list[Change]) -> Iterator[tuple[str, Any]]:
    """Chains with a name of one character: PDBQT has room for no more."""
    free = string.ascii_uppercase + string.ascii_lowercase + string.digits
    used = {chain.name for chain in model}
    for chain in model:
        # Simulations leave the chain blank and name segments instead.
        for segment, group in groupby(chain, key=lambda residue: "" if chain.name.strip() else residue.segment):
            name = chain.name.strip() or segment.strip()
            if name not in letters:
                letters[name] = name if len(name) == 1 else next((c for c in free if c not in used), "Z")
                used.add(letters[name])
                if letters[name] != name:
                    changes.append(Change("chains renamed", f"{name or '(blank)'} to {letters[name]}"))
            yield letters[name], group


def _one_alternative(chain: str, group: Any, changes: list[Change]) -> Iterator[Residue]:
    """Of several residues or positions at one number, those of highest occupancy."""
    # Only neighbours are alternatives: files without chain names count from 1 again.
    for seqid, place in groupby(group, key=lambda residue: str(residue.seqid).strip()):
        options = list(place)
        several = len(options) > 1 and _share_a_place(options)
        chosen = [max(options, key=lambda r: sum(a.occ for a in r) / len(r))] if several else options
        for residue in chosen:
            shared = [atom for r in (options if several else [residue]) for atom in r if atom.altloc == "\0"]
            atoms, hydrogens, letters = _positions(residue, shared)
            if not atoms:
                continue
            result = Residue(chain, seqid, residue.name.strip(), atoms, hydrogens, het=residue.het_flag == "H")
            _refuse_two_in_one(result, residue)
            if several:
                others = ", ".join(r.name for r in options if r is not residue)
                detail = f"{others} at the same place"
                changes.append(Change("alternatives left out", result.label, detail, key=result.key))
            elif letters:
                detail = f"{letters[0]} kept of {len(letters)}"
                changes.append(Change("alternatives left out", result.label, detail, key=result.key))
            yield result


def _share_a_place(options: list[Any]) -> bool:
    """Whether residues at one number are alternatives; one of them may hold the atoms that all of them share."""
    lettered = [[atom.altloc != "\0" for atom in residue] for residue in options]
    return all(map(any, lettered)) and any(map(all, lettered))


def _refuse_two_in_one(read: Residue, residue: Any) -> None:
    """A second chain of the same name and numbers is read into the first one's residues, and would vanish."""
    if read.name in WATERS or len(read.atoms) < 2:
        return
    seen: dict[tuple[str, str], Any] = {}
    for atom in residue:
        first = seen.setdefault((atom.name, atom.altloc), atom)
        if first is not atom and first.pos.dist(atom.pos) > TWO_PLACES:
            raise InputFileError(
                f"{read.label} stands in the file twice, {first.pos.dist(atom.pos):.0f} Å apart: two chains of one "
                "name; give each a letter of its own, or keep one of them"
            )


def _positions(residue: Any, shared: list[Any]) -> tuple[tuple[Atom, ...], frozenset[str], list[str]]:
    """Heavy atoms of the alternative with most occupancy, hydrogen names, and its letter before the others."""
    weight: dict[str, float] = {}
    for atom in residue:
        if atom.altloc != "\0":
            weight[atom.altloc] = weight.get(atom.altloc, 0.0) + atom.occ
    letters = sorted(weight, key=lambda letter: (-round(weight[letter], 3), letter))
    atoms: dict[str, Atom] = {}
    hydrogens = set()
    for atom in [*shared, *(a for a in residue if letters and a.altloc == letters[0])]:
        point = atom.pos.tolist()
        element = names.element(residue.name, atom.name, atom.element.name)
        if element in ("H", "D"):
            hydrogens.add(atom.name)
        elif np.isfinite(point).all():
            atoms.setdefault(atom.name, Atom(atom.name, element, (point[0], point[1], point[2])))
    return tuple(atoms.values()), frozenset(hydrogens), letters


def _numbered(
    residue: Residue, taken: dict[str, Residue], free: dict[str, int], changes: list[Change], metal_of: str
) -> Residue | None:
    """The residue under a number that no other has in its chain; None for a water for which there is none."""
    # PDBQT has four columns for a number and one for an insertion code.
    fits = re.fullmatch(r"(-\d{1,3}|\d{1,4})[A-Za-z]?", residue.seqid) is not None
    if residue.key not in taken and fits:
        return residue
    number = free.get(residue.chain, LAST)
    while f"{residue.chain}:{number}" in taken:
        number -= 1
    if residue.name in WATERS:
        free[residue.chain] = number
        return replace(residue, seqid=str(number)) if number > WATERS_DOWN_TO else None
    if number < 1:
        raise InputFileError(
            f"chain {residue.chain} has more than {LAST} residues, and PDBQT no numbers for them; take solvent and "
            "membrane out of the file, or split its chains"
        )
    free[residue.chain] = number
    old = f"that of {taken[residue.key].label}" if residue.key in taken else f"{residue.seqid}"
    fresh = replace(residue, seqid=str(number))
    if residue.key == metal_of:
        kind, detail = "metals of cofactors as ions of their own", old.removeprefix("that ")
    else:
        kind, detail = "renumbered", f"its number was {old}"
    changes.append(Change(kind, fresh.label, detail, key=fresh.key))
    return fresh


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
