"""What a transformation did to one term in several pairs: the mean change, how sure it is, and what contradicts it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, variance
from typing import Any

from molgrad.losses.assay import Assay

ASSAY = Assay.kind
CLEAR = 2.0  # standard errors from which on a mean change is told as an effect: about 95 %
PRIOR = 2.0  # pairs' worth of the usual spread of a term that count beside a lesson's own: three pairs agree by chance
NAMED = 3  # values that are named as contradicting


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one term in one pair.

    Attributes:
        after: the name of the value with the larger group.
        value: change in the term's own unit.
        score: change of its score, negative is better.
        noise: variance of `value` by the noise of both measurements.
    """

    after: str
    value: float
    score: float
    noise: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a transformation did to one term.

    Attributes:
        term: of the loss, or "total".
        kind: of the term, such as "docking".
        unit: of `mean` and `error`; empty where the term has none.
        n: pairs in which it was measured on both sides.
        mean: mean change.
        error: standard error of the mean: from the spread of the pairs and no less than the noise of the measurements.
        spread: standard deviation of the change in one pair, estimated likewise.
        way: in how many pairs it went the mean's way.
        against: names of the values that went the other way.
        score: mean change of the term's score, negative is better.
        changes: of each pair, in order.
    """

    term: str
    kind: str
    unit: str
    n: int
    mean: float
    error: float
    spread: float
    way: int
    against: tuple[str, ...]
    score: float
    changes: tuple[float, ...]

    @property
    def clear(self) -> bool:
        """Whether the mean is more than the noise."""
        return abs(self.mean) >= CLEAR * self.error and self.mean != 0.0

    @property
    def strength(self) -> float:
        """The mean in standard errors; of what is no clear effect less than `CLEAR`."""
        return abs(self.mean) / self.error if self.error > 0.0 else math.inf if self.mean else 0.0

    @property
    def expected(self) -> float:
        """The change of the score to be expected of one more pair: the mean less its error, 0 within the noise."""
        if not self.clear:
            return 0.0
        return self.score * (1.0 - self.error / abs(self.mean))

    def __str__(self) -> str:
        """Such as "docking -0.4 ± 0.2 kcal/mol, 5 of 6 (not m0012)"."""
        number = f"{signed(self.mean, self.error)} ± {plain(self.error, self.error)}"
        unit = f" {self.unit}" if self.unit else ""
        if not self.clear:
            return f"{self.term} no clear effect: {number}{unit}, {counted(self.n)}"
        better = f" ({'better' if self.score < 0 else 'worse'})" if self.kind == ASSAY else ""
        return f"{self.term} {number}{unit}{better}, {self.way} of {self.n}{self._but()}"

    def _but(self) -> str:
        if not self.against:
            return ""
        more = len(self.against) - NAMED
        return f" (not {', '.join(self.against[:NAMED])}{f' and {more} more' if more > 0 else ''})"

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same effect."""
        return {**asdict(self), "against": list(self.against), "changes": list(self.changes)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Effect:
        """The effect that `to_json` wrote."""
        return cls(**{**data, "against": tuple(data["against"]), "changes": tuple(data["changes"])})


def effect_of(term: str, kind: str, unit: str, changes: Sequence[Change], usual: float) -> Effect:
    """What several pairs say together.

    Source:
        The spread is moderated as in limma (Smyth 2004): the pairs' own variance, and `PRIOR` pairs' worth of the
        usual one, weighted by their degrees of freedom.

    Args:
        term: its name.
        kind: its kind.
        unit: of the changes.
        changes: one of each pair.
        usual: variance between the pairs of one transformation that the term usually has, 0 where none is known.
    """
    values = [change.value for change in changes]
    n, mean = len(values), fmean(values)
    own = variance(values) if n > 1 else 0.0
    prior = PRIOR if usual > 0.0 else 0.0
    freedom = n - 1 + prior
    moderated = ((n - 1) * own + prior * usual) / freedom if freedom else 0.0
    spread = math.sqrt(max(moderated, fmean(change.noise for change in changes)))
    against = tuple(change.after for change in changes if change.value * mean <= 0.0)
    return Effect(
        term, kind, unit, n, mean, spread / math.sqrt(n), spread, n - len(against), against,
        fmean(change.score for change in changes), tuple(round(value, 4) for value in values),
    )  # fmt: skip


def usual_variance(groups: Sequence[Sequence[float]]) -> float:
    """The variance within groups of changes, over all groups; 0 where none has two.

    Args:
        groups: the changes of each transformation.
    """
    several = [group for group in groups if len(group) > 1]
    freedom = sum(len(group) - 1 for group in several)
    return sum(variance(group) * (len(group) - 1) for group in several) / freedom if freedom else 0.0


def signed(value: float, error: float) -> str:
    """A change with its sign, to as many decimals as its error tells.

    Args:
        value: the change.
        error: its standard error.
    """
    return f"{value:+.{_decimals(error)}f}"


def plain(value: float, error: float) -> str:
    """A number without sign, to as many decimals as an error tells.

    Args:
        value: the number.
        error: the standard error that decides.
    """
    return f"{value:.{_decimals(error)}f}"


def counted(n: int) -> str:
    """A number of pairs in words.

    Args:
        n: how many.
    """
    return "1 pair" if n == 1 else f"{n} pairs"


def _decimals(error: float) -> int:
    return 1 if error >= 0.05 else 2 if error >= 0.005 else 3
