"""Vina's five intermolecular terms for pairs of atoms, in numpy.

Source: Trott & Olson, J. Comput. Chem. 31 (2010) 455, equations 5 to 10 and table 1.
"""

from __future__ import annotations

import numpy as np

from molgrad.interactions.atoms import AtomTypes, Floats

TERMS = ("gauss1", "gauss2", "repulsion", "hydrophobic", "hbond")
WEIGHTS = np.array([-0.035579, -0.005156, 0.840245, -0.035069, -0.587439])  # kcal/mol, in the order of TERMS
ROTOR = 0.05846  # each active rotatable bond divides the sum by this much more
BINS = 32  # steps of Vina's table in 1 Å² of squared distance
CUTOFF = 8.0  # Å between nuclei, beyond which a pair counts nothing


def pair_terms(surface: Floats, hydrophobic: Floats, bonding: Floats) -> Floats:
    """The weighted terms of k pairs, kcal/mol, shape (5, k).

    Args:
        surface: distance of the nuclei less both radii, Å, shape (k,).
        hydrophobic: 1 where both atoms are hydrophobic, else 0.
        bonding: 1 where one gives and the other takes a hydrogen bond, else 0.
    """
    terms = np.empty((5, surface.size))
    terms[0] = np.exp(-((surface / 0.5) ** 2))
    terms[1] = np.exp(-(((surface - 3.0) / 2.0) ** 2))
    terms[2] = np.minimum(surface, 0.0) ** 2
    terms[3] = hydrophobic * np.clip(1.5 - surface, 0.0, 1.0)  # full at 0.5 Å, none from 1.5 Å
    terms[4] = bonding * np.clip(surface / -0.7, 0.0, 1.0)  # full at -0.7 Å, none from 0 Å
    terms *= WEIGHTS[:, None]
    return terms


def tabled_terms(gap: Floats, radii: Floats, hydrophobic: Floats, bonding: Floats) -> Floats:
    """As `pair_terms`, with Vina's table: the mean of both ends of the step in which the distance lies.

    The exact functions differ from it by up to 0.011 kcal/mol a pose.

    Args:
        gap: distance of the nuclei, Å, shape (k,).
        radii: the sum of both radii, Å, shape (k,).
        hydrophobic: as for `pair_terms`.
        bonding: as for `pair_terms`.
    """
    step = np.floor(gap * gap * BINS)
    low, high = np.sqrt(step / BINS), np.sqrt((step + 1.0) / BINS)
    below = pair_terms(low - radii, hydrophobic, bonding)
    above = pair_terms(high - radii, hydrophobic, bonding)
    return (below + np.where(high < CUTOFF, above, 0.0)) / 2.0  # the table holds 0 at 8 Å itself


def bonding_pairs(a: AtomTypes, i: np.ndarray, b: AtomTypes, j: np.ndarray) -> np.ndarray:
    """Whether a[i] and b[j] can share a hydrogen bond, shape (k,).

    Args:
        a: types of the ligand's atoms.
        i: index in `a` of each pair, shape (k,).
        b: types of the receptor's atoms.
        j: index in `b` of each pair, shape (k,).
    """
    pairs: np.ndarray = (a.donor[i] & b.acceptor[j]) | (a.acceptor[i] & b.donor[j])
    return pairs
