"""Drug-likeness: QED with its eight parts, and windows for logP, weight, polar surface and rotatable bonds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from rdkit.Chem.QED import ads, adsParameters

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.descriptors import QED_IDEAL, describe, qed, qed_properties, quick, quick_qed
from molgrad.errors import InvalidMoleculeError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses import locate

_PROPERTIES: Mapping[str, tuple[str, str | None]] = {  # name: (label, unit)
    "MW": ("molecular weight", "g/mol"),
    "ALOGP": ("Crippen logP", None),
    "HBA": ("hydrogen-bond acceptors", None),
    "HBD": ("hydrogen-bond donors", None),
    "PSA": ("polar surface area", "Å²"),
    "ROTB": ("rotatable bonds", None),
    "AROM": ("aromatic rings", None),
    "ALERTS": ("structural alerts", None),
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

    name = kind = "qed"
    remade_from = ()

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:
        """As `evaluate`; with `quick` the number alone, since most of hundreds of candidates are never looked at."""
        return [self._number(value) for value in values] if quick else self.evaluate(values)

    def screen(self, values: Sequence[str], parent: str) -> list[float | None]:
        """1 - QED with the count of its own alerts taken from the parent; looked up only where the parent has any."""
        known = qed_properties(parent)["ALERTS"][0]
        alerts = [qed_properties(value)["ALERTS"][0] if known else known for value in values]
        return [1.0 - quick_qed(value, count) for value, count in zip(values, alerts, strict=True)]

    def _number(self, value: str) -> Evaluation:
        try:
            found = qed(value)
        except InvalidMoleculeError as error:
            return Evaluation(self.name, Status.INVALID, reason=error.why, kind=self.kind)
        return Evaluation(self.name, Status.OK, 1.0 - found, {"qed": found}, kind=self.kind)

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
    return float(ads(QED_IDEAL[name], adsParameters[name]))


def _fact(smiles: str, name: str, value: float, desirability: float, share: float) -> Fact:
    (label, unit), best = _PROPERTIES[name], QED_IDEAL[name]
    if value > best:
        side, atoms = "above", _ATOMS[name](smiles) if name in _ATOMS else ()
    else:  # what is missing has no atoms, except that polar atoms hold logP down
        side, atoms = "below", locate.hydrophilic(smiles) if name == "ALOGP" else ()
    number = f"{value:g}" if value == int(value) else f"{value:.1f}"
    text = (
        f"{label} {number}{' ' + unit if unit else ''}, {side} the ideal {best:.3g} "
        f"(desirability {desirability:.2f}, {share:.0%} of what could be gained)"
    )
    return Fact("qed_property", text, atoms, name, value, unit, share)


class Window(Loss):
    """A property with a lower and an upper bound.

    Scale: 0 inside the window, rising in proportion to the distance outside to 1 at `margin` beyond a bound,
    and 1 from there on.
    Facts: `<name>_high` or `<name>_low` with the atoms that contribute most; none inside the window.

    Args:
        low: the smallest value without a penalty; None for no lower bound.
        high: the largest value without a penalty; None for no upper bound.
    """

    quantity: ClassVar[str]  # key in `chem.descriptors.describe`
    label: ClassVar[str]
    unit: ClassVar[str | None] = None
    margin: ClassVar[float]
    remade_from = ("low", "high")

    def __init__(self, low: float | None, high: float | None) -> None:
        if low is None and high is None:
            raise ValueError(f"{type(self).__name__} needs a low or a high bound")
        if low is not None and high is not None and low > high:
            raise ValueError(f"{type(self).__name__}: low {low:g} lies above high {high:g}")
        # A float whatever was given: LogP(1, 4) and LogP(1.0, 4.0) are one loss with one identity.
        self.low = None if low is None else float(low)
        self.high = None if high is None else float(high)

    def spec(self) -> dict[str, Any]:
        """The bounds."""
        return {"loss": self.name, "low": self.low, "high": self.high}

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        number = describe(value)[self.quantity]
        unit = f" {self.unit}" if self.unit else ""
        said = f"{self.label} is {number:.4g}{unit}"
        raw = {self.quantity: number}
        details = {"low": self.low, "high": self.high}
        if self.high is not None and number > self.high:
            excess, side, bound, where = number - self.high, "high", self.high, self._sources
        elif self.low is not None and number < self.low:
            excess, side, bound, where = self.low - number, "low", self.low, self._sinks
        else:
            return Evaluation(self.name, Status.OK, 0.0, raw, text=f"{said}, inside {self._window()}", details=details)
        text = f"{said}, {excess:.3g}{unit} {'above' if side == 'high' else 'below'} the bound of {bound:g}"
        fact = Fact(f"{self.name}_{side}", text, where(value), self.quantity, number, self.unit, 1.0)
        return Evaluation(self.name, Status.OK, self._penalty(number), raw, (fact,), text, details=details)

    def screen(self, values: Sequence[str], parent: str) -> list[float | None]:  # noqa: ARG002 - the base's signature
        """The penalty of each, from the few descriptors that are quick."""
        return [self._penalty(quick(value)[self.quantity]) for value in values]

    def _penalty(self, number: float) -> float:
        over = 0.0 if self.high is None else number - self.high
        under = 0.0 if self.low is None else self.low - number
        return min(1.0, max(0.0, over, under) / self.margin)

    def _window(self) -> str:
        if self.low is None:
            return f"the window up to {self.high:g}"
        return f"the window from {self.low:g} on" if self.high is None else f"{self.low:g} to {self.high:g}"

    def _sources(self, smiles: str) -> tuple[int, ...]:  # noqa: ARG002 - weight has no place
        """Atoms to change where the value is too high."""
        return ()

    def _sinks(self, smiles: str) -> tuple[int, ...]:  # noqa: ARG002 - most things missing have no place
        """Atoms to change where the value is too low."""
        return ()


class LogP(Window):
    """Crippen's logP (octanol/water, no unit) inside a window.

    Scale and direction: as in `Window`; 1 at 3 logP units outside, three powers of ten in partitioning.
    Bounds: 1 to 4 by default, the range of most oral drugs (Lipinski's limit is 5).
    Source: Wildman and Crippen, J. Chem. Inf. Comput. Sci. 39 (1999) 868.
    """

    name = kind = quantity = "logp"
    label, margin = "logP", 3.0

    def __init__(self, low: float | None = 1.0, high: float | None = 4.0) -> None:
        super().__init__(low, high)

    def _sources(self, smiles: str) -> tuple[int, ...]:
        return locate.lipophilic(smiles)

    def _sinks(self, smiles: str) -> tuple[int, ...]:
        return locate.hydrophilic(smiles)


class Weight(Window):
    """Molecular weight (g/mol) inside a window.

    Scale and direction: as in `Window`; 1 at 200 g/mol outside, a drug-sized fragment too much.
    Bounds: 150 to 500 by default; fragments begin near 150, and Lipinski's limit is 500
    (Adv. Drug Deliv. Rev. 23 (1997) 3).
    """

    name = kind = quantity = "weight"
    label, unit, margin = "molecular weight", "g/mol", 200.0

    def __init__(self, low: float | None = 150.0, high: float | None = 500.0) -> None:
        super().__init__(low, high)


class TPSA(Window):
    """Topological polar surface area (Å², N and O) inside a window.

    Scale and direction: as in `Window`; 1 at 70 Å² outside, half of the upper bound.
    Bounds: 20 to 140 by default; above 140 absorption by mouth is rare
    (Veber et al., J. Med. Chem. 45 (2002) 2615).
    Source: Ertl et al., J. Med. Chem. 43 (2000) 3714.
    """

    name = kind = quantity = "tpsa"
    label, unit, margin = "polar surface area", "Å²", 70.0

    def __init__(self, low: float | None = 20.0, high: float | None = 140.0) -> None:
        super().__init__(low, high)

    def _sources(self, smiles: str) -> tuple[int, ...]:
        return locate.polar(smiles)


class RotatableBonds(Window):
    """Number of rotatable bonds inside a window.

    Scale and direction: as in `Window`; 1 at 5 bonds outside.
    Bounds: 0 to 8 by default; Veber et al., J. Med. Chem. 45 (2002) 2615, put the limit for oral drugs at 10,
    and each rotatable bond a dock must place makes its pose less certain.
    """

    name = kind = quantity = "rotatable_bonds"
    label, margin = "number of rotatable bonds", 5.0

    def __init__(self, low: float | None = 0.0, high: float | None = 8.0) -> None:
        super().__init__(low, high)

    def _sources(self, smiles: str) -> tuple[int, ...]:
        return locate.rotatable_bonds(smiles)
