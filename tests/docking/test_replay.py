"""Docks are written as they are made, and played back on a machine with other versions; what is not there is said."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from molgrad.docking.cache import DockCache
from molgrad.docking.dock import Docker
from molgrad.docking.executor import ProcessExecutor, load_executor
from molgrad.docking.replay import ReplayExecutor
from molgrad.errors import DockingError, InputFileError
from molgrad.receptors import Receptor


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, receptor: Receptor) -> tuple[Path, float]:
    """A file with one dock of ethanol, and its affinity."""
    path = tmp_path_factory.mktemp("docks") / "docks.jsonl"
    with Docker(receptor, exhaustiveness=1, workers=1, executor=f"record:{path}") as docker:
        (result,) = docker.dock(["CCO"])
    assert result.affinity is not None
    return path, result.affinity


def test_a_dock_is_played_back_without_docking(recorded: tuple[Path, float], receptor: Receptor) -> None:
    path, affinity = recorded
    with Docker(receptor, exhaustiveness=1, executor=f"replay:{path}") as docker:
        (result,) = docker.dock(["CCO"])
        assert docker.pids() == ()
    assert result.affinity == affinity
    assert "vina, recorded" in result.provenance.versions


def test_what_is_played_back_does_not_get_into_the_cache(
    recorded: tuple[Path, float], receptor: Receptor, tmp_path: Path
) -> None:
    path, _ = recorded
    for _ in range(2):
        cache = DockCache(tmp_path / "docks.db")
        with Docker(receptor, exhaustiveness=1, executor=f"replay:{path}", cache=cache) as docker:
            (result,) = docker.dock(["CCO"])
        assert result.ok
        assert not result.cached


def test_versions_and_the_file_of_the_receptor_have_no_say(
    recorded: tuple[Path, float], receptor: Receptor, tmp_path: Path
) -> None:
    path, affinity = recorded
    line = json.loads(path.read_text())
    line["result"]["provenance"]["versions"]["vina"] = "0.9"
    packed = tmp_path / "docks.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(line).encode()))
    rewritten = tmp_path / "receptor.pdbqt"
    rewritten.write_text(f"REMARK by another version\n{receptor.pdbqt.read_text()}")
    with Docker(replace(receptor, pdbqt=rewritten), exhaustiveness=1, executor=f"replay:{packed}") as docker:
        assert docker.dock(["CCO"])[0].affinity == affinity


@pytest.mark.parametrize(("smiles", "settings"), [("CCN", {}), ("CCO", {"seed": 2}), ("CCO", {"poses": 1})])
def test_another_dock_is_an_error_that_names_it(
    recorded: tuple[Path, float], receptor: Receptor, smiles: str, settings: dict[str, int]
) -> None:
    path, _ = recorded
    with (
        Docker(receptor, exhaustiveness=1, executor=f"replay:{path}", **settings) as docker,  # type: ignore[arg-type]
        pytest.raises(DockingError, match=f"holds no dock of {smiles} in 1ia1"),
    ):
        docker.dock([smiles])


def test_the_environment_names_the_executor_where_none_is_given(
    recorded: tuple[Path, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOLGRAD_EXECUTOR", f"replay:{recorded[0]}")
    assert isinstance(load_executor(None, None), ReplayExecutor)
    assert isinstance(load_executor("processes", 1), ProcessExecutor)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("docks.jsonl", b'{"key": "a", "result": 7}\n', "line 1: no recorded dock"),
        ("docks.jsonl", b'{"key": "a", "result": {}}\n[]\n', "line 2: no recorded dock"),
        ("docks.jsonl", b'{"key": "a", "res', "cannot be read"),  # ended while it was written
        ("docks.jsonl.gz", gzip.compress(b"{}" * 500, mtime=0)[:-20] + b"x" * 20, "cannot be read"),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(InputFileError, match=words):
        ReplayExecutor(where=str(file))


@pytest.mark.parametrize("named", ["replay", "record", "replay:no/such/file"])
def test_a_file_is_needed(named: str) -> None:
    with pytest.raises(InputFileError, match="file"):
        load_executor(named, None)
