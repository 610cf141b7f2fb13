"""Translate names of other programs and older files to those of the PDB, and split metals from cofactors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np

from molgrad.chem.tables import read_table
from molgrad.receptors.preparation.ions import METALS
from molgrad.receptors.preparation.report import Change
from molgrad.receptors.preparation.residue import Atom, Residue

BASES = {"ADE": "A", "CYT": "C", "GUA": "G", "URA": "U", "THY": "T", "A": "A", "C": "C", "G": "G", "U": "U", "T": "T"}
AMBER_BASE = re.compile(r"[DR]?([ACGTU])[35N]?")  # DA5, RU3, A3: ends of a strand
# Single atoms of CHARMM and Amber, whose elements cannot be read off their names (CLA of many atoms is chlorophyll).
IONS_BY_NAME = {"SOD": "Na", "CLA": "Cl", "POT": "K", "CAL": "Ca", "CES": "Cs", "LIT": "Li", "CIO": "Cs"}
ION = re.compile(r"(NA|CL|K|MG|ZN|CA|MN|FE|CU|CO|NI|CD|BR|I|F)[1-4]?[+-]{0,2}|(NA|CL|K|MG|ZN)(?:[+-][1-4]?|ION)")
ORGANIC = frozenset("HDCNOSP")  # first letters of atom names in chains
ENDS = "NC"  # Amber's letters before the names of a chain's first and last residue
BONDED, CARBONYL = 1.8, 1.45  # Å; C-O of a carboxylate is 1.25, C-N 1.33, C-C 1.52
CAPS = {"ACE": 3, "NME": 2, "NHE": 1}  # heavy atoms

# Atoms of CHARMM's patches at the ends of a chain, and their hydrogens.
PATCHES = {"ACE": frozenset({"CAY", "CY", "OY"}), "NME": frozenset({"NT", "CAT"}), "NHE": frozenset({"NT"})}
PATCHED = frozenset({"HY1", "HY2", "HY3", "HNT", "HT1", "HT2", "HT3"})


class Meaning(NamedTuple):
    """What a residue's name stands for: its PDB name, and the protonation that it says (empty: none)."""

    name: str
    state: str


@cache
def _table() -> dict[str, Meaning]:
    return {name: Meaning(parent, state) for name, parent, state, _ in read_table("residue_names.tsv")}


@cache
def known(name: str) -> Meaning | None:
    """The meaning of a name that is not the PDB's: `HISH`, `WAT`, `NLEU`, `CCYX`; None for every other.

    Args:
        name: as in the file; case counts.
    """
    if found := _table().get(name):
        return found
    if len(name) == 4 and name[0] in ENDS:
        return _table().get(name[1:]) or (Meaning(name[1:], "") if standard_name(name[1:]) else None)
    return None


@cache
def standard_name(name: str) -> bool:
    """Whether it is a PDB or other known name of an amino acid, nucleotide, cap, water or ion."""
    import gemmi

    info = gemmi.find_tabulated_residue(name.strip())
    return info.found() or name.strip() in _table()


@cache
def in_chains(name: str) -> bool:
    """Whether residues of this name are members of chains: amino acids and nucleotides."""
    import gemmi

    plain = meaning.name if (meaning := known(name)) else name
    return plain in BASES or gemmi.find_tabulated_residue(plain).is_standard()


def element(residue: str, name: str, read: str) -> str:
    """The element of an atom, corrected where it was guessed from a name in the wrong columns.

    In an amino acid or nucleotide CA is a carbon and HG a hydrogen, wherever a file without elements has them.
    """
    if not in_chains(residue) or read in ORGANIC or not (read == "X" or name.upper().startswith(read.upper())):
        return read
    first = name.lstrip("0123456789")[:1].upper()
    return first if first in ORGANIC else read


def standard(residue: Residue, changes: list[Change]) -> Residue:
    """Give a residue its PDB name, and keep what its name says of its protonation.

    Args:
        residue: as in the file.
        changes: where a change of atoms is noted.
    """
    if residue.name == "MSE":
        atoms = tuple(Atom("SD", "S", a.position) if a.element == "Se" else a for a in residue.atoms)
        changes.append(Change("selenomethionine as methionine", residue.label, key=residue.key))
        return replace(residue, name="MET", atoms=atoms, called="MSE")
    if len(residue.atoms) == 1 and (symbol := _ion(residue)):
        return replace(residue, name=symbol.upper(), atoms=(replace(residue.atoms[0], element=symbol),))
    names = {atom.name.replace("*", "'") for atom in residue.atoms}
    if "C1'" in names:
        base = BASES.get(residue.name) or (m[1] if (m := AMBER_BASE.fullmatch(residue.name)) else None)
        return residue if base is None else replace(residue, name=base if "O2'" in names else f"D{base}")
    meaning = known(residue.name)
    if meaning is None and (upper := residue.name.upper()) != residue.name:
        meaning = known(upper) or (Meaning(upper, "") if standard_name(upper) else None)
    if meaning is None or not _could_be(meaning.name, residue):
        return _with_usual_atoms(residue)
    return _with_usual_atoms(
        replace(residue, name=meaning.name, state=meaning.state, called=residue.name if meaning.name != "HOH" else "")
    )


def _ion(residue: Residue) -> str | None:
    """The element of a single atom that its residue's name tells: `SOD`, `CL-`, `ZN2`."""
    name = residue.name.upper()
    if name in IONS_BY_NAME:
        return IONS_BY_NAME[name]
    found = ION.fullmatch(name)
    symbol = (found[1] or found[2]).capitalize() if found else ""
    return symbol if symbol and residue.atoms[0].name.upper().startswith((symbol.upper(), name)) else None


def _could_be(name: str, residue: Residue) -> bool:
    """Whether the atoms allow it: HD1 and OPC may be names of ligands too."""
    real = [atom for atom in residue.atoms if atom.element != "X"]  # water of four points has one that is no atom
    if name == "HOH":
        return [atom.element for atom in real] == ["O"]
    return len(real) == CAPS[name] if name in CAPS else bool({"N", "CA"} & {atom.name for atom in real})


def _with_usual_atoms(residue: Residue) -> Residue:
    """Atoms of caps and of a chain's end under the PDB's names, found by their bonds: programs differ in them."""
    if residue.name in CAPS and len(residue.atoms) == CAPS[residue.name]:
        usual = _cap_atoms(residue)
    elif {"N", "CA", "C"} <= {atom.name for atom in residue.atoms}:
        usual = _end_atoms(residue)
    else:
        return residue
    atoms = tuple(replace(atom, name=usual.get(atom.name, atom.name)) for atom in residue.atoms)
    return replace(residue, atoms=atoms)


def _cap_atoms(residue: Residue) -> dict[str, str]:
    """Usual names of the atoms of ACE, NME and NHE, by element and bonds."""
    oxygen = next((atom for atom in residue.atoms if atom.element == "O"), None)
    names = {}
    for atom in residue.atoms:
        carbonyl = oxygen is not None and _gap(atom, oxygen) < CARBONYL
        names[atom.name] = "C" if atom.element == "C" and carbonyl else "CH3" if atom.element == "C" else atom.element
    return names


def _end_atoms(residue: Residue) -> dict[str, str]:
    """O and OXT for the oxygens at the carbonyl carbon, whatever they are called."""
    carbon = residue.atom("C")
    if carbon is None:
        return {}
    oxygens = [atom for atom in residue.atoms if atom.element == "O" and _gap(atom, carbon) < BONDED]
    names = sorted((atom.name for atom in oxygens), key=lambda name: (name != "O", name == "OXT", name))
    usual = dict(zip(names, ("O", "OXT"), strict=False)) if len(names) <= 2 else {}
    others = {atom.name for atom in residue.atoms} - usual.keys()
    return {} if others & set(usual.values()) else usual


def _gap(one: Atom, two: Atom) -> float:
    return float(np.linalg.norm(np.subtract(one.position, two.position)))


def split_caps(residue: Residue, changes: list[Change]) -> Iterator[Residue]:
    """Split the caps that CHARMM writes into the first and last residue from it, in the order of the chain.

    Args:
        residue: as in the file.
        changes: where a cap is noted.
    """
    found = {atom.name for atom in residue.atoms} if in_chains(residue.name) else set()
    first = PATCHES["ACE"] if found >= PATCHES["ACE"] else frozenset()
    last = next((PATCHES[cap] for cap in ("NME", "NHE") if found >= PATCHES[cap]), frozenset())
    number = residue.seqid if residue.seqid[-1:].isdigit() else ""  # Y and T are insertion codes that nobody uses
    for atoms, cap, code in ((first, "ACE", "Y"), (None, "", ""), (last, "NME" if len(last) > 1 else "NHE", "T")):
        if atoms is None:
            names = frozenset(found - first - last)
            hydrogens = residue.hydrogens - (PATCHED if first or last else frozenset())
            yield replace(residue.only(names), hydrogens=hydrogens) if first or last else residue
        elif atoms:
            part = residue.only(atoms, cap)
            yield replace(part, seqid=number and f"{number}{code}", hydrogens=frozenset(), called="")
            changes.append(Change("caps written into a residue", residue.label, cap, key=residue.key))


def joined_caps(found: list[tuple[Residue, bool]], changes: list[Change]) -> list[tuple[Residue, bool]]:
    """Put caps of another name or chain beside the residue that they are bonded to.

    Args:
        found: residues in the order of the file, each with whether it is the metal of the one before it.
        changes: where a cap is noted.
    """
    ends = {"ACE": "N", "NME": "C"}  # of the residue that the cap's C or N is bonded to
    kinds = {("C", "C", "O"): "ACE", ("C", "N"): "NME"}
    hosts = {
        end: [(residue, atom) for residue, _ in found if residue.atom("CA") and (atom := residue.atom(end))]
        for end in ends.values()
    }
    joined: dict[int, list[Residue]] = {}
    gone = set()
    for cap, _ in found:
        kind = kinds.get(tuple(sorted(atom.element for atom in cap.atoms)))
        if kind is None:
            continue
        usual = _with_usual_atoms(replace(cap, name=kind))
        own = usual.atom({"ACE": "C", "NME": "N"}[kind])
        host = next((r for r, atom in hosts[ends[kind]] if own and BONDED > _gap(own, atom) > 1.0), None)
        if host is None or (cap.name, cap.chain) == (kind, host.chain):
            continue
        code = {"ACE": "Y", "NME": "T"}[kind]
        seqid = f"{host.seqid}{code}" if host.seqid[-1:].isdigit() else ""
        joined.setdefault(id(host), []).append(replace(usual, chain=host.chain, seqid=seqid, het=False))
        gone.add(id(cap))
        changes.append(Change("caps found by their bond", cap.label, f"{kind} of {host.label}", key=host.key))
    rows: list[tuple[Residue, bool]] = []
    for residue, metal in found:
        caps = joined.get(id(residue), [])
        rows += [(cap, False) for cap in caps if cap.name == "ACE"]
        rows += [(residue, metal)] if id(residue) not in gone else []
        rows += [(cap, False) for cap in caps if cap.name == "NME"]
    return rows


def split_metals(residue: Residue) -> Iterator[Residue]:
    """Split the metals from a cofactor such as heme, as ions: Vina and meeko know no bonds to metals.

    What is left of an iron-sulfur cluster is sulfide, ions too.
    """
    metals = [atom for atom in residue.atoms if atom.element.upper() in METALS]
    if len(residue.atoms) == 1 or not metals or in_chains(residue.name):  # an amino acid's is a wrong element
        yield residue
        return
    rest = tuple(atom for atom in residue.atoms if atom not in metals)
    single = metals
    if rest and all(atom.element == "S" for atom in rest):
        single = [*metals, *rest]
    elif rest:
        yield replace(residue, atoms=rest)
    for atom in single:
        yield replace(residue, name=atom.element.upper(), atoms=(atom,), hydrogens=frozenset())
