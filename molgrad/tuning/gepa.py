"""A run of the package `gepa` as a search of the Tuner: it decides by its own rules what is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Proposal
from molgrad.errors import EngineError
from molgrad.llm.metering import reached
from molgrad.llm.types import Message
from molgrad.programs.candidates import CandidateDomain
from molgrad.programs.examples import Example
from molgrad.tuning.answers import Trial
from molgrad.tuning.asking import Asker
from molgrad.tuning.gepa_adapter import Adapter, gepa
from molgrad.tuning.judging import GATE, VALIDATED, Judge
from molgrad.tuning.trials import Trials, differences, lost, mean_of

_IDLE = 50  # rounds in a row in which nothing new is asked, after which a run has ended


class GepaSession:
    """One run of the package gepa over the candidates of a Tuner; it has the form of `Session`.

    Determinism: gepa draws from its own generator with the Tuner's seed. A run that is gone on with begins at the
    start and comes to where it was, since answers and requests that are stored cost nothing.
    Source: GEPA, Agrawal et al. 2025, arXiv 2507.19457; https://github.com/gepa-ai/gepa.

    Args:
        advisor: its language model rewrites.
        domain: of the candidates.
        judge: has candidates answer, and keeps what is decided.
        trials: takes in what is decided.
        train: the training examples.
        validation: the examples that judge.
        asker: stands before the model.
        start: the candidate to begin with.
        seed: of gepa's choices.
        minibatch: training examples that a version is made from.
        told: called with each trial.
        halted: says why the run is to end, in words; empty while it is to go on.
        most: rounds of gepa, at most.

    Raises:
        EngineError: the advisor has no language model.
        MissingExtraError: `pip install 'molgrad[gepa]'` is needed.
    """

    def __init__(
        self,
        advisor: Advisor | None,
        domain: CandidateDomain,
        judge: Judge,
        trials: Trials,
        train: Sequence[Example],
        validation: Sequence[Example],
        asker: Asker,
        start: str,
        seed: int,
        minibatch: int,
        told: Callable[[Trial], None],
        halted: Callable[[], str],
        most: int | None = None,
    ) -> None:
        self._gepa = gepa()
        model = None if advisor is None else advisor.model
        if model is None:
            raise EngineError("the search gepa has texts rewritten by a language model: give engine=...")
        self._model, self._domain, self._judge, self._trials = model, domain, judge, trials
        self._train, self._validation, self._asker = list(train), list(validation), asker
        self._start, self._seed, self._minibatch = start, seed, minibatch
        self._told, self._halted, self._most = told, halted, most
        self._accepted: list[str] = []  # gepa's numbers of candidates -> values
        self._parents: Sequence[int] = ()
        self._adapter = Adapter(domain, judge, self._parent, self._failed)
        self._error: BaseException | None = None
        self._ended = ""
        self._requests, self._done, self._idle = 0, -1, 0
        self.rounds = 0

    def begin(self) -> None:
        """Measure the start."""
        self._told(self._judge.start(Proposal(self._start, reason="start", advisor="user")))

    def round(self) -> str:
        """The whole run of gepa; returns why it ended, in words."""
        self._gepa.optimize(
            seed_candidate=self._adapter.texts(self._start),
            trainset=self._train,
            valset=self._validation,
            adapter=self._adapter,
            reflection_lm=self._reflect,
            reflection_minibatch_size=min(self._minibatch, len(self._train)),
            skip_perfect_score=False,
            use_merge=len(self._adapter.texts(self._start)) > 1,
            stop_callbacks=[self._stops],
            callbacks=[self],
            logger=_Silent(),
            seed=self._seed,
            raise_on_exception=True,
        )
        if self._error is not None:
            raise self._error
        return self._ended or "gepa ended the run"

    def _parent(self) -> str | None:
        return self._accepted[self._parents[0]] if self._parents else None

    def _failed(self, error: BaseException) -> None:
        self._error = self._error or error

    def _stops(self, state: Any) -> bool:
        """Whether gepa is to stop before its next round."""
        del state
        best = self._trials.best
        done = self._requests + len(self._adapter.asked)  # what is played back is no idleness: it leads to what is new
        self._idle = self._idle + 1 if done == self._done else 0
        self._done = done
        if best is not None and best.evaluation.at_best:
            self._ended = f"ended: {best.name} answers every validation example as well as can be"
        elif self._idle >= _IDLE:
            self._ended = "ended: nothing new was proposed"
        elif self._most is not None and self.rounds >= self._most:
            self._ended = f"ended after {self.rounds} rounds, as asked"
        else:
            self._ended = self._halted()
        return bool(self._ended) or self._error is not None

    def _reflect(self, prompt: str | Sequence[Message]) -> str:
        """Answers gepa's request for a new text, by way of what counts and keeps the calls."""
        self._requests += 1
        messages: Sequence[Message] = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        try:
            with self._asker.unit(f"gepa {self._requests}", kind="propose", step=self.rounds):
                return reached(self._model).complete(messages, seed=self._seed + self._requests).text
        except BaseException as error:
            self._failed(error)  # gepa goes on after a failed request; a budget that is spent ends the run
            raise

    def on_iteration_start(self, event: Mapping[str, Any]) -> None:
        """Called when gepa begins a round."""
        self.rounds = int(event["iteration"])

    def on_evaluation_start(self, event: Mapping[str, Any]) -> None:
        """Called before gepa measures a candidate: one that is new has these parents."""
        self._parents = [int(one) for one in event["parent_ids"] if one is not None]

    def on_valset_evaluated(self, event: Mapping[str, Any]) -> None:
        """Called when a candidate was validated and taken up."""
        self._parents = [int(one) for one in event["parent_ids"] if one is not None]
        proposal = self._adapter.proposal(event["candidate"])
        self._accepted.append(proposal.value)
        if proposal.value != self._start:
            evaluation = mean_of("validation", self._judge.answers(proposal, self._validation))
            self._told(self._judge.decided(proposal, self.rounds, VALIDATED, evaluation))

    def on_candidate_rejected(self, event: Mapping[str, Any]) -> None:
        """Called when a child was no better than its parent on the minibatch."""
        del event
        if self._adapter.last is None:
            return
        proposal, batch = self._adapter.last
        parent = self._trials.of(proposal.parent)
        if self._trials.of(proposal.value) is None and parent is not None:
            after, before = self._judge.answers(proposal, batch), self._judge.answers(parent.proposal, batch)
            found = differences(after, before)
            mean = sum(found) / len(found) if found else 0.0
            why = f"gate: no better than its parent {parent.name} on the same {len(batch)} examples"
            self._told(self._judge.decided(proposal, self.rounds, GATE, lost(why, after, mean)))


class _Silent:
    """A logger of gepa's that prints nothing: the Tuner tells of its run itself."""

    def log(self, message: str) -> None:
        """Nothing."""
