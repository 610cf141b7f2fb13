"""Why a text is no molecule: each reason in words, with the character or the atom."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rdkit import Chem, rdBase

from molgrad.chem import syntax
from molgrad.chem.small_rings import trans_in_small_rings
from molgrad.errors import shorten

MAX_CHARACTERS = 2000  # characters; longer text is no drug-sized molecule, and parsing must stay bounded
ELEMENTS = 118  # of the periodic table; an atom may be written by its number, [#6]
# Numbers of an atom in brackets that RDKit lets run over (65,537 is read as isotope 1, a charge of 257 as 1), the most
# that each may be, and what is said. The heaviest nuclides have some 300 nucleons; SMILES itself allows charges to 15.
_NUMBERS = (
    (re.compile(r"\[\d*#(\d+)"), ELEMENTS, "atomic number {}: there are {} elements"),
    (re.compile(r"\[(\d+)"), 350, "mass number {}: isotopes are read up to {}"),
    (re.compile(r"\[[^\]]*[+-](\d+)"), 15, "a charge of {} on one atom: at most {} is read"),
    (re.compile(r"\[[^\]]*H(\d+)"), 9, "{} hydrogens on one atom: at most {} are read"),
)
_NAMED = 4  # atoms that one problem names


class Problem(NamedTuple):
    """One reason why a text is no molecule.

    Attributes:
        rule: `parse`, `valence`, `aromaticity`, `fragments` or `stereo`.
        text: the reason in words.
        atoms: indices in the order of writing.
    """

    rule: str
    text: str
    atoms: tuple[int, ...] = ()


def unreadable(text: str) -> tuple[Problem, ...]:
    """Why a text is not even shown to RDKit; empty where it may be.

    Args:
        text: a SMILES, perhaps.
    """
    if not text:
        return (Problem("parse", "the SMILES is empty"),)
    if len(text) > MAX_CHARACTERS:
        return (Problem("parse", f"{len(text)} characters; at most {MAX_CHARACTERS} are read"),)
    strange = next((place for place, char in enumerate(text) if not "!" <= char <= "~"), None)
    if strange is not None and not text[strange].isspace():  # RDKit would pass over it and read the rest
        return (Problem("parse", f"character {strange + 1}: {text[strange]!r} belongs to no SMILES"),)
    if any(char.isspace() for char in text):
        return _syntax_problems(text)
    wrong = [
        Problem("parse", said.format(shorten(number, 20), most))
        for pattern, most, said in _NUMBERS
        for number in pattern.findall(text)
        if int(number) > most
    ]
    return tuple(wrong)


def twisted(mol: Chem.Mol, text: str) -> tuple[Problem, ...]:
    """Double bonds drawn trans in a small ring: RDKit would drop the marks and read another molecule.

    Args:
        mol: as RDKit read it.
        text: the SMILES.
    """
    places = syntax.atom_positions(text)
    return tuple(
        Problem(
            "stereo",
            f"the double bond of {_place(mol, first, places)} and {_place(mol, second, places)} is drawn trans in a "
            f"ring of {size} atoms, where only cis can be: leave out its / and \\ marks",
            (first, second),
        )
        for (first, second), size in trans_in_small_rings(text)
    )


def undrawn(mol: Chem.Mol, text: str) -> tuple[Problem, ...]:
    """Bonds of any kind. The text is asked first: walking over the bonds of every molecule is slow.

    Args:
        mol: as RDKit read it.
        text: the SMILES.
    """
    if "~" not in text:
        return ()
    text = "it holds '~', a bond of any kind; write which bond is meant"
    queries = tuple(bond.GetBeginAtomIdx() for bond in mol.GetBonds() if bond.HasQuery())
    return (Problem("parse", text, queries),) if queries else ()


def diagnose(text: str) -> tuple[Problem, ...]:
    """Why RDKit refused: syntax first, then valence and aromaticity of the structure as written.

    Args:
        text: the SMILES.
    """
    params = Chem.SmilesParserParams()
    params.sanitize = False
    params.removeHs = False
    raw = Chem.MolFromSmiles(text, params)
    if raw is None:
        return _syntax_problems(text)
    places = syntax.atom_positions(text)
    problems = [_chemistry_problem(raw, problem, places) for problem in Chem.DetectChemistryProblems(raw)]
    unknown = "RDKit refuses the structure without a reason (often a double bond at an aromatic atom)"
    return tuple(problems) or (Problem("parse", unknown),)


def _syntax_problems(text: str) -> tuple[Problem, ...]:
    if other := _other_notation(text):
        return (Problem("parse", other),)
    found = [Problem("parse", f"character {fault.position}: {fault.text}") for fault in syntax.faults(text)]
    return tuple(found) or (
        Problem("parse", "not a SMILES: RDKit cannot read it (check ring closures and chirality marks)"),
    )


def _other_notation(text: str) -> str:
    """What a text is that writes a molecule otherwise, and what to give; empty for all else."""
    if text.startswith("InChI="):
        with rdBase.BlockLogs():
            mol = Chem.MolFromInchi(text)
        return "an InChI, not a SMILES" + (f"; write {Chem.MolToSmiles(mol)}" if mol is not None else "")
    if re.fullmatch(r"[A-Z]{14}-[A-Z]{10}-[A-Z]", text):
        return "an InChIKey, which holds no structure; give a SMILES"
    return ""


def _chemistry_problem(mol: Chem.Mol, problem: Any, places: list[int]) -> Problem:
    """RDKit's finding in words, with the atom and its character in the text."""
    kind, message = problem.GetType(), problem.Message()
    numbers = [int(n) for n in re.findall(r"(?<![\w.])\d+", message)]
    if kind == "AtomValenceException":
        index = problem.GetAtomIdx()
        atom = mol.GetAtomWithIdx(index)
        bonds = numbers[-1] if numbers else atom.GetDegree()
        charge = atom.GetFormalCharge()
        room = f"{atom.GetSymbol()} with charge {charge:+d}" if charge else atom.GetSymbol()
        text = f"{_place(mol, index, places)} has {bonds} bonds, more than {room} can have"
        return Problem("valence", text, (index,))
    if kind in ("KekulizeException", "AtomKekulizeException"):
        atoms = tuple(problem.GetAtomIndices()) if kind == "KekulizeException" else (problem.GetAtomIdx(),)
        where = ", ".join(_place(mol, index, places) for index in atoms[:_NAMED])
        where += f" and {len(atoms) - _NAMED} more" if len(atoms) > _NAMED else ""
        hint = "no alternating double bonds fit these aromatic atoms (does a ring nitrogen lack its H, [nH]?)"
        if kind == "AtomKekulizeException":
            hint = "an aromatic atom must stand in a ring"
        return Problem("aromaticity", f"{where}: {hint}", atoms)
    return Problem("valence", message)


def _place(mol: Chem.Mol, index: int, places: list[int]) -> str:
    where = f", character {places[index]}" if len(places) == mol.GetNumAtoms() else ""
    return f"atom {index} ({mol.GetAtomWithIdx(index).GetSymbol()}{where})"
