"""How well a contact is kept, in words."""

from __future__ import annotations

import pytest

from molgrad.interactions.retained import kept_words


@pytest.mark.parametrize(
    ("penalty", "gap", "words"),
    [(0.0, 2.9, "kept (2.9 Å)"), (0.03, 2.94, "kept, strained (2.9 Å)"), (0.5, 4.2, "strained (4.2 Å)"),
     (1.0, 6.0, "lost (6.0 Å)"), (0.0, None, "kept")],
)  # fmt: skip
def test_a_strained_contact_is_not_called_lost(penalty: float, gap: float | None, words: str) -> None:
    assert kept_words(penalty, gap) == words
