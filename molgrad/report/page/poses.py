"""What is shown of a docked pose."""

from __future__ import annotations

from molgrad.optim.archive import Record


def pieces(record: Record) -> tuple[str, ...]:  # noqa: ARG001 - diagrams and views are put in here
    """Pictures and views of a molecule's pose, as HTML that molgrad made.

    Args:
        record: measured.
    """
    return ()
