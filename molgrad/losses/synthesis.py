"""How hard a molecule is to make, as a penalty."""

from __future__ import annotations

from collections.abc import Sequence

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.accessibility import sa_parts
from molgrad.chem.descriptors import describe
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation, Fact, Status

EASIEST, HARDEST = 1.0, 10.0  # the published scale of the SA score


class Synthesizability(Loss):
    """The synthetic accessibility score.

    Scale: (SA - 1) / 9, 0 (as easy as an amide coupling) to 1 (hardest); raw `sa`, 1 to 10. Most drugs
    lie between 0.1 and 0.35.
    Facts: `sa_part`, one for each part of the score that costs, with its atoms where it has a place;
    `value` is in SA units, `weight` its share of all costs.
    Source: Ertl and Schuffenhauer, J. Cheminf. 1 (2009) 8, as in RDKit's Contrib.
    """

    name = kind = "synthesizability"
    remade_from = ()

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:
        """As `evaluate`; with `quick` the number alone."""
        return [self._number(value) for value in values] if quick else self.evaluate(values)

    def screen(self, values: Sequence[str], parent: str) -> list[float | None]:  # noqa: ARG002 - the base's signature
        """None: the SA score takes a millisecond, and one change moves it little."""
        return [None] * len(values)

    def _number(self, value: str) -> Evaluation:
        try:
            sa = describe(value)["sa"]
        except InvalidMoleculeError as error:
            return Evaluation(self.name, Status.INVALID, reason=error.why, kind=self.kind)
        return Evaluation(self.name, Status.OK, _penalty(sa), {"sa": sa}, kind=self.kind)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        sa = describe(value)["sa"]
        costly = sorted((p for p in sa_parts(value) if p[1] > 0), key=lambda p: (-p[1], p[0]))
        whole = sum(penalty for _, penalty, _ in costly) or 1.0
        words = "{} adds {:.2f} to the SA score"
        facts = tuple(
            Fact("sa_part", words.format(name, penalty), tuple(atoms), name, penalty, "SA units", penalty / whole)
            for name, penalty, atoms in costly
        )
        text = f"SA score is {sa:.2f} (1 easy, 10 hard)"
        if facts:
            text += f"; {facts[0].text}"
        return Evaluation(self.name, Status.OK, _penalty(sa), {"sa": sa}, facts, text)


def _penalty(sa: float) -> float:
    return min(1.0, max(0.0, (sa - EASIEST) / (HARDEST - EASIEST)))
