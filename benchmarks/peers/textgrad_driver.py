"""TextGrad 0.1.8 as its notebook on prompt optimization does it: minibatches of three, validation, revert if worse."""

from __future__ import annotations

import os
import random
import sys
from typing import Any

from driver import Job, best, serve

BATCH = int(sys.argv[1]) if len(sys.argv) > 1 else 3  # three in its notebook
ROLES = {
    "prompt": "structured system prompt to a somewhat capable language model that specifies the behavior and "
    "strategies for the task",
    "read": "system prompt of the first of two calls of a language model, which makes notes on a sample",
    "write": "system prompt of the second of two calls of a language model, which writes the label from the notes",
}


class Program:
    """The task's model calls, one or two in a row."""

    def __init__(self, tg: Any, engine: Any, prompts: dict[str, str]) -> None:
        self.prompts = [
            tg.Variable(text, requires_grad=True, role_description=ROLES[name]) for name, text in prompts.items()
        ]
        self.models = [tg.BlackboxLLM(engine, system_prompt=prompt) for prompt in self.prompts]

    def __call__(self, value: Any) -> Any:
        for model in self.models:
            value = model(value)
        return value


def run(job: Job) -> None:
    import textgrad as tg
    from textgrad.autograd.string_based_ops import StringBasedFunction
    from textgrad.engine import openai

    os.environ["XDG_CACHE_HOME"] = job.room  # its cache of answers, anew for each run
    openai.OLLAMA_BASE_URL = job.url  # the one address that this version lets one choose
    student = openai.ChatOpenAI("student", base_url=job.url)
    critic = openai.ChatOpenAI("critic", base_url=job.url)
    tg.set_backward_engine(critic, override=True)
    program = Program(tg, student, job.task.prompts)
    optimizer = tg.TextualGradientDescent(engine=critic, parameters=program.prompts)
    purpose = "Function that compares the prediction with the correct answer and says what is wrong"
    judge = StringBasedFunction(
        lambda prediction, correct: job.right(("", correct.value), prediction.value)[1], purpose
    )

    def answer(question: str) -> Any:
        return program(tg.Variable(question, requires_grad=False, role_description="query to the language model"))

    def validated() -> float:
        found = [job.right(example, answer(example.question).value)[0] for example in job.task.validation]
        return sum(found) / len(found)

    def values() -> dict[str, str]:
        return dict(zip(job.task.prompts, [str(prompt.value) for prompt in program.prompts], strict=True))

    best(values())
    before, score = values(), validated()
    for batch in batches(job):
        optimizer.zero_grad()
        losses = []
        for example in batch:
            said = answer(example.question)
            correct = tg.Variable(
                example.expected, requires_grad=False, role_description="correct answer for the query"
            )
            losses.append(judge(inputs={"prediction": said, "correct": correct}))
        tg.sum(losses).backward()
        optimizer.step()
        now = validated()
        if now < score:
            for prompt, text in zip(program.prompts, before.values(), strict=True):
                prompt.set_value(text)
        else:
            before, score = values(), now
            best(before)


def batches(job: Job) -> Any:
    """Endless minibatches, shuffled anew in each pass."""
    rng = random.Random(job.seed)
    while True:
        order = rng.sample(job.task.train, len(job.task.train))
        yield from (order[i : i + BATCH] for i in range(0, len(order), BATCH))


def quick_refusals() -> None:
    """Let the client give up at once when the budget is used up, which it would try again for half a minute."""
    from tenacity import stop_after_attempt
    from textgrad.engine.openai import ChatOpenAI

    ChatOpenAI.generate.retry.stop = stop_after_attempt(1)


if __name__ == "__main__":
    os.environ.setdefault("OPENAI_API_KEY", "none")
    quick_refusals()
    serve(run)
