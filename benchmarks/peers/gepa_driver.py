"""GEPA through `gepa.optimize` with an adapter, as its documents advise for a program of one or more prompts."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import gepa
from driver import Job, best, serve
from gepa.core.adapter import EvaluationBatch, GEPAAdapter
from openai import OpenAI

from molgrad.testing.rubric import Example


class Silent:
    """A logger that says nothing."""

    def log(self, _: str) -> None:
        """Nothing."""


class Calls(GEPAAdapter):
    """The task's model calls, one or two in a row; a record for reflection is what one call was given and said."""

    def __init__(self, job: Job) -> None:
        self.job, self.client = job, OpenAI(base_url=job.url, api_key="none", max_retries=0)

    def ask(self, model: str, messages: list[dict[str, str]]) -> str:
        done = self.client.chat.completions.create(model=model, messages=messages)
        return str(done.choices[0].message.content)

    def evaluate(self, batch: list[Example], candidate: dict[str, str], capture_traces: bool = False) -> Any:
        outputs, scores, traces = [], [], []
        for example in batch:
            said, steps = example.question, {}
            for name in self.job.task.prompts:
                asked = said
                said = self.ask("student", [{"role": "system", "content": candidate[name]},
                                            {"role": "user", "content": asked}])  # fmt: skip
                steps[name] = (asked, said)
            right, words = self.job.right(example, said)
            outputs.append(said)
            scores.append(right)
            traces.append({"steps": steps, "example": example, "answer": said, "words": words})
        return EvaluationBatch(outputs=outputs, scores=scores, trajectories=traces if capture_traces else None)

    def make_reflective_dataset(
        self,
        candidate: dict[str, str],  # noqa: ARG002 - GEPA's signature
        eval_batch: Any,
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in components_to_update}
        for trace in eval_batch.trajectories:
            for name in components_to_update:
                asked, said = trace["steps"][name]
                feedback = trace["words"]
                if said != trace["answer"]:
                    feedback += f"\nThe answer made from it was: {trace['answer']}"
                found[name].append({"Inputs": asked, "Generated Outputs": said, "Feedback": feedback})
        return found


def run(job: Job) -> None:
    best(job.task.prompts)
    adapter = Calls(job)
    found = gepa.optimize(
        seed_candidate=dict(job.task.prompts), trainset=job.task.train, valset=job.task.validation, adapter=adapter,
        reflection_lm=lambda prompt: adapter.ask("critic", [{"role": "user", "content": prompt}]),
        max_metric_calls=job.calls, stop_callbacks=[lambda _: job.spent()], raise_on_exception=False, seed=job.seed,
        logger=Silent(), reflection_minibatch_size=int(sys.argv[1]) if len(sys.argv) > 1 else None,
    )  # fmt: skip
    best(found.best_candidate)


if __name__ == "__main__":
    serve(run)
