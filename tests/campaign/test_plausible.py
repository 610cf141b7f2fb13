"""What is odd about results, each kind with a case that is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from molgrad.assays.value import Measured
from molgrad.campaign.plausible import Candidate, doubts
from molgrad.losses.assay import Assay
from molgrad.molecule.domain import MOLECULES

NM, P, PERCENT, PLAIN = Assay("ic50", unit="nM"), Assay("pIC50"), Assay("inhibition", unit="%"), Assay("ratio")
OTHERS = [20.0, 35.0, 110.0, 400.0, 900.0]


def candidate(assay: Assay, value: float, smiles: str = "CCO", unit: str = "", **more: Any) -> Candidate:
    new = bool(more.pop("new", False))
    measured = Measured(value, unit=unit, **more)
    return Candidate(smiles, assay, measured, assay.scale.converted(measured, 300.0), new)


def said(one: Candidate, others: list[Candidate] | None = None) -> str:
    """The doubts about one of several."""
    return "; ".join(doubts([one, *(others or [])], {}, MOLECULES)[0])


def series(assay: Assay, values: list[float], unit: str = "") -> list[Candidate]:
    return [candidate(assay, value, "C" * (n + 2), unit) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (candidate(P, 250.0), "p-value of 250, outside 2 to 13: is it in nM?"),
        (candidate(NM, 250.0, unit="M"), "outside 2 to 13"),
        (candidate(NM, 1e-7), "outside 2 to 13"),
        (candidate(PERCENT, 320.0), "outside -50 to 150 %"),
        (candidate(PERCENT, -80.0), "outside -50 to 150 %"),
        (candidate(NM, 35.0, error=50.0, error_kind="sd"), "error of 50 is larger than the value"),
        (candidate(PLAIN, 2.0, error=3.0, error_kind="sem"), "error of 3 is larger"),
        (candidate(P, 7.0, error=1.5), "error of 1.5 is larger"),
        (candidate(NM, 35.0, error=20.0, error_kind="factor"), "larger than the value"),
        (candidate(NM, 35.0, n=0), "the mean of 0 measurements"),
        (candidate(NM, 35.0, date="2031-13-40"), "its date 2031-13-40 is no day of the calendar"),
        (candidate(NM, 35.0, date="20261340"), "is no day of the calendar"),
        (candidate(NM, 35.0, date="30.02.2026"), "is no day of the calendar"),
        (candidate(NM, 35.0, date="31 Feb 2026"), "is no day of the calendar"),
        (candidate(NM, 35.0, date="13/14/2025"), "is no day of the calendar"),
        (candidate(NM, 35.0, date="2131-01-05"), "its date 2131-01-05 lies in the future"),
        (candidate(NM, 35.0, date="03/04/2131"), "lies in the future"),
        (candidate(NM, 35.0, date="1026-03-12"), "lies before there were such assays"),
        (candidate(NM, 35.0, "C1=CC=CC1", new=True), "outside what the campaign may propose"),
    ],
)
def test_what_is_odd_alone(one: Candidate, words: str) -> None:
    assert words in said(one)


@pytest.mark.parametrize(
    "one",
    [
        candidate(P, 7.2, error=0.3),
        candidate(NM, 250.0),
        candidate(NM, 35.0, date="2025-03-12"),
        candidate(NM, 35.0, date="03/04/2025"),
        candidate(NM, 35.0, date="12.03.99"),
        candidate(NM, 35.0, date="KW 12"),
        candidate(NM, 35.0, date="3 weeks 20"),
        candidate(NM, 35.0, date=date.today().isoformat()),
        candidate(NM, 1.0, unit="mM"),
        candidate(PERCENT, 104.0),
        candidate(PERCENT, -8.0),
        candidate(NM, 35.0, error=2.0, error_kind="factor", n=3),
        candidate(NM, 35.0, "Cc1ccccc1CN", new=True),
        candidate(NM, 35.0, "C1=CC=CC1"),  # was proposed: the campaign knows what it did
    ],
)
def test_what_is_not(one: Candidate) -> None:
    assert said(one) == ""


def test_a_value_far_outside_the_others_stands_out() -> None:
    far = candidate(NM, 5e6, "CCCCCCCO")
    assert "3.7 log10 units outside the range of the others, 20 to 900 nM" in said(far, series(NM, OTHERS))
    assert said(candidate(NM, 2e5, "CCCCCCCO"), series(NM, OTHERS)) == ""
    assert said(far, series(NM, OTHERS[:3])) == "", "three others make no range"
    known = {"ic50": series(NM, OTHERS)}
    assert "outside the range" in doubts([far], known, MOLECULES)[0][0], "others may have been told before"
    assert "factor of" in said(candidate(PLAIN, 1e6, "CCCCCCCO"), series(PLAIN, OTHERS))


def test_the_only_value_in_another_unit_is_named() -> None:
    others = series(NM, OTHERS, "nM")
    assert "the only value in uM; the others are in nM" in said(candidate(NM, 0.3, "CCCCCCCO", "uM"), others)
    mixed = [*others, candidate(NM, 1.2, "CCCCCCCN", "uM")]
    assert said(candidate(NM, 0.3, "CCCCCCCO", "uM"), mixed) == "", "a laboratory that writes uM for the weak ones"


def test_replicates_that_do_not_agree_are_named() -> None:
    assert "differs from a replicate (1000 nM) by 2.0 log10" in said(candidate(NM, 10.0), [candidate(NM, 1000.0)])
    assert said(candidate(NM, 10.0), [candidate(NM, 30.0)]) == ""
    bound = candidate(NM, 10_000.0, relation=">")
    assert "a replicate (> 10000 nM) exclude each other" in said(candidate(NM, 10.0), [bound])
    assert said(candidate(NM, 20_000.0), [bound]) == ""
    assert said(candidate(NM, 8_000.0), [bound]) == "", "that is how well an assay repeats"


def test_p_values_told_as_concentrations_are_seen() -> None:
    wrong = series(NM, [5.1, 6.2, 7.4, 6.6])
    assert all("look like p-values" in "".join(found) for found in doubts(wrong, {}, MOLECULES))
    assert not any(doubts(series(NM, [5.1, 6.2, 740.0, 6.6]), {}, MOLECULES))
    assert not any(doubts(series(NM, [5.1, 6.2, 7.4, 6.6], "nM"), {}, MOLECULES))


def test_a_number_that_stands_there_twice_is_asked_about() -> None:
    twice = [candidate(NM, 35.7, raw="35.7"), candidate(NM, 35.7, raw="35.7")]
    assert [len(found) for found in doubts(twice, {}, MOLECULES)] == [0, 1]
    assert not any(doubts([candidate(NM, 40.0, raw="40"), candidate(NM, 40.0, raw="40")], {}, MOLECULES))
