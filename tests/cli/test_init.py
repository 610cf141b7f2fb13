"""`molgrad init` with a receptor and a lead: a file that runs as it is, and every setting can be uncommented."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from molgrad.cli.init import write_settings
from molgrad.config.settings import EXCLUSIVE, RunSettings
from molgrad.config.toml_file import read_run
from molgrad.errors import InputFileError, InvalidMoleculeError, UnknownNameError

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC trimethoprim"
SETTING = re.compile(r"^# (\w+ = .*)$", re.M)


def test_the_file_is_a_run_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "campaign.toml"
    write_settings(file, "1ia1", [LEAD])
    assert f"molgrad optimize --config {file}" in capsys.readouterr().out
    assert read_run(file) == {"receptor": "1ia1", "start": (LEAD,), "out": "runs/1ia1"}
    text = file.read_text()
    assert "B:GLU32" in text, "the residues that the native ligand bonds"
    assert "N8 C9 N10" in text, "the atoms by number"
    with pytest.raises(InputFileError, match="is there already"):
        write_settings(file, "1ia1", [LEAD])


def test_every_setting_is_there_with_a_value_that_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "campaign.toml"
    write_settings(file, "1ia1", [LEAD])
    found = tomllib.loads("\n".join(SETTING.findall(file.read_text())))
    assert {*found, "receptor", "start", "out"} == set(RunSettings.model_fields)
    for pair in EXCLUSIVE:
        found.pop(pair[1])
    RunSettings(receptor="1ia1", start=[LEAD], **found)


def test_a_receptor_or_lead_that_is_not_there_is_said_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 1ia1"):
        write_settings(tmp_path / "a.toml", "1ia2", [LEAD])
    with pytest.raises((InputFileError, InvalidMoleculeError)):
        write_settings(tmp_path / "a.toml", "1ia1", ["c1ccc"])
    assert not list(tmp_path.iterdir())
