"""What a laboratory measured, and where docking ranked molecules otherwise."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from molgrad.errors import one_line
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.record import Record
from molgrad.report.notebook.parts import expectation
from molgrad.report.page.best import measured
from molgrad.report.page.content import NONE, Grid, Section, counted, lines, number
from molgrad.report.page.figures import of_assays
from molgrad.report.page.subject import Subject

_ROWS = 300  # of the table
_WRONG = 5  # molecules that are named, those whose ranks differ most
_FEW = 4  # molecules with both values below which ranks say nothing
_APART = 1 / 3  # of all molecules, by which ranks must differ to be named


@dataclass(frozen=True, slots=True)
class _Told:
    """A molecule with results.

    Attributes:
        record: the molecule.
        results: of its assays, by name.
        docked: its first docking that gave a score.
    """

    record: Record
    results: dict[str, Evaluation]
    docked: Evaluation | None


def section(subject: Subject) -> Section | None:
    """The assays' results; None where the loss has no assay.

    Args:
        subject: the campaign.
    """
    assays = subject.view.assays()
    if not assays:
        return None
    told = [one for one in (_told(record, assays) for record in subject.records) if one.results]
    title = "What the laboratory measured"
    if not told:
        return Section("laboratory", title, ("No result was told yet.",))
    words = lines(_agreement(told, name) for name in assays)
    points = lines(text for name in assays for text in _wrong(told, name))
    heading = ("What docking got wrong:",) if points else ()
    return Section("laboratory", title, (*words, *heading), points, (_table(subject, told),), of_assays(subject))


def _told(record: Record, assays: Collection[str]) -> _Told:
    terms = [term for term in record.evaluation.all_terms() if term.ok]
    docked = next((term for term in terms if term.kind == DOCKING), None)
    return _Told(record, {term.loss: term for term in terms if term.loss in assays}, docked)


def _table(subject: Subject, told: list[_Told]) -> Grid:
    assays, plates = subject.view.assays(), subject.view.plates()
    expected = {well.record.value: well.expected for plate in plates for well in plate.wells if well.expected}
    docked = any(one.docked for one in told)
    rows = []
    order = sorted(told, key=lambda one: (one.record.known_score is None, one.record.known_score or 0.0))
    for one in order[:_ROWS]:
        as_told, cells = subject.view.told_of(one.record.value), [one.record.name]
        for name in assays:
            term, foreseen = one.results.get(name), expected.get(one.record.value, {}).get(name)
            cells.append(NONE if term is None else measured(term))
            cells.append(NONE if foreseen is None else expectation(foreseen, assays[name]))
            cells.append("; ".join(as_told.get(name, ())) or NONE)
        cells += [number(one.docked.raw.get("affinity")) if one.docked else NONE] if docked else []
        rows.append(tuple(lines(cells)))
    head = ["molecule"]
    for name in assays:
        head += [one_line(name), "expected (68 %)", "as told"]
    head += ["docking, kcal/mol"] if docked else []
    which = "Every molecule with a result" if len(told) <= _ROWS else f"{_ROWS} of {len(told)} molecules with a result"
    return Grid(f"{which}, best first", tuple(head), tuple(rows))


def _pairs(told: list[_Told], name: str) -> list[tuple[Record, Evaluation, Evaluation]]:
    return [(one.record, one.results[name], one.docked) for one in told if name in one.results and one.docked]


def _agreement(told: list[_Told], name: str) -> str:
    results = counted(sum(name in one.results for one in told), "molecule")
    pairs = _pairs(told, name)
    if not pairs:
        return f"{results} with a result of {name}."
    from molgrad.report.plots.assay_docking import agreement

    said = agreement(np.array([dock.score for *_, dock in pairs]), np.array([term.score for _, term, _ in pairs]))
    return f"{results} with a result of {name}. Docking against {name}: {said}; 1 is the same order, 0 no relation."


def _wrong(told: list[_Told], name: str) -> Iterator[str]:
    """The molecules that docking and the assay rank most differently."""
    pairs = _pairs(told, name)
    if len(pairs) < _FEW:
        return
    by_assay = _ranks([term.score or 0.0 for _, term, _ in pairs])
    by_dock = _ranks([dock.score or 0.0 for *_, dock in pairs])
    order = sorted(range(len(pairs)), key=lambda at: -abs(by_assay[at] - by_dock[at]))
    for at in order[:_WRONG]:
        if abs(by_assay[at] - by_dock[at]) < _APART * len(pairs):
            return
        record, term, dock = pairs[at]
        yield (
            f"{record.name}: number {by_dock[at]} of {len(pairs)} by docking ({measured(dock)}), "
            f"number {by_assay[at]} by {name} ({measured(term)})"
        )


def _ranks(scores: list[float]) -> list[int]:
    """The place of each score among all, from 1; equal ones share the first."""
    order = sorted(scores)
    return [1 + bisect_left(order, score) for score in scores]
