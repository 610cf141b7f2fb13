"""Budgets: refused before anything is sent, never passed in calls, and priced."""

from __future__ import annotations

import warnings
from pathlib import Path
from threading import Condition, Event

import pytest

from molgrad.errors import BudgetReachedError, ConflictingSettingsError, EngineError
from molgrad.llm import Budget, gather, open_model
from molgrad.llm.budget import BudgetedModel
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.types import Usage
from molgrad.llm.usage import PricedModel
from tests.llm.conftest import Told, ask
from tests.loopback import Loopback, error


def calls_until_refused(model: BudgetedModel) -> int:
    for made in range(100):
        try:
            model.complete(ask(str(made)))
        except BudgetReachedError:
            return made
    return 100


@pytest.mark.parametrize(
    ("budget", "made"),
    [
        (Budget(calls=3), 3),
        (Budget(tokens=45), 3),  # 15 a call
        (Budget(tokens=46), 4),
        (Budget(money=1.0), 2),  # 0.5 a call
        (Budget(calls=0), 0),
        (Budget(calls=9, tokens=15), 1),
        (Budget(), 100),
    ],
)
def test_each_limit_holds(budget: Budget, made: int) -> None:
    told = Told(usage=Usage(1, 10, 5, cost=0.5))
    assert calls_until_refused(BudgetedModel(told, budget)) == made
    assert len(told.asked) == made


def test_an_endpoint_that_counts_no_tokens_is_reckoned_and_said() -> None:
    silent = Told(lambda _: "n" * 30, usage=Usage(1))
    model = open_model(silent, cache=False, budget=Budget(tokens=40), price=(3e6, 1e6))
    with pytest.warns(UserWarning, match="does not count tokens"):
        first = model.complete(ask("q"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # once is enough
        model.complete(ask("q"))
    with pytest.raises(BudgetReachedError, match="40 tokens"):
        model.complete(ask("q"))
    assert first.usage.completion_tokens == 10
    assert first.usage.prompt_tokens == 26  # the messages as JSON have 78 characters
    assert first.usage.cost == 3 * 26 + 10


def test_what_an_endpoint_counts_is_left_alone() -> None:
    counted = open_model(Told(usage=Usage(1, 0, 2)), cache=False).complete(ask("q"))
    assert counted.usage == Usage(1, 0, 2)


def test_seconds_count_from_the_first_call() -> None:
    now = [1000.0]
    model = BudgetedModel(Told(), Budget(seconds=60), clock=lambda: now[0])
    now[0] = 5000.0
    model.complete(ask("q"))
    now[0] = 5059.9
    model.complete(ask("q"))
    now[0] = 5060.0
    with pytest.raises(BudgetReachedError, match="60 s"):
        model.complete(ask("q"))


def test_the_message_says_what_was_spent_and_what_to_do() -> None:
    model = BudgetedModel(Told(usage=Usage(1, 10, 5, cost=0.5)), Budget(calls=1))
    model.complete(ask("q"))
    with pytest.raises(
        EngineError, match=r"1 model calls for told is spent \(1 calls, 15 tokens, 0.5 in money\).*larger"
    ):
        model.complete(ask("q"))
    assert model.spent == Usage(1, 10, 5, 0, 0.5)


def test_what_was_spent_before_counts() -> None:
    assert calls_until_refused(BudgetedModel(Told(), Budget(calls=3), spent=Usage(2))) == 1


def test_cached_answers_are_free() -> None:
    assert calls_until_refused(BudgetedModel(Told(usage=Usage(cached=1)), Budget(calls=1))) == 100


def test_a_failed_call_counts() -> None:
    with Loopback([error(400, "no"), "fine"]) as server:
        model = BudgetedModel(OpenAIModel(server.spec()), Budget(calls=1))
        with pytest.raises(EngineError, match="no"):
            model.complete(ask("q"))
        with pytest.raises(BudgetReachedError):
            model.complete(ask("q"))


def test_threads_together_never_pass_the_limit() -> None:
    with Loopback(lambda _: "fine") as server:
        model = BudgetedModel(OpenAIModel(server.spec()), Budget(calls=5))
        with pytest.raises(BudgetReachedError):
            gather([lambda i=i: model.complete(ask(str(i))) for i in range(20)], workers=8)  # type: ignore[misc]
    assert len(server.requests) == 5
    assert model.spent.calls == 5


def test_a_call_waits_to_learn_whether_the_one_under_way_was_free() -> None:
    second_waits = Event()

    class Watched(Condition):
        def wait(self, timeout: float | None = None) -> bool:
            second_waits.set()
            return super().wait(timeout)

    usages = iter([Usage(cached=1), Usage(1)])

    def answer(text: str) -> str:
        second_waits.wait(10)
        return text

    told = Told(answer)
    model = BudgetedModel(told, Budget(calls=1))
    model._purse._change = Watched()
    complete = told.complete
    told.complete = lambda *a, **k: type(r := complete(*a, **k))(r.text, next(usages))  # type: ignore[method-assign]
    answers = gather([lambda: model.complete(ask("a")), lambda: model.complete(ask("b"))], workers=2)
    assert [a.text for a in answers] == ["a", "b"]


@pytest.mark.parametrize("limit", [{"calls": -1}, {"tokens": -5}, {"money": float("nan")}])
def test_a_budget_that_cannot_be_kept_is_refused(limit: dict[str, float]) -> None:
    with pytest.raises(ConflictingSettingsError, match="cannot be kept"):
        Budget(**limit)  # type: ignore[arg-type]


def test_a_price_gives_a_cost() -> None:
    with Loopback(["fine"]) as server:
        used = PricedModel(OpenAIModel(server.spec()), (2.0, 10.0)).complete(ask("q")).usage
    assert used == Usage(1, 11, 7, cost=(11 * 2 + 7 * 10) / 1e6)
    with pytest.raises(ConflictingSettingsError, match="price"):
        PricedModel(Told(), (-1.0, 2.0))


def test_money_without_a_price_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConflictingSettingsError, match="needs a price"):
        open_model("http://localhost:1/v1#m", budget=Budget(money=1))


def test_the_stack_counts_each_thing_once(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with Loopback(["one", "two", "three"]) as server:
        options = {"transcript": path, "price": (1.0, 1.0), "budget": Budget(calls=2)}
        model = open_model(server.spec(), **options)  # type: ignore[arg-type]
        said = [model.complete(ask(q)) for q in ("a", "a", "b")]
        assert [(one.text, one.usage.calls, one.usage.cached) for one in said] == [
            ("one", 1, 0), ("one", 0, 1), ("two", 1, 0),
        ]  # fmt: skip
        with pytest.raises(BudgetReachedError):
            model.complete(ask("c"))
        with pytest.raises(BudgetReachedError):  # the same transcript: the budget is the campaign's
            open_model(server.spec(), **options).complete(ask("c"))  # type: ignore[arg-type]
        more = open_model(server.spec(), **{**options, "budget": Budget(calls=3)})  # type: ignore[arg-type]
        assert more.complete(ask("c")).text == "three"
        fresh = open_model(server.spec(), cache=False)
        with pytest.raises(EngineError, match="used up"):
            fresh.complete(ask("a"))
    replay = open_model(f"replay:{path}", budget=Budget(money=1))
    assert [replay.complete(ask(q)).text for q in ("a", "a", "b", "c")] == ["one", "one", "two", "three"]


def test_replaying_ends_where_the_budget_ended_the_run(tmp_path: Path) -> None:
    with Loopback(["one", "two"]) as server:
        model = open_model(server.spec(), transcript=tmp_path / "calls.db", budget=Budget(calls=1))
        model.complete(ask("a"))
    replay = open_model(f"replay:{tmp_path}", budget=Budget(calls=1))
    replay.complete(ask("a"))
    with pytest.raises(BudgetReachedError):
        replay.complete(ask("b"))
