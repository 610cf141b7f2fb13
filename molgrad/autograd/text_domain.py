"""Plain text as a kind of value: prompts, answers, code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Self
from zlib import crc32

from molgrad.autograd.domain import Features, Scope, Starts, Step
from molgrad.autograd.given import Given
from molgrad.autograd.gradient import Edit
from molgrad.errors import ConflictingSettingsError
from molgrad.evaluation import Fact

MAX_TEXT = 200_000  # characters; longer than any model's useful context


class TextDomain(Given):
    """Plain text: prompts, answers, code. Any text of reasonable length is sound, an empty one is not."""

    name = "text"
    default_advisor: str | None = None
    scope: Scope = "free"

    @property
    def requirements(self) -> tuple[str, ...]:
        """None of its own."""
        return ()

    def spec(self) -> Mapping[str, str]:
        """The name: plain text has no settings."""
        return {"name": self.name}

    def canonical(self, value: str) -> str:
        """The value without trailing blanks; raises ValueError for an empty or huge one."""
        text = value.strip()
        reasons = self.validate(text)
        if reasons:
            raise ValueError("; ".join(reasons))
        return text

    def identity(self, value: str) -> str:
        """The text itself."""
        return value

    def read_starts(self, given: Sequence[str]) -> Starts:
        """The texts as they are; a text is never taken for the name of a file."""
        return Starts(tuple(dict.fromkeys(self.canonical(value) for value in given)))

    def within(self, scope: Scope | None, starts: Sequence[str]) -> Self:  # noqa: ARG002 - protocol
        """The domain itself: texts are not bounded by their starts."""
        if scope not in (None, "free"):
            raise ConflictingSettingsError(f"scope {scope!r} is for molecules; a text's is 'free'")
        return self

    def validate(self, value: str) -> tuple[str, ...]:
        """Empty and oversized texts are refused."""
        if not value.strip():
            return ("the text is empty",)
        if len(value) > MAX_TEXT:
            return (f"the text has {len(value)} characters, more than {MAX_TEXT}",)
        return ()

    def plausible(self, value: str) -> bool:
        """As `validate`."""
        return not self.validate(value)

    def apply(self, value: str, edit: Edit) -> list[str]:
        """A literal replacement: payload `{"old": ..., "new": ...}`."""
        old, new = str(edit.payload.get("old", "")), str(edit.payload.get("new", ""))
        return [value.replace(old, new, 1)] if old and old in value else []

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:  # noqa: ARG002 - protocol
        """None: only an advisor can write text."""
        return []

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:  # noqa: ARG002 - protocol
        """None: only an advisor can merge texts."""
        return []

    def exchanged(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:  # noqa: ARG002 - protocol
        """None: a text has no partners that could be exchanged."""
        return []

    def novel(self, seed: int, n: int) -> list[tuple[str, str]]:  # noqa: ARG002 - protocol
        """None: only an advisor can write text."""
        return []

    def fragments(self, values: Sequence[str]) -> bool:  # noqa: ARG002 - protocol
        """Never: a first draft is what is to be improved."""
        return False

    def step(self, parent: str, value: str) -> Step:  # noqa: ARG002 - protocol
        """One change: a text is rewritten as a whole."""
        return Step(1)

    def told_by(self, known: tuple[str, str], other: tuple[str, str], *, bad: bool) -> float:  # noqa: ARG002 - protocol
        """Not at all: texts have no places."""
        return 0.0

    def scan(self, value: str) -> list[tuple[str, Edit]]:  # noqa: ARG002 - protocol
        """None: only an advisor can write text."""
        return []

    def combined(self, parent: str, first: str, second: str) -> list[str]:  # noqa: ARG002 - protocol
        """None: only an advisor can merge texts."""
        return []

    def spares(self, parent: str, value: str, facts: Sequence[Fact]) -> bool:  # noqa: ARG002 - protocol
        """Of a text nothing is known that must stay."""
        return True

    def difference(self, parent: str, value: str) -> str:  # noqa: ARG002 - protocol
        """Not told."""
        return ""

    def explain(self, parent: str, value: str, facts: Sequence[Fact], asked: str = "") -> str:  # noqa: ARG002 - protocol
        """Not told."""
        return ""

    def features(self, value: str) -> Features:
        """Word counts, and the length."""
        words: Sequence[str] = re.findall(r"\w+", value.lower())
        # crc32, not hash(): the latter is salted per process and would make runs differ.
        counts = Counter(crc32(word.encode()) for word in words)
        return Features(dict(sorted(counts.items())), (float(len(words)),))

    def describe(self, value: str) -> Mapping[str, float]:
        """The number of words."""
        return {"words": float(len(value.split()))}


TEXT = TextDomain()
