"""Run folders whose files are damaged, foreign, full or shared: a CampaignError with the file and what to do."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import Lock
from molgrad.campaign.schema import seal
from molgrad.config.toml_file import read_run
from molgrad.errors import CampaignError, CampaignLockedError, InputFileError
from tests.campaign.test_campaign import campaign
from tests.fakes import Letters

REMEDY = "take back a copy of the folder if there is one"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a small campaign."""
    with campaign(tmp_path / "run") as run:
        run.run(docks=12)
    return tmp_path / "run"


def opened(folder: Path) -> tuple[Callable[[], Campaign], ...]:
    """The two ways to open a folder: to go on, and to read."""
    return lambda: campaign(folder), lambda: Campaign(folder, domain=Letters())


def test_a_damaged_page_is_no_smaller_campaign(folder: Path) -> None:
    database = folder / "campaign.db"
    with sqlite3.connect(database) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'proposals'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    whole = bytearray(database.read_bytes())
    whole[(page - 1) * size + 3 : (page - 1) * size + 5] = b"\0\0"  # the page's number of cells
    database.write_bytes(whole)
    for attempt in opened(folder):
        with pytest.raises(CampaignError, match=rf"campaign\.db is damaged \(.*{REMEDY}"):
            attempt()


def test_a_row_that_vanished_is_missed(folder: Path) -> None:
    with sqlite3.connect(folder / "campaign.db") as db:
        db.execute("DELETE FROM proposals WHERE id = 5")
    for attempt in opened(folder):
        with pytest.raises(CampaignError, match=r"1 of \d+ rows are missing"):
            attempt()


@pytest.mark.parametrize("length", [0, 40, 5000])
def test_a_cut_database_is_named(folder: Path, length: int) -> None:
    os.truncate(folder / "campaign.db", length)
    for attempt in opened(folder):
        with pytest.raises(CampaignError, match=rf"campaign\.db .*{REMEDY}"):
            attempt()


def test_a_database_of_zeros_is_named(folder: Path) -> None:
    database = folder / "campaign.db"
    database.write_bytes(bytes(database.stat().st_size))
    for attempt in opened(folder):
        with pytest.raises(CampaignError, match=rf"campaign\.db .*{REMEDY}"):
            attempt()


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "campaign.db") as db:
        db.execute("CREATE TABLE customers (name TEXT)")
    before = (tmp_path / "campaign.db").read_bytes()
    for attempt in opened(tmp_path):
        with pytest.raises(CampaignError, match="is the database of another program"):
            attempt()
    assert (tmp_path / "campaign.db").read_bytes() == before


def test_a_folder_in_place_of_the_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "campaign.db").mkdir()
    with pytest.raises(CampaignError, match=r"campaign\.db is a folder"):
        campaign(tmp_path)


def test_a_digit_that_changed_is_noticed(folder: Path) -> None:
    with sqlite3.connect(folder / "campaign.db") as db:
        db.execute("UPDATE evaluations SET data = replace(data, '1', '2') WHERE proposal = 4")
    with pytest.raises(CampaignError, match=r"campaign\.db: row 4 is not what was written there"):
        Campaign(folder, domain=Letters()).records()


@pytest.mark.parametrize("broken", ["{", "[]", '{"value": 3}', "null"])
def test_json_that_was_changed_by_hand_is_named_with_its_row(folder: Path, broken: str) -> None:
    with sqlite3.connect(folder / "campaign.db") as db:
        db.execute("UPDATE evaluations SET data = ?, seal = ? WHERE proposal = 4", (broken, seal(4, broken)))
    with pytest.raises(CampaignError, match=r"campaign\.db: row 4 cannot be read"):
        Campaign(folder, domain=Letters()).records()


def test_a_closed_campaign_says_so(folder: Path) -> None:
    run = campaign(folder)
    held = run.records()
    run.close()
    assert run.records() == held
    with pytest.raises(CampaignError, match=r"campaign\.db cannot be written .*open the campaign again"):
        run.run(docks=40)


@pytest.mark.parametrize("content", [b"docks = ", b"\xff\xfe\x00docks", b"\0" * 50])
def test_a_damaged_campaign_toml_is_named(folder: Path, content: bytes) -> None:
    (folder / "campaign.toml").write_bytes(content)
    with pytest.raises(InputFileError, match=r"campaign\.toml is not TOML"):
        read_run(folder / "campaign.toml")
    campaign(folder).close()  # written anew from the database


def test_a_table_that_cannot_be_replaced_is_named(folder: Path) -> None:
    (folder / "molecules.csv").unlink()
    (folder / "molecules.csv").mkdir()
    with (
        campaign(folder) as run,
        pytest.raises(CampaignError, match=r"molecules\.csv cannot be written: Is a directory"),
    ):
        run.run(docks=14)
    assert not (folder / "molecules.csv.part").exists()


def test_a_lock_file_that_was_deleted_lets_nobody_in(folder: Path) -> None:
    with campaign(folder) as first, campaign(folder) as second, first._writing():
        (folder / "campaign.lock").unlink()
        with pytest.raises(CampaignLockedError, match="its lock file was removed"):
            second.run(docks=14)
    with campaign(folder) as run:
        run.run(docks=14)


@pytest.mark.parametrize("left", ["1", "own", "4242 on another-host", "\x1b[2J", ""])
def test_what_a_dead_process_left_in_the_lock_file_keeps_nobody_out(folder: Path, left: str) -> None:
    (folder / "campaign.lock").write_text(str(os.getpid()) if left == "own" else left)
    os.utime(folder / "campaign.lock", (4e9, 4e9))  # a clock that went backwards since
    with Lock(folder):
        pass


def test_a_database_that_was_replaced_in_mid_run_is_not_written(folder: Path) -> None:
    copy = shutil.copytree(folder, folder.with_name("copy"))
    run = campaign(folder)
    (folder / "campaign.db").unlink()
    shutil.copy(copy / "campaign.db", folder / "campaign.db")
    with pytest.raises(CampaignError, match="moved, replaced or deleted while it was in use"):
        run.run(docks=20)


SMALL = """
import resource, sys
from pathlib import Path
from tests.campaign.test_campaign import campaign
run = campaign(Path(sys.argv[1]))
size = (run.folder / "campaign.db").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, resource.RLIM_INFINITY))
run.run(docks=200)
"""


def test_a_full_disk_is_said_and_what_was_measured_is_kept(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SMALL, folder], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("molgrad.errors.CampaignError:")
    assert "campaign.db cannot be written" in last
    assert "make room on that disk" in last
    with campaign(folder) as run:
        assert len(run.records()) >= 12
        assert len(run.run(docks=40).records()) == 40


WRITER = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN")
db.execute("UPDATE evaluations SET data = hex(randomblob(20000))")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("way", [0, 1])
def test_a_journal_that_a_killed_process_left_is_undone(folder: Path, way: int) -> None:
    before = Campaign(folder, domain=Letters()).frame().to_csv()
    killed = subprocess.run([sys.executable, "-c", WRITER, folder / "campaign.db"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (folder / "campaign.db-journal").exists()
    assert opened(folder)[way]().frame().to_csv() == before
