"""Losses made of losses: shares, weights, statuses, and what is measured only once."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import numpy as np
import pytest

from molgrad.autograd.compose import maximum_of, sum_of, unique_names
from molgrad.autograd.composite import Composite, Function, Max, Sum
from molgrad.autograd.loss import NOT_MEASURED, Loss, settled
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError, InvalidMoleculeError, SettingsChangedError, UnparsableAnswerError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.assay import Assay
from tests.loss_fakes import Counted, bad, fixed, ok


def one(loss: Loss, value: str = "CCO") -> Evaluation:
    return loss.evaluate([value])[0]


def test_shares_add_up_to_the_loss_and_keep_weight_and_raw_value() -> None:
    whole = one(Counted("a") + 10 * Counted("b", lambda s: 0.5) - 2 * Counted("c", lambda s: 1.5))
    assert [(t.loss, t.weight, t.score, t.contribution) for t in whole.terms] == [
        ("a", 1.0, 3.0, 3.0),
        ("b", 10.0, 0.5, 5.0),
        ("c", -2.0, 1.5, -3.0),
    ]
    assert whole.score == 5.0 == sum(t.contribution or 0 for t in whole.terms)
    assert whole.raw == {"a": 3.0, "b": 0.5, "c": 1.5}
    worst = whole.worst()
    assert worst is not None
    assert worst.loss == "b"
    assert "most to gain from b" in whole.text


def test_nested_contributions_add_up_over_all_terms() -> None:
    inner = Max(Counted("small", lambda s: 1), 3 * Counted("large", lambda s: 2))
    whole = one(Counted("a") + 0.5 * (inner + Counted("d")))
    assert whole.score == 3 + 0.5 * (6 + 3)
    terms = whole.all_terms()
    assert [(e.loss, e.weight, e.contribution) for e in terms] == [
        ("a", 1.0, 3.0),
        ("max.small", 0.5, 0.0),
        ("max.large", 1.5, 3.0),
        ("d", 0.5, 1.5),
    ]
    assert sum(e.contribution or 0 for e in terms) == whole.score


def test_sums_of_sums_are_flat_and_weights_multiply() -> None:
    loss = 2 * (Counted("a") + 3 * Counted("b")) + Counted("c")
    assert [(w, term.name) for w, term in loss.terms] == [(2.0, "a"), (6.0, "b"), (1.0, "c")]


def test_python_sum_and_plain_functions() -> None:
    loss = sum([Counted("a"), Counted("b")]) + len
    whole = one(loss)  # type: ignore[arg-type]
    assert whole.score == 9.0
    assert [t.loss for t in whole.terms] == ["a", "b", "len"]


def test_repeated_losses_are_numbered_and_no_raw_value_is_lost() -> None:
    whole = one(Counted("a") + Counted("a", lambda s: 7) + Counted("a", lambda s: 8))
    assert [t.loss for t in whole.terms] == ["a", "a_2", "a_3"]
    assert whole.raw == {"a": 3.0, "a_a_2": 7.0, "a_a_3": 8.0}
    nested = sum_of(
        [sum_of([ok("q", 1.0, raw={"q": 1.0}), ok("q", 2.0, raw={"q": 2.0})]), ok("q", 3.0, raw={"q": 3.0})]
    )
    assert sorted(nested.raw.values()) == [1.0, 2.0, 3.0]


def test_numbering_avoids_names_that_are_taken() -> None:
    assert unique_names(["d", "d", "d_2", "d"]) == ["d", "d_2", "d_2_2", "d_3"]
    assert unique_names(["d_2", "d", "d"]) == ["d_2", "d", "d_3"]


@pytest.mark.parametrize(
    ("statuses", "joint"),
    [
        ((Status.FAILED, Status.PENDING), Status.FAILED),
        ((Status.PENDING, Status.FAILED, Status.INVALID), Status.INVALID),
        ((Status.PENDING,), Status.PENDING),
    ],
)
@pytest.mark.parametrize("combine", [sum_of, maximum_of])
def test_a_term_without_a_result_leaves_the_whole_without_one(
    combine: object, statuses: tuple[Status, ...], joint: Status
) -> None:
    whole = combine([ok("a", -9.0), *(bad(s.value, s) for s in statuses)])  # type: ignore[operator]
    assert (whole.status, whole.score) == (joint, None)
    assert whole.terms[0].score == -9.0  # the rest stays measured
    assert f"{joint.value}: because" in whole.reason


def test_a_failed_antitarget_never_counts_as_selective() -> None:
    whole = one(fixed(ok("target", -9.0)) - fixed(bad("antitarget", Status.FAILED)))
    assert (whole.status, whole.score) == (Status.FAILED, None)


def test_words_add_nothing_and_only_words_have_no_number() -> None:
    words = fixed(ok("text", None, text="hm"))
    assert one(words + Counted("a")).score == 3.0
    assert (one(words + words).status, one(words + words).score) == (Status.OK, None)
    assert one(Max(words, Counted("a"))).score == 3.0


def test_max_takes_the_first_of_equals_and_ignores_the_rest() -> None:
    whole = one(Max(Counted("a"), Counted("b"), Counted("c", lambda s: 1)))
    assert [t.active for t in whole.terms] == [True, False, False]
    assert [t.contribution for t in whole.terms] == [3.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="at least one"):
        Max()


def test_expensive_terms_come_last_and_only_for_sound_values() -> None:
    def judge(value: str) -> float:
        if value == "bad":
            raise InvalidMoleculeError(value, ["no"])
        return 0.0

    dock = Counted("dock", expensive=True)
    loss = dock + Function(judge) + Max(Counted("dock2", expensive=True), Counted("free"))
    results = loss.evaluate(["CC", "bad"])
    assert dock.asked == ["CC"]
    assert (results[0].status, results[1].status) == (Status.OK, Status.INVALID)
    assert all(settled(r) for r in results)  # nobody comes back to measure the rest of an unsound value
    assert (loss.expensive, loss.cost) == (True, 2)


def test_what_is_known_is_measured_never_again() -> None:
    free, dock, other = Counted("free"), Counted("dock", expensive=True), Counted("other", expensive=True)
    loss = free + 2 * dock + other
    stored: dict[int, Evaluation] = {}
    for i, evaluation in loss.stream(["C", "CC"]):
        stored[i] = Evaluation.from_json(json.loads(json.dumps(evaluation.to_json())))
        if len(dock.asked) == 2:
            break  # killed after the second dock, before anything else
    assert (dock.asked, other.asked) == (["C", "CC"], [])
    known = [stored.get(0), stored.get(1)]
    assert [k.status for k in known if k] == [Status.PENDING, Status.PENDING]
    done = dict(loss.stream(["C", "CC"], known=known))
    assert (free.asked, dock.asked, other.asked) == (["C", "CC"], ["C", "CC"], ["C", "CC"])
    assert [done[0].score, done[1].score] == [4.0, 8.0]
    again = dict(loss.stream(["C", "CC"], known=[done[0], done[1]]))
    assert again == done
    assert len(dock.asked) == 2


def test_the_last_evaluation_of_a_value_is_complete_and_those_before_are_pending() -> None:
    loss = Counted("free") + Counted("dock", expensive=True) + Counted("other", expensive=True)
    seen = [(i, e.status) for i, e in loss.stream(["C", "CC"])]
    assert seen == [(0, Status.PENDING), (1, Status.PENDING), (0, Status.OK), (1, Status.OK)]


def test_known_terms_of_another_loss_are_refused() -> None:
    known = (Counted("a") + Counted("b")).evaluate(["C"])
    with pytest.raises(SettingsChangedError, match="stored terms"):
        list((Counted("a") + Counted("c")).stream(["C"], known=known))


def test_exact_leaves_the_expensive_pending() -> None:
    dock = Counted("dock", expensive=True)
    (result,) = (Counted("a") + dock).exact(["CC"])
    assert (result.status, [t.contribution for t in result.terms], dock.asked) == (Status.PENDING, [2.0, None], [])
    assert not settled(result)


def test_an_assay_that_is_out_is_settled_a_dock_that_is_not_done_is_not() -> None:
    waiting = one(Counted("a") + Assay())
    assert (waiting.status, settled(waiting)) == (Status.PENDING, True)
    assert not settled(Counted("a").pending())
    assert not settled(None)
    assert NOT_MEASURED in Counted("a").pending().reason


def test_what_a_loss_raises_is_its_own_failure_with_the_reason() -> None:
    def broken(value: str) -> float:
        raise RuntimeError(f"no licence for {value}")

    result = one(Function(broken))
    assert (result.status, result.reason) == (Status.FAILED, "RuntimeError: no licence for CCO")
    assert one(Function(lambda s: float("nan"), "f")).status is Status.FAILED


def test_a_missing_engine_ends_the_measurement_but_an_unreadable_answer_does_not() -> None:
    def offline(value: str) -> float:
        raise EngineError("http://localhost is down")

    def unreadable(value: str) -> float:
        raise UnparsableAnswerError("no JSON in it")

    with pytest.raises(EngineError, match="down"):
        one(Function(offline) + Counted("a"))
    result = one(Function(unreadable))
    assert (result.status, result.reason) == (Status.FAILED, "no JSON in it")


def test_ctrl_c_passes() -> None:
    def interrupted(value: str) -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one(Function(interrupted))


def test_json_and_back_of_a_nested_composite() -> None:
    loss = Counted("a") + Max(Counted("b"), fixed(bad("dock", Status.FAILED)))
    whole = one(loss)
    assert Evaluation.from_json(json.loads(json.dumps(whole.to_json()))) == whole


def test_spec_holds_weights_and_differs_where_results_would() -> None:
    first, second = 2 * Counted("a") + Counted("b"), 3 * Counted("a") + Counted("b")
    assert first.spec() != second.spec()
    assert first.spec()["terms"][0]["weight"] == 2.0
    assert isinstance(first, Sum)
    assert isinstance(first, Composite)


def test_what_is_no_loss_is_refused() -> None:
    with pytest.raises(TypeError, match="a loss is"):
        Counted("a") + "qed"  # type: ignore[operator]


@pytest.mark.parametrize("weight", ["ten", "2", None, [1.0], 1j])
def test_a_weight_that_is_no_number_is_named(weight: object) -> None:
    for make in (lambda: weight * Counted("a"), lambda: Counted("a") * weight, lambda: Sum([(weight, Counted("a"))])):
        with pytest.raises(TypeError, match="a weight is a number, not " + re.escape(repr(weight))):
            make()
    measured = Counted("a")(Variable("C", role_description="word"))
    with pytest.raises(TypeError, match="a weight is a number"):
        _ = weight * measured  # type: ignore[operator]


def test_numbers_of_any_kind_are_weights() -> None:
    for weight in (2, 2.0, np.float32(2), np.int64(2), Fraction(2)):
        assert (weight * Counted("a")).terms[0][0] == 2.0
    with pytest.raises(ValueError, match="finite"):
        _ = float("inf") * Counted("a")
