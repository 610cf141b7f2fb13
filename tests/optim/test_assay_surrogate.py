"""The surrogate of an assay against its closed form, and on results whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from molgrad.autograd.domain import Features
from molgrad.optim.assay_surrogate import DOUBT, AssaySurrogate
from molgrad.optim.features import tanimoto


def world(n: int, seed: int = 3) -> tuple[list[Features], np.ndarray]:
    """Values of four groups and twenty details, and a truth that is the sum of what each is worth."""
    rng = np.random.default_rng(seed)
    worth = np.concatenate([rng.normal(scale=1.2, size=4), rng.normal(scale=0.5, size=20)])
    features, truth = [], []
    for _ in range(n):
        group, details = int(rng.integers(4)), rng.choice(20, 5, replace=False) + 4
        counts = {group * 100 + k: 1 for k in range(6)} | {1000 + int(d): 1 for d in details}
        features.append(Features(counts))
        truth.append(worth[group] + worth[details].sum())
    return features, np.array(truth)


def test_predictions_are_the_closed_form() -> None:
    features, truth = world(30)
    docked = np.random.default_rng(0).normal(size=(30, 1))
    model = AssaySurrogate(worth=[0.3]).fit(features[:20], truth[:20].tolist(), docked=docked[:20])
    found = model.predict(features[20:], docked[20:])
    kernel = model._amplitude * tanimoto(features, features) + (model.unit * DOUBT) ** 2 * docked @ docked.T
    known, new = np.arange(20), np.arange(20, 30)
    gram = np.linalg.inv(kernel[np.ix_(known, known)] + model.noise**2 * np.eye(20))
    beforehand = model.unit * 0.3 * docked[:, 0]
    rest = truth[:20] - beforehand[:20]
    level = np.ones(20) @ gram @ rest / (np.ones(20) @ gram @ np.ones(20))
    cross = kernel[np.ix_(new, known)]
    assert found.mean == pytest.approx(beforehand[20:] + level + cross @ gram @ (rest - level))
    variance = np.diag(kernel)[20:] - np.einsum("ij,jk,ik->i", cross, gram, cross)
    assert found.sd == pytest.approx(np.sqrt(variance))


def test_a_bound_inside_the_range_counts_as_a_bound() -> None:
    errors = {"censored": [], "value": [], "dropped": []}
    for seed in range(4):
        features, truth = world(160, seed)
        read = truth + np.random.default_rng(seed).normal(scale=0.2, size=160)
        limit = float(np.quantile(truth, 0.45))
        sides = (read > limit).astype(int)
        told = np.minimum(read, limit)
        exact = np.flatnonzero(sides[:80] == 0)
        for name, places, side in (
            ("censored", np.arange(80), sides), ("value", np.arange(80), 0 * sides), ("dropped", exact, 0 * sides),
        ):  # fmt: skip
            model = AssaySurrogate().fit([features[i] for i in places], told[places].tolist(), side[places].tolist())
            gap = model.predict(features[80:]).mean - truth[80:]
            errors[name].append(float(np.sqrt(np.mean(gap**2))))
    mean = {name: np.mean(found) for name, found in errors.items()}
    assert mean["censored"] < 0.9 * mean["value"]
    assert mean["censored"] < 0.9 * mean["dropped"]


def test_an_uncertain_result_counts_for_less() -> None:
    features, _ = world(12)
    values = [0.0] * 11 + [4.0]
    sure = AssaySurrogate().fit(features, values).predict(features[11:]).mean[0]
    unsure = AssaySurrogate().fit(features, values, sds=[None] * 11 + [2.0]).predict(features[11:]).mean[0]
    assert unsure < 0.6 * sure


@pytest.mark.parametrize(("slope", "least", "most"), [(1.0, 0.5, 1.3), (0.0, -0.2, 0.2), (-1.0, -1.2, -0.3)])
def test_what_docking_counts_is_learned(slope: float, least: float, most: float) -> None:
    features, truth = world(60)
    docked = np.random.default_rng(1).normal(size=(60, 1))
    values = 0.3 * (truth - truth.mean()) + slope * docked[:, 0]
    model = AssaySurrogate(worth=[0.3]).fit(features, values.tolist(), docked=docked)
    assert least < model.weights[0] < most


def test_more_results_than_are_used_exactly_keep_the_best_and_the_newest() -> None:
    features, truth = world(120)
    model = AssaySurrogate(exact=60).fit(features, truth.tolist())
    gap = model.predict(features).mean - truth
    assert np.sqrt(np.mean(gap**2)) < 0.6 * truth.std()
