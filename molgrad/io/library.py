"""Read molecules from .smi, .csv and .sdf files, one entry for every record."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from molgrad.errors import InputFileError, shorten

if TYPE_CHECKING:
    from rdkit import Chem

MAX_BYTES = 1 << 30  # a file beyond it is not a list of molecules that docking could ever finish
MAX_LINE = 10_000  # characters of a line or cell; the longest drug-like SMILES has a few hundred
MAX_ENTRIES = 1_000_000
NAME_COLUMNS = ("name", "id", "title", "compound", "molecule", "molecule_name", "compound_id")
SMILES_COLUMNS = ("smiles", "canonical_smiles", "isomeric_smiles", "smi")
STATE_COLUMNS = ("docked_smiles",)  # what `molgrad dock` itself writes, in its table and with its poses


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a library.

    Attributes:
        name: as given, or the record's number.
        smiles: the text as it stands in the file, unchecked; empty where `error` is set.
        error: why the record could not be read at all.
        docked_smiles: the species to dock, from a column or SD property of that name; None where none is given.
    """

    name: str
    smiles: str
    error: str | None = None
    docked_smiles: str | None = None


def read_library(path: str | Path) -> list[Entry]:
    """The records of a .smi (.smiles, .txt), .csv (.tsv) or .sdf (.sd) file, in order.

    A record that cannot be read is an Entry with an error, so no line is lost.

    Args:
        path: its ending tells the format.

    Raises:
        InputFileError: missing, unreadable, empty or oversized, of an unknown kind, in UTF-16, or a CSV
            without a SMILES column.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputFileError(f"{path}: unknown kind of file; give one of {', '.join(_READERS)}")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputFileError(f"{path} is larger than {MAX_BYTES >> 20} MB; split it")
        if _is_utf16(path):
            raise InputFileError(f"{path} looks like UTF-16; save it as UTF-8")
        entries = []
        for entry in reader(path):
            entries.append(entry)
            if len(entries) > MAX_ENTRIES:
                raise InputFileError(f"{path} holds more than {MAX_ENTRIES} molecules; split it")
    except (OSError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputFileError(f"{path} cannot be read: {why}") from None
    if not entries:
        raise InputFileError(f"{path} holds no molecules")
    return entries


def _is_utf16(path: Path) -> bool:
    """Whether the file begins with UTF-16's mark, or with plain letters of which each has a zero byte beside it."""
    with path.open("rb") as stream:
        head = stream.read(64)
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(head) > 3 and not (any(head[::2]) and any(head[1::2])))


def _read_smi(path: Path) -> Iterator[Entry]:
    """`SMILES [name]` a line; blank lines, a header and lines that start with # are skipped."""
    number = 0
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        while line := lines.readline(MAX_LINE + 1):
            whole = line
            while not whole.endswith("\n") and (whole := lines.readline(MAX_LINE)):
                pass  # the rest of an oversized line
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            if number == 0 and text.split()[0].lower() in SMILES_COLUMNS:
                continue  # a header
            number += 1
            yield _smi_entry(text, number)


def _smi_entry(text: str, number: int) -> Entry:
    if len(text) >= MAX_LINE:
        return Entry(str(number), "", f"line of more than {MAX_LINE} characters: {shorten(text, 40)}")
    smiles, *name = text.split(maxsplit=1)
    return Entry(name[0] if name else str(number), smiles)


def _read_csv(path: Path) -> Iterator[Entry]:
    before = csv.field_size_limit(MAX_BYTES)  # csv's own limit ends the whole file for one long cell
    try:
        header, rows = _table(path)
        smiles, name, state = (_column(header, names) for names in (SMILES_COLUMNS, NAME_COLUMNS, STATE_COLUMNS))
        if smiles is None:
            there = shorten(", ".join(header), 200)
            like = next((cell for cell in header if "smi" in cell.lower()), None)
            hint = f"; rename '{shorten(like, 40)}' to 'smiles'" if like else ""
            raise InputFileError(f"{path} has no column 'smiles'{hint}; its columns are: {there}")
        for number, (row, mended) in enumerate(rows, start=1):
            entry = _csv_entry(row, (smiles, name, state), number)
            if mended and ('"' in entry.smiles or len(row) > len(header)):
                text = shorten(" ".join(row), 80)
                entry = Entry(entry.name, "", f"a quote in this row is opened and not closed: {text}")
            yield entry
    finally:
        csv.field_size_limit(before)


def _table(path: Path) -> tuple[list[str], Iterator[tuple[list[str], bool]]]:
    """The header, and the rows that follow, taken apart at the delimiter under which there is a SMILES column."""
    delimiters = "\t,;" if path.suffix.lower() == ".tsv" else ",;\t"
    for delimiter in (*delimiters, delimiters[0]):  # the usual one again: the error names its columns
        rows = _rows(path, delimiter)
        header = [cell.strip() for cell in next(rows, ([], False))[0]]
        if _column(header, SMILES_COLUMNS) is not None:
            break
    if not header:
        raise InputFileError(f"{path} holds no molecules")
    return header, rows


def _column(header: list[str], names: Sequence[str]) -> int | None:
    lower = [cell.lower() for cell in header]
    return next((lower.index(name) for name in names if name in lower), None)


def _rows(path: Path, delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """The rows that are not blank, and whether quotes had to be read as plain characters.

    That is done where a quote is opened and not closed, so that it takes no further line with it.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        back: deque[str] = deque()
        taken: list[str] = []

        def lines() -> Iterator[str]:
            while line := back.popleft() if back else stream.readline():
                taken.append(line)
                yield line

        header: list[str] = []
        while True:
            taken.clear()
            try:
                row = next(csv.reader(lines(), delimiter=delimiter, strict=True), None)
                broken = row is not None and _runs_on(row, header)
            except csv.Error:
                broken = True
            if broken:
                back.extendleft(reversed(taken[1:]))
                row = next(csv.reader(taken[:1], delimiter=delimiter, quoting=csv.QUOTE_NONE))
            if row is None:
                return
            if not row:
                continue
            header = header or row
            yield row, broken


def _runs_on(row: list[str], header: list[str]) -> bool:
    """Whether a SMILES goes on over a line break: a quote has swallowed the rows that follow."""
    return any(
        len(cell.strip().splitlines()) > 1
        for cell, column in zip(row, header, strict=False)
        if column.strip().lower() in SMILES_COLUMNS + STATE_COLUMNS
    )


def _csv_entry(row: list[str], columns: Sequence[int | None], number: int) -> Entry:
    smiles, name, state = (row[i].strip() if i is not None and i < len(row) else "" for i in columns)
    label = name or str(number)
    if not smiles:
        return Entry(label, "", "no SMILES in this row")
    if len(smiles) > MAX_LINE or len(state) > MAX_LINE:
        return Entry(label, "", f"a SMILES of more than {MAX_LINE} characters")
    return Entry(label, smiles, docked_smiles=state or None)


def _read_sdf(path: Path) -> Iterator[Entry]:
    from rdkit import Chem, rdBase

    with path.open("rb") as stream, rdBase.BlockLogs():
        if not stream.read(1):
            return
        for number, mol in enumerate(Chem.SDMolSupplier(str(path), sanitize=False), start=1):
            yield _sdf_entry(mol, number)


def _sdf_entry(mol: Chem.Mol | None, number: int) -> Entry:
    from rdkit import Chem

    if mol is None:
        return Entry(str(number), "", f"record {number} is not a mol block that can be read")
    name = (mol.GetProp("_Name").strip() if mol.HasProp("_Name") else "") or str(number)
    problems = [problem.Message() for problem in Chem.DetectChemistryProblems(mol)]
    if problems:
        return Entry(name, "", f"record {number}: {shorten('; '.join(problems), 300)}")
    Chem.SanitizeMol(mol)
    if mol.GetNumConformers() and mol.GetConformer().Is3D():
        Chem.AssignStereochemistryFrom3D(mol)
    else:
        Chem.AssignChiralTypesFromBondDirs(mol)
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
    smiles = Chem.MolToSmiles(Chem.RemoveHs(mol))
    if not smiles:
        return Entry(name, "", f"record {number} holds no atoms")
    state = mol.GetProp("docked_smiles").strip() if mol.HasProp("docked_smiles") else ""
    if len(state) > MAX_LINE:
        return Entry(name, "", f"record {number}: a docked_smiles of more than {MAX_LINE} characters")
    return Entry(name, smiles, docked_smiles=state or None)


_READERS: dict[str, Callable[[Path], Iterator[Entry]]] = {
    **dict.fromkeys((".smi", ".smiles", ".txt"), _read_smi),
    **dict.fromkeys((".csv", ".tsv"), _read_csv),
    **dict.fromkeys((".sdf", ".sd"), _read_sdf),
}
