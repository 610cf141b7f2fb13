"""Which leaders are measured again before anything is built on them, and when."""

from __future__ import annotations

from molgrad.autograd.loss import Loss
from molgrad.campaign.store import Row
from molgrad.campaign.table import Table

LEADERS = 3  # of the best values, those that may be measured again
MOST = 2  # times that one value is measured again
EVERY = 6  # measurements, of which one at most is a repeat


def planned(table: Table, loss: Loss, left: int | None) -> list[Row]:
    """The leaders to be measured again before the next batch is proposed, best first.

    Those among the `LEADERS` best whose score is doubtful, each `MOST` times in all. Of `EVERY` measurements one at
    most is a repeat, but the first may come early, so that a single start can be measured twice before its children.

    Args:
        table: what was measured.
        loss: says what is doubtful.
        left: measurements that will still be made, where that is known; the last is never a repeat.
    """
    repeats, spent = table.repeats, table.spent
    if left is not None and spent + left < EVERY:
        return []
    room = max(1, spent // EVERY) - len(repeats)
    room = room if left is None else min(room, left - 1)
    if room < 1:
        return []
    times = [repeat.row for repeat in repeats]
    leaders = [table.row(record.value) for record in table.archive.ranked(LEADERS)]
    return [row for row in leaders if row.evaluation and times.count(row.id) < MOST and loss.doubtful(row.evaluation)][
        :room
    ]
