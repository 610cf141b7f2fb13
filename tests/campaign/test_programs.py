"""Campaigns whose loss is a program: from TOML and from an option, stopped, and opened from the folder alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.campaign.campaign import Campaign
from molgrad.config.objectives import build_loss
from molgrad.config.toml_file import read_run
from molgrad.errors import InputFileError, MolgradError
from tests.predictors import COUNTING, counting_service

START = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A predictor in the present folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "predict.py").write_text(COUNTING)
    return tmp_path


def test_a_campaign_goes_on_from_its_folder_alone_wherever_that_is_opened(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = mg.Command([sys.executable, "predict.py"], name="carbons", timeout=30) + 10 * mg.QED()
    with Campaign("run", start=[START, "CCCC", "CCCCC"], loss=loss, engine="chemist") as first:
        first.run(docks=1)
    loss.close()
    (program / "elsewhere").mkdir()
    monkeypatch.chdir(program / "elsewhere")
    with Campaign("../run") as again:
        again.run(docks=3)
        records = again.records()
    assert len(records) == 3
    terms = [record.evaluation.all_terms()[0] for record in records]
    assert all((term.loss, term.sd) == ("carbons", 0.5) for term in terms)
    assert [term.score for term in terms] == [float(record.value.upper().count("C")) for record in records]


def test_terms_of_a_file(program: Path) -> None:
    Path("run.toml").write_text(
        'receptor = "1ia1"\nstart = ["CCO"]\n'
        f'[[term]]\nloss = "command"\ncommand = [{sys.executable!r}, "predict.py"]\n'
        'name = "carbons"\nwindow = [1, 2]\ntimeout = 30\nweight = 2.0\n'
        f'[[term]]\nloss = "http"\nurl = "{counting_service().url}"\ndirection = "maximize"\n'
    )
    loss = build_loss(read_run("run.toml")["term"])
    (found,) = loss.evaluate(["CCCC"])
    assert [(term.loss, term.weight, term.score) for term in found.terms] == [
        ("carbons", 2.0, 2.0),
        ("http", 1.0, -4.0),
    ]
    loss.close()


def test_a_term_as_an_option(program: Path) -> None:
    term = f"loss = 'command', command = ['{sys.executable}', 'predict.py'], name = 'carbons', timeout = 30"
    options = ["-r", "1ia1", "-s", START, "--docks", "1", "--out", "run", "--term", term]
    environment = {**os.environ, "MOLGRAD_CACHE": "off"}
    done = subprocess.run(
        [sys.executable, "-c", "from molgrad.cli import main; main()", "optimize", *options],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(Path("run/campaign.toml").read_text())["term"][0]["folder"] == str(program)
    with Campaign("run") as campaign:
        assert [term.loss for term in campaign.records()[0].evaluation.all_terms()] == ["carbons"]


def test_a_term_that_makes_no_sense_is_told_without_its_key() -> None:
    with pytest.raises(MolgradError, match="list of texts"):
        build_loss([{"loss": "command", "command": "python predict.py"}])
    with pytest.raises(InputFileError, match="does not take"):
        build_loss([{"loss": "command", "program": ["python"]}])
    with pytest.raises(MolgradError) as told:
        build_loss([{"loss": "http", "url": "http://localhost", "key": "key-0123456789"}])
    assert "0123456789" not in str(told.value)


def test_a_key_is_in_no_file_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREDICTOR_KEY", "key-0123456789abcdef")
    loss = mg.HTTP(counting_service().url, key="PREDICTOR_KEY")
    with Campaign(tmp_path / "run", start=[START], loss=loss, engine="chemist", batch=1) as campaign:
        campaign.run(docks=2)
    files = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert files
    assert not any(b"key-0123456789abcdef" in path.read_bytes() for path in files)
    assert json.loads(json.dumps(loss.spec()))["key"] == "PREDICTOR_KEY"
