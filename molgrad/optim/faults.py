"""Why nothing can be made of a value: a fault of its own that its children keep."""

from __future__ import annotations

from molgrad.autograd.domain import Domain


def own_fault(value: str, domain: Domain) -> str:
    """What must not be proposed about the value itself, in words; empty when it is sound.

    A start may have such a fault (undefined stereo, a reactive group): it is measured all the same, but what is
    made from it is refused for it.
    """
    reasons = domain.validate(value)
    return f"{value} itself has a fault that its children keep ({'; '.join(reasons)})" if reasons else ""
