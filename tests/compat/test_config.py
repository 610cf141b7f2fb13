"""The global engine: set once, replaced on purpose, one with molgrad's own."""

from __future__ import annotations

import pytest

import molgrad
import molgrad.compat.textgrad as tg
from molgrad.errors import ConflictingSettingsError, EngineError
from tests.compat.stubs import Derived, Stub, text
from tests.loopback import Loopback


def test_the_engine_is_kept_as_it_is_and_replaced_only_on_purpose() -> None:
    first, second = Stub(), Derived()
    tg.set_backward_engine(first)
    assert tg.SingletonBackwardEngine() is tg.singleton_backward_engine
    assert tg.singleton_backward_engine.get_engine() is first
    with pytest.raises(ConflictingSettingsError, match="override=True"):
        tg.set_backward_engine(second)
    assert tg.singleton_backward_engine.engine is first
    tg.set_backward_engine(second, override=True)
    assert tg.singleton_backward_engine.get_engine() is second
    tg.singleton_backward_engine.engine = None
    assert tg.singleton_backward_engine.get_engine() is None
    assert molgrad.get_backward_engine() is None


def test_the_engine_set_by_either_name_serves_both() -> None:
    tg.set_backward_engine(Stub("hm"))
    assert molgrad.TextLoss("Judge.")(molgrad.Variable("x", role_description="r")).value == "hm"
    with Loopback(lambda request: "from molgrad's engine") as server:
        molgrad.set_backward_engine(server.spec())
        assert tg.BlackboxLLM()(text()).value == "from molgrad's engine"


def test_a_given_engine_wins_over_the_global_one() -> None:
    everywhere, given, v = Stub("global"), Stub("given"), text()
    tg.set_backward_engine(everywhere)
    tg.LLMCall(Stub("bad"))(v).backward(given)
    assert v.get_gradient_text() == "given"
    assert everywhere.asked == []


def test_an_engine_is_named_given_or_global() -> None:
    with pytest.raises(EngineError, match="no engine is given"):
        tg.validate_engine_or_get_default(None)
    engine = Stub()
    assert tg.validate_engine_or_get_default(engine) is engine
    tg.set_backward_engine(engine)
    assert tg.validate_engine_or_get_default(None) is engine
    assert tg.validate_engine_or_get_default("ollama-x").model_string == "x"  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [tg.BlackboxLLM, tg.LLMCall, lambda: tg.TextLoss("Judge."), lambda: tg.TGD([text()])])
def test_without_any_engine_every_part_says_so(make: object) -> None:
    with pytest.raises(EngineError, match="no engine is given"):
        make()  # type: ignore[operator]


def test_what_cannot_be_called_is_no_engine() -> None:
    for use in (tg.set_backward_engine, tg.BlackboxLLM):
        with pytest.raises(EngineError, match="42 cannot be called"):
            use(42)


def test_an_engine_stays_one_whatever_other_methods_it_has() -> None:
    class Both(Derived):
        name = "both"

        def complete(self, *_: object, **__: object) -> None:
            raise AssertionError("not asked for")

    v = text()
    tg.LLMCall(Stub("bad"))(v).backward(Both())
    assert v.get_gradient_text().startswith("You trace feedback")  # its generate shows what it was told


def test_the_chemist_is_told_apart_from_an_engine() -> None:
    molgrad.set_backward_engine("chemist")
    with pytest.raises(EngineError, match="writes no free text"):
        tg.BlackboxLLM()
