"""TextGrad's optimizers: molgrad's textual gradient descent, asked for one text between tags."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence

from molgrad.autograd.variable import Variable
from molgrad.compat.textgrad.advice import resolve
from molgrad.compat.textgrad.engine.base import Engine
from molgrad.compat.textgrad.optimizer.rewriter import SYSTEM_PROMPT, TAGS, Rewriter
from molgrad.evaluation import Evaluation
from molgrad.optim import tgd
from molgrad.optim.brief import Brief, warn_of_missing_gradients
from molgrad.optim.track import Track

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
        gradient_memory: how many pieces of earlier feedback the engine is shown.

    Raises:
        EngineError: there is no engine.
    """

    window = 0  # of the last values to show

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
        rewriter = Rewriter(resolve(engine), new_variable_tags or TAGS, optimizer_system_prompt)
        super().__init__(
            parameters,
            engine=rewriter,
            proposals=1,
            constraints=constraints or (),
            in_context_examples=in_context_examples or (),
            gradient_memory=gradient_memory,
            momentum=self.window,
        )
        self.verbose = verbose
        self._versions: list[dict[str, None]] = [{} for _ in self.parameters]

    def step(self) -> list[tgd.Step]:
        """Rewrite each parameter that may change and has a gradient; what was done to each.

        Warns: a parameter that may change has no gradient.
        """
        warn_of_missing_gradients(self.parameters)
        done = []
        for parameter, track, brief in zip(self.parameters, self._tracks, self._briefs, strict=True):
            if not parameter.requires_grad or not parameter.get_gradient_text().strip():
                continue
            step = self._step(parameter, track, brief)
            if step.proposal is None:
                logger.warning("%s keeps its value: %s", parameter.role_description, step.note)
            if self.verbose:
                print(f"--- {parameter.role_description} ---\n{parameter.value}")
            done.append(step)
        self.steps.append(done)
        return done

    def _step(self, parameter: Variable, track: Track, brief: Brief) -> tgd.Step:
        track.tried.clear()  # without a score nothing forbids to come back to an earlier text
        return super()._step(parameter, track, brief)

    def _outcomes(self, parameter: Variable, track: Track) -> dict[str, Evaluation | None]:
        """The versions so far, the latest last, though `tried` forgets them."""
        # By identity: two tracks may well be equal.
        versions = next(v for v, t in zip(self._versions, self._tracks, strict=True) if t is track)
        versions.pop(parameter.value, None)
        versions[parameter.value] = None
        judged = {m.value: m.evaluation for m in self._judgements(parameter)}
        return {value: judged.get(value) for value in versions}


Optimizer.register(TextualGradientDescent)


class TextualGradientDescentwithMomentum(TextualGradientDescent):
    """The same, shown the last `momentum_window` values and as much earlier feedback; 0 shows none."""

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
        self.window = self.momentum_window = momentum_window
        asked = (constraints, new_variable_tags, optimizer_system_prompt, in_context_examples)
        super().__init__(parameters, 0, engine, *asked, gradient_memory=momentum_window)
