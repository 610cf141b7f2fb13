"""Starts of a campaign: what is taken, what is left out, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.cli.optimize import _bounded, starts
from molgrad.errors import InputFileError


def test_a_bad_start_is_named_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert starts(["OCC", "c1cc", "OB(O)c1ccccc1"]) == ["CCO"]
    said = capsys.readouterr().err
    assert "ring bond 1" in said
    assert "Vina has no atom type" in said
    assert said.count("nor is there a file of that name") == 1  # of c1cc, and not of the boronic acid


def test_no_start_left_is_an_error_that_names_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputFileError, match=r"no start is left: 'C1CC'.*ring bond 1.*nor is there a file"):
        starts(["C1CC"])
    assert capsys.readouterr().err == ""


def test_of_many_bad_starts_the_error_names_a_few() -> None:
    with pytest.raises(InputFileError, match=r"and 2 more$"):
        starts(["C1CC", "c1cc", "C(", "N(", "O("])


def test_undefined_stereo_and_salts_are_settled_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    (value,) = starts(["CC(N)c1ccccc1.Cl"])
    assert "@" in value
    said = capsys.readouterr().err
    assert "salt stripped" in said
    assert "start CC(N)c1ccccc1.Cl: " in said  # as it was given
    assert "taken as C[C@@H](N)c1ccccc1" in said


def test_a_long_smiles_is_no_path() -> None:
    with pytest.raises(InputFileError, match="300 heavy atoms"):  # and not: file name too long
        starts(["C" * 300])


def test_a_file_of_starts_is_read(tmp_path: Path) -> None:
    (tmp_path / "starts.smi").write_text("CCO ethanol\nc1ccccc1 benzene\n")
    assert starts([str(tmp_path / "starts.smi"), "OCC"]) == ["CCO", "c1ccccc1"]


def test_a_bad_record_of_a_file_is_named_by_file_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "starts.smi"
    file.write_text("CCO\nc1cc\nC1CC odd one\n")
    assert starts([str(file)]) == ["CCO"]
    said = capsys.readouterr().err
    assert f"start left out: {file}, molecule 2: 'c1cc'" in said
    assert f"start left out: {file}, odd one: 'C1CC'" in said


def test_a_file_of_another_kind_is_not_read_as_smiles(tmp_path: Path) -> None:
    (tmp_path / "starts.list").write_text("CCO\n")
    with pytest.raises(InputFileError, match=r"starts.list is a file of no kind that is read: name it .smi"):
        starts([str(tmp_path / "starts.list")])


def test_starts_that_lack_a_part_to_be_kept_are_named_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    domain, left = _bounded(["CCO", "Cc1ccccc1"], {"keep": ["c1ccccc1"], "min_similarity": 0.3, "preset": "strict"})
    assert left == ["Cc1ccccc1"]
    assert "start left out: CCO" in capsys.readouterr().err
    assert domain.spec() == {
        "name": "molecule", "preset": "strict", "keep": ["c1ccccc1"], "similar_to": ["Cc1ccccc1"],
        "min_similarity": 0.3,
    }  # fmt: skip
    with pytest.raises(InputFileError, match=r"no start can be used; .*another --keep: CCO: "):
        _bounded(["CCO"], {"keep": ["c1ccccc1"]})


def test_a_start_that_could_not_be_proposed_is_named_but_not_for_size(capsys: pytest.CaptureFixture[str]) -> None:
    _, fit = _bounded(["O=C(Cl)c1ccccc1", "C"], {})
    assert fit == ["O=C(Cl)c1ccccc1", "C"]
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("molgrad: start O=C(Cl)c1ccccc1: acyl halide at atoms")
    assert "heavy atoms" not in said
