"""What a model is told of the examples that a parameter is to be rewritten for."""

from __future__ import annotations

SHOWN = (
    "What came of it on {n} of the examples that are not right yet. Rewrite it so that these and others like them come "
    "out right: keep what it says, and state each rule or fact that the feedback reveals in a sentence of its own."
)
TRIED = "Earlier versions that were no better:"
