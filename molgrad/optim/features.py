"""Likeness of values by the counts of their features."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from molgrad.autograd.domain import Features

Array = NDArray[np.float64]


def tanimoto(first: Sequence[Features], second: Sequence[Features]) -> Array:
    """sum(min)/sum(max) of the counts for each pair; shape (len(first), len(second)).

    A count of three is written as three ones, which turns the sum of minima into a matrix product.

    Args:
        first: counts of each value.
        second: those to compare with; the same list as `first` is laid out once.
    """
    alike = second is first
    rows, keys = ones(first if alike else [*first, *second])
    found, columns = np.unique(keys, return_inverse=True)
    bits = np.zeros((len(first) if alike else len(first) + len(second), max(len(found), 1)), dtype=np.float32)
    bits[rows, columns] = 1.0
    a, b = bits[: len(first)], bits if alike else bits[len(first) :]
    common = a @ b.T
    either = a.sum(axis=1)[:, None] + b.sum(axis=1)[None, :] - common
    return np.asarray(np.divide(common, either, out=np.ones_like(common), where=either > 0), dtype=float)


def ones(features: Sequence[Features]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and key of each one: the first, second, third of a feature's count have keys of their own.

    Args:
        features: counts of each value, a row each.
    """
    keys = np.fromiter(chain.from_iterable(f.counts for f in features), np.int64)
    counts = np.fromiter(chain.from_iterable(f.counts.values() for f in features), np.int64)
    rows = np.repeat(np.arange(len(features)), [len(f.counts) for f in features])
    which = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    levels = int(counts.max(initial=0)) + 1
    return np.repeat(rows, counts), np.repeat(keys, counts) * levels + which
