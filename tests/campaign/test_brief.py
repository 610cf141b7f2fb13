"""A folder with many rows is read in brief: everything that is asked of it is as if it had been read whole."""

from __future__ import annotations

import copy
import pickle
import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from molgrad.autograd.gradient import Proposal
from molgrad.campaign import brief
from molgrad.campaign.campaign import Campaign
from molgrad.evaluation import Evaluation
from tests.campaign.test_campaign import campaign, measured
from tests.fakes import Letters


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with campaign(tmp_path / "run") as run:
        run.run(docks=25)
    return tmp_path / "run"


def test_rows_in_brief_equal_whole_ones(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Campaign(folder, domain=Letters()) as run:
        whole, lessons, frame = run.records(), run.lessons(), run.frame()
    monkeypatch.setattr(brief, "BRIEF_FROM", 0)
    with Campaign(folder, domain=Letters()) as run:
        found = run.records()
        assert run.lessons() == lessons
        assert run.frame().equals(frame)
    assert any(type(record.evaluation) is brief.BriefEvaluation for record in found)
    shutil.rmtree(folder.parent)  # what was read is there after the campaign was closed, and even removed
    assert found == whole
    assert whole == found
    for one, other in zip(found, whole, strict=True):
        for mine, its, kind in (
            (one.proposal, other.proposal, Proposal),
            (one.evaluation, other.evaluation, Evaluation),
        ):
            assert [getattr(mine, f.name) for f in fields(kind)] == [getattr(its, f.name) for f in fields(kind)]
            assert pickle.loads(pickle.dumps(mine)) == its  # noqa: S301 - our own
            assert copy.deepcopy(mine) == its
        assert replace(one.evaluation, text="other") == replace(other.evaluation, text="other") != one.evaluation


def test_a_campaign_that_was_read_in_brief_goes_on_as_if_it_had_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, folder.with_name("copy"))
    with campaign(folder) as run:
        expected = measured(run.run(docks=40))
    monkeypatch.setattr(brief, "BRIEF_FROM", 0)
    monkeypatch.setattr(brief, "KEPT", 2)
    with campaign(folder.with_name("copy")) as run:
        assert measured(run.run(docks=40)) == expected
