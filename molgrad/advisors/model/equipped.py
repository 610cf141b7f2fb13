"""The tools of a model advisor: its user's own, or those of the campaign that it advises."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from molgrad.autograd.advisor import Advisor
from molgrad.errors import ConflictingSettingsError
from molgrad.llm.limits import ToolLimits
from molgrad.llm.tools import OwnTools, Tool, Toolbox

Tools = Toolbox | ToolLimits | Sequence[Tool] | None


def tools_of(given: Tools | bool, *, masked: bool) -> Toolbox | ToolLimits | None:
    """The tools as an advisor keeps them.

    Args:
        given: tools, where they come from, or limits for those of a campaign; True for the usual limits.
        masked: whether the advisor withholds the target.

    Raises:
        ConflictingSettingsError: tools for a model from which the target is withheld.
    """
    if not given:
        return None
    if masked:
        raise ConflictingSettingsError("tools show the residues that masked withholds: leave one of the two out")
    if given is True:
        return ToolLimits()
    return given if isinstance(given, ToolLimits | Toolbox) else OwnTools(given)


def toolbox_of(advisor: object) -> Toolbox | None:
    """Where an advisor's tools come from; None without any, or before its campaign gave it some."""
    tools = getattr(advisor, "tools", None)
    return tools if isinstance(tools, Toolbox) else None


def equipped(advisor: Advisor, toolbox: Toolbox) -> Advisor:
    """A copy of an advisor with a toolbox.

    Args:
        advisor: with limits in the place of tools.
        toolbox: of its campaign.
    """
    double = copy.copy(advisor)
    double.tools = toolbox  # type: ignore[attr-defined]  # of those that have limits there
    return double
