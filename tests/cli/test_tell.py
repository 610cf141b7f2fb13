"""`molgrad tell`: what a chemist types after the plate is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import molgrad as mg
from molgrad.cli.app import app
from molgrad.evaluation import Status

runner = CliRunner()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder with three starts that wait for an assay."""
    loss = 5 * mg.QED() + mg.Assay("dhfr_ic50", unit="nM", target=10)
    starts = ["COc1ccccc1CN", "C[C@H](N)c1ccccc1", "Cc1ccc(O)cc1"]
    with mg.Campaign(tmp_path / "run", start=starts, loss=loss, engine="chemist", scope="free") as campaign:
        campaign.run(docks=3)
    return tmp_path / "run"


def results(run: Path, *rows: str) -> str:
    """A results table."""
    file = run.parent / "plate_07.csv"
    file.write_text("ID,SMILES,IC50 (nM)\n" + "\n".join(rows) + "\n")
    return str(file)


def test_a_table_is_looked_at_and_then_told(run: Path) -> None:
    file = results(run, "m0001,,35", "m0002,,>10 uM", "m0003,,n.d.", ",CCOc1ccccc1CN,250")
    looked = runner.invoke(app, ["tell", str(run), file, "--dry-run"])
    assert (looked.exit_code, looked.stdout.count("plate_07.csv:")) == (0, 4)
    assert "m0002: '>10 uM'" in looked.stdout
    assert "4 rows: 3 stored, 1 no value (3 molecules); nothing was written" in looked.stdout
    told = runner.invoke(app, ["tell", str(run), file])
    assert told.exit_code == 0, told.output
    assert "1 molecule still waits for results" in told.stdout
    with mg.Campaign(run) as campaign:
        assert len(campaign.results()) == 3
        assert campaign.resolve("m0004").proposal.advisor == "user"
    assert "3 told before" in runner.invoke(app, ["tell", str(run), file]).stdout


def test_rows_that_are_not_taken_are_named_and_make_the_exit_code_1(run: Path) -> None:
    file = results(run, "m0001,,35", "m0099,,12", ",C[C@@H](N)c1ccccc1,100", "m0003,,zero")
    told = runner.invoke(app, ["tell", str(run), file])
    assert told.exit_code == 1
    assert "plate_07.csv:3  m0099: unmatched: nothing called m0099 was proposed" in told.stdout
    assert "--match stereo takes it for m0002" in told.stdout
    assert "plate_07.csv:5" in told.stdout
    matched = runner.invoke(app, ["tell", str(run), file, "--match", "stereo"])
    assert "1 stored, 1 told before" in matched.stdout


def test_columns_are_named_and_doubts_held_back(run: Path) -> None:
    file = run.parent / "raw.csv"
    file.write_text("compound,result\nm0001,0.00001\nm0002,40\n")
    asked = ["tell", str(run), str(file), "--map", "result=value nM", "--strict", "--quiet"]
    told = runner.invoke(app, asked)
    assert told.exit_code == 1
    assert "held back" in told.stdout
    assert "p-value of 14" in told.stdout
    wrong = runner.invoke(app, ["tell", str(run), str(file), "--map", "result"])
    assert "--map is 'HEADING=ROLE'" in str(wrong.exception)


def test_values_are_withdrawn_and_proposals_marked(run: Path) -> None:
    runner.invoke(app, ["tell", str(run), results(run, "m0001,,35")])
    done = runner.invoke(app, ["tell", str(run), "--withdraw", "m0001", "--not-made", "m0002", "--why", "no vial"])
    assert done.exit_code == 0, done.output
    with mg.Campaign(run) as campaign:
        assert campaign.results()["state"].tolist() == ["withdrawn", "not made"]
        second = campaign.resolve("m0002").evaluation
        assert second is not None
        assert (second.status, "no vial" in second.reason) == (Status.FAILED, True)
    assert runner.invoke(app, ["tell", str(run)]).exit_code != 0
    assert runner.invoke(app, ["tell", str(run), "--withdraw", "m0777"]).exit_code != 0


def test_a_plate_that_was_asked_for_is_told_back(run: Path) -> None:
    with mg.Campaign(run) as campaign:
        for name, value in (("m0001", 100), ("m0002", 900), ("m0003", 4000)):
            campaign.tell(name, value)
    plate = run.parent / "plate_01.csv"
    assert runner.invoke(app, ["ask", str(run), "-n", "3", "--out", str(plate), "-q"]).exit_code == 0
    assert "expected dhfr_ic50 (nM)" in plate.read_text()
    plate.write_text(plate.read_text().replace(",,,\n", ",40,,\n"))
    told = runner.invoke(app, ["tell", str(run), str(plate), "-q"])
    assert (told.exit_code, "3 rows: 3 stored" in told.stdout) == (0, True), told.output
