"""The record of what was served: bounded, whatever a client does."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.errors import BudgetReachedError, CampaignError
from molgrad.serve import database, store
from molgrad.serve.service import RefusedError, Service
from molgrad.serve.store import ServeStore
from tests.serve.bench import job, session


def test_a_thousand_calls_leave_their_rows_and_a_bounded_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "KEPT", 200_000)
    kept = ServeStore(tmp_path)
    kept.begin("default")
    kept._db.execute("PRAGMA synchronous = OFF")  # two thousand writes
    first = kept.new_job("default", "propose")
    kept.end_job(first, "done", {"answer": "C" * 50_000})
    for _ in range(1000):
        kept.answered(kept.called("default", "check", "C" * 200), "ok", "C" * 800)
    assert kept.rows("SELECT count(*) FROM calls") == [(1000,)]
    assert kept.rows("SELECT state, arguments, result FROM calls WHERE id = 1") == [("ok", "", None)]
    assert kept.rows("SELECT length(result) FROM calls ORDER BY id DESC LIMIT 1") == [(800,)]
    assert kept.rows("SELECT answer IS NOT NULL FROM jobs") == [(1,)]  # a client may still ask for it
    assert kept.path.stat().st_size < 600_000
    kept.close()
    again = ServeStore(tmp_path)  # what is there counts after a restart
    again.begin("default")
    again.answered(again.called("default", "check", "C" * 150_000), "ok", "C" * 800)
    assert again.rows("SELECT sum(length(arguments)) < 200000 FROM calls") == [(1,)]
    again.close()


def test_the_calls_of_a_session_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_CALLS", 2)
    kept = ServeStore(tmp_path)
    for _ in range(2):
        kept.called("default", "status", "{}")
    with pytest.raises(BudgetReachedError, match="all 2 calls"):
        kept.called("default", "status", "{}")
    kept.called("second", "status", "{}")
    kept.close()


def test_a_job_whose_answer_is_too_old_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with session(tmp_path, docks=3) as opened:
        service = Service(opened)
        job(service, "dock", smiles=["CCO"])
        monkeypatch.setattr(database, "KEPT", 10)
        job(service, "dock", smiles=["CCC"])
        told = opened.jobs.told("j0001")
        assert (told.state, told.docked) == ("done", [])
        assert "too old" in told.message


@pytest.mark.parametrize(
    "name", ["", "j", "1", "j-1", "j0", "j0002", "j99999999999", "j٣", "j1e3", "j0001x", "' OR 1=1 --"]
)
def test_only_jobs_of_the_session_answer(tmp_path: Path, name: str) -> None:
    with session(tmp_path) as opened:
        job(Service(opened), "dock", smiles=["CCO"])
    with session(tmp_path, session="second") as opened:
        with pytest.raises(RefusedError, match="there is no job"):
            Service(opened).begin("job", {"job": name})
        with pytest.raises(CampaignError, match="there is no job 'j0001' in this session"):
            opened.jobs.told("j0001")  # of another session
