"""From a predictor's value to a score: which direction is better, what is good enough, and whether decades count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from molgrad.losses.assay_score import Aim

DIRECTIONS, SCALES = ("minimize", "maximize"), ("linear", "log")


class Scale:
    """How a value counts, as it does for an `Assay`; lower scores are better.

    Args:
        name: of the loss, for errors.
        direction: "minimize", or "maximize" where larger is better: the score is the value with its sign turned.
        target: a value that is good enough: the score is how far the value falls short of it, 0 from there on.
        window: the lowest and the highest value wanted: the score is the distance to it, 0 inside.
        unit: in words, such as "nM"; of "%" the score is a fraction, as of an `Assay`.
        scale: "log" where values are compared as log10, such as concentrations; "linear" by default.

    Raises:
        ValueError: no such direction or scale, a number that is not finite, a window without room or beside a target.
    """

    def __init__(
        self,
        name: str,
        direction: str = "minimize",
        target: float | None = None,
        window: Sequence[float] | None = None,
        unit: str = "",
        scale: str = "linear",
    ) -> None:
        if direction not in DIRECTIONS or scale not in SCALES:
            raise ValueError(
                f"direction is 'minimize' or 'maximize', scale 'linear' or 'log', not {direction!r}, {scale!r}"
            )
        if window is not None and direction == "maximize":
            raise ValueError("a window says what is wanted; leave out direction")
        if not all(is_number(one) for one in (*(window or ()), *([] if target is None else [target]))):
            raise ValueError(f"target and window are finite numbers, not {target!r} and {window!r}")
        self._log, self._unit = scale == "log", unit
        self._whole = 100.0 if unit.strip() == "%" and not self._log else 1.0
        self._aim = Aim(name, self._log, direction == "maximize", 0.0, target, window, self._whole)
        given = {"target": target, "window": None if window is None else list(window)}
        self._spec: dict[str, Any] = {"direction": direction, "unit": unit, "scale": scale}
        self._spec |= {key: value for key, value in given.items() if value is not None}

    def judged(self, value: float, sd: float | None) -> tuple[float, float | None]:
        """The score of a value, and its standard deviation.

        Args:
            value: in `unit`.
            sd: of the value.

        Raises:
            ValueError: a value without a logarithm, where decades count.
        """
        if not self._log:
            return self._aim.score(value), None if sd is None else sd / self._whole
        if value <= 0:
            raise ValueError(f"value is {value:g}, which has no logarithm")
        return self._aim.score(math.log10(value)), None if sd is None else sd / (value * math.log(10))

    def words(self, value: float) -> str:
        """The value with its unit, and what is wanted.

        Args:
            value: in `unit`.
        """
        return f"{value:.4g}{' ' if self._unit else ''}{self._unit} ({self._aim.said(self._unit)})"

    def spec(self) -> dict[str, Any]:
        """What was set, as JSON."""
        return dict(self._spec)


def is_number(value: object) -> bool:
    """Whether a value is a finite number; True and False are none."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False
