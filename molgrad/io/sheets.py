"""Tables written for people: .csv, .tsv or .xlsx, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.errors import InputFileError
from molgrad.io.cells import guarded

SHEETS = (".csv", ".tsv", ".xlsx")


def check_sheet(path: Path) -> None:
    """Refuse a file that could not be written as a table, before work is done for it.

    Args:
        path: the file.

    Raises:
        InputFileError: an ending of no kind that is written, or a folder that is not there.
    """
    if path.suffix.lower() not in SHEETS:
        raise InputFileError(f"{path}: a table is written as {', '.join(SHEETS)}; name the file so")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputFileError(f"{path} cannot be written: {'it is a folder' if path.is_dir() else 'no such folder'}")


def write_sheet(path: Path, rows: Sequence[Mapping[str, Any]], *, guard: bool = True) -> None:
    """Write rows with the same keys as a table; the file is replaced whole.

    Args:
        path: ending in .csv, .tsv or .xlsx.
        rows: cells by column.
        guard: whether texts that a spreadsheet would compute get an apostrophe before them.

    Raises:
        InputFileError: see `check_sheet`.
    """
    import pandas as pd

    check_sheet(path)
    cells = [{key: guarded(value) if guard else value for key, value in row.items()} for row in rows]
    frame, part = pd.DataFrame(cells), path.with_name(f".{path.stem}.part{path.suffix}")
    if path.suffix.lower() == ".xlsx":
        frame.to_excel(part, index=False, engine="openpyxl", freeze_panes=(1, 0))
    else:
        frame.to_csv(part, index=False, lineterminator="\n", sep="\t" if path.suffix.lower() == ".tsv" else ",")
    part.replace(path)
