"""A campaign at the command line, as a chemist uses it: ask, tell, change, ask again, status, why, export."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.standing import lines
from molgrad.cli.ask import run_ask
from molgrad.cli.opening import opened
from molgrad.cli.optimize import run_optimize
from molgrad.cli.standing import run_export, run_status
from molgrad.cli.why import run_why
from molgrad.config.settings import RunSettings
from molgrad.errors import CampaignError, InputFileError, SettingsChangedError, UnknownNameError
from molgrad.losses.druglikeness import QED
from tests.cli.run import molgrads

IC50 = {"loss": "assay", "name": "ic50", "unit": "nM"}
LOSS = [IC50, {"loss": "qed", "weight": 5}]


def ask(folder: Path, n: int = 2, *, revise: bool = False, out: Path | None = None, **given: object) -> None:
    whole = {**given, "out": str(folder)}
    run_ask(whole, None, n=n, out=out, library=None, controls=[], repeat=0, revise=revise, quiet=True)


def fill(plate: Path, column: str, values: list[float]) -> None:
    table = pd.read_csv(plate)
    table[column] = values
    table.to_csv(plate, index=False)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plates asked for and told, and a third that waits."""
    folder = tmp_path_factory.mktemp("lab") / "RUN"
    plate = folder.parent / "plate.csv"
    ask(folder, out=plate, start=["COc1ccc(CN2CCCC2)cc1 lead"], term=LOSS)
    for values in ([80.0, 35.0], [60.0, 12.0]):
        fill(plate, "ic50 (nM)", values)
        with Campaign(folder) as campaign:
            campaign.tell(plate)
        ask(folder, out=plate)
    return folder


def test_a_plate_as_a_workbook_has_structures_and_is_told_back(tmp_path: Path) -> None:
    plate = tmp_path / "plate.xlsx"
    ask(tmp_path / "RUN", out=plate, start=["COc1ccc(CN2CCCC2)cc1 lead"], term=LOSS)
    book = openpyxl.load_workbook(plate)
    sheet = book["molecules"]
    assert [cell.value for cell in sheet[1]][:3] == ["id", "structure", "smiles"]
    assert len(sheet._images) == sheet.max_row - 1 == 2
    assert "molgrad tell" in str(book["about"].cell(book["about"].max_row, 2).value)
    column = [cell.value for cell in sheet[1]].index("ic50 (nM)") + 1
    sheet.cell(2, column).value, sheet.cell(3, column).value = 80, "> 10 uM"
    book.save(plate)
    with Campaign(tmp_path / "RUN") as campaign:
        assert [row.fate.value for row in campaign.tell(plate).rows] == ["stored", "stored"]


@pytest.fixture
def lab(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "RUN"))


def test_the_commands_are_there_and_say_what_to_do(tmp_path: Path) -> None:
    start = ["--start", "COc1ccc(CN2CCCC2)cc1", "--term", 'loss = "assay", name = "ic50", unit = "nM"']
    made, stands, nothing, helped = molgrads(
        ["ask", "RUN", "-n", "2", *start, "--out", "plate.csv", "--quiet"],
        ["status", "RUN"],
        ["export", "RUN"],
        ["ask", "--help"],
        cwd=tmp_path,
    )
    assert made.returncode == 0, made.stderr
    assert "then: molgrad tell RUN plate.csv" in made.stdout
    assert "3 molecules for ic50" in stands.stdout
    assert (nothing.returncode, "wait for results" in nothing.stderr) == (2, True)
    assert {"--library", "--controls", "--repeat", "--revise", "--term"} <= set(helped.stdout.split())


def test_a_folder_needs_no_settings_and_refuses_others_by_name(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsChangedError, match=r"qed\.weight was 5, is now 4.*--revise"):
        ask(lab, term=[IC50, {"loss": "qed", "weight": 4}])
    ask(lab, term=[IC50, {"loss": "qed", "weight": 4}], revise=True)
    assert "revision 2: weight of qed was 5, is now 4\n" in capsys.readouterr().err
    with Campaign(lab) as campaign:
        assert campaign.revisions()[-1].changes == ("weight of qed was 5, is now 4",)
        campaign.ask(1)
        assert campaign.loss is not None
        assert campaign.loss.spec()["terms"][1]["weight"] == 4


def test_a_term_that_is_not_named_again_is_said_to_be_gone(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(lab, term=[IC50], revise=True)
    assert "qed taken out\nmolgrad: the terms that are given replace all of the folder's" in capsys.readouterr().err


def test_a_run_without_a_receptor_wants_one_only_where_it_docks(tmp_path: Path) -> None:
    assert RunSettings(start=["CCO"], term=LOSS).receptor is None
    for term in ([], [{"loss": "docking"}]):
        with pytest.raises(InputFileError, match="which receptor"):
            RunSettings(start=["CCO"], term=term)
    assert RunSettings(start=["CCO"], term=[{"loss": "docking", "receptor": "1ia1"}]).receptor is None


def test_optimize_goes_on_without_a_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "RUN")
    term = [{"loss": "qed", "weight": 5}]
    run_optimize({"out": folder, "start": ["COc1ccc(CN2CCCC2)cc1"], "term": term, "docks": 5}, None, quiet=True)
    run_optimize({"out": folder, "docks": 9}, None, quiet=True)
    with Campaign(folder) as campaign:
        assert len(campaign.records()) == 9
        assert campaign.budget == 9
    assert "best 5 of 9 measured" in capsys.readouterr().out


def test_a_campaign_made_in_python_goes_on_and_is_changed_there(tmp_path: Path) -> None:
    Campaign(tmp_path, start="COc1ccc(CN2CCCC2)cc1", loss=5 * QED(), seed=2).close()
    campaign, settings = opened({"out": str(tmp_path), "docks": 4})
    assert settings is None
    campaign.run(docks=4)
    campaign.close()
    with pytest.raises(CampaignError, match=r"made in Python.*--seed"):
        opened({"out": str(tmp_path), "seed": 3})


def test_status_is_read_while_another_process_writes(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Campaign(lab) as campaign:
        campaign._writable()
        with campaign._writing():
            run_status(lab, as_json=True, best=2)
        found = json.loads(capsys.readouterr().out)
        assert found["writer"]
        assert found["pending"] == {"ic50": 3}
        assert (found["proposed"], found["plates"], len(found["best"])) == (7, 3, 2)
        assert not campaign.standing().writer
        assert any("nobody is at work" in line for line in lines("RUN", campaign.standing()))


def test_why_of_a_molecule_of_the_second_plate_is_a_story(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Campaign(lab) as campaign:
        record = campaign.records()[4]
        parent = campaign.archive().of(record.proposal.parent or "")
    run_why(lab, "m0005")
    said = capsys.readouterr().out
    assert "m0005, batch 2" in said
    assert "asked for on plate 2" in said
    assert re.search(r"ic50 = 12 nM, expected [\d.]+ nM \([\d.]+ to [\d.e+]+ with 68 %\): ", said)
    assert "told: IC50 = 12 nM" in said
    assert "of its 2 molecules 2 have results" in said
    assert parent is None or parent.evaluation.score is None or f"better than {parent.name}" in said
    run_why(lab, "lead")
    assert "m0001 lead" in capsys.readouterr().out
    with pytest.raises(UnknownNameError):
        run_why(lab, "m0099")


def test_of_two_bounds_it_stays_open_which_is_better(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "RUN"
    ask(folder, 1, start=["COc1ccc(CN2CCCC2)cc1 lead"], term=LOSS)
    with Campaign(folder) as campaign:
        campaign.tell("lead", "> 10 uM")
        campaign.tell("m0002", "> 20 uM")
    run_why(folder, "m0002")
    said = capsys.readouterr().out
    assert "ic50 from > 10000 to > 20000 nM; which of the two is better is open" in said
    with Campaign(folder) as campaign:
        campaign.tell("m0002", "100 nM", replace=True)
    run_why(folder, "m0002")
    assert "ic50 from > 10000 to 100 nM, at least 100-fold lower; better than lead" in capsys.readouterr().out


def test_export_writes_what_others_read(lab: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_export(lab, top=3, kinds=["csv", "sdf", "xlsx"], out=tmp_path / "top", passes_filters=False)
    assert "top.xlsx" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "top.csv")
    assert table["place"].tolist() == [1, 2, 3]
    assert table["loss"].is_monotonic_increasing
    assert pd.read_excel(tmp_path / "top.xlsx")["id"].tolist() == table["id"].tolist()
    judged = table.dropna(subset="expected_ic50")  # in nM, as the values
    assert len(judged)
    assert ((judged["expected_ic50_from"] < judged["expected_ic50"]) & (judged["expected_ic50_from"] > 0)).all()
    assert "expected_ic50_sd" not in table
    entries = (tmp_path / "top.sdf").read_text().split("$$$$\n")
    assert len(entries) == 4
    assert entries[0].splitlines()[0] == table["id"][0]


def test_an_assay_that_was_added_hides_no_results(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Campaign(lab) as campaign:
        campaign.tell("lead", 50)
    capsys.readouterr()
    ask(lab, 1, revise=True, term=[*LOSS, {"loss": "assay", "name": "herg", "unit": "uM"}])
    assert "no herg yet of lead: tell what is known" in capsys.readouterr().err
    with Campaign(lab) as campaign:
        assert campaign.best() == []
        assert {one.evaluation.raw["ic50"] for one in campaign.standing().best} <= {80.0, 35.0, 60.0, 12.0, 50.0}
        assert len(campaign.leading(9)) == 5
    run_export(lab, top=3, kinds=["csv"], out=None, passes_filters=False)
    assert "top_3.csv" in capsys.readouterr().out


def test_without_an_assay_ask_and_tell_say_how_to_add_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, plate = tmp_path / "RUN", tmp_path / "plate.csv"
    ask(folder, 1, out=plate, start=["COc1ccc(CN2CCCC2)cc1 lead"], term=[{"loss": "qed"}])
    told = capsys.readouterr()
    assert f'molgrad ask {folder} -n 8 --revise --term \'loss = "assay"' in told.err
    assert "fill it in" not in told.out
    plate.write_text(plate.read_text().replace("note", "IC50 (nM)").replace(",\n", ",12\n"))
    with Campaign(folder) as campaign, pytest.raises(SettingsChangedError, match=r"has no assay.*--revise"):
        campaign.tell(plate)
