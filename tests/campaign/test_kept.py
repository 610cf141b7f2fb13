"""What follows from a measurement is worked out once, kept beside it, and never believed over it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.store import Store
from molgrad.molecule.domain import MoleculeDomain

STARTS = ["Cc1ccc(CN)cc1", "CCOC(=O)c1ccccc1", "c1ccc2[nH]ccc2c1"]
LOSS = mg.Assay("ic50", unit="nM") + 5 * mg.QED()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Campaign(tmp_path / "run", start=STARTS, loss=LOSS, scope="free") as run:
        run.tell("m0001", 35.0, unit="nM")
    return tmp_path / "run"


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: MoleculeDomain, value: str) -> str:
        raise AssertionError(f"{value} was worked out again")

    monkeypatch.setattr(MoleculeDomain, "describe", never)
    monkeypatch.setattr(MoleculeDomain, "identity", never)


def test_a_reader_works_nothing_out_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Campaign(folder) as run:
        before = run.frame()
    forbid(monkeypatch)
    with Campaign(folder) as run:
        assert run.frame().equals(before)


def test_a_table_without_anything_kept_is_the_same_and_a_reader_keeps_nothing(folder: Path) -> None:
    with Campaign(folder) as run:
        before = run.frame()
    empty(folder, "shown", "described")
    with Campaign(folder) as run:
        assert run.frame().equals(before)
    assert kept(folder) == (0, 0)
    with Campaign(folder) as run:
        run.tell("m0002", 70.0, unit="nM")
    assert kept(folder) == (2, 2), "the process that writes keeps what was missing"


def test_a_line_that_was_changed_by_hand_is_worked_out_anew(folder: Path) -> None:
    with Campaign(folder) as run:
        before = run.frame()
    with sqlite3.connect(folder / "campaign.db") as db:
        db.execute("UPDATE shown SET data = replace(data, '35.0', '99.0')")
        db.execute("UPDATE described SET data = '[]' WHERE proposal = 2")
    with Campaign(folder) as run:
        assert run.frame().equals(before)


def test_a_corrected_result_is_in_the_table(folder: Path) -> None:
    with Campaign(folder) as run:
        assert run.frame()["ic50"].dropna().tolist() == [35.0]
        run.tell("m0001", 50.0, unit="nM", replace=True)
        assert run.frame()["ic50"].dropna().tolist() == [50.0]
    with Campaign(folder) as run:
        assert run.frame()["ic50"].dropna().tolist() == [50.0]


def test_what_is_written_together_is_there_though_the_block_fails(tmp_path: Path) -> None:
    store = Store(tmp_path / "campaign.db")
    with pytest.raises(TypeError):
        write(store)
    store.close()
    again = Store(tmp_path / "campaign.db", read_only=True)
    assert (again.meta("one"), again.meta("bad")) == (1, None)


def write(store: Store) -> None:
    with store.together():
        store.set_meta("one", 1)
        store.set_meta("bad", object())


def empty(folder: Path, *tables: str) -> None:
    with sqlite3.connect(folder / "campaign.db") as db:
        for table in tables:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own words


def kept(folder: Path) -> tuple[int, int]:
    with sqlite3.connect(folder / "campaign.db") as db:
        shown = db.execute("SELECT count(*) FROM shown").fetchone()[0]
        return shown, db.execute("SELECT count(*) FROM described").fetchone()[0]


def test_a_frame_can_be_asked_for_after_the_run(tmp_path: Path) -> None:
    with mg.Campaign(tmp_path / "run", start=["CCOc1ccccc1"], loss=mg.QED(), seed=1) as campaign:
        campaign.run(3)
        open_still = campaign.frame()
    assert campaign.frame().equals(open_still)
    assert repr(campaign.best(1)[0]).startswith("<m00")
