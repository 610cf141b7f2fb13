"""Where a value came from, in words that an advisor reads."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.optim.archive import Record

STEPS = 5  # generations that are told, the latest
_REASON = 160  # characters of a step's reason


def describe_lineage(line: Sequence[Record]) -> str:
    """Each ancestor with its total and what each step was for and did, oldest first; the last is the value itself.

    Empty for a value without parents. Says how many steps are left out.
    """
    if len(line) < 2:
        return ""
    left = max(0, len(line) - STEPS - 1)
    told = [_told(before, record) for before, record in zip([None, *line], line, strict=False)]
    return "\n".join([*([f"({left} earlier steps left out)"] if left else []), *told[left:]])


def _told(before: Record | None, record: Record) -> str:
    score = record.known_score
    total = "no score" if score is None else f"total {score:.2f}"
    if before is None:
        return f"{record.value}: {total}"
    change = "" if score is None or before.known_score is None else f" ({score - before.known_score:+.2f})"
    reason = record.proposal.reason
    why = reason if len(reason) <= _REASON else f"{reason[:_REASON]} [...]"
    return f"-> {record.value}: {total}{change}; {why}"
