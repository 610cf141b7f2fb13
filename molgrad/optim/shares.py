"""How many places of a batch are a model's: its measured success against everyone else's decides."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.optim.archive import Record

EVEN = 1 / 3  # share of a batch that a model gets which does as well as the others


def success(records: Sequence[Record], *, model: bool) -> float:
    """The share of children that were better than their parents, of a model's or of all others, 0 to 1.

    The mean of a Beta distribution that starts at one half: one lucky child proves little. A child that gave no number
    is no success; a parent without one proves nothing.
    """
    scores = {record.value: record.known_score for record in records}
    better = trials = 0
    for record in records:
        before = scores.get(record.proposal.parent or "")
        if before is None or record.proposal.by_model != model:
            continue
        trials += 1
        after = record.known_score
        better += after is not None and after < before
    return (1 + better) / (2 + trials)


def places(records: Sequence[Record], n: int) -> frozenset[int]:
    """The places of a batch of `n` that are reserved for a model: from one to half of them, spread over the batch."""
    if n < 1:
        return frozenset()
    share = EVEN * success(records, model=True) / success(records, model=False)
    count = min(max(1, round(n * share)), max(1, n // 2))
    return frozenset((2 * i + 1) * n // (2 * count) for i in range(count))
