"""What an optimizer tells an advisor beside the gradient: constraints, examples, earlier feedback and values."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.variable import Variable
from molgrad.errors import shorten, whole
from molgrad.evaluation import Evaluation

_MEMORY = 6_000  # characters of earlier feedback; the request as a whole is bounded by the advisor
_VALUES = 8_000  # characters of earlier values; a prompt of a page is shown a few times over
_OUTCOME = 400


class Brief:
    """The notes on one parameter, rewritten at each step and bounded in length.

    Args:
        constraints: what every proposal must satisfy.
        examples: values such as are wanted.
        memory: how many earlier gradients to show, each once.
        momentum: how many of the last values to show with their outcomes.
    """

    def __init__(self, constraints: Sequence[str], examples: Sequence[str], memory: int, momentum: int) -> None:
        for name, texts in (("constraints", constraints), ("in_context_examples", examples)):
            if isinstance(texts, str):  # its letters would each be one
                raise TypeError(f"{name} is a list of texts: {name}=[{shorten(texts)!r}]")
        for name, window in (("gradient_memory", memory), ("momentum", momentum)):
            whole(name, window)
        self._constraints = "\n".join(f"- {text}" for text in constraints)
        self._examples = "\n".join(f"{i}. {text}" for i, text in enumerate(examples, 1))
        self._memory, self._momentum = memory, momentum
        self._feedback: dict[str, None] = {}
        self._warned = False

    @property
    def asked(self) -> bool:
        """Whether there is anything for an advisor to read."""
        return bool(self._constraints or self._examples or self._memory or self._momentum)

    def remember(self, gradients: Sequence[Gradient]) -> None:
        """Keep the feedback of a step's gradients; repeated feedback is kept once, as the latest."""
        for gradient in gradients:
            if gradient.text.strip():
                self._feedback.pop(gradient.text, None)
                self._feedback[gradient.text] = None
        for text in list(self._feedback)[: max(0, len(self._feedback) - self._memory)]:
            del self._feedback[text]

    def state(self) -> list[str]:
        """The earlier feedback, in order, as JSON."""
        return list(self._feedback)

    def restore(self, feedback: Sequence[str]) -> None:
        """Go on with earlier feedback."""
        self._feedback = dict.fromkeys(feedback)

    def note(self, parameter: Variable, outcomes: Mapping[str, Evaluation | None]) -> None:
        """Write the notes on the parameter, where an advisor finds them."""
        # The present value is shown anyway; here it counts once something is known of it.
        known = [(value, e) for value, e in outcomes.items() if e is not None or value != parameter.value]
        last = known[-self._momentum :] if self._momentum else []
        notes = {
            "constraints": self._constraints,
            "examples": self._examples,
            "earlier_feedback": latest([f"- {text}" for text in self._feedback], _MEMORY),
            "last_values": latest([f"- {value}\n  outcome: {_outcome(e)}" for value, e in last], _VALUES),
        }
        ours = {name: text for name, text in notes.items() if text}
        others = {name: text for name, text in parameter.briefing.items() if name not in notes}
        parameter.briefing = {**others, **ours}

    def warn_if_unread(self, advisor: Advisor) -> None:
        """Warn once that the advisor does not read these notes."""
        if self.asked and not self._warned and not advisor.reads_notes:
            self._warned = True
            warnings.warn(
                f"{advisor.name} does not read constraints, examples, gradient_memory or momentum; "
                "they are for language models",
                stacklevel=3,  # the line that called step()
            )


def latest(entries: Sequence[str], limit: int) -> str:
    """As many of the last entries as fit, in order; a single one that does not fit is cut."""
    kept: list[str] = []
    room = limit
    for entry in reversed(entries):
        if len(entry) > room and kept:
            break
        kept.append(shorten(entry, limit))
        room -= len(entry) + 1
    return "\n".join(reversed(kept))


def warn_of_missing_gradients(parameters: Sequence[Variable]) -> None:
    """Name the parameters that no backward has reached since their gradients were cleared."""
    live = [parameter for parameter in parameters if parameter.requires_grad]
    reached = any(parameter.gradients for parameter in live)
    why = (
        "backward() reached other parameters but not this one: is the graph cut off, as by a text made from its "
        ".value? Pass the variable itself (mg.concat, mg.apply, mg.FormattedLLMCall)"
        if reached
        else "call backward() on a measured result before step()"
    )
    for parameter in live:
        if not parameter.gradients:
            warnings.warn(f"{parameter!r} has no gradient; {why}", stacklevel=3)


def _outcome(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return "not judged by itself"
    number = "" if evaluation.score is None else f"{evaluation.score:.4g} (lower is better); "
    return shorten(number + " ".join(evaluation.feedback.split()), _OUTCOME)
