"""What a run of a Tuner found, read from its store at any time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from molgrad.autograd.variable import Variable
from molgrad.display import Shown
from molgrad.errors import NoScoreError, UnknownNameError
from molgrad.evaluation import Evaluation
from molgrad.llm.types import Usage
from molgrad.losses.outcome import Direction
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.tuning import framing, telling
from molgrad.tuning.answers import AnswerStore, Trial, candidate_name
from molgrad.tuning.trials import as_scored
from molgrad.tuning.tuned import Tuned

if TYPE_CHECKING:
    from pandas import DataFrame


_FEW = 4  # training examples that a candidate must have answered to be preferred by them


class Results(Shown):
    """The results of a run, their scores as the score function counts: an accuracy that is maximized is positive.

    Attributes:
        parameters: what is tuned, by name.
        train: the training examples, each once.
        validation: those that judge.
        held_out: those of the test split.
        direction: whether the score function is minimized or maximized.
    """

    parameters: dict[str, Variable]
    train: Sequence[Example]
    validation: Sequence[Example]
    held_out: Sequence[Example]
    direction: Direction
    _store: AnswerStore
    _domain: CandidateDomain

    @property
    def trials(self) -> list[Trial]:
        """What was decided on candidates, in the order tried."""
        return [replace(one, evaluation=self._as_scored(one.evaluation)) for one in self._store.trials()]

    def _as_scored(self, evaluation: Evaluation) -> Evaluation:
        return as_scored(evaluation, self.direction)

    @property
    def best(self) -> Tuned:
        """The candidate that is best on the validation examples; of several, the one that is best on training examples.

        Raises:
            NoScoreError: nothing was validated yet, or nothing has a score.
        """
        trials = self._store.trials()
        if (found := self._best(trials)) is None:
            raise NoScoreError(telling.why_no_best(trials))
        return self._tuned(found, trials)

    def _best(self, trials: Sequence[Trial]) -> Trial | None:
        """The best trial; training examples decide between equals, where each has answered a few."""
        scored = [trial for trial in trials if trial.evaluation.score is not None]
        least = min((trial.evaluation.number() for trial in scored), default=None)
        equal = [trial for trial in scored if trial.evaluation.score == least]
        return min(equal, key=self._training, default=None)  # the first, where nothing decides

    def _training(self, trial: Trial) -> float:
        """The mean score on training examples that do not judge; infinite where too few were answered."""
        judging = {one.key for one in self.validation}
        keys = {one.key for one in self.train} - judging
        found = [one.evaluation.score for key, one in self._store.answers(trial.id).items() if key in keys]
        scores = [score for score in found if score is not None]
        return sum(scores) / len(scores) if len(scores) >= _FEW else math.inf

    def _tuned(self, trial: Trial, trials: Sequence[Trial]) -> Tuned:
        parents = {one.proposal.value: one.name for one in trials}
        values, parent = self._domain.parts(trial.proposal.value), parents.get(trial.proposal.parent or "", "")
        told = self._as_scored(trial.evaluation)
        return Tuned(trial.name, values, told, parent, trial.proposal.reason, self.direction)

    def _scores(self) -> list[float | None]:
        return [trial.evaluation.score for trial in self.trials]

    @property
    def usage(self) -> Usage:
        """What the whole run took: calls, tokens, money."""
        return self._store.spent()

    def front(self) -> list[Tuned]:
        """The validated candidates that no other beats at every validation example, in the order tried."""
        trials = self._store.trials()
        return [self._tuned(trial, trials) for trial in telling.front(trials)]

    def frame(self) -> DataFrame:
        """A row for each candidate, in the order tried.

        Returns:
            The columns candidate, parent, round, outcome (start, validated, failed; given up: gate, no better than its
            parent on a few training examples, raced, worse than the best during the validation, rung, worse than half
            of its round; draft, rewritten once more or given up before that), score (the mean over the validation
            examples; none where it was given up), difference (of its mean to what it was compared with, on the same
            examples), examples (answered in the step that decided), why (it was given up), reason (why it was made),
            advisor (who wrote it), calls, tokens and cost of all that it took, and the value of each parameter.
        """
        return framing.candidates(self.trials, self._domain, self._store)

    def critiques(self, candidate: Tuned | str | None = None) -> DataFrame:
        """A row for each example that a candidate answered, the worst first.

        Of the training examples a candidate answers those that it was made from and compared on, of the validation
        examples those that judge; `tuner.best.score` is the mean of the latter alone.

        Args:
            candidate: one of the run, or its name; the best by default.

        Returns:
            The columns example, split (train, validation or test), question, expected, answer, score (as the
            function counts) and words.

        Raises:
            UnknownNameError: the run has no such candidate.
        """
        chosen = self.best if candidate is None else candidate
        name = chosen.name if isinstance(chosen, Tuned) else str(chosen)
        known = [candidate_name(key) for key in self._store.proposals()]
        if name not in known:
            raise UnknownNameError("candidate", name, known)
        splits = {"train": self.train, "validation": self.validation, "test": self.held_out}
        return framing.critiques(self._store.answers(telling.number_of(name)), splits, self.direction)

    def ledger(self, by: str = "step") -> DataFrame:
        """What the run took: calls, tokens, money and time of every model.

        Args:
            by: "step" (kind of work: answers, proposals, critics), "candidate" or "example".

        Raises:
            ValueError: another word.
        """
        return framing.ledger(self._store, by)

    @property
    def history(self) -> list[str]:
        """What happened, a sentence a candidate."""
        trials = self._store.trials()
        return [telling.sentence(trial, trials, self._domain, self.direction) for trial in trials]

    def close(self) -> None:
        """Close the folder's database; what was written can still be read."""
        self._store.close()

    def __repr__(self) -> str:
        scored = [trial.evaluation.number() for trial in self.trials if trial.evaluation.score is not None]
        best = f", best {(min if self.direction == 'minimize' else max)(scored):.4g}" if scored else ""
        return f"Tuner({', '.join(self.parameters)}: {len(self.trials)} candidates{best})"
