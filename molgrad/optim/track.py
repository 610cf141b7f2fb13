"""What textual gradient descent knows about one variable: the best value, why others were worse, what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from molgrad.autograd.gradient import AT_BEST, Gradient, Proposal
from molgrad.autograd.variable import Basis, Measurement, Variable
from molgrad.errors import shorten
from molgrad.evaluation import Evaluation

_NAMED = (
    160  # characters of a value in a lesson: a molecule whole; a prompt that was tried stands elsewhere in a request
)


@dataclass
class Track:
    """The trajectory of one variable.

    Attributes:
        incumbent: the measured value to go back to; None before the first measurement.
        gradients: the feedback on the incumbent.
        lessons: what was tried and was worse, in words.
        tried: every value that was assigned, with the proposal that it was.
    """

    incumbent: Measurement | None = None
    gradients: list[Gradient] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)
    tried: dict[str, Proposal | None] = field(default_factory=dict)

    def judge(self, parameter: Variable, latest: Measurement | None) -> bool:
        """Keep the present value, or go back to the incumbent; True when rolled back.

        A score beside other given values, such as another minibatch, says nothing against it.

        Args:
            parameter: the variable.
            latest: the last measurement of its present value, where there is one.
        """
        incumbent = self.incumbent
        if latest is None or incumbent is None or not _worse(latest, incumbent):
            if latest is not None:
                self.incumbent = latest
            # Without zero_grad there is feedback on earlier values too; their atoms are not those of this one.
            self.gradients = [g for g in parameter.gradients if g.about in (None, parameter.value)]
            self.tried.setdefault(parameter.value, None)
            return False
        if latest.value == incumbent.value:
            return False
        self.lessons.append(_lesson(self.tried.get(latest.value), latest, incumbent))
        parameter.value = incumbent.value
        return True

    @property
    def at_best(self) -> bool:
        """Whether the feedback says of every measurement that nothing can improve it."""
        return bool(self.gradients) and all(gradient.source == AT_BEST for gradient in self.gradients)

    def merged(self, memory: int) -> Gradient:
        """The gradients and the last lessons as one gradient for the advisor."""
        gradients = [g for g in self.gradients if g.source != AT_BEST]
        lessons = self.lessons[-memory:] if memory > 0 else []
        first = next((g.evaluation for g in gradients if g.evaluation is not None), None)
        if first is None and self.incumbent is not None:
            first = self.incumbent.evaluation
        return Gradient(
            "\n".join([*(g.text for g in gradients), *lessons]),
            edits=tuple(edit for g in gradients for edit in g.edits),
            proposals=tuple(p for g in gradients for p in g.proposals),
            source="; ".join(dict.fromkeys(g.source for g in gradients)),
            evaluation=first,
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same track."""
        tried = {value: None if one is None else one.to_json() for value, one in self.tried.items()}
        best = None if self.incumbent is None else measurement_json(self.incumbent)
        return {
            "incumbent": best,
            "gradients": gradients_json(self.gradients),
            "lessons": list(self.lessons),
            "tried": tried,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], loss: object | None) -> Track:
        """The track that `to_json` wrote."""
        tried = {value: None if one is None else Proposal.from_json(one) for value, one in data["tried"].items()}
        best = None if data["incumbent"] is None else read_measurement(data["incumbent"], loss)
        return cls(best, read_gradients(data["gradients"]), list(data["lessons"]), tried)


def alike(measurements: Sequence[Measurement]) -> list[Measurement]:
    """Those beside the same given values as the last one, whose scores can be compared, in order."""
    return [m for m in measurements if m.basis.given == measurements[-1].basis.given]


def _worse(latest: Measurement, incumbent: Measurement) -> bool:
    comparable = latest.basis.given == incumbent.basis.given or not latest.evaluation.ok
    return comparable and worse(latest.evaluation, incumbent.evaluation)


def worse(latest: Evaluation, incumbent: Evaluation) -> bool:
    """Whether the incumbent stays: a failure always loses, feedback without a number never does."""
    if not latest.ok:
        return incumbent.ok
    if latest.score is None or incumbent.score is None:
        return False
    return latest.score > incumbent.score


def _lesson(proposal: Proposal | None, latest: Measurement, incumbent: Measurement) -> str:
    tried = shorten(latest.value, _NAMED)
    why = f" ({proposal.reason})" if proposal is not None and proposal.reason else ""
    new, old = latest.evaluation, incumbent.evaluation
    if not new.ok:
        return f"Tried {tried}{why}: {new.status.value}, {new.reason}. Rolled back."
    contributions = {t.loss: t.contribution or 0.0 for t in old.terms}
    changes = {t.loss: (t.contribution or 0.0) - contributions.get(t.loss, 0.0) for t in new.terms}
    blame = max(changes, key=lambda k: changes[k], default="")
    more = f", mostly {blame} ({changes[blame]:+.2f})" if blame else ""
    return f"Tried {tried}{why}: {new.number():.3f} against {old.number():.3f}{more}. Rolled back."


def measurement_json(measurement: Measurement) -> list[Any]:
    """A measurement as JSON, without the loss that made it."""
    return [measurement.value, measurement.evaluation.to_json(), sorted(measurement.basis.given)]


def read_measurement(data: Sequence[Any], loss: object | None) -> Measurement:
    """The measurement that `measurement_json` wrote."""
    given = frozenset((role, value) for role, value in data[2])
    return Measurement(data[0], Evaluation.from_json(data[1]), loss, Basis(() if loss is None else (loss,), given))


def gradients_json(gradients: Sequence[Gradient]) -> list[Any]:
    """Gradients as JSON, each with its evaluation."""
    return [[g.to_json(), None if g.evaluation is None else g.evaluation.to_json()] for g in gradients]


def read_gradients(data: Sequence[Any]) -> list[Gradient]:
    """The gradients that `gradients_json` wrote."""
    found = []
    for gradient, evaluation in data:
        found.append(Gradient.from_json(gradient))
        found[-1].evaluation = None if evaluation is None else Evaluation.from_json(evaluation)
    return found
