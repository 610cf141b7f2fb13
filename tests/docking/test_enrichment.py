"""AUC and its interval against values computed by hand and by the book."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.docking.studies.enrichment import Enrichment, Separation, enrich, separation
from molgrad.errors import InputFileError
from molgrad.receptors import load_receptor


def test_area_by_hand() -> None:
    assert separation([-9, -8], [-7, -6]).auc == 1.0
    assert separation([-7, -6], [-9, -8]).auc == 0.0
    assert separation([-9, -7], [-8, -7]).auc == 0.625  # 1 + 1 + 0 + 1/2 of 4
    assert separation([-7], [-7]).auc == 0.5


def test_the_interval_holds_the_area_and_shrinks_with_more_molecules() -> None:
    small, large = separation([-9, -7, -8], [-8, -7, -6]), separation([-9, -7, -8] * 20, [-8, -7, -6] * 20)
    assert small.auc == large.auc
    assert small.low < large.low < large.auc < large.high < small.high <= 1.0
    perfect = separation([-9.0] * 10, [-5.0] * 10)
    assert 0.6 < perfect.low < 0.95, "ten of each prove less than certainty"
    assert perfect.high == 1.0


def test_an_interval_end_is_where_its_own_error_reaches_the_estimate() -> None:
    found = separation([1, 2, 3, 4, 9], [5, 6, 7, 8, 2.5])
    area, m, n = found.low, 5, 5
    rest = (m + n) / 2 - 1
    error = (area * (1 - area) * (1 + rest * (1 - area) / (2 - area) + rest * area / (1 + area)) / (m * n)) ** 0.5
    assert found.auc - area == pytest.approx(1.96 * error, abs=1e-6)


def test_verdicts() -> None:
    def of(low: float, size: float) -> str:
        return Enrichment(Separation(0.8, low, 0.9), Separation(size, 0.4, 0.9), 20, 20).verdict

    assert "does not tell" in of(0.45, 0.5)
    assert "not shown to be better" in of(0.6, 0.75)
    assert of(0.6, 0.55) == "docking tells them apart, better than their size does"


def test_a_list_of_which_nothing_docks_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("C1CC\n")
    (tmp_path / "i.smi").write_text("CCO\n")
    with pytest.raises(InputFileError, match=r"a\.smi: none of its 1"):
        enrich(load_receptor("1ia1"), tmp_path / "a.smi", tmp_path / "i.smi", workers=1)


@pytest.mark.slow
def test_antifolates_against_small_things(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text(
        "Nc1nc(N)c2c(Sc3ccccc3)cccc2n1 native\nCCc1nc(N)nc(N)c1-c1ccc(Cl)cc1 pyrimethamine\n"
    )
    (tmp_path / "i.smi").write_text("CCO ethanol\nCC(N)=O acetamide\nbad( bad\n")
    found = enrich(load_receptor("1ia1"), tmp_path / "a.smi", tmp_path / "i.smi", exhaustiveness=1, workers=1)
    assert found.docking.auc == found.size.auc == 1.0
    assert "are few" in found.verdict
    assert found.failed[0].startswith("bad")
