"""One row of a table of results: each of its readouts as a value with all that the row says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from molgrad.assays import beside
from molgrad.assays.apart import take_apart
from molgrad.assays.cell import Cell, Told, read_cell
from molgrad.assays.dates import day_first, iso
from molgrad.assays.grid import CellLike, Grid
from molgrad.assays.lexicon import is_property, is_word, kind_pattern
from molgrad.assays.numbers import Figure, NumberError, Style, style_of, tidy
from molgrad.assays.pieces import CellError
from molgrad.assays.quality import quality, remarks
from molgrad.assays.readouts import Columns, Readout
from molgrad.assays.value import FAILED

_ERRORS = ("sd", "sem", "error", "cv")


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads the rows of one table.

    Attributes:
        grid: the table.
        columns: what its columns are.
        styles: how each column of numbers is written, by index.
        day_first: whether dates such as 03/04/2026 begin with the day; None where nothing says so.
    """

    grid: Grid
    columns: Columns
    styles: Mapping[int, Style]
    day_first: bool | None

    @classmethod
    def of(cls, grid: Grid, columns: Columns) -> Reader:
        """The reader of a table.

        Args:
            grid: the table.
            columns: what its columns are.
        """
        used = {i for one in columns.readouts for places in one.beside.values() for i in places}
        texts = {i: [text_of_cell(cells, i) for _, cells in grid.rows] for i in used}
        styles = {i: style_of(cells) for i, cells in texts.items()}
        days = [cell for one in columns.readouts for i in one.beside.get("date", ()) for cell in texts[i]]
        return cls(grid, columns, styles, day_first(days))

    def read(self, cells: Sequence[CellLike], readout: Readout) -> Cell:
        """The value of one readout of a row.

        Args:
            cells: of the row.
            readout: which one.
        """
        heading = readout.heading
        told = Told(heading.title, heading.kind, heading.unit, heading.at, style=readout.style)
        if curve := self._of_curve(cells, readout):
            return Cell(None, f"{curve!r} describes the curve, no value")
        try:
            for role in ("kind", "unit", "relation", "at"):
                for i in readout.beside.get(role, ()):
                    told = beside.told_by(told, role, self.columns.headings[i], text_of_cell(cells, i))
            cell = self._value(cells, readout, told)
            return self._with_row(cell, cells, readout, told)
        except CellError as error:
            return Cell(None, "", str(error))

    def _of_curve(self, cells: Sequence[CellLike], readout: Readout) -> str:
        """What a row of a long table is about, where that is no result, such as a Hill slope; else ""."""
        kinds = [text_of_cell(cells, i) for i in readout.beside.get("kind", ())]
        return next((kind for kind in kinds if is_property(kind) and not kind_pattern().match(kind)), "")

    def _value(self, cells: Sequence[CellLike], readout: Readout, told: Told) -> Cell:
        given = cells[readout.at] if readout.at < len(cells) else ""
        if isinstance(given, str):
            return read_cell(given, told)
        return _of_object(given, told)

    def _with_row(self, cell: Cell, cells: Sequence[CellLike], readout: Readout, told: Told) -> Cell:
        """The value with what the columns beside it say."""
        for i in readout.beside.get("p", ()):
            cell = beside.checked(cell, told, self.grid.header[i], self._again(cells, i, told))
        if cell.measured is None:
            return cell
        for role in _ERRORS:
            for i in readout.beside.get(role, ()):
                unit = self.columns.headings[i].unit or told.unit
                text, style = text_of_cell(cells, i), self.styles.get(i, "unknown")
                cell = beside.with_spread(cell, role, self.grid.header[i], text, style, unit)
        cell = self._with_interval(cell, cells, readout, told)
        for i in readout.beside.get("n", ()):
            cell = _with_count(cell, text_of_cell(cells, i), self.grid.header[i])
        return self._with_place(cell, cells, readout)

    def _again(self, cells: Sequence[CellLike], i: int, told: Told) -> Cell:
        """The same value in another column: on the p-scale, or in the unit of its heading."""
        heading = self.columns.headings[i]
        if heading.role == "value" and heading.unit != "p":
            there = Told(heading.title, heading.kind, heading.unit)
        else:
            there = Told(heading.title, f"p{told.kind.removeprefix('p')}" if told.kind else "", "p")
        return read_cell(text_of_cell(cells, i), replace(there, style=self.styles.get(i, "unknown")))

    def _with_interval(self, cell: Cell, cells: Sequence[CellLike], readout: Readout, told: Told) -> Cell:
        both = readout.beside.get("interval", [])
        lows, highs = readout.beside.get("low", both), readout.beside.get("high", both)
        if not lows or not highs:
            return cell
        low, high = lows[0], highs[0]
        ends = text_of_cell(cells, low), text_of_cell(cells, high)
        if not any(ends):
            return cell
        unit = self.columns.headings[low].unit or told.unit
        return beside.with_interval(cell, *ends, self.styles.get(low, "unknown"), unit)

    def _with_place(self, cell: Cell, cells: Sequence[CellLike], readout: Readout) -> Cell:
        """The value with flags, plate, date, operator and remarks."""
        texts: dict[str, str] = {}
        titles, notes = self._remarks(cells, readout)
        remark = remarks(titles, notes)
        for role in ("plate", "operator", "date"):
            found = [text_of_cell(cells, i) for i in readout.beside.get(role, ())]
            if found and found[0]:
                texts[role] = " ".join(found[0].split())[:200]
        if "date" in texts:
            texts["date"] = iso(texts["date"], self.day_first)
        for i in readout.beside.get("qc", ()):
            flag, note = quality(self.grid.header[i], text_of_cell(cells, i))
            cell = beside.with_note(cell, note)
            if flag == FAILED:
                texts["qc"] = FAILED
            if note:
                cell = Cell(cell.measured, f"{cell.said}; {note}: {'kept and not used' if flag else 'noted and used'}")
        if bad := next((note for note in notes if is_word(note, "remark failed")), ""):
            texts["qc"] = FAILED
            cell = Cell(cell.measured, f"{cell.said}; {bad}: kept and not used")
        return beside.with_note(beside.with_texts(cell, texts), remark)

    def _remarks(self, cells: Sequence[CellLike], readout: Readout) -> tuple[list[str], list[str]]:
        """Headings and cells of the columns of notes."""
        places = readout.beside.get("note", ())
        return [self.grid.header[i] for i in places], [text_of_cell(cells, i) for i in places]


def text_of_cell(cells: Sequence[CellLike], i: int | None) -> str:
    """The text of a cell; of a vault's object its number; "" where the row is shorter.

    Args:
        cells: of a row.
        i: index of the column; None for no column.
    """
    if i is None or i >= len(cells):
        return ""
    cell = cells[i]
    if isinstance(cell, str):
        return cell if isinstance(cell, Figure) else cell.strip()
    value = cell.get("value")
    return "" if value is None else Figure(value)


def _with_count(cell: Cell, text: str, title: str) -> Cell:
    count = beside.counted(text)
    if cell.measured is None or not text:
        return cell
    if count is None:
        return Cell(cell.measured, f"{cell.said}; {title} {text[:20]!r} not understood and left out")
    return Cell(replace(cell.measured, n=count), f"{cell.said}; n = {count}")


def _of_object(given: Mapping[str, Any], told: Told) -> Cell:
    """The value of a vault's object: modifier, value, unit, n, note, mark of an outlier."""
    value, note = given.get("value"), " ".join(str(given.get("note") or given.get("comment") or "").split())
    place = f"{_shown(given)} in column {told.column!r}"
    if value is None:
        return Cell(None, f"{place}: no value")
    modifier = next((given[key] for key in ("modifier", "relation", "operator", "qualifier") if given.get(key)), "")
    unit = given.get("unit") or given.get("units") or ""
    cell = read_cell(Figure(f"{modifier} {value} {unit}".strip()), told)
    if cell.measured is None:
        return cell
    if cell.measured is not None and isinstance(given.get("n"), int):
        cell = _with_count(cell, str(given["n"]), "n")
    if note:
        cell = _with_remark(cell, note, told)
    if given.get("outlier_type") or given.get("outlier"):
        cell = beside.with_texts(cell, {"qc": FAILED})
        cell = Cell(cell.measured, f"{cell.said}; an outlier: kept and not used")
    return cell


def _with_remark(cell: Cell, note: str, told: Told) -> Cell:
    """The value with a note, of which spread and count are taken: `± 0.36 (n=2)`."""
    if cell.measured is None:
        return cell
    try:
        pieces = take_apart(f"1 {tidy(note)}", told.style)
    except (CellError, NumberError):
        return beside.with_note(Cell(cell.measured, f"{cell.said}; noted: {note}"), note)
    measured = replace(cell.measured, error=pieces.error, error_kind=pieces.error_kind, n=pieces.n or cell.measured.n)
    return beside.with_note(Cell(measured, f"{cell.said}; {note}"), "; ".join(pieces.notes))


def _shown(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value!r}" for key, value in list(given.items())[:4] if value is not None)[:80] or "{}"
