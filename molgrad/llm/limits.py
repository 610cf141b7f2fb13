"""How much a model may call tools."""

from __future__ import annotations

from dataclasses import dataclass

CALLS = 8  # calls that are answered in a step
DOCKS = 2  # molecules of a step


@dataclass(frozen=True, slots=True)
class ToolLimits:
    """How much a model may call the tools of a campaign.

    Attributes:
        calls: that are answered in a step, by all of its critiques together, and by all further requests together.
        docks: molecules that it may have docked there.
    """

    calls: int = CALLS
    docks: int = DOCKS
