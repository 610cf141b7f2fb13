"""The chain rule over a real server: feedback on an answer travels call by call to the system prompt."""

from __future__ import annotations

import pytest

from molgrad.advisors.model.model import ModelAdvisor
from molgrad.autograd.engine import get_backward_engine, set_backward_engine
from molgrad.autograd.functional import aggregate
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError
from molgrad.evaluation import Evaluation
from molgrad.llm.openai import OpenAIModel
from molgrad.programs.calls import BlackboxLLM
from tests.loopback import Loopback, Request, nobody


class Judged(Loss):
    """The advisor's words about a value."""

    name = "judged"

    def __init__(self, advisor: ModelAdvisor) -> None:
        self.advisor = advisor

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        return self.advisor.judge("Is it brief {really}?", value, str(context["role_description"]))


def script(request: Request) -> str:
    if "judge the value" in request.prompt:
        return "JUDGED: the summary is too long"
    if "The output was computed" in request.prompt:
        return "ADVICE on the draft" if "<input_role>\ndraft" in request.prompt else "ADVICE on the system prompt"
    if "Then propose" in request.prompt:
        return '{"critique": "CRITIQUE of the answer", "proposals": []}'
    return "SUMMARY of the draft" if request.system.startswith("Summarize") else "DRAFT with {braces}"


def kinds(server: Loopback) -> list[str]:
    marks = {"judge the value": "judge", "The output was computed": "chain", "Then propose": "critique"}
    return [next((kind for mark, kind in marks.items() if mark in p), "answer") for p in server.prompts]


def test_two_calls_in_a_row_backpropagate_call_by_call() -> None:
    with Loopback(script) as server:
        model = OpenAIModel(server.spec())
        advisor = ModelAdvisor(model)
        prompt = Variable("Write about {topic}.", role_description="system prompt of the writer")
        question = Variable("What is {x}?", role_description="question", requires_grad=False)
        draft = BlackboxLLM(model, prompt)(question, role_description="draft")
        summary = BlackboxLLM(model, "Summarize {it}.")(draft, role_description="summary")
        loss = Judged(advisor)(summary)
        loss.backward(advisor)
    assert kinds(server) == ["answer", "answer", "judge", "chain", "chain"]
    assert server.requests[0].system == "Write about {topic}."
    assert "DRAFT with {braces}" in server.prompts[1]
    to_draft, to_prompt = server.prompts[3:]
    assert "JUDGED: the summary is too long" in to_draft
    assert "SUMMARY of the draft" in to_draft
    assert "ADVICE on the draft" in to_prompt
    assert "Write about {topic}." in to_prompt
    assert prompt.get_gradient_text() == "ADVICE on the system prompt"
    assert draft.get_gradient_text() == "ADVICE on the draft"
    assert question.gradients == []
    assert model.usage.calls == 5


def test_a_prompt_used_twice_gets_feedback_from_both_calls() -> None:
    def answers(request: Request) -> str:
        if "The output was computed" in request.prompt:
            return "ADVICE from " + ("one" if "ANSWER to one" in request.prompt else "two")
        if "judge the value" in request.prompt:
            return "JUDGED"
        return "ANSWER to " + request.body["messages"][-1]["content"]

    with Loopback(answers) as server:
        model = OpenAIModel(server.spec())
        advisor = ModelAdvisor(model)
        prompt = Variable("Write.", role_description="system prompt of the writer")
        writer = BlackboxLLM(model, prompt)
        questions = [Variable(q, role_description="question", requires_grad=False) for q in ("one", "two")]
        Judged(advisor)(aggregate([writer(q) for q in questions])).backward(advisor)
    assert kinds(server) == ["answer", "answer", "judge", "chain", "chain"]
    assert sorted(g.text for g in prompt.gradients) == ["ADVICE from one", "ADVICE from two"]


def test_a_judged_leaf_is_criticised_in_one_call() -> None:
    with Loopback(script) as server:
        advisor = ModelAdvisor(OpenAIModel(server.spec()))
        text = Variable("A long text.", role_description="answer")
        Judged(advisor)(text).backward(advisor)
    assert kinds(server) == ["judge", "critique"]
    assert text.get_gradient_text() == "CRITIQUE of the answer"


def test_fault_18_an_engine_may_be_given_beside_the_global_one() -> None:
    before = get_backward_engine()
    with Loopback(script) as first, Loopback(script) as second:
        try:
            set_backward_engine(ModelAdvisor(OpenAIModel(first.spec())))
            own = ModelAdvisor(OpenAIModel(second.spec()))
            text = Variable("A long text.", role_description="answer")
            Judged(own)(text).backward(own)
        finally:
            set_backward_engine(before)
    assert (len(first.requests), len(second.requests)) == (0, 2)


def test_a_call_of_a_model_that_is_down_says_so() -> None:
    with pytest.raises(EngineError, match="cannot be reached"):
        BlackboxLLM(OpenAIModel(f"{nobody()}#m"))(Variable("q", role_description="question"))


def test_an_empty_answer_is_an_error() -> None:
    with Loopback([" "]) as server, pytest.raises(EngineError, match="empty"):
        BlackboxLLM(OpenAIModel(server.spec()))(Variable("q", role_description="question"))
