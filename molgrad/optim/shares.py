"""How many places of a batch are a model's: its measured success against everyone else's decides."""

from __future__ import annotations

from collections.abc import Mapping

Trials = Mapping[bool, tuple[int, int]]

EVEN = 1 / 3  # share of a batch that a model gets which does as well as the others


def success(trials: Trials, *, model: bool) -> float:
    """The share of children that were better than their parents, of a model's or of all others, 0 to 1.

    The mean of a Beta distribution that starts at one half: one lucky child proves little. A child that gave no number
    is no success; a parent without one proves nothing.

    Args:
        trials: how many proposals beat their parents and how many were compared, of a model's (True) and all others.
        model: whether to look at the language models or at all others.
    """
    better, tried = trials.get(model, (0, 0))
    return (1 + better) / (2 + tried)


def places(trials: Trials, n: int) -> frozenset[int]:
    """The places of a batch that are reserved for a model: from one to half of them, spread over the batch.

    Args:
        trials: as for `success`.
        n: the size of the batch.
    """
    if n < 1:
        return frozenset()
    share = EVEN * success(trials, model=True) / success(trials, model=False)
    count = min(max(1, round(n * share)), max(1, n // 2))
    return frozenset((2 * i + 1) * n // (2 * count) for i in range(count))
