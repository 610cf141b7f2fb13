"""The database of a run folder: what comes back, and files that another version of molgrad made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.schema import VERSION
from molgrad.campaign.store import Store
from molgrad.errors import CampaignError
from tests.campaign.test_campaign import campaign
from tests.fakes import Letters

PROPOSAL = Proposal("ab", "b", Edit("grow", {"at": [1]}, "longer", {"x": -1.0}), "why", {"x": (0.5, 0.1)}, "me", True)


def test_proposals_and_gradients_come_back_as_they_were(tmp_path: Path) -> None:
    store = Store(tmp_path / "campaign.db")
    store.add_batch(0, "start", [PROPOSAL], optimizer={"lessons": ["a"]})
    gradient = Gradient("words", edits=(Edit("keep"),), proposals=(PROPOSAL,), source="me", weight=2.0, about="ab")
    store.critiques.add(1, gradient, known=3)
    store.close()
    again = Store(tmp_path / "campaign.db", read_only=True)
    assert [row.proposal for row in again.rows()] == [PROPOSAL]
    assert again.meta("optimizer") == {"batch": 0, "state": {"lessons": ["a"]}}
    found = again.critiques.of(1)
    assert found is not None
    assert again.critiques.of(1, known=3) is not None
    assert again.critiques.of(1, known=4) is None  # more was measured since
    assert found.to_json() == gradient.to_json()


@pytest.mark.parametrize(
    ("version", "said"), [(0, "an older molgrad"), (VERSION - 1, "an older molgrad"), (VERSION + 1, "update molgrad")]
)
def test_a_file_of_another_version_is_refused_with_what_to_do(tmp_path: Path, version: int, said: str) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=3)
    table = (tmp_path / "molecules.csv").read_text()
    with sqlite3.connect(tmp_path / "campaign.db") as db:
        db.execute(f"PRAGMA user_version = {version}")
    for opened in (lambda: campaign(tmp_path), lambda: Campaign(tmp_path, domain=Letters())):
        with pytest.raises(CampaignError, match=f"schema version {version}.*{said}.*make a new folder") as caught:
            opened()
        assert f"{tmp_path / 'campaign.db'} has" in str(caught.value)
        assert f"reads version {VERSION}" in str(caught.value)
    assert (tmp_path / "molecules.csv").read_text() == table


def test_a_file_from_before_results_were_kept_is_an_older_molgrads(tmp_path: Path) -> None:
    with campaign(tmp_path) as run:
        run.run(docks=1)
    with sqlite3.connect(tmp_path / "campaign.db") as db:
        db.execute("DROP TABLE results")
        db.execute("PRAGMA user_version = 5")
    with pytest.raises(CampaignError, match="schema version 5, of an older molgrad"):
        campaign(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "campaign.db").write_text("my notes, which are longer than the head of a database file would be" * 20)
    with pytest.raises(CampaignError, match="cannot be used as a campaign's database"):
        campaign(tmp_path)
