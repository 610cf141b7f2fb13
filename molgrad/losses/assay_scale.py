"""The scale on which an assay's results are averaged and judged: log10 for concentrations, else the numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from molgrad.assays.lexicon import kind_of, kind_pattern, unit_named
from molgrad.assays.numbers import tidy
from molgrad.assays.scale import convert, needs_weight, p_value
from molgrad.assays.value import Measured
from molgrad.errors import AssayUnitError
from molgrad.losses.replicates import Point

LOG_MOLAR, P_UNIT = "log M", "p"
_P_KIND = re.compile(r"(?:^|[_\W])(p(?:IC|EC|GI|CC|LD|XC|AC)50|pK[idb]|pChEMBL|pA2|pActivity)(?![a-z])", re.IGNORECASE)
_SIDES = {">": "above", ">=": "above", "<": "below", "<=": "below"}
_Z95 = 1.96  # standard errors from the middle of a 95 % interval to its end


def unit_name(text: str) -> str:
    """The name of a unit in `units.tsv`, whatever its spelling; the text itself where it is none of them.

    Args:
        text: such as "µM" or "nmol/l".
    """
    found = unit_named(tidy(text)) if text else None
    return found.name if found else text


def kind_in(name: str) -> str:
    """The kind of result that the name of an assay says, such as "IC50" of dhfr_ic50; "" where it says none.

    Args:
        name: of the assay.
    """
    found = kind_pattern().search(name.replace("_", " "))
    return kind_of(found)[0].name if found else ""


def p_kind(name: str) -> str:
    """The p-value that a name stands for, such as "pIC50" in "DHFR pIC50"; "" where it names none.

    Args:
        name: the name of an assay or of a kind of result.
    """
    found = _P_KIND.search(name)
    return found.group(1) if found else ""


def is_log(unit: str) -> bool:
    """Whether a unit is one of concentration, molar or by mass.

    Args:
        unit: as in `units.tsv`.
    """
    return unit not in ("", LOG_MOLAR, P_UNIT) and _one(unit, 100.0) is not None


def log_molar(unit: str) -> float | None:
    """log10 of one unit in mol/L; None for a unit that is no molar concentration.

    Args:
        unit: as in `units.tsv`.
    """
    return None if unit in ("", LOG_MOLAR, P_UNIT) else _one(unit, None)


def _one(unit: str, weight: float | None) -> float | None:
    try:
        return -p_value(Measured(1.0, unit=unit), weight=weight)[0]
    except AssayUnitError:
        return None


@dataclass(frozen=True, slots=True)
class Scale:
    """How the numbers of an assay are compared.

    Attributes:
        unit: of the assay; "" where it has none.
        p_values: whether the numbers are negative logarithms of mol/L, such as pIC50.
        log: whether results are averaged as logarithms.
    """

    unit: str
    p_values: bool
    log: bool

    def converted(self, measured: Measured, weight: float | None) -> Measured:
        """A result in the assay's unit.

        Args:
            measured: as the laboratory wrote it; without a unit it is taken to be in the assay's.
            weight: of the molecule in g/mol, for concentrations by mass; None where it is not known.

        Raises:
            AssayUnitError: a unit or kind that is no result of this assay, or a concentration of zero or below.
        """
        of_p = bool(p_kind(measured.kind)) or measured.unit in (LOG_MOLAR, P_UNIT)
        if self.p_values:
            found = self._as_p(measured, weight, of_p=of_p)
        elif of_p or (measured.unit and measured.unit != self.unit):
            self._check_unit(measured)
            found = convert(measured, self.unit, weight=weight)
        else:
            found = replace(measured, unit=self.unit)
        if self.log and found.value <= 0.0:
            raise AssayUnitError(f"{found.value:g} {self.unit} has no logarithm: a concentration is more than zero")
        return found

    def needs_weight(self, measured: Measured) -> bool:
        """Whether converting a result takes the molecule's weight.

        Args:
            measured: as the laboratory wrote it.
        """
        return needs_weight(measured.unit, P_UNIT if self.p_values else self.unit)

    def _check_unit(self, measured: Measured) -> None:
        if not self.unit:
            raise AssayUnitError(
                f"the value is in {measured.unit or measured.kind} and the assay has no unit: "
                f"give it one, mg.Assay(..., unit={measured.unit or 'nM'!r})"
            )

    def _as_p(self, measured: Measured, weight: float | None, *, of_p: bool) -> Measured:
        if not measured.unit and (not measured.kind or p_kind(measured.kind)):  # also one converted before
            return measured
        p, relation = p_value(measured, weight=weight)
        error = measured.error if of_p else _log_sd(measured)
        kind = measured.error_kind if of_p else "sd" if error is not None else ""
        named = next((name for name in (measured.kind, f"p{measured.kind}") if p_kind(name)), "")
        return replace(measured, value=p, relation=relation, unit="", kind=named, error=error, error_kind=kind)

    def point(self, converted: Measured) -> Point:
        """A converted result on the scale.

        Args:
            converted: what `converted` gave.
        """
        at = math.log10(converted.value) if self.log else converted.value
        sd = _log_sd(converted) if self.log else _sd(converted)
        side = _SIDES.get(converted.relation, "")
        return Point(at, side, sd, max(1, converted.n or 1), about=converted.relation == "~")

    def p(self, at: float) -> float | None:
        """The p-value (-log10 of mol/L) at a place on the scale; None where the assay measures no molar concentration.

        Args:
            at: the place.
        """
        if self.p_values:
            return at
        molar = log_molar(self.unit) if self.log else None
        return None if molar is None else -(at + molar)

    def number(self, at: float) -> float:
        """The number in the assay's unit at a place on the scale.

        Args:
            at: the place.
        """
        return float(f"{10.0**at:.12g}") if self.log else at  # 35 comes back as 35


def _sd(measured: Measured) -> float | None:
    """Standard deviation of one measurement, in the unit of the value."""
    if measured.error is None or measured.error_kind == "factor":
        return None
    of_mean = measured.error_kind in ("sem", "ci95")
    sd = measured.error / _Z95 if measured.error_kind == "ci95" else measured.error
    return sd * math.sqrt(max(1, measured.n or 1)) if of_mean else sd


def _log_sd(measured: Measured) -> float | None:
    """Standard deviation of one measurement of a concentration, in log10 units.

    Source:
        Of a log-normal variable with mean m and standard deviation s: the variance of its logarithm is ln(1 + (s/m)^2).
    """
    if measured.error_kind == "factor" and measured.error:
        return abs(math.log10(measured.error))
    sd = _sd(measured)
    if sd is None or measured.value <= 0.0:
        return None
    return math.sqrt(math.log1p((sd / measured.value) ** 2)) / math.log(10.0)
