"""Similarity to a known molecule, as a penalty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.parse import canonical
from molgrad.chem.similarity import tanimoto
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses import locate


class Similarity(Loss):
    """Tanimoto similarity to a reference on Morgan fingerprints (radius 2, 2048 bits).

    Scale: max(0, 1 - similarity / at_least): 0 from `at_least` on, 1 for nothing in common. With the default
    of 1 that is 1 - similarity; 0.4 asks only to stay in the neighbourhood. Raw `similarity`, 1 is the same.
    Facts: `dissimilar`, the atoms whose surroundings the reference lacks.

    Args:
        reference: a SMILES; InvalidMoleculeError if it is none.
        at_least: the similarity, above 0 and up to 1, that costs nothing.
    """

    name = kind = "similarity"
    remade_from = ("reference", "at_least")

    def __init__(self, reference: str, at_least: float = 1.0) -> None:
        if not 0 < at_least <= 1:
            raise ValueError(f"at_least must lie above 0 and not above 1, not {at_least:g}")
        self.reference = canonical(str(reference))
        self.at_least = float(at_least)  # 1 and 1.0 are one loss

    def spec(self) -> dict[str, Any]:
        """The reference and the similarity that is enough."""
        return {"loss": self.name, "reference": self.reference, "at_least": self.at_least}

    def screen(self, values: Sequence[str], parent: str) -> list[float | None]:  # noqa: ARG002 - the base's signature
        """None: every small change of one molecule lies about equally near."""
        return [None] * len(values)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        similarity = tanimoto(value, self.reference)
        score = max(0.0, 1.0 - similarity / self.at_least)
        raw = {"similarity": similarity}
        details = {"reference": self.reference, "at_least": self.at_least}
        text = f"similarity to {self.reference} is {similarity:.2f}"
        if score == 0:
            return Evaluation(self.name, Status.OK, 0.0, raw, text=f"{text}, enough", details=details)
        text += f", {self.at_least:g} is wanted"
        atoms = locate.unlike(value, self.reference)
        fact = Fact("dissimilar", text, atoms, self.reference, similarity, None, 1.0)
        return Evaluation(self.name, Status.OK, score, raw, (fact,), text, details=details)
