"""From a predictor's value to a score: which direction is better, and what is good enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DIRECTIONS = ("minimize", "maximize")


@dataclass(frozen=True, slots=True)
class Scale:
    """How a value counts; lower scores are better.

    Attributes:
        direction: "minimize", or "maximize" where larger is better: the score is the value with its sign turned.
        target: a value that is good enough: the score is how far the value falls short of it, 0 from there on.
        window: the lowest and the highest value wanted: the score is the distance to it, 0 inside.
        unit: in words, such as "nM".

    Raises:
        ValueError: no such direction, a number that is not finite, a window without room or beside a target.
    """

    direction: str = "minimize"
    target: float | None = None
    window: tuple[float, float] | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise ValueError(f"direction is 'minimize' or 'maximize', not {self.direction!r}")
        if self.window is not None and (self.target is not None or self.direction == "maximize"):
            raise ValueError("a window says what is wanted; leave out target and direction")
        if not all(is_number(one) for one in (*(self.window or ()), *([] if self.target is None else [self.target]))):
            raise ValueError(f"target and window are finite numbers, not {self.target!r} and {self.window!r}")
        if self.window is not None and not self.window[0] < self.window[1]:
            raise ValueError(f"a window begins below its end, not {self.window[0]:g} and {self.window[1]:g}")

    @classmethod
    def of(cls, direction: str, target: float | None, window: Sequence[float] | None, unit: str) -> Scale:
        """A scale from arguments as Python, TOML and JSON give them.

        Args:
            direction: as the attributes of the class, like the others.
            target: or None.
            window: two numbers, or None.
            unit: may be empty.

        Raises:
            ValueError: as the class; a window of other than two numbers.
        """
        if window is not None and len(window) != 2:
            raise ValueError(f"a window is two numbers, not {window!r}")
        return cls(direction, target, None if window is None else (window[0], window[1]), unit)

    def score(self, value: float) -> float:
        """What the value costs.

        Args:
            value: in `unit`.
        """
        if self.window is not None:
            low, high = self.window
            return max(low - value, value - high, 0.0)
        sign = -1.0 if self.direction == "maximize" else 1.0
        return sign * value if self.target is None else max(0.0, sign * (value - self.target))

    def words(self, value: float) -> str:
        """The value with its unit, and what is wanted.

        Args:
            value: in `unit`.
        """
        unit = f" {self.unit}" if self.unit else ""
        if self.window is not None:
            return f"{value:.4g}{unit} ({self.window[0]:g} to {self.window[1]:g} is wanted)"
        better = "higher" if self.direction == "maximize" else "lower"
        goal = "" if self.target is None else f", {self.target:g} is enough"
        return f"{value:.4g}{unit} ({better} is better{goal})"

    def spec(self) -> dict[str, Any]:
        """What was set, as JSON."""
        window = {} if self.window is None else {"window": list(self.window)}
        target = {} if self.target is None else {"target": self.target}
        return {"direction": self.direction, "unit": self.unit, **target, **window}


def is_number(value: object) -> bool:
    """Whether a value is a finite number; True and False are none."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False
