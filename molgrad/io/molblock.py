"""A mol block as programs write it, made one that RDKit reads; and the SMILES of what it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from molgrad.errors import shorten

if TYPE_CHECKING:
    from rdkit import Chem

_END = re.compile(r"M\s+END\s*")
_OPEN = re.compile(r"\*|[AQXMLR]H?|R[#\d]\d*|Du|X\d*")  # labels of attachment points and of queries
_OTHER_SHAPES = ("CHI_SQUAREPLANAR", "CHI_TRIGONALBIPYRAMIDAL", "CHI_OCTAHEDRAL")
_MOST_NITROGENS = 12  # of aromatic rings that are tried
_HEADER = 3  # lines before the counts: title, program, comment
_MOST_ABOVE = 8  # lines that may stand before the counts when there are too many


class MolBlockError(Exception):
    """A mol block that cannot be read; the message says why."""


def split_block(lines: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """A record's title, its mol block with a header of three lines and no blank line, and the lines that follow.

    Args:
        lines: of the record, without their ends.

    Raises:
        MolBlockError: there is no line with the numbers of atoms and bonds.
    """
    at = _counts_line(lines)
    title = _title(lines[:at])
    if at is None:
        raise MolBlockError("it has no line with the numbers of atoms and bonds")
    end = next((i for i in range(at, len(lines)) if _END.fullmatch(lines[i])), None)
    if end is None:  # the properties begin where the block must have ended
        end = next((i for i in range(at, len(lines)) if lines[i].startswith(">")), len(lines))
        rest = list(lines[end:])
    else:
        rest = list(lines[end + 1 :])
    body = [line.rstrip() for line in lines[at + 1 : end] if line.strip()]
    return title, ["", "", "", _mended_counts(lines[at]), *body, "M  END"], rest


def title_of(lines: Sequence[str]) -> str:
    """The title of a record, whatever else is wrong with it.

    Args:
        lines: of the record.
    """
    at = _counts_line(lines)
    return _title(lines[: _HEADER if at is None else at])


def _counts_line(lines: Sequence[str]) -> int | None:
    """The index of the line with the numbers of atoms and bonds."""
    near = [i for i in (3, 2, 4, 1, 5, 0, 6, 7) if i < min(len(lines), _MOST_ABOVE)]
    tagged = next((i for i in near if lines[i].rstrip().endswith(("V2000", "V3000"))), None)
    return tagged if tagged is not None else next((i for i in near if _two_numbers(lines[i]) is not None), None)


def _title(above: Sequence[str]) -> str:
    """The first line; the next where a blank line too many stands before the header."""
    if len(above) > _HEADER and not above[0].strip():
        above = above[len(above) - _HEADER :]
    return " ".join(above[0].split()) if above else ""


def _two_numbers(line: str) -> tuple[int, int] | None:
    """The numbers of atoms and bonds: in columns of three, or apart by blanks."""
    fixed = line[:3].strip(), line[3:6].strip()
    if all(part.isdigit() for part in fixed) and not line[6:7].strip().isdigit():
        return int(fixed[0]), int(fixed[1])
    words = line.split()
    if len(words) > 1 and all(word.isdigit() for word in words[:2]) and len(line) - len(line.lstrip()) < 4:
        return int(words[0]), int(words[1])
    return None


def _mended_counts(line: str) -> str:
    if "V3000" in line:
        return "  0  0  0     0  0            999 V3000"
    numbers = _two_numbers(line)
    if numbers is None:
        raise MolBlockError(f"its line of counts holds no numbers of atoms and bonds: {shorten(line.strip(), 40)}")
    chiral = line[12:15] if line[12:15].strip() in ("0", "1") else "  0"
    return f"{numbers[0]:3d}{numbers[1]:3d}  0  0{chiral}  0  0  0  0  0999 V2000"


def smiles_of(block: Sequence[str]) -> str:
    """The SMILES of a mol block as drawn, with a CXSMILES extension where it has groups of relative centres.

    Args:
        block: its lines, as `split_block` gives them.

    Raises:
        MolBlockError: it cannot be read, or holds no atoms.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        try:
            mol = Chem.MolFromMolBlock("\n".join(block) + "\n", sanitize=False, removeHs=False, strictParsing=False)
            if mol is None:
                raise MolBlockError(f"it is not a mol block that can be read{_why(block)}")
            _refuse_abbreviations(mol)
            mol = _with_ring_hydrogens(mol)
            return of_mol(mol)
        except RuntimeError as error:
            said = [line.strip() for line in str(error).splitlines() if line.strip()]
            raise MolBlockError(f"RDKit cannot take it: {shorten((said or ['no reason'])[0], 200)}") from None


def _refuse_abbreviations(mol: Chem.Mol) -> None:
    """Refuse atoms such as Ph, OMe or Xx, which RDKit takes for attachment points; R-groups are refused later."""
    for atom in mol.GetAtoms():
        if not atom.GetAtomicNum() and atom.HasProp("dummyLabel") and not atom.HasQuery():
            label = shorten(atom.GetProp("dummyLabel"), 20)
            if not _OPEN.fullmatch(label):
                raise MolBlockError(
                    f"atom {atom.GetIdx() + 1} is {label!r}, which is no element; draw the group in full"
                )


def _with_ring_hydrogens(mol: Chem.Mol) -> Chem.Mol:
    """A molecule with aromatic bonds that alternate once as few ring nitrogens as possible carry a hydrogen.

    Programs that write aromatic bonds (type 4) leave out the hydrogens of pyrroles and indoles. Which nitrogen of an
    imidazole gets it is a choice of tautomer.
    """
    from rdkit import Chem

    if not any(bond.GetIsAromatic() for bond in mol.GetBonds()) or alternates(mol):
        return mol
    free = [
        atom.GetIdx()
        for atom in mol.GetAtoms()
        if atom.GetAtomicNum() == 7
        and not atom.GetFormalCharge()
        and [bond.GetIsAromatic() for bond in atom.GetBonds()] == [True, True]
    ][:_MOST_NITROGENS]
    for count in range(1, 3):
        for chosen in combinations(free, count):
            trial = Chem.Mol(mol)
            for index in chosen:
                trial.GetAtomWithIdx(index).SetNumExplicitHs(1)
            if alternates(trial):
                return trial
    return mol


def alternates(mol: Chem.Mol) -> bool:
    """Whether the aromatic bonds can be written as alternating double and single ones.

    Args:
        mol: not sanitized.
    """
    from rdkit import Chem

    trial = Chem.Mol(mol)
    try:
        trial.UpdatePropertyCache(strict=False)
        Chem.Kekulize(trial)
    except Chem.KekulizeException:
        return False
    return True


def of_mol(mol: Chem.Mol) -> str:
    """The SMILES of a molecule just read from a file: stereochemistry from its shape in 3D, from its wedges in 2D.

    Args:
        mol: not sanitized; it is changed.

    Raises:
        MolBlockError: no sound molecule, or no atoms.
    """
    from rdkit import Chem

    problems = [problem.Message() for problem in Chem.DetectChemistryProblems(mol)]
    if problems:
        raise MolBlockError(shorten("; ".join(problems), 300))
    Chem.SanitizeMol(mol)
    if mol.GetNumConformers() and mol.GetConformer().Is3D():
        Chem.AssignStereochemistryFrom3D(mol)
        for atom in mol.GetAtoms():
            if atom.GetChiralTag().name in _OTHER_SHAPES:  # a phosphate or sulfone out of shape is no other geometry
                atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    else:
        Chem.AssignChiralTypesFromBondDirs(mol)
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
    mol = Chem.RemoveHs(mol)
    if not mol.GetNumAtoms():
        raise MolBlockError("it holds no atoms")
    if any(group.GetGroupType() != Chem.StereoGroupType.STEREO_ABSOLUTE for group in mol.GetStereoGroups()):
        parameters = Chem.SmilesWriteParams()
        return str(Chem.MolToCXSmiles(mol, parameters, Chem.CXSmilesFields.CX_ENHANCEDSTEREO))
    return str(Chem.MolToSmiles(mol))


def _why(block: Sequence[str]) -> str:
    """What is wrong with a V2000 block in plain view; empty where nothing is."""
    counts = _two_numbers(block[_HEADER])
    if counts is None or "V3000" in block[_HEADER]:
        return ""
    atoms, bonds = counts
    body = [line for line in block[_HEADER + 1 : -1] if not line.startswith(("M  ", "A  ", "V  ", "G  ", "S  "))]
    if len(body) < atoms + bonds:
        return f": {atoms} atoms and {bonds} bonds are announced, {len(body)} lines follow"
    for number, line in enumerate(body[:atoms], start=1):
        if not re.match(r"\s*-?[\d.]+(?:[eE][+-]?\d+)?\s*-?[\d.]+.*[A-Za-z*]", line):
            return f": atom {number} is no atom line: {shorten(line.strip(), 40)}"
    for number, line in enumerate(body[atoms : atoms + bonds], start=1):
        cells = line[:3].strip(), line[3:6].strip(), line[6:9].strip()
        if not all(cell.isdigit() for cell in cells):
            return f": bond {number} is no bond line: {shorten(line.strip(), 40)}"
        if not all(1 <= int(cell) <= atoms for cell in cells[:2]) or int(cells[2]) not in range(10):
            return f": bond {number} joins atoms {int(cells[0])} and {int(cells[1])} of {atoms}, type {int(cells[2])}"
    return ""
