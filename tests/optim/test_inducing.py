"""The sparse surrogate against the whole one, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from molgrad.autograd.domain import Features
from molgrad.optim import surrogate
from molgrad.optim.features import tanimoto
from molgrad.optim.inducing import chosen, crossed
from molgrad.optim.surrogate import Surrogate


def made(n: int, kinds: int = 12) -> tuple[list[Features], list[float]]:
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 4, size=(n, kinds))
    truth = counts @ np.linspace(-1, 1, kinds) + rng.normal(scale=0.3, size=n)
    features = [Features({i: int(c) for i, c in enumerate(row) if c}, (float(row.sum()),)) for row in counts]
    return features, truth.tolist()


def test_with_every_measurement_as_a_point_it_is_the_whole_process() -> None:
    features, scores = made(60)
    whole = Surrogate().fit(features[:40], scores[:40]).predict(features[40:])
    sparse = Surrogate(exact=0).fit(features[:40], scores[:40]).predict(features[40:])
    assert sparse.mean == pytest.approx(whole.mean, abs=1e-3)
    assert sparse.sd == pytest.approx(whole.sd, abs=1e-3)


def test_deviations_count_as_in_the_whole_process() -> None:
    features, scores = made(60)
    sds = [None if i % 3 else 1.0 for i in range(40)]
    whole = Surrogate().fit(features[:40], scores[:40], sds).predict(features[40:])
    sparse = Surrogate(exact=0).fit(features[:40], scores[:40], sds).predict(features[40:])
    assert sparse.mean == pytest.approx(whole.mean, abs=1e-3)
    assert sparse.sd == pytest.approx(whole.sd, abs=1e-3)
    assert np.abs(whole.mean - Surrogate().fit(features[:40], scores[:40]).predict(features[40:]).mean).max() > 0.01


def test_up_to_the_limit_nothing_is_approximated() -> None:
    features, scores = made(60)
    whole = Surrogate().fit(features[:40], scores[:40]).predict(features[40:])
    limited = Surrogate(exact=40).fit(features[:40], scores[:40]).predict(features[40:])
    assert (limited.mean == whole.mean).all()
    assert (limited.sd == whole.sd).all()


def test_fewer_points_see_more_than_their_own_measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    features, scores = made(500)
    monkeypatch.setattr(surrogate, "chosen", lambda known: chosen(known, 60))
    points = chosen(scores[:400], 60)
    sparse = Surrogate(exact=100).fit(features[:400], scores[:400])
    fewer = Surrogate().fit([features[i] for i in points], [scores[i] for i in points])
    errors = [np.abs(model.predict(features[400:]).mean - scores[400:]).mean() for model in (sparse, fewer)]
    assert errors[0] < errors[1]


def test_the_points_are_the_best_the_newest_and_some_of_every_rank() -> None:
    scores = [float(i % 100) for i in range(1000)]
    places = chosen(scores, 30)
    assert len(places) == 30
    assert sorted(scores[i] for i in places)[:10] == [0.0] * 10
    assert set(range(990, 1000)) <= set(places)
    assert max(scores[i] for i in places if i < 990) > 90
    assert chosen(scores[:7], 30) == list(range(7))


def test_likeness_by_sparse_counts_is_likeness() -> None:
    features, _ = made(40, kinds=30)
    first = [*features[:15], Features({})]
    other = [*features[15:], Features({}), Features({99: 2})]
    assert crossed(first, other) == pytest.approx(tanimoto(first, other), abs=1e-6)
