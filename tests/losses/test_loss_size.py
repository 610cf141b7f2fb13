"""Affinity beside what size explains, as a column of docking and as a term."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.advisors.chemist.edits import complaints
from molgrad.campaign.campaign import Campaign
from molgrad.errors import ConflictingSettingsError, SettingsChangedError
from molgrad.evaluation import Status
from molgrad.losses.docking import Docking
from molgrad.losses.size import SizeResidual
from molgrad.receptors.receptor import load_receptor
from molgrad.receptors.size import GENERAL
from tests.loss_fakes import FakeDocker

BENZENE = "c1ccccc1"


def docking(affinity: float = -7.0, name: str = "ABL1") -> Docking:
    return Docking(name, docker=FakeDocker(lambda smiles: affinity))


def test_every_affinity_has_its_residual_and_says_by_which_fit() -> None:
    (result,) = docking().evaluate([BENZENE])
    expected = -3.0001 - 0.5893 * 6 ** (2 / 3)
    assert result.raw["size_residual"] == pytest.approx(-7.0 - expected)
    assert result.details["size_fit"] == {
        "expected": pytest.approx(expected),
        "sd": GENERAL.sd,
        "source": GENERAL.source,
    }
    assert "DRD2" in docking(name="DRD2").evaluate([BENZENE])[0].details["size_fit"]["source"]


def test_the_term_is_the_residual_of_the_dock_beside_it() -> None:
    (whole,) = (0 * docking() + SizeResidual()).evaluate([BENZENE])
    dock, residual = whole.terms
    assert whole.score == residual.score == dock.raw["size_residual"]
    assert whole.score is not None
    assert whole.score < 0
    (fact,) = residual.facts
    assert (fact.kind, fact.partner, fact.weight) == ("size_residual", "ABL1", 0.0)
    assert "stronger than the -4.95 that 6 heavy atoms typically get in ABL1" in residual.text
    assert list(whole.raw).count("size_residual") == 1


def test_a_weak_one_is_a_complaint_about_its_size() -> None:
    (whole,) = (docking(-2.0) + SizeResidual()).evaluate([BENZENE])
    assert whole.terms[1].score == pytest.approx(-2.0 + 4.946, abs=0.01)
    assert complaints([whole])[0].fact.kind == "size_residual"
    assert "weaker" in complaints([whole])[0].fact.text


def test_it_fails_with_the_dock_and_says_what_it_reads() -> None:
    (whole,) = (docking() + SizeResidual()).evaluate(["C1CC"])
    assert [t.status for t in whole.terms] == [Status.INVALID] * 2
    both = docking() + docking(-9.0, "DRD2")
    assert (both + SizeResidual("DRD2")).evaluate([BENZENE])[0].terms[2].details["source"] == "fitted to DRD2"
    with pytest.raises(ConflictingSettingsError, match="could read 2 terms; say which with receptor="):
        (both + SizeResidual()).evaluate([BENZENE])


def test_a_run_does_not_go_on_with_another_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def campaign() -> Campaign:
        return Campaign(tmp_path / "run", start=[BENZENE], loss=docking(name="1ia1") + SizeResidual(), engine="chemist")

    with campaign() as first:
        first.run(1)
    with campaign() as again:
        assert again.best(1)[0].value == BENZENE
    monkeypatch.setenv("MOLGRAD_RECEPTORS", str(tmp_path))
    box = load_receptor("1ia1").pdbqt.with_name("box.toml").read_text().partition("\n[size_fit]")[0]
    fit = 'form = "linear"\ncoefficients = [-3.0, -0.2]\nsd = 1.0\nn = 30\neffort = "standard"\nligands = "x"\n'
    (tmp_path / "1ia1").mkdir()
    (tmp_path / "1ia1" / "box.toml").write_text(f"{box}\n[size_fit]\n{fit}")
    with pytest.raises(SettingsChangedError, match=r"size_residual.form was .*surface.*, is now .*linear"):
        campaign()


def test_beforehand_it_is_expected_to_move_as_docking_does_beside_size() -> None:
    whole = docking() + SizeResidual()
    whole.check()
    residual = whole.term("size_residual")
    assert residual is not None
    explained = -0.5893 * (25 ** (2 / 3) - 16 ** (2 / 3))  # of nine atoms more, one unit of the root
    assert residual.prior_slopes == pytest.approx((-1.3 - explained, -0.25, 0.1, -0.4, -0.3), abs=1e-3)
