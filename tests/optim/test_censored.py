"""Bounds against integrals: what "above b" says of one value and of two that are alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from molgrad.optim.censored import sites

GRID = np.linspace(-6.0, 6.0, 601)


def posterior(prior: np.ndarray, centre: np.ndarray, values: list[float], sides: list[int], noise: float) -> np.ndarray:
    """Means and variances of the process at the measured places, from the Gaussians that stand in for bounds."""
    size = len(values)
    found = sites(prior, centre, np.array(values), np.array(sides, dtype=float), np.full(size, noise**2))
    inverse = np.linalg.inv(prior + np.diag(found.variances))
    mean = centre + prior @ inverse @ (found.values - centre)
    return np.array([mean, np.diag(prior - prior @ inverse @ prior)])


def test_values_stay_as_they_are() -> None:
    found = sites(np.eye(2), np.zeros(2), np.array([1.0, 2.0]), np.zeros(2), np.array([0.1, 0.2]))
    assert found.values.tolist() == [1.0, 2.0]
    assert found.variances.tolist() == [0.1, 0.2]


@pytest.mark.parametrize(("limit", "side"), [(0.5, 1), (2.0, 1), (-1.0, 1), (-1.0, -1), (0.3, -1)])
def test_one_bound_is_the_integral(limit: float, side: int) -> None:
    weight = norm.pdf(GRID, 0.2, 1.0) * norm.cdf(side * (GRID - limit) / 0.4)
    weight /= weight.sum()
    mean = weight @ GRID
    found = posterior(np.eye(1), np.array([0.2]), [limit], [side], 0.4)
    assert found[:, 0] == pytest.approx([mean, weight @ (GRID - mean) ** 2], abs=2e-3)


def test_a_value_and_two_bounds_on_like_molecules_are_near_the_integral() -> None:
    prior = np.array([[1.0, 0.7, 0.3], [0.7, 1.0, 0.5], [0.3, 0.5, 1.0]])
    line = np.linspace(-5.0, 5.0, 81)
    points = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1)
    weight = multivariate_normal(np.zeros(3), prior).pdf(points)
    weight *= norm.cdf((points[..., 0] - 0.8) / 0.3) * norm.pdf(points[..., 1], 0.1, 0.3)
    weight *= norm.cdf((-0.5 - points[..., 2]) / 0.3)
    weight /= weight.sum()
    mean = np.einsum("abc,abci->i", weight, points)
    variance = np.einsum("abc,abci->i", weight, (points - mean) ** 2)
    found = posterior(prior, np.zeros(3), [0.8, 0.1, -0.5], [1, 0, -1], 0.3)
    assert found[0] == pytest.approx(mean, abs=0.03)
    assert found[1] == pytest.approx(variance, rel=0.06)
