"""Answers of candidates to examples: looked up where they are known, made side by side where not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, ScoreError, UnparsableAnswerError, encodable, engine_fault, plain, shorten
from molgrad.evaluation import BEST, Evaluation, Status
from molgrad.llm.parallel import gather
from molgrad.llm.types import Usage
from molgrad.losses.outcome import Direction
from molgrad.programs.examples import Caller, Example
from molgrad.programs.rows import Row, rows_of
from molgrad.programs.scoring import EMPTY, SCORE, require_scores, scored
from molgrad.tuning.answers import Answer, AnswerStore, candidate_name
from molgrad.tuning.asking import Asker
from molgrad.tuning.spending import Spending

_LARGEST = 1e100  # of a score: means and squares of such numbers can still be reckoned
_REASON = 400  # characters of a failure
_FIRST = 4  # examples after which a fault that meets all of them is told


class HaltError(Exception):
    """The run is to end now; says why. Never leaves this room."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How scores are read.

    Attributes:
        direction: "minimize" where a lower number is better, or "maximize".
        best: the best number that there is; where none is said, a score of exactly 0 (1 with "maximize") is it.
    """

    direction: Direction = "minimize"
    best: float | None = None

    def read(self, score: Callable[..., Any], given: Any, answer: str) -> Evaluation:
        """Score an answer.

        Args:
            score: (example, answer) -> outcome.
            given: the example.
            answer: the answer.
        """
        found = scored(score, given, answer, direction=self.direction, best=self.best)
        found = replace(found, text=encodable(found.text), reason=encodable(found.reason))
        if found.score is not None and abs(found.score) > _LARGEST:
            return Evaluation(
                SCORE, Status.FAILED, reason=f"the score {found.raw.get(SCORE, found.score):g} is too large"
            )
        usual = -1.0 if self.direction == "maximize" else 0.0
        if self.best is None and found.score == usual and BEST not in found.details:
            return replace(found, details={**found.details, BEST: True})
        return found


class Measuring:
    """Has candidates answer examples.

    Order: answers come in the order of the examples, however many are made at once. Each is stored as soon as it is
    there, and no candidate answers an example twice. Only what was asked for in this session is known to decisions, so
    that a run that is gone on with decides as one that was never stopped.
    Failure: an answer that the program or the score failed on is a FAILED evaluation; EngineError where a model
    cannot be reached, which ends the run.

    Args:
        caller: of the program.
        parameters: by name.
        score: (example, answer) -> outcome.
        scale: how outcomes are read.
        store: where answers are kept.
        asker: stands before the models.
        workers: answers at once.
        halted: says in words why the run is to end; empty while it is to go on.
        spending: counts what was asked for.
    """

    def __init__(
        self,
        caller: Caller,
        parameters: Mapping[str, Variable],
        score: Callable[..., Any],
        scale: Scale,
        store: AnswerStore,
        asker: Asker,
        workers: int,
        halted: Callable[[], str],
        spending: Spending | None = None,
    ) -> None:
        self._caller, self._parameters, self._score, self._scale = caller, parameters, score, scale
        self._store, self._asker, self._workers, self._halted = store, asker, workers, halted
        self.spending = spending or Spending(None)
        self._known: dict[int, dict[str, Answer]] = {}
        self._stored: dict[int, dict[str, Answer]] = {}  # what the store holds, read once for each candidate
        self._checked = False

    @property
    def workers(self) -> int:
        """Answers made at once."""
        return self._workers

    def known(self, candidate: int) -> Mapping[str, Answer]:
        """What was asked of a candidate in this session, by the example's key.

        Args:
            candidate: its number.
        """
        return self._known.get(candidate, {})

    def answers(
        self, candidate: int, values: Mapping[str, str], examples: Sequence[Example], *, remember: bool = True
    ) -> list[Answer]:
        """The answers of a candidate, in the order of the examples.

        Args:
            candidate: its number.
            values: of its parameters.
            examples: what it is asked.
            remember: whether decisions may build on them; not for a test split.

        Raises:
            EngineError: a model is down or refuses, or the budget is spent; what was answered before is kept.
            ScoreError: every one of the first answers failed for one reason.
        """
        if candidate not in self._stored:
            self._stored[candidate] = self._store.answers(candidate)
        stored = self._stored[candidate]
        with self.holding(values):
            if (
                remember and not self._checked and examples
            ):  # a few first: a fault of the score or the program meets all
                first = examples[: max(_FIRST, self._workers)]
                self._make(candidate, first, stored)
                self._check(candidate, [stored[one.key] for one in first])
                self._checked = True
            self._make(candidate, examples, stored)
        found = [stored[one.key] for one in examples]
        if remember:
            known = self._known.setdefault(candidate, {})
            new = {answer.example: answer for answer in found if answer.example not in known}
            self.spending.answered(new.values())
            known.update(new)
        return found

    def _check(self, candidate: int, first: Sequence[Answer]) -> None:
        """Raise where all of the first answers failed alike; they are not kept, for the fault will be mended."""
        try:
            _require(first)
        except ScoreError:
            self._store.forget(candidate, [one.example for one in first])
            self._stored.pop(candidate)
            raise

    def _make(self, candidate: int, examples: Sequence[Example], stored: dict[str, Answer]) -> None:
        def keep(place: int, answer: Answer) -> None:
            self._store.add_answer(candidate, answer)
            stored[missing[place].key] = answer

        missing = [one for one in examples if one.key not in stored]
        work = [partial(self._answer, candidate, one) for one in missing]
        gather(work, self._workers, keep=keep)

    def _answer(self, candidate: int, example: Example) -> Answer:
        if why := self._halted():
            raise HaltError(why)
        name = candidate_name(candidate)
        labels = {"kind": "answer", "candidate": name, "example": example.key}
        with self._asker.unit(f"answer {name} {example.key}", **labels) as unit:
            unit.hold(self._asker.purse)
            try:
                answer, evaluation = self._asked(example)
            finally:
                unit.release(Usage(1))  # a program that asked no model of ours
        rows = {} if answer is None else self._rows(answer)
        return Answer(example.key, None if answer is None else answer.value, evaluation, unit.asked, rows)

    def _asked(self, example: Example) -> tuple[Variable | None, Evaluation]:
        try:
            answer = self._caller(example.given)
            if (text := encodable(answer.value)) != answer.value:
                answer.value = text
        except EngineError as error:
            if not isinstance(error, UnparsableAnswerError):  # nobody to ask, whatever the example
                raise
            return None, _failed(error)
        except Exception as error:  # anyone's program; one bad answer must not end a run
            if (down := engine_fault(error)) is not None:  # its own error, raised because nobody answered it
                raise down from error
            return None, _failed(error, f"the program raised {type(error).__name__}: ")
        return answer, self._scored(example, answer)

    def _scored(self, example: Example, answer: Variable) -> Evaluation:
        if not answer.value.strip():
            return Evaluation(SCORE, Status.FAILED, reason=EMPTY)
        return self._scale.read(self._score, example.given, answer.value)

    def _rows(self, answer: Variable) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for name, parameter in self._parameters.items():
            found[name] = [
                {"inputs": dict(row.inputs), "output": row.output, "answer": row.answer}
                for row in rows_of(answer, parameter)
            ]
        return found

    @contextmanager
    def holding(self, values: Mapping[str, str]) -> Iterator[None]:
        """Within the block the parameters hold a candidate's values.

        Args:
            values: by name.
        """
        before = {name: parameter.value for name, parameter in self._parameters.items()}
        try:
            self.assign(values)
            yield
        finally:
            self.assign(before)

    def assign(self, values: Mapping[str, str]) -> None:
        """Give the parameters values.

        Args:
            values: by name.
        """
        for name, parameter in self._parameters.items():
            if parameter.value != values[name]:
                parameter.value = values[name]


def read_rows(answer: Answer, parameter: str) -> list[Row]:
    """What a parameter did for an answer, with the words on it.

    Args:
        answer: of a candidate.
        parameter: its name.
    """
    words = answer.evaluation.feedback
    return [replace(Row(**row), words=words) for row in answer.rows.get(parameter, ())]


def _require(answers: Sequence[Answer]) -> None:
    """Raise where the first answers failed all alike."""
    told = [answer.evaluation for answer in answers]
    if all(answer.text is None for answer in answers):
        if len({one.reason.partition(":")[0] for one in told}) == 1:
            raise ScoreError(f"none of the first {len(told)} examples could be answered: {told[0].reason}")
    else:
        require_scores(told)


def _failed(error: Exception, doing: str = "") -> Evaluation:
    return Evaluation(SCORE, Status.FAILED, reason=shorten(plain(f"{doing}{error}"), _REASON))
