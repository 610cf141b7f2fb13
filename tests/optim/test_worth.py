"""What kinds of facts were worth to a search: measured children of a lead with facts at known atoms."""

from __future__ import annotations

import pytest

from molgrad.autograd.gradient import Edit, Proposal
from molgrad.autograd.standing import Worth
from molgrad.evaluation import DOCKING, Evaluation, Fact, Status
from molgrad.interactions import kinds
from molgrad.interactions.worth import NONE, stored_worth
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record
from molgrad.optim.worth import WorthLog, act_of, worth_of
from tests.optim.words import LETTERS

LEAD = "O=C(Cc1ccccc1)Nc1ccc(F)cc1"  # F is atom 14, ortho to it is 12
ROOM = Fact(kinds.GROWTH, "growth vector at C at atom 12: 3.0 Å free", (12,), "A:ILE7", -0.3, weight=0.3)
EXPOSED = Fact(kinds.EXPOSED, "F at atom 14 touches nothing", (14,), weight=0.2)
SITE = Fact(kinds.UNSATISFIED, "OD1 of A:ASP21 is an unsatisfied site: a donor there could bond", (14,), weight=0.5)
ETHYL = "O=C(Cc1ccccc1)Nc1ccc(F)c(CC)c1"
METHYL = "O=C(Cc1ccccc1)Nc1ccc(C)cc1"
AMINE = "O=C(Cc1ccccc1)Nc1ccc(N)cc1"
ELSEWHERE = "O=C(Cc1cccc(C)c1)Nc1ccc(F)cc1"


def record(value: str, affinity: float | None, *facts: Fact, answers: str = "", parent: str = LEAD) -> Record:
    status, why = (Status.OK, "") if affinity is not None else (Status.FAILED, "no pose")
    docked = Evaluation("docking", status, affinity, facts=facts, reason=why, kind=DOCKING)
    whole = Evaluation("total", status, None if affinity is None else affinity + 4.0, reason=why, terms=(docked,))
    edit = Edit("grow", {"answers": answers} if answers else {})
    return Record(Proposal(value, None if value == LEAD else parent, edit), whole)


def kind_of(child: str, *facts: Fact, answers: str = "") -> str | None:
    act = act_of(record(LEAD, -7.0, *facts), record(child, -7.4, answers=answers), MOLECULES)
    return None if act is None else act.kind


def test_a_change_answers_the_fact_that_lies_where_it_is() -> None:
    assert kind_of(ETHYL, ROOM, EXPOSED) == kinds.GROWTH
    assert kind_of(METHYL, ROOM, EXPOSED) == kinds.EXPOSED
    assert kind_of(ELSEWHERE, ROOM, EXPOSED) == NONE


def test_a_change_that_could_answer_two_kinds_says_nothing_of_either() -> None:
    assert kind_of(AMINE, EXPOSED, SITE) is None
    assert kind_of(AMINE, EXPOSED, SITE, answers=kinds.UNSATISFIED) == kinds.UNSATISFIED


def test_an_answer_to_the_affinity_as_a_whole_has_no_place() -> None:
    assert kind_of(ETHYL, ROOM, answers=DOCKING) is None


def test_what_was_not_measured_is_no_change() -> None:
    assert act_of(record(LEAD, -7.0, ROOM), record(ETHYL, None), MOLECULES) is None
    assert act_of(record(LEAD, None), record(ETHYL, -7.0), MOLECULES) is None


def test_the_total_and_its_docking_part_are_told() -> None:
    act = act_of(record(LEAD, -7.0, ROOM), record(ETHYL, -7.4), MOLECULES)
    assert act is not None
    assert (act.total, act.docking) == (pytest.approx(-0.4), pytest.approx(-0.4))
    assert not act.asked


def test_the_record_grows_with_its_archive_and_stands_on_stored_runs() -> None:
    archive, log = Archive([record(LEAD, -7.0, ROOM, EXPOSED)]), WorthLog(MOLECULES)
    before = log.read(archive).worth().get(kinds.GROWTH, Worth(kinds.GROWTH, 0, 0, 0.0))
    assert before == stored_worth().get(kinds.GROWTH, Worth(kinds.GROWTH, 0, 0, 0.0))
    archive.add(record(ETHYL, -7.5))
    archive.add(record(METHYL, -6.5))
    after = log.read(archive).worth()[kinds.GROWTH]
    assert (after.tried - before.tried, after.paid - before.paid) == (1, 1)
    assert after.stored == before.tried
    assert log.worth() == worth_of(archive, MOLECULES)


def test_the_order_of_results_does_not_matter() -> None:
    children = [record(ETHYL, -7.5), record(METHYL, -6.4), record(ELSEWHERE, -7.1)]
    lead = record(LEAD, -7.0, ROOM, EXPOSED)
    assert worth_of(Archive([lead, *children]), MOLECULES) == worth_of(Archive([lead, *children[::-1]]), MOLECULES)


def test_a_domain_that_tells_no_facts_leaves_what_the_authors_name() -> None:
    assert act_of(record(LEAD, -7.0, ROOM), record(ETHYL, -7.4), LETTERS) is None
    act = act_of(record(LEAD, -7.0, ROOM), record(ETHYL, -7.4, answers=kinds.GROWTH), LETTERS)
    assert act is not None
    assert act.kind == kinds.GROWTH
