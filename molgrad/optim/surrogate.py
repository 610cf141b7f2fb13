"""A Gaussian process over feature counts that predicts an expensive score, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from threadpoolctl import threadpool_limits

from molgrad.autograd.domain import Features
from molgrad.optim.features import Array, tanimoto
from molgrad.optim.inducing import Inducing, chosen

# Candidates for the noise and for the amplitude of what the linear mean leaves, in spreads of the loss (1 kcal/mol for
# docking); the likeliest pair is taken. benchmarks/surrogate.py: with lower floors predictions were two to four
# deviations off, each batch of five runs predicted from those before it; with these 1.0 to 1.8.
NOISES = (0.35, 0.6, 1.0)
AMPLITUDES = (1.1, 1.6, 2.4)
LEAST_SCALE = 0.3  # of a linear feature, so that a step in one that hardly varied is no leap
EXACT = 2000  # measurements: a fit takes 3 s and 100 MB; with 20,000, half an hour and 24 GB
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

    A measurement with a standard deviation of its own counts for less: its variance is added to the noise that all
    have in common, and in the mean it weighs 1 / (1 + variance), in units of the spread.

    Of more measurements than `exact` it is a sparse process, since time grows with their cube and memory with their
    square: the mean still comes from all of them, the kernel sees them through inducing points.

    Args:
        slopes: prior change of the score per unit of each linear feature; zero where not given.
        spread: how far scores typically lie apart, in their own unit; noise and amplitude are looked for about it.
        exact: measurements up to which nothing is approximated.
    """

    def __init__(self, slopes: Sequence[float] = (), spread: float = 1.0, exact: int = EXACT) -> None:
        self.slopes, self.spread, self.exact = tuple(slopes), spread, exact
        self._features: list[Features] = []
        self._sparse: Inducing | None = None

    def fit(
        self, features: Sequence[Features], scores: Sequence[float], sds: Sequence[float | None] | None = None
    ) -> Surrogate:
        """Learn from measured values.

        Args:
            features: of the values, at least one.
            scores: one of each.
            sds: standard deviation of each score as a measurement, in the score's unit; None where it is not known.

        Raises:
            ValueError: no value, or another number of scores or deviations than of values.
        """
        if not features or len(features) != len(scores):
            raise ValueError(f"{len(features)} values with {len(scores)} scores: give one score each, one or more")
        if sds is not None and len(sds) != len(scores):
            raise ValueError(f"{len(scores)} scores with {len(sds)} standard deviations: give one each, or None")
        own = np.array([sd or 0.0 for sd in sds or [None] * len(scores)]) ** 2
        with threadpool_limits(1):
            target = np.asarray(scores, dtype=float)
            linear = _linear(features)
            certain = 1.0 / (1.0 + own / self.spread**2)
            self._centre, self._level = linear.mean(axis=0), float(np.average(target, weights=certain))
            self._scale = np.maximum(linear.std(axis=0), LEAST_SCALE)
            self._weights = self._regress(linear, target, certain)
            residual = target - self._mean(linear)
            whole = len(target) <= self.exact
            places = list(range(len(target))) if whole else chosen(scores)
            self._features = [features[i] for i in places]
            kernel = tanimoto(self._features, self._features)
            unit = self.spread**2
            amplitude, noise = _likeliest(kernel, residual[places] / self.spread, own[places] / unit)
            self._kernel_scale, noises = unit * amplitude, unit * noise + own
            if not whole:
                self._sparse = Inducing(self._features, features, residual, self._kernel_scale, noises)
                return self
            self._sparse = None
            gram = self._kernel_scale * kernel + np.diag(noises)
            self._cholesky = np.linalg.cholesky(gram)
            self._alpha = cho_solve((self._cholesky, True), residual)
        return self

    def predict(self, features: Sequence[Features]) -> Prediction:
        """Mean and standard deviation for values that were not measured."""
        with threadpool_limits(1):
            mean = self._mean(_linear(features))
            if self._sparse is not None:
                rest, variance = self._sparse.predict(features)
                mean = mean + rest
            else:
                cross = self._kernel_scale * tanimoto(features, self._features)
                mean = mean + cross @ self._alpha
                half = solve_triangular(self._cholesky, cross.T, lower=True)
                variance = self._kernel_scale - np.einsum("ij,ij->j", half, half)
        return Prediction(mean, np.sqrt(np.maximum(variance, (min(NOISES) * self.spread) ** 2)))

    def _regress(self, linear: Array, target: Array, certain: Array) -> Array:
        prior = np.zeros(linear.shape[1])
        prior[: len(self.slopes)] = self.slopes[: linear.shape[1]]
        prior = prior * self._scale  # per unit -> per standard unit
        x = (linear - self._centre) / self._scale
        gram = (x.T * certain) @ x + RIDGE * np.eye(x.shape[1])
        return np.asarray(prior + np.linalg.solve(gram, (x.T * certain) @ (target - self._level - x @ prior)))

    def _mean(self, linear: Array) -> Array:
        return np.asarray(self._level + (linear - self._centre) / self._scale @ self._weights)


def _likeliest(kernel: Array, residual: Array, own: Array) -> tuple[float, float]:
    """Variances (amplitude, common noise) on the grid under which the residuals are likeliest; the smallest of equals.

    Args:
        kernel: of the values.
        residual: of each value, in spreads.
        own: variance of each measurement beside the common noise, in squared spreads.
    """
    best, found = np.inf, (AMPLITUDES[0] ** 2, NOISES[0] ** 2)
    for amplitude in AMPLITUDES:
        for noise in NOISES:
            lower = np.linalg.cholesky(amplitude**2 * kernel + np.diag(noise**2 + own))
            whitened = solve_triangular(lower, residual, lower=True)
            unlikely = float(2.0 * np.log(np.diag(lower)).sum() + whitened @ whitened)
            if unlikely < best - 1e-9:
                best, found = unlikely, (amplitude**2, noise**2)
    return found


def _linear(features: Sequence[Features]) -> Array:
    return np.asarray([f.linear for f in features], dtype=float).reshape(len(features), -1)
