"""The four kinds of task: which rules there are, what demands them, and how a question is put."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from molgrad.testing.rubric.rules import Demand, Rule
from molgrad.testing.rubric.words import codes, phrases

RULES = 12
READ, WRITE, ONLY = "read", "write", "prompt"


@dataclass(frozen=True)
class Kind:
    """What a task of one kind is made of.

    Attributes:
        name: of the kind.
        rules: the hidden rules.
        demands: what examples may demand.
        prompts: the prompts that a run starts with, by name.
        asks: the last sentence of a question.
        code: whether an answer is a Python function.
    """

    name: str
    rules: tuple[Rule, ...]
    demands: tuple[Demand, ...]
    prompts: Mapping[str, str]
    asks: str = "Write its label."
    code: bool = False


def independent(seed: int) -> Kind:
    """Twelve rules, each of which helps by itself."""
    rules, demands = [], []
    for i, (phrase, code) in enumerate(zip(phrases(seed, RULES), codes(seed, RULES), strict=True)):
        rules.append(Rule(i, f"Where a sample is {phrase}, write {code}.", ONLY))
        demands.append(Demand(phrase, code, (i,), ONLY))
    return Kind("independent", tuple(rules), tuple(demands), {ONLY: "Write the label of the sample."})


def interacting(seed: int) -> Kind:
    """Four couples of rules that help only together; two general rules that harm until their exception is stated."""
    rules, demands = [], []
    said, found = phrases(seed, 8), codes(seed, 8)
    for i in range(4):
        stem, number = found[i].split("-")
        rules.append(Rule(2 * i, f"Where a sample is {said[i]}, a code begins with {stem}.", ONLY))
        rules.append(Rule(2 * i + 1, f"Where a sample is {said[i]}, a code ends with {number}.", ONLY))
        demands.append(Demand(said[i], found[i], (2 * i, 2 * i + 1), ONLY))
    for i in (4, 5):
        general, special = 2 * i, 2 * i + 1
        both = f"{said[i]} but {said[i + 2]}"
        rules.append(Rule(general, f"Where a sample is {said[i]}, write {found[i]}.", ONLY))
        rules.append(Rule(special, f"Where a sample is {both}, write {found[i + 2]} instead.", ONLY))
        demands.append(Demand(said[i], found[i], (general,), ONLY))
        demands.append(Demand(both, found[i + 2], (special,), ONLY, misleading=general))
    return Kind("interacting", tuple(rules), tuple(demands), {ONLY: "Write the label of the sample."})


def pipeline(seed: int) -> Kind:
    """Two calls with a prompt each: one notes what a label needs, one writes the label from the notes."""
    rules, demands = [], []
    for i, (phrase, code) in enumerate(zip(phrases(seed, RULES), codes(seed, RULES), strict=True)):
        prompt, verb = (READ, "note") if i < RULES // 2 else (WRITE, "write")
        rules.append(Rule(i, f"When you {prompt}, and a sample is {phrase}, {verb} {code}.", prompt))
        demands.append(Demand(phrase, code, (i,), prompt))
    prompts = {READ: "Note what the label of the sample needs.", WRITE: "Write the label from the notes."}
    return Kind("pipeline", tuple(rules), tuple(demands), prompts)


def code(seed: int) -> Kind:
    """A prompt by which a model writes a Python function that tests judge: nine cases, three of two cases at once."""
    rules, demands = [], []
    said, found = phrases(seed, 9), codes(seed, 9)
    for i in range(9):
        rules.append(Rule(i, f"Where a sample is {said[i]}, the function returns {found[i]}.", ONLY))
        demands.append(Demand(said[i], found[i], (i,), ONLY))
    for i in range(3):
        first, second = i, i + 3
        rules.append(Rule(9 + i, f"Where a sample is {said[first]} and {said[second]}, "
                                 f"{found[second]} comes before {found[first]}.", ONLY))  # fmt: skip
        demands.append(
            Demand(f"{said[first]} and {said[second]}", f"{found[second]}+{found[first]}", (first, second, 9 + i), ONLY)
        )
    asks = "Write the Python function label(sample) for it."
    return Kind("code", tuple(rules), tuple(demands), {ONLY: "Write the function that labels samples."}, asks, True)


KINDS: Mapping[str, Callable[[int], Kind]] = {
    "independent": independent, "interacting": interacting, "pipeline": pipeline, "code": code,
}  # fmt: skip
