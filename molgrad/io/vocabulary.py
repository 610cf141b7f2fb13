"""The words by which columns and properties of molecules are called, from `tables/columns.tsv`."""

from __future__ import annotations

import csv
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
