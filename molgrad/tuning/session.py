"""One pass of a search over candidates: from the start, round by round, through what was measured before and beyond."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Context, Loss
from molgrad.evaluation import Evaluation
from molgrad.optim.optimizer import MakeOptimizer, Task
from molgrad.optim.record import Record
from molgrad.optim.settings import SearchSettings
from molgrad.optim.tgd import TGD
from molgrad.programs.candidates import CandidateDomain
from molgrad.tuning.advice import CandidateAdvisor
from molgrad.tuning.answers import Trial
from molgrad.tuning.judging import Judge
from molgrad.tuning.trials import Trials

RACE = 4  # children of a round where a search has them race
_EMPTY = 3  # rounds in a row without anything new, after which a search has ended


class Validation(Loss):
    """What judges candidates: the mean score of their answers to the validation examples.

    Args:
        measure: candidate -> evaluation.
    """

    name = "validation"
    expensive = True
    cost = 1

    def __init__(self, measure: Callable[[str], Evaluation]) -> None:
        self._measure = measure

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        return self._measure(value)


class Session:
    """Asks a search for candidates, has them judged, and shows it what came of them.

    It begins at the start every time: what is stored costs nothing, so a run that is gone on with comes to where it was
    stopped and decides from there on as if it never had been.

    Args:
        make: makes the search.
        domain: of the candidates.
        advisor: rewrites them.
        judge: decides on them.
        trials: takes in what is decided.
        start: the candidate to begin with.
        seed: of every random choice.
        role: what candidates are for, in words.
        told: called with each trial.
    """

    def __init__(
        self,
        make: MakeOptimizer,
        domain: CandidateDomain,
        advisor: CandidateAdvisor,
        judge: Judge,
        trials: Trials,
        start: str,
        seed: int,
        role: str,
        told: Callable[[Trial], None],
    ) -> None:
        self._advisor, self._judge, self._trials, self._told = advisor, judge, trials, told
        self._start = start
        loss = Validation(lambda value: self._judge.validated(Proposal(value), self.rounds).evaluation)
        sparing = SearchSettings(advised=1)  # each version is paid for
        self.search = make(Task(loss, domain, advisor, [start], seed, role, sparing, advisor.critics))
        if isinstance(self.search, TGD):
            self.search.proposals = 1
        self.rounds = 0
        self._empty = 0

    def begin(self) -> None:
        """Measure the start."""
        trial = self._judge.start(Proposal(self._start, reason="start", advisor="user"))
        self._observe([trial], 0)

    def round(self) -> str:
        """One round.

        Returns:
            Why there is no further one, in words; empty while there may be.
        """
        best = self._trials.best
        if best is not None and best.evaluation.at_best:
            return f"ended: {best.name} answers every validation example as well as can be"
        self.rounds += 1
        rungs = self.search.rungs
        found = self.search.propose(RACE if rungs else 1, batch=self.rounds)
        if (not found or not self._advisor.reaches) and self._advisor.short:  # a merge costs no request, but answers
            return self._advisor.short
        if not found:
            self._empty += 1
            return "" if self._empty < _EMPTY else "ended: nothing new was proposed"
        self._empty = 0
        self._observe(self._judged(found, rungs), self.rounds)
        return ""

    def _judged(self, proposals: Sequence[Proposal], rungs: Sequence[int]) -> list[Trial]:
        if rungs and len(proposals) > 1:
            return self._judge.rungs(proposals, self.rounds, rungs)
        return [self._judge.trial(one, self.rounds, self._advisor.shown(one.value)) for one in proposals]

    def _observe(self, trials: Sequence[Trial], batch: int) -> None:
        for trial in trials:
            self._told(trial)
        self.search.observe([Record(t.proposal, t.evaluation, batch, t.name, id=t.name) for t in trials])
