"""Wording and ranking of facts about a pose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from molgrad.evaluation import Fact
from molgrad.interactions.pose import PoseEnergies

SHOWN = 4  # atoms up to which their elements are listed; a ring of eight needs no list


class Finding(NamedTuple):
    """A fact and its stake (kcal/mol), by which facts are ranked."""

    stake: float
    fact: Fact


def finding(
    kind: str, text: str, atoms: Iterable[int], partner: str | None, value: float, unit: str, stake: float
) -> Finding:
    """Make a finding; the fact's weight is its stake, at most 1 kcal/mol."""
    weight = round(min(1.0, abs(stake)), 3)
    return Finding(abs(stake), Fact(kind, text, tuple(atoms), partner, round(value, 3), unit, weight))


def strongest(found: Iterable[Finding], most: int) -> list[Finding]:
    """The findings with the largest stakes; ties by text."""
    return sorted(found, key=lambda f: (-f.stake, f.fact.text))[:most]


def said(energies: PoseEnergies, atoms: Sequence[int]) -> str:
    """One atom as `N at atom 10`, a few as `atoms 1, 2 (C, O)`, many as `atoms 6-13`."""
    elements = energies.ligand.types.elements
    if len(atoms) == 1:
        return f"{elements[atoms[0]]} at atom {atoms[0]}"
    mixed = len(atoms) <= SHOWN and {elements[i] for i in atoms} != {"C"}
    return f"atoms {_ranges(sorted(atoms))}" + (f" ({', '.join(elements[i] for i in sorted(atoms))})" if mixed else "")


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers with runs of three and more drawn together: `0, 3, 6-13`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def energy(value: float) -> str:
    """An energy with its sign: `-0.42 kcal/mol`."""
    return f"{value:+.2f} kcal/mol"


def connected(energies: PoseEnergies, atoms: Iterable[int]) -> list[tuple[int, ...]]:
    """The atoms in groups that are bonded to each other, each ascending."""
    left, groups = set(atoms), []
    while left:
        group, edge = set(), {min(left)}
        while edge:
            group |= edge
            edge = {j for i in edge for j in energies.ligand.neighbours[i]} & left - group
        left -= group
        groups.append(tuple(sorted(group)))
    return groups
