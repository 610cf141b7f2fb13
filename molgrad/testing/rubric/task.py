"""A task: its examples, its score, the truth about prompts, and its models behind an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from molgrad.testing.rubric.critic import Critic
from molgrad.testing.rubric.examples import Example, draw
from molgrad.testing.rubric.forms import Request, answered
from molgrad.testing.rubric.functions import failing, written
from molgrad.testing.rubric.kinds import KINDS
from molgrad.testing.rubric.ledger import Ledger
from molgrad.testing.rubric.server import Server
from molgrad.testing.rubric.student import Student, carried, shown


class Task:
    """One benchmark task; everything about it follows from its kind and seed.

    Attributes:
        kind: its name: `independent`, `interacting`, `pipeline` or `code`.
        seed: what it was drawn with.
        prompts: the prompts that a run starts from, by name: `prompt`, or `read` and `write` of a pipeline.
        train: 60 examples, pairs of a question and what is expected, which a run may show to a critic.
        validation: 20 examples, likewise, to choose by.
        test: 200 examples that no run sees; `truth` is told over them.
    """

    def __init__(self, kind: str, seed: int = 0) -> None:
        if kind not in KINDS:
            raise ValueError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
        self.kind, self.seed = kind, seed
        self._kind = KINDS[kind](seed)
        train, validation, self._test = draw(self._kind, seed)
        self._shown = [*train, *validation]
        self.prompts = dict(self._kind.prompts)
        self.train = [one.example for one in train]
        self.validation = [one.example for one in validation]
        self.test = [one.example for one in self._test]
        self._student = Student(self._kind, seed, [*self._shown, *self._test])
        self._critic = Critic(self._kind, seed, self._shown)
        self._ledger = Ledger()

    @property
    def rules(self) -> list[str]:
        """The hidden rules, for tests of the task itself; an optimizer that reads them cheats."""
        return [rule.text for rule in self._kind.rules]

    @property
    def calls(self) -> dict[str, int]:
        """Answered requests by role, `student` and `critic`, since the server was started last."""
        return dict(self._ledger.calls)

    @property
    def tokens(self) -> dict[str, int]:
        """Tokens by role, sent and answered together; a token is four characters."""
        return dict(self._ledger.tokens)

    def score(self, example: Example | tuple[str, str], answer: str) -> tuple[float, str]:
        """How bad an answer is.

        Args:
            example: the question and what is expected.
            answer: what the program said.

        Returns:
            0 for right and 1 for wrong, and words that tell what was expected: the label, or the tests that fail.
        """
        expected = example[1]
        if self._kind.code:
            failed = failing(answer, expected)
            return (1.0, "Wrong.\n" + "\n".join(failed)) if failed else (0.0, "Right.")
        if answer.strip() == expected:
            return 0.0, "Right."
        return 1.0, f"Wrong. Expected was {expected}"

    def reference(self, example: Example | tuple[str, str]) -> str:
        """A right answer to an example: the label, or a function that passes the tests."""
        if not self._kind.code:
            return example[1]
        return written(dict(re.findall(r"label\('(.*)'\) == '(.*)'", example[1])))

    def truth(self, prompts: str | Mapping[str, str]) -> float:
        """The expected share of right answers over the 200 test examples, computed without a call.

        Args:
            prompts: the whole text that stands before a question, worked examples included: of the one prompt, or
                by name.
        """
        texts = {name: prompts if isinstance(prompts, str) else prompts[name] for name in self.prompts}
        stated = {name: carried(self._kind, text, name) for name, text in texts.items()}
        examples = {name: shown(self._shown, text, name) for name, text in texts.items()}
        total = 0.0
        for one in self._test:
            right = 1.0
            for demand in one.demands:
                right *= demand.chance(stated[demand.prompt], examples[demand.prompt])
            total += right
        return total / len(self._test)

    @contextmanager
    def serve(self, calls: int | None = None) -> Iterator[str]:
        """Serve the models `student` and `critic` on 127.0.0.1, and count anew.

        Args:
            calls: requests of both roles together after which every further one is refused with status 402.

        Yields:
            The base URL for a client of OpenAI's protocol, such as `http://127.0.0.1:4711/v1`; any key will do.
        """
        self._ledger = Ledger(calls)
        models = {"student": self._ask, "critic": self._critic.answer}
        with Server(models, self._ledger) as url:
            yield url

    def _ask(self, request: Request) -> str:
        return answered(request, self._student.answer(request.before, request.last))
