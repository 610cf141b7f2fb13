"""Read molecules from tables, SDF, mol2 and spreadsheets, one entry for every record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from molgrad.errors import InputFileError, shorten
from molgrad.io.encoding import MAX_BYTES
from molgrad.io.entry import MAX_ENTRIES, Entry, Library, Wanted
from molgrad.io.kinds import KINDS, MOL2, SDF, XLSX, ending, is_known, kind_of
from molgrad.io.names import Numbered
from molgrad.io.table import read_table

_Reader = Callable[[Path, str, Wanted, list[str]], Iterator[Entry]]


def read_library(path: str | Path, *, name_column: str | None = None, smiles_column: str | None = None) -> Library:
    """The records of a file of molecules, or of every such file in a folder, in order.

    A record that cannot be read is an Entry with an error, so no line is lost. Names are made unique.

    Args:
        path: .smi, .csv, .tsv, .txt, .sdf, .mol, .mol2 (also as .gz) or .xlsx; or a folder.
        name_column: the column or SDF property with the names; found by itself when None.
        smiles_column: the column with the SMILES; found by itself when None.

    Returns:
        The entries, with notes on how each file was read.

    Raises:
        InputFileError: missing, unreadable, empty or oversized, of an unknown kind, without SMILES or the column of
            them asked for; or no file has the column of names asked for.
    """
    return read_libraries([Path(path)], name_column=name_column, smiles_column=smiles_column)


def read_libraries(
    paths: Sequence[Path],
    given: Sequence[Entry] = (),
    /,
    *,
    name_column: str | None = None,
    smiles_column: str | None = None,
) -> Library:
    """As `read_library`, of several files and folders one after the other.

    Args:
        paths: files and folders.
        given: entries that come first.
        name_column: the column or SDF property with the names.
        smiles_column: the column with the SMILES.

    Raises:
        InputFileError: as `read_library`.
    """
    wanted = Wanted(name_column, smiles_column)
    library, numbered = Library(), Numbered()
    library += numbered(given)
    for path in paths:
        read = _in_folder if path.is_dir() else _in_file
        for entry in numbered(read(path, wanted, library.notes)):
            library.append(entry)
            if len(library) > MAX_ENTRIES:
                raise InputFileError(f"{path} holds more than {MAX_ENTRIES} molecules; split it")
    library.notes += _lacking(wanted, {entry.file for entry in library if not entry.error} - {""})
    if numbered.repeated:
        library.notes.append(
            f"{numbered.repeated} repeated name{'s'[: numbered.repeated != 1]} numbered, as in 'name (2)'"
        )
    return library


def stream_libraries(
    paths: Sequence[Path],
    notes: list[str],
    *,
    name_column: str | None = None,
    smiles_column: str | None = None,
) -> Iterator[Entry]:
    """The entries of files and folders one by one, of any number, none of them kept.

    Names are as the files have them: not numbered where one comes again.

    Args:
        paths: files and folders.
        notes: to which is added how each file was read.
        name_column: the column or SDF property with the names.
        smiles_column: the column with the SMILES.

    Raises:
        InputFileError: as `read_library`.
    """
    wanted = Wanted(name_column, smiles_column)
    readable = set[str]()
    for path in paths:
        for entry in (_in_folder if path.is_dir() else _in_file)(path, wanted, notes):
            if not entry.error and entry.file not in readable:
                readable.add(entry.file)
            yield entry
    notes += _lacking(wanted, readable - {""})


def _lacking(wanted: Wanted, files: Collection[str]) -> Iterator[str]:
    """A note for each file without the column of names that the user named; an error where none has it."""
    said = [
        f"{path}: --name-column {shorten(wanted.name or '', 60)!r}: there is no such column; its {there}"
        for path, there in wanted.lacking.items()
    ]
    if said and not set(files) - wanted.lacking.keys():
        raise InputFileError(said[0])
    return (f"{one}; named as without the option" for one in said)


def _in_folder(folder: Path, wanted: Wanted, notes: list[str]) -> Iterator[Entry]:
    """Every file of a known kind, by name; one that cannot be read is an entry."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    known = [path for path in files if is_known(path)]
    if not known:
        raise InputFileError(f"{folder} holds no file of molecules; such files end with {', '.join(KINDS)}")
    for path in known:
        try:
            yield from _in_file(path, wanted, notes)
        except InputFileError as error:
            yield Entry(path.name, "", str(error), file=str(path))
    passed = [path.name for path in files if path not in known]
    if passed:
        notes.append(f"{folder}: passed over, of other kinds: {shorten(', '.join(passed), 200)}")


def _in_file(path: Path, wanted: Wanted, notes: list[str]) -> Iterator[Entry]:
    """The entries of one file, each with the file's name; what is said of it, once it is read."""
    told: list[str] = []
    count = 0
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputFileError(f"{path} is larger than {MAX_BYTES >> 20} MB; split it")
        if not is_known(path):
            raise InputFileError(f"{path}: unknown kind of file; give one of {', '.join(KINDS)}")
        for entry in _reader(kind_of(path))(path, ending(path), wanted, told):
            count += 1
            yield entry
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror or error}") from None
    finally:
        notes += [f"{path}: {'; '.join(told)}"] if told else []
    if not count:
        raise InputFileError(f"{path} holds no molecules")


def _reader(kind: str) -> _Reader:
    if kind == SDF:
        from molgrad.io.sdf import read_sdf

        return read_sdf
    if kind == MOL2:
        from molgrad.io.mol2 import read_mol2

        return read_mol2
    if kind == XLSX:
        from molgrad.io.xlsx import read_xlsx

        return read_xlsx
    return read_table
