"""How hard a molecule is to make, as a penalty."""

from __future__ import annotations

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.descriptors import describe, sa_parts
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

    name = "synthesizability"

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        sa = describe(value)["sa"]
        score = min(1.0, max(0.0, (sa - EASIEST) / (HARDEST - EASIEST)))
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
        return Evaluation(self.name, Status.OK, score, {"sa": sa}, facts, text)
