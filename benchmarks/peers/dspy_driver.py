"""DSPy's GEPA with a feedback metric, and its MIPROv2 with demonstrations, over a program of one or two predictors."""

from __future__ import annotations

import logging
import sys
from typing import Any

import dspy
from driver import Job, best, serve

FIELDS = {"prompt": "question -> answer", "read": "question -> notes", "write": "notes -> answer"}


class Program(dspy.Module):
    """The task's model calls, one or two in a row."""

    def __init__(self, prompts: dict[str, str]) -> None:
        super().__init__()
        self.names = list(prompts)
        for name, text in prompts.items():
            setattr(self, name, dspy.Predict(dspy.Signature(FIELDS[name], instructions=text)))

    def forward(self, question: str) -> Any:
        if len(self.names) == 1:
            return self.prompt(question=question)
        return self.write(notes=self.read(question=question).notes)


def told(program: Program) -> None:
    """The best so far: each predictor's instructions, and what its demonstrations show."""
    texts = {}
    for name in program.names:
        predictor = getattr(program, name)
        shown = [str(demo.get(field)) for demo in predictor.demos for field in predictor.signature.fields]
        texts[name] = "\n".join([predictor.signature.instructions, *shown])
    best(texts)


def examples(job: Job, given: list[Any]) -> list[Any]:
    return [
        dspy.Example(question=one.question, answer=job.task.reference(one), expected=one.expected)
        .with_inputs("question")
        for one in given
    ]  # fmt: skip


def gepa(job: Job, _: Any, critic: Any) -> None:
    def metric(gold: Any, said: Any, *_: Any) -> Any:
        right, words = job.right((gold.question, gold.expected), said.answer or "")
        return dspy.Prediction(score=right, feedback=words)

    search = dspy.GEPA(
        metric=metric, max_metric_calls=job.calls, reflection_lm=critic, num_threads=1, seed=job.seed,
        reflection_minibatch_size=int(sys.argv[2]) if len(sys.argv) > 2 else 3,
        gepa_kwargs={"stop_callbacks": [lambda _: job.spent()]},
    )  # fmt: skip
    program = Program(job.task.prompts)
    told(program)
    told(search.compile(program, trainset=examples(job, job.task.train), valset=examples(job, job.task.validation)))


def mipro(job: Job, student: Any, critic: Any) -> None:
    def metric(gold: Any, said: Any, _: Any = None) -> float:
        return job.right((gold.question, gold.expected), said.answer or "")[0]

    # Its preset `medium` takes 400 calls here, no preset fits 150; of eight settings tried on other seeds, the best.
    preset = job.calls >= 300
    settings: dict[str, Any] = {"auto": "medium"} if preset else {"auto": None, "num_candidates": 3}
    search = dspy.MIPROv2(
        metric=metric, prompt_model=critic, task_model=student, num_threads=1, seed=job.seed + 1, max_errors=100_000,
        **settings,
    )  # fmt: skip
    program = Program(job.task.prompts)
    told(program)
    more: dict[str, Any] = {} if preset else {"num_trials": 6, "minibatch": False}
    train = job.task.train if preset else job.task.train[:20]
    told(search.compile(program, trainset=examples(job, train), valset=examples(job, job.task.validation), **more))


def run(job: Job) -> None:
    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=True)
    dspy.cache.reset_memory_cache()
    student, critic = (
        dspy.LM(f"openai/{role}", api_base=job.url, api_key="none", num_retries=0, max_tokens=4000, temperature=1.0)
        for role in ("student", "critic")
    )
    dspy.configure(lm=student)
    (gepa if sys.argv[1] == "gepa" else mipro)(job, student, critic)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    serve(run)
