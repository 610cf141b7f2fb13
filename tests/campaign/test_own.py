"""Molecules of one's own, measured as a part of the campaign, and what it would measure next."""

from __future__ import annotations

from pathlib import Path

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from tests.fakes import Count, Letters, ScriptedAdvisor


def begun(folder: Path) -> Campaign:
    engine = ScriptedAdvisor(lambda value: [value + "a"])
    return Campaign(folder, start=["ab"], loss=Count("a"), engine=engine, domain=Letters(), seed=1, batch=2)


def test_own_values_join_the_campaign_after_its_starts_and_leave_other_proposals_open(tmp_path: Path) -> None:
    with begun(tmp_path) as campaign:
        own = Proposal("abc", "ab", reason="a c at the end", advisor="me")
        (record,) = campaign.measure([own])
        assert [one.value for one in campaign.records()] == ["ab", "abc"]
        assert (record.proposal.reason, record.proposal.parent, record.batch) == ("a c at the end", "ab", 1)
        assert [one.value for one in campaign.lineage("abc")] == ["ab", "abc"]
        campaign._table.add_batch("search", [Proposal("bb"), Proposal("cc")])  # as a run leaves them that was stopped
        assert [one.value for one in campaign.measure([own, Proposal("cc"), Proposal("ca")])] == ["abc", "cc", "ca"]
        assert [row.proposal.value for row in campaign.unmeasured(["bb"])] == ["bb"]
    with begun(tmp_path) as again:
        assert [one.value for one in again.records()] == ["ab", "abc", "cc", "ca"]


def test_what_would_be_measured_next_is_told_and_not_kept(tmp_path: Path) -> None:
    with begun(tmp_path) as campaign:
        assert [one.value for one in campaign.proposals(3)] == ["ab"]  # the start waits
        campaign.run(3)
        rows = len(campaign.rows())
        found = campaign.proposals(2)
        assert found
        assert {one.value for one in found}.isdisjoint(row.proposal.value for row in campaign.rows())
        assert len(campaign.rows()) == rows
        assert [one.value for one in campaign.proposals(2)] == [one.value for one in found]
