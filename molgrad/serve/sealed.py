"""What no client may see: held-out receptors and tables, the molecules handed in for them, and their scores."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from molgrad.assays.table import read_results
from molgrad.assays.value import Measured
from molgrad.campaign.folder import write_text
from molgrad.chem.identity import identity
from molgrad.docking.dock import Docker
from molgrad.docking.executor import DockExecutor
from molgrad.docking.request import DockSettings
from molgrad.errors import CampaignError, ConflictingSettingsError, InvalidMoleculeError
from molgrad.io.cells import guarded
from molgrad.io.encoding import binary_chunks
from molgrad.receptors import Receptor, load_receptor
from molgrad.serve.database import FOLDER, database
from molgrad.serve.forms import Values, same_structure
from molgrad.serve.store import ServeStore

RECEPTOR, EXAMPLES = "receptor", "examples"
TABLE = "sealed.csv"  # in the folder `served`
_COLUMNS = ("session", "smiles", "sealed", "status", "score", "unit", "note", "words", "handed in")


class Sealed:
    """What is sealed, as the store keeps it: sealed once, sealed for good.

    Args:
        store: of the served folder.
        named: receptors by name or folder, and files of measured molecules, to be sealed from now on.
        effort: by which the receptors will be docked.
        docked: receptors that the campaign docks into.
        told: SMILES and value of each result that the campaign was told.

    Attributes:
        receptors: sealed now or earlier.

    Raises:
        MolgradError: a receptor or a table that cannot be used.
        ConflictingSettingsError: the campaign docks into a sealed receptor, or was told sealed values.
    """

    def __init__(
        self,
        store: ServeStore,
        named: Sequence[str],
        effort: str,
        docked: Sequence[Receptor] = (),
        told: Iterable[tuple[str, Measured]] = (),
    ) -> None:
        kept = store.rows("SELECT kind, what FROM sealed ORDER BY id")
        new = [_place(name) for name in named]
        self.receptors = [load_receptor(what) for kind, what in (*kept, *new) if kind == RECEPTOR]
        self._files = [Path(what) for kind, what in (*kept, *new) if kind == EXAMPLES]
        self._tables = {_digest(file) for file in self._files}
        self._values = Values(self._files)
        self.check(docked)  # before anything is sealed, which cannot be undone
        self._check_told(told)
        for kind, what in new:
            store.seal(kind, what, effort)
        self._sealed = bool(kept or new)

    def check(self, docked: Sequence[Receptor]) -> None:
        """Raise ConflictingSettingsError where a campaign would tell what is sealed.

        Args:
            docked: the receptors that it docks into.
        """
        if any(self.hides("", one.pdbqt) for one in docked):
            raise ConflictingSettingsError(
                "the campaign docks into a receptor that is sealed, and tells its results: seal another one, or serve "
                "another folder"
            )

    def _check_told(self, told: Iterable[tuple[str, Measured]]) -> None:
        if self._values and (count := sum(self._values.hold(smiles, value) for smiles, value in told)):
            raise ConflictingSettingsError(
                f"the campaign was told {count} values that are sealed, and shows them: seal other ones, or serve "
                "another folder"
            )

    def hides(self, name: str, pdbqt: Path | None) -> bool:
        """Whether a receptor is a sealed one: by its name, or by its structure, however that was prepared or cut.

        Args:
            name: of the receptor; "" where only its structure counts.
            pdbqt: its file; None where it has none.
        """
        if name.lower() in {one.name.lower() for one in self.receptors}:
            return True
        return pdbqt is not None and any(same_structure(one.pdbqt, pdbqt) for one in self.receptors)

    def holds(self, file: Path) -> bool:
        """Whether a file is a sealed table or holds values of one: under whatever name, compressed, in another format.

        Args:
            file: any.
        """
        if not self._files:
            return False
        same = any(one.exists() and one.samefile(file) for one in self._files)  # also where it was changed meanwhile
        if same or _digest(file) in self._tables:
            return True
        if count := self._values.held_by(file):
            sys.stderr.write(f"molgrad: {file} holds {count} values that are sealed: no client may read it\n")
        return count > 0

    def __bool__(self) -> bool:
        return self._sealed


def _digest(file: Path) -> str:
    """The hash of what a file of any size holds, decompressed."""
    found = sha256()
    try:
        for chunk in binary_chunks(file):
            found.update(chunk)
    except OSError as error:
        raise CampaignError(f"{file} cannot be read: {error.strerror}") from None
    return found.hexdigest()


def _place(name: str) -> tuple[str, str]:
    """Kind and place of something to be sealed: a table of measured molecules, or a receptor."""
    path = Path(name)
    if path.is_file():
        _examples(path)  # one that cannot be read is told now
        return EXAMPLES, str(path.absolute())
    return RECEPTOR, str(path.absolute()) if path.is_dir() and len(path.parts) > 1 else name


class Score(NamedTuple):
    """One sealed measurement: status, number and unit, and what else there is to say."""

    status: str
    number: float | None
    unit: str
    words: str


def score(folder: Path, executor: DockExecutor) -> list[list[Any]]:
    """Measure everything that was handed in and not measured yet, and write the table of sealed scores.

    Args:
        folder: that was served.
        executor: where docks run.

    Returns:
        The rows of served/sealed.csv, without its heading.

    Raises:
        CampaignError: nothing is sealed there.
    """
    if not database(folder).is_file():
        raise CampaignError(f"{folder} was never served: nothing is sealed there")
    store = ServeStore(folder)
    try:
        kept = store.rows("SELECT id, kind, what, effort FROM sealed ORDER BY id")
        if not kept:
            raise CampaignError(f"{folder}: nothing is sealed there; give 'molgrad serve' --sealed")
        for number, kind, what, effort in kept:
            measured = "SELECT handed_in FROM scores WHERE sealed = ? AND status != 'failed'"
            left = store.rows(f"SELECT id, smiles FROM handed_in WHERE id NOT IN ({measured}) ORDER BY id", number)  # noqa: S608 - our own words
            values = [smiles for _, smiles in left]
            found = _docked(what, effort, values, executor) if kind == RECEPTOR else _looked_up(Path(what), values)
            for (key, _), one in zip(left, found, strict=True):
                store.score(key, number, *one)
        return _written(folder, store)
    finally:
        store.close()


def summary(folder: Path) -> list[str]:
    """What was served and what is sealed, a line each; for the operator.

    Args:
        folder: that may have been served.
    """
    if not database(folder).is_file():
        return []
    try:
        store = ServeStore(folder)
    except CampaignError:  # another user's: what is served there is not ours to see
        return []
    try:
        lines = [
            f"session {name}: {store.docks(name)} docks, {calls} calls, {len(store.handed_in(name))} handed in"
            for name, calls in store.rows("SELECT session, count(*) FROM calls GROUP BY session ORDER BY min(id)")
        ]
        query = (
            "SELECT s.what, count(c.handed_in), min(c.score) FROM sealed s LEFT JOIN scores c ON c.sealed = s.id "
            "GROUP BY s.id ORDER BY s.id"
        )
        for what, count, best in store.rows(query):
            number = "" if best is None else f", lowest {best:.3f}"
            lines.append(
                f"sealed {Path(what).name}: {count} scored{number}; molgrad serve {folder} --score measures the rest"
            )
        return lines
    finally:
        store.close()


def _docked(name: str, effort: str, values: Sequence[str], executor: DockExecutor) -> Iterator[Score]:
    if values:
        docker = Docker(load_receptor(name), DockSettings.of(effort=effort), executor=executor)
        for result in docker.dock(values):
            yield Score(result.status.value, result.affinity, "kcal/mol", result.reason or result.remarks)


def _looked_up(file: Path, values: Sequence[str]) -> Iterator[Score]:
    known = _examples(file)
    for smiles in values:
        found = known.get(identity(smiles), [])
        number, unit = found[0][:2] if found else (None, "")
        words = "; ".join(one[2] for one in found) or "not in the table"
        yield Score("ok" if found else "invalid", number, unit, words)


def _examples(file: Path) -> dict[str, list[tuple[float | None, str, str]]]:
    """The measured values of a table, by the identity of their molecule."""
    found: dict[str, list[tuple[float | None, str, str]]] = {}
    for row in read_results(file):
        if row.measured is None or not row.smiles:
            continue
        try:
            key = identity(row.smiles)
        except InvalidMoleculeError:
            continue
        found.setdefault(key, []).append((row.measured.value, row.measured.unit, f"{row.assay} {row.measured}"))
    if not found:
        raise CampaignError(f"{file} holds no measured molecule; it needs a column of SMILES and one of values")
    return found


def _written(folder: Path, store: ServeStore) -> list[list[Any]]:
    query = (
        "SELECT h.session, h.smiles, s.what, c.status, c.score, c.unit, h.note, c.words, h.at FROM scores c "
        "JOIN handed_in h ON h.id = c.handed_in JOIN sealed s ON s.id = c.sealed "
        "ORDER BY s.id, c.score IS NULL, c.score"
    )
    rows = [[Path(cell).name if place == 2 else cell for place, cell in enumerate(row)] for row in store.rows(query)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    path = folder / FOLDER / TABLE
    write_text(path, text.getvalue())
    path.chmod(0o600)
    return rows
