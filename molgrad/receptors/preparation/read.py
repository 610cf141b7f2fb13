"""Read a PDB or mmCIF file, and resolve alternatives, names and numbers that PDBQT cannot hold."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count, pairwise
from pathlib import Path

import numpy as np

from molgrad.errors import InputFileError, ReceptorError
from molgrad.receptors.preparation import names
from molgrad.receptors.preparation.places import Place, gathered
from molgrad.receptors.preparation.report import Change
from molgrad.receptors.preparation.residue import PEPTIDE, WATERS, Atom, Residue
from molgrad.receptors.preparation.rows import Row, read_rows

ON_TOP = 0.8  # Å between two atoms of a ligand that are one in two places; bonds to hydrogen are 1.0
CHAINS = string.ascii_uppercase + string.ascii_lowercase + string.digits
HYDROGENS = ("H", "D")
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

    def without(self, keys: Set[str]) -> Structure:
        """The structure without the residues of these keys, e.g. `A:57`."""
        return replace(self, residues=tuple(residue for residue in self.residues if residue.key not in keys))

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
    rows, models = read_rows(path)
    if not rows:
        raise InputFileError(f"{path} holds no atoms; is it a PDB or mmCIF file of a structure?")
    warnings = [f"the file holds {models} models; the first is used"] if models > 1 else []
    changes: list[Change] = []
    letters: dict[str, str] = {}
    found: list[tuple[Residue, bool]] = []
    for letter, place in _lettered(gathered(rows), letters, changes):
        for residue in _one_alternative(letter, place, changes):
            for piece in names.split_caps(residue, changes):
                parts = list(names.split_metals(names.standard(piece, changes)))
                found += [(part, part is not parts[0]) for part in parts]
    found = names.joined_caps(found, changes)
    residues = Numbers(changes, {*letters.values()}).given(found)
    if not any(residue.atoms for residue in residues):
        raise InputFileError(f"{path} holds no atoms besides hydrogens; give a model with heavy atoms")
    members = tuple(_polymers(_without_inner_ends(residues, changes)))
    return Structure(members, tuple(changes), tuple(warnings), letters)


def _lettered(places: Sequence[Place], letters: dict[str, str], changes: list[Change]) -> Iterator[tuple[str, Place]]:
    """Places under a chain name of one character: PDBQT has room for no more."""
    used = {place.chain for place in places}
    given: dict[tuple[str, int], str] = {}
    for place in places:
        key = (place.chain, place.copy)
        if key not in given:
            fits = len(place.chain) == 1 and not place.copy
            given[key] = place.chain if fits else next((c for c in CHAINS if c not in used), "Z")
            used.add(given[key])
            letters.setdefault(place.chain, given[key])
            if not fits:
                again = f", chain {place.copy + 1} of this name" if place.copy else ""
                changes.append(Change("chains renamed", f"{place.chain or '(blank)'}{again} to {given[key]}"))
        yield given[key], place


def _one_alternative(chain: str, place: Place, changes: list[Change]) -> Iterator[Residue]:
    """Of several residues or positions at one number, those of highest occupancy."""
    options: dict[str, list[Row]] = {}
    for row in place.rows:
        options.setdefault(row.residue, []).append(row)
    several = len(options) > 1 and _share_a_place(options.values())
    chosen = [max(options, key=lambda name: sum(r.occupancy for r in options[name]) / len(options[name]))]
    for name in chosen if several else options:
        own = options[name]
        shared = [row for row in (place.rows if several else own) if not row.letter]
        rows, letters = _positions(own, shared)
        noted: list[Change] = []
        atoms = _unique(name, [row for row in rows if row.element not in HYDROGENS], noted)
        if not atoms:
            continue
        hydrogens = frozenset(row.name for row in rows if row.element in HYDROGENS)
        result = Residue(chain, place.number, name, atoms, hydrogens, het=own[0].het)
        others = [other for other in options if other != name] if several else []
        if others or len(letters) > 1:
            detail = f"{', '.join(others)} at the same place" if others else f"{letters[0]} kept of {len(letters)}"
            changes.append(Change("alternatives left out", result.label, detail, key=result.key))
        changes += [replace(change, label=result.label, key=result.key) for change in noted]
        yield result


def _share_a_place(options: Iterable[list[Row]]) -> bool:
    """Whether residues at one number are alternatives; one of them may hold the atoms that all of them share."""
    lettered = [[bool(row.letter) for row in rows] for rows in options]
    return all(map(any, lettered)) and any(map(all, lettered))


def _positions(own: Sequence[Row], shared: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """The atoms of the alternative with most occupancy, and its letter before the others."""
    weight: dict[str, float] = {}
    for row in own:
        if row.letter:
            weight[row.letter] = weight.get(row.letter, 0.0) + row.occupancy
    letters = sorted(weight, key=lambda letter: (-round(weight[letter], 3), letter))
    rows = [*shared, *(row for row in own if letters and row.letter == letters[0])]
    if own and names.in_chains(own[0].residue):  # CB may stand under A alone, the rest of the side chain under A and B
        for row in sorted((row for row in own if row.letter in letters[1:]), key=lambda row: letters.index(row.letter)):
            if row.element not in HYDROGENS and row.name not in {r.name for r in rows} and _bonded(row, rows):
                rows.append(row)
    return [row for row in rows if np.isfinite(row.point).all()], letters


def _bonded(row: Row, rows: Iterable[Row]) -> bool:
    """Whether an atom of another alternative continues these."""
    gaps = [float(np.linalg.norm(np.subtract(row.point, other.point))) for other in rows if other.element != "H"]
    return bool(gaps) and ON_TOP < min(gaps) < PEPTIDE


def _unique(residue: str, rows: Sequence[Row], changes: list[Change]) -> tuple[Atom, ...]:
    """Heavy atoms with names of their own; of two in a chain or on top of each other the first is kept."""
    kept: dict[str, Row] = {}
    used = {row.name for row in rows}
    again: dict[str, int] = {}
    for row in rows:
        first = kept.setdefault(row.name, row)
        if first is row:
            continue
        if names.in_chains(residue) or np.linalg.norm(np.subtract(first.point, row.point)) < ON_TOP:
            if first.point != row.point:
                changes.append(Change("alternatives left out", "", f"{row.name} stands twice, the first is kept"))
            continue
        again[row.name] = again.get(row.name, 1) + 1
        fresh = next(name for n in count(1) if (name := f"{row.element}{n}") not in used)
        used.add(fresh)
        kept[fresh] = row._replace(name=fresh)
    if again:
        words = ", ".join(f"{name} stands {times} times" for name, times in again.items())
        changes.append(Change("atom names made unique", "", words))
    return tuple(Atom(name, row.element, row.point) for name, row in kept.items())


@dataclass
class Numbers:
    """Gives every residue a number that no other has in its chain: PDBQT has four columns for it and one for a code.

    Attributes:
        changes: where new numbers are noted.
        chains: letters that are in use.
    """

    changes: list[Change]
    chains: set[str]

    def __post_init__(self) -> None:
        self._taken: dict[str, Residue] = {}
        self._free: dict[str, int] = {}
        self._next: dict[str, str] = {}
        self._crowded = 0

    def given(self, residues: Sequence[tuple[Residue, bool]]) -> list[Residue]:
        """The residues under numbers of their own, waters that find none left out.

        Args:
            residues: each with whether it is the metal of the cofactor before it.
        """
        placed: dict[int, Residue] = {}
        # Waters, which are hardly ever built, take what the others leave.
        order = sorted(range(len(residues)), key=lambda n: residues[n][0].name in WATERS)
        for n in order:
            residue, metal = residues[n]
            if (whole := self._numbered(residue, metal=metal)) is not None:
                placed[n] = self._taken[whole.key] = whole
        if self._crowded:
            detail = "a chain has no more numbers for them"
            self.changes.append(Change("waters left out", f"{self._crowded} waters", detail))
        return [placed[n] for n in sorted(placed)]

    def _numbered(self, residue: Residue, *, metal: bool) -> Residue | None:
        fits = re.fullmatch(r"(-\d{1,3}|\d{1,4})[A-Za-z]?", residue.seqid) is not None
        if residue.key not in self._taken and fits:
            return residue
        if residue.name in WATERS:
            number = self._lowest_free(residue.chain)
            if number <= WATERS_DOWN_TO:
                self._crowded += 1
                return None
            return replace(residue, seqid=str(number))
        fresh = replace(self._moved(residue), filed="" if fits else residue.seqid)
        if metal:
            kind, detail = "metals of cofactors as ions of their own", f"of {self._taken[residue.key].label}"
        else:
            old = f"that of {self._taken[residue.key].label}" if residue.key in self._taken else residue.seqid
            kind, detail = "renumbered", f"its number was {old or 'none'}"
        self.changes.append(Change(kind, fresh.label, detail, key=fresh.key))
        return fresh

    def _moved(self, residue: Residue) -> Residue:
        """The residue under the highest number that is free, in a further chain where its own is full."""
        chain = residue.chain
        while (number := self._lowest_free(chain)) < 1:
            if chain not in self._next:
                letter = next((c for c in CHAINS if c not in self.chains), None)
                if letter is None:
                    raise InputFileError(
                        f"chain {residue.chain} has more than {LAST} residues, and no letter is left for the rest; "
                        "take solvent and membrane out of the file"
                    )
                self._next[chain] = letter
                self.chains.add(letter)
                detail = f"those beyond {LAST} of chain {chain} are chain {letter}"
                self.changes.append(Change("chains renamed", f"{chain} to {letter}", detail))
            chain = self._next[chain]
        return replace(residue, chain=chain, seqid=str(number))

    def _lowest_free(self, chain: str) -> int:
        number = self._free.get(chain, LAST)
        while f"{chain}:{number}" in self._taken:
            number -= 1
        self._free[chain] = number
        return number


def _without_inner_ends(residues: list[Residue], changes: list[Change]) -> list[Residue]:
    """Residues without the second oxygen of a chain's end where the chain goes on, as joined models have it."""
    kept = list(residues)
    for n, (one, two) in enumerate(pairwise(residues)):
        carbon, nitrogen = one.atom("C"), two.atom("N")
        if one.chain != two.chain or not one.atom("OXT") or not carbon or not nitrogen:
            continue
        if float(np.linalg.norm(np.subtract(carbon.position, nitrogen.position))) < PEPTIDE:
            kept[n] = one.only(frozenset(atom.name for atom in one.atoms) - {"OXT"})
            changes.append(Change("ends inside a chain", one.label, "OXT left out", key=one.key))
    return kept


def _polymers(residues: list[Residue]) -> list[Residue]:
    """Mark the members of chains: what is bonded to a neighbour, and standard residues between two gaps."""
    import gemmi

    linked = set()
    for one, two in pairwise(residues):
        for leaving, entering in (("C", "N"), ("O3'", "P"), ("O3*", "P")):
            first, second = one.atom(leaving), two.atom(entering)
            if one.chain == two.chain and first and second:
                gap = np.subtract(first.position, second.position)
                if float(gap @ gap) < PEPTIDE**2:
                    linked |= {one.key, two.key}

    def member(residue: Residue) -> bool:
        if residue.key in linked:
            return True
        info = gemmi.find_tabulated_residue(residue.name)
        return info.is_standard() and not residue.het and len(residue.atoms) > 1  # an amino acid as HETATM is a ligand

    return [replace(residue, polymer=member(residue)) for residue in residues]
