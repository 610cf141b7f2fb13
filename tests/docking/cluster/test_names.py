"""How an executor of several machines is named, and what is said where the name leads nowhere."""

from __future__ import annotations

import importlib.util
import json
import socket

import pytest

from molgrad.docking.cluster import kept
from molgrad.docking.cluster.opening import AtAddress, OfThisMachine
from molgrad.docking.cluster.task import differing, dock_there, installed
from molgrad.docking.dock import Docker
from molgrad.docking.executor import load_executor
from molgrad.docking.request import DockRequest, DockSettings, EngineRef, ReceptorContent
from molgrad.errors import DockingError, InputFileError, MissingExtraError, UnknownNameError, WorkerDiedError
from molgrad.receptors import Receptor
from tests.docking.cluster.fakes import Answering

SETTINGS = DockSettings.of(exhaustiveness=1)
VINA = {"name": "vina", "options": "{}"}


@pytest.fixture(autouse=True)
def dask() -> None:
    pytest.importorskip("distributed")


@pytest.mark.parametrize(
    ("name", "workers", "opening", "expected"),
    [
        ("dask://host:8786", None, AtAddress("host:8786"), 1),
        ("dask:tls://host:8786", None, AtAddress("tls://host:8786"), 1),
        ("dask:scheduler.json", None, AtAddress("scheduler.json"), 1),
        ("dask-local:4", None, OfThisMachine(4), 4),
        ("dask-local", 3, OfThisMachine(3), 3),
    ],
)
def test_a_name_leads_to_a_cluster(name: str, workers: int | None, opening: object, expected: int) -> None:
    made = load_executor(name, workers)
    assert made.opening == opening  # type: ignore[attr-defined]  # ours
    assert made.workers == expected


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("dask", InputFileError, "dask://host:8786"),
        ("dask://", InputFileError, "dask://host:8786"),
        ("dask-local:many", InputFileError, "dask-local:4"),
        ("dask-local:0", InputFileError, "dask-local:4, not '0'"),
        ("jobs", InputFileError, r"slurm\.toml"),
        ("dusk://host:1", UnknownNameError, "no executor 'dusk'; did you mean dask"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_with_the_remedy(name: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        load_executor(name, None)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'molgrad\[distributed\]'"):
        load_executor("dask-local:2", None)


def test_a_scheduler_that_is_not_there_is_an_error_with_the_remedy(
    receptor: Receptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("molgrad.docking.cluster.opening.CONNECT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    docker = Docker(receptor, executor=f"dask://127.0.0.1:{port}")
    with pytest.raises(WorkerDiedError, match=r"no dask scheduler answers at 127.*start one with 'dask scheduler'"):
        docker.dock(["CCO"])
    with pytest.raises(WorkerDiedError, match=r"there is no file nowhere\.json"):
        Docker(receptor, executor="dask:nowhere.json").dock(["CCO"])


def test_a_worker_tells_what_it_has_in_another_version() -> None:
    here = installed(EngineRef())
    assert differing(here, VINA) == {}
    assert differing(here | {"vina": "1.1.2", "molgrad": "9"}, VINA) == {
        name: here[name] for name in ("molgrad", "vina")
    }
    assert differing(here | {"more": "1"}, VINA) == {"more": "not installed"}
    asked = {"request": DockRequest("CCO", SETTINGS, "unknown").to_json(), "installed": here | {"rdkit": "0"}}
    assert json.loads(dock_there(json.dumps(asked))) == {"other": {"rdkit": here["rdkit"]}}


def test_a_receptor_that_a_worker_does_not_have_is_asked_for_and_kept(
    receptor: Receptor, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    monkeypatch.setenv("MOLGRAD_CACHE", str(folder / "docks.db"))
    monkeypatch.setattr(kept, "_known", {})
    content = ReceptorContent.of(receptor)
    asked = {"request": DockRequest("CCO", SETTINGS, content.key).to_json(), "installed": installed(EngineRef())}
    assert json.loads(dock_there(json.dumps(asked))) == {"missing": content.key}
    kept.keep(kept.packed(content))
    monkeypatch.setattr(kept, "_known", {})  # another process
    assert kept.find(content.key) == content
    (file,) = (folder / "receptors").iterdir()
    file.write_bytes(kept.packed(ReceptorContent("other", content.pdbqt, content.box)))
    monkeypatch.setattr(kept, "_known", {})
    assert kept.find(content.key) is None
    file.write_bytes(b"damaged")
    assert kept.find(content.key) is None


def test_other_versions_end_the_docking_and_are_named(receptor: Receptor) -> None:
    with pytest.raises(DockingError, match=r"has vina 1\.1\.2 \(here 1\.\d\.\d\).*install the same versions there"):
        Docker(receptor, executor=Answering({"other": {"vina": "1.1.2"}})).dock(["CCO"])


def test_a_worker_that_cannot_dock_is_not_the_only_one(receptor: Receptor) -> None:
    good = {"result": {"smiles": "CCO", "status": "ok", "affinity": -2.0}}
    (row,) = Docker(receptor, executor=Answering({"broken": "no memory"}, {"broken": "no memory"}, good)).dock(["CCO"])
    assert row.affinity == -2.0
    with pytest.raises(WorkerDiedError, match="no memory"):
        Docker(receptor, executor=Answering(*3 * [{"broken": "no memory"}])).dock(["CCO"])


def test_the_receptor_goes_along_only_when_it_is_missing(receptor: Receptor) -> None:
    good = {"result": {"smiles": "CCO", "status": "ok", "affinity": -2.0}}
    executor = Answering({"missing": "key"}, good)
    Docker(receptor, executor=executor).dock(["CCO"])
    (_, first), (_, second) = executor.scripted.sent
    assert first is None
    assert kept.keep(second) == ReceptorContent.of(receptor)
