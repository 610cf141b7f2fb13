"""The text of a structure file, whatever its encoding, compression and line ends; what is no structure is refused."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

from molgrad.errors import InputFileError
from molgrad.receptors.encoding import UTF16, decoded
from molgrad.receptors.pdbqt import TREE

SUFFIXES = (".pdb", ".ent", ".cif", ".mmcif")
LARGEST = 256 * 2**20  # bytes of text; a million atoms of PDB are 81 MB, and more is solvent
HEAD = 4096  # characters in which the kind of a text shows
CHARGED = re.compile(r"(?m)^(?:ATOM  |HETATM).{64}[ +-]*\d+\.\d+ +[A-Za-z]{1,2}\s*$")  # columns 71-79 of PDBQT


def structure_text(path: Path) -> tuple[str, bool]:
    """The text of a PDB or mmCIF file with plain line ends, and whether it is mmCIF.

    Args:
        path: also gzipped, whatever its name says.

    Raises:
        InputFileError: no such file, of another kind, too large, or no text.
    """
    if path.is_dir():
        raise InputFileError(f"{path} is a folder; give a file in it, one of {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise InputFileError(f"{path}: no such file")
    name = path.name.lower().removesuffix(".gz")
    if not name.endswith((*SUFFIXES, ".pdbqt")):
        raise InputFileError(f"{path}: unknown kind of file; give one of {', '.join(SUFFIXES)} (or .gz of it)")
    text = _decoded(path, _content(path))
    refuse_pdbqt(path, text)
    start = re.search(r"(?m)^[ \t]*([^#\s]\S*)", text[:HEAD])
    blocks = start is not None and start[1].lower().startswith(("data_", "loop_", "_atom_site."))
    records = re.search(r"(?m)^(ATOM  |HETATM).{24}[ \d.-]{24}", text) is not None
    return text, blocks or (name.endswith("cif") and not records)


def refuse_pdbqt(path: Path, text: str) -> None:
    """Refuse what was prepared for docking already.

    Args:
        path: named in the error.
        text: of the file.

    Raises:
        InputFileError: a ligand's or a receptor's PDBQT file.
    """
    if TREE.search(text):
        raise InputFileError(
            f"{path} is the PDBQT file of a ligand (it has ROOT, BRANCH or TORSDOF records), not a protein; give the "
            "protein as PDB or mmCIF, and the ligand's SDF file with --ligand"
        )
    if path.name.lower().removesuffix(".gz").endswith(".pdbqt") or CHARGED.search(text):
        raise InputFileError(
            f"{path} is a PDBQT file: this receptor is prepared already. Put it into a folder as receptor.pdbqt, "
            "beside a box.toml with the lines center = [x, y, z] and size = [a, b, c] (Å), and give that folder as the "
            "receptor; or prepare the PDB or mmCIF file that it was made from"
        )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                data = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputFileError(f"{path} cannot be read: {error}; is it complete?") from None
    if len(data) > LARGEST:
        raise InputFileError(
            f"{path} holds more than {LARGEST >> 20} MB of text; take solvent and membrane out, or keep one model"
        )
    return data


def _decoded(path: Path, data: bytes) -> str:
    if b"\0" in data and data[:2] not in UTF16:
        raise InputFileError(f"{path} cannot be read as a structure: it is no text file")
    return decoded(data)  # Latin-1: names of authors in old remarks
