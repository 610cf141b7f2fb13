"""What a critic can see in a request: which examples it shows, what went wrong with them, which rules it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from molgrad.testing.rubric.examples import Known
from molgrad.testing.rubric.kinds import READ, WRITE, Kind
from molgrad.testing.rubric.rules import Demand, plain
from molgrad.testing.rubric.student import NOTES


@dataclass(frozen=True)
class Sight:
    """One example as a request shows it.

    Attributes:
        known: the example.
        wrong: demands that a shown answer does not meet.
        met: demands that the request shows met, with no wrong answer beside: a worked example.
    """

    known: Known
    wrong: tuple[Demand, ...]
    met: tuple[Demand, ...]


class Reader:
    """Finds known questions, answers and expectations in whatever text it is given.

    It knows what a person would who was given the same text: where the question or what is expected does not stand in
    it, there is nothing to be seen.

    Args:
        kind: the task's rules.
        known: examples that a run may show, the train and validation examples.
    """

    def __init__(self, kind: Kind, known: Sequence[Known]) -> None:
        self.kind, self.known = kind, known

    def seen(self, text: str) -> list[Sight]:
        """The examples that can be judged from a text."""
        words, found = plain(text), []
        for one in self.known:
            question, notes = one.plain in words, f"{NOTES} {one.name}: " in text
            if question or notes:
                demands = [d for d in one.demands if question or d.prompt == WRITE]
                sight = self._cases(one, demands, text) if self.kind.code else self._labels(one, demands, text)
                if sight.wrong or sight.met:
                    found.append(sight)
        return found

    def facts(self, text: str) -> list[str]:
        """What a text says was expected where something else was said; a critic passes it on along a chain."""
        if self.kind.code:
            return list(dict.fromkeys(re.findall(r"\w-\d+: label\('[^'\n]*'\) == '[^'\n]*' is false", text)))
        lines = []
        for one in self.known:
            said, wanted = self._said(one, text) if one.name in text else set(), one.example.expected.partition(": ")[2]
            if wanted in said and len(said) > 1:
                lines.append(f"Expected was {one.example.expected}")
        return lines

    def named(self, text: str) -> list[int]:
        """Numbers of the rules that a text states."""
        words = plain(text)
        return [rule.number for rule in self.kind.rules if rule.stated(words)]

    @staticmethod
    def _said(one: Known, text: str) -> set[str]:
        """The labels that a text gives to a sample."""
        labels = re.findall(rf"(?<!{NOTES} ){one.name}: ([a-z0-9 ;-]*[a-z0-9])", text)
        return {label.strip() for label in labels}

    def _labels(self, one: Known, demands: Sequence[Demand], text: str) -> Sight:
        labels = self._said(one, text)
        wanted = one.example.expected.partition(": ")[2]
        if not any(label == wanted or label.startswith(f"{wanted} ") for label in labels):
            return Sight(one, (), ())
        others = [label for label in labels if not label.startswith(wanted)]
        notes = re.findall(rf"{NOTES} {one.name}: ([^\n\"\\]*)", text)
        wrong = tuple(
            d for d in demands
            if any(d.code not in label for label in others)
            or (d.prompt == READ and any(f"{d.phrase} ({d.code})" not in line for line in notes))
        )  # fmt: skip
        return Sight(one, wrong, () if others or wrong else tuple(demands))

    @staticmethod
    def _cases(one: Known, demands: Sequence[Demand], text: str) -> Sight:
        flat = text.replace("\\'", "'")
        tests = {d: f"{one.name}: label('{d.phrase}') == '{d.code}'" for d in demands}
        wrong = tuple(d for d, test in tests.items() if f"{test} is false" in flat)
        return Sight(one, wrong, () if wrong else tuple(d for d, test in tests.items() if test in flat))
