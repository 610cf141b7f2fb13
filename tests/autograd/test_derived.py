"""Terms read off other terms: when they are there, whom they read, and what becomes of them when that failed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from molgrad.autograd.composite import Function, Max, Sum
from molgrad.autograd.derived import Derived
from molgrad.autograd.loss import Loss, settled
from molgrad.errors import ConflictingSettingsError, InvalidMoleculeError
from molgrad.evaluation import Evaluation, Status
from tests.loss_fakes import Counted, bad, fixed


class Half(Derived):
    """Half of what the source called so measured."""

    name = "half"

    def __init__(self, of: str = "dock") -> None:
        self.of = of
        self.read: list[str] = []

    def reads(self, loss: Loss) -> bool:
        return loss.name == self.of

    def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
        self.read.append(value)
        return Evaluation(self.name, Status.OK, measured.number() / 2, text="half of it")


def dock(name: str = "dock", function: Callable[[str], float] = len) -> Counted:
    return Counted(name, function, expensive=True)


def test_it_is_there_as_soon_as_its_source_is_and_costs_nothing() -> None:
    source, half = dock(), Half()
    loss = 10 * half + source + Counted("free")  # the order in which terms are written does not matter
    seen = [(i, e.status, e.score) for i, e in loss.stream(["CC", "CCCC"])]
    assert seen == [(0, Status.OK, 10 * 1 + 2 + 2), (1, Status.OK, 10 * 2 + 4 + 4)]
    assert (source.asked, half.read, loss.cost) == (["CC", "CCCC"], ["CC", "CCCC"], 1)


def test_before_its_source_is_measured_it_is_pending_for_the_surrogate() -> None:
    loss = dock() + 2 * Half()
    (before,) = loss.exact(["CC"])
    assert [t.status for t in before.terms] == [Status.PENDING, Status.PENDING]
    assert loss.filled(before, lambda term, sign: {"dock": 3.0, "half": 1.0}[term.loss]).score == 5.0


@pytest.mark.parametrize("status", [Status.FAILED, Status.INVALID])
def test_it_shares_the_fate_of_its_source(status: Status) -> None:
    (result,) = (fixed(bad("dock", status)) + Half()).evaluate(["CC"])
    assert (result.status, result.terms[1].status) == (status, status)
    assert result.terms[1].reason == "left out: dock, which it reads, gave no result" or status is Status.INVALID
    assert settled(result)


def test_what_another_term_finds_unsound_is_not_derived_either() -> None:
    source = dock()
    (result,) = (fixed(bad("free", Status.INVALID)) + source + Half()).evaluate(["CC"])
    assert (source.asked, [t.status for t in result.terms]) == ([], [Status.INVALID] * 3)


def test_what_it_raises_is_its_own_failure() -> None:
    class Broken(Half):
        def _derive(self, value: str, source: Loss, measured: Evaluation) -> Evaluation:
            raise InvalidMoleculeError(value, ["no such atom"]) if value == "C" else KeyError("poses")

    results = (dock() + Broken()).evaluate(["C", "CC"])
    assert [(r.terms[1].status, r.terms[1].reason) for r in results] == [
        (Status.INVALID, "no such atom"), (Status.FAILED, "KeyError: 'poses'"),
    ]  # fmt: skip


def test_what_was_measured_before_is_read_not_measured_again() -> None:
    source, half, other = dock(), Half(), dock("other")
    loss = source + half + other
    stored = next(e for _, e in loss.stream(["CC"]))
    stored = Evaluation.from_json(json.loads(json.dumps(stored.to_json())))
    assert [t.status for t in stored.terms] == [Status.OK, Status.OK, Status.PENDING]  # killed before `other`
    (done,) = [e for _, e in loss.stream(["CC"], known=[stored])][-1:]
    assert (done.score, source.asked, half.read, other.asked) == (5.0, ["CC"], ["CC"], ["CC"])
    assert [e for _, e in loss.stream(["CC"], known=[done])] == [done]


def test_a_composite_within_looks_outward_and_its_own_source_comes_first() -> None:
    loss = dock() + Max(Half(), fixed(Evaluation("least", Status.OK, 0.5)))
    assert loss.evaluate(["CC"])[0].score == 2 + 1
    two = Max(dock() + Half(), dock("dock", lambda value: 10.0) + Half())  # each reads the dock in its own sum
    assert two.evaluate(["CC"])[0].score == 15.0
    assert [term.score for term in two.evaluate(["CC"])[0].terms] == [3.0, 15.0]
    crossed = Max(dock("a"), Half("b")) + Max(dock("b", lambda value: 8.0), Half("a"))
    assert crossed.evaluate(["CC"])[0].score == 4.0 + 8.0


def test_alone_or_unclear_it_says_what_to_write() -> None:
    with pytest.raises(ConflictingSettingsError, match=r"write a term to read \+ Half"):
        Half().evaluate(["CC"])
    assert Half().evaluate([]) == []
    for lonely in (Counted("free") + Half(), 2 * Half(), Max(Half()) + Counted("free")):
        with pytest.raises(ConflictingSettingsError, match="there is none"):
            lonely.check()
    source = dock()
    with pytest.raises(ConflictingSettingsError, match="could read 2 terms"):
        (source + dock() + Half()).evaluate(["CC"])
    assert source.asked == []
    (Counted("free") + Function(len)).check()


def test_a_result_from_outside_is_read_the_next_time() -> None:
    class Told(Counted):
        takes_results = True

        def _evaluate(self, value: str, context: object) -> Evaluation:
            return self.pending("waits for the laboratory")

        def with_result(self, evaluation: Evaluation, value: float, *rest: object, **more: object) -> Evaluation:
            return Evaluation(self.name, Status.OK, value)

    loss = Sum([(1.0, Told("assay", expensive=True)), (1.0, Half("assay"))])
    (waiting,) = loss.evaluate(["CC"])
    told = loss.with_result(waiting, 6.0)
    assert not settled(told)
    assert [e.score for _, e in loss.stream(["CC"], known=[told])] == [9.0]
