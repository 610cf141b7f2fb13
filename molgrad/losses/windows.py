"""Properties that should lie inside a window: nothing to pay within, more the further outside."""

from __future__ import annotations

from typing import Any, ClassVar

from molgrad.autograd.loss import Context, Loss
from molgrad.chem.descriptors import describe
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses import locate


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
    words: ClassVar[str]
    unit: ClassVar[str | None] = None
    margin: ClassVar[float]

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
        said = f"{self.words} is {number:.4g}{unit}"
        raw = {self.quantity: number}
        details = {"low": self.low, "high": self.high, "margin": self.margin}  # for whoever predicts the score
        if self.high is not None and number > self.high:
            excess, side, bound, where = number - self.high, "high", self.high, self._sources
        elif self.low is not None and number < self.low:
            excess, side, bound, where = self.low - number, "low", self.low, self._sinks
        else:
            return Evaluation(self.name, Status.OK, 0.0, raw, text=f"{said}, inside {self._window()}", details=details)
        text = f"{said}, {excess:.3g}{unit} {'above' if side == 'high' else 'below'} the bound of {bound:g}"
        fact = Fact(f"{self.name}_{side}", text, where(value), self.quantity, number, self.unit, 1.0)
        score = min(1.0, excess / self.margin)
        return Evaluation(self.name, Status.OK, score, raw, (fact,), text, details=details)

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

    name, quantity, words, margin = "logp", "logp", "logP", 3.0

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

    name, quantity, words, unit, margin = "weight", "weight", "molecular weight", "g/mol", 200.0

    def __init__(self, low: float | None = 150.0, high: float | None = 500.0) -> None:
        super().__init__(low, high)


class TPSA(Window):
    """Topological polar surface area (Å², N and O) inside a window.

    Scale and direction: as in `Window`; 1 at 70 Å² outside, half of the upper bound.
    Bounds: 20 to 140 by default; above 140 absorption by mouth is rare
    (Veber et al., J. Med. Chem. 45 (2002) 2615).
    Source: Ertl et al., J. Med. Chem. 43 (2000) 3714.
    """

    name, quantity, words, unit, margin = "tpsa", "tpsa", "polar surface area", "Å²", 70.0

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

    name, quantity, words, margin = "rotatable_bonds", "rotatable_bonds", "number of rotatable bonds", 5.0

    def __init__(self, low: float | None = 0.0, high: float | None = 8.0) -> None:
        super().__init__(low, high)

    def _sources(self, smiles: str) -> tuple[int, ...]:
        return locate.rotatable_bonds(smiles)
