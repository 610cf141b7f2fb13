"""What was understood of a table of results, row by row and in all, as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from molgrad.assays.table import ResultRow
from molgrad.assays.value import FAILED
from molgrad.errors import one_line, shorten

_FIGURES = re.compile(r"'(?:[^']|(?<=\w)'(?=\w))*'|\"[^\"]*\"|[\d.]+")
_REASONS = 12  # kinds of refusals in the summary


def dry_run(rows: Sequence[ResultRow], *, most: int | None = None) -> Iterator[str]:
    """The lines of a report on a table: how it was read, every row with what was understood and why, and a summary.

    Args:
        rows: of one table.
        most: rows that are printed, refused ones always; None for all.
    """
    for note in getattr(rows, "notes", ()):
        yield one_line(note)
    for number, row in enumerate(rows):
        if row.refused or most is None or number < most:
            yield shown(row)
    if most is not None and len(rows) > most:
        yield f"... of {len(rows)} rows the first {most} and all refused ones are shown"
    yield from summary(rows)


def shown(row: ResultRow) -> str:
    """One row as a line: place, molecule, and what was understood or why not.

    Args:
        row: the row.
    """
    who = shorten(row.name or row.smiles, 40) or "(no molecule)"
    text = f"REFUSED: {row.refused}" if row.refused else row.said
    return one_line(f"line {row.line}  {who}  {text}")


def summary(rows: Sequence[ResultRow]) -> Iterator[str]:
    """The rows in all: values, bounds, rows without a value and refused ones, by their reasons.

    Args:
        rows: of one table.
    """
    measured = [row.measured for row in rows if row.measured is not None]
    bounds = sum(one.relation in ("<", "<=", ">", ">=") for one in measured)
    failed = sum(one.qc == FAILED for one in measured)
    refused = [row for row in rows if row.refused]
    empty = len(rows) - len(measured) - len(refused)
    count = len({row.line for row in rows})
    results = f"{len(rows)} results of {count} rows" if count != len(rows) else f"{count} row{'s'[: count != 1]}"
    yield (
        f"{results}: {len(measured)} understood ({bounds} of them bounds, {failed} failed), "
        f"{empty} without a value, {len(refused)} refused"
    )
    kinds = Counter(
        (row.assay, f"{one.kind or 'value'} in {one.unit or 'no unit'}") for row in rows if (one := row.measured)
    )
    for (assay, what), count in kinds.most_common(_REASONS):
        yield f"  {count} of {shorten(assay, 60) or 'no assay'}: {what}"
    reasons: dict[str, list[ResultRow]] = {}
    for row in refused:
        reasons.setdefault(_FIGURES.sub("_", row.refused), []).append(row)
    for found in sorted(reasons.values(), key=len, reverse=True)[:_REASONS]:
        lines = list(dict.fromkeys(str(row.line) for row in found))
        places = ", ".join(lines[:8]) + (", ..." if len(lines) > 8 else "")
        yield one_line(
            f"  {len(found)} refused, line{'s'[: len(lines) != 1]} {places}: {shorten(found[0].refused, 200)}"
        )
    if len(reasons) > _REASONS:
        yield f"  and {len(reasons) - _REASONS} more kinds of refusals"
