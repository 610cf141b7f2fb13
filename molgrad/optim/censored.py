"""Bounds among the measurements of a Gaussian process: what a value "> 10 uM" says, by expectation propagation.

Source: Minka, UAI 2001; the moments of a Gaussian times a normal distribution function as in Rasmussen and Williams,
Gaussian Processes for Machine Learning, MIT Press 2006, section 3.9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from molgrad.optim.features import Array

ROUNDS = 20  # of updates of all bounds at once; with half steps they settle in about ten
DAMPED = 0.5  # part of each step that is taken
SETTLED = 1e-4  # change of a site's mean, in deviations of the noise, below which the updates end
VAGUE = 1e-4  # least precision of what a bound says, in units of the kernel's own


@dataclass(frozen=True, slots=True)
class Sites:
    """Measurements as a Gaussian process uses them.

    Attributes:
        values: what was measured; of a bound the mean of the Gaussian that stands in for it.
        variances: of each as a measurement.
    """

    values: Array
    variances: Array


def sites(prior: Array, centre: Array, values: Array, sides: Array, variances: Array) -> Sites:
    """Gaussians that stand in for bounds, so that the process is what the truncated likelihood makes of it.

    A bound says that a measurement of the value, with its noise, lies beyond it.

    Args:
        prior: covariance of the process at the measured places.
        centre: its prior mean there.
        values: what was measured, or the bound.
        sides: 0 for a value, 1 where the truth lies above the number, -1 below.
        variances: of each measurement's noise.
    """
    bound = sides != 0
    if not bound.any():
        return Sites(values, variances)
    side, limit, noise = sides[bound], (values - centre)[bound], variances[bound]
    precision = np.where(bound, 0.05 / variances, 1.0 / variances)
    shift = precision * (values - centre)
    for _ in range(ROUNDS):
        mean, variance = _posterior(prior, precision, shift)
        cavity = np.maximum(1.0 / variance[bound] - precision[bound], VAGUE)
        middle = (mean[bound] / variance[bound] - shift[bound]) / cavity
        wanted, spread = _beyond(side, limit, noise, middle, 1.0 / cavity)
        new = np.maximum(1.0 / spread - cavity, VAGUE)
        moved = wanted / spread - middle * cavity
        old = shift[bound] / precision[bound]
        precision[bound] += DAMPED * (new - precision[bound])
        shift[bound] += DAMPED * (moved - shift[bound])
        if np.max(np.abs(shift[bound] / precision[bound] - old) / np.sqrt(noise)) < SETTLED:
            break
    return Sites(
        np.where(bound, centre + shift / precision, values),
        np.where(bound, 1.0 / precision, variances),
    )


def _posterior(prior: Array, precision: Array, shift: Array) -> tuple[Array, Array]:
    """Mean and variance at each place, given the sites."""
    root = np.sqrt(precision)
    inner = np.eye(len(root)) + root[:, None] * prior * root[None, :]
    half = np.linalg.solve(np.linalg.cholesky(inner), root[:, None] * prior)
    covariance = prior - half.T @ half
    return covariance @ shift, np.maximum(np.diag(covariance), 1e-9)


def _beyond(side: Array, limit: Array, noise: Array, mean: Array, variance: Array) -> tuple[Array, Array]:
    """Mean and variance of a Gaussian, given that a noisy reading of it lies beyond a limit."""
    width = np.sqrt(noise + variance)
    z = side * (mean - limit) / width
    ratio = np.exp(-0.5 * z**2 - 0.5 * np.log(2.0 * np.pi) - log_ndtr(z))
    return mean + side * variance * ratio / width, variance - variance**2 * ratio * (z + ratio) / width**2
