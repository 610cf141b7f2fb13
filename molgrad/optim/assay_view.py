"""How an assay's results are modelled: on its own scale, and turned from there into scores and into its unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation
from molgrad.losses.assay import Assay
from molgrad.optim.features import Array

_SIDES = {">": 1, ">=": 1, "<": -1, "<=": -1}
_POINTS, _SHARES = np.polynomial.hermite_e.hermegauss(15)  # for means over a normal distribution
_SHARES = _SHARES / _SHARES.sum()


@dataclass(frozen=True, slots=True)
class Result:
    """A result on the assay's scale.

    Attributes:
        at: the number, log10 for concentrations.
        side: 0 where it is the value, 1 where the truth lies above, -1 below.
        sd: standard deviation of the number as a measurement; None where it is not known.
    """

    at: float
    side: int
    sd: float | None


class AssayView:
    """An assay as the surrogate sees it.

    Args:
        assay: a term of the loss.
    """

    def __init__(self, assay: Assay) -> None:
        self.assay = assay
        self._log = assay.scale.log

    @classmethod
    def of(cls, term: Loss | None) -> AssayView | None:
        """The view of a term; None where it is no assay.

        Args:
            term: of the loss.
        """
        return cls(term) if isinstance(term, Assay) else None

    def result(self, term: Evaluation) -> Result | None:
        """What an evaluation of the assay says; None where it has no number.

        Args:
            term: the evaluation.
        """
        number = term.raw.get(self.assay.name)
        if term.score is None or number is None or (self._log and number <= 0.0):
            return None
        side = _SIDES.get(str(term.details.get("relation", "")), 0)
        sd = None if term.sd is None else term.sd * self.assay.aim.whole
        return Result(math.log10(number) if self._log else float(number), side, sd)

    def spread(self, values: Array) -> float:
        """How far results typically lie apart: a factor of ten, or what was measured.

        Few results that agree say little of others, so that the largest over their number is added in quadrature: of
        two inhibitions of 63 % the spread is 32 %, of fifty about what was measured.

        Args:
            values: the results, on the assay's scale.
        """
        if self._log or self.assay.scale.p_values:
            return 1.0
        largest = float(np.abs(values).max(initial=0.0))
        return max(math.hypot(float(values.std()), largest / max(len(values), 1)), 0.05 * largest, 1e-9)

    @property
    def follows_docking(self) -> float:
        """1 where a better docking score lets expect a lower number, -1 a higher, 0 where nothing is expected."""
        if self.assay.scale.p_values:
            return -1.0
        return 1.0 if self._log and self.assay.direction == "minimize" and self.assay.aim.window is None else 0.0

    def score(self, mean: float, sd: float) -> tuple[float, float]:
        """Mean and standard deviation of the score of a value that is normally distributed.

        Args:
            mean: on the assay's scale.
            sd: likewise.
        """
        aim = self.assay.aim
        if aim.target is None and aim.window is None:  # a straight line
            return aim.score(mean), sd / aim.whole
        scores = np.array([aim.score(mean + sd * float(point)) for point in _POINTS])
        expected = float(_SHARES @ scores)
        return expected, math.sqrt(max(float(_SHARES @ (scores - expected) ** 2), 0.0))

    def in_unit(self, mean: float, sd: float) -> tuple[float, float, float]:
        """The value that is expected, in the assay's unit, and the interval that holds the truth with 68 %.

        Of a concentration the value is the median.

        Args:
            mean: on the assay's scale.
            sd: likewise.

        Returns:
            (value, low, high).
        """
        value, low, high = mean, mean - sd, mean + sd
        return (10.0**value, 10.0**low, 10.0**high) if self._log else (value, low, high)
