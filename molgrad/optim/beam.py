"""Beam search with textual gradients (ProTeGi): the best few are rewritten in several ways, and the children race."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, zip_longest

from molgrad.autograd.gradient import Proposal
from molgrad.optim.optimizer import Optimizer, derive
from molgrad.optim.record import Record
from molgrad.optim.reflection import Question, reflected

WIDTH = 4  # values in the beam, as in the paper
EACH = 2  # children of a value at least: a batch of four is made from two, or too much is spent on judging parents
GRADIENTS = 2  # separate critiques of a parent in a batch, each with edits of its own


class BeamSearch(Optimizer):
    """Keeps the best `WIDTH` values, fewer for a small batch, and rewrites each by several critiques in every batch.

    Where measuring takes examples, the children of a batch race: `rungs` says on how many examples the worse half is
    left behind. For molecules, the exact terms of the loss choose among an advisor's proposals before anything is
    docked.

    Source: ProTeGi, Pryzant et al. 2023, "Automatic Prompt Optimization with Gradient Descent and Beam Search",
    arXiv 2305.03495; successive halving in place of its bandits (Karnin et al. 2013).

    Args:
        task: what to optimize.
    """

    name = "beam"
    rungs = (2, 4, 8)

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        del left
        width = min(WIDTH, max(1, n // EACH))
        beam = list(islice(self.archive.best(), width)) or self.archive.ranked(width)
        if not beam:
            return []
        found = reflected(self.task, self.archive, self._questions(beam, n, batch), account=self.account)
        turns = zip_longest(*found)  # the first of each question, then the second of each
        return [proposal for turn in turns for proposal in turn if proposal is not None][:n]

    def _questions(self, beam: Sequence[Record], n: int, batch: int) -> list[Question]:
        """The beam's values in turn, each by several critiques, until about `n` children are asked for."""
        gradients = 1 if self.task.advisor.free else GRADIENTS
        asked = [(record, turn) for turn in range(gradients) for record in beam][:n]
        each = -(-n // len(asked))
        return [Question(one, derive(self.task.seed, batch, one.value, turn), each) for one, turn in asked]
