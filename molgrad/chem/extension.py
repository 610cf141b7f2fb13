"""Enhanced stereochemistry: the CXSMILES extension ` |&1:1,o1:4|` behind a SMILES, and its groups of stereocentres."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rdkit import Chem
from rdkit.Chem import rdqueries

from molgrad.errors import shorten

MAX_EXTENSION = 20_000  # characters; coordinates of a drawing make it long
MAX_GROUPS = 6  # groups of centres of one molecule; each doubles the stereoisomers
RACEMIC, ONE_OF_TWO = "&", "o"
# What may hold commas and colons of its own: coordinates, labels, and lists of properties.
_DRAWING = re.compile(r"\([^()]*\)|\$[^$]*\$|atomProp(:\d+\.[^.|,]*\.[^:|,]*)+")
_GROUP = re.compile(r"(?<![^,])(&|o|a)(\d*):([^,]*(?:,(?=\d+(?:,|\Z))\d+)*)")
_REFUSED = {  # what makes one text stand for many molecules
    r"(?<![^,])m:": "a bond of variable position (m:)",
    r"(?<![^,])Sg:": "a polymer or repeated group (Sg:)",
    r"(?<![^,])LN:": "a link node (LN:)",
    r"(?<![^,])RG:": "an R-group (RG:)",
}


class StereoGroup(NamedTuple):
    """Stereocentres whose configurations are known relative to one another, inverted together.

    Attributes:
        kind: `&`, both forms are there (a racemate), or `o`, one of the two is there and nobody knows which.
        atoms: the centres, ascending.
    """

    kind: str
    atoms: tuple[int, ...]


class ExtensionError(ValueError):
    """An extension that cannot be understood; the text says why."""


def split(text: str) -> tuple[str, str]:
    """A text as (SMILES, extension); the extension begins and ends with a bar, or is empty.

    Args:
        text: a SMILES, perhaps with a blank and an extension behind it.

    Raises:
        ExtensionError: something follows the extension, or it is not closed.
    """
    start = text.find("|")
    if start < 1 or not text[start - 1].isspace():
        return text, ""
    extension = text[start:]
    end = extension.rfind("|")
    if end == 0:
        raise ExtensionError(f"the extension {shorten(extension, 60)} is not closed by a second bar, |")
    if extension[end + 1 :].strip():
        more = shorten(extension[end + 1 :].strip(), 40)
        raise ExtensionError(f"{more!r} follows the extension; give the SMILES and its extension without a name")
    if end + 1 > MAX_EXTENSION:
        raise ExtensionError(f"an extension of {end + 1} characters; at most {MAX_EXTENSION} are read")
    return text[:start].rstrip(), extension[: end + 1]


def apply(smiles: str, extension: str) -> tuple[Chem.Mol, tuple[str, ...]]:
    """The molecule with what its extension says; groups are kept as properties of its atoms, see `groups_of`.

    A wiggly bond (`w:`) leaves its centre open, `c:`, `t:` and `ctu:` set double bonds, `^1:` a radical, `|r|` puts
    all centres into one group of unknown configuration; labels and coordinates are left out.

    Args:
        smiles: a SMILES that RDKit reads.
        extension: with its bars.

    Raises:
        ExtensionError: it is malformed, names atoms that are not there, or stands for many molecules.

    Returns:
        The molecule, and notes on what was left out.
    """
    params = Chem.SmilesParserParams()
    params.strictCXSMILES, params.parseName, params.removeHs = True, False, False
    plain = _DRAWING.sub("", extension[1:-1])
    raw = Chem.MolFromSmiles(smiles, params)
    named = _check(plain, extension, 0 if raw is None else raw.GetNumAtoms())
    params.removeHs = True
    mol = Chem.MolFromSmiles(f"{smiles} {extension}", params)
    if mol is None:
        raise ExtensionError(f"the extension {shorten(extension, 60)} is malformed: RDKit cannot read it as CXSMILES")
    mol.RemoveAllConformers()
    groups = [(_kind(group), [a.GetIdx() for a in group.GetAtoms()]) for group in mol.GetStereoGroups()]
    if re.search(r"(?<![^,])r(?![^,])", plain) and not groups:
        groups = [(ONE_OF_TWO, [a.GetIdx() for a in mol.GetAtoms() if a.GetChiralTag() in _TETRAHEDRAL])]
    bare = Chem.RWMol(mol)
    bare.SetStereoGroups([])
    for number, (kind, atoms) in enumerate(groups):
        for atom in atoms if kind else ():
            bare.GetAtomWithIdx(atom).SetProp(_MARK, f"{kind}{number}")
    lost = named - sum(len(group.GetAtoms()) for group in mol.GetStereoGroups())
    note = f"{lost} atom(s) of the extension carry no configuration (@): read without it" if lost > 0 else ""
    return bare.GetMol(), (note,) if note else ()


_MARK = "_molgradStereoGroup"
_MARKED = rdqueries.HasPropQueryAtom(_MARK)
_TETRAHEDRAL = (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)


def _kind(group: Chem.StereoGroup) -> str:
    kinds = {Chem.StereoGroupType.STEREO_AND: RACEMIC, Chem.StereoGroupType.STEREO_OR: ONE_OF_TWO}
    return kinds.get(group.GetGroupType(), "")


def _check(plain: str, extension: str, atoms: int) -> int:
    """Refuse what RDKit passes over in silence: groups that it cannot read, and atoms that are not there.

    Returns:
        How many atoms the groups name.
    """
    for pattern, what in _REFUSED.items():
        if re.search(pattern, plain):
            raise ExtensionError(f"the extension {shorten(extension, 60)} holds {what}: write one molecule")
    seen: set[str] = set()
    for kind, number, members in _GROUP.findall(plain):
        text = f"the extension {shorten(extension, 60)} is malformed: {kind}{number}:{shorten(members, 20)}"
        for member in members.split(","):
            if not re.fullmatch(r"\d{1,5}", member):
                raise ExtensionError(f"{text} is no list of atom numbers")
            if int(member) >= atoms:
                raise ExtensionError(f"{text} names atom {member} of {atoms} (they are counted from 0)")
            if member in seen:
                raise ExtensionError(f"{text} names atom {member}, which stands in another group")
            seen.add(member)
    return len(seen)


def groups_of(mol: Chem.Mol) -> list[tuple[str, list[int]]]:
    """The groups that `apply` marked, as (kind, centres); centres that are none any more are left out.

    Args:
        mol: from `apply`, or a copy of it.
    """
    found: dict[str, list[int]] = {}
    for atom in mol.GetAtomsMatchingQuery(_MARKED):  # in C++, as walking over atoms is slow
        if atom.GetChiralTag() in _TETRAHEDRAL:
            found.setdefault(atom.GetProp(_MARK), []).append(atom.GetIdx())
    return [(mark[0], atoms) for mark, atoms in found.items()]


def inverted(mol: Chem.Mol, atoms: Iterable[int]) -> Chem.Mol:
    """A copy with these centres turned over.

    Args:
        mol: the molecule.
        atoms: indices of the centres.
    """
    other = Chem.Mol(mol)
    for atom in atoms:
        other.GetAtomWithIdx(atom).InvertChirality()
    Chem.AssignStereochemistry(other, cleanIt=False, force=True)
    return other


def written(groups: Sequence[StereoGroup]) -> str:
    """The extension with a blank in front, ` |&1:1,o1:4,6|`; empty for no groups.

    Args:
        groups: with the atoms' numbers in the SMILES before it.
    """
    if not groups:
        return ""
    counts = dict.fromkeys((RACEMIC, ONE_OF_TWO), 0)
    fields = []
    for kind, atoms in groups:
        counts[kind] += 1
        fields.append(f"{kind}{counts[kind]}:{','.join(map(str, atoms))}")
    return f" |{','.join(fields)}|"


def forms(mol: Chem.Mol, groups: Sequence[tuple[str, Sequence[int]]]) -> list[Chem.Mol]:
    """The molecule with each choice of groups turned over, as it stands first.

    Args:
        mol: the molecule.
        groups: kind and centres of each; there are 2 to the power of their number forms.
    """
    made = [mol]
    for _, atoms in groups:
        made += [inverted(form, atoms) for form in made]
    return made


def placed(drawn: Chem.Mol, final: Chem.Mol, groups: Sequence[tuple[str, Sequence[int]]]) -> tuple[StereoGroup, ...]:
    """The groups of a molecule in the numbering of another copy of it, the least of those that symmetry allows.

    Args:
        drawn: the molecule whose atoms the groups number.
        final: the copy.
        groups: kind and centres of each.
    """
    ways = final.GetSubstructMatches(drawn, useChirality=True, uniquify=False, maxMatches=256)
    ways = ways or final.GetSubstructMatches(drawn, uniquify=False, maxMatches=1)
    found = (
        tuple(sorted(StereoGroup(kind, tuple(sorted(way[i] for i in atoms))) for kind, atoms in groups)) for way in ways
    )
    return min(found)
