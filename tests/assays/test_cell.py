"""Cells as laboratories write them; each row was written by hand with what a chemist would read in it."""

from __future__ import annotations

import itertools
import random

import pytest

from molgrad.assays.cell import Told, read_cell
from molgrad.assays.numbers import style_of, tidy
from molgrad.assays.value import Measured

IC50 = Told("IC50 (nM)", "IC50", "nM")

# cell; relation, value, unit, kind
UNDERSTOOD = [
    ("35", "=", 35, "nM", "IC50"),
    ("35.0", "=", 35, "nM", "IC50"),
    (">10 uM", ">", 10, "uM", "IC50"),
    (">10uM", ">", 10, "uM", "IC50"),
    ("> 99.5", ">", 99.5, "nM", "IC50"),
    ("<1", "<", 1, "nM", "IC50"),
    ("≥ 5", ">=", 5, "nM", "IC50"),
    ("≤0.05", "<=", 0.05, "nM", "IC50"),
    ("=>10", ">=", 10, "nM", "IC50"),
    (">=10", ">=", 10, "nM", "IC50"),
    ("＞10", ">", 10, "nM", "IC50"),  # noqa: RUF001 - a full-width sign is the case
    ("&gt;10 &#956;M", ">", 10, "uM", "IC50"),
    (">>100 uM", ">", 100, "uM", "IC50"),
    ("~50", "~", 50, "nM", "IC50"),
    ("≈50", "~", 50, "nM", "IC50"),
    ("ca. 50", "~", 50, "nM", "IC50"),
    ("approx 3 µM", "~", 3, "uM", "IC50"),
    ("=35", "=", 35, "nM", "IC50"),
    ("greater than 30 uM", ">", 30, "uM", "IC50"),
    ("größer als 30 µM", ">", 30, "uM", "IC50"),
    ("unter 5", "<", 5, "nM", "IC50"),
    ("12.5 nM", "=", 12.5, "nM", "IC50"),
    ("12.5nM", "=", 12.5, "nM", "IC50"),
    ("12,5 nM", "=", 12.5, "nM", "IC50"),
    ("1.234,5", "=", 1234.5, "nM", "IC50"),
    ("1,234.5", "=", 1234.5, "nM", "IC50"),
    ("1,234,567", "=", 1234567, "nM", "IC50"),
    ("1'234", "=", 1234, "nM", "IC50"),
    ("1\u202f234", "=", 1234, "nM", "IC50"),
    ("> 10 000", ">", 10000, "nM", "IC50"),
    (">\u00a010\u00a0µM", ">", 10, "uM", "IC50"),
    ("10 \u03bcM", "=", 10, "uM", "IC50"),
    ("10 µmol/l", "=", 10, "uM", "IC50"),
    ("10 nmol L-1", "=", 10, "nM", "IC50"),
    ("10 nmol·L⁻¹", "=", 10, "nM", "IC50"),
    ("0.5 ug/mL", "=", 0.5, "ug/mL", "IC50"),
    (">50 µg/ml", ">", 50, "ug/mL", "IC50"),
    ("2 mg mL-1", "=", 2, "mg/mL", "IC50"),
    ("pIC50 7.2", "=", 7.2, "p", "pIC50"),
    ("pIC50 250", "=", 250, "p", "pIC50"),
    ("IC50 120 nM", "=", 120, "nM", "IC50"),
    ("EC50 100 uM", "=", 100, "uM", "EC50"),
    ("pIC50 = 7,2", "=", 7.2, "p", "pIC50"),
    ("pIC50 < 5", "<", 5, "p", "pIC50"),
    ("7.2 (pIC50)", "=", 7.2, "p", "pIC50"),
    ("-7.2 log M", "=", -7.2, "log M", "IC50"),
    ("−7.2 logM", "=", -7.2, "log M", "IC50"),  # noqa: RUF001 - the minus sign of typesetters is the case
    ("log M -7.2", "=", -7.2, "log M", "IC50"),
    ("< -5 log M", "<", -5, "log M", "IC50"),
    ("1.2e-7 M", "=", 1.2e-7, "M", "IC50"),
    ("1,2E-07 M", "=", 1.2e-7, "M", "IC50"),
    ("1.2 x 10^-7 M", "=", 1.2e-7, "M", "IC50"),
    ("1.2 × 10⁻⁷ M", "=", 1.2e-7, "M", "IC50"),  # noqa: RUF001 - the sign of multiplication is the case
    ("5 x 10-8 M", "=", 5e-8, "M", "IC50"),
    ("10^-7 M", "=", 1e-7, "M", "IC50"),
    ("63 % @ 1 uM", "=", 63, "%", "inhibition"),
    ("63% inhibition at 10 µM", "=", 63, "%", "inhibition"),
    ("IC50 > 10 µM", ">", 10, "uM", "IC50"),
    ("Ki = 5 nM", "=", 5, "nM", "Ki"),
    ("5-fold", "=", 5, "ratio", ""),
    ("inactive at 10 µM", ">", 10, "uM", "IC50"),
    ("inactive (>30 µM)", ">", 30, "uM", "IC50"),
    (">10 µM (63% @ 10 µM)", ">", 10, "uM", "IC50"),
    ("35*", "=", 35, "nM", "IC50"),
    ("35 (partial curve)", "=", 35, "nM", "IC50"),
    ("10-40 uM", "~", 20, "uM", "IC50"),
    ("(2.5-10)", "~", 5, "nM", "IC50"),
]
# cell; what its refusal says
REFUSED = [
    ("1,234", "ambiguous"),
    ("1 234", "two numbers"),
    ("12/15", "several values"),
    ("12; 15", "several values"),
    ("35 nM 40 nM", "not understood"),
    ("35 nM partial", "column of notes"),
    ("35 (4)", "write 'n=3'"),
    ("(35)", "is no number"),
    ("12-Mar", "date"),
    ("2026-03-12", "date"),
    ("Mrz 12", "date"),
    ("Jan-35", "date"),
    ("03.12.2026", "date"),
    ("0", "is no IC50"),
    ("-5", "log M"),
    ("pIC50 -7.2", "log M"),
    ("7.2 log M", "no concentration"),
    ("1e400", "larger than any"),
    ("10 MM", "may be several"),
    ("35 kg", "no unit known here"),
    ("inactive", "highest concentration tested"),
    ("weak", "highest concentration tested"),
    ("+++", "highest concentration tested"),
    ("<LLOQ", "highest concentration tested"),
    ("#DIV/0!", "formula"),
    ("TRUE", "formula"),
    ("n=2", "is no number"),
    ("banana", "is no number"),
    ("<0.5-1", "bound alone"),
    ("10-7 M", "no range"),
    ("> < 5", "contradict"),
    ("5 nM uM", "two units"),
    ("35 ± x", "not understood"),
    ("1.2.3", "several values"),
    ("9" * 500, "characters"),
]
WITHOUT = ["", "  ", "n.d.", "ND", "n.a.", "N/A", "#N/A", "#NV", "not tested", "-", "–", "nan", "failed"]  # noqa: RUF001


def told(cell: str) -> Told:
    return Told("IC50 (nM)", "IC50", "nM", style=style_of([tidy(cell)]))


@pytest.mark.parametrize(("cell", "relation", "value", "unit", "kind"), UNDERSTOOD)
def test_what_is_understood(cell: str, relation: str, value: float, unit: str, kind: str) -> None:
    measured = read_cell(cell, told(cell)).measured
    assert measured is not None
    assert (measured.relation, measured.unit, measured.kind) == (relation, unit, kind)
    assert measured.value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("cell", "why"), REFUSED)
def test_what_is_refused_says_what_to_do(cell: str, why: str) -> None:
    found = read_cell(cell, told(cell))
    assert found.measured is None
    assert why in found.refused


@pytest.mark.parametrize("cell", WITHOUT)
def test_what_holds_no_value_is_understood(cell: str) -> None:
    found = read_cell(cell, IC50)
    assert (found.measured, found.refused) == (None, "")
    assert found.said.endswith("no value")


@pytest.mark.parametrize(
    ("cell", "error", "kind", "n"),
    [
        ("0.8 ± 0.2 (n=3)", 0.2, "", 3),
        ("0.8+/-0.2", 0.2, "", None),
        ("0,8 ± 0,2 (n = 3)", 0.2, "", 3),
        ("35 ± 4 SEM", 4, "sem", None),
        ("35 nM (SD 4, n=3)", 4, "sd", 3),
        ("35 nM ± 10%", 3.5, "", None),
        ("35 ± 4 (3)", 4, "", 3),
        ("35 nM, n = 2", None, "", 2),
        ("20 (10-40)", 4 ** (1 / (2 * 1.959964)), "factor", None),  # by hand: a 95 % interval is 2 x 1.96 SD wide
        ("20 [10; 40]", 4 ** (1 / (2 * 1.959964)), "factor", None),
        ("20 (95% CI 10-40)", 4 ** (1 / (2 * 1.959964)), "factor", None),
        ("pIC50 7.0 (6.8-7.2)", 0.2, "ci95", None),
    ],
)
def test_spread_and_count(cell: str, error: float | None, kind: str, n: int | None) -> None:
    measured = read_cell(cell, told(cell)).measured
    assert measured is not None
    assert (measured.error, measured.error_kind, measured.n) == (error and pytest.approx(error), kind, n)


def test_a_failed_value_is_kept_and_marked() -> None:
    found = read_cell("35 (outlier)", IC50)
    assert found.measured == Measured(35, unit="nM", kind="IC50", qc="failed", note="outlier", raw="35 (outlier)")
    assert "not used" in found.said


def test_the_sentence_says_what_the_cell_overrides() -> None:
    assert read_cell(">10 uM", IC50).said == (
        "'>10 uM' in column 'IC50 (nM)': IC50 > 10 uM; the cell's unit uM, not the heading's nM"
    )


def test_the_dose_of_an_effect_is_kept() -> None:
    measured = read_cell("63 % @ 1 µM", IC50).measured
    assert measured is not None
    assert measured.at == "1 uM"


def test_an_inactive_one_in_a_column_of_percentages_is_no_concentration() -> None:
    assert "write it, such as" in read_cell("inactive at 10 uM", Told("% inh", "inhibition", "%")).refused


def test_a_qualifier_of_its_own_column() -> None:
    bound = Told("Value", "IC50", "nM", relation=">")
    assert str(read_cell("10000", bound).measured) == "IC50 > 10000 nM"
    assert "make them agree" in read_cell("<10000", bound).refused


# Cells that were once misread, by what they must not become: cell; the value, or None where it is refused.
ATTACKS = [
    ("45 ± 5 % @ 1 µM", "inhibition = 45% at 1 uM"),
    ("63 @ 1 uM", None),  # an effect at a dose is no 63 nM
    ("35 ± 10%", None),  # of the value or of the spread?
    ("10.000", None),
    ("35 ?M", None),  # a lost micro sign is no 35 M
    ("35 \ufffdM", None),
    ("35 ÂµM", "IC50 = 35 uM"),  # UTF-8 read as another encoding
    ("0.035, n=4", "IC50 = 0.035 nM"),  # the comma parts, and is no decimal one
    ("35 (30–40 nM)", "IC50 = 35 nM"),  # noqa: RUF001 - the dash of ranges
    ("35 (30 nM - 4 uM)", None),
    (">100 µM (solubility limit)", "IC50 > 100 uM"),
    ("35 nM (pIC50 7.46)", "IC50 = 35 nM"),
    ("35 nM (pIC50 6.46)", None),
    ("35 nM (12 nM in repeat)", None),
    ("35 (>10)", None),
    ("3.5 X 10-8 M", "IC50 = 3.5e-08 M"),
    ("10 nM (approx.)", "IC50 ~ 10 nM"),
    ("30 < IC50 < 40", "IC50 ~ 34.641 nM"),
    ("12% (10 µM)", "inhibition = 12% at 10 uM"),
    ("=35*2", None),
    ("10 uM <", None),
    (">10uM/>10uM", None),
    ("12x", "= 12 ratio"),
    ("35 nM, 40 nM", None),
    ("35 nM, 40 in repeat", None),
    ("35 nM, repeat 40", None),
    ("35 nM, Hill 1.1", "IC50 = 35 nM"),
    (">10 µM (n=2), 45% @ 10 µM", "IC50 > 10 uM"),
    ("35 nM; poor fit", "IC50 = 35 nM"),
    ("5.0E-9 – 8.0E-9 M", "IC50 ~ 6.32456e-09 M"),  # noqa: RUF001 - the dash of ranges
]


@pytest.mark.parametrize(("cell", "shown"), ATTACKS)
def test_what_could_be_misread(cell: str, shown: str | None) -> None:
    found = read_cell(cell, told(cell))
    assert (str(found.measured) if found.measured else None) == shown
    assert bool(found.refused) == (shown is None)


SIGNS = {"": "=", ">": ">", "≥ ": ">=", "<": "<", "~": "~", "greater than ": ">", "&gt;": ">", "up to ": "<="}
NUMBERS = {"35": 35.0, "0.5": 0.5, "12,5": 12.5, "1.2 x 10^-3": 1.2e-3, "10 000": 1e4, "1,234.5": 1234.5}
UNITS = {"": "nM", "nM": "nM", " µM": "uM", "\u00a0mM": "mM", " nmol/L": "nM", " ug/mL": "ug/mL", " (µM)": "uM"}
TAILS = {"": None, " (n=3)": 3, ", n=4": 4}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_qualifier_holds_with_every_number_and_unit(sign: str) -> None:
    for number, unit, tail in itertools.product(NUMBERS, UNITS, TAILS):
        cell = sign + number + unit + tail
        measured = read_cell(cell, told(cell)).measured
        assert measured is not None, cell
        assert (measured.relation, measured.unit, measured.n) == (SIGNS[sign], UNITS[unit], TAILS[tail]), cell
        assert measured.value == pytest.approx(NUMBERS[number]), cell


def test_no_text_breaks_the_reader_or_loses_its_qualifier() -> None:
    some = [*"0123456789.,-+<>=~%()[]± @nMµpe^/;:'\"?#", "IC50", "uM", "n=", "95% CI", "@ 1 uM", "inactive"]
    chance = random.Random(7)
    for _ in range(3000):
        cell = "".join(chance.choice(some) for _ in range(chance.choice((1, 3, 8, 40))))
        found = read_cell(cell, told(cell))
        assert bool(found.said) != bool(found.refused)
        if found.measured is not None and set("<>") & set(cell.split("(")[0]):
            assert found.measured.relation != "=", cell


def test_the_middle_of_a_range_on_the_p_scale_is_linear() -> None:
    assert str(read_cell("6.9-7.3", Told("pIC50", "pIC50", "p")).measured) == "pIC50 ~ 7.1"
