"""A Gaussian process for the results of an assay: bounds count as bounds, and docking by as much as it helps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import solve_triangular
from threadpoolctl import threadpool_limits

from molgrad.autograd.domain import Features
from molgrad.optim.censored import sites
from molgrad.optim.features import Array, tanimoto
from molgrad.optim.inducing import chosen, crossed
from molgrad.optim.surrogate import EXACT, Prediction

# Candidates for the deviation of the kernel and of the noise, in spreads of the assay; the likeliest pair is taken.
AMPLITUDES = (0.3, 0.5, 0.8, 1.2, 1.8, 2.5)
NOISES = (0.15, 0.25, 0.4, 0.6, 0.9)
WEIGHED = 400  # measurements from which these are chosen; of more an even part is looked at
# What a deviation of the docking scores is worth before anything is measured, in deviations of the assay, and how
# uncertain that is: benchmarks/lab.py. A prior of 0 found as many actives, one certain of 0 fewer.
WORTH, DOUBT = 0.3, 0.3
USUAL, COUNTED = (
    0.7,
    4.0,
)  # the deviation of an assay in its spreads while little is measured, and for how many it counts


class AssaySurrogate:
    """Tanimoto-kernel GP on counts with a constant mean and docking scores as features of the mean.

    The constant is what the measurements say, with nothing assumed. Each docking score has a coefficient with a normal
    prior; its posterior mean is `weights`. A bound enters by its likelihood: a reading would lie beyond it. A
    measurement's own standard deviation is added to the noise that all have in common.

    Args:
        spread: how far results typically lie apart: 1 on a log10 scale, else in the unit of the assay.
        worth: prior of each docking score's weight; see `weights`.
        exact: measurements up to which all are used; of more the best, the newest and an even part of the rest.
    """

    def __init__(self, spread: float = 1.0, worth: Sequence[float] = (), exact: int = EXACT) -> None:
        self.spread, self.worth, self.exact = spread, np.asarray(worth, dtype=float), exact
        self._features: list[Features] = []

    def fit(
        self,
        features: Sequence[Features],
        values: Sequence[float],
        sides: Sequence[int] | None = None,
        sds: Sequence[float | None] | None = None,
        docked: Array | None = None,
    ) -> AssaySurrogate:
        """Learn from results.

        Args:
            features: of the molecules, at least one.
            values: a result of each, or the bound.
            sides: 0 for a value, 1 where the truth lies above it, -1 below; all values by default.
            sds: standard deviation of each as a measurement; None where it is not known.
            docked: docking scores of each, a column for every weight, standardized; 0 where there is none.

        Raises:
            ValueError: no result, or another number of them than of molecules.
        """
        if not features or len(features) != len(values):
            raise ValueError(f"{len(features)} values with {len(values)} results: give one result each, one or more")
        places = list(range(len(values))) if len(values) <= self.exact else chosen(values, self.exact)
        self._features = [features[i] for i in places]
        target = np.asarray(values, dtype=float)[places]
        side = np.zeros(len(places)) if sides is None else np.asarray(sides, dtype=float)[places]
        own = np.array([(sds[i] if sds is not None else None) or 0.0 for i in places]) ** 2
        self._docked = np.zeros((len(places), len(self.worth))) if docked is None else docked[places]
        with threadpool_limits(1):
            self._learn(target, side, own)
        return self

    def _learn(self, target: Array, side: Array, own: Array) -> None:
        kernel = tanimoto(self._features, self._features)
        self.unit = self._deviation(target)
        known = self.unit * (self._docked @ self.worth)  # what docking says beforehand
        extra = (self.unit * DOUBT) ** 2 * (self._docked @ self._docked.T)
        amplitude, noise = _likeliest(kernel, extra, target - known, own, self.spread)
        self._amplitude, self.noise = amplitude**2, noise
        prior = self._amplitude * kernel + extra
        variances = noise**2 + own
        level = _level(prior, target - known, variances)
        found = sites(prior, level + known, target, side, variances)
        if side.any():  # bounds beyond what was expected move the level
            level = _level(prior, found.values - known, found.variances)
            found = sites(prior, level + known, target, side, variances)
        self._level = level
        self._lower = np.linalg.cholesky(prior + np.diag(found.variances))
        self._rest = solve_triangular(self._lower, found.values - known - level, lower=True)
        alpha = solve_triangular(self._lower.T, self._rest, lower=False)
        self._shift = (self.unit * DOUBT) ** 2 * (self._docked.T @ alpha)

    def _deviation(self, target: Array) -> float:
        squares = float(((target - target.mean()) ** 2).sum()) + COUNTED * (USUAL * self.spread) ** 2
        return float(np.sqrt(squares / (len(target) + COUNTED)))

    @property
    def weights(self) -> Array:
        """For each docking score by how many deviations of the assay a deviation of it is believed to move a result."""
        return np.asarray(self.worth + self._shift / self.unit)

    def predict(self, features: Sequence[Features], docked: Array | None = None) -> Prediction:
        """Mean and standard deviation of the true values, without the noise of a measurement to come.

        Args:
            features: of the molecules.
            docked: their docking scores, as in `fit`.
        """
        columns = np.zeros((len(features), len(self.worth))) if docked is None else docked
        with threadpool_limits(1):
            doubt = (self.unit * DOUBT) ** 2
            cross = self._amplitude * crossed(self._features, features).T + doubt * (columns @ self._docked.T)
            half = solve_triangular(self._lower, cross.T, lower=True)
            mean = self._level + self.unit * (columns @ self.worth) + half.T @ self._rest
            own = self._amplitude + doubt * (columns**2).sum(axis=1)
            variance = np.maximum(own - (half**2).sum(axis=0), (min(NOISES) * self.spread / 2) ** 2)
        return Prediction(mean, np.sqrt(variance))


def _level(prior: Array, target: Array, variances: Array) -> float:
    """The constant under which the results are likeliest."""
    lower = np.linalg.cholesky(prior + np.diag(variances))
    one, rest = (solve_triangular(lower, x, lower=True) for x in (np.ones(len(target)), target))
    return float(one @ rest / (one @ one))


def _likeliest(kernel: Array, extra: Array, target: Array, own: Array, spread: float) -> tuple[float, float]:
    """Deviations of kernel and noise under which the results are likeliest, whatever their level.

    Bounds count as values here: where they all lie at one end of the range nothing else can be told from them.
    """
    part = np.linspace(0, len(target) - 1, min(len(target), WEIGHED)).astype(int)
    kernel, extra = kernel[np.ix_(part, part)], extra[np.ix_(part, part)]
    target, own = target[part], own[part]
    best, found = np.inf, (spread, 0.4 * spread)
    for amplitude in spread * np.array(AMPLITUDES):
        for noise in spread * np.array(NOISES):
            lower = np.linalg.cholesky(amplitude**2 * kernel + extra + np.diag(noise**2 + own))
            one, rest = (solve_triangular(lower, x, lower=True) for x in (np.ones(len(part)), target))
            precision = float(one @ one)
            left = float(rest @ rest - (one @ rest) ** 2 / precision)
            unlikely = 2.0 * float(np.log(np.diag(lower)).sum()) + left + float(np.log(precision))
            if unlikely < best - 1e-9:
                best, found = unlikely, (float(amplitude), float(noise))
    return found
