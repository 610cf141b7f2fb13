"""A loss turned round and bounded, for packages to which a larger score is better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from molgrad.autograd.composite import Composite, Max, Sum
from molgrad.autograd.loss import Loss
from molgrad.autograd.selective import OffTarget
from molgrad.evaluation import BEST, DOCKING, Evaluation
from molgrad.losses.function import FunctionLoss

LOWEST = 0.1  # of a score at `worst`: room is left below it, so that no two scores become equal
STRONGEST = -15.0  # kcal/mol; below what Vina gives to drug-sized ligands, about -12 at best
RESIDUAL = 3.0  # kcal/mol; `SizeResidual` runs from about -3 to 3
OWN = ("", "assay", "command", "http")  # kinds of losses whose numbers can be anything


@dataclass(frozen=True, slots=True)
class Scale:
    """From a score, lower being better, to a number from 0 to 1, higher being better.

    With x = (score - best) / (worst - best), the number is 1 - 0.9 x between `best` and `worst` (1 and 0.1), 0.1 / x
    beyond `worst`, and 1 beyond `best`. So a worse score is always a lower number, and 0 is never reached. Where the
    best is only guessed, nothing counts as perfect: 0.9 - 0.8 x between, and 1 - 0.1 / (1 - x) beyond `best`.

    Attributes:
        worst: in the loss's own unit.
        best: in the loss's own unit, below `worst`; a score that reaches it is perfect.
        guessed: whether `best` is only a guess.
    """

    worst: float
    best: float
    guessed: bool = False

    def number(self, score: float) -> float:
        """The number from 0 to 1 that a score stands for.

        Args:
            score: in the loss's own unit.
        """
        x = (score - self.best) / (self.worst - self.best)
        if x > 1.0:
            return LOWEST / x
        top = 1.0 - LOWEST if self.guessed else 1.0
        return top - (top - LOWEST) * x if x >= 0.0 else 1.0 - (1.0 - top) / (1.0 - x)

    def of(self, evaluation: Evaluation) -> float:
        """The number that an evaluation stands for; a yes is 1 and a no 0.

        Args:
            evaluation: what was measured.

        Raises:
            NoScoreError: it has no score; the error tells why.
        """
        score = evaluation.number()
        settled = None if evaluation.terms else evaluation.details.get(BEST)
        return self.number(score) if settled is None else float(settled)


def scale_of(loss: Loss, worst: float | None = None, best: float | None = None) -> Scale:
    """The scale of a loss; what is not given is what is known of each term.

    Docking runs from 0 to -15 kcal/mol, `SizeResidual` from 3 to -3, an off-target from what -15 costs to 0. The
    numbers of functions, commands, services and assays are taken to run from 0 to 1, in a function's own direction, and
    the best is a guess unless the loss knows one (`best=` of FunctionLoss). Every other loss is a penalty from 1 to 0.
    Sums and maxima follow from their terms and weights.

    Args:
        loss: any loss.
        worst: in its unit; the score that counts 0.1.
        best: in its unit; the score from which an answer counts as perfect.

    Raises:
        ValueError: `worst` is not above `best`.
    """
    known = _scale(loss)
    scale = Scale(
        known.worst if worst is None else float(worst),
        known.best if best is None else float(best),
        known.guessed and best is None,
    )
    if not scale.worst > scale.best:
        raise ValueError(
            f"lower scores are better, so worst ({scale.worst:g}) has to be above best ({scale.best:g}); give both, "
            f"in the unit of {loss.name}"
        )
    return scale


def _scale(loss: Loss) -> Scale:
    if isinstance(loss, Sum):
        return _joined(loss, sum)
    if isinstance(loss, Max):
        return _joined(loss, max)
    if isinstance(loss, OffTarget):
        return Scale(max(1.0, loss.floor - _scale(loss.terms[0][1]).best), 0.0)
    if loss.kind == DOCKING:
        return Scale(0.0, STRONGEST)
    if loss.kind == "size_residual":
        return Scale(RESIDUAL, -RESIDUAL)
    if loss.least is not None:
        return Scale(loss.least + 1.0, loss.least)
    if isinstance(loss, FunctionLoss) and loss.direction == "maximize":
        return Scale(0.0, -1.0, guessed=True)
    return Scale(1.0, 0.0, guessed=loss.kind in OWN)


def _joined(loss: Composite, together: Callable[[list[float]], float]) -> Scale:
    parts = [(weight, _scale(term)) for weight, term in loss.terms if weight]
    ends = [sorted((weight * one.worst, weight * one.best)) for weight, one in parts] or [[0.0, 1.0]]
    guessed = any(one.guessed for _, one in parts)
    return Scale(together([end[1] for end in ends]), together([end[0] for end in ends]), guessed)
