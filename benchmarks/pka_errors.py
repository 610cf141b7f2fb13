"""How far the model's pKa lie from those measured, where a molecule has one measured value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.measured import PARTS, Measured
from molgrad.chem.ionization import species_at

KINDS = {"a": "acid", "b": "base"}


class Error(NamedTuple):
    name: str
    part: str
    group: str
    measured: float
    model: float
    spread: float


def errors(table: Iterable[Measured]) -> list[Error]:
    """One for each molecule with one measured value and a group of that kind; bounds are passed over."""
    found = []
    for one in table:
        if one.kind == "single" and one.pka[0][0] not in "<>":
            kind = KINDS[one.pka[0][-1]]
            sites = [site for site in species_at(one.smiles, 7.4)[0].sites if site.kind == kind]
            if sites:  # what was measured is the strongest acid or base
                site = (min if kind == "acid" else max)(sites, key=lambda site: site.pka)
                value = float(one.pka[0][:-1])
                found.append(Error(one.name, one.part, site.group, value, site.pka, site.spread))
    return found


def print_errors(table: Sequence[Measured]) -> None:
    """Mean and median errors of each part, how wide the spreads are, and the largest errors."""
    found = errors(table)
    print("\npKa of the model against the only measured one (unsigned errors):")
    for part in PARTS:
        gaps = np.abs([one.model - one.measured for one in found if one.part == part])
        if len(gaps):
            print(f"  {part}: {len(gaps)} molecules, mean {gaps.mean():.2f}, median {np.median(gaps):.2f}")
    units = np.array([abs(one.model - one.measured) / one.spread for one in found])
    print(f"  within one spread {np.mean(units <= 1):.0%}, within two {np.mean(units <= 2):.0%}")
    largest = sorted(found, key=lambda one: -abs(one.model - one.measured))[:10]
    print("  largest: " + ", ".join(f"{one.name} {one.model:.1f} for {one.measured:.1f}" for one in largest))
