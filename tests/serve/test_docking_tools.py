"""Docks through the tools: answers, the budget that no call exceeds, cancelling, what a stopped server leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from molgrad.docking.cache import DockCache
from molgrad.receptors import load_receptor
from molgrad.serve.models import Explained, Status
from molgrad.serve.service import RefusedError, Service
from tests.serve.bench import Bench, begun, called, job, result, session, until


def test_a_dock_is_answered_with_units_and_status(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        found = job(Service(opened), "dock", smiles=["OCC", "xx", "CCCCC"], receptor="1IA1")
    assert (found.state, found.done, found.total) == ("done", 3, 3)
    assert [one.status for one in found.docked] == ["ok", "invalid", "ok"]
    affinity = found.docked[0].affinity
    assert affinity is not None
    assert (found.docked[0].smiles, affinity.value, affinity.unit) == ("CCO", -2.0, "kcal/mol")
    assert found.docked[1].affinity is None
    assert found.docked[1].reason
    assert any("heavy atoms" in note for note in found.notes)  # what such a ranking is worth


def test_the_only_receptor_offered_is_the_default_and_a_path_is_no_name(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        service = Service(opened)
        assert job(service, "dock", smiles="CCO").docked[0].receptor == "1ia1"  # text for a list, as some clients write
        for name in ("DRD2", "../1ia1", str(Path("receptors/1ia1").absolute()), "receptors/1ia1", "/", "1ia1/../1ia1"):
            with pytest.raises(RefusedError, match="there is no receptor"):
                service.begin("dock", {"smiles": ["CCO"], "receptor": name})


def test_no_call_exceeds_the_docks_of_the_session_not_even_after_a_restart(tmp_path: Path) -> None:
    bench = Bench()
    with session(tmp_path, bench, docks=3) as opened:
        service = Service(opened)
        job(service, "dock", smiles=["CCO", "CCC", "CCO"])  # equal molecules are docked once
        with pytest.raises(RefusedError, match=r"needs 2 docks and 1 of 3 are left.*--docks"):
            service.begin("dock", {"smiles": ["CCN", "CCCN"]})
    with session(tmp_path, bench, docks=3) as opened:
        service = Service(opened)
        assert job(service, "dock", smiles=["CCN"]).state == "done"
        with pytest.raises(RefusedError, match="0 of 3 are left"):
            service.begin("dock", {"smiles": ["CCF"]})
        status = called(service, "status")
        assert isinstance(status, Status)
        assert (status.budget.spent, status.budget.left) == (3, 0)
    assert len(bench.docked) == 3
    with session(tmp_path, bench, docks=3, session="second") as opened:
        assert opened.budget.left == 3


def test_jobs_that_wait_share_one_budget(tmp_path: Path) -> None:
    bench = Bench(hold=True)
    with session(tmp_path, bench, docks=4) as opened:
        service = Service(opened)
        first = begun(service, "dock", smiles=["CCO", "CCC"])
        until(lambda: len(bench.held) == 2)
        second = begun(service, "dock", smiles=["CCN", "CCF"])  # two are left for it
        with pytest.raises(RefusedError, match="2 of 4 are left, 2 of them for jobs that are not finished"):
            service.begin("dock", {"smiles": ["CCI"]})
        job(service, "cancel", job="j0002")  # its docks are free again
        third = begun(service, "dock", smiles=["CCI"])
        bench.hold = False
        for future, request in bench.held:
            future.set_result(result(request.smiles))
        assert all(one.finished.wait(10) for one in (first, second, third))
        assert (first.state, second.state, third.state) == ("done", "cancelled", "done")
        assert opened.budget.spent == 3


def test_a_dock_that_nobody_foresaw_is_refused_all_the_same(tmp_path: Path) -> None:
    bench = Bench()
    with session(tmp_path, bench, docks=2) as opened:
        opened.budget.check_docks = lambda *_, **__: None  # type: ignore[method-assign]
        found = job(Service(opened), "dock", smiles=["CCO", "CCC", "CCN", "CCF"])
        assert found.state == "failed"
        assert "all 2 docks of the session are spent" in found.message
    assert len(bench.docked) == 2


def test_what_the_cache_holds_counts_like_the_dock_that_it_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("molgrad.serve.metering.default_cache", lambda: DockCache(tmp_path / "docks.db"))
    bench = Bench()
    with session(tmp_path / "one", bench, docks=2) as opened:
        service = Service(opened)
        job(service, "dock", smiles=["CCO"])
        again = job(service, "dock", smiles=["CCO"])
        assert again.docked[0].found_before
        assert (len(bench.docked), opened.budget.left) == (1, 0)


def test_a_cancelled_job_keeps_what_was_docked_and_gives_back_what_never_began(tmp_path: Path) -> None:
    bench = Bench(hold=True)
    with session(tmp_path, bench, docks=10) as opened:
        service = Service(opened)
        work = begun(service, "dock", smiles=["CCO", "CCC", "CCN", "CCF"])
        until(lambda: len(bench.held) == 4)
        done, request = bench.held[0]
        done.set_result(result(request.smiles))
        until(lambda: work.done == 1)
        told = job(service, "cancel", job="j0001")
        assert told.state == "cancelled"
        assert [one.status for one in told.docked] == ["ok"]
        assert all(future.cancelled() for future, _ in bench.held[1:])
        assert opened.budget.spent == 3  # one is docked, two were begun by the two workers, one was not
        waiting = begun(service, "dock", smiles=["CCO"])  # the next job is not stopped with it
        until(lambda: len(bench.held) == 5)
        assert not waiting.finished.is_set()


def test_a_queue_is_bounded(tmp_path: Path) -> None:
    with session(tmp_path, Bench(hold=True)) as opened:
        service = Service(opened)
        for number in range(9):  # one is done, eight wait
            begun(service, "dock", smiles=["C" * (number + 1) + "O"])
        with pytest.raises(RefusedError, match="8 jobs wait already"):
            begun(service, "dock", smiles=["CCO"])


def test_after_its_time_a_session_docks_nothing_and_ends_what_runs(tmp_path: Path) -> None:
    bench = Bench(hold=True)
    with session(tmp_path, bench, hours=1.0) as opened:
        service = Service(opened)
        work = begun(service, "dock", smiles=["CCO"])
        until(lambda: len(bench.held) == 1)
        opened.budget._end = 0.0  # the clock at the seam
        assert work.finished.wait(10)
        assert work.state == "cancelled"
        assert "hours are over" in work.told().message
        with pytest.raises(RefusedError, match="1 hours are over"):
            service.begin("dock", {"smiles": ["CCO"]})
        assert isinstance(called(service, "status"), Status)
        assert job(service, "job", job="j0001").state == "cancelled"
    with session(tmp_path, bench, hours=0.0) as opened, pytest.raises(RefusedError, match="hours are over"):
        Service(opened).begin("check", {"smiles": ["CCO"]})


def test_a_pose_is_explained_only_where_there_is_one(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        service = Service(opened)
        with pytest.raises(RefusedError, match="'dock' it first"):
            service.begin("explain", {"molecule": "CCO"})
        with pytest.raises(RefusedError, match="m0007"):
            service.begin("explain", {"molecule": "m0007"})
        job(service, "dock", smiles=["CCO"])
        found = called(service, "explain", molecule="OCC")
        assert isinstance(found, Explained)
        assert found.affinity is not None
        assert (found.smiles, found.affinity.value, found.receptor) == ("CCO", -2.0, "1ia1")


def test_a_pose_is_not_explained_by_another_file_of_the_same_name(tmp_path: Path) -> None:
    prepared = tmp_path / "mine"
    shutil.copytree(load_receptor("1ia1").pdbqt.parent, prepared)
    for words in ("", "REMARK prepared anew\n"):
        if words:
            (prepared / "receptor.pdbqt").write_text(words + (prepared / "receptor.pdbqt").read_text())
            box = prepared / "box.toml"
            box.write_text("".join(x for x in box.read_text().splitlines(True) if not x.startswith("pdbqt_sha256")))
        with session(tmp_path / "run", receptors=(str(prepared),)) as opened:
            service = Service(opened)
            with pytest.raises(RefusedError, match="was not docked"):
                service.begin("explain", {"molecule": "CCO"})
            job(service, "dock", smiles=["CCO"])
            service.begin("explain", {"molecule": "CCO"})


def test_one_server_serves_a_folder(tmp_path: Path) -> None:
    with session(tmp_path), pytest.raises(Exception, match="another process"), session(tmp_path):
        pass


def test_a_dock_that_is_begun_while_its_job_is_stopped_is_ended_too(tmp_path: Path) -> None:
    bench = Bench(hold=True)
    with session(tmp_path, bench) as opened:
        take = opened.budget.take

        def stopped_meanwhile(*given: object) -> int:
            number = take(*given)  # type: ignore[arg-type]
            opened.jobs.waiting()[0].stop("cancelled")
            return number

        opened.budget.take = stopped_meanwhile  # type: ignore[method-assign, assignment]
        work = begun(Service(opened), "dock", smiles=["CCO"])
        assert work.finished.wait(10)
        assert work.state == "cancelled"
        assert all(future.cancelled() for future, _ in bench.held)
