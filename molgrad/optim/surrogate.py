"""A Gaussian process over feature counts that predicts an expensive score, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, solve_triangular
from threadpoolctl import threadpool_limits

from molgrad.autograd.domain import Features

Array = NDArray[np.float64]

# Candidates for the noise and for the amplitude of what the linear mean leaves, in spreads of the loss (1 kcal/mol for
# docking); the likeliest pair is taken. benchmarks/surrogate.py: with lower floors predictions were two to four
# deviations off, each batch of five runs predicted from those before it; with these 1.0 to 1.8.
NOISES = (0.35, 0.6, 1.0)
AMPLITUDES = (1.1, 1.6, 2.4)
LEAST_SCALE = 0.3  # of a linear feature, so that a step in one that hardly varied is no leap
RIDGE = 2.0  # pull of the linear coefficients towards their prior, in observations


@dataclass(frozen=True, slots=True)
class Prediction:
    """Expected scores and their standard deviations, one of each for a value."""

    mean: Array
    sd: Array


class Surrogate:
    """Tanimoto-kernel GP on counts with a linear mean in the plain features.

    The kernel is sum(min)/sum(max) of the counts. The mean is a ridge regression whose coefficients are
    pulled towards `slopes`, so that with one observation it already knows, say, that docking scores fall
    with size; with many observations the data decide. Linear algebra runs on one thread: with several, sums
    are taken in an order that differs between machines and runs.

    Args:
        slopes: prior change of the score per unit of each linear feature; zero where not given.
        spread: how far scores typically lie apart, in their own unit; noise and amplitude are looked for about it.
    """

    def __init__(self, slopes: Sequence[float] = (), spread: float = 1.0) -> None:
        self.slopes, self.spread = tuple(slopes), spread
        self._features: list[Features] = []

    def fit(self, features: Sequence[Features], scores: Sequence[float]) -> Surrogate:
        """Learn from measured values; at least one."""
        if not features or len(features) != len(scores):
            raise ValueError(f"{len(features)} values with {len(scores)} scores: give one score each, one or more")
        with threadpool_limits(1):
            self._features = list(features)
            target = np.asarray(scores, dtype=float)
            linear = _linear(features)
            self._centre, self._level = linear.mean(axis=0), float(target.mean())
            self._scale = np.maximum(linear.std(axis=0), LEAST_SCALE)
            self._weights = self._regress(linear, target)
            residual = target - self._mean(linear)
            kernel = tanimoto(features, features)
            unit = self.spread**2
            amplitude, noise = _likeliest(kernel, residual / self.spread)
            self._kernel_scale, self._noise = unit * amplitude, unit * noise
            gram = self._kernel_scale * kernel + self._noise * np.eye(len(target))
            self._cholesky = np.linalg.cholesky(gram)
            self._alpha = cho_solve((self._cholesky, True), residual)
        return self

    def predict(self, features: Sequence[Features]) -> Prediction:
        """Mean and standard deviation for values that were not measured."""
        with threadpool_limits(1):
            cross = self._kernel_scale * tanimoto(features, self._features)
            mean = self._mean(_linear(features)) + cross @ self._alpha
            half = solve_triangular(self._cholesky, cross.T, lower=True)
            variance = self._kernel_scale - np.einsum("ij,ij->j", half, half)
        return Prediction(mean, np.sqrt(np.maximum(variance, (min(NOISES) * self.spread) ** 2)))

    def _regress(self, linear: Array, target: Array) -> Array:
        prior = np.zeros(linear.shape[1])
        prior[: len(self.slopes)] = self.slopes[: linear.shape[1]]
        prior = prior * self._scale  # per unit -> per standard unit
        x = (linear - self._centre) / self._scale
        gram = x.T @ x + RIDGE * np.eye(x.shape[1])
        return np.asarray(prior + np.linalg.solve(gram, x.T @ (target - self._level - x @ prior)))

    def _mean(self, linear: Array) -> Array:
        return np.asarray(self._level + (linear - self._centre) / self._scale @ self._weights)


def _likeliest(kernel: Array, residual: Array) -> tuple[float, float]:
    """Variances (amplitude, noise) on the grid under which the residuals are likeliest; the smallest of equals."""
    values, vectors = np.linalg.eigh(kernel)
    projected = (vectors.T @ residual) ** 2
    best, found = np.inf, (AMPLITUDES[0] ** 2, NOISES[0] ** 2)
    for amplitude in AMPLITUDES:
        for noise in NOISES:
            spectrum = amplitude**2 * np.maximum(values, 0.0) + noise**2
            unlikely = float(np.log(spectrum).sum() + (projected / spectrum).sum())
            if unlikely < best - 1e-9:
                best, found = unlikely, (amplitude**2, noise**2)
    return found


def _linear(features: Sequence[Features]) -> Array:
    return np.asarray([f.linear for f in features], dtype=float).reshape(len(features), -1)


def tanimoto(first: Sequence[Features], second: Sequence[Features]) -> Array:
    """sum(min)/sum(max) of the counts for each pair; shape (len(first), len(second)).

    A count of three is written as three ones, which turns the sum of minima into a matrix product.
    """
    rows, keys = _ones([*first, *second])
    found, columns = np.unique(keys, return_inverse=True)
    bits = np.zeros((len(first) + len(second), max(len(found), 1)), dtype=np.float32)
    bits[rows, columns] = 1.0
    a, b = bits[: len(first)], bits[len(first) :]
    common = a @ b.T
    either = a.sum(axis=1)[:, None] + b.sum(axis=1)[None, :] - common
    return np.asarray(np.divide(common, either, out=np.ones_like(common), where=either > 0), dtype=float)


def _ones(features: Sequence[Features]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and key of each one: the first, second, third of a feature's count have keys of their own."""
    keys = np.fromiter(chain.from_iterable(f.counts for f in features), np.int64)
    counts = np.fromiter(chain.from_iterable(f.counts.values() for f in features), np.int64)
    rows = np.repeat(np.arange(len(features)), [len(f.counts) for f in features])
    which = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    levels = int(counts.max(initial=0)) + 1
    return np.repeat(rows, counts), np.repeat(keys, counts) * levels + which
