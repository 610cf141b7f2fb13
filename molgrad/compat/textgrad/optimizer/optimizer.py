"""TextGrad's optimizers: molgrad's textual gradient descent, asked for one text between tags."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence

from molgrad.autograd.variable import Variable
from molgrad.compat.textgrad.advice import resolve
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.optimizer.rewriter import SYSTEM_PROMPT, TAGS, Rewriter
from molgrad.optim import tgd

logger = logging.getLogger("molgrad.compat.textgrad")


class Optimizer(ABC):
    """Base of optimizers of your own."""

    def __init__(self, parameters: Sequence[Variable]) -> None:
        self.parameters = list(parameters)

    def zero_grad(self) -> None:
        """Forget the gradients of every parameter, and everything that came with them."""
        for parameter in self.parameters:
            parameter.zero_grad()

    @abstractmethod
    def step(self) -> object:
        """Improve the parameters."""


class TextualGradientDescent(tgd.TGD):
    """Rewrites each parameter by its gradients, in one call of the engine.

    A parameter that is frozen or has no gradient is left alone and costs no call; so is one for which the
    answer cannot be read after a repair turn, with a warning in the log.

    Args:
        parameters: the variables to improve.
        verbose: 1 prints each new value.
        engine: an engine or the name of one; the global one by default.
        constraints: sentences that every new value must satisfy.
        new_variable_tags: what the engine writes the new value between.
        optimizer_system_prompt: the system prompt, with the places `{new_variable_start_tag}` and
            `{new_variable_end_tag}`.
        in_context_examples: texts to go by.
        gradient_memory: how many earlier versions, with the feedback on them, the engine is shown.

    Raises:
        EngineError: there is no engine.
    """

    def __init__(
        self,
        parameters: Sequence[Variable],
        verbose: int = 0,
        engine: str | Engine | None = None,
        constraints: Sequence[str] | None = None,
        new_variable_tags: Sequence[str] | None = None,
        optimizer_system_prompt: str = SYSTEM_PROMPT,
        in_context_examples: Sequence[str] | None = None,
        gradient_memory: int = 0,
    ) -> None:
        self.rewriter = Rewriter(
            resolve(engine), new_variable_tags or TAGS, optimizer_system_prompt, constraints or (),
            in_context_examples or (),
        )  # fmt: skip
        super().__init__(parameters, engine=self.rewriter, proposals=1)
        self.verbose = verbose
        self.gradient_memory = gradient_memory
        self._past: list[deque[str]] = [deque(maxlen=max(0, gradient_memory)) for _ in self.parameters]

    def step(self) -> list[tgd.Step]:
        """Rewrite each parameter that may change and has a gradient; what was done to each."""
        done = []
        for parameter, track, past in zip(self.parameters, self._tracks, self._past, strict=True):
            words = parameter.get_gradient_text().strip()
            if not parameter.requires_grad or not words:
                continue
            track.tried.clear()  # without a score nothing forbids to come back to an earlier text
            self.rewriter.past = "\n\n".join(past)
            step = self._step(parameter, track)
            past.append(f"Version {len(self.steps) + 1}: {step.before}\nFeedback on it: {words}")
            if step.proposal is None:
                logger.warning("%s keeps its value: %s", parameter.role_description, step.note)
            if self.verbose:
                print(f"--- {parameter.role_description} ---\n{parameter.value}")
            done.append(step)
        self.steps.append(done)
        return done


Optimizer.register(TextualGradientDescent)


class TextualGradientDescentwithMomentum(TextualGradientDescent):
    """The same, shown the last `momentum_window` versions with the feedback on each; 0 shows none."""

    def __init__(
        self,
        engine: str | Engine | None = None,
        parameters: Sequence[Variable] = (),
        momentum_window: int = 0,
        constraints: Sequence[str] | None = None,
        new_variable_tags: Sequence[str] | None = None,
        in_context_examples: Sequence[str] | None = None,
        optimizer_system_prompt: str = SYSTEM_PROMPT,
    ) -> None:
        super().__init__(
            parameters, 0, engine, constraints, new_variable_tags, optimizer_system_prompt, in_context_examples,
            momentum_window,
        )  # fmt: skip
        self.momentum_window = momentum_window
