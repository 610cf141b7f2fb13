"""The molecules of a command: its arguments, and the files given with -i."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from molgrad.errors import InputFileError
from molgrad.io import Entry, Library, read_libraries
from molgrad.molecule.starts import there_is


def given_molecules(
    smiles: Sequence[str], files: Sequence[Path], *, name_column: str | None, smiles_column: str | None
) -> Library:
    """The molecules of the arguments and then of the files, with notes on how the files were read.

    Args:
        smiles: molecules given as such.
        files: files of more molecules, and folders of such files.
        name_column: the column or SDF property with the names; None to find it.
        smiles_column: the column with the SMILES; None to find it.

    Raises:
        InputFileError: a file cannot be used, or there is no molecule at all.
    """
    for text in smiles:
        if Path(text).suffix and there_is(Path.is_file, text):
            raise InputFileError(f"{text} is a file: give it with -i; arguments are SMILES")
    given = Library(Entry(str(number), text) for number, text in enumerate(smiles, start=1))
    if files:
        return read_libraries(files, given, name_column=name_column, smiles_column=smiles_column)
    if not given:
        raise InputFileError("no molecules: give SMILES, or a file with -i")
    return given
