"""Campaigns of thousands of measurements, whose surrogate took memory and time without bound."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from molgrad.optim.settings import SearchSettings
from molgrad.optim.surrogate import Surrogate
from tests.campaign.test_campaign import campaign
from tests.optim.test_inducing import made


def test_the_memory_of_a_surrogate_grew_with_the_square_of_the_measurements() -> None:
    """6,000 squared are 288 MB, of which the whole process needs several at once."""
    features, scores = made(6000)
    tracemalloc.start()
    try:
        Surrogate().fit(features, scores).predict(features[:10])
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def test_an_approximate_surrogate_was_not_said(tmp_path: Path) -> None:
    with campaign(tmp_path, search=SearchSettings(exact=10)) as run:
        run.run(docks=9)
        assert not any("approximate" in note for note in run.notes())
        run.run(docks=20)
    with campaign(tmp_path, search=SearchSettings(exact=10)) as run:
        assert any("approximate from 10 measurements on" in note for note in run.notes())
