"""Two words as one value: a domain with parts for the tests of searches."""

from __future__ import annotations

from collections.abc import Mapping

from molgrad.autograd.gradient import Edit
from molgrad.testing.optimizer import LetterDomain

LETTERS = LetterDomain()
NAMES = ("first", "second")


class TwoWords(LetterDomain):
    """Two words of `LetterDomain` with a slash between them; each is a part."""

    name = "two words"

    def validate(self, value: str) -> tuple[str, ...]:
        words = value.split("/")
        return tuple(r for w in words for r in LETTERS.validate(w)) if len(words) == 2 else ("two words, please",)

    def parts(self, value: str) -> Mapping[str, str]:
        return dict(zip(NAMES, value.split("/"), strict=True))

    def joined(self, parts: Mapping[str, str]) -> str:
        return self.canonical("/".join(parts[name] for name in NAMES))

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        parts, name = self.parts(value), NAMES[seed % 2]
        found = LETTERS.neighbours(parts[name], seed // 2, n)
        return [(self.joined({**parts, name: word}), edit) for word, edit in found]
