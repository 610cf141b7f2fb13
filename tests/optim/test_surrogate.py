"""The surrogate against a GP written out by hand, and what it is for."""

from __future__ import annotations

import numpy as np
import pytest

from molgrad.autograd.domain import Features
from molgrad.optim.features import tanimoto
from molgrad.optim.surrogate import AMPLITUDES, NOISES, Surrogate


def test_tanimoto_of_counts_by_hand() -> None:
    a, b = Features({1: 2, 2: 1}), Features({1: 1, 3: 4})
    # min: 1 for feature 1; max: 2 + 1 + 4
    assert tanimoto([a], [b])[0, 0] == pytest.approx(1 / 7)
    assert tanimoto([a], [a])[0, 0] == pytest.approx(1.0)
    assert tanimoto([Features({})], [Features({})])[0, 0] == pytest.approx(1.0)
    both = [a, b]
    assert tanimoto(both, both).tolist() == tanimoto(both, [a, b]).tolist()


def test_one_observation_predicts_by_hand() -> None:
    model = Surrogate().fit([Features({1: 1}, (0.0,))], [-7.0])
    found = model.predict([Features({1: 1}, (0.0,)), Features({2: 1}, (0.0,))])
    amplitude, noise = AMPLITUDES[0] ** 2, NOISES[0] ** 2
    assert found.mean == pytest.approx([-7.0, -7.0])
    known = amplitude - amplitude**2 / (amplitude + noise)
    assert found.sd == pytest.approx([max(known, noise) ** 0.5, AMPLITUDES[0]], rel=1e-6)


def test_the_prior_slope_speaks_before_there_are_data() -> None:
    model = Surrogate(slopes=(-0.25,)).fit([Features({1: 1}, (20.0,))], [-7.0])
    assert model.predict([Features({2: 1}, (24.0,))]).mean[0] == pytest.approx(-8.0)


def test_it_ranks_unseen_values_of_a_smooth_function() -> None:
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 4, size=(80, 12))
    truth = counts @ np.linspace(-1, 1, 12)
    features = [Features({i: int(c) for i, c in enumerate(row) if c}, (float(row.sum()),)) for row in counts]
    model = Surrogate().fit(features[:60], truth[:60].tolist())
    guess = model.predict(features[60:]).mean
    assert np.corrcoef(guess, truth[60:])[0, 1] > 0.7


def test_it_is_less_sure_far_away() -> None:
    model = Surrogate().fit([Features({1: 3}), Features({1: 2})], [-1.0, -3.0])
    near, far = model.predict([Features({1: 3}), Features({9: 3})]).sd
    assert near < far


def test_scores_and_values_must_match() -> None:
    with pytest.raises(ValueError, match="one score each"):
        Surrogate().fit([Features({1: 1})], [])


def test_a_term_of_another_unit_is_modelled_as_well() -> None:
    rng = np.random.default_rng(2)
    counts = rng.integers(0, 4, size=(30, 8))
    features = [Features({i: int(c) for i, c in enumerate(row) if c}) for row in counts]
    scores = (counts @ np.linspace(-1, 1, 8)).tolist()
    model = Surrogate().fit(features[:20], scores[:20]).predict(features[20:])
    small = Surrogate(spread=0.1).fit(features[:20], [s / 10 for s in scores[:20]]).predict(features[20:])
    assert small.mean == pytest.approx(model.mean / 10)
    assert small.sd == pytest.approx(model.sd / 10)


def test_a_noisy_outlier_pulls_less() -> None:
    features = [Features({1: 4, 2: i % 3 + 1, 3: i % 2}, (20.0,)) for i in range(6)]
    scores, sds = [-7.0, -7.0, -7.0, -7.0, -7.0, -11.0], [None, None, None, None, None, 2.0]
    place = [features[-1]]
    told = Surrogate().fit(features, scores, sds).predict(place)
    ignored = Surrogate().fit(features, scores).predict(place)
    assert ignored.mean[0] < told.mean[0] - 0.3


def test_the_own_deviation_adds_to_the_common_noise_by_hand() -> None:
    one, other = Features({1: 1}), Features({2: 1})  # nothing in common
    found = Surrogate().fit([one, other], [-7.0, -5.0], [1.5, None]).predict([one, other])
    certain = 1.0 / (1.0 + 1.5**2)
    level = (-7.0 * certain - 5.0) / (certain + 1.0)
    amplitude, noise = AMPLITUDES[0] ** 2, NOISES[0] ** 2
    shrunk = [amplitude / (amplitude + noise + 1.5**2), amplitude / (amplitude + noise)]
    assert found.mean == pytest.approx([level + shrunk[0] * (-7.0 - level), level + shrunk[1] * (-5.0 - level)])


def test_unknown_deviations_change_nothing() -> None:
    features = [Features({1: i, 2: 3 - i}, (float(i),)) for i in range(4)]
    scores = [-5.0, -6.0, -6.5, -8.0]
    told = Surrogate().fit(features, scores, [None, None, 0.0, None]).predict(features)
    assert (told.mean == Surrogate().fit(features, scores).predict(features).mean).all()


def test_deviations_and_scores_must_match() -> None:
    with pytest.raises(ValueError, match="one each"):
        Surrogate().fit([Features({1: 1})], [-5.0], [0.1, 0.2])
