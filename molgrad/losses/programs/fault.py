"""Why a program or service gave no answer."""

from __future__ import annotations


class NoAnswer(Exception):
    """A program or service did not answer as it should; the text says how, and what to do.

    Attributes:
        passing: whether another try may go better, so that a resumed campaign asks again.
    """

    def __init__(self, why: str, *, passing: bool = True) -> None:
        super().__init__(why)
        self.passing = passing
