"""The table of all molecules, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from molgrad.errors import one_line, plain, shorten
from molgrad.evaluation import Status
from molgrad.optim.record import Record
from molgrad.report.notebook.parts import arrows
from molgrad.report.page.content import Entry
from molgrad.report.page.subject import Subject
from molgrad.report.tables import is_affinity

DRAWN = 200  # of the best, with a picture: pictures of thousands would make the page too large to mail
_VALUE = 2_000  # characters of a value or a reason; texts and what models write may be long
_FIRST = ("loss", "status")
_MORE = ("qed", "sa", "logp", "heavy_atoms", "lead_rmsd", "contact_kept", "passes_filters")
_LAST = ("parent", "reason", "failure", "batch")
_NAMES = {"affinity": "docking, kcal/mol", "qed": "QED", "sa": "SA", "logp": "logP"}
_NOT = ("affinity_built", "affinity_unseeded")
_WHOLE = {"batch", "heavy_atoms", "passes_filters", "docks", "contact_kept", "alerts"}


def columns(subject: Subject) -> list[str]:
    """The columns of molecules.csv that are shown.

    Args:
        subject: the campaign.
    """
    known = [str(name) for name in subject.frame.columns]
    assays = [name for label in subject.view.assays() for name in (f"{label}_relation", label) if name in known]
    docked = [name for name in known if is_affinity(name) and name not in _NOT]
    deviations = [name for name in known if name.endswith("docking_sd") and not name.startswith("expected")]
    own = [term.label for term in subject.terms if term.label in known]
    wanted = [*_FIRST, *assays, *docked, *deviations, *own, *_MORE, *_LAST]
    told = [name for name in dict.fromkeys(wanted) if name in known and _says(subject.frame[name].tolist(), name)]
    return [name for name in told if name != "failure" or _failed(subject)]


def _failed(subject: Subject) -> bool:
    """Whether a failure says more than that a result is pending, which the status says."""
    return any(record.evaluation.status not in (Status.OK, Status.PENDING) for record in subject.records)


def entries(subject: Subject) -> tuple[tuple[str, ...], frozenset[int], tuple[Entry, ...]]:
    """The names of the columns, which of them hold numbers, and the rows.

    Args:
        subject: the campaign.
    """
    names = columns(subject)
    table: dict[str, Sequence[Any]] = {name: subject.frame[name].tolist() for name in names}
    by_value = {record.value: record.name for record in subject.records}
    order = sorted(range(len(subject.records)), key=lambda at: _key(subject.records[at]))
    rows = []
    for place, at in enumerate(order):
        record = subject.records[at]
        row = {name: cells[at] for name, cells in table.items()}
        if "parent" in row:
            row["parent"] = by_value.get(row["parent"], row["parent"])
        cells = [_text(cell, name) for name, cell in row.items()]
        picture = subject.pictures.of(record.value) if place < DRAWN else ""
        rows.append(Entry((one_line(record.name), *cells), shorten(plain(record.value), _VALUE), picture))
    figures = {place for place, name in enumerate(names, start=1) if _numeric(table[name])}
    return ("molecule", *(_NAMES.get(name, name.replace("_", " ")) for name in names)), frozenset(figures), tuple(rows)


def _says(cells: Sequence[Any], name: str) -> bool:
    """Whether a column says something: it is not empty, and not the same of every molecule."""
    said = {_text(cell, name) for cell in cells}
    return bool(said - {""}) and (name in ("loss", "reason", "batch") or len(said) > 1)


def _key(record: Record) -> tuple[bool, bool, float]:
    score = record.known_score
    return record.evaluation.score is None, score is None, score or 0.0


def _numeric(cells: Sequence[Any]) -> bool:
    return all(isinstance(cell, int | float | np.number) or cell is None for cell in cells)


def _text(value: Any, name: str) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if name in _WHOLE else f"{value:.3f}" if name == "loss" else f"{value:.2f}"
    return shorten(arrows(one_line(str(value))), _VALUE)
