"""Read the atoms of PDBQT files, and write residues as `A:GLU30`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from molgrad.receptors.crystal import NAMES, Place, crystal_places
from molgrad.receptors.encoding import decoded

# AutoDock atom types that are not their element's symbol.
TREE = re.compile(r"(?m)^(ROOT|BRANCH|TORSDOF)\b")  # records of a ligand's file
LARGEST = 64 * 2**20  # bytes; the largest receptor that Vina's maps can be made of is some 20 MB
_ELEMENTS = {"A": "C", "NA": "N", "NS": "N", "OA": "O", "OS": "O", "SA": "S", "HD": "H", "HS": "H", "G": "C", "Z": "C"}


class PdbqtAtom(NamedTuple):
    """One atom of a PDBQT file.

    Attributes:
        name: PDB atom name; may be empty.
        residue: name of its residue, e.g. `GLU`.
        chain: one letter; empty where the file has none.
        number: of the residue, with its insertion code, e.g. `30` or `52A`.
        point: x, y, z in Å.
        kind: AutoDock atom type, e.g. `OA` or `HD`; empty where the file has none.
        line: columns 1 to 54 as they stand in the file, which are those of PDB.
    """

    name: str
    residue: str
    chain: str
    number: str
    point: tuple[float, float, float]
    kind: str
    line: str

    @property
    def element(self) -> str:
        """The element's symbol, from the AutoDock type."""
        return _ELEMENTS.get(self.kind, self.kind)

    @property
    def label(self) -> str:
        """The label of its residue, e.g. `A:GLU30`."""
        return residue_label(self.residue, self.chain, self.number)


def read_pdbqt(path: Path) -> tuple[PdbqtAtom, ...]:
    """Read the atoms of a PDBQT file, in the order of the file. The result is cached until the file changes.

    Residues of DOCKSTRING's receptors have the names, chains and numbers of their crystals; see `receptors.crystal`.

    Args:
        path: a receptor or a ligand.

    Raises:
        OSError: the file cannot be read.
        ValueError: a coordinate is not a number, or the file is far too large.
    """
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def pdbqt_text(path: Path) -> str:
    """The text of a PDBQT file without byte order mark and with plain line ends, as docking programs want it.

    Args:
        path: of the file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is far too large.
    """
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MB")
    return decoded(data)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, _size: int) -> tuple[PdbqtAtom, ...]:
    lines = enumerate(pdbqt_text(path).split("\n"), start=1)
    atoms = (_atom(number, line) for number, line in lines if line.startswith(("ATOM", "HETATM")))
    places = crystal_places(path)
    return tuple(_as_in_crystal(atom, places) for atom in atoms) if places else tuple(atoms)


def _as_in_crystal(atom: PdbqtAtom, places: Mapping[str, Place]) -> PdbqtAtom:
    name, place = NAMES.get(atom.residue, atom.residue), places.get(atom.number)
    return atom._replace(residue=name) if place is None else atom._replace(residue=name, **place._asdict())


def _atom(place: int, line: str) -> PdbqtAtom:
    name, residue, chain, number = (line[a:b].strip() for a, b in ((12, 16), (17, 20), (21, 22), (22, 27)))
    try:
        x, y, z = (float(line[a : a + 8]) for a in (30, 38, 46))
    except ValueError:
        x = y = z = math.nan
    if not all(map(math.isfinite, (x, y, z))):
        raise ValueError(f"line {place}: columns 31 to 54 hold no coordinates")
    kind = line[77:].split()
    return PdbqtAtom(name, residue, chain, number, (x, y, z), kind[0] if kind else "", line[:54])


def residue_label(name: str, chain: str, number: str) -> str:
    """The label of a residue: `A:GLU30`, or `GLU30` in a file without chains.

    Args:
        name: e.g. `GLU`.
        chain: its letter, or an empty string.
        number: with the insertion code, e.g. `30` or `52A`.
    """
    return f"{chain}:{name}{number}" if chain else f"{name}{number}"


def residue_forms(name: str, chain: str, number: str) -> frozenset[str]:
    """The spellings of a residue that are accepted: `A:GLU30`, `GLU:A30`, `GLU30:A`, `Glu30:A`.

    Args:
        name: e.g. `GLU`.
        chain: its letter, or an empty string.
        number: with the insertion code, e.g. `30` or `52A`.
    """
    behind = (f"{form}{number}:{chain}" if chain else f"{form}{number}" for form in (name, name.capitalize()))
    return frozenset((residue_label(name, chain, number), f"{name}:{chain}{number}", *behind))
