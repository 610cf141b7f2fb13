"""Settings out of their range, files with a wrong key, programs that hang: named, with what would be right."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.campaign import export
from molgrad.config.toml_file import read_run
from molgrad.docking import command
from molgrad.docking.request import DockSettings
from molgrad.errors import InputFileError, UnknownNameError
from molgrad.report.show import show
from tests.campaign.test_campaign import campaign
from tests.cli.run import molgrad

PROGRAM = 'name = "x"\ncommand = ["a", "{receptor}", "{ligand}", "{out}"]\nversion = "1"\n'


@pytest.mark.parametrize(
    ("option", "value", "right"),
    [
        ("timeout", "inf", "from 1 to 604800, not inf"),
        ("timeout", "nan", "from 1 to 604800, not nan"),
        ("timeout", "1e308", "from 1 to 604800"),
        ("docks", "99999999999999999999", "from 1 to 10000000"),
        ("seed", "-5", "from 0 to 2147483647, not -5"),
        ("max-cost", "inf", "from 0 to 1000000000, not inf"),
        ("min-similarity", "nan", "from 0 to 1, not nan"),
    ],
)
def test_a_number_out_of_its_range_is_refused_with_option_and_range(option: str, value: str, right: str) -> None:
    done = molgrad("optimize", "-r", "1ia1", "-s", "CCO", f"--{option}", value)
    assert done.returncode == 2
    assert f"'--{option}'" in done.stderr
    assert right in done.stderr
    number = int(value) if value.lstrip("-").isdigit() else float(value)
    with pytest.raises(InputFileError, match=f"{option.replace('-', '_')} must be {right.partition(',')[0]}"):
        mg.RunSettings(receptor="1ia1", start=["CCO"], **{option.replace("-", "_"): number})


def test_a_time_limit_that_no_clock_can_wait_for_is_refused_in_python() -> None:
    with pytest.raises(ValueError, match="at most 604800"):
        DockSettings(timeout=1e308)


def test_a_fault_in_the_file_of_a_program_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PROGRAM + "timeout = -3\n")
    with pytest.raises(InputFileError, match=r"p\.toml: timeout must be a number of seconds above 0"):
        DockSettings.of(engine=str(tmp_path / "p.toml"))
    (tmp_path / "p.toml").write_text(PROGRAM + "colour = 1\n")
    with pytest.raises(InputFileError, match=r"p\.toml: a docking program has no 'colour'"):
        DockSettings.of(engine=str(tmp_path / "p.toml"))


def test_an_unknown_key_of_a_file_is_named_after_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("dokcs = 3\n")
    with pytest.raises(UnknownNameError, match=r"bad\.toml: there is no setting 'dokcs'; did you mean docks"):
        read_run(tmp_path / "bad.toml")


def test_a_program_that_does_not_tell_its_version_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "VERSION_LIMIT", 0.5)
    began = time.monotonic()
    assert command._version(("sh", "-c", "sleep 60 & sleep 60")) == "unknown"
    assert time.monotonic() - began < 10


def test_changed_rule_tables_are_said_on_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=3)
        assert run.notes() == []
    monkeypatch.setattr(export, "_tables", lambda: "another")
    with campaign(tmp_path) as run:
        assert any("rule tables" in note and "is now another" in note for note in run.notes())


def test_a_budget_that_the_starts_use_up_is_said(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=2)
        assert "docks=2 all go to the 2 starts, so that nothing new is proposed; give more" in run.notes()
        run.run(docks=4)
        assert not any("starts" in note for note in run.notes())


def test_show_prints_its_rows_where_there_is_no_notebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with campaign(tmp_path) as run:
        shown = show(run.run(docks=5), n=2)
    printed = capsys.readouterr().out
    assert printed == shown.text
    head, *rows = printed.splitlines()
    assert head.split()[-1] == "smiles"
    assert len(rows) == 2


def test_a_warning_is_a_note_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "docks.db").write_bytes(b"no database at all, and longer than the head of one would be" * 3)
    done = molgrad("dock", "-r", "1ia1", "--effort", "fast", "CCO", MOLGRAD_CACHE=str(tmp_path / "docks.db"))
    assert "UserWarning" not in done.stderr
    assert done.stderr.startswith("molgrad: the docking cache was damaged")
