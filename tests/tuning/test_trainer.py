"""Training a prompt on questions over a real server: batches, validation, revert, order, and the same again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import molgrad as mg
from molgrad.errors import EngineError, NoScoreError, ScoreError, SettingsChangedError
from molgrad.llm.openai import OpenAIModel
from molgrad.tuning.trainer import TrainingStep
from tests.loopback import Loopback, Reply, Request, error

QUESTIONS = [(f"{n}+1?", str(n + 1)) for n in range(7)]


class Pupil:
    """Answers in digits only when the system prompt asks for digits; as an editor it tries the given prompts."""

    def __init__(self, *prompts: str) -> None:
        self.prompts = list(prompts)
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> str | Reply:
        if "The output was computed" in request.prompt:
            return "ADVICE: ask for digits"
        if "Answer the feedback" in request.prompt:
            with self._lock:
                value = self.prompts.pop(0) if self.prompts else "Nothing new {here}."
            return json.dumps({"critique": "c", "proposals": [{"value": value, "reason": "r"}]})
        question = request.body["messages"][-1]["content"]
        right = str(int(question.split("+")[0]) + 1)
        return right if "digits" in request.system else f"about {right}"


def wrong(answer: str, expected: str) -> tuple[float, str]:
    return float(answer != expected), f"answered {answer}, right is {expected}"


def trainer(server: Loopback, **options: object) -> mg.Trainer:
    model = OpenAIModel(server.spec())
    prompt = mg.Variable("Answer.", role_description="system prompt")
    given = {"batch_size": 2, "engine": mg.ModelAdvisor(model), "proposals": 1, **options}
    validation = given.pop("validation", QUESTIONS[5:])
    return mg.Trainer(mg.BlackboxLLM(model, prompt), [prompt], wrong, QUESTIONS[:5], validation, **given)  # type: ignore[arg-type]


def test_a_better_prompt_is_kept_and_a_worse_one_reverted_at_once() -> None:
    with Loopback(Pupil("Answer in digits.", "Answer in verse.")) as server:
        train = trainer(server)
        with pytest.raises(NoScoreError):
            _ = train.best
        best = train.run(2)
    first, second = train.history
    assert (first.tried, first.train, first.validation, first.reverted) == (("Answer in digits.",), 1.0, 0.0, False)
    assert (second.tried, second.train, second.validation, second.reverted) == (("Answer in verse.",), 0.0, 1.0, True)
    assert (best.value, float(best)) == ("Answer in digits.", 0.0)
    assert train.optimizer.parameters[0].value == "Answer in digits."
    assert any("answered about" in p and "<feedback_on_output>" in p for p in server.prompts)


def test_every_pass_takes_each_question_once_in_an_order_of_the_seed() -> None:
    def batches(seed: int) -> list[tuple[int, ...]]:
        with Loopback(Pupil()) as server:
            train = trainer(server, seed=seed)
            train.run(6)
        return [step.batch for step in train.history]

    first = batches(0)
    assert first == batches(0) != batches(1)
    assert [len(b) for b in first] == [2, 2, 1] * 2
    assert sorted(sum(first[:3], ())) == sorted(sum(first[3:], ())) == list(range(5))
    assert first[:3] != first[3:]


def test_one_worker_and_many_find_the_same_with_the_answers_in_order() -> None:
    def outcome(workers: int) -> tuple[list[TrainingStep], list[str]]:
        with Loopback(Pupil("Answer in verse.", "Answer in digits.")) as server:
            train = trainer(server, workers=workers, batch_size=5)
            train.run(2)
            asked = [p for p in server.prompts if "Answer the feedback" in p]
        return train.history, [p.partition("<already_tried>")[0] for p in asked]

    assert outcome(1) == outcome(4)


def test_calls_of_a_batch_run_at_once() -> None:
    meeting = threading.Barrier(3)  # passes only when three are there together
    with pytest.raises(threading.BrokenBarrierError):
        _met(meeting, workers=1, patience=0.1)
    meeting.reset()
    assert _met(meeting, workers=3, patience=20) == 3


def _met(meeting: threading.Barrier, workers: int, patience: float) -> int:
    answered: list[str] = []

    def program(question: mg.Variable) -> mg.Variable:
        meeting.wait(patience)
        answered.append(question.value)
        return question

    prompt = mg.Variable("p", role_description="prompt")
    train = mg.Trainer(program, [prompt], wrong, QUESTIONS[:3], workers=workers)
    train._in_order(train._answer, [q for q, _ in train.train])
    return len(answered)


def test_a_critic_gives_the_words_and_the_score_still_judges() -> None:
    def says(request: Request) -> str | Reply:
        return "CRITIC: no digits" if "judge the value" in request.prompt else pupil(request)

    pupil = Pupil("Answer in digits.")
    with Loopback(says) as server:
        judge = mg.MultiFieldEvaluation("Is the answer right?", engine=server.spec())

        def critic(answer: mg.Variable, truth: str) -> mg.Variable:
            return judge(answer=answer, truth=mg.Variable(truth, role_description="truth", requires_grad=False))

        train = trainer(server, critic=critic)
        train.step()
    assert train.history[0].train is None
    assert train.history[0].validation == 0.0
    assert any("CRITIC: no digits" in p for p in server.prompts if "The output was computed" in p)


def test_without_a_validation_set_the_training_set_judges() -> None:
    with Loopback(Pupil("Answer in digits.")) as server:
        train = trainer(server, validation=None)
        assert train.run(1).evaluation.text == "mean 0 over 5 questions"


def test_what_cannot_be_scored_is_never_kept() -> None:
    def strict(answer: str, expected: str) -> float:
        return abs(float(answer.removeprefix("about ")) - float(expected)) + ("about" in answer)

    class Silly(Pupil):
        def __call__(self, request: Request) -> str | Reply:
            return "what?" if request.system == "Be silly." else super().__call__(request)

    with Loopback(Silly("Be silly.")) as server:
        train = trainer(server)
        train.score = strict
        train.step()
    step = train.history[0]
    assert (step.tried, step.validation, step.reverted) == (("Be silly.",), None, True)
    assert train.best.value == "Answer."


@pytest.mark.parametrize("kind", [bool, np.bool_, np.float32])
def test_a_score_that_is_a_bool_counts_and_costs_no_call_more_than_a_number(kind: type) -> None:
    def outcome(score: Callable[[str, str], Any]) -> tuple[list[TrainingStep], int]:
        with Loopback(Pupil("Answer in digits.")) as server:
            train = trainer(server)
            train.score = score
            train.step()
        return train.history, len(server.requests)

    steps, calls = outcome(lambda answer, expected: kind(answer != expected))
    assert (steps, calls) == outcome(lambda answer, expected: float(answer != expected))
    assert (steps[0].train, steps[0].validation) == (1.0, 0.0)


def test_a_model_that_goes_down_leaves_the_values_that_were_measured() -> None:
    class Mortal(Pupil):
        def __call__(self, request: Request) -> str | Reply:
            return error(401) if request.system == "Break." else super().__call__(request)

    with Loopback(Mortal("Break.")) as server:
        train = trainer(server)
        with pytest.raises(EngineError, match="401"):
            train.step()
    assert train.optimizer.parameters[0].value == "Answer."
    assert train.history == []


def test_an_editor_that_goes_down_between_two_prompts_leaves_both_at_what_was_measured() -> None:
    class Fading(Pupil):
        def __call__(self, request: Request) -> str | Reply:
            if "Answer the feedback" in request.prompt:
                return super().__call__(request) if self.prompts else error(401)
            return super().__call__(request) if "The output was computed" in request.prompt else "0+1?"

    with Loopback(Fading("Answer in verse.")) as server:
        model = OpenAIModel(server.spec())
        first, second = (mg.Variable(text, role_description="prompt") for text in ("Read.", "Write."))
        calls = [mg.BlackboxLLM(model, prompt) for prompt in (first, second)]

        def program(question: mg.Variable) -> mg.Variable:
            return calls[1](calls[0](question))

        options = {"batch_size": 2, "engine": mg.ModelAdvisor(model), "proposals": 1}
        train = mg.Trainer(program, [first, second], wrong, QUESTIONS[:2], workers=1, **options)  # type: ignore[arg-type]
        with pytest.raises(EngineError, match="401"):
            train.step()
    assert (first.value, second.value) == ("Read.", "Write.")


def test_of_prompts_alike_the_one_that_stays_is_returned() -> None:
    with Loopback(Pupil("Answer in verse.", "Answer in prose.")) as server:
        train = trainer(server)
        best = train.run(2)
    assert float(best) == 1.0
    assert best.value == train.optimizer.parameters[0].value == "Answer in prose."


def test_an_accuracy_is_maximized_and_right_answers_are_not_criticised() -> None:
    with Loopback(Pupil("Answer in digits.")) as server:
        train = trainer(server, direction="maximize")
        train.score = lambda answer, expected: answer == expected
        best = train.run(2)
        asked = [p for p in server.prompts if "Answer the feedback" in p or "The output was computed" in p]
    assert (best.value, float(best), best.evaluation.raw) == ("Answer in digits.", -1.0, {"validation": 1.0})
    assert [step.train for step in train.history] == [0.0, -1.0]
    assert len(asked) == 3  # of the two wrong answers of the first batch, and for one new prompt
    assert "nothing to improve" in train.history[1].note


@pytest.mark.parametrize(
    ("score", "why"),
    [
        (lambda answer, expected: answer["text"] == expected, "TypeError: string indices"),
        (lambda answer, expected: None, "the function returned None"),
        (lambda answer, expected: float("nan"), "the function returned nan"),
        (lambda answer, expected: "fine", "words without a number"),
    ],
)
def test_a_score_that_fails_on_every_answer_ends_the_run_with_its_reason(score: Any, why: str) -> None:
    with Loopback(Pupil("Answer in digits.")) as server:
        train = trainer(server)
        train.score = score
        with pytest.raises(ScoreError, match=why):
            train.run(3)
        assert len(server.requests) == len(QUESTIONS[5:])  # the answers of the first validation, and nothing else


def test_a_score_that_takes_other_arguments_costs_nothing() -> None:
    prompt = mg.Variable("p", role_description="prompt")
    with pytest.raises(TypeError, match="answer, expected"):
        mg.Trainer(lambda q: q, [prompt], lambda answer: 1.0, QUESTIONS)


@pytest.mark.parametrize("named", ["expected", "answer"])
def test_examples_may_be_mappings(named: str) -> None:
    examples = [{"question": q, named: a} for q, a in QUESTIONS]

    def right(answer: str, expected: Any) -> bool:
        return bool(answer == (expected if named == "expected" else expected["answer"]))

    with Loopback(Pupil("Answer in digits.")) as server:
        model = OpenAIModel(server.spec())
        prompt = mg.Variable("Answer.", role_description="system prompt")
        pupil = mg.BlackboxLLM(model, prompt)
        engine = mg.ModelAdvisor(model)
        train = mg.Trainer(
            lambda question: pupil(question), [prompt], right, examples[:5], examples[5:], direction="maximize",
            engine=engine,
        )  # fmt: skip
        assert (train.run(1).value, float(train.best)) == ("Answer in digits.", -1.0)


def test_what_is_no_example_is_named() -> None:
    prompt = mg.Variable("p", role_description="prompt")
    with pytest.raises(TypeError, match=r"example 2 is .*pair \(input, expected\)"):
        mg.Trainer(lambda q: q, [prompt], wrong, [("a", "b"), "c"])  # type: ignore[list-item]


def test_a_critic_is_not_asked_about_a_right_answer() -> None:
    def says(request: Request) -> str | Reply:
        return "CRITIC: no digits" if "judge the value" in request.prompt else pupil(request)

    pupil = Pupil("Answer in digits.")
    with Loopback(says) as server:
        judge = mg.MultiFieldEvaluation("Is the answer right?", engine=server.spec())
        critic = lambda answer, truth: judge(answer=answer)  # noqa: E731 - a user's
        train = trainer(server, critic=critic, best=0)
        train.run(2)
        asked = [p for p in server.prompts if "judge the value" in p]
    assert (train.history[-1].validation, len(asked)) == (0.0, 2)


def test_settings_that_mean_nothing_are_refused() -> None:
    prompt = mg.Variable("p", role_description="prompt")
    for train, validation in (([], None), (QUESTIONS, [])):
        with pytest.raises(ValueError, match="needs questions"):
            mg.Trainer(lambda q: q, [prompt], wrong, train, validation)
    with pytest.raises(ValueError, match="at least 1"):
        mg.Trainer(lambda q: q, [prompt], wrong, QUESTIONS, batch_size=0)


def test_in_a_folder_the_same_lines_go_on_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    prompts = ("Answer in verse.", "Answer in digits.", "Answer in rhyme.")
    with Loopback(Pupil(*prompts)) as server:
        whole = trainer(server)
        whole.run(3)
        alone = len(server.requests)
    with Loopback(Pupil(*prompts)) as server:
        trainer(server, folder=tmp_path / "t").run(1)
        with pytest.raises(SettingsChangedError, match="batch_size was 2 and is 3 now"):
            trainer(server, folder=tmp_path / "t", batch_size=3)
        again = trainer(server, folder=tmp_path / "t")
        again.run(3)
        assert len(server.requests) == alone == again.usage.calls
    assert again.history == whole.history
    assert (again.best.value, again.best.evaluation) == (whole.best.value, whole.best.evaluation)


def test_a_folder_is_not_gone_on_with_by_another_model_or_option(tmp_path: Path) -> None:
    def made(name: str = "student", critic: Any = None, **options: Any) -> mg.Trainer:
        model = OpenAIModel(name, base_url="http://127.0.0.1:1/v1", api_key="x")
        prompt = mg.Variable("Answer.", role_description="system prompt")
        given: dict[str, Any] = {"engine": OpenAIModel("editor", base_url="http://127.0.0.1:1/v1", api_key="x")}
        given |= {"constraints": ("short",), **options}
        return mg.Trainer(
            mg.BlackboxLLM(model, prompt), [prompt], wrong, QUESTIONS, critic=critic, folder=tmp_path, **given
        )

    made()
    made(gradient_memory=0, constraints=["short"])  # the same
    others: dict[str, dict[str, Any]] = {
        "models": {"name": "other"}, "engine": {"engine": OpenAIModel("other", api_key="x")}, "best": {"best": 0},
        "critic": {"critic": lambda answer, expected: answer}, "gradient_memory": {"gradient_memory": 2},
        "constraints": {"constraints": ["long"]}, "proposals": {"proposals": 2},
    }  # fmt: skip
    for setting, options in others.items():
        with pytest.raises(SettingsChangedError, match=f"settings: {setting} was"):
            made(**options)


def test_the_budget_ends_the_training_with_the_best_so_far(tmp_path: Path) -> None:
    with Loopback(Pupil("Answer in digits.", "Answer in verse.")) as server:
        train = trainer(server, folder=tmp_path / "t")
        assert train.run(5, calls=12).value == "Answer in digits."
        assert len(server.requests) <= 12
