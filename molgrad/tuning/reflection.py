"""Which examples a candidate is rewritten for, and what is told of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from molgrad.autograd.variable import Variable
from molgrad.errors import shorten
from molgrad.optim.optimizer import derive
from molgrad.programs.examples import Example
from molgrad.programs.rows import Row, told
from molgrad.tuning import templates
from molgrad.tuning.answers import Answer, Trial, candidate_name
from molgrad.tuning.asking import Asker
from molgrad.tuning.measuring import Measuring, read_rows

Critic = Callable[[Variable, str], Variable]
_TRIED = 2  # earlier versions that are told
_LONGEST = 400  # characters of one


class Reflection:
    """Chooses training examples that a candidate does not answer well yet: each time others, as far as there are any.

    Examples that it answered at the gate come first, since they cost nothing more, then those that nobody has seen.

    Args:
        measuring: has candidates answer.
        train: the training examples.
        size: how many at a time.
        seed: of their order.
        critic: (answer, expected) -> words on the answer, in place of those of the score.
        asker: stands before the critic's models.
    """

    def __init__(
        self, measuring: Measuring, train: Sequence[Example], size: int, seed: int, critic: Critic | None, asker: Asker
    ) -> None:
        self._measuring, self._size, self._critic, self._asker = measuring, size, critic, asker
        self._train = list(train)
        random.Random(derive(seed, "examples")).shuffle(self._train)  # noqa: S311 - nothing secret
        self._batches: dict[int, list[list[Example]]] = {}

    def batch(self, candidate: int, values: Mapping[str, str], turn: int) -> list[Example]:
        """The examples of a turn; asked again it gives the same.

        Args:
            candidate: the number of the parent.
            values: of its parameters.
            turn: how many times it was rewritten before.

        Returns:
            At least one that can be answered better; none where no training example can.
        """
        batches = self._batches.setdefault(candidate, [])
        while len(batches) <= turn:
            batches.append(self._next(candidate, values, batches))
        return batches[turn]

    def _next(self, candidate: int, values: Mapping[str, str], before: Sequence[Sequence[Example]]) -> list[Example]:
        shown = {one.key for batch in before for one in batch}
        known = dict(self._measuring.known(candidate))
        poor = [one for one in self._train if one.key in known and one.key not in shown and _improvable(known[one.key])]
        found = sorted(poor, key=lambda one: _badness(known[one.key]))[: self._size]
        fresh = [one for one in self._train if one.key not in known]
        while fresh and (len(found) < self._size or not any(_improvable(known[one.key]) for one in found)):
            count = self._size - len(found) if len(found) < self._size else self._size
            asked, fresh = fresh[:count], fresh[count:]
            self._measuring.answers(candidate, values, asked)
            known = dict(self._measuring.known(candidate))
            found = sorted([*found, *asked], key=lambda one: not _improvable(known[one.key]))
        if any(_improvable(known[one.key]) for one in found):
            return found[: self._size]
        again = [one for one in self._train if one.key in known and _improvable(known[one.key])]
        start = len(before) * self._size % max(1, len(again))
        return (again[start:] + again[:start])[: self._size]

    def right(self, candidate: int) -> list[tuple[str, str]]:
        """Training examples that a candidate answered as well as can be, as (question, answer).

        Args:
            candidate: its number.
        """
        known = self._measuring.known(candidate)
        found = [(one, known[one.key]) for one in self._train if one.key in known]
        return [(one.question, answer.text) for one, answer in found if answer.text and not _improvable(answer)]

    def told(
        self, trial: Trial, name: str, examples: Sequence[Example], tried: Sequence[tuple[str, str]]
    ) -> tuple[str, list[Answer]]:
        """The examples that can be answered better, as feedback on one parameter, and their answers.

        Args:
            trial: the candidate.
            name: of the parameter.
            examples: of the batch.
            tried: earlier texts of the parameter that were no better, with what became of them.
        """
        known = self._measuring.known(trial.id)
        poor = [(one, known[one.key]) for one in examples if _improvable(known[one.key])]
        rows = [row for example, answer in poor for row in self._rows(trial, name, example, answer)]
        lines = [templates.SHOWN.replace("{n}", str(len(poor))), told(rows)]
        if tried:
            lines.append(templates.TRIED)
            lines += [f"- {shorten(text, _LONGEST)}\n  {why}" for text, why in tried[-_TRIED:]]
        return "\n\n".join(lines), [answer for _, answer in poor]

    def _rows(self, trial: Trial, name: str, example: Example, answer: Answer) -> list[Row]:
        words = self._words(trial, example, answer)
        found = read_rows(answer, name) or [Row({"input": example.question}, answer.text or "(no answer)")]
        return [replace(row, words=words) for row in found]

    def _words(self, trial: Trial, example: Example, answer: Answer) -> str:
        said = answer.evaluation.feedback
        if self._critic is None or answer.text is None:
            return said
        who = candidate_name(trial.id)
        with self._asker.unit(f"critic {who} {example.key}", kind="critic", candidate=who, example=example.key):
            given = Variable(answer.text, role_description="answer", requires_grad=True)
            found = self._critic(given, example.expected)
        return found.evaluation.feedback if found.evaluation is not None else found.value


def _improvable(answer: Answer) -> bool:
    return not answer.evaluation.at_best


def _badness(answer: Answer) -> float:
    """The worst first: failures, then high scores."""
    return float("-inf") if answer.evaluation.score is None else -answer.evaluation.score
