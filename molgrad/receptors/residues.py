"""Find a residue of a receptor by the names that chemists write: `A:GLU30`, `GLU30`, `E30`, `Glu 30`, `GLU:A30`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from molgrad.chem.tables import read_table
from molgrad.errors import ReceptorError, shorten
from molgrad.receptors.pdbqt import read_pdbqt, residue_forms, residue_label
from molgrad.receptors.receptor import REACH, Receptor

_NAMES = "ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL"
LETTERS = dict(zip("ARNDCQEGHILKMFPSTWYV", _NAMES.split(" "), strict=True))
# Chain, name, chain, number, chain: a chain stands once at most, before a colon, with the number, or at the end.
_WRITTEN = re.compile(
    r"(?:(\w{1,2})\s*[:/]\s*)?([A-Za-z]{0,4})[\s:_-]*(?:([A-Za-z])(?=\d))?(\d+[A-Za-z]?)(?:\s*[:/]\s*(\w))?"
)
_NAMED = 8  # residues that an error names


class ReceptorResidue(NamedTuple):
    """A residue of a receptor file.

    Attributes:
        name: e.g. `GLU`.
        chain: its letter, or an empty string.
        number: with the insertion code, e.g. `30` or `52A`.
        near: whether any of its atoms lies in the box or within 4 Å of it.
    """

    name: str
    chain: str
    number: str
    near: bool

    @property
    def label(self) -> str:
        """Its label, `A:GLU30`."""
        return residue_label(*self[:3])

    def named(self, wanted: str) -> bool:
        """Whether a text names this residue: one of `residue_forms` or `GLU30`; case is ignored.

        Args:
            wanted: the text.
        """
        forms = {form.upper() for form in residue_forms(*self[:3])}
        return wanted.upper() in forms | {f"{self.name}{self.number}".upper()}


class Reading(NamedTuple):
    """Which residue a text stands for, and what to say where it is not written like that; empty otherwise."""

    residue: ReceptorResidue
    note: str = ""


def short_label(wanted: str) -> str:
    """A residue as it was typed in the usual form, `A:ILE9`, without looking whether a receptor has it.

    Args:
        wanted: such as `ILE9`, `Ile 9`, `A:ILE9`, `ILE:A9`.
    """
    found = _WRITTEN.fullmatch(wanted.strip())
    if found is None:
        return "".join(char for char in wanted if char.isalnum())
    first, name, middle, number, last = found.groups(default="")
    chain, name = first or middle or last, LETTERS.get(name.upper(), name.upper())
    return f"{chain}:{name}{number}" if chain else f"{name}{number}"


def find_residue(receptor: Receptor, wanted: str) -> ReceptorResidue:
    """Find one residue by name; as `read_residue`, without its note.

    Args:
        receptor: whose residues are searched.
        wanted: a residue.

    Raises:
        ReceptorError: as `read_residue`.
        OSError: the receptor cannot be read.
    """
    return read_residue(receptor, wanted).residue


def read_residue(receptor: Receptor, wanted: str) -> Reading:
    """The residue that a text stands for.

    `A:GLU30` and the other `residue_forms`; without a chain where only one has it, or only one near the box; one
    letter (`E30`); names of other programs (`HIE57` for `HIS57`). A name that no residue has (`LEX83`) is taken for the
    one residue of its number, with a note. Case is ignored unless chains differ by it.

    Args:
        receptor: whose residues are searched.
        wanted: a residue.

    Raises:
        ReceptorError: there is none, with those of the same number or near the box of the same name; or
            several, with their full names.
        OSError: the receptor cannot be read.
    """
    residues, wanted = _residues(receptor), wanted.strip()
    found = [residue for residue in residues if residue.named(wanted)]
    if len(found) > 1:  # chains a and A are two where the case tells them apart
        found = _nearer([r for r in found if wanted in residue_forms(*r[:3])] or found)
    if len(found) == 1:
        return Reading(found[0])
    reading = None if found else _loosely(residues, wanted)
    if reading is not None:
        return reading
    if found:
        raise ReceptorError(f"{wanted} is in {receptor.name} several times: {', '.join(r.label for r in found)}")
    number, text = re.findall(r"\d+", wanted)[-1:], wanted.upper()
    near = [r for r in residues if r.number in number or (r.near and r.name.upper() in text)]
    near.sort(key=lambda r: _apart(r.number, number))
    hint = f"near ones: {', '.join(r.label for r in near[:_NAMED])}" if near else "'receptor show' tells what it holds"
    raise ReceptorError(f"{receptor.name} has no residue {shorten(wanted)}; {hint}")


def around(receptor: Receptor) -> list[str]:
    """The labels of the residues in or within 4 Å of the box, in the order of the file.

    Raises:
        OSError: the receptor cannot be read.
    """
    return [residue.label for residue in _residues(receptor) if residue.near]


def _apart(number: str, wanted: Sequence[str]) -> int:
    """How far a residue's number lies from the one that was written; nothing where none was."""
    own, other = (re.match(r"-?\d+", text) for text in (number, next(iter(wanted), "")))
    return abs(int(own[0]) - int(other[0])) if own and other else 0


def _loosely(residues: Sequence[ReceptorResidue], wanted: str) -> Reading | None:
    """The one residue that a text can mean though it is not written as the file does; None for none or several."""
    written = _WRITTEN.fullmatch(wanted)
    if written is None:
        return None
    name, number = _standard(written[2]), written[4].upper()
    chain = next((one for one in (written[1], written[3], written[5]) if one), "")
    numbered = [r for r in residues if r.number.upper() == number]
    here = [r for r in numbered if r.chain.upper() == chain.upper()] if chain else numbered
    known = name in LETTERS.values() or any(_standard(r.name) == name for r in residues)
    for among in (here, numbered):
        fit = _nearer([r for r in among if not known or _standard(r.name) == name])
        if len(fit) == 1:
            surely = known and among is here
            return Reading(fit[0], "" if surely else f"{wanted} is read as {fit[0].label}")
    return None


def _nearer(found: Sequence[ReceptorResidue]) -> list[ReceptorResidue]:
    """Of several residues those near the box, if there are any."""
    return [one for one in found if one.near] or list(found)


def _standard(name: str) -> str:
    """The PDB's name of a residue from one letter or another program's name; any other as it is, in capitals."""
    capitals = name.upper()
    return LETTERS.get(capitals) or _aliases().get(capitals, capitals)


@cache
def _aliases() -> dict[str, str]:
    return {name: parent for name, parent, *_ in read_table("residue_names.tsv")}


def _residues(receptor: Receptor) -> tuple[ReceptorResidue, ...]:
    return _listed(receptor, receptor.pdbqt.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _listed(receptor: Receptor, _changed: int) -> tuple[ReceptorResidue, ...]:
    near: dict[tuple[str, str, str], bool] = {}
    for atom in read_pdbqt(receptor.pdbqt):
        key = (atom.residue, atom.chain, atom.number)
        near[key] = near.get(key, False) or receptor.box.holds(atom.point, REACH)
    return tuple(ReceptorResidue(*key, close) for key, close in near.items())
