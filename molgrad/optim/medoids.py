"""Designs: values that stand for a whole list, by k-medoids over feature counts, or as unlike as can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from molgrad.autograd.domain import Features
from molgrad.optim.features import Array, tanimoto

ROUNDS = 30  # in which groups and their middles are found anew; most lists settle in ten


def medoids(features: Sequence[Features], n: int, measured: Sequence[Features] = ()) -> list[int]:
    """The places of `n` values in the middle of as many groups of like values, those that stand for most first.

    The nearest middle of each value, by 1 - Tanimoto of counts, is its group. Middles are first taken one by one, each
    the value that brings all others nearest to one; then each moves to the member with the least distance to its group.
    A first plate of values as far from each other as possible finds few actives later: those are outliers of no series
    (benchmarks/lab.py).

    Args:
        features: of what there is to choose from.
        n: how many.
        measured: of what is known already; a group about such a value needs no other middle.
    """
    if not features:
        return []
    fixed = list(range(len(features), len(features) + len(measured)))
    distance = 1.0 - tanimoto(features, [*features, *measured])
    middles = _built(distance[:, : len(features)], distance[:, fixed].min(axis=1, initial=1.0), min(n, len(features)))
    for _ in range(ROUNDS):
        group = distance[:, [*middles, *fixed]].argmin(axis=1)
        moved = [_middle(distance, np.flatnonzero(group == k), middle) for k, middle in enumerate(middles)]
        if moved == middles:
            break
        middles = moved
    return middles


def _built(distance: Array, near: Array, n: int) -> list[int]:
    """Middles taken one by one; `near` is how far each value is from what is known already."""
    middles: list[int] = []
    for _ in range(n):
        left = np.minimum(distance, near[:, None]).sum(axis=0)
        left[middles] = np.inf
        middles.append(int(left.argmin()))
        near = np.minimum(near, distance[:, middles[-1]])
    return middles


def _middle(distance: Array, members: NDArray[np.int64], before: int) -> int:
    """The member nearest to all others; as before where the group is empty."""
    if not len(members):
        return before
    return int(members[int(distance[np.ix_(members, members)].sum(axis=1).argmin())])


def max_min(features: Sequence[Features], n: int, measured: Sequence[Features] = ()) -> list[int]:
    """The places of `n` values, each as far as can be from its nearest neighbour among those before it.

    Distance is 1 - Tanimoto of counts. Without anything measured it begins with the value that is most like all
    others, so that no outlier opens the design.

    Args:
        features: of what there is to choose from.
        n: how many.
        measured: features of what counts as chosen already.
    """
    if not features:
        return []
    kernel = tanimoto(features, [*features, *measured])
    count = len(features)
    near = kernel[:, count:].max(axis=1, initial=-1.0)
    picked: list[int] = []
    for _ in range(min(n, count)):
        first = not picked and not measured
        place = int(np.argmax(kernel[:, :count].mean(axis=1))) if first else int(np.argmin(near))
        picked.append(place)
        near = np.maximum(near, kernel[:, place])
        near[picked] = np.inf
    return picked
