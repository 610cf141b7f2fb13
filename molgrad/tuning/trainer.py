"""Prompts trained on questions with known answers: minibatches, a validation set, and rollback."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass
from hashlib import blake2b
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from molgrad.autograd.engine import get_backward_engine, resolve_advisor
from molgrad.autograd.functional import total
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Measurement, Variable
from molgrad.display import Shown
from molgrad.errors import BudgetReachedError, shorten
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.budget import Budget
from molgrad.llm.types import Usage
from molgrad.losses.function import FunctionLoss
from molgrad.losses.outcome import Direction, Outcome
from molgrad.optim.optimizer import derive
from molgrad.optim.tgd import TGD
from molgrad.programs.candidates import CandidateDomain, named_parameters
from molgrad.programs.examples import EXPECTED, Caller, content_of, read_examples
from molgrad.programs.scoring import SCORE, check_score, require_scores
from molgrad.tuning.answers import AnswerStore, candidate_name
from molgrad.tuning.asking import Asker, Unit
from molgrad.tuning.settings import compare, models_of, settings_of

Pair = tuple[str, str] | Mapping[str, Any]  # a question and what is expected
Program = Callable[[Variable], Variable]
_OWN = ("parameters", "loss", "engine", "seed")  # of TGD, which a Trainer gives itself or tells otherwise
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class _Validation(Loss):
    """What judges in TGD; the trainer measures, since a score belongs to all parameters together."""

    name = "validation"
    expensive = True


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What one training step did.

    Attributes:
        batch: the places of its questions in the training set.
        tried: the parameters' values after the step.
        train: the mean score of the batch before the step; None without numbers.
        validation: the mean score of the tried values; None where it failed.
        reverted: whether they were worse than the best, and given up.
        note: what the optimizer said of each parameter.
    """

    batch: tuple[int, ...]
    tried: tuple[str, ...]
    train: float | None
    validation: float | None
    reverted: bool
    note: str


class Trainer(Shown):
    """Improves the parameters of a program so that its answers to questions get better.

    Each step answers a minibatch, carries the feedback back, lets TGD write new values, and measures them on the
    validation set: worse ones are reverted at once. The same seed gives the same batches, and questions are
    answered in parallel with results in the order of the questions.

    Each step answers a question with the same values once, and every model call is kept where a folder is given: the
    same lines of Python go on after a crash or a kill, and what was asked before is played back. `Tuner` is the wider
    choice: other searches, a gate, fewer calls.
    Failure: an EngineError of a model ends a step with the values before it; an answer that cannot be scored
    makes the validation fail, and what failed is never kept.

    Args:
        program: question -> answer, such as a BlackboxLLM or any Module; called from several threads. Of an
            example that is a mapping it is given by name what it takes.
        parameters: what may change, such as `[system_prompt]`.
        score: (answer, expected) -> number, bool, or either with words: (number, text). Numbers judge.
        train: questions with expected answers: pairs, or mappings such as `{"question": ..., "expected": ...}`. Of a
            mapping without "expected" the score is given the whole.
        validation: further ones that judge; the training set by default.
        critic: (answer, expected) -> Variable with words about the answer, such as a MultiFieldEvaluation;
            by default the score and its words are the feedback. An answer whose score is at its best is not criticised.
        direction: "minimize" where a lower number is better and a bool is True for a wrong answer; "maximize" where a
            larger one is and True is a right answer, as of `answer == expected`.
        best: the best number that there is, such as 0 errors: an answer that has it is not criticised. Of bools it is
            known.
        batch_size: questions a step.
        seed: of the batches and of the optimizer.
        workers: model calls at once.
        folder: where every model call is kept; nothing is without one.
        options: handed to TGD: engine, constraints, gradient_memory ...

    Raises:
        TypeError: the score function does not take (answer, expected), or an example is neither pair nor mapping.
        SettingsChangedError: the folder was made with other settings; says what differs.
        ScoreError: at the first step, where it gave no number for any question, for one reason.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.optimizer:trainer"

    def __init__(
        self,
        program: Program,
        parameters: Sequence[Variable],
        score: Callable[[str, str], Outcome],
        train: Sequence[Pair],
        validation: Sequence[Pair] | None = None,
        *,
        critic: Callable[[Variable, str], Variable] | None = None,
        direction: Direction = "minimize",
        best: float | None = None,
        batch_size: int = 4,
        seed: int = 0,
        workers: int = 4,
        folder: str | Path | None = None,
        **options: Any,
    ) -> None:
        check_score(score, "answer", "expected")
        self.program, self.score, self.critic = program, score, critic
        self.direction, self.best_score = direction, best
        self.train = list(train)
        self.validation = self.train if validation is None else list(validation)
        if not self.train or not self.validation:
            raise ValueError("a Trainer needs questions with answers, to train on and to validate with")
        if batch_size < 1 or workers < 1:
            raise ValueError("batch_size and workers are at least 1")
        read_examples(self.train, self.validation)  # raises for what is no example
        self._caller = Caller(program)
        self.batch_size, self.seed, self.workers = batch_size, seed, workers
        self._judge = _Validation()
        self._losses = [self._scorer(pair) for pair in self.train]  # the same objects in every pass: scores compare
        self.optimizer = TGD(parameters, loss=self._judge, seed=seed, **options)
        self.history: list[TrainingStep] = []
        self._batches = self._shuffled()
        self._known: dict[tuple[str, ...], Evaluation] = {}
        self._open(None if folder is None else Path(folder).expanduser(), options)

    def _open(self, folder: Path | None, options: Mapping[str, Any]) -> None:
        """Write down what the training is made with, or compare with what it was made with."""
        self.folder = folder
        self._store = AnswerStore(folder)
        self._asker = Asker(self._store)
        self._named = named_parameters(self.program, self.optimizer.parameters)
        train, validation = read_examples(self.train, self.validation)
        others: dict[str, Any] = {"search": "trainer", "start": list(self._values())}
        others |= {"seed": self.seed, "batch_size": self.batch_size, "direction": self.direction}
        advisor = self.optimizer.advisor or get_backward_engine()
        others |= {
            "models": models_of(self.program),
            "engine": "" if advisor is None else resolve_advisor(advisor).name,
        }
        best = None if self.best_score is None else float(self.best_score)
        others |= {"best": best, "critic": self.critic is not None, **_told(options)}
        splits = {"train": train, "validation": validation}
        now = settings_of(CandidateDomain(self._named), splits, self.score, others)
        with self._store.alone():
            known = self._store.meta("settings")
            if known is not None:
                compare(self._store.path.parent, known, now)
            else:
                self._store.set_meta("settings", now)

    @property
    def usage(self) -> Usage:
        """What all model calls took, those of earlier runs in the folder too."""
        return self._store.transcript.usage()

    @property
    def best(self) -> Measurement:
        """The first parameter's value with the best validation; NoScoreError before the first step."""
        return self.optimizer.best

    def run(self, steps: int, *, calls: int | None = None) -> Measurement:
        """Train, and leave the parameters at their best values.

        Args:
            steps: how many minibatches.
            calls: requests to all models at most, those of earlier runs in the folder included; the training ends
                there with the best of the steps that were finished.

        Returns:
            The first parameter's value with the best validation.

        Raises:
            NoScoreError: nothing that was validated has a score.
            EngineError: a model is down or refuses.
        """
        with self._store.alone():
            self._asker.grant(Budget(calls))
            try:
                for _ in range(steps):
                    self._step()
            except BudgetReachedError:
                if not self._known:
                    raise
            finally:
                self._asker.grant(Budget())
        return self.best

    def step(self) -> TrainingStep:
        """One minibatch; see the class."""
        with self._store.alone():
            return self._step()

    def _step(self) -> TrainingStep:
        if not self.history:
            self._validate()
        batch = next(self._batches)
        self.optimizer.zero_grad()
        before = self._values()
        losses = self._in_order(self._loss, batch)
        try:
            with self._asker.unit(f"step {len(self.history)}", kind="propose", step=len(self.history)):
                total(losses).backward(self.optimizer.advisor)
                notes = [step.note for step in self.optimizer.step()]
            tried, measured = self._values(), self._validate()
        except BaseException:  # whatever ended it, a value that nobody measured does not stay
            for parameter, value in zip(self.optimizer.parameters, before, strict=True):
                parameter.value = value
            raise
        reverted = self.optimizer.judge()
        told = [node.evaluation for node in losses if node.evaluation is not None] if self.critic is None else []
        numbers = [evaluation.score for evaluation in told if evaluation.score is not None]
        mean = sum(numbers) / len(numbers) if numbers else None
        done = TrainingStep(tuple(batch), tried, mean, measured.score, reverted, "; ".join(notes))
        self.history.append(done)
        return done

    def _shuffled(self) -> Iterator[list[int]]:
        """Endless minibatches; each pass takes every question once, in its own order."""
        passes = 0
        while True:
            order = list(range(len(self.train)))
            random.Random(derive(self.seed, passes, "batches")).shuffle(order)  # noqa: S311 - nothing secret
            yield from (order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size))
            passes += 1

    def _values(self) -> tuple[str, ...]:
        return tuple(parameter.value for parameter in self.optimizer.parameters)

    def _answer(self, pair: Pair) -> Variable:
        """The program's answer; asked again with the same values, its calls are played back."""
        with self._unit("answer", pair):
            if isinstance(pair, Mapping):
                return self._caller(pair)
            return self.program(Variable(pair[0], role_description="question", requires_grad=False))

    def _scorer(self, pair: Pair) -> FunctionLoss:
        expected = _parts(pair)[1]
        return FunctionLoss(
            lambda text: self.score(text, expected), SCORE, direction=self.direction, best=self.best_score
        )

    def _loss(self, place: int) -> Variable:
        expected = _parts(self.train[place])[1]
        answer = self._answer(self.train[place])
        scored = self._losses[place](answer)
        if self.critic is None or (scored.evaluation is not None and scored.evaluation.at_best):
            return scored
        with self._unit("critic", self.train[place]):
            return self.critic(answer, expected)

    def _unit(self, kind: str, pair: Pair) -> AbstractContextManager[Unit]:
        """A piece of work on one question with the present values."""
        values = json.dumps({name: one.value for name, one in self._named.items()}, ensure_ascii=False)
        name = candidate_name(self._store.candidate(Proposal(values)))
        example = blake2b(content_of(pair).encode(), digest_size=6).hexdigest()
        return self._asker.unit(f"{kind} {name} {example}", kind=kind, candidate=name, example=example)

    def _in_order(self, function: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
        """The results in the order of the items; each call sees the scoped engine of this thread."""
        with ThreadPoolExecutor(self.workers, "molgrad-trainer") as pool:
            waiting = [pool.submit(copy_context().run, function, item) for item in items]
            try:
                return [future.result() for future in waiting]
            finally:
                for future in waiting:  # after a failure nobody wants the answers that are still to be asked for
                    future.cancel()

    def _validate(self) -> Evaluation:
        """Measure the present values on the validation set, once each, and tell every parameter."""
        values = self._values()
        if values not in self._known:
            scores = self._in_order(self._scored, self.validation)
            if not self._known:
                require_scores(scores)
            self._known[values] = _mean(scores, self.validation)
        for parameter in self.optimizer.parameters:
            parameter.record(self._known[values], self._judge)
        return self._known[values]

    def _scored(self, pair: Pair) -> Evaluation:
        value = self._answer(pair).value
        return self._scorer(pair).evaluate([value])[0]


def _parts(pair: Pair) -> tuple[Any, Any]:
    """What the program is asked, and what the score compares its answer with."""
    return (pair, pair.get(EXPECTED, pair)) if isinstance(pair, Mapping) else (pair[0], pair[1])


def _told(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of TGD as JSON, those that were not given too; the engine is told by its name."""
    known = {name: one.default for name, one in signature(TGD).parameters.items()}
    told = {name: options.get(name, known[name]) for name in known if name not in _OWN}
    texts = {name: [str(text) for text in one] for name, one in told.items() if isinstance(one, list | tuple)}
    return {name: one for name, one in told.items() if one is None or isinstance(one, int | str)} | texts


def _mean(scores: Sequence[Evaluation], pairs: Sequence[Pair]) -> Evaluation:
    for evaluation, pair in zip(scores, pairs, strict=True):
        if evaluation.score is None:
            why = evaluation.reason or "words without a number, and numbers judge"
            return Evaluation("validation", Status.FAILED, reason=f"{shorten(str(_parts(pair)[0]))!r}: {why}")
    mean = sum(e.score or 0.0 for e in scores) / len(scores)
    told = sum(e.raw.get(SCORE, e.score or 0.0) for e in scores) / len(scores)  # as the score function returned it
    text = f"mean {told:.4g} over {len(scores)} questions"
    return Evaluation("validation", Status.OK, mean, {"validation": told}, text=text)
