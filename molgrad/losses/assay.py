"""A measurement whose value is given later, by a person or an instrument."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from molgrad.assays.value import Measured
from molgrad.autograd.loss import Context, Loss
from molgrad.errors import AssayUnitError, SettingsChangedError, one_line, shorten
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses.assay_scale import P_UNIT, Scale, is_log, kind_in, log_molar, p_kind, unit_name
from molgrad.losses.assay_score import Aim
from molgrad.losses.replicates import Combined, combined

WAITING = "waiting for the assay"
Direction = Literal["minimize", "maximize"]
_NOTES, _NOTE = 3, 160  # notes of a laboratory that are told, and characters of each
_RELATIONS = {"": "=", "above": ">", "below": "<"}
PERCENT = "%"
_MAXIMIZED = ("inhibition", "solubility", "selectivity", "stability", "permeability", "half-life", "half_life", "yield")


class Assay(Loss):
    """A measurement made outside molgrad, pending until its value is told.

    Scale: concentrations are judged in log10 units. Without a target the score is log10 of the value in mol/L, that is
    -pIC50 (35 nM: -7.46); with `target=10` it is how many log10 units the value is worse than 10, 0 at the target and
    beyond (35 nM: 0.54). Of a pIC50 the score is its negative, or how far it lacks the target. Everything else is
    judged as it is, in its unit, but a percentage as a fraction: 0 at 100 % and 1 at 0 % where it is maximized, the
    other way round where it is minimized; with a target what it lacks of it (63 % for a target of 80 %: 0.17). With
    `window=(low, high)` the score is the distance from the window, 0 inside. Choose the weight to fit. Raw:
    `{name: value}` in the assay's unit, the geometric mean of replicates for concentrations.
    Facts: `assay`, without a place. Details: `relation` ("=", "<", ">", "~" of the value), `n` measurements, `sd` of
    one measurement where it is known, in log10 units for concentrations and else in the assay's unit, `bound` (see
    `Evaluation.bound`), `notes` of the laboratory, which stand in the text too, for an advisor to read.

    Args:
        name: its column in tables and the key of its raw value.
        unit: of its values, such as "nM", "uM", "ug/mL", "%"; values told in another unit are converted.
        kind: what it measures, such as "IC50", "pIC50", "inhibition"; read off the name where that says it.
        target: the value, in `unit`, that is good enough.
        window: the lowest and the highest value, in `unit`, that are good.
        direction: "minimize" (an IC50), "maximize" (a pIC50, solubility, a yield). By default minimize, but maximize
            for p-values and where name or kind has one of the words inhibition, solubility, selectivity, stability,
            permeability, half-life, yield. Without meaning where there is a window.
        scale: "log" or "linear", to override what the unit says.

    Raises:
        ValueError: no name, or a direction, target, window or scale that is none.
    """

    kind = "assay"
    expensive = True  # worth modelling, once values are back; costs no dock
    takes_results = True

    def __init__(
        self,
        name: str = "assay",
        *,
        unit: str = "",
        kind: str = "",
        target: float | None = None,
        window: Sequence[float] | None = None,
        direction: Direction | None = None,
        scale: Literal["log", "linear"] | None = None,
    ) -> None:
        if direction not in ("minimize", "maximize", None):
            raise ValueError(f"direction is 'minimize' or 'maximize', not {direction!r}")
        if scale not in ("log", "linear", None):
            raise ValueError(f"scale is 'log' or 'linear', not {scale!r}")
        if not name.strip():
            raise ValueError("an assay needs a name")
        unit = unit_name(unit)
        self.name, self.unit, self._given_kind, self._asked_scale = name, unit, kind, scale
        self.readout = kind or kind_in(name)
        of_p = unit == P_UNIT or (not unit and bool(p_kind(kind or name)))
        log = not of_p and (scale == "log" or (scale is None and is_log(unit)))
        self.scale = Scale(unit, p_values=of_p, log=log)
        self.direction: Direction = direction or self._usual_direction()
        offset, whole = (log_molar(unit) or 0.0) if log else 0.0, 100.0 if unit == PERCENT and not log else 1.0
        self.aim = Aim(name, log, self.direction == "maximize", offset, target, window, whole)

    def _usual_direction(self) -> Direction:
        said = f"{self.name} {self.readout}".lower()
        return "maximize" if self.scale.p_values or any(word in said for word in _MAXIMIZED) else "minimize"

    def spec(self) -> dict[str, Any]:
        """Name, direction and unit, and what else was given."""
        more: dict[str, Any] = {"kind": self._given_kind, "target": self.aim.target, "scale": self._asked_scale}
        more["window"] = None if self.aim.window is None else list(self.aim.window)
        given = {key: value for key, value in more.items() if value not in (None, "")}
        return {"loss": "assay", "name": self.name, "direction": self.direction, "unit": self.unit, **given}

    def exact(self, values: Sequence[str], *, quick: bool = False) -> list[Evaluation]:  # noqa: ARG002 - nor quick
        """Evaluations that are all pending."""
        return self.evaluate(values)

    def _evaluate(self, value: str, context: Context) -> Evaluation:  # noqa: ARG002 - the hook's signature
        return self.waiting()

    def waiting(self, why: str = "") -> Evaluation:
        """An evaluation of a molecule whose result is not back.

        Args:
            why: what is known of it, such as that a value failed its quality control.
        """
        reason = f"{WAITING} ({why})" if why else WAITING
        return replace(self.pending(reason), text=f"{self.name}: {reason}")

    def value_of(self, score: float) -> float | None:
        """The value in the assay's unit that a score stands for, such as a predicted one; None beside a window.

        A standard deviation of the score is one in log10 units for a concentration, in fractions for a percentage, else
        one in the assay's unit.

        Args:
            score: of this assay.
        """
        at = self.aim.at(score)
        return None if at is None else self.scale.number(at)

    def with_result(
        self,
        evaluation: Evaluation,
        value: Any,
        term: str | None = None,  # noqa: ARG002 - a composite found us by it
        *,
        replace_old: bool = False,
    ) -> Evaluation:
        """Put a result into an evaluation; a value that is replaced stays in `details`.

        Args:
            evaluation: the evaluation so far.
            value: what `complete` takes.
            term: the assay's name, where a composite holds several.
            replace_old: whether a result that is there already may be replaced.

        Raises:
            SettingsChangedError: it has a result already, and `replace_old` is not set.
        """
        if evaluation.ok and not replace_old:
            old = evaluation.raw[self.name]
            raise SettingsChangedError(f"{self.name} was told before ({old:g}); say replace=True to correct it")
        found = replace(self.complete(value), weight=evaluation.weight)
        if not evaluation.ok or isinstance(value, Evaluation):
            return found
        return replace(found, details={**found.details, "replaced": dict(evaluation.raw)})

    def complete(self, given: Evaluation | Measured | Sequence[Measured] | float) -> Evaluation:
        """Make the evaluation of what was told; an evaluation is kept, under this assay's name.

        Args:
            given: a number in the assay's unit, one or several results, or an evaluation such as a failure.

        Raises:
            ValueError: the value is not a finite number, or cannot be converted into the assay's unit.
        """
        if isinstance(given, Evaluation):
            return replace(given, loss=self.name)
        if isinstance(given, Measured):
            given = [given]
        if not isinstance(given, Sequence):
            value = float(given)
            if not math.isfinite(value):
                raise ValueError(f"{self.name}: {given!r} is not a number that can be compared")
            given = [Measured(value)]
        try:
            converted = [self.scale.converted(one, None) for one in given]
        except AssayUnitError as error:
            raise AssayUnitError(f"{self.name}: {shorten(str(error))}") from None
        notes = list(dict.fromkeys(shorten(one_line(one.note), _NOTE) for one in converted if one.note))
        return self._judged(combined([self.scale.point(one) for one in converted]), notes[:_NOTES])

    def _judged(self, found: Combined, notes: Sequence[str]) -> Evaluation:
        value, judged = self.scale.number(found.at), self.aim.judge(found.at, found.side)
        relation = "~" if found.about and not found.side else _RELATIONS[found.side]
        text = "; ".join([self._worded(value, relation, found), *(f"noted: {note}" for note in notes)])
        fact = Fact("assay", text, (), self.name, value, self.unit or None, 1.0)
        details: dict[str, Any] = {"relation": relation, "n": found.n}
        if found.spread is not None:
            details["sd"] = found.spread
        if judged.bound:
            details["bound"] = judged.bound
        if notes:
            details["notes"] = list(notes)
        raw, sd = {self.name: value}, None if found.error is None else found.error / self.aim.whole
        return Evaluation(
            self.name, Status.OK, judged.score, raw, (fact,), text, details=details, kind=self.kind, sd=sd
        )

    def _worded(self, value: float, relation: str, found: Combined) -> str:
        """Such as "dhfr is > 10 uM (lower is better, target 0.1 uM)"."""
        sign = "" if relation == "=" else "about " if relation == "~" else f"{relation} "
        number = f"{sign}{value:.6g}{'' if self.unit == PERCENT else ' '}{self.unit}".rstrip()
        spread = "" if found.spread is None else f", sd {found.spread:.2g}{' log10 units' if self.scale.log else ''}"
        many = f", n = {found.n}{spread}" if found.n > 1 else spread
        return f"{self.name} is {number} ({self.aim.said(self.unit)}{many})"
