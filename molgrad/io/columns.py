"""Which column of a table holds the SMILES: by its name, and by what its cells parse as."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "tables" / "columns.tsv"


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream, delimiter="\t"))


def words(kind: str) -> tuple[str, ...]:
    """The words of one kind in the order of the table, the likeliest first; lower case, letters and digits alone.

    Args:
        kind: `smiles` and `name`, what such columns are called; `structure`, what columns of SMILES may be called
            too; `part`, words of columns with parts of molecules; `other`, words of columns that name anything else;
            `prose`, words of columns with texts that are no names.
    """
    return tuple(row["word"] for row in _rows() if row["kind"] == kind)


STATE = "dockedsmiles"  # what `molgrad dock` itself writes, in its table and with its poses
# Names of SMILES columns, the first one that is there wins; those with stereo before those of which PubChem strips it.
_EXACT = words("smiles")
# What a column of structures may be called too; believed where its cells parse.
_STRUCTURES = words("structure")
_PARTS = words("part")
_NO_SMILES = re.compile(r"[^!-~]")
_GROUP = re.compile(r"(\S+)(?:\s+(\|[^|]*\|))?")  # a SMILES and its CXSMILES extension


def normal(name: str) -> str:
    """A column's name without case, blanks and signs: `Canonical_SMILES` and `canonical smiles` are one.

    Args:
        name: as it stands in the header.
    """
    return re.sub(r"[\W_]+", "", name.lower())


@lru_cache(maxsize=20_000)
def is_smiles(text: str) -> bool:
    """Whether a text reads as a SMILES, with or without a CXSMILES extension; valences are not looked at.

    Args:
        text: a cell.
    """
    found = _GROUP.fullmatch(text.strip())
    if found is None or len(text) > 2000 or _NO_SMILES.search(found[1]) or found[1].isdigit():
        return False
    from rdkit import Chem, rdBase

    parameters = Chem.SmilesParserParams()
    parameters.sanitize = parameters.removeHs = parameters.allowCXSMILES = False
    try:
        with rdBase.BlockLogs():
            mol = Chem.MolFromSmiles(found[1], parameters)
    except RuntimeError:
        return False
    return mol is not None and mol.GetNumAtoms() > 0


def named_smiles(column: str) -> int:
    """How surely a name is that of a SMILES column: 2 by a known name, 1 by a part of it, 0 not at all.

    Args:
        column: as it stands in the header.
    """
    plain = normal(column)
    if plain in _EXACT:
        return 2
    return 1 if "smiles" in plain and plain != STATE and len(column) <= 60 and not is_smiles(column) else 0


def share(cells: Sequence[str]) -> float:
    """The share of the cells that are not empty which read as SMILES, 0 where all are empty.

    Args:
        cells: of one column.
    """
    filled = [cell for cell in cells if cell.strip()]
    return sum(map(is_smiles, filled)) / len(filled) if filled else 0.0


def find_smiles(header: Sequence[str], rows: Sequence[Sequence[str]], *, believed: bool = True) -> int | None:
    """The index of the SMILES column; None where there is none.

    A column with a SMILES column's name is taken if at least one of its cells reads as SMILES, or none of any other
    does; then one called `structure` or the like, and any other, of which most cells read as SMILES.

    Args:
        header: names of the columns.
        rows: the first rows below it.
        believed: whether a column without a telling name may be taken.
    """
    shares = [share([row[i] for row in rows if i < len(row)]) for i in range(len(header))]
    named = sorted((_rank(column), i) for i, column in enumerate(header) if named_smiles(column))
    if named:
        return next((i for _, i in named if shares[i] > 0), named[0][1])
    if not believed:
        return None
    likely = [i for i in range(len(header)) if shares[i] > 0.5 and normal(header[i]) != STATE]
    by_name = [i for i in likely if normal(header[i]) in _STRUCTURES]
    lengths = [sum(len(row[i]) for row in rows if i < len(row)) for i in range(len(header))]
    return next(iter(by_name), max(likely, key=lambda i: (shares[i], lengths[i], -i), default=None))


def is_header_word(cell: str) -> bool:
    """Whether a cell is what a SMILES column may be called.

    Args:
        cell: of the first row.
    """
    plain = normal(cell)
    return bool(named_smiles(cell)) or plain in _STRUCTURES or plain == STATE


def _rank(column: str) -> tuple[int, int]:
    """Known names in their order, then others that hold the word; names of parts of molecules last."""
    plain = normal(column)
    part = any(word in plain for word in _PARTS)
    return (_EXACT.index(plain) if plain in _EXACT else len(_EXACT) + part, len(plain))


def asked(header: Sequence[str], name: str) -> int | None:
    """The index of a column that the user named, in the same spelling or a similar one; None where there is none.

    Args:
        header: names of the columns.
        name: the name given.
    """
    if name in header:
        return header.index(name)
    similar = [i for i, column in enumerate(header) if normal(column) == normal(name)]
    return similar[0] if len(similar) == 1 else None
