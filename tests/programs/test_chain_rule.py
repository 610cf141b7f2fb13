"""The chain rule shows a critic the whole call: a prompt is criticised in sight of the question, pictures included."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from hashlib import sha256

import pytest

import molgrad as mg
from molgrad.advisors.model import prompts
from molgrad.autograd.advisor import CallInput, ChainStep
from molgrad.llm.openai import OpenAIModel
from tests.loopback import Loopback, Reply, Request, error

QUESTIONS = [("How far is Oslo, in miles?", "in miles"), ("How far is Rome, in leagues?", "in leagues")]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
SEEN = re.compile(r"question: .*, (in \w+)\?")


class Model:
    """Pupil, critic and editor: answers in a unit only where the prompt names it, which a critic must have read."""

    def __call__(self, request: Request) -> str | Reply:
        if "The output was computed" in request.prompt:
            seen = SEEN.search(request.prompt)
            return f"Allow answers {seen[1]}." if seen else "Be better."
        if "Answer the feedback" in request.prompt:
            asked = " ".join(dict.fromkeys(re.findall(r"Allow answers in \w+\.", request.prompt)))
            proposal = {"value": asked or "Be better.", "reason": "as the feedback asks"}
            return json.dumps({"critique": "", "proposals": [proposal]})
        unit = re.search(r"in \w+(?=\?)", request.body["messages"][-1]["content"])
        return unit[0] if unit and unit[0] in request.system else "in kilometres"


class Blind(mg.ModelAdvisor):
    """A critic that is not shown the other inputs."""

    def chain(self, step: ChainStep) -> str:
        return super().chain(replace(step, inputs=()))


def wrong(answer: str, expected: str) -> tuple[float, str]:
    return float(answer != expected), f"answered {answer}"


def trained(critic: type[mg.ModelAdvisor]) -> mg.Trainer:
    with Loopback(Model()) as server:
        model = OpenAIModel(server.spec())
        prompt = mg.Variable("Answer.", role_description="system prompt")
        trainer = mg.Trainer(mg.BlackboxLLM(model, prompt), [prompt], wrong, QUESTIONS, engine=critic(model))
        trainer.run(1)
    return trainer


def test_a_prompt_becomes_right_only_where_the_critic_saw_the_questions() -> None:
    seeing = trained(mg.ModelAdvisor)
    assert float(seeing.best) == 0.0
    assert all(unit in seeing.best.value for _, unit in QUESTIONS)
    blind = trained(Blind)
    assert (float(blind.best), blind.best.value) == (1.0, "Be better.")


def picture_seen(script: object) -> tuple[str, Loopback]:
    """The feedback on a question that was asked beside a picture."""
    with Loopback(script) as server:  # type: ignore[arg-type]  # a function of the request
        question = mg.Variable("What is it?", role_description="question")
        answer = mg.LLMCall(server.spec())(mg.ImageVariable(PNG, role_description="photograph"), question)
        mg.FunctionLoss(lambda text: (1.0, "wrong"))(answer).backward(server.spec())
    return question.get_gradient_text(), server


def sees(request: Request) -> str | Reply:
    """A critic that names the picture which it is shown, or says that there is none."""
    if "The output was computed" not in request.prompt:
        return "a cat"
    content = request.body["messages"][-1]["content"]
    urls = [] if isinstance(content, str) else [p["image_url"]["url"] for p in content if p["type"] == "image_url"]
    return f"SAW {sha256(urls[0].encode()).hexdigest()}" if urls else "SAW NOTHING"


def test_a_picture_is_shown_to_the_critic_as_a_picture() -> None:
    words, server = picture_seen(sees)
    sent = mg.ImageVariable(PNG).content[0]["image_url"]["url"]  # type: ignore[index]  # parts, not a text
    assert words == f"SAW {sha256(sent.encode()).hexdigest()}"
    assert "photograph: [image/png, 68 bytes" in server.prompts[-1]


def test_a_critic_that_takes_no_pictures_is_shown_the_texts() -> None:
    refusals = ["this model does not support image input", "unknown variant `image_url`, expected `text`"]
    for status, words in zip((404, 422), refusals, strict=True):

        def reads(request: Request, status: int = status, words: str = words) -> str | Reply:
            said = sees(request)
            return error(status, words) if str(said) not in ("a cat", "SAW NOTHING") else said

        said, server = picture_seen(reads)
        assert said == "SAW NOTHING"
        assert "photograph: [image/png, 68 bytes" in server.prompts[-1]


def test_every_input_is_carried_in_order_with_the_criticised_one_marked() -> None:
    class Keeping(mg.Chemist):
        steps: list[ChainStep] = []  # noqa: RUF012 - one test reads it

        def chain(self, step: ChainStep) -> str:
            self.steps.append(step)
            return "words"

    a, b = (mg.Variable(v, role_description=f"role {v}", requires_grad=v == "b") for v in "ab")
    joined = mg.apply(lambda x, y: x + y, a, b)
    mg.FunctionLoss(len)(joined).backward(Keeping())
    (step,) = Keeping.steps
    assert step.inputs == (CallInput("role a", "a"), CallInput("role b", "b", criticised=True))
    assert (step.role, step.value, step.others) == ("role b", "b", step.inputs[:1])


@pytest.mark.parametrize("number", [1, 3])
def test_long_inputs_leave_room_for_what_is_criticised(number: int) -> None:
    others = tuple(CallInput(f"document {i}", "x" * 100_000) for i in range(number))
    step = ChainStep("a call", "prompt", "short prompt", "answer", "out", "feedback", others)
    text = "\n".join(str(message["content"]) for message in prompts.chain(step, limit=10_000))
    assert len(text) <= 10_000
    assert "short prompt" in text
    assert all(f"document {i}: xxx" in text for i in range(number))
    assert "characters left out here" in text
