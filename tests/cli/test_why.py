"""`molgrad why` finds a molecule by its name, place or SMILES, and says what it cannot find."""

from pathlib import Path

import pytest

import molgrad as mg
from molgrad.campaign.campaign import Campaign
from molgrad.cli.why import run_why
from molgrad.errors import CampaignError, UnknownNameError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("why") / "run"
    with Campaign(path, start=["COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"], loss=mg.QED(), seed=1, batch=3) as campaign:
        campaign.run(docks=7)
    return path


def said(folder: Path, molecule: str, capsys: pytest.CaptureFixture[str]) -> str:
    run_why(folder, molecule)
    return capsys.readouterr().out


def test_the_best_is_told_of_by_default(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(folder, "", capsys)
    assert "number 1 of 7" in text.splitlines()[0]
    assert text.splitlines()[1].startswith("0  m0001  COc1cc")
    assert text == said(folder, "1", capsys)


def test_a_molecule_is_found_by_name_place_and_any_spelling(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(folder, "m0001", capsys)
    assert text == said(folder, "c1c(OC)c(OC)c(OC)cc1Cc1cnc(N)nc1N", capsys)


def test_what_is_not_in_the_run_is_said(folder: Path, tmp_path: Path) -> None:
    for molecule in ("m9999", "c1ccccc1", "0", "99", "no molecule"):
        with pytest.raises(UnknownNameError, match="molecule of the run"):
            run_why(folder, molecule)
    with pytest.raises(CampaignError, match="holds no campaign"):
        run_why(tmp_path, "")
