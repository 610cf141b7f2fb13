"""QED and its eight parts: how much the molecule looks like an oral drug, and what costs most."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from rdkit.Chem.QED import ads, adsParameters

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.descriptors import qed, qed_properties
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses import locate
from molgrad.losses.windows import TPSA as TPSA
from molgrad.losses.windows import LogP as LogP
from molgrad.losses.windows import RotatableBonds as RotatableBonds
from molgrad.losses.windows import Weight as Weight

# name: (words, unit, value at which QED's desirability peaks). The peaks are the maxima of the eight
# published functions (Bickerton et al., Nat. Chem. 4 (2012) 90), found numerically on RDKit's parameters;
# of the counts, the best whole number.
_PROPERTIES: Mapping[str, tuple[str, str | None, float]] = {
    "MW": ("molecular weight", "g/mol", 305.9),
    "ALOGP": ("Crippen logP", None, 2.815),
    "HBA": ("hydrogen-bond acceptors", None, 3.0),
    "HBD": ("hydrogen-bond donors", None, 1.0),
    "PSA": ("polar surface area", "Å²", 53.1),
    "ROTB": ("rotatable bonds", None, 3.0),
    "AROM": ("aromatic rings", None, 2.0),
    "ALERTS": ("structural alerts", None, 0.0),
}

# Where a property that is too high comes from. Weight has no place: every atom carries it.
_ATOMS: Mapping[str, Callable[[str], tuple[int, ...]]] = {
    "ALOGP": locate.lipophilic,
    "HBA": locate.acceptors,
    "HBD": locate.donors,
    "PSA": locate.polar,
    "ROTB": locate.rotatable_bonds,
    "AROM": locate.aromatic,
    "ALERTS": locate.structural_alerts,
}
_LEAST_SHARE = 1e-3  # a term below this share is at its best; not worth a sentence


class QED(Loss):
    """Quantitative estimate of drug-likeness, as a penalty.

    Scale: 1 - QED, 0 (fine) to 1 (bad); raw `qed` (1 is best).
    Facts: `qed_property`, one for each of the eight terms that costs, i.e. whose desirability d is below the
    best that its property can reach (0.84 for no alerts, 0.94 for two aromatic rings, else about 1).
    `weight` is its share of what could be gained, w ln(d_best / d); the shares of all terms add up to 1.
    `partner` is RDKit's name of the property, `value` its number.
    Source: Bickerton et al., Nat. Chem. 4 (2012) 90, mean weights, as implemented in RDKit.
    """

    name = "qed"

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:
        """As `evaluate`; with `quick` the number alone, since most of hundreds of candidates are never looked at.

        Args:
            values: molecules.
            quick: the number alone.
        """
        return [self._number(value) for value in values] if quick else self.evaluate(values)

    def _number(self, value: str) -> Evaluation:
        try:
            found = qed(value)
        except InvalidMoleculeError as error:
            return Evaluation(self.name, Status.INVALID, reason="; ".join(error.reasons))
        return Evaluation(self.name, Status.OK, 1.0 - found, {"qed": found})

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        terms = qed_properties(value)
        found = qed(value)
        costs = {name: max(0.0, w * math.log(_best(name) / d)) for name, (_, d, w) in terms.items()}
        whole = sum(costs.values()) or 1.0
        facts = [
            _fact(value, name, terms[name][0], terms[name][1], cost / whole)
            for name, cost in costs.items()
            if cost / whole >= _LEAST_SHARE
        ]
        facts.sort(key=lambda fact: -fact.weight)
        text = f"QED is {found:.3f} (1 is best)"
        if facts:
            text += "; costs most: " + "; then ".join(fact.text for fact in facts[:2])
        return Evaluation(self.name, Status.OK, 1.0 - found, {"qed": found}, tuple(facts), text)


@cache
def _best(name: str) -> float:
    """The desirability of a property at its ideal value."""
    return float(ads(_PROPERTIES[name][2], adsParameters[name]))


def _fact(smiles: str, name: str, value: float, desirability: float, share: float) -> Fact:
    words, unit, best = _PROPERTIES[name]
    if value > best:
        side, atoms = "above", _ATOMS[name](smiles) if name in _ATOMS else ()
    else:  # what is missing has no atoms, except that polar atoms hold logP down
        side, atoms = "below", locate.hydrophilic(smiles) if name == "ALOGP" else ()
    number = f"{value:g}" if value == int(value) else f"{value:.1f}"
    text = (
        f"{words} {number}{' ' + unit if unit else ''}, {side} the ideal {best:.3g} "
        f"(desirability {desirability:.2f}, {share:.0%} of what could be gained)"
    )
    return Fact("qed_property", text, atoms, name, value, unit, share)
