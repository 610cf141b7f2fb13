"""Constraints, examples, gradient memory and momentum: what reaches the model's prompt, over a real server."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from collections.abc import Callable

import pytest

import molgrad as mg
from molgrad.autograd.gradient import Gradient
from molgrad.errors import BackwardError
from molgrad.optim.brief import Brief, latest
from tests.fakes import Count, ScriptedAdvisor
from tests.loopback import Loopback, Request


def numbered() -> Callable[[Request], str]:
    """A model whose n-th proposal is "text n" and whose critiques are all the same but for a number."""
    state = {"n": 0}

    def says(request: Request) -> str:
        state["n"] += 1
        value = "text " + "a" * state["n"]
        return json.dumps({"critique": f"CRITIQUE {state['n']}", "proposals": [{"value": value, "reason": "r"}]})

    return says


def run(server: Loopback, steps: int, **options: object) -> mg.TGD:
    text, loss = mg.Variable("start", role_description="answer"), mg.Function(lambda v: -v.count("a"), "few")
    optimizer = mg.TGD([text], loss=loss, engine=server.spec(), proposals=1, **options)  # type: ignore[arg-type]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(text).backward(optimizer.advisor)
        optimizer.step()
    return optimizer


def test_constraints_and_examples_reach_every_request_for_proposals() -> None:
    with Loopback(numbered()) as server:
        run(server, 1, constraints=["at most {40} words", "no jokes"], in_context_examples=["Short and <plain>."])
        critique = server.prompts[0]
    assert "<constraints>\n- at most {40} words\n- no jokes\n</constraints>" in critique
    assert "<examples>\n1. Short and <plain>.\n</examples>" in critique
    assert "must satisfy each of the constraints" in critique
    with Loopback(numbered()) as server:
        run(server, 1)
    assert "<constraints>" not in server.prompts[0]
    assert "<examples>" not in server.prompts[0]


def test_gradient_memory_shows_the_last_k_and_forgets_the_rest() -> None:
    with Loopback(numbered()) as server:
        run(server, 4, gradient_memory=2)
    shown = [p.partition("<earlier_feedback>\n")[2].partition("\n</earlier_feedback>")[0] for p in server.prompts]
    assert shown == ["", "- CRITIQUE 1", "- CRITIQUE 1\n- CRITIQUE 2", "- CRITIQUE 2\n- CRITIQUE 3"]


def test_momentum_shows_the_last_values_with_their_outcomes_and_zero_is_off() -> None:
    with Loopback(numbered()) as server:
        run(server, 3, momentum=2)
    shown = [p.partition("<last_values>\n")[2].partition("\n</last_values>")[0] for p in server.prompts]
    assert shown[0] == ""
    assert shown[1].startswith("- start\n  outcome: -1 (lower is better)")
    assert "text a" not in shown[1]  # the present value is the one to be judged
    assert [line for line in shown[2].splitlines() if line.startswith("- ")] == ["- start", "- text a"]
    with Loopback(numbered()) as server:
        run(server, 3)
    assert not any("<last_values>" in p or "<earlier_feedback>" in p for p in server.prompts)


def test_the_same_words_are_remembered_once_and_length_is_bounded() -> None:
    brief = Brief([], [], 3, 0)
    text = mg.Variable("v", role_description="text")
    brief.remember([Gradient("a"), Gradient("b"), Gradient(" ")])
    brief.remember([Gradient("a"), Gradient("c")])
    brief.note(text, {})
    assert text.briefing == {"earlier_feedback": "- b\n- a\n- c"}
    brief.remember([Gradient(letter * 50_000) for letter in "xyz"])
    brief.note(text, {})
    assert len(text.briefing["earlier_feedback"]) == 6_000
    assert latest(["aaa", "bbb", "c"], 6) == "bbb\nc"


def test_other_notes_on_a_variable_are_left_alone() -> None:
    text = mg.Variable("v", role_description="text")
    text.briefing["mine"] = "kept"
    Brief(["short"], [], 0, 0).note(text, {})
    assert text.briefing == {"mine": "kept", "constraints": "- short"}


def test_an_advisor_that_reads_no_words_is_named_once() -> None:
    text, loss = mg.Variable("a", role_description="text"), Count("a")
    optimizer = mg.TGD([text], loss=loss, engine=ScriptedAdvisor(lambda v: [v + "a"]), constraints=["short"])
    for expected in (True, False):
        loss(text).backward(optimizer.advisor)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            optimizer.step()
        told = [(w.filename, str(w.message).partition(",")[0]) for w in caught]
        assert told == ([(__file__, "scripted does not read constraints")] if expected else [])


def test_a_variable_with_gradients_is_copied_and_pickled() -> None:
    live = mg.Variable("v", role_description="text")
    live.gradients.append(Gradient("words"))
    for twin in (copy.deepcopy(live), pickle.loads(pickle.dumps(live))):  # noqa: S301 - our own
        assert [g.text for g in twin.gradients] == ["words"]
        twin.requires_grad = False
        with pytest.raises(BackwardError, match="frozen"):
            twin.gradients.append(Gradient("more"))


def test_settings_that_mean_nothing_are_refused() -> None:
    text = mg.Variable("a", role_description="text")
    with pytest.raises(TypeError, match="constraints is a list of texts"):
        mg.TGD([text], constraints="short")
    for window in ({"gradient_memory": -1}, {"momentum": -2}):
        with pytest.raises(ValueError, match="is a whole number of at least 0, not -"):
            mg.TGD([text], **window)  # type: ignore[arg-type]


def test_a_graph_that_was_cut_off_is_named_at_the_step() -> None:
    used, cut = (mg.Variable(v, role_description=v) for v in ("used", "cut"))
    loss = Count("a")
    whole = mg.concat([used, mg.Variable(cut.value + "!", role_description="text", requires_grad=False)])
    loss(whole).backward()
    with pytest.warns(
        UserWarning, match=r"role_description='cut'\) has no gradient; backward\(\) reached other"
    ) as seen:
        mg.TGD([used, cut], engine=ScriptedAdvisor()).step()
    assert len(seen) == 1
    assert seen[0].filename == __file__


def test_a_gradient_on_a_frozen_variable_is_refused_by_every_way_in() -> None:
    frozen = mg.Variable("v", role_description="question", requires_grad=False)
    words = Gradient("words")
    for set_it in (
        lambda: frozen.gradients.append(words), lambda: frozen.gradients.extend([words]),
        lambda: frozen.gradients.insert(0, words), lambda: setattr(frozen, "gradients", [words]),
    ):  # fmt: skip
        with pytest.raises(BackwardError, match=r"role_description='question'\) is frozen"):
            set_it()
    with pytest.raises(BackwardError, match="frozen"):
        frozen.gradients += [words]
    frozen.gradients = []
    assert frozen.gradients == []
    live = mg.Variable("v", role_description="question")
    live.gradients = [words]
    live.gradients += [words]
    assert live.gradients == [words, words]
