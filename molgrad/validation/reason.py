"""Why a molecule was refused, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from molgrad.chem.alerts import Alert
from molgrad.chem.parse import Parsed


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal.

    Attributes:
        rule: a machine-readable word, such as `valence` or `reactive`.
        text: what is wrong, where, and why it matters.
        atoms: indices in the canonical SMILES (as written, where the text could not be read).
    """

    rule: str
    text: str
    atoms: tuple[int, ...] = ()


Check = Callable[[Parsed], tuple[Reason, ...]]
"""A check looks at a molecule that was read and returns reasons against it; none means it passes."""


def from_alerts(rule: str, alerts: Iterable[Alert]) -> tuple[Reason, ...]:
    """Reasons that name the group, its atoms and what it does."""
    return tuple(Reason(rule, f"{a.name} at {places(a.atoms)}: {a.reason}", a.atoms) for a in alerts)


def places(atoms: tuple[int, ...]) -> str:
    """`atom 3` or `atoms 3, 4, 5`."""
    return ("atom " if len(atoms) == 1 else "atoms ") + ", ".join(map(str, atoms))
