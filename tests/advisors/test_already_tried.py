"""What a model is told of earlier values: only like is compared with like."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import molgrad as mg
from molgrad.advisors.model.vetting import tried_before
from molgrad.autograd.advisor import ProposalRequest
from molgrad.llm.types import Completion, Message

LENGTH = mg.FunctionLoss(len, "length")
OTHERWISE = "sum on other questions or by another loss, not to be compared"


def judged(prompt: mg.Variable, value: str, questions: Sequence[str], loss: mg.Loss = LENGTH) -> None:
    """Measure a value of the prompt on a minibatch, as a hand-written loop does."""
    prompt.value = value
    asked = [mg.Variable(q, role_description="question", requires_grad=False) for q in questions]
    answers = [mg.apply(lambda p, q: p + q, prompt, q, description="joins the texts") for q in asked]
    mg.sum([loss(answer) for answer in answers]).backward()


def test_scores_on_the_same_questions_are_compared_in_any_order() -> None:
    prompt = mg.Variable("", role_description="prompt")
    judged(prompt, "abc", ["1", "22"])
    judged(prompt, "a", ["22", "1"])
    assert tried_before(prompt, []) == [("abc", "sum 9.000, 4.000 worse than the present value")]


def test_scores_on_other_questions_are_not() -> None:
    prompt = mg.Variable("", role_description="prompt")
    judged(prompt, "abc", ["1", "22"])
    judged(prompt, "a", ["4444", "333"])
    assert tried_before(prompt, []) == [("abc", OTHERWISE)]


@pytest.mark.parametrize(("value", "told"), [("a", "2.000 worse"), ("abcde", "2.000 better"), ("xyz", "the same")])
def test_of_minibatches_that_overlap_the_examples_of_both_are_compared(value: str, told: str) -> None:
    prompt = mg.Variable("", role_description="prompt")
    judged(prompt, "abc", ["1", "22", "333"])
    judged(prompt, value, ["55555", "22", "1"])
    ((tried, outcome),) = tried_before(prompt, [])
    assert tried == "abc"
    assert outcome.startswith("on 2 of its 3 examples, those that the present value was measured on too: ")
    assert told in outcome


def test_scores_of_another_loss_of_the_same_name_are_not() -> None:
    prompt = mg.Variable("", role_description="prompt")
    judged(prompt, "abc", ["1", "22"])
    judged(prompt, "a", ["1", "22"], mg.FunctionLoss(lambda text: 2 * len(text), "length"))
    assert tried_before(prompt, []) == [("abc", OTHERWISE)]


def test_a_comparable_score_is_told_though_another_came_later() -> None:
    prompt = mg.Variable("", role_description="prompt")
    judged(prompt, "abc", ["1", "22"])
    judged(prompt, "abc", ["333"])
    judged(prompt, "a", ["1", "22"])
    assert tried_before(prompt, []) == [("abc", "sum 9.000, 4.000 worse than the present value")]


def test_a_trainer_compares_validations_not_minibatches() -> None:
    prompt = mg.Variable("xxx", role_description="prompt")
    pairs = [(str(10**n), "") for n in range(4)]

    def program(question: mg.Variable) -> mg.Variable:
        return mg.apply(lambda p, q: p + q, prompt, question, description="joins the texts")

    trainer = mg.Trainer(program, [prompt], lambda answer, _: len(answer), pairs, pairs[:1], batch_size=1)
    trainer.optimizer.advisor = Shortener()
    trainer.run(3)
    told = dict(tried_before(prompt, []))
    assert told["xxx"] == "validation 4.000, 2.000 worse than the present value"
    assert told["xx"] == "validation 3.000, 1.000 worse than the present value"


def test_what_was_tried_is_written_once_in_a_request() -> None:
    prompt = mg.Variable("", role_description="prompt")
    long = ["Write the answer as a whole number, " + f"{mark * 300} and nothing else." for mark in "abc"]
    for value in long:
        judged(prompt, value, ["1"])
    seen: list[str] = []

    class Keeping:
        name = "keeping"

        def complete(self, messages: Sequence[Message], **_: object) -> Completion:
            seen.append("\n".join(str(message["content"]) for message in messages))
            return Completion('{"critique": "", "proposals": []}')

    advisor = mg.ModelAdvisor(Keeping())
    optimizer = mg.TGD([prompt], engine=advisor)
    track = optimizer._tracks[0]
    for measurement in prompt.measurements:
        prompt.value = measurement.value
        track.judge(prompt, measurement)
    track.tried = dict.fromkeys([*long, "known by another way"])
    prompt.gradients = [mg.Gradient("shorter", about=prompt.value)]
    optimizer.step()
    assert [seen[-1].count(value) for value in long] == [1, 1, 1]
    assert "known by another way" in seen[-1].partition("<known_values")[2]


class Shortener(mg.Chemist):
    """Proposes a text that is one letter shorter."""

    def chain(self, step: object) -> str:
        return "shorter"

    def _propose(self, request: ProposalRequest, *_: object) -> list[mg.Proposal]:
        parent = request.parents[0].value
        return [mg.Proposal(parent[1:], parent)]
