"""Hidden rules, and how likely a student meets a demand, given the rules that its prompt states."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

STATED = 0.95  # chance to meet a demand whose rules the prompt states
SHOWN = 0.5  # chance where a worked example in the prompt shows what is wanted, but no sentence says it
GUESSED = 0.1  # chance without either
LUCKY = 0.6  # chance for an exception while no rule misleads
MISLED = 0.03  # chance for an exception once the general rule is stated without it


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text as it is compared: words and numbers in lower case, one space between them."""
    return re.sub(r"[^a-z0-9]+", " ", text.replace("\\n", "\n").lower()).strip()


@dataclass(frozen=True)
class Rule:
    """One instruction that helps.

    Attributes:
        number: its place in the task's list of rules.
        text: the sentence; a prompt carries the rule when it holds these words.
        prompt: the name of the prompt that must carry it.
    """

    number: int
    text: str
    prompt: str

    def stated(self, text: str) -> bool:
        """Whether a text, already `plain`, holds the sentence."""
        return plain(self.text) in text


@dataclass(frozen=True)
class Demand:
    """One thing that an answer must get right.

    Attributes:
        phrase: what the question says where the demand is made.
        code: what the answer must hold.
        rules: numbers of the rules that it needs, all of them.
        misleading: the number of a rule that misleads here unless `rules` are stated too; None for no such rule.
        prompt: the prompt whose model call meets it.
    """

    phrase: str
    code: str
    rules: tuple[int, ...]
    prompt: str
    misleading: int | None = None

    def chance(self, stated: Collection[int], shown: Collection[int] = ()) -> float:
        """The probability that a student meets the demand.

        Args:
            stated: numbers of the rules that the prompt states.
            shown: numbers of the rules that worked examples in the prompt show.
        """
        if all(rule in stated for rule in self.rules):
            return STATED
        without = GUESSED
        if self.misleading is not None:
            without = MISLED if self.misleading in stated else LUCKY
        known = all(rule in stated or rule in shown for rule in self.rules)
        return max(SHOWN, without) if known else without
