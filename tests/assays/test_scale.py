"""Conversions against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from molgrad.assays.scale import convert, p_value
from molgrad.assays.value import Measured
from molgrad.errors import AssayUnitError


@pytest.mark.parametrize(
    ("given", "unit", "value"),
    [
        (Measured(35, unit="nM"), "uM", 0.035),
        (Measured(0.035, unit="uM"), "nM", 35),
        (Measured(1, unit="M"), "pM", 1e12),
        (Measured(1, unit="mg/mL"), "ug/mL", 1000),
        (Measured(1, unit="h"), "min", 60),
        (Measured(1, unit="kcal/mol"), "kJ/mol", 4.184),
        (Measured(7, unit="p", kind="pIC50"), "nM", 100),
        (Measured(-7, unit="log M"), "nM", 100),
        (Measured(100, unit="nM"), "log M", -7),
        (Measured(100, unit="nM"), "p", 7),
        (Measured(-7, unit="log M"), "p", 7),
        (Measured(5), "nM", 5),
    ],
)
def test_units_of_one_dimension(given: Measured, unit: str, value: float) -> None:
    assert convert(given, unit).value == pytest.approx(value)


def test_mass_needs_the_weight() -> None:
    mass = Measured(1, ">", "ug/mL", "IC50")
    assert convert(mass, "uM", weight=400) == Measured(2.5, ">", "uM", "IC50")  # 1 mg/L over 400 g/mol
    assert p_value(mass, weight=400) == (pytest.approx(-math.log10(2.5e-6)), "<")
    assert convert(Measured(2.5, unit="uM"), "ug/mL", weight=400).value == pytest.approx(1)
    with pytest.raises(AssayUnitError, match="weight"):
        p_value(mass)


def test_a_bound_changes_its_side_on_the_p_scale_only() -> None:
    assert p_value(Measured(10, ">", "uM", "IC50")) == (5.0, "<")
    turned = convert(Measured(5, "<=", "p", "pIC50"), "uM")
    assert (turned.value, turned.relation, turned.kind) == (10, ">=", "IC50")
    assert convert(Measured(10, ">", "uM"), "log M").relation == ">"
    assert convert(Measured(10, ">", "uM"), "nM").relation == ">"


def test_spread_goes_along() -> None:
    assert convert(Measured(35, unit="nM", error=4, error_kind="sd"), "uM").error == pytest.approx(0.004)
    assert convert(Measured(35, unit="nM", error=2, error_kind="factor"), "uM").error == 2
    log = convert(Measured(100, unit="nM", error=10, error_kind="factor"), "p")
    assert (log.error, log.error_kind) == (pytest.approx(1), "sd")
    back = convert(Measured(7, unit="p", kind="pIC50", error=0.3, error_kind="sd"), "nM")
    assert (back.error, back.error_kind, back.kind) == (pytest.approx(10**0.3), "factor", "IC50")


@pytest.mark.parametrize(
    ("given", "unit"),
    [
        (Measured(63, unit="%", kind="inhibition"), "nM"),
        (Measured(5, unit="ratio"), "uM"),
        (Measured(5, unit="ratio"), "%"),
        (Measured(5, unit="nM"), "%"),
        (Measured(5, unit="min"), "nM"),
        (Measured(5, unit="nM"), "furlong"),
    ],
)
def test_what_is_no_concentration_never_becomes_one(given: Measured, unit: str) -> None:
    with pytest.raises(AssayUnitError):
        convert(given, unit)
    if given.unit != "nM":
        with pytest.raises(AssayUnitError):
            p_value(given)


def test_no_unit_has_no_p_value() -> None:
    with pytest.raises(AssayUnitError, match="no unit"):
        p_value(Measured(35))


@pytest.mark.parametrize(
    ("unit", "wanted", "said"),
    [
        ("%", "uM", r"63% at 1 uM is a percentage and no concentration, so it has no value in uM: tell the IC50 or Ki"),
        ("%", "p", r"no value on the p-scale: .* an assay of its own in the loss, with unit = '%'"),
        ("%", "h", r"a percentage, which does not convert into h"),
        ("uM", "%", r"a concentration, which does not convert into %: it needs an assay of its own .* unit = 'uM'"),
    ],
)
def test_what_does_not_convert_says_what_to_do(unit: str, wanted: str, said: str) -> None:
    with pytest.raises(AssayUnitError, match=said):
        convert(Measured(63, unit=unit, at="1 uM"), wanted)
