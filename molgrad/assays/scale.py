"""Values in other units: of the same dimension, by weight from mass to moles, and on logarithmic scales."""

from __future__ import annotations

import math
from dataclasses import replace

from molgrad.assays.lexicon import Unit, kinds, known_units, unit_named, units
from molgrad.assays.numbers import tidy
from molgrad.assays.value import Measured
from molgrad.errors import AssayUnitError

TURNED = {"=": "=", "~": "~", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CONCENTRATIONS = ("molar", "mass", "log", "p")
_LOGS = ("log", "p")


def convert(measured: Measured, unit: str, *, weight: float | None = None) -> Measured:
    """A value in another unit.

    Units of one dimension convert into one another; so do molar and mass concentrations, their logarithm and the
    p-scale, where a bound changes its side. Percentages and ratios convert into nothing else. A value without a unit
    is taken to be in the unit asked for.

    Args:
        measured: the value.
        unit: the unit wanted, as `units.tsv` spells it; "" for the value as it is.
        weight: of the molecule in g/mol; for mass concentrations.

    Raises:
        AssayUnitError: another dimension, a unit that is not known, or a mass concentration without a weight.
    """
    if not unit:
        return measured
    wanted = _unit(unit)
    if not measured.unit:
        return replace(measured, unit=wanted.name, kind=_kind(measured.kind, wanted))
    given = _unit(measured.unit)
    if given.name == wanted.name:
        return measured
    both = {given.dimension, wanted.dimension}
    if given.dimension != wanted.dimension and not both <= set(_CONCENTRATIONS):
        raise AssayUnitError(f"{measured} is {_said(given, wanted)}: {_remedy(given)}")
    if not both & set(_LOGS):
        return _linear(measured, given, wanted, weight)
    return _logarithmic(measured, given, wanted, weight)


def needs_weight(*names: str) -> bool:
    """Whether one of the units is a mass concentration, so that a conversion may need the molecule's weight.

    Args:
        *names: of units; "" for none.
    """
    return any((unit := unit_named(tidy(name))) is not None and unit.dimension == "mass" for name in names)


def p_value(measured: Measured, *, weight: float | None = None) -> tuple[float, str]:
    """-log10 of a concentration in mol/L, and the relation turned with it: `IC50 > 10 uM` is `pIC50 < 5`.

    Args:
        measured: a concentration, its logarithm or a p-value.
        weight: of the molecule in g/mol; for mass concentrations.

    Raises:
        AssayUnitError: no concentration, no unit, or a mass concentration without a weight.
    """
    if not measured.unit:
        raise AssayUnitError(f"{measured}: no unit, so no p-value; say it, as in '{measured.value:g} nM'")
    turned = convert(measured, "p", weight=weight)
    return turned.value, turned.relation


def _unit(name: str) -> Unit:
    found = unit_named(tidy(name)) or units().get(name)
    if found is None:
        raise AssayUnitError(f"there is no unit {name!r}; known: {known_units()}")
    return found


def _said(given: Unit, wanted: Unit) -> str:
    known = {"percent": "a percentage", "ratio": "a ratio", "time": "a time"}
    known |= dict.fromkeys(_CONCENTRATIONS, "a concentration")
    said = known.get(given.dimension, f"of the dimension '{given.dimension}'")
    if wanted.dimension in _CONCENTRATIONS:
        where = "on the p-scale" if wanted.dimension == "p" else f"in {wanted.name}"
        return f"{said} and no concentration, so it has no value {where}"
    return f"{said}, which does not convert into {wanted.name}"


def _remedy(given: Unit) -> str:
    own = f"it needs an assay of its own in the loss, with unit = {given.name!r}"
    return f"tell the IC50 or Ki of the whole curve, or {own}" if given.dimension == "percent" else own


def _factor(unit: Unit, weight: float | None, *, molar: bool) -> float:
    """The unit in mol/L where `molar`, else in its own base unit."""
    assert unit.factor is not None  # noqa: S101 - units without a factor are logarithmic and do not come here
    if not molar or unit.dimension != "mass":
        return unit.factor
    if weight is None or not (math.isfinite(weight) and weight > 0):
        raise AssayUnitError(f"{unit.name} converts into mol/L by the molecule's weight in g/mol, which is not known")
    return unit.factor / weight


def _linear(measured: Measured, given: Unit, wanted: Unit, weight: float | None) -> Measured:
    molar = given.dimension != wanted.dimension
    factor = _factor(given, weight, molar=molar) / _factor(wanted, weight, molar=molar)
    error = measured.error
    if error is not None and measured.error_kind != "factor":
        error *= factor
    return replace(measured, value=_neat(measured.value * factor), unit=wanted.name, error=error)


def _logarithmic(measured: Measured, given: Unit, wanted: Unit, weight: float | None) -> Measured:
    """Through log10 of mol/L, where one of the two units is logarithmic."""
    log, spread, kind = _to_log(measured, given, weight)
    relation = TURNED[measured.relation] if "p" in (given.dimension, wanted.dimension) else measured.relation
    if wanted.dimension in _LOGS:
        value = -log if wanted.dimension == "p" else log
        return replace(
            measured, value=_neat(value), relation=relation, unit=wanted.name, kind=_kind(measured.kind, wanted),
            error=spread, error_kind=kind if spread is not None else "",
        )  # fmt: skip
    if log > 300 or log < -300:
        raise AssayUnitError(f"{measured} is no concentration")
    value = 10.0**log / _factor(wanted, weight, molar=True)
    error = None if spread is None else 10.0 ** _as_sd(spread, kind, measured.n)
    return replace(
        measured, value=_neat(value), relation=relation, unit=wanted.name, kind=_kind(measured.kind, wanted),
        error=error, error_kind="" if error is None else "factor",
    )  # fmt: skip


def _to_log(measured: Measured, given: Unit, weight: float | None) -> tuple[float, float | None, str]:
    """log10 of mol/L, its spread, and what that is."""
    error, kind = measured.error, measured.error_kind
    if given.dimension in _LOGS:
        return (-measured.value if given.dimension == "p" else measured.value), error, kind
    if measured.value <= 0:
        raise AssayUnitError(f"{measured} has no logarithm")
    log = math.log10(measured.value * _factor(given, weight, molar=True))
    if error is None:
        return log, None, ""
    if kind == "factor":
        return log, abs(math.log10(error)) if error > 0 else None, "sd"
    return log, error / measured.value / math.log(10), kind  # to first order


def _as_sd(spread: float, kind: str, n: int | None) -> float:
    """The standard deviation that a spread on a logarithmic scale stands for."""
    if kind == "ci95":
        return spread / 1.959964
    return spread * math.sqrt(n) if kind == "sem" and n else spread


def _kind(kind: str, wanted: Unit) -> str:
    """The kind with or without its p: `pIC50` on the p-scale, `IC50` in concentrations."""
    bare = kind[1:] if kind.startswith("p") and kind[1:] in kinds() else kind
    if wanted.dimension == "p":
        return f"p{bare}" if bare in kinds() and kinds()[bare].scale == "molar" else kind
    return bare if wanted.dimension in _CONCENTRATIONS else kind


def _neat(value: float) -> float:
    """The value without the last digit's noise of a factor: 0.035 uM is 35 nM."""
    return float(f"{value:.12g}")
