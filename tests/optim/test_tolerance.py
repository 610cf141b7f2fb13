"""What a place of a series was found to tolerate counts against further changes there."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.advisors.chemist import Chemist
from molgrad.autograd.gradient import Proposal
from molgrad.evaluation import Evaluation, Status
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.analogues import Analogues
from molgrad.optim.archive import Archive
from molgrad.optim.models import Models
from molgrad.optim.optimizer import Task
from molgrad.optim.record import Record
from molgrad.optim.search import PopulationSearch
from molgrad.optim.settings import SearchSettings
from molgrad.optim.tolerance import DOUBT, FAILED, Tolerance

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
CHLORO = "COc1cc(Cc2cnc(N)nc2N)cc(Cl)c1OC"  # a sibling, changed at another place
LINKER = {
    "cyclopropane": "COc1cc(C2(c3cnc(N)nc3N)CC2)cc(OC)c1OC",
    "two methyls": "COc1cc(C(C)(C)c2cnc(N)nc2N)cc(OC)c1OC",
    "sulfone": "COc1cc(S(=O)(=O)c2cnc(N)nc2N)cc(OC)c1OC",
    "on a sibling": "COc1cc(C(C)(C)c2cnc(N)nc2N)cc(Cl)c1OC",
}
ELSEWHERE = "COc1cc(Cc2cnc(N)nc2N)cc(F)c1OC"


class Pocket(mg.Loss):
    """Docking scores given by hand: None is a molecule without one."""

    name = kind = "docking"
    expensive = True
    cost = 1

    def __init__(self, score: float | None = 0.0) -> None:
        self.score = score

    def _evaluate(self, value, context):  # type: ignore[no-untyped-def]  # a loss as users write it
        if self.score is None:
            return Evaluation(self.name, Status.INVALID, None, reason="the contact is lost")
        return Evaluation(self.name, Status.OK, self.score)


LOSS = Pocket() + 10 * mg.QED()


def measured(smiles: str, docking: float | None, parent: str | None = None) -> Record:
    value = MOLECULES.canonical(smiles)
    total = (Pocket(docking) + 10 * mg.QED()).evaluate([value])[0]
    return Record(Proposal(value, parent and MOLECULES.canonical(parent)), total, 0 if parent is None else 1)


def cost(change: str, parent: str, *others: Record) -> float:
    archive = Archive([measured(LEAD, -7.0), *others])
    proposal = Proposal(MOLECULES.canonical(change), MOLECULES.canonical(parent))
    return Tolerance(LOSS, MOLECULES, archive).cost(proposal)


@pytest.mark.parametrize("name", ["two methyls", "sulfone"])
def test_a_place_that_lost_much_is_not_tried_in_another_guise(name: str) -> None:
    bad = measured(LINKER["cyclopropane"], -3.0, LEAD)
    assert 1.5 < cost(LINKER[name], LEAD, bad) <= 4.0 / (1 + DOUBT)
    assert cost(ELSEWHERE, LEAD, bad) == 0.0


def test_the_place_is_found_in_a_sibling_too() -> None:
    bad = measured(LINKER["cyclopropane"], -3.0, LEAD)
    sibling = measured(CHLORO, -7.2, LEAD)
    assert cost(LINKER["on a sibling"], CHLORO, bad, sibling) == cost(LINKER["two methyls"], LEAD, bad) > 1.5


def test_two_bad_changes_count_more_than_one_and_a_good_one_less() -> None:
    bad, worse = measured(LINKER["cyclopropane"], -3.0, LEAD), measured(LINKER["sulfone"], -1.0, LEAD)
    good = measured(LINKER["sulfone"], -7.5, LEAD)
    alone = cost(LINKER["two methyls"], LEAD, bad)
    assert cost(LINKER["two methyls"], LEAD, bad, worse) > alone > cost(LINKER["two methyls"], LEAD, bad, good)


def test_a_smaller_group_is_doubted_less_than_one_as_large() -> None:
    bad = measured("CCCc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", -3.0, LEAD)
    as_large = "CC(C)c1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
    assert cost(as_large, LEAD, bad) > cost(CHLORO, LEAD, bad) > 0.0


def test_a_change_without_a_score_counts_and_a_small_loss_does_not() -> None:
    assert cost(LINKER["sulfone"], LEAD, measured(LINKER["cyclopropane"], None, LEAD)) == FAILED / (1 + DOUBT)
    assert cost(LINKER["sulfone"], LEAD, measured(LINKER["cyclopropane"], -6.6, LEAD)) == 0.0


def test_free_terms_cost_nothing_since_they_are_known_beforehand() -> None:
    poor = measured("COc1cc(C(CCCCCC)c2cnc(N)nc2N)cc(OC)c1OC", -7.0, LEAD)
    assert poor.evaluation.score is not None
    assert poor.evaluation.score > measured(LEAD, -7.0).evaluation.number() + 1
    assert cost(LINKER["sulfone"], LEAD, poor) == 0.0


def test_one_batch_does_not_make_the_same_change_on_two_parents() -> None:
    archive = Archive([measured(LEAD, -7.0), measured(CHLORO, -7.2, LEAD)])
    series = Analogues(MOLECULES, archive, Models(LOSS, MOLECULES))
    lead, sibling = MOLECULES.canonical(LEAD), MOLECULES.canonical(CHLORO)
    one = Proposal(MOLECULES.canonical(LINKER["two methyls"]), lead)
    again = Proposal(MOLECULES.canonical(LINKER["on a sibling"]), sibling)
    other = Proposal(MOLECULES.canonical(ELSEWHERE), lead)
    assert series.same(one, again)
    assert not series.same(one, other)
    assert not series.same(one, one), "changes of one parent are kept apart by likeness"


def test_a_child_that_lost_the_binding_is_no_parent() -> None:
    domain = MOLECULES.within("analogues", [MOLECULES.canonical(LEAD)])
    task = Task(LOSS, domain, Chemist(), [MOLECULES.canonical(LEAD)], settings=SearchSettings(scope="analogues"))
    search = PopulationSearch(task)
    search.observe([measured(LEAD, -7.0), measured(CHLORO, -7.1, LEAD), measured(LINKER["cyclopropane"], -3.0, LEAD)])
    assert {record.value for record in search._parents(2, 1.0)} == {MOLECULES.canonical(s) for s in (LEAD, CHLORO)}


def test_an_uncertain_contact_is_no_hope_of_a_better_one_than_kept() -> None:
    class Kept(Pocket):
        name = kind = "kept"
        least = 0.0

    bounds = {}
    for one in (Pocket, Kept):
        loss = one(0.0) + 10 * mg.QED()
        records = [
            Record(Proposal(value), loss.evaluate([value])[0]) for value in map(MOLECULES.canonical, (LEAD, CHLORO))
        ]
        value = MOLECULES.canonical(ELSEWHERE)
        ((bounds[one], found),) = Acquisition(loss, MOLECULES).ranked([Proposal(value)], Archive(records), 1)
        assert found.predicted[one.name][1] > 0.0
    assert bounds[Kept] == pytest.approx((10 * mg.QED()).evaluate([value])[0].number(), abs=0.05)
    assert bounds[Pocket] < bounds[Kept] - 0.1


@pytest.mark.parametrize(("docking", "tried"), [(-5.0, True), (-1.0, False)])
def test_a_place_where_more_is_lost_than_docking_gives_is_left_alone(docking: float, tried: bool) -> None:
    archive = Archive([measured(LEAD, -7.0), measured(LINKER["cyclopropane"], docking, LEAD)])
    tolerance = Tolerance(LOSS, MOLECULES, archive)
    acquisition = Acquisition(LOSS, MOLECULES, trust_region=True, cost=tolerance.cost)
    proposal = Proposal(MOLECULES.canonical(LINKER["two methyls"]), MOLECULES.canonical(LEAD))
    assert bool(acquisition.best([proposal], archive, 1)) is tried


def test_a_long_run_looks_at_its_latest_changes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, later = measured(LINKER["cyclopropane"], -3.0, LEAD), measured(CHLORO, -3.0, LEAD)
    assert cost(LINKER["sulfone"], LEAD, bad, later) > 1.0
    monkeypatch.setattr("molgrad.optim.tolerance.LATEST", 1)
    assert cost(LINKER["sulfone"], LEAD, bad, later) == 0.0
