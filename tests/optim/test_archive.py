"""Parents: the best, the unlike, the drawn; and when a search has stalled."""

from __future__ import annotations

import random
from collections.abc import Sequence

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record


def archive(**scores: float | None) -> Archive:
    found = Archive()
    for value, score in scores.items():
        status = Status.OK if score is not None else Status.FAILED
        reason = "" if score is not None else "no pose"
        found.add(Record(Proposal(value), Evaluation("total", status, score, reason=reason)))
    return found


def test_without_deviation_the_draw_is_the_ranking_and_failures_are_never_drawn() -> None:
    some = archive(a=-1.0, b=-3.0, c=None, d=-2.0)
    assert [r.value for r in some.drawn(9, random.Random(0), 0.0)] == ["b", "d", "a"]
    best = some.parents(1, lambda values, other: [0.0] * len(values))
    assert [r.value for r in some.drawn(1, random.Random(0), 0.0, best)] == ["d"]


def test_close_scores_are_drawn_about_equally_and_distant_ones_hardly_ever() -> None:
    some = archive(best=-10.0, near=-9.9, far=-4.0)
    first = [some.drawn(1, random.Random(seed), 1.0)[0].value for seed in range(400)]
    assert 150 < first.count("near") < 250
    assert first.count("far") == 0


def test_a_search_has_stalled_since_its_best() -> None:
    assert Archive().stalled() == 0
    assert archive(a=-1.0, b=-3.0).stalled() == 0
    assert archive(a=-1.0, b=-3.0, c=None, d=-2.0).stalled() == 2


def test_a_penalty_takes_the_unlike_before_the_second_best() -> None:
    some = archive(aa=-3.0, ab=-2.9, zz=-2.0)

    def alike(values: Sequence[str], other: str) -> list[float]:
        return [float(one[0] == other[0]) for one in values]

    assert [r.value for r in some.parents(2, alike, 0.0)] == ["aa", "ab"]
    assert [r.value for r in some.parents(2, alike, 2.0)] == ["aa", "zz"]


def test_the_order_in_which_measurements_arrive_changes_nothing_but_the_order_of_pairs() -> None:
    scores = {"a": -1.0, "b": -3.0, "c": None, "d": -2.0, "e": -3.0}
    line = archive(**scores).records
    family = [Record(Proposal(r.value, None if r.value == "a" else "a"), r.evaluation) for r in line]
    whole = Archive(family)
    for order in ([4, 3, 2, 1, 0], [2, 0, 4, 1, 3]):
        mixed = Archive()
        for place in order:
            mixed.add(family[place], place)
        assert mixed.records == whole.records
        assert mixed.ranked() == whole.ranked()
        assert mixed.family("a") == whole.family("a") == family
        assert mixed.stalled() == whole.stalled() == 3
        assert sorted(child.value for _, child in mixed.pairs) == ["b", "c", "d", "e"]
        assert mixed.trials == whole.trials == {False: (3, 4)}
