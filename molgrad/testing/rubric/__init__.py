"""A benchmark in which better instructions measurably win, for any optimizer of prompts.

No model is needed, no key and no network. A task serves two models on 127.0.0.1 by OpenAI's protocol. The `student`
answers questions about made-up samples. It does so rightly only where its prompt states the hidden rules that a
question calls for, up to noise that the seed, the prompt and the question decide. The `critic` judges and rewrites
prompts. It knows nothing but what a request shows: where a question, the student's answer and what was expected stand
in it, it names one rule that the answer violates, with a chance of 0.8; from a question with a right answer alone,
0.4; without the question, none. It writes in the form that a request asks for (tags, a fence, JSON, DSPy's fields). A
rewriter of a long prompt now and then forgets a rule. All optimizers get the same models.

    from molgrad.testing import rubric

    task = rubric.make("independent", seed=3)
    with task.serve(calls=150) as url:
        ...                                  # tune task.prompts with task.train, task.validation and task.score
    task.truth({"prompt": "..."})            # the exact accuracy expected on 200 examples that no run saw
    task.calls, task.tokens                  # by role

Kinds:
    independent: twelve rules, each of which helps by itself.
    interacting: four couples of rules that help only together, and two rules that harm until their exception is stated.
    pipeline: two model calls in a row with a prompt each, six rules in each.
    code: the student writes a Python function by its prompt, tests judge it, and the feedback is the tests that fail.

Only the standard library is used, so other packages' environments can import it from a checkout.
"""

from molgrad.testing.rubric.examples import Example
from molgrad.testing.rubric.kinds import KINDS
from molgrad.testing.rubric.task import Task

__all__ = ["KINDS", "Example", "Task", "make"]


def make(kind: str, seed: int = 0) -> Task:
    """The task of a kind that a seed draws.

    Args:
        kind: `independent`, `interacting`, `pipeline` or `code`.
        seed: of the rules, the examples and the noise.

    Raises:
        ValueError: there is no such kind.
    """
    return Task(kind, seed)
