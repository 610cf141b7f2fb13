"""The optimizers: one call a step, tags read with care, memory and momentum that work."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import molgrad
import molgrad.compat.textgrad as tg
from molgrad.errors import EngineError
from tests.compat.stubs import Stub, improved, rewriting, text


def with_words(words: str = "shorter", **options: Any) -> tg.Variable:
    v = text(**options)
    v.gradients.add(text(words, role="feedback"))
    return v


def test_a_step_puts_in_what_stands_between_the_tags_in_one_call() -> None:
    engine, v = rewriting("better"), with_words()
    optimizer = tg.TGD(parameters=[v], engine=engine)
    optimizer.step()
    assert v.value == "better"
    ((prompt, system),) = engine.asked
    for shown in ("a draft", "shorter", "answer", "<IMPROVED_VARIABLE>"):
        assert shown in prompt
    assert "<IMPROVED_VARIABLE>" in (system or "")
    assert isinstance(optimizer, molgrad.TGD)
    assert isinstance(optimizer, tg.Optimizer)
    optimizer.zero_grad()
    assert v.gradients == []


def test_each_parameter_has_its_own_past() -> None:
    engine, a, b = rewriting("x"), text("a0", role="a"), text("b0", role="b")
    optimizer = tg.TextualGradientDescentwithMomentum(engine, [a, b], momentum_window=3)
    for i in range(2):
        optimizer.zero_grad()
        a.gradients.add(text(f"a words {i}"))
        b.gradients.add(text(f"b words {i}"))
        optimizer.step()
    of_a, of_b = engine.prompts[-2:]
    assert "a0" in of_a
    assert "b" not in of_a.partition("<last_values>")[2].partition("outcome")[0]
    assert "b0" in of_b
    assert "a words" not in of_b


def test_a_whole_loop_of_forward_backward_and_step() -> None:
    engine = rewriting("second", "third")
    tg.set_backward_engine(engine)
    v = text("first")
    loss_fn, optimizer = tg.TextLoss("Judge."), tg.TGD([v])
    seen = []
    for _ in range(2):
        optimizer.zero_grad()
        loss_fn(v).backward()
        optimizer.step()
        seen.append(v.value)
    assert seen == ["second", "third"]
    assert len(engine.asked) == 2 * 3  # a judgement, its way back, a new text


def test_an_earlier_text_may_come_back() -> None:
    v, engine = with_words(), rewriting("b", "a draft", "b")
    optimizer = tg.TGD([v], engine=engine)
    seen = []
    for _ in range(3):
        optimizer.step()
        seen.append(v.value)
    assert seen == ["b", "a draft", "b"]


def test_the_answer_of_a_model_can_be_the_parameter() -> None:
    engine = rewriting("one hour")
    tg.set_backward_engine(engine)
    answer = tg.BlackboxLLM(Stub("1.2 hours"))(text("how long?", requires_grad=False))
    optimizer = tg.TGD(parameters=[answer])
    tg.TextLoss("Judge.")(answer).backward()
    optimizer.step()
    assert answer.value == "one hour"


@pytest.mark.parametrize("make", ["frozen", "no gradient", "empty gradient"])
def test_what_is_frozen_or_has_no_feedback_is_left_alone_and_costs_no_call(make: str) -> None:
    v = {"frozen": lambda: with_words(requires_grad=False), "no gradient": text,
         "empty gradient": lambda: with_words("")}[make]()  # fmt: skip
    engine, beside = rewriting("better"), with_words()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tg.TGD([v, beside], engine=engine).step()
    assert (v.value, beside.value, len(engine.asked)) == ("a draft", "better", 1)
    assert ["has no gradient" in str(w.message) for w in caught] == ([True] if make == "no gradient" else [])


UNREADABLE = {
    "no tags": "Here you are: better",
    "no end": "<IMPROVED_VARIABLE>better. I hope this helps!",
    "no start": "better</IMPROVED_VARIABLE>",
    "empty": improved("  "),
    "nothing": "",
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_answer_is_asked_for_again_and_then_changes_nothing(
    answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    v, engine = with_words(), Stub(answer)
    with caplog.at_level(logging.WARNING):
        (step,) = tg.TGD([v], engine=engine).step()
    assert (v.value, step.proposal, len(engine.asked)) == ("a draft", None, 2)
    assert "answer keeps its value" in caplog.text
    once: list[Callable[[], str]] = [lambda: answer, lambda: improved("better")]
    repaired = Stub(lambda prompt, system: once.pop(0)())
    tg.TGD([v], engine=repaired).step()
    assert v.value == "better"
    assert "could not be read" in repaired.prompts[1]
    assert f"Your answer was:\n{answer or '(empty)'}" in repaired.prompts[1]


def test_prose_around_the_tags_is_not_part_of_the_value() -> None:
    v = with_words()
    tg.TGD([v], engine=Stub(f"Sure!\n{improved(' better ')}\nI hope this helps!")).step()
    assert v.value == "better"


@pytest.mark.parametrize(
    "answer",
    [
        f"<think>{improved('a first idea')} is too long</think>{improved('better')}",
        f"{improved('a first idea')} Or rather: {improved('better')}",
        f"I write it between <IMPROVED_VARIABLE> tags: {improved('better')}",
        f"{improved('better')} That was between <IMPROVED_VARIABLE> and its end.",
        f"{improved('better')} The tag </IMPROVED_VARIABLE> ends it.",
    ],
)
def test_the_last_whole_pair_of_tags_counts(answer: str) -> None:
    v = with_words()
    tg.TGD([v], engine=Stub(answer)).step()
    assert v.value == "better"


def test_both_tags_may_be_the_same() -> None:
    v = with_words()
    tg.TGD([v], engine=Stub("Here: ###better###"), new_variable_tags=["###", "###"]).step()
    assert v.value == "better"


def test_tags_of_ones_own_are_the_only_ones() -> None:
    v, engine = with_words(), Stub("<<better>>")
    tg.TGD([v], engine=engine, new_variable_tags=["<<", ">>"]).step()
    assert v.value == "better"
    assert "IMPROVED_VARIABLE" not in f"{engine.asked}"
    assert "between << and >>" in engine.prompts[0]


def test_a_system_prompt_of_ones_own_gets_the_tags_and_keeps_its_braces() -> None:
    v, engine = with_words(), Stub("[better]")
    own = 'Write {new_variable_start_tag} {{the text}} {new_variable_end_tag}; {"json": 1} stays.'
    tg.TGD([v], engine=engine, new_variable_tags=["[", "]"], optimizer_system_prompt=own).step()
    assert engine.asked[0][1] == 'Write [ {the text} ]; {"json": 1} stays.'


def test_constraints_and_examples_are_shown() -> None:
    v, engine = with_words(), rewriting("better")
    tg.TGD([v], engine=engine, constraints=["no {jargon}", "one line"], in_context_examples=["like this"]).step()
    for shown in ("- no {jargon}", "- one line", "like this"):
        assert shown in engine.prompts[0]
    tg.TGD([v], engine=engine).step()
    assert "<constraints>" not in engine.prompts[1]


MEMORIES: dict[str, Callable[[tg.Variable, Stub, int], tg.TGD]] = {
    "gradient_memory": lambda v, engine, n: tg.TGD([v], engine=engine, gradient_memory=n),
    "momentum": lambda v, engine, n: tg.TextualGradientDescentwithMomentum(engine, [v], momentum_window=n),
}


@pytest.mark.parametrize("make", MEMORIES.values(), ids=MEMORIES)
def test_a_memory_shows_the_last_versions_and_no_more(make: Callable[[tg.Variable, Stub, int], tg.TGD]) -> None:
    engine, v = rewriting("v1", "v2", "v3", "v4"), text("v0")
    optimizer = make(v, engine, 2)
    for i in range(4):
        optimizer.zero_grad()
        v.gradients.add(text(f"words {i}"))
        optimizer.step()
    first, last = engine.prompts[0], engine.prompts[-1]
    assert "earlier_feedback" not in first
    assert "<earlier_feedback>\n- words 1\n- words 2\n</earlier_feedback>" in last
    assert "words 0" not in last  # beyond the window
    if isinstance(optimizer, tg.TextualGradientDescentwithMomentum):
        assert last.index("<last_values>\n- v1") < last.index("- v2")
        assert "v0" not in last
    else:
        assert "last_values" not in last


@pytest.mark.parametrize("make", MEMORIES.values(), ids=MEMORIES)
def test_without_a_window_nothing_past_is_shown(make: Callable[[tg.Variable, Stub, int], tg.TGD]) -> None:
    engine, v = rewriting("v1", "v2"), with_words()
    optimizer = make(v, engine, 0)
    optimizer.step()
    optimizer.step()
    assert v.value == "v2"
    assert "earlier_feedback" not in engine.prompts[1]


def test_a_request_stays_within_its_limit_and_says_what_was_left_out() -> None:
    engine, v = rewriting("better"), with_words("too long " * 50_000)
    tg.TGD([v], engine=engine).step()
    assert len(engine.prompts[0]) < 70_000
    assert "left out here" in engine.prompts[0]


def test_verbose_prints_the_new_value(capsys: pytest.CaptureFixture[str]) -> None:
    tg.TGD([with_words()], verbose=1, engine=rewriting("better")).step()
    assert "better" in capsys.readouterr().out
    tg.TGD([with_words()], engine=rewriting("better")).step()
    assert capsys.readouterr().out == ""


def test_an_engine_that_fails_passes_its_error_and_changes_nothing() -> None:
    def down(prompt: str, system: str | None) -> str:
        raise EngineError("the endpoint is down")

    v = with_words()
    with pytest.raises(EngineError, match="down"):
        tg.TGD([v], engine=Stub(down)).step()
    assert v.value == "a draft"


def test_an_optimizer_of_ones_own() -> None:
    class Upper(tg.Optimizer):
        def step(self) -> None:
            for parameter in self.parameters:
                parameter.value = parameter.value.upper()

    v = with_words()
    optimizer = Upper([v])
    optimizer.step()
    optimizer.zero_grad()
    assert (v.value, v.gradients) == ("A DRAFT", [])
