"""What a language model took and what came of it, in a line."""

from __future__ import annotations

import sys

from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.advisor import Advisor
from molgrad.llm.types import Usage


def say_usage(usage: Usage, priced: bool, advisor: Advisor | None = None) -> None:
    """Print a line on what the model took and what came of it, where one was asked.

    Args:
        usage: calls, tokens and money.
        priced: whether a price was given, so that the cost says something.
        advisor: the model's, for how many of its molecules were sound.
    """
    if usage.calls or usage.cached:
        sys.stdout.write(f"model: {usage_words(usage, priced)}{_came_of_it(advisor)}\n")


def usage_words(usage: Usage, priced: bool) -> str:
    """What calls took, in a line."""
    cached = f", {usage.cached} answers from the cache" if usage.cached else ""
    cost = f", cost {usage.cost:.4f}" if priced else ""
    return f"{usage.calls} calls{cached}, {usage.prompt_tokens} + {usage.completion_tokens} tokens{cost}"


def _came_of_it(advisor: Advisor | None) -> str:
    """How many molecules the model proposed in this process, and how many could be used."""
    if not isinstance(advisor, ModelAdvisor) or not advisor.usage.calls + advisor.usage.cached:
        return ""
    offered, sound = advisor.offers
    return f"; {sound} of the {offered} molecules it proposed were sound" if offered else "; it proposed no molecule"
