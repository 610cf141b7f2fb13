"""Reasons for which rows were not taken, the like ones together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from molgrad.errors import one_line, shorten

_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|[\w.+-]*\d[\w.+-]*")  # what one row has of its own: quoted cells, names, numbers
_MOST = 12  # reasons that are told
_PLACES = 8  # lines that are named for each


def grouped(refused: Iterable[tuple[int, str, str]]) -> Iterator[str]:
    """A line for each kind of reason, the most frequent first: how many rows, which lines, and one reason in full.

    Args:
        refused: of each row its line, its molecule and the reason.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for line, molecule, why in refused:
        kind = _OWN.sub("_", why.replace(molecule, "_") if molecule else why)
        found.setdefault(kind, []).append((line, why))
    ordered = sorted(found.values(), key=len, reverse=True)
    for rows in ordered[:_MOST]:
        lines = list(dict.fromkeys(str(line) for line, _ in rows))
        places = ", ".join(lines[:_PLACES]) + (", ..." if len(lines) > _PLACES else "")
        yield one_line(f"{len(rows)} in line{'s'[: len(lines) != 1]} {places}: {shorten(rows[0][1], 240)}")
    if len(ordered) > _MOST:
        yield f"and {len(ordered) - _MOST} more kinds of reasons"
