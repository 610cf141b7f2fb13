"""Tables of results, row by row: each is understood, or refused with what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molgrad.assays.beside import is_heading_again
from molgrad.assays.cell import Cell
from molgrad.assays.columns import is_description
from molgrad.assays.grid import CellLike, Grid, from_text, in_memory
from molgrad.assays.lexicon import is_word
from molgrad.assays.readouts import Readout, tell_apart
from molgrad.assays.row import Reader, text_of_cell
from molgrad.assays.value import Measured
from molgrad.errors import InputFileError, listed, one_line, shorten
from molgrad.io.columns import normal
from molgrad.io.entry import MAX_LINE
from molgrad.io.names import cleaned

if TYPE_CHECKING:
    from pandas import DataFrame

_FEW, _FRACTION = 3, 1.2  # percentages from which it is told that they look like fractions, and the largest of them
_LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of a table of results, or one readout of a row.

    Attributes:
        source: name of the file; "table" for one given in Python.
        line: in the file, from 1; the number of the record in a JSON dump or a table given in Python.
        smiles: as written; "" where the table has names only.
        name: the id or name as written, such as "m0007".
        assay: which assay it is a result of: the one asked for, that of the row, or the column's heading.
        measured: the value; None where there is none, or it is not understood.
        said: what was understood and why, as a sentence; it says so where a row holds no value.
        refused: why the row is not understood and what to do; "" where it is.
    """

    source: str
    line: int
    smiles: str
    name: str
    assay: str
    measured: Measured | None
    said: str
    refused: str


class Results(list[ResultRow]):
    """The rows of a table of results, in order.

    Attributes:
        notes: how the table was read, in sentences.
    """

    def __init__(self, rows: Iterable[ResultRow] = (), notes: Iterable[str] = ()) -> None:
        super().__init__(rows)
        self.notes = list(notes)


def read_results(
    source: str | Path | DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    assay: str | None = None,
    columns: Mapping[str, str] | None = None,
    known: Collection[str] = (),
) -> Results:
    """The results of a table as laboratories write them.

    No row is left out: each is understood, is said to hold no value, or is refused with what to do. A table with
    several columns of results gives a row for each of them.

    Args:
        source: a file (.csv, .tsv, .txt, also compressed, .xlsx, .json, .sdf), a data frame, rows as mappings, or
            columns as lists by heading.
        assay: the assay of all results; of a table with several assays the one that is wanted.
        columns: what columns are, by heading, where it cannot be told: "value", "value nM", "name", "smiles",
            "relation", "unit", "kind", "sd", "sem", "n", "qc", "date", "note", "ignore", one of `known`, or a heading
            to read in place of its own, such as "IC50 (nM)". A word of cells is explained likewise:
            {"inactive": ">30 uM"}.
        known: names of assays that there are; columns called so hold results, whatever they mean.

    Raises:
        InputFileError: the source cannot be read, or it is not known which column holds molecules or results; says
            what to do.
    """
    grid = _grid(source)
    meanings = _explained(grid, columns or {})
    found = tell_apart(grid, meanings, assay, (*known, *([assay] if assay else [])))
    table = _Table(grid, Reader.of(grid, found), assay, _assays(grid, found.readouts, assay))
    rows = [row for line, cells in grid.rows for row in table.rows(line, cells)]
    return Results(rows, [*grid.notes, *found.notes, *_fractions(rows)])


def _fractions(rows: Sequence[ResultRow]) -> Iterator[str]:
    """A note where percentages look like fractions."""
    values: dict[str, list[float]] = {}
    for row in rows:
        if row.measured is not None and row.measured.unit == "%":
            values.setdefault(row.assay, []).append(abs(row.measured.value))
    for assay, found in values.items():
        if len(found) >= _FEW and 0 < max(found) <= _FRACTION:
            yield f"all percentages of {assay!r} are {_FRACTION} or less: are they fractions? 0.63 is 0.63 %"


def _grid(source: str | Path | DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Grid:
    if not isinstance(source, str | Path):
        return in_memory(source)
    path = Path(source)
    suffix = path.suffix.lower()
    if not path.is_file():
        raise InputFileError(f"{path} is no file of results: there is none of this name")
    if suffix in (".json", ".jsonl", ".ndjson"):
        from molgrad.assays.vault import from_json

        return from_json(path)
    if suffix in (".xlsx", ".xlsm"):
        from molgrad.assays.workbook import from_workbook

        return from_workbook(path)
    if suffix in (".xls", ".ods", ".pdf", ".docx", ".numbers"):
        raise InputFileError(f"{path} is not read: save it as .xlsx or .csv")
    if suffix in (".sdf", ".sd"):
        from molgrad.assays.properties import from_sdf

        return from_sdf(path)
    return from_text(path)


def _explained(grid: Grid, columns: Mapping[str, str]) -> Mapping[str, str]:
    """The columns that are explained; words of cells that are, such as `inactive`, are read as what they mean."""
    titles = {normal(title) for title in grid.header}
    words = {" ".join(word.lower().split()): meaning for word, meaning in columns.items() if normal(word) not in titles}
    counts = dict.fromkeys(words, 0)
    for _, cells in grid.rows if words else ():
        for i, cell in enumerate(cells):
            word = " ".join(cell.lower().split()) if isinstance(cell, str) else ""
            if word in words:
                cells[i] = f"{words[word]} ({cell})"  # the word stays as a note
                counts[word] += 1
    grid.notes += [f"{word!r} read as {words[word]!r} in {count} cells" for word, count in counts.items() if count]
    return {title: meaning for title, meaning in columns.items() if not counts.get(" ".join(title.lower().split()))}


def _assays(grid: Grid, readouts: Sequence[Readout], assay: str | None) -> set[str]:
    """The assays that the table's own column names, where it has one and several or the one asked for are in it."""
    places = {i for one in readouts for i in one.beside.get("assay", ())}
    named = {cleaned(text_of_cell(cells, i)) for _, cells in grid.rows for i in places} - {""}
    if assay is None or not named or any(normal(one) == normal(assay) for one in named):
        return named
    if len(named) > 1:
        raise InputFileError(
            f"{grid.source} has results of several assays, none of them {assay!r}: {listed(sorted(named))}; "
            "ask for one of these, or leave the column out with --map 'COLUMN=ignore'"
        )
    return set()


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with all that is known of it."""

    grid: Grid
    reader: Reader
    assay: str | None
    assays: set[str]

    def rows(self, line: int, cells: Sequence[CellLike]) -> Iterator[ResultRow]:
        """The results of one row, at least one."""
        columns = self.reader.columns
        smiles, name = text_of_cell(cells, columns.smiles), cleaned(text_of_cell(cells, columns.name))
        fault, remark = self._fault(cells, smiles, name, line)
        if fault or remark:
            yield self._row(line, smiles, name, self.assay or "", Cell(None, remark, fault))
            return
        found = [(one, self._cell(cells, one)) for one in self._wanted(cells)]
        filled = [(one, cell) for one, cell in found if text_of_cell(cells, one.at) or cell.measured is not None]
        reason = self.grid.unread.get(line, "")
        for one, cell in filled or found[:1]:
            shown = Cell(None, "", reason) if reason and not filled else cell
            yield self._row(line, smiles, name, self._assay(cells, one), shown)

    def _wanted(self, cells: Sequence[CellLike]) -> list[Readout]:
        """The readouts of a row: no mean beside its replicates, no p-value beside its value."""
        readouts = self.reader.columns.readouts
        checks = {i for one in readouts for i in one.beside.get("p", ())}
        kept = [one for one in readouts if one.at not in checks]
        return [one for one in kept if not any(text_of_cell(cells, i) for i in one.mean_of)]

    def _cell(self, cells: Sequence[CellLike], readout: Readout) -> Cell:
        other = self._other_assay(cells, readout)
        if other:
            return Cell(None, f"a result of {other!r}, not of {self.assay!r}: no value asked for")
        return self.reader.read(cells, readout)

    def _other_assay(self, cells: Sequence[CellLike], readout: Readout) -> str:
        """The assay of a row that is not the one asked for; "" where it is."""
        if self.assay is None or not self.assays:
            return ""
        named = [cleaned(text_of_cell(cells, i)) for i in readout.beside.get("assay", ())]
        named = [one for one in named if one]
        return "" if not named or any(normal(one) == normal(self.assay) for one in named) else named[0]

    def _assay(self, cells: Sequence[CellLike], readout: Readout) -> str:
        """The name of the assay of a readout."""
        if self.assay is not None:
            return self.assay
        named = [cleaned(text_of_cell(cells, i)) for i in readout.beside.get("assay", ())]
        return next(filter(None, named), readout.label)

    def _fault(self, cells: Sequence[CellLike], smiles: str, name: str, line: int) -> tuple[str, str]:
        """Why a row cannot be a result, and why it is none to be told."""
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        more = [text for text in texts[len(self.grid.header) :] if text]
        if is_heading_again(texts, self.grid.header):
            return "", "the headings again, no value"
        if more:
            remedy = "a decimal comma in a comma-separated file? Put quotes around the cell, or save with semicolons"
            return f"{len(texts)} cells under {len(self.grid.header)} headings: {remedy}", ""
        if is_description(texts):
            return "", "describes the columns, no value"
        if is_word(name, "summary") and not smiles:
            return "", f"{name!r} sums up other rows, no value"
        if not smiles and not name:
            return self.grid.unread.get(line) or "no molecule in this row: write its name or SMILES into each row", ""
        if len(smiles) > MAX_LINE:
            return f"a SMILES of more than {MAX_LINE} characters", ""
        return "", ""

    def _row(self, line: int, smiles: str, name: str, assay: str, cell: Cell) -> ResultRow:
        name = shorten(one_line(name), _LONGEST_NAME)
        smiles = smiles if len(smiles) <= MAX_LINE else ""
        return ResultRow(self.grid.source, line, smiles, name, assay, cell.measured, cell.said, cell.refused)
