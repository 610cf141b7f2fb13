"""The trust region of a search from leads: what lies beyond what was measured is not hoped for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import molgrad as mg
from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Proposal
from molgrad.chem.core import cores, holds
from molgrad.chem.descriptors import describe
from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.evaluation import Evaluation, Status
from molgrad.molecule.domain import MoleculeDomain
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record
from molgrad.optim.trust import Trust, hopeless
from molgrad.validation.bounds import pattern_of

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"


class Size(mg.Loss):
    """A docking score that rewards size alone, as docking did in the run that this file is about."""

    name = kind = "docking"
    expensive = True
    cost = 1
    prior_slopes = (-1.3, -0.25, 0.1, -0.4, -0.3)

    def _evaluate(self, value, context):  # type: ignore[no-untyped-def]  # a loss as users write it
        return Evaluation(self.name, Status.OK, -0.4 * read(value).mol.GetNumHeavyAtoms())


def seen(*extent: float) -> Features:
    return Features({}, (), extent)


def test_hope_ends_beyond_a_step_and_turns_to_pessimism() -> None:
    trust = Trust(np.array([5.0, 2.0]), np.array([6.0, 3.0]), lead=-7.0)
    assert trust.beyond(seen(5.5, 2.5)) == 0.0
    assert trust.beyond(seen(8.5, 1.0)) == 2.5
    hopes = [trust.hope(seen(6.0 + steps, 2.0), -8.0) for steps in (0.0, 1.0, 1.5, 2.0, 5.0)]
    assert hopes == [1.0, 1.0, 0.5, 0.0, -1.0]


def test_what_is_predicted_worse_than_the_lead_is_a_long_shot_without_hope() -> None:
    trust = Trust(np.array([5.0]), np.array([6.0]), lead=-7.0)
    assert trust.hope(seen(5.5), -6.6) == 1.0
    assert trust.hope(seen(5.5), -6.4) == 0.0
    assert not trust.long_shot(seen(5.5), -6.6)
    assert trust.long_shot(seen(5.5), -6.4)
    assert trust.long_shot(seen(7.5), -9.0)


def test_where_every_candidate_may_be_worse_the_least_feared_are_no_long_shots() -> None:
    totals = [-6.0, -5.5, -5.0, -4.0, -3.0, -2.0]
    trust = Trust(np.array([5.0]), np.array([6.0]), lead=-7.0)
    assert all(trust.long_shot(seen(5.5), total) for total in totals)
    assert [trust.among(totals).long_shot(seen(5.5), total) for total in totals] == [False] * 2 + [True] * 4
    assert trust.among(totals).long_shot(seen(7.5), -6.0), "beyond the range it stays one"
    assert trust.among([-9.0]).long_shot(seen(5.5), -6.0), "and what is feared more than the lead allows is one"


@pytest.mark.parametrize(("group", "lost"), [("F", False), ("CCCCCCCCCC", True)])
def test_what_loses_more_than_docking_could_give_back_is_no_candidate(group: str, lost: bool) -> None:
    loss = Size() + 10 * mg.QED()
    archive = Archive([Record(Proposal(LEAD), loss.evaluate([LEAD])[0])])
    child = f"Cc1ccc(NC(=O)c2ccc({group})cc2)cc1Nc1ncccn1"
    assert (describe(LEAD)["qed"] - describe(child)["qed"] > 0.2) is lost
    assert hopeless(loss, loss.exact([child])[0], Proposal(child, LEAD), archive) is lost


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    folder: Path = tmp_path_factory.mktemp("lead") / "run"
    loss, domain = Size() + 10 * mg.QED(), MoleculeDomain("strict")
    with mg.Campaign(folder, start=[LEAD], loss=loss, domain=domain, engine="chemist") as campaign:
        return list(campaign.run(25).records())


def test_a_lead_is_not_left_for_size(records: list[Record]) -> None:
    """One batch of six had 29 to 50 heavy atoms and QED 0.18 to 0.41."""
    lead, proposed = records[0], records[1:]
    assert len(proposed) == 24
    sizes = [read(record.value).mol.GetNumHeavyAtoms() for record in proposed]
    assert max(sizes) <= 31
    assert min(describe(record.value)["qed"] for record in proposed) > 0.5
    worse = [r for r in proposed if (r.evaluation.score or 0.0) > (lead.evaluation.score or 0.0) + 0.5]
    assert len(worse) <= 2


def test_every_proposal_is_one_change_of_what_was_measured_before(records: list[Record]) -> None:
    core = [pattern_of(one) for one in cores([LEAD])]
    batches = {record.value: record.batch for record in records}
    for record in records[1:]:
        parent = record.proposal.parent
        assert parent is not None
        assert batches[parent] < record.batch
        assert change(parent, record.value).places == 1
        assert holds(record.value, core)


def test_the_first_batches_map_positions_by_different_changes(records: list[Record]) -> None:
    domain = MoleculeDomain("strict")
    for batch in (1, 2):
        steps = [domain.step(LEAD, r.value) for r in records if r.batch == batch]
        assert all(r.proposal.parent == LEAD for r in records if r.batch == batch)
        assert len({step.kind for step in steps}) >= 4
        assert len({step.where for step in steps}) >= 4
