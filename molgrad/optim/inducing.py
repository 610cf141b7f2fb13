"""A sparse Gaussian process for thousands of measurements: all of them seen through a number of inducing points.

Source: the projected process (DTC) of Quiñonero-Candela and Rasmussen, J. Mach. Learn. Res. 2005, 6, 1939. Its time
goes with the number of measurements, instead of its cube. benchmarks/surrogate_rows.py says what it costs in accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular
from scipy.sparse import csr_matrix

from molgrad.autograd.domain import Features
from molgrad.optim.features import Array, ones, tanimoto

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS = 1000  # inducing points
JITTER = 1e-6  # on the diagonal of the kernel, in its own unit: equal features would make it singular
BLOCK = 1000  # measurements at a time in memory


def chosen(scores: Sequence[float], n: int = POINTS) -> list[int]:
    """Which measurements become inducing points, in their order.

    A third are the best, since what is proposed lies near them, a third the newest of the others, and the rest stand at
    even ranks among what is left, so that the bad ones are known, too.

    Args:
        scores: in the order measured, lower is better.
        n: how many at most.
    """
    ranked = sorted(range(len(scores)), key=lambda i: (scores[i], i))
    best = ranked[: n // 3]
    taken = set(best)
    taken.update([i for i in range(len(scores) - 1, -1, -1) if i not in taken][: n // 3])
    left = [i for i in ranked if i not in taken]
    places = np.linspace(0, len(left) - 1, min(len(left), n - len(taken))).astype(int)
    return sorted({*taken, *(left[place] for place in places)})


class Inducing:
    """The residual of a score, learned from every measurement.

    Args:
        points: features of the inducing points.
        features: of every measurement.
        residual: of every measurement.
        amplitude: variance of the kernel.
        noises: variance of each measurement.
    """

    def __init__(
        self, points: Sequence[Features], features: Sequence[Features], residual: Array, amplitude: float, noises: Array
    ) -> None:
        noise = float(noises.min())
        self._points, self._amplitude, self._noise = points, amplitude, noise
        counts = noise / noises  # how much a measurement tells beside the most certain one
        kernel = tanimoto(points, points) + JITTER * np.eye(len(points))
        self._lower = np.linalg.cholesky(amplitude * kernel)
        inner, right = noise * np.eye(len(points)), np.zeros(len(points))
        for first in range(0, len(features), BLOCK):
            block = slice(first, first + BLOCK)
            seen = solve_triangular(self._lower, amplitude * crossed(points, features[block]), lower=True)
            inner += (seen * counts[block]) @ seen.T
            right += seen @ (counts[block] * residual[block])
        self._inner = np.linalg.cholesky(inner)
        self._weights = solve_triangular(self._inner, right, lower=True)

    def predict(self, features: Sequence[Features]) -> tuple[Array, Array]:
        """Mean and variance of the residual of values that were not measured.

        Args:
            features: of the values.
        """
        seen = solve_triangular(self._lower, self._amplitude * crossed(self._points, features), lower=True)
        inner = solve_triangular(self._inner, seen, lower=True)
        variance = self._amplitude - np.einsum("ij,ij->j", seen, seen)
        variance += self._noise * np.einsum("ij,ij->j", inner, inner)
        return inner.T @ self._weights, variance


def crossed(points: Sequence[Features], features: Sequence[Features]) -> Array:
    """As `tanimoto`; only what the points have is looked at, and kept sparse.

    Args:
        points: a fixed, limited number.
        features: any number.
    """
    rows, keys = ones([*points, *features])
    sizes = np.bincount(rows, minlength=len(points) + len(features)).astype(float)
    mine = rows < len(points)
    known = np.unique(keys[mine])
    dense = np.zeros((len(known), len(points)), dtype=np.float32)
    dense[np.searchsorted(known, keys[mine]), rows[mine]] = 1.0
    common = (_sparse(rows[~mine] - len(points), keys[~mine], known, len(features)) @ dense).T.astype(float)
    either = sizes[: len(points), None] + sizes[None, len(points) :] - common
    return np.asarray(np.divide(common, either, out=np.ones_like(common), where=either > 0))


def _sparse(rows: NDArray[np.int64], keys: NDArray[np.int64], known: NDArray[np.int64], n: int) -> csr_matrix:
    columns = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
    there = known[columns] == keys if len(known) else np.zeros(len(keys), dtype=bool)
    filled = np.ones(int(there.sum()), dtype=np.float32)
    return csr_matrix((filled, (rows[there], columns[there])), shape=(n, len(known)))
