"""From an assay's value to its score: direction, target, window, and what a bound says of the score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judged:
    """A score, and how the true one may lie.

    Attributes:
        score: lower is better.
        bound: "" for the score itself, "above" where the true score is at least this, "below" where at most.
    """

    score: float
    bound: str = ""


class Aim:
    """What an assay's value should be.

    Args:
        name: of the assay, for errors.
        log: whether values are compared as log10.
        maximize: whether higher is better.
        offset: added to a log10 value where there is no target, so that the score is in log10 of mol/L.
        target: the value that is good enough, in the assay's unit.
        window: the lowest and highest good value.
        whole: what counts as one unit of the score: 100 for percentages, so that these are penalties from 0 to 1.

    Raises:
        ValueError: a target or a window that makes no sense.
    """

    def __init__(
        self,
        name: str,
        log: bool,
        maximize: bool,
        offset: float,
        target: float | None,
        window: Sequence[float] | None,
        whole: float = 1.0,
    ) -> None:
        if target is not None and window is not None:
            raise ValueError(f"{name}: give a target or a window, not both")
        if window is not None and (len(window) != 2 or not window[0] < window[1]):
            raise ValueError(f"{name}: a window is the lowest and the highest good value, not {window!r}")
        self._log, self._sign, self._offset = log, -1.0 if maximize else 1.0, offset
        self.whole = whole
        if maximize and whole != 1.0:
            self._offset = -whole  # 100 % scores 0
        self.target = None if target is None else float(target)
        self.window = None if window is None else (float(window[0]), float(window[1]))
        for edge in (self.target, *(self.window or ())):
            if edge is not None and (not math.isfinite(edge) or (log and edge <= 0.0)):
                raise ValueError(f"{name}: a target or a window's edge cannot be {edge:g}")

    def _at(self, value: float) -> float:
        return math.log10(value) if self._log else value

    def score(self, at: float) -> float:
        """The score of a value.

        Args:
            at: the value on the assay's scale.
        """
        if self.window is not None:
            low, high = (self._at(edge) for edge in self.window)
            return max(0.0, low - at, at - high) / self.whole
        if self.target is not None:
            return max(0.0, self._sign * (at - self._at(self.target))) / self.whole
        return self._sign * (at + self._offset) / self.whole

    def at(self, score: float) -> float | None:
        """The place on the assay's scale that a score stands for; None where there are two, beside a window.

        Args:
            score: such as one that was predicted; 0 or less stands for the target.
        """
        if self.window is not None:
            return None
        if self.target is not None:
            return self._at(self.target) + self._sign * max(0.0, score) * self.whole
        return self._sign * score * self.whole - self._offset

    def judge(self, at: float, side: str) -> Judged:
        """The score of a value or of a bound.

        Args:
            at: the value on the assay's scale.
            side: "" for a value, "above" where the true value is at least this, "below" where at most.
        """
        score = self.score(at)
        if not side:
            return Judged(score)
        if self.window is not None:
            return self._beside_window(at, side)
        worse = (side == "above") == (self._sign > 0)  # the truth scores as badly or worse
        if self.target is not None and not worse and score == 0.0:
            return Judged(0.0)  # as good as it gets, whatever the value is
        return Judged(score, "above" if worse else "below")

    def _beside_window(self, at: float, side: str) -> Judged:
        """Beyond the window on the side of the bound the truth is worse; before it, anything is possible."""
        low, high = (self._at(edge) for edge in self.window or (0.0, 0.0))
        beyond = at >= high if side == "above" else at <= low
        return Judged(self.score(at) if beyond else 0.0, "above")

    def said(self, unit: str) -> str:
        """Which values are good, in words.

        Args:
            unit: of the assay.
        """
        of = f" {unit}".rstrip()
        if self.window is not None:
            return f"{self.window[0]:g} to {self.window[1]:g}{of} is good"
        better = "lower is better" if self._sign > 0 else "higher is better"
        return better if self.target is None else f"{better}, target {self.target:g}{of}"
