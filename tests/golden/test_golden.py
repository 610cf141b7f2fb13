"""The golden runs give what they gave: the same molecules, numbers and poses, value for value."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.golden import machine, renamed
from tests.golden.runs import RECORDS, RUNS

PLAIN = ("alias",)  # no chemistry in it: the same on every machine


@pytest.fixture(scope="module")
def same_machine() -> str:
    """Why runs cannot be compared here; empty where they can."""
    kept, here = json.loads(machine.RECORD.read_text()), machine.here()
    differs = [key for key in kept if kept[key] != here[key]]
    return f"RDKit and Vina by themselves differ here from where the runs were recorded: {differs}" if differs else ""


@pytest.mark.parametrize("name", RUNS)
def test_a_golden_run_is_the_same_value_for_value(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name not in PLAIN and (why := request.getfixturevalue("same_machine")):
        pytest.skip(why)
    RUNS[name](tmp_path)
    kept = [path for path in sorted((RECORDS / name).iterdir()) if path.name != "answers.json"]
    assert kept
    for path in kept:
        compare = {".csv": tables_agree, ".sdf": poses_agree}.get(path.suffix, texts_agree)
        compare(path, tmp_path / path.name)


def tables_agree(old: Path, new: Path) -> None:
    before, after = rows(old), rows(new)
    assert len(before) == len(after), old.name
    for was, now in zip(before, after, strict=True):
        expected = {renamed.column(key): renamed.words(cell) for key, cell in was.items()}
        assert {key: now.get(key) for key in expected} == expected


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def poses_agree(old: Path, new: Path) -> None:
    """Coordinates, bonds and data; a property may bear a new name."""
    before, after = (path.read_text().split("$$$$\n") for path in (old, new))
    assert len(before) == len(after) > 1
    for was, now in zip(before, after, strict=True):
        block, _, _ = was.partition(">  <")
        assert block == now.partition(">  <")[0]
        values = {line for line in renamed.words(was[len(block) :]).splitlines() if line and line[0] != ">"}
        assert values <= set(now.splitlines())


def texts_agree(old: Path, new: Path) -> None:
    assert new.read_text(encoding="utf-8") == old.read_text(encoding="utf-8")
