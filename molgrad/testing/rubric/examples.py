"""Questions with what is expected of an answer, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from molgrad.testing.rubric.draws import shuffled, uniform
from molgrad.testing.rubric.kinds import Kind
from molgrad.testing.rubric.rules import Demand, plain
from molgrad.testing.rubric.words import names

TRAIN, VALIDATION, TEST = 60, 20, 200
_COUNTS = (0.4, 0.8)  # 40 % of the examples make one demand, 40 % two, 20 % three


class Example(NamedTuple):
    """A question and what is expected: the label, or the tests of a function, one a line."""

    question: str
    expected: str


@dataclass(frozen=True)
class Known:
    """An example with what its makers know of it.

    Attributes:
        name: of the sample; it stands in the question, the notes, the answer and what is expected.
        example: what a program is shown.
        demands: what the answer must get right.
        plain: the question as it is looked for in a request.
    """

    name: str
    example: Example
    demands: tuple[Demand, ...]
    plain: str


def draw(kind: Kind, seed: int) -> tuple[list[Known], list[Known], list[Known]]:
    """Train, validation and test examples; no sample is in two of them."""
    called = names(seed, TRAIN + VALIDATION + TEST)
    made = [_example(kind, name, _demands(kind, seed, name)) for name in called]
    return made[:TRAIN], made[TRAIN : TRAIN + VALIDATION], made[TRAIN + VALIDATION :]


def _demands(kind: Kind, seed: int, name: str) -> tuple[Demand, ...]:
    chance = uniform(seed, "count", name)
    count = 1 + sum(chance >= limit for limit in _COUNTS)
    found: list[Demand] = []
    for demand in shuffled(kind.demands, seed, "demands", name):
        clear = all(demand.phrase not in other.phrase and other.phrase not in demand.phrase for other in found)
        if clear and len(found) < count:
            found.append(demand)
    return tuple(found)


def _example(kind: Kind, name: str, demands: Sequence[Demand]) -> Known:
    said = [demand.phrase for demand in demands]
    listed = ", and ".join(said) if len(said) < 3 else f"{said[0]}, and {said[1]}, and {said[2]}"
    question = f"Sample {name} is {listed}. {kind.asks}"
    expected = f"{name}: " + "; ".join(demand.code for demand in demands)
    if kind.code:
        expected = "\n".join(f"{name}: label('{demand.phrase}') == '{demand.code}'" for demand in demands)
    return Known(name, Example(question, expected), tuple(demands), plain(question))
