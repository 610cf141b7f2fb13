"""What a laboratory measured, and where docking ranked molecules otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.archive import Record
from molgrad.report.page.best import measured
from molgrad.report.page.content import NONE, Grid, Section, counted, lines, number
from molgrad.report.page.figures import of_assays
from molgrad.report.page.subject import Subject

_WRONG = 5  # molecules that are named, those whose ranks differ most
_FEW = 4  # molecules with both values below which ranks say nothing
_APART = 1 / 3  # of all molecules, by which ranks must differ to be named


def section(subject: Subject) -> Section | None:
    """The assays' results; None where the loss has no assay.

    Args:
        subject: the campaign.
    """
    assays = subject.view.assays()
    if not assays:
        return None
    told = [record for record in subject.records if any(_of(record, name) for name in assays)]
    title = "What the laboratory measured"
    if not told:
        return Section("laboratory", title, ("No result was told yet.",))
    words = lines(_agreement(told, name) for name in assays)
    points = lines(text for name in assays for text in _wrong(told, name))
    heading = ("What docking got wrong:",) if points else ()
    return Section("laboratory", title, (*words, *heading), points, (_table(subject, told),), of_assays(subject))


def _table(subject: Subject, told: list[Record]) -> Grid:
    assays, plates = subject.view.assays(), subject.view.plates()
    expected = {well.record.value: well.expected for plate in plates for well in plate.wells if well.expected}
    docked = any(_dock(record) for record in told)
    rows = []
    for record in sorted(told, key=lambda one: (one.known_score is None, one.known_score or 0.0)):
        cells = [record.name]
        for name in assays:
            term, foreseen = _of(record, name), expected.get(record.value, {}).get(name)
            cells.append(NONE if term is None else measured(term))
            cells.append(NONE if foreseen is None else "{:.3g} ({:.3g} to {:.3g})".format(*foreseen))
            cells.append("; ".join(subject.view.told_of(record.value).get(name, ())) or NONE)
        if docked:
            dock = _dock(record)
            cells.append(number(dock.raw.get("affinity")) if dock else NONE)
        rows.append(tuple(lines(cells)))
    head = ["molecule"]
    for name, unit in assays.items():
        head += [f"{name}{f' ({unit})' if unit else ''}", "expected (68 %)", "as told"]
    head += ["docking, kcal/mol"] if docked else []
    return Grid("Every molecule with a result, best first", tuple(head), tuple(rows))


def _pairs(told: list[Record], name: str) -> list[tuple[Record, Evaluation, Evaluation]]:
    found = ((record, _of(record, name), _dock(record)) for record in told)
    return [(record, term, dock) for record, term, dock in found if term is not None and dock is not None]


def _agreement(told: list[Record], name: str) -> str:
    results = counted(sum(_of(record, name) is not None for record in told), "molecule")
    pairs = _pairs(told, name)
    if not pairs:
        return f"{results} with a result of {name}."
    from molgrad.report.plots.assay_docking import agreement

    said = agreement(np.array([dock.score for *_, dock in pairs]), np.array([term.score for _, term, _ in pairs]))
    return f"{results} with a result of {name}. Docking against {name}: {said}; 1 is the same order, 0 no relation."


def _wrong(told: list[Record], name: str) -> Iterator[str]:
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
    return [1 + sum(other < score for other in scores) for score in scores]


def _of(record: Record, name: str) -> Evaluation | None:
    return next((term for term in record.evaluation.all_terms() if term.loss == name and term.ok), None)


def _dock(record: Record) -> Evaluation | None:
    return next((term for term in record.evaluation.all_terms() if term.kind == DOCKING and term.ok), None)
