"""Screens: what is chosen, what is left out and why, and that nothing is lost or chosen anew after a kill."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from molgrad.chem.parse import canonical
from molgrad.errors import CampaignLockedError, InputFileError, SettingsChangedError
from molgrad.screening import examining, intake
from molgrad.screening.standing import Standing, lines, standing
from tests.screening.fakes import PIECE, Computed, affinity, assembled, file, opened, screened


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "library.smi"
    path.write_text("".join(f"{smiles} mol{i}\n" for i, smiles in enumerate(assembled(300))))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_best_are_found_with_a_fraction_of_the_docks(tmp_path: Path, library: Path) -> None:
    done = screened(tmp_path, library, 45)
    found = [row["smiles"] for row in rows(tmp_path / "results.csv")]
    best = sorted((canonical(line.split()[0]) for line in library.read_text().splitlines()), key=affinity)[:10]
    assert done.docked == len(found) == len(set(found)) == 45
    assert len(set(best) & set(found)) >= 8  # a random choice finds one or two


def test_the_table_is_best_first_and_says_what_was_expected(tmp_path: Path, library: Path) -> None:
    screened(tmp_path, library, 20)
    table = rows(tmp_path / "results.csv")
    scores = [float(row["affinity"]) for row in table]
    assert scores == sorted(scores)
    assert [row["rank"] for row in table] == [str(i) for i in range(1, 21)]
    chosen = [row for row in table if row["batch"] != "0"]
    assert chosen
    assert all(row["expected"] and row["expected_sd"] for row in chosen)
    assert all("library.smi, line " in row["source"] for row in table)


def test_its_standing_is_read_while_it_docks(tmp_path: Path, library: Path) -> None:
    seen: list[Standing] = []

    def docked(smiles: str) -> float:
        seen.append(standing(tmp_path))
        return affinity(smiles)

    screened(tmp_path, library, 12, docker=Computed(docked))
    middle, end = seen[-1], standing(tmp_path)
    assert (middle.writer != "", middle.complete, middle.budget, middle.docked) == (True, True, 12, 11)
    assert (end.writer, end.docked, end.read, end.table) == ("", 12, 300, True)
    said = list(lines("RUN", end))
    assert said[0] == "RUN: a screen; nobody is at work"
    assert "  docked     12 of 12" in said
    name, score, smiles = end.best[0]
    assert f"  best       {score:.2f} kcal/mol  {name}  {smiles}" in said
    assert score == min(affinity(row["smiles"]) for row in rows(tmp_path / "results.csv"))


def test_what_is_left_out_is_counted_and_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "dirty.smi"
    path.write_text(
        "CC(=O)Nc1ccccc1 amide\nnonsense x\nOC(=O)c1ccccc1 acid\n[Na+].[O-]C(=O)c1ccccc1 salt\nO=c1cccc[nH]1 lactam\n"
        "Oc1ccccn1 lactim\n[Se]1C=CC=C1 selenium\n"
    )
    done = screened(tmp_path / "run", path, 10)
    left = {row["source"].rpartition(" ")[2]: row for row in rows(tmp_path / "run" / "left_out.csv")}
    assert {line: row["kind"] for line, row in left.items()} == {
        "2": "not readable", "4": "duplicate", "6": "duplicate", "7": "element"
    }  # fmt: skip
    assert "the same compound as acid" in left["4"]["reason"]
    assert "line 3" in left["4"]["reason"]
    assert done.left_out == {"duplicate": 2, "element": 1, "not readable": 1}
    assert (done.read, done.molecules, done.docked) == (7, 3, 3)


def test_a_compressed_csv_is_a_library(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv.gz"
    path.write_bytes(gzip.compress(b"id,smiles\nA-1,CC(=O)Nc1ccccc1\nA-2,CCc1ccncc1\n"))
    assert screened(tmp_path / "run", path, 5).best == ("A-1", pytest.approx(affinity("CC(=O)Nc1ccccc1")))


def test_a_library_without_a_molecule_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.smi"
    path.write_text("[Se]\n")
    with pytest.raises(InputFileError, match="element: 1"):
        screened(tmp_path / "run", path, 5)


@pytest.mark.parametrize("kill", ["read:2", "dock:3", "dock:31"])
def test_a_killed_screen_ends_as_if_nothing_had_happened(
    tmp_path: Path, library: Path, kill: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "TOGETHER", PIECE)
    small = tmp_path / "small.smi"
    small.write_text("\n".join(library.read_text().splitlines()[:120]))
    screened(tmp_path / "whole", small, 35)
    program = [sys.executable, "-m", "tests.screening.fakes", str(tmp_path / "run"), str(small), "35"]
    killed = subprocess.run([*program, kill], capture_output=True, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    docker = Computed()
    screened(tmp_path / "run", small, 35, docker)
    assert (tmp_path / "run" / "results.csv").read_text() == (tmp_path / "whole" / "results.csv").read_text()
    if kill.startswith("dock"):
        assert len(docker.asked) == 35 - int(kill[5:])  # what was docked is not docked again


def test_more_docks_go_on_from_where_it_ended(tmp_path: Path, library: Path) -> None:
    screened(tmp_path, library, 12)
    docker = Computed()
    assert screened(tmp_path, library, 20, docker).docked == 20
    assert len(docker.asked) == 8


def test_another_library_or_setting_is_refused(tmp_path: Path, library: Path) -> None:
    screened(tmp_path / "run", library, 10)
    other = tmp_path / "other.smi"
    other.write_text("CCO\n")
    with pytest.raises(SettingsChangedError, match="other"):
        screened(tmp_path / "run", other, 10)
    with opened(tmp_path / "run", receptor="2abc") as screen, pytest.raises(SettingsChangedError, match="receptor"):
        screen.read(file(library))


def test_two_cannot_screen_in_one_folder(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(CampaignLockedError):
        opened(tmp_path)


@pytest.mark.parametrize("end", [lambda: os._exit(3), lambda: threading.Event().wait(60)], ids=["ends", "hangs"])
def test_a_molecule_that_ends_its_process_is_left_out_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[[], object]
) -> None:
    examined = examining._examined
    monkeypatch.setattr(examining, "PATIENCE", 1)

    def deadly(entry: Any, *rest: Any) -> examining.Examined:
        if entry.name == "deadly":
            end()
        return examined(entry, *rest)

    monkeypatch.setattr(examining, "_examined", deadly)
    path = tmp_path / "library.smi"
    names = ["a", "b", "deadly", "c", "d"]
    path.write_text("".join(f"{'C' * (i + 1)}O {name}\n" for i, name in enumerate(names)))
    done = screened(tmp_path / "run", path, 10)
    assert (done.docked, done.left_out) == (4, {"not readable": 1})
    assert "line 3" in rows(tmp_path / "run" / "left_out.csv")[0]["source"]


def test_a_dock_that_fails_is_a_row_with_its_reason(tmp_path: Path, library: Path) -> None:
    def function(smiles: str) -> float:
        if "F" in smiles:
            raise RuntimeError("the machine stopped")
        return affinity(smiles)

    done = screened(tmp_path, library, 30, Computed(function))
    failed = [row for row in rows(tmp_path / "results.csv") if row["status"] == "failed"]
    assert done.failed == len(failed) > 0
    assert {row["reason"] for row in failed} == {"the machine stopped"}
    assert rows(tmp_path / "results.csv")[-1] == failed[-1]  # behind those with a number


def test_a_long_library_is_looked_at_by_a_shortlist(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("molgrad.screening.choosing.SHORT", 60)
    screened(tmp_path, library, 40)
    with opened(tmp_path) as screen:
        assert len(screen.store.shortlist()) == 60
    best = min(affinity(canonical(line.split()[0])) for line in library.read_text().splitlines())
    assert float(rows(tmp_path / "results.csv")[0]["affinity"]) == pytest.approx(best, abs=1e-3)


def test_an_entry_count_is_that_of_the_lines(library: Path) -> None:
    assert intake.lines_of([library]) == 300


def test_a_stop_file_ends_a_screen_after_what_is_docked(tmp_path: Path, library: Path) -> None:
    screened(tmp_path / "whole", library, 30)

    def function(smiles: str) -> float:
        (tmp_path / "run" / "STOP").touch()
        return affinity(smiles)

    done = screened(tmp_path / "run", library, 30, Computed(function))
    assert done.docked == 10  # the first batch
    assert "STOP asked for it" in done.ended
    assert not (tmp_path / "run" / "STOP").exists()
    assert screened(tmp_path / "run", library, 30).ended == ""
    assert (tmp_path / "run" / "results.csv").read_text() == (tmp_path / "whole" / "results.csv").read_text()


def test_a_screen_that_is_stopped_while_it_reads_docks_nothing(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "TOGETHER", PIECE)
    docker = Computed()
    with opened(tmp_path) as screen:
        screen.read(file(library), watch=lambda _: screen.stop("Ctrl-C"))
        done = screen.dock(docker, 20)
    assert (done.read, done.ended, docker.asked) == (PIECE, "stopped: Ctrl-C", [])
    assert screened(tmp_path, library, 20).docked == 20


def test_hours_end_a_screen(tmp_path: Path, library: Path) -> None:
    with opened(tmp_path) as screen:
        screen.read(file(library))
        screen.limit(1e-9)
        assert "hours, as asked" in screen.dock(Computed(), 20).ended
