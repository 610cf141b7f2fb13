"""Worked examples in a prompt: a variable that is filled with what the program itself answered rightly."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from molgrad.autograd.gradient import Edit
from molgrad.autograd.text_domain import MAX_TEXT, TextDomain
from molgrad.autograd.variable import Variable
from molgrad.errors import counted, shorten, whole
from molgrad.programs.rows import Row

Demo = tuple[str, str]  # a question and its answer

QUESTION, ANSWER = "Question: ", "Answer: "
_INDENT = "  "  # before each further line of a question or an answer, so that no text can look like the next one
_TRIES = 8  # draws for each set of examples that is wanted, of which some repeat others


class DemosDomain(TextDomain):
    """At most `k` worked examples as the text that a prompt shows; none at all is sound.

    A value is `Question: ...` and `Answer: ...` for each example with an empty line between two; further lines of
    either are indented by two spaces.

    Args:
        k: how many examples at most.
    """

    name = "demos"

    def __init__(self, k: int) -> None:
        self.k = k

    def spec(self) -> Mapping[str, str]:
        """The name, and how many at most."""
        return {"name": self.name, "k": str(self.k)}

    def canonical(self, value: str) -> str:
        """The examples as they are shown; raises ValueError for anything else or too many."""
        demos = read_demos(value)
        text = shown(demos)
        if reasons := self._faults(demos, text):
            raise ValueError("; ".join(reasons))
        return text

    def validate(self, value: str) -> tuple[str, ...]:
        """Anything but at most `k` worked examples is refused."""
        try:
            return self._faults(read_demos(value), value)
        except ValueError as error:
            return (str(error),)

    def _faults(self, demos: Sequence[Demo], text: str) -> tuple[str, ...]:
        many = (f"{len(demos)} worked examples, more than {self.k}",) if len(demos) > self.k else ()
        return many or ((f"the examples have more than {MAX_TEXT} characters",) if len(text) > MAX_TEXT else ())

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """The examples without one of them."""
        demos = read_demos(value)
        fewer = [shown(demos[:i] + demos[i + 1 :]) for i in range(len(demos))]
        random.Random(seed).shuffle(fewer)  # noqa: S311 - nothing secret
        reason = "one worked example left out"
        return [(one, Edit("remove", reason=reason)) for one in dict.fromkeys(fewer) if one != value][:n]

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
        """Sets of examples drawn from both."""
        found = self.bootstrapped([*read_demos(first), *read_demos(second)], seed, n + 2)
        return [value for value in found if value not in (first, second)][:n]

    def bootstrapped(self, rows: Sequence[Demo], seed: int, n: int) -> list[str]:
        """Sets of `k` examples (of all where there are fewer) drawn from right answers; no two are the same.

        Args:
            rows: questions with right answers, of training examples: those that judge must not be shown.
            seed: the same seed gives the same sets.
            n: how many at most.
        """
        right = [demo for demo in dict.fromkeys(rows) if all(text.strip() for text in demo)]
        draw = random.Random(seed)  # noqa: S311 - nothing secret
        found: dict[str, None] = {}
        for _ in range(_TRIES * n if right else 0):
            if len(found) == n:
                break
            value = shown(draw.sample(right, min(self.k, len(right))))
            if not self.validate(value):
                found.setdefault(value)
        return list(found)

    def difference(self, parent: str, value: str) -> str:
        """How many examples came and went."""
        before, after = read_demos(parent), read_demos(value)
        came, went = (len(set(one) - set(other)) for one, other in ((after, before), (before, after)))
        return f"{counted(came, 'worked example')} added, {went} taken out"


class Demos(Variable):
    """Worked examples for a prompt, at first none, which a Tuner fills with right answers of the program itself.

    Give it to a model call beside the question (`call(demos, question)`), or to a field of a template: its value is the
    text that is shown. Source of the method: bootstrapped demonstrations of MIPROv2, Opsahl-Ong et al. 2024, arXiv
    2406.11695, and DSPy, Khattab et al. 2023.

    Args:
        k: how many examples at most.
        role_description: what they are for, in words that an advisor reads.

    Raises:
        ValueError: `k` is less than one.
    """

    def __init__(self, k: int = 4, *, role_description: str = "worked examples shown before the question") -> None:
        whole("k", k, 1)
        super().__init__("", role_description=role_description, domain=DemosDomain(k))

    @property
    def pairs(self) -> list[Demo]:
        """The examples, each a question and its answer."""
        return read_demos(self.value)

    def _sound(self, value: str) -> str:
        return self.domain.canonical(value)


def demonstrated(rows: Sequence[Row]) -> list[Demo]:
    """What a right run of a program can show at the place of its worked examples: the calls that they feed.

    In a pipeline these are the inputs and the output of that step, not the program's.

    Args:
        rows: of the worked examples in that run; see `molgrad.programs.rows`.
    """
    found = []
    for row in rows:
        given = list(row.inputs.values())
        # The question comes last: instructions before it are the prompt's own and would repeat in each example.
        found += [(given[-1], row.output)] if given else []
    return found


def shown(demos: Sequence[Demo]) -> str:
    """Worked examples as the text that a prompt shows.

    Args:
        demos: questions with their answers.
    """
    return "\n\n".join(f"{QUESTION}{_indented(question)}\n{ANSWER}{_indented(answer)}" for question, answer in demos)


def read_demos(text: str) -> list[Demo]:
    """The worked examples of a text that `shown` made.

    Args:
        text: such a text; an empty one has none.

    Raises:
        ValueError: it is something else; the message shows the first line that is neither.
    """
    found: list[list[str]] = []
    for line in text.strip().splitlines():
        if line.startswith(QUESTION) and (not found or len(found[-1]) == 2):
            found.append([line.removeprefix(QUESTION)])
        elif line.startswith(ANSWER) and found and len(found[-1]) == 1:
            found[-1].append(line.removeprefix(ANSWER))
        elif line.startswith(_INDENT) and found:
            found[-1][-1] += "\n" + line.removeprefix(_INDENT)
        elif line.strip():
            raise ValueError(f"worked examples are '{QUESTION}...' and '{ANSWER}...' in turn, not {shorten(line)!r}")
    if any(len(pair) != 2 for pair in found):
        raise ValueError(f"the last worked example has no '{ANSWER}...'")
    return [(question, answer) for question, answer in found]


def _indented(text: str) -> str:
    return f"\n{_INDENT}".join(text.strip().splitlines())
