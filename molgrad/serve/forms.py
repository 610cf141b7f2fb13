"""Other forms of what is sealed: a structure is known by its alpha carbons, a table by the values that it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from molgrad.assays.scale import p_value
from molgrad.assays.table import read_results
from molgrad.assays.value import Measured
from molgrad.chem.identity import identity
from molgrad.chem.parse import parse
from molgrad.errors import AssayUnitError, InputFileError, InvalidMoleculeError
from molgrad.io.kinds import COMPRESSED

SHARED = 0.5  # of the smaller structure's alpha carbons at the same place: the same structure, cut or prepared anew
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".sdf")
MOST_BYTES = 10_000_000  # of a file that is looked into; a sealed table is far smaller
CLOSE_P = 0.06  # log units: a value rounded to one decimal is the same value
CLOSE = 2e-3  # relative: three digits are the same value

_ATOMS, _NAME, _PLACE = (b"ATOM", b"HETATM"), slice(12, 16), slice(30, 54)


@lru_cache(maxsize=256)
def positions(pdbqt: Path, changed: int) -> frozenset[bytes]:
    """Where the alpha carbons of a structure are, as the file writes it; all its atoms where it has none.

    Args:
        pdbqt: a receptor.
        changed: when the file was, in nanoseconds; positions are kept until then.
    """
    del changed
    atoms = [line for line in pdbqt.read_bytes().splitlines() if line.startswith(_ATOMS)]
    carbons = [line for line in atoms if line[_NAME].strip() == b"CA"]
    return frozenset(line[_PLACE] for line in carbons or atoms)


def same_structure(one: Path, other: Path) -> bool:
    """Whether two files hold the same structure in the same frame, whatever their headings, cuts and preparation.

    Args:
        one: a receptor's PDBQT file.
        other: another.

    Raises:
        OSError: one of them cannot be read.
    """
    first, second = (positions(file, file.stat().st_mtime_ns) for file in (one, other))
    return len(first & second) > SHARED * min(len(first), len(second))


class Values:
    """Measured values that are sealed, by the compound that they belong to.

    Args:
        tables: the files that hold them.

    Raises:
        MolgradError: one that cannot be read.
    """

    def __init__(self, tables: Iterable[Path]) -> None:
        self._known: dict[str, list[Measured]] = {}
        self._named: dict[str, list[Measured]] = {}
        self._formulas: set[tuple[tuple[str, int], ...]] = set()
        self._seen: dict[tuple[Path, int, int], int] = {}
        for table in tables:
            self._add(table)

    def _add(self, table: Path) -> None:
        for row in read_results(table):
            if row.measured is None:
                continue
            if row.name:
                self._named.setdefault(row.name.lower(), []).append(row.measured)
            if (formula := _formula(row.smiles)) is not None:
                self._formulas.add(formula)
                self._known.setdefault(identity(row.smiles), []).append(row.measured)

    def held_by(self, file: Path) -> int:
        """How many of them a table holds, in whatever format and unit; 0 for one that is no table or is very large.

        Args:
            file: any.
        """
        stat = file.stat()
        key = (file, stat.st_mtime_ns, stat.st_size)
        if key not in self._seen:
            kind = file.with_suffix("") if file.suffix.lower() in COMPRESSED else file
            looked_into = kind.suffix.lower() in TABLES and stat.st_size <= MOST_BYTES
            self._seen[key] = sum(self._found(file)) if looked_into else 0
        return self._seen[key]

    def _found(self, file: Path) -> Iterator[bool]:
        try:
            rows = read_results(file)
        except InputFileError:  # no table, so that nothing is read from it later either
            return
        for row in rows:
            if row.measured is not None:
                yield self.hold(row.smiles, row.measured, row.name)

    def hold(self, smiles: str, measured: Measured, name: str = "") -> bool:
        """Whether one of them is this value of this molecule.

        Args:
            smiles: as written; "" for a molecule that is only named.
            measured: its value.
            name: as written.
        """
        formula = _formula(smiles)
        if formula is None:
            known = self._named.get(name.lower(), [])
        elif formula in self._formulas:  # its identity costs ten times as much
            known = self._known.get(identity(smiles), [])
        else:
            known = []
        return any(_same(one, measured) for one in known)

    def __bool__(self) -> bool:
        return bool(self._known)


def _formula(smiles: str) -> tuple[tuple[str, int], ...] | None:
    """Its heavy atoms, which tautomers share; None where it is no molecule."""
    try:
        mol = parse(smiles) if smiles else None
    except InvalidMoleculeError:
        return None
    return None if mol is None else tuple(sorted(Counter(atom.GetSymbol() for atom in mol.GetAtoms()).items()))


def _same(one: Measured, other: Measured) -> bool:
    try:
        return abs(p_value(one)[0] - p_value(other)[0]) <= CLOSE_P
    except (AssayUnitError, ValueError):  # no concentrations, or a number without its unit
        return abs(one.value - other.value) <= CLOSE * abs(one.value)
