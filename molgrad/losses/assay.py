"""A measurement whose value is given later, by a person or an instrument."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from molgrad.autograd.loss import Context, Loss
from molgrad.errors import SettingsChangedError
from molgrad.evaluation import Evaluation, Fact, Status

WAITING = "waiting for the assay"


class Assay(Loss):
    """A measurement made outside molgrad, pending until its value is told.

    Scale: the assay's own; with `direction="maximize"` the score is the value with its sign turned, so that
    lower is better here too. Raw: `{name: value}` as it was told. Choose the weight to fit the unit.
    Facts: `assay`, without a place.

    Args:
        name: its column in tables and the key of its raw value.
        direction: "minimize" (an IC50) or "maximize" (a pIC50, a yield).
        unit: in words and facts, e.g. "nM".
    """

    kind = "assay"
    expensive = True  # worth modelling, once values are back; costs no dock
    takes_results = True

    def __init__(
        self,
        name: str = "assay",
        *,
        direction: Literal["minimize", "maximize"] = "minimize",
        unit: str = "",
    ) -> None:
        if direction not in ("minimize", "maximize"):
            raise ValueError(f"direction is 'minimize' or 'maximize', not {direction!r}")
        if not name.strip():
            raise ValueError("an assay needs a name")
        self.name, self.direction, self.unit = name, direction, unit

    def spec(self) -> dict[str, Any]:
        """Name, direction and unit."""
        return {"loss": "assay", "name": self.name, "direction": self.direction, "unit": self.unit}

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:  # noqa: ARG002 - nor quick
        """Evaluations that are all pending."""
        return self.evaluate(values)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        return replace(self.pending(WAITING), text=f"{self.name}: {WAITING}")

    def with_result(
        self,
        evaluation: Evaluation,
        value: float,
        term: str | None = None,  # noqa: ARG002 - a composite found us by it
        *,
        replace_old: bool = False,
    ) -> Evaluation:
        """Put a result into an evaluation; a value that is replaced stays in `details`.

        Raises:
            SettingsChangedError: it has a result already, and `replace_old` is not set.
        """
        if evaluation.ok and not replace_old:
            old = evaluation.raw[self.name]
            raise SettingsChangedError(f"{self.name} was told before ({old:g}); say replace=True to correct it")
        found = replace(self.complete(value), weight=evaluation.weight)
        return replace(found, details={"replaced": dict(evaluation.raw)}) if evaluation.ok else found

    def complete(self, given: Evaluation | float) -> Evaluation:
        """Make the evaluation of a value that was told; an evaluation is kept, under this assay's name.

        Raises:
            ValueError: the value is not a finite number.
        """
        if isinstance(given, Evaluation):
            return replace(given, loss=self.name)
        value = float(given)
        if not math.isfinite(value):
            raise ValueError(f"{self.name}: {given!r} is not a number that can be compared")
        score = -value if self.direction == "maximize" else value
        better = "higher" if self.direction == "maximize" else "lower"
        text = f"{self.name} is {value:g}{' ' + self.unit if self.unit else ''} ({better} is better)"
        fact = Fact("assay", text, (), self.name, value, self.unit or None, 1.0)
        return Evaluation(self.name, Status.OK, score, {self.name: value}, (fact,), text)
