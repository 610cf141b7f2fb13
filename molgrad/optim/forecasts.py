"""What an author expected of its proposals and what was measured: how far its next expectations are believed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import mean, median

from molgrad.autograd.gradient import Proposal
from molgrad.optim.archive import Archive

WINDOW = 60  # latest expectations that count
FEW = 4  # expectations that are taken to have come out before any has: a few must not decide
ERROR = 1.0  # units of the loss by which these were off
SHARE = 0.5  # fraction of their gains that came: authors promise more than they keep
SMALL = 0.1  # units of the loss: less is no expected gain
REACH = 2.0  # standard deviations of a prediction by which an expectation may move it: "+1000" moves none further
STEP = 0.1  # units of the loss by which each place in the author's order counts: it decides between equals


@dataclass(slots=True)
class Forecasts:
    """The expectations of an archive's proposals that were measured, added up as it grows.

    Attributes:
        came: expected and measured change of the total, the latest last.
    """

    came: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=WINDOW))
    _read: int = 0

    def read(self, archive: Archive) -> Forecasts:
        """Take in what an archive learned since it was read last; it must be the same archive each time.

        Args:
            archive: what was measured.
        """
        for parent, child in archive.pairs[self._read :]:
            expected, before, after = child.proposal.expected, parent.evaluation.score, child.evaluation.score
            if expected is not None and before is not None and after is not None:
                self.came.append((expected, after - before))
        self._read = len(archive.pairs)
        return self

    @property
    def error(self) -> float:
        """By how much an expectation is off, in units of the loss, by the median: one absurd number tells little."""
        off = [abs(expected - measured) for expected, measured in self.came]
        return median([*off, *[ERROR] * FEW])

    @property
    def share(self) -> float:
        """The fraction of an expected gain that comes, 0 to 1."""
        shares = [measured / expected for expected, measured in self.came if expected < -SMALL]
        return min(1.0, max(0.0, median([*shares, *[SHARE] * FEW])))

    def lean(self, proposal: Proposal, parent: float | None, predicted: tuple[float, float]) -> float:
        """What an author's order and expectation add to the predicted total of its proposal.

        Prediction and expectation are weighed by how sure each is.

        Args:
            proposal: with its rank and the change that is expected.
            parent: total of its parent; None where that has none.
            predicted: its own total, mean and standard deviation, in units of the loss.
        """
        lean = STEP * max(0, proposal.rank - 1)
        total, sd = predicted
        if proposal.expected is None or parent is None or sd <= 0.0:
            return lean
        expected = proposal.expected * (self.share if proposal.expected < 0.0 else 1.0)
        off = min(REACH * sd, max(-REACH * sd, parent + expected - total))
        return lean + off * sd**2 / (sd**2 + self.error**2)

    def __str__(self) -> str:
        if not self.came:
            return ""
        n = len(self.came)
        right = sum((expected < 0.0) == (measured < 0.0) for expected, measured in self.came)
        off = mean(abs(expected - measured) for expected, measured in self.came)
        said = f"{n} of your expected changes of the total {'was' if n == 1 else 'were'} measured: {right} of {n} went "
        said += f"the way you said, off by {off:.2f} in the mean"
        gains = [(expected, measured) for expected, measured in self.came if expected < -SMALL]
        if not gains:
            return f"{said}."
        promised, kept = mean(expected for expected, _ in gains), mean(measured for _, measured in gains)
        came = f"{abs(kept / promised):.0%} of it" if kept < 0.0 else "no gain"
        return f"{said}. Where you expected a gain ({promised:+.2f} in the mean), {kept:+.2f} was measured: {came}."
