"""The cache of docks: found again only where nothing differs, and never in the way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from molgrad.docking import Docker, DockResult
from molgrad.docking.cache import DECIDING, DockCache, default_cache
from molgrad.docking.effort import plain
from molgrad.docking.request import DockRequest, DockSettings, ReceptorContent
from molgrad.docking.result import Provenance
from molgrad.evaluation import Status
from molgrad.receptors import Box, Receptor
from tests.docking.conftest import ETHANOL, PHENOL

GOOD = DockResult(
    "CCO", "CCO", Status.OK, -2.4, poses=("block",), affinities=(-2.4,), provenance=Provenance(searches=1)
)
BAD = DockResult("CCO", status=Status.FAILED, reason="stopped")


@pytest.fixture
def cache(tmp_path: Path) -> DockCache:
    return DockCache(tmp_path / "new" / "docks.db")


def test_a_result_is_found_again_and_marked(cache: DockCache) -> None:
    assert cache.get("a") is None
    cache.put("a", GOOD)
    found = DockCache(cache.path).get("a")
    assert found == GOOD
    assert found is not None
    assert found.cached
    assert not GOOD.cached
    assert cache.get("b") is None


def test_what_failed_is_docked_again(cache: DockCache) -> None:
    cache.put("a", BAD)
    assert cache.get("a") is None


def test_every_input_makes_another_key(receptor: Receptor, tmp_path: Path) -> None:
    file = tmp_path / "r.pdbqt"
    file.write_text(receptor.pdbqt.read_text() + "REMARK another\n")
    moved = replace(receptor, box=Box(receptor.box.center, (21.0, 21.0, 21.0)))
    content = [ReceptorContent.of(one).key for one in (receptor, moved, replace(receptor, pdbqt=file))]
    vina = {"name": "vina", "version": "1.2.7"}
    base = DockRequest("CCO", DockSettings(plain(1)), content[0])
    settings = [
        {"effort": plain(2)},
        {"seed": 1},
        {"poses": 2},
        {"protonation": "none"},
        {"tautomers": 2},
        {"states": 2},
    ]
    changes: list[dict[str, Any]] = [
        {}, {"smiles": "CCN"}, {"docked_smiles": "CC[O-]"}, {"parent_pose": "block"}, {"receptor": content[1]},
        {"receptor": content[2]}, *({"settings": replace(base.settings, **one)} for one in settings),  # type: ignore[arg-type]
    ]  # fmt: skip
    keys = [replace(base, **change).key(vina) for change in changes]
    keys += [base.key({**vina, "version": "1.2.8"}), base.key(vina, "other software")]
    assert len(set(keys)) == len(keys)
    again = DockRequest.from_json(json.loads(json.dumps(base.to_json())))
    assert (again, again.key(vina)) == (base, keys[0])
    assert replace(base, settings=replace(base.settings, timeout=5.0)).key(vina) == keys[0], "a watchdog only"


def test_a_damaged_file_costs_the_cache_and_nothing_else(cache: DockCache) -> None:
    cache.path.parent.mkdir()
    cache.path.write_bytes(b"this is no database, and longer than the header of one" * 4)
    with pytest.warns(UserWarning, match="was damaged"):
        assert cache.get("a") is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # once is enough
        cache.put("a", GOOD)
        assert cache.get("a") is not None, "in a new file"


def test_a_file_of_somebody_else_is_left_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is no database, and longer than the header of one" * 4)
    cache = DockCache(tmp_path / "notes.txt")
    with pytest.warns(UserWarning, match="cannot be used"):
        assert cache.get("a") is None
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_row_that_cannot_be_read_is_no_result(cache: DockCache) -> None:
    cache.put("a", GOOD)
    with sqlite3.connect(cache.path) as connection:
        connection.execute("UPDATE docks SET value = x'00'")
    with pytest.warns(UserWarning, match="damaged value"):
        assert DockCache(cache.path).get("a") is None


def test_a_fork_opens_the_file_anew(cache: DockCache) -> None:
    cache.put("a", GOOD)
    child = os.fork()
    if child == 0:
        os._exit(0 if cache.get("a") == GOOD else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert cache.get("a") == GOOD


def test_a_dock_made_before_needs_no_process(cache: DockCache, receptor: Receptor) -> None:
    with Docker(receptor, exhaustiveness=1, workers=1, cache=cache) as first:
        made = first.dock([ETHANOL, PHENOL])
        assert not any(result.cached for result in made)
    with Docker(receptor, exhaustiveness=1, workers=1, cache=cache) as second:
        assert second.dock([PHENOL, ETHANOL]) == made[::-1]
        assert second.pids() == ()
        assert all(result.cached for result in second.dock([PHENOL]))


def test_the_environment_moves_the_cache_or_turns_it_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOLGRAD_CACHE", "off")
    assert default_cache() is None
    monkeypatch.setenv("MOLGRAD_CACHE", str(tmp_path / "mine.db"))
    found = default_cache()
    assert found is not None
    assert found.path == tmp_path / "mine.db"
    monkeypatch.delenv("MOLGRAD_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = default_cache()
    assert found is not None
    assert found.path.parts[-2:] == ("molgrad", "docks.db")


# What the docking process loads of ours beside the modules that decide a result: words, errors, messages.
# Packages and their data, which no list of modules names.
TABLES = {"chem/tables/__init__"} | {
    f"chem/tables/{name}.tsv" for name in ("electronic_effects", "ionizable", "salts", "stable_forms")
}
# Processes, messages and the words of errors: no number of a result comes from them.
HARMLESS = {
    "docking/programs",  # what a program is given and says in words
    "display", "errors", "evaluation", "lazy", "registry", "llm/text", "llm/providers",
    "docking/pool/orphans", "docking/pool/wire", "docking/pool/worker",
}  # fmt: skip


def test_the_key_covers_every_module_that_the_docking_process_loads() -> None:
    code = (
        "import sys, molgrad.docking.pool.worker, molgrad.docking.vina, molgrad.docking.searching\n"
        "import molgrad.chem.openbabel, molgrad.docking.command\n"
        "own = [n for n, m in sys.modules.items() if n.startswith('molgrad.') and not hasattr(m, '__path__')]\n"
        "print(' '.join(name.removeprefix('molgrad.').replace('.', '/') for name in own))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert (loaded - HARMLESS) | TABLES == set(DECIDING)
