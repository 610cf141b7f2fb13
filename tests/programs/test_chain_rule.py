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


def variable(value: str, role: str, requires_grad: bool = False) -> mg.Variable:
    return mg.Variable(value, role_description=role, requires_grad=requires_grad)


def calls(url: str, about: mg.Variable) -> dict[str, mg.Variable]:
    """An answer of each kind of call, with a question beside what is criticised."""
    question, photo = variable("How far is Oslo?", "question"), mg.ImageVariable(PNG, role_description="photograph")
    judge = mg.MultiFieldEvaluation("Is it right?", engine=url)
    return {
        "system prompt": mg.BlackboxLLM(url, about)(question),
        "several inputs": mg.LLMCall(url)(about, question, photo),
        "template's field": mg.FormattedLLMCall(url, "{a} {b} {c}")(a=about, b=question, c=photo),
        "template": mg.FormattedLLMCall(url, variable("Say {b} {c}", "template", True), about)(b=question, c=photo),
        "judgement": judge(answer=about, question=question, photo=photo),
        "words of a loss": mg.TextLoss("Is it right?", url)(about, question, photo),
        "number of a loss": mg.FunctionLoss(lambda *values: (1.0, "bad"))(about, question, photo),
        "function": mg.StringBasedFunction(lambda a, b, c: a + b, "joins")(a=about, b=question, c=photo),
        "applied": mg.apply(lambda a, b, c: a + b, about, question, photo),
    }


KINDS = ["system prompt", "several inputs", "template's field", "template", "judgement", "words of a loss",
         "number of a loss", "function", "applied"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_call_its_critic_sees_the_other_inputs(kind: str) -> None:
    about = variable("Be brief.", "instruction", True)
    with Loopback(lambda request: "words") as server:
        answer = calls(server.spec(), about)[kind]
        before = len(server.requests)
        loss = answer if answer.evaluation is not None else mg.FunctionLoss(lambda text: (1.0, "expected 42"))(answer)
        loss.backward(server.spec())
        asked = [one for one in server.requests[before:] if "<input_role>\ninstruction\n" in one.prompt]
    (request,) = asked
    assert "question: How far is Oslo?" in request.prompt
    if kind != "system prompt":
        assert "photograph: [image/png, 68 bytes" in request.prompt
        assert [part["type"] for part in request.body["messages"][-1]["content"]] == ["text", "image_url"]


def test_without_a_critic_the_other_inputs_are_told_too() -> None:
    about = variable("Be brief.", "instruction", True)
    answer = mg.apply(lambda a, b: a + b, about, variable("How far is Oslo?", "question"), description="joins")
    mg.FunctionLoss(lambda text: (1.0, "expected 42"))(answer).backward()
    assert "together with question: How far is Oslo?" in about.get_gradient_text()
    about.zero_grad()
    mg.FunctionLoss(lambda text: (1.0, "expected 42"))(answer).backward("chemist")
    assert "together with question: How far is Oslo?" in about.get_gradient_text()


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
