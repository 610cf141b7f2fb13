"""What a search tells an advisor whose questions cost something, and whom it asks about."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence

import pytest

from molgrad import registry
from molgrad.autograd.advisor import ProposalRequest, Subject
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.standing import Standing
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.optimizer import Optimizer, Task
from molgrad.optim.record import Record
from molgrad.optim.standing import ASKED, BATCHES, BEST, IDEAS, LATEST, OTHERS, Account
from molgrad.testing.optimizer import STARTS, FewA, LetterDomain, OptimizerSuite, Speller


class Letters(LetterDomain):
    """Words on which somebody else could advise too."""

    default_advisor: str | None = "chemist"

    @property
    def limits(self) -> tuple[str, ...]:
        return ("Only a, b and c.",)

    def difference(self, parent: str, value: str) -> str:
        return f"{parent} -> {value}"


class Reader(Speller):
    """Costs something, and proposes by all that it is told: another word there, another answer."""

    free = False

    def __init__(self) -> None:
        self.told: list[tuple[list[str], Standing]] = []
        self.requests: list[ProposalRequest] = []

    def critiques(self, subjects: Sequence[Subject], keep: object = None) -> list[Gradient]:
        del keep
        found = []
        for subject in subjects:
            assert subject.standing is not None
            seed = zlib.crc32(repr(subject.standing).encode())
            made = LetterDomain().neighbours(subject.variable.value, seed, 4)
            ideas = tuple(
                Proposal(value, subject.variable.value, advisor=self.name, by_model=True, rank=place, expected=-0.1)
                for place, (value, _) in enumerate(made, 1)
            )
            found.append(Gradient("more a", proposals=ideas, source=self.name, about=subject.variable.value))
        self.told.append(([one.variable.value for one in subjects], subjects[0].standing))  # type: ignore[arg-type]
        return found

    def _propose(self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None) -> list[Proposal]:
        self.requests.append(request)
        assert not request.ask
        return []


@pytest.fixture(params=[name for name in registry.names("optimizers") if name != "tpe"])
def make(request: pytest.FixtureRequest) -> object:
    made = registry.load("optimizers", request.param)
    return getattr(made, "begin", made)


class TestWithACostlyAdvisor(OptimizerSuite):
    """Every optimizer: asked twice it answers the same, and from its state it asks and answers as before."""

    @pytest.fixture
    def task(self) -> Task:
        return Task(FewA(), Letters(), Reader(), STARTS, seed=4, role="word")

    @pytest.fixture(autouse=True)
    def _each(self, make: object) -> None:
        self.maker = make

    def make(self, task: Task) -> Optimizer:
        found: Optimizer = self.maker(task)  # type: ignore[operator]
        return found


def measured(value: str, score: float | None, parent: str | None = None, batch: int = 0) -> Record:
    status = Status.FAILED if score is None else Status.OK
    whole = Evaluation("total", status, score, reason="" if score is not None else "it died")
    return Record(Proposal(value, parent, reason="r", by_model=False), whole, batch, value.upper(), id=value.upper())


def account(*records: Record, batch: int = 1, wanted: int = 6) -> tuple[Account, Archive]:
    archive = Archive(records)
    found = Account(FewA(), Letters(), archive)
    found.begin(batch, wanted, 40)
    return found, archive


def test_the_table_is_by_total_with_names_parents_and_changes_and_failures_last() -> None:
    found, _ = account(measured("a", 1.0), measured("ab", None, "a", 1), measured("ac", 0.5, "a", 1))
    told = found.standing()
    assert [(one.name, one.parent, one.change, one.start) for one in told.measured] == [
        ("AC", "A", "a -> ac", False), ("A", "", "", True), ("AB", "A", "a -> ab", False),
    ]  # fmt: skip
    assert (told.wanted, told.left, told.unit, told.limits) == (6, 40, "measurement", ("Only a, b and c.",))


def test_the_table_is_bounded_and_holds_the_best_the_latest_and_the_parents_children() -> None:
    many = [measured(f"w{i:03}", float(i), batch=1) for i in range(200)]
    child = measured("child", 150.5, "w100", 1)
    latest = [measured(f"z{i:03}", 300.0 + i, batch=2) for i in range(40)]
    found, archive = account(*many, child, *latest)
    shown = [one.value for one in found.standing([archive.of("w100") or many[0]]).measured]
    assert shown[:BEST] == [one.value for one in many[:BEST]]
    assert {"w100", "child", "z039"} <= set(shown)
    assert len(shown) == BEST + 2 + LATEST


def test_nobody_is_asked_about_what_is_worse_than_the_lead_while_anything_is_better() -> None:
    lead, worse, better = measured("a", 1.0), measured("ab", 2.0, "a", 1), measured("ac", 0.5, "a", 1)
    found, _ = account(lead, worse)
    assert found.worth_asking([lead, worse]) == [lead, worse]  # nothing is better than the lead yet
    found, _ = account(lead, worse, better)
    assert found.worth_asking([worse, better, lead]) == [better, lead]


def test_one_parent_is_asked_about_for_three_places_and_none_twice_with_nothing_new() -> None:
    parents = [measured(one, 0.1 * place) for place, one in enumerate("abcde")]
    found, archive = account(*parents)
    assert [one.value for one in found.worth_asking(parents)] == ["a", "b"]
    found.begin(2, 3, None)
    assert [one.value for one in found.worth_asking(parents)] == ["c"]
    archive.add(measured("ab", 0.3, "a", 2))
    found.begin(3, 3, None)
    assert [one.value for one in found.worth_asking(parents)] == ["a"]  # a child of it was measured since


@pytest.mark.parametrize(("wanted", "parents"), [(1, 1), (3, 1), (6, 3), (40, 6)])
def test_in_one_request_more_parents_are_asked_about(wanted: int, parents: int) -> None:
    records = [measured(one, 0.1 * place) for place, one in enumerate("abcdefgh")]
    found = Account(FewA(), Letters(), Archive(records), together=True)
    found.begin(1, wanted, None)
    assert found.worth_asking(records) == records[:parents]


def test_a_batch_that_is_thought_of_again_asks_the_same() -> None:
    parents = [measured(one, 0.1 * place) for place, one in enumerate("abc")]
    found, _ = account(*parents)
    first = found.worth_asking(parents)
    found.pass_over([(Proposal("x", "a", by_model=True), "not in the batch")])
    found.begin(1, 6, 40)
    assert found.worth_asking(parents) == first
    assert found.standing().passed_over == ()


def test_what_was_passed_over_is_told_with_its_reason_until_it_is_old_or_measured() -> None:
    found, archive = account(measured("a", 1.0))
    ideas = [(Proposal(f"i{place}", "a", by_model=True), f"reason {place}") for place in range(IDEAS + 9)]
    others = [(Proposal(f"o{place}", "a"), "not in the batch") for place in range(OTHERS + 9)]
    found.pass_over([*ideas, *others])
    found.begin(2, 6, 30)
    told = found.standing().passed_over
    assert len(told) == IDEAS + OTHERS
    assert (told[0].value, told[0].parent, told[0].why) == ("i0", "A", "reason 0")
    assert [one.value for one in found.waiting()] == [f"i{place}" for place in range(IDEAS)]
    found.pass_over([(ideas[0][0], "reason of today")])
    archive.add(measured("i1", 0.5, "a", 2))
    found.begin(3, 6, 24)
    told = found.standing().passed_over
    assert told[0].why == "reason of today"
    assert "i1" not in {one.value for one in told}
    found.begin(2 + BATCHES, 6, 18)
    assert found.standing().passed_over == ()  # it does not stay for being passed over again


def test_its_state_is_json_and_bounded() -> None:
    found, archive = account(measured("a", 1.0), wanted=3 * ASKED + 30)
    found.worth_asking([measured(f"w{place}", 0.1) for place in range(ASKED + 10)])
    found.pass_over([(Proposal("x", "a", by_model=True, rank=2, expected=-1.0), "why")])
    kept = json.loads(json.dumps(found.state()))
    assert len(kept["asked"]) == ASKED
    other = Account(FewA(), Letters(), archive)
    other.restore(kept)
    for one in (found, other):
        one.begin(2, 6, None)
    assert other.standing() == found.standing()
    assert other.waiting() == found.waiting() != []
    other.restore({})  # of a folder that was begun before there were accounts
    assert other.waiting() == []


def test_a_free_advisor_and_texts_need_no_account() -> None:
    population = registry.load("optimizers", "population")
    assert population(Task(FewA(), Letters(), Speller(), STARTS)).account is None
    assert population(Task(FewA(), LetterDomain(), Reader(), STARTS)).account is None
