"""Decides on candidates: the gate against the parent, then the validation, as far as it can still matter."""

from __future__ import annotations

import math
from collections.abc import Sequence

from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Answer, AnswerStore, Trial
from molgrad.tuning.measuring import Measuring
from molgrad.tuning.trials import Trials, differences, lost, mean_of

START, VALIDATED, GATE, RACED, FAILED, RUNG = "start", "validated", "gate", "raced", "failed", "rung"
GIVEN_UP = (GATE, RACED, RUNG)  # no better than others; nothing went wrong
_ENOUGH = 6  # validation examples before a candidate may be given up
_SURE = 1.64  # standard errors: one in twenty that was to become better is given up


class Judge:
    """Measures candidates and says what becomes of each.

    A child first answers some examples that it was made from: where it is no better than its parent there, it is given
    up. Then it answers the validation examples, some at a time, until all are answered or it is clear that it cannot
    be better than the best so far.

    Args:
        domain: of the candidates.
        store: numbers candidates and keeps what is decided.
        measuring: has them answer.
        trials: of this session.
        validation: the examples that judge.
        gate: how many of the examples that a child was made from decide whether it is validated.
        front: whether a candidate that is the best at one example is worth its whole validation.
    """

    def __init__(
        self,
        domain: CandidateDomain,
        store: AnswerStore,
        measuring: Measuring,
        trials: Trials,
        validation: Sequence[Example],
        *,
        gate: int = 4,
        front: bool = True,
    ) -> None:
        self._size = gate
        self._domain, self._store, self._measuring = domain, store, measuring
        self._trials, self._validation, self._front = trials, list(validation), front

    def answers(self, proposal: Proposal, examples: Sequence[Example]) -> list[Answer]:
        """What a candidate answers.

        Args:
            proposal: the candidate.
            examples: what it is asked.
        """
        key = self._store.candidate(proposal)
        return self._measuring.answers(key, self._domain.parts(proposal.value), examples)

    def start(self, proposal: Proposal) -> Trial:
        """The trial of what the program began with.

        Args:
            proposal: the start.
        """
        return self.decided(proposal, 0, START, mean_of("validation", self.answers(proposal, self._validation)))

    def trial(self, proposal: Proposal, step: int, shown: Sequence[Example]) -> Trial:
        """What becomes of a child.

        Args:
            proposal: the child.
            step: the round in which it was proposed.
            shown: the examples that it was made from; none where it came without.
        """
        evaluation = self._gate(proposal, shown[: self._size]) if shown else None
        if evaluation is not None:
            return self.decided(proposal, step, GATE, evaluation)
        return self.validated(proposal, step)

    def validated(self, proposal: Proposal, step: int) -> Trial:
        """The validation of a child, as far as it matters.

        Args:
            proposal: the child.
            step: the round in which it was proposed.
        """
        answers: list[Answer] = []
        best = self._trials.best
        size = max(self._measuring.workers, 4)
        for first in range(0, len(self._validation), size):
            answers = self.answers(proposal, self._validation[: first + size])
            if any(answer.evaluation.score is None for answer in answers):
                return self.decided(proposal, step, FAILED, mean_of("validation", answers))
            left = len(self._validation) - len(answers)
            if left and best is not None and (evaluation := self._hopeless(answers, best, left)) is not None:
                return self.decided(proposal, step, RACED, evaluation)
        return self.decided(proposal, step, VALIDATED, mean_of("validation", answers))

    def rungs(self, proposals: Sequence[Proposal], step: int, rungs: Sequence[int]) -> list[Trial]:
        """The trials of children that race: on each rung the worse half is given up, the last is validated.

        Args:
            proposals: the children of one round.
            step: its number.
            rungs: how many validation examples they answer, one number after the other.
        """
        alive, trials = list(range(len(proposals))), {}
        for rung in rungs:
            examples = self._validation[:rung]
            if len(alive) < 2 or len(examples) == len(self._validation):
                break
            told = {i: self.answers(proposals[i], examples) for i in alive}
            order = sorted(alive, key=lambda i: _total(told[i]))  # stable: of equals the first proposed
            keep = math.ceil(len(order) / 2)
            for i in order[keep:]:
                trials[i] = self.decided(proposals[i], step, RUNG, self._left_behind(proposals[i], told[i]))
            alive = sorted(order[:keep])
        for i in alive:
            trials[i] = self.validated(proposals[i], step)
        return [trials[i] for i in range(len(proposals))]

    def decided(self, proposal: Proposal, step: int, kind: str, evaluation: Evaluation) -> Trial:
        """The trial of a candidate, kept.

        Args:
            proposal: the candidate.
            step: the round in which it was proposed.
            kind: what became of it; see `Trial`.
            evaluation: on the examples that decided.
        """
        trial = Trial(self._store.candidate(proposal), step, kind, proposal, evaluation)
        self._store.add_outcome(trial)
        self._trials.add(trial)
        return trial

    def worse(self, parent: int, proposal: Proposal, shown: Sequence[Example]) -> float:
        """By how much a draft is worse in mean than what it was made from; infinite where it fails.

        Args:
            parent: the number of what it was made from.
            proposal: the draft.
            shown: examples that the parent has answered.
        """
        known = self._measuring.known(parent)
        after = self.answers(proposal, shown)
        if any(new.evaluation.score is None for new in after):
            return math.inf
        found = differences(after, [known[one.key] for one in shown])
        return sum(found) / len(found) if found else 0.0

    def _gate(self, proposal: Proposal, shown: Sequence[Example]) -> Evaluation | None:
        """Why a child is given up after the examples that it was made from; None where it goes on."""
        parent = self._trials.of(proposal.parent)
        if parent is None:
            return None
        before = self.answers(parent.proposal, shown)
        after = self.answers(proposal, shown)
        for old, new in zip(before, after, strict=True):
            if new.evaluation.score is None and old.evaluation.score is not None:
                return lost(f"failed on {new.example}: {new.evaluation.feedback}", after, math.inf)
        mended = sum(a.evaluation.score is None and b.evaluation.score is not None
                     for a, b in zip(before, after, strict=True))  # fmt: skip
        found = differences(after, before)
        mean = sum(found) / len(found) if found else 0.0
        if mean < 0.0 or (mended and mean <= 0.0):
            return None
        how = f"{mean:.3g} worse in mean than" if mean > 0 else "no better than"
        return lost(f"gate: {how} its parent {parent.name} on the same {len(shown)} examples", after, mean)

    def _hopeless(self, answers: Sequence[Answer], best: Trial, left: int) -> Evaluation | None:
        """Why a candidate is given up in the midst of its validation; None where it may still be better."""
        asked = self._validation[: len(answers)]
        found = differences(answers, self.answers(best.proposal, asked))
        n, mean = len(found), sum(found) / len(found)
        if n < _ENOUGH or mean <= 0 or (self._front and self._leads(answers)):
            return None
        spread = math.sqrt(sum((one - mean) ** 2 for one in found) / (n - 1))
        error = spread / math.sqrt(n) * math.sqrt(left / (n + left - 1))  # of a sample of a finite whole
        if mean <= _SURE * error:
            return None
        return lost(f"given up: {mean:.3g} worse in mean than {best.name} on the same {n} examples", answers, mean)

    def _leads(self, answers: Sequence[Answer]) -> bool:
        """Whether a candidate is better than everything before at one of the examples."""
        known: dict[str, float] = {}
        for trial in self._trials.validated:
            for term in trial.evaluation.terms:
                known[term.loss] = min(known.get(term.loss, math.inf), term.number())
        return any(answer.evaluation.number() < known.get(answer.example, math.inf) for answer in answers)

    def _left_behind(self, proposal: Proposal, answers: Sequence[Answer]) -> Evaluation:
        parent = self._trials.of(proposal.parent) or self._trials.best
        if parent is None:
            return lost(f"worse than half of its round on {len(answers)} examples", answers, math.inf)
        found = differences(answers, self.answers(parent.proposal, self._validation[: len(answers)]))
        mean = sum(found) / len(found) if found else math.inf
        return lost(f"worse than half of its round on the same {len(answers)} examples", answers, mean)


def _total(answers: Sequence[Answer]) -> float:
    return sum(math.inf if a.evaluation.score is None else a.evaluation.score for a in answers)
