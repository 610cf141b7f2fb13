"""Which examples a candidate is rewritten for, and what is told of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from molgrad.autograd.variable import Variable
from molgrad.errors import shorten
from molgrad.optim.optimizer import derive
from molgrad.programs.demos import Demo, demonstrated
from molgrad.programs.examples import Example
from molgrad.programs.rows import Row, told
from molgrad.tuning import templates
from molgrad.tuning.answers import Answer, candidate_name
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
        seed: of their order.
        critic: (answer, expected) -> words on the answer, in place of those of the score.
        asker: stands before the critic's models.
    """

    def __init__(
        self, measuring: Measuring, train: Sequence[Example], seed: int, critic: Critic | None, asker: Asker
    ) -> None:
        self._measuring, self._critic, self._asker = measuring, critic, asker
        self._train = list(train)
        random.Random(derive(seed, "examples")).shuffle(self._train)  # noqa: S311 - nothing secret
        self._batches: dict[int, list[list[Example]]] = {}
        self._seen: set[str] = set()  # keys of examples that any candidate was rewritten for

    def batch(self, candidate: int, values: Mapping[str, str], turn: int, sizes: Iterable[int]) -> list[Example]:
        """The examples of a turn; asked again it gives the same.

        Args:
            candidate: the number of the parent.
            values: of its parameters.
            turn: how many times it was rewritten before.
            sizes: how many examples are looked at, and how many further ones each time that all are answered rightly.

        Returns:
            At least one that can be answered better; none where none was found.
        """
        batches = self._batches.setdefault(candidate, [])
        while len(batches) <= turn:
            if not (found := self._next(candidate, values, batches, iter(sizes))):
                return []
            batches.append(found)
        return batches[turn]

    def _next(
        self, candidate: int, values: Mapping[str, str], before: Sequence[Sequence[Example]], sizes: Iterator[int]
    ) -> list[Example]:
        size = next(sizes, 0)
        shown = {one.key for batch in before for one in batch}
        known = dict(self._measuring.known(candidate))
        poor = [one for one in self._train if one.key in known and one.key not in shown and _improvable(known[one.key])]
        found = sorted(poor, key=lambda one: _badness(known[one.key]))[:size]
        fresh = [one for one in self._train if one.key not in known]
        fresh.sort(key=lambda one: one.key in self._seen)  # stable: what nobody was asked tells something new
        count = size - len(found)
        while fresh and count > 0:
            asked, fresh = fresh[:count], fresh[count:]
            self._measuring.answers(candidate, values, asked)
            found += [one for one in asked if _improvable(self._measuring.known(candidate)[one.key])]
            count = 0 if found else next(sizes, 0)
        self._seen.update(one.key for one in found)
        return found or self._again(candidate, len(before), size)

    def _again(self, candidate: int, turn: int, size: int) -> list[Example]:
        """Examples that were told before, once every training example was looked at."""
        known = self._measuring.known(candidate)
        if size == 0 or any(one.key not in known for one in self._train):
            return []
        poor = [one for one in self._train if _improvable(known[one.key])]
        start = turn * size % max(1, len(poor))
        return (poor[start:] + poor[:start])[:size]

    def poor(self, candidate: int, examples: Sequence[Example]) -> list[Example]:
        """Those of the examples that a candidate can answer better.

        Args:
            candidate: its number.
            examples: which it has answered.
        """
        known = self._measuring.known(candidate)
        return [one for one in examples if _improvable(known[one.key])]

    def right(self, candidate: int, name: str) -> list[Demo]:
        """What worked examples can show: training examples that a candidate answered as well as can be.

        Args:
            candidate: its number.
            name: of the parameter that holds worked examples; in a pipeline its own step is shown.
        """
        known = self._measuring.known(candidate)
        found: list[Demo] = []
        for one in self._train:
            answer = known.get(one.key)
            if answer is not None and answer.text and not _improvable(answer):
                found += demonstrated(read_rows(answer, name)) or [(one.question, answer.text)]
        return found

    def told(
        self, candidate: int, name: str, examples: Sequence[Example], tried: Sequence[tuple[str, str]]
    ) -> tuple[str, list[Answer]]:
        """The examples that can be answered better, as feedback on one parameter, and their answers.

        Args:
            candidate: its number.
            name: of the parameter.
            examples: of the batch.
            tried: earlier texts of the parameter that were no better, with what became of them.
        """
        known = self._measuring.known(candidate)
        poor = [(one, known[one.key]) for one in self.poor(candidate, examples)]
        rows = [row for example, answer in poor for row in self._rows(candidate, name, example, answer)]
        lines = [templates.SHOWN.replace("{n}", str(len(poor))), told(rows)]
        if tried:
            lines.append(templates.TRIED)
            lines += [f"- {shorten(text, _LONGEST)}\n  {why}" for text, why in tried[-_TRIED:]]
        return "\n\n".join(lines), [answer for _, answer in poor]

    def _rows(self, candidate: int, name: str, example: Example, answer: Answer) -> list[Row]:
        words = self._words(candidate, example, answer)
        found = read_rows(answer, name) or [Row({"input": example.question}, answer.text or "(no answer)")]
        return [replace(row, words=words) for row in found]

    def _words(self, candidate: int, example: Example, answer: Answer) -> str:
        said = answer.evaluation.feedback
        if self._critic is None or answer.text is None:
            return said
        who = candidate_name(candidate)
        with self._asker.unit(f"critic {who} {example.key}", kind="critic", candidate=who, example=example.key):
            given = Variable(answer.text, role_description="answer", requires_grad=True)
            found = self._critic(given, example.expected)
        return found.evaluation.feedback if found.evaluation is not None else found.value


def _improvable(answer: Answer) -> bool:
    return not answer.evaluation.at_best


def _badness(answer: Answer) -> float:
    """The worst first: failures, then high scores."""
    return float("-inf") if answer.evaluation.score is None else -answer.evaluation.score
