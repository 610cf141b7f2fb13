"""Links of the chain rule are asked about side by side, with results in the order of the graph; the best costs none."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from threading import Barrier

import pytest

import molgrad as mg
from molgrad.errors import EngineError
from molgrad.llm.openai import OpenAIModel
from tests.loopback import Loopback, Reply, Request, error

WAIT = 20  # seconds, after which a barrier breaks and the test fails


def section(request: Request, name: str) -> str:
    return request.prompt.partition(f"<{name}>\n")[2].partition(f"\n</{name}>")[0]


def traced(critic: Callable[[Request], str | Reply], questions: int = 3, workers: int = 8) -> tuple[str, list[str]]:
    """The feedback on one prompt through several answers, and the critic's requests."""
    prompt = mg.Variable("Answer.", role_description="prompt")
    given = [mg.Variable(str(i), role_description="question", requires_grad=False) for i in range(questions)]
    answers = [mg.apply(lambda p, q: f"{p} {q}", prompt, question) for question in given]
    losses = [mg.FunctionLoss(lambda text: (1.0, f"not {text[-1]}"))(answer) for answer in answers]
    with Loopback(critic) as server:
        advisor = mg.ModelAdvisor(OpenAIModel(server.spec()), workers=workers)
        mg.sum(losses).backward(advisor)
        return prompt.get_gradient_text(), server.prompts


def test_the_answers_of_a_batch_are_traced_side_by_side_in_order() -> None:
    meeting = Barrier(3)

    def critic(request: Request) -> str:
        meeting.wait(WAIT)
        feedback = section(request, "feedback_on_output")
        time.sleep({"not 0": 0.1, "not 1": 0.0, "not 2": 0.05}[feedback])  # so that they end in another order
        return f"hear: {feedback}"

    words, _ = traced(critic)
    assert words.split("\n") == traced(lambda r: f"hear: {section(r, 'feedback_on_output')}", workers=1)[0].split("\n")
    assert sorted(words.split("\n")) == ["hear: not 0", "hear: not 1", "hear: not 2"]


def test_the_inputs_of_one_call_are_asked_about_at_once() -> None:
    meeting = Barrier(2)

    def critic(request: Request) -> str:
        meeting.wait(WAIT)
        return f"about {section(request, 'input_role')}"

    inputs = [mg.Variable(role, role_description=role) for role in ("system", "template")]
    answer = mg.apply(lambda a, b: a + b, *inputs)
    with Loopback(critic) as server:
        mg.FunctionLoss(lambda text: (1.0, "bad"))(answer).backward(server.spec())
    assert [one.get_gradient_text() for one in inputs] == ["about system", "about template"]


def test_a_call_that_feeds_another_is_traced_after_it() -> None:
    asked: list[str] = []

    def critic(request: Request) -> str:
        asked.append(section(request, "output"))
        return f"from <{section(request, 'feedback_on_output')}>"

    prompt = mg.Variable("a", role_description="prompt")
    first = mg.apply(lambda a: a + "b", prompt)
    second = mg.apply(lambda a, b: a + b + "c", first, prompt)
    with Loopback(critic) as server:
        mg.FunctionLoss(lambda text: (1.0, "bad"))(second).backward(server.spec())
    assert asked[-1] == "ab"
    assert len(asked) == 3  # of the second call's two inputs, then of the first call's one
    assert sorted(prompt.get_gradient_text().split("\n")) == ["from <bad>", "from <from <bad>>"]


def test_an_endpoint_that_goes_down_is_told() -> None:
    with pytest.raises(EngineError, match="401"):
        traced(lambda request: error(401))


def scored(*numbers: float, best: float | None = 0.0) -> tuple[mg.Variable, list[mg.Variable]]:
    prompt = mg.Variable("Answer.", role_description="prompt")
    answers = [mg.apply(lambda p, n=n: f"{p} {n}", prompt) for n in numbers]
    loss = mg.FunctionLoss(lambda text: (float(text.split()[-1]), f"score {text.split()[-1]}"), "s", best=best)
    return prompt, [loss(answer) for answer in answers]


def test_an_answer_at_its_best_is_not_criticised_nor_its_prompt_rewritten() -> None:
    def critic(request: Request) -> str:
        raise AssertionError(request.prompt)

    prompt, losses = scored(0.0, 0.0)
    with Loopback(critic) as server:
        optimizer = mg.TGD([prompt], engine=server.spec())
        mg.sum(losses).backward(server.spec())
        (step,) = optimizer.step()
        assert server.requests == []
    assert (step.proposal, prompt.value) == (None, "Answer.")
    assert "nothing to improve" in step.note
    assert "Nothing to improve" in prompt.get_gradient_text()


class Length(mg.Loss):
    """A loss of one's own that says what the best is."""

    name, least = "length", 2.0

    def _evaluate(self, value: str, context: object) -> mg.Evaluation:
        return mg.Evaluation(self.name, mg.Status.OK, float(len(value)))


@pytest.mark.parametrize(("value", "asked"), [("ab", 0), ("abc", 1)])
def test_a_loss_that_names_its_least_is_not_asked_about_there(value: str, asked: int) -> None:
    word = mg.Variable(value, role_description="word")
    with Loopback(lambda request: '{"critique": "shorter", "proposals": []}') as server:
        Length()(word).backward(server.spec())
        assert len(server.requests) == asked


def test_code_that_passes_every_test_is_left_alone() -> None:
    code = mg.Variable("x = 1", role_description="code")
    tests = mg.CodeTests({"one": "assert x == 1"}, allow_execution=True)
    tests(code).backward()
    assert "Nothing to improve" in code.get_gradient_text()
    code.zero_grad()
    code.value = "x = 2"
    tests(code).backward()
    assert "1 of 1 tests fail" in code.get_gradient_text()


def test_only_what_can_improve_is_criticised() -> None:
    heard = []

    def critic(request: Request) -> str:
        heard.append(section(request, "feedback_on_output"))
        return "advice"

    prompt, losses = scored(0.0, 2.0, 0.0, 1.0)
    with Loopback(critic) as server:
        mg.sum(losses).backward(server.spec())
    assert sorted(heard) == ["score 1.0", "score 2.0"]
    assert prompt.get_gradient_text() == "advice"


@pytest.mark.parametrize("weight", [1.0, -1.0])
def test_without_a_known_best_or_where_worse_is_wanted_everything_is_criticised(weight: float) -> None:
    prompt, losses = scored(0.0, best=None if weight > 0 else 0.0)
    with Loopback(lambda request: "advice") as server:
        (losses[0] * weight).backward(server.spec())
    assert prompt.get_gradient_text() == "advice"


def test_a_value_judged_right_is_left_alone_and_a_wrong_one_is_not() -> None:
    def critic(request: Request) -> str:
        return json.dumps({"critique": "say 42", "proposals": [{"value": "42", "reason": "asked"}]})

    right = mg.FunctionLoss(lambda text: text == "42", "right", direction="maximize")
    answer = mg.Variable("41", role_description="answer")
    with Loopback(critic) as server:
        optimizer = mg.TGD([answer], loss=right, engine=server.spec())
        for _ in range(3):
            optimizer.zero_grad()
            right(answer).backward(server.spec())
            optimizer.step()
        asked = len(server.requests)
    assert (answer.value, asked) == ("42", 1)
