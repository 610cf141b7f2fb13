"""What a preparation changed, in words that a user can check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 12  # items of one kind that are written out; the nearest to the box come first


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done to one residue.

    Attributes:
        kind: the heading it comes under, e.g. `deleted`.
        label: the residue, e.g. `A:ARG57`.
        detail: what exactly, or why; may be empty.
        distance: Å from the box, 0 inside it; None where it has no place.
        key: chain and number of the residue, e.g. `A:57`, where the distance is still to be found.
    """

    kind: str
    label: str
    detail: str = ""
    distance: float | None = None
    key: str = ""

    def __str__(self) -> str:
        where = "" if self.distance is None else "in the box" if self.distance == 0 else f"{self.distance:.1f} Å off"
        words = ", ".join(words for words in (self.detail, where) if words)
        return f"{self.label} ({words})" if words else self.label


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a preparation.

    Attributes:
        summary: what was built, a line each.
        changes: residue by residue.
        warnings: what a user should look at before believing a score.
        seconds: wall time of the preparation.
    """

    summary: tuple[str, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    seconds: float

    def lines(self) -> list[str]:
        """The report as text, a line for each kind of change."""
        kinds = dict.fromkeys(change.kind for change in self.changes)
        grouped = [f"{kind}: {_listed([c for c in self.changes if c.kind == kind])}" for kind in kinds]
        return [*self.summary, *grouped, *(f"look at this: {warning}" for warning in self.warnings)]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _listed(changes: Iterable[Change]) -> str:
    ordered = sorted(changes, key=lambda c: float("inf") if c.distance is None else c.distance)
    rest = len(ordered) - SHOWN
    return ", ".join(map(str, ordered[:SHOWN])) + (f" and {rest} more" if rest > 0 else "")
