"""Makes the advisor of a model from plain settings, for the transcript of whoever keeps its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.advisor import Advisor
from molgrad.llm import Budget, Transcript, open_model
from molgrad.llm.limits import ToolLimits


@dataclass(frozen=True, slots=True)
class ModelMaker:
    """A model with its budget, cache and price, opened for each transcript anew.

    Attributes:
        spec: the model's name or endpoint, as `open_model` reads it.
        cache: whether answers made before are found again, or a file for them instead of the user's own.
        budget: calls, tokens and money in all.
        price: money per million tokens sent and answered.
        per_minute: requests a minute, at most.
        masked: whether target and residues are withheld.
        calls_per_step: one call, or three as in TextGrad.
        prompts: a request for each molecule, or one for a batch.
        tools: how much the model may call the tools of its campaign; None for no tools.
    """

    spec: str
    cache: bool | Path = True
    budget: Budget = field(default_factory=Budget)
    price: tuple[float, float] | None = None
    per_minute: int | None = None
    masked: bool = False
    calls_per_step: Literal["one", "three"] = "one"
    prompts: Literal["parent", "batch"] = "parent"
    tools: ToolLimits | None = None

    def __call__(self, transcript: Transcript | None) -> Advisor:
        """The advisor, its calls kept in the transcript."""
        model = open_model(
            self.spec,
            transcript=transcript,
            cache=self.cache,
            budget=self.budget,
            price=self.price,
            per_minute=self.per_minute,
        )
        return ModelAdvisor(
            model,
            masked=self.masked,
            calls_per_step=self.calls_per_step,
            prompts=self.prompts,
            tools=self.tools,
        )
