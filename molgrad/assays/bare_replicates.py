"""Replicate columns that say neither what was measured nor its unit, such as Rep 1: which result they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from molgrad.errors import InputFileError, listed

if TYPE_CHECKING:
    from molgrad.assays.readouts import Readout

ROUNDED = 0.2  # of a replicate; so far beyond it a mean may lie: they may be rounded, or one of them left out
SHARE = 0.8  # of the rows in which a result has to be the mean of the replicates


def inherit(source: str, readouts: Sequence[Readout], columns: Sequence[Sequence[str]]) -> None:
    """Give bare replicate columns the kind and unit of the result that they are replicates of.

    That is the only result there is, else the one whose values are their means, else the one beside them that is called
    a mean.

    Args:
        source: of the table, for errors.
        readouts: every column of values.
        columns: the cells of each column of the table.

    Raises:
        InputFileError: two results could be meant, in different units; says what to do.
    """
    results = [one for one in readouts if one.heading.replicate is None]
    known = {(one.heading.kind, one.heading.unit) for one in readouts if one.heading.kind or one.heading.unit}
    for run in _runs(readouts):
        owner = results[0] if len(results) == 1 else _owner(run, results, columns)
        if owner is None and len(known) > 1:
            raise InputFileError(
                f"{source}: {listed([repr(one.heading.title) for one in run])} could be replicates of "
                f"{' or '.join(repr(one.heading.title) for one in results)}: say of which, such as "
                f"--map '{run[0].heading.title}={results[0].heading.title} {run[0].heading.title}'"
            )
        kind, unit = next(iter(known), ("", "")) if owner is None else (owner.heading.kind, owner.heading.unit)
        for one in run:
            own = one.heading
            one.heading = replace(own, kind=kind, unit=own.unit or unit)
            if owner is not None:
                one.heading = replace(one.heading, rest=owner.heading.rest, at=own.at or owner.heading.at)


def _runs(readouts: Sequence[Readout]) -> list[list[Readout]]:
    """Bare replicate columns, those together that count on: Rep 1, Rep 2."""
    runs: list[list[Readout]] = []
    for one in readouts:
        heading = one.heading
        if heading.replicate is None or heading.kind or heading.rest:
            continue
        goes_on = runs and (heading.replicate or 0) > (runs[-1][-1].heading.replicate or 0)
        if goes_on and not any(runs[-1][-1].at < two.at < one.at for two in readouts):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _owner(run: Sequence[Readout], results: Sequence[Readout], columns: Sequence[Sequence[str]]) -> Readout | None:
    """The result that a run of replicates is of; None where nothing says so."""
    means = [one for one in results if _is_mean(columns[one.at], [columns[two.at] for two in run])]
    if len(means) == 1:
        return means[0]
    before = [one for one in results if one.at < run[0].at][-1:]
    beside = [*before, *[one for one in results if one.at > run[-1].at][:1]]
    called = [one for one in beside if {"mean", "average", "avg"} & set(one.heading.title.lower().split())]
    return called[0] if len(called) == 1 else beside[0] if len(beside) == 1 else None


def _is_mean(cells: Sequence[str], replicates: Sequence[Sequence[str]]) -> bool:
    """Whether the cells lie among their replicates, in nearly all rows that tell."""
    found = []
    for place, cell in enumerate(cells):
        value = _number(cell)
        others = [number for one in replicates if (number := _number(one[place])) is not None]
        if value is not None and others:
            low, high = min(others), max(others)
            found.append(low - ROUNDED * abs(low) <= value <= high + ROUNDED * abs(high))
    return bool(found) and sum(found) >= SHARE * len(found)


def _number(cell: str) -> float | None:
    """The number of a cell, whatever its qualifier; None where it holds anything else."""
    try:
        return float(cell.strip().lstrip("<>=~≤≥ ").rstrip("% ").replace(",", "."))
    except ValueError:
        return None
