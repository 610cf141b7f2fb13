"""Programs that ask a model for some examples only, or hide that nobody answered, and budgets that end within them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.errors import EngineError, ScoreError
from molgrad.programs.scoring import scored
from molgrad.tuning.answers import AnswerStore
from tests.tuning.test_programs import Scripted, version

EXAMPLES = [(f"q{n}", "yes") for n in range(12)]


def right(example: tuple[str, str], answer: str) -> tuple[bool, str]:
    return answer == example[1], "expected yes"


def sometimes(model: Scripted, prompt: mg.Variable, first: int) -> mg.Module:
    """Answers by rule, and asks the model from the example of a number on."""

    class Program(mg.Module):
        def __init__(self) -> None:
            self.call = mg.BlackboxLLM(model, prompt)

        def forward(self, question: mg.Variable) -> mg.Variable | str:
            return self.call(question) if int(question.value[1:]) >= first else "no"

    return Program()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("first", [0, 5, 99])
def test_whoever_answers_an_answer_counts_once_and_the_limit_holds(workers: int, first: int, tmp_path: Path) -> None:
    model = Scripted(lambda text: version("Say yes.") if "feedback" in text else "no")
    prompt = mg.Variable("Answer.", role_description="prompt", requires_grad=True)
    tuned = mg.Tuner(
        sometimes(model, prompt, first), right, EXAMPLES, direction="maximize", engine=model, folder=tmp_path / "run",
        workers=workers,
    )  # fmt: skip
    tuned.run(calls=6)
    answered = AnswerStore(tmp_path / "run").answers(0)
    by_rule = sum(answer.calls == 0 for answer in answered.values())
    assert tuned.usage.calls == 6 == by_rule + len(model.asked)
    assert by_rule == min(6, first)


def test_a_spent_budget_that_a_program_hides_is_no_wrong_answer(tmp_path: Path) -> None:
    model = Scripted(lambda text: version("Say yes.") if "feedback" in text else "no")
    prompt = mg.Variable("Answer.", role_description="prompt", requires_grad=True)
    call = mg.BlackboxLLM(model, prompt)

    def hiding(question: mg.Variable) -> mg.Variable:
        try:
            return call(call(question))
        except Exception as error:
            raise RuntimeError("no luck") from error

    tuned = mg.Tuner(
        hiding, right, EXAMPLES, direction="maximize", engine=model, folder=tmp_path / "run", parameters=[prompt],
        workers=1,
    )  # fmt: skip
    tuned.run(calls=5)
    assert len(AnswerStore(tmp_path / "run").answers(0)) == 2
    tuned.run(calls=40)
    assert tuned.best.score == 0.0


def test_a_score_that_hides_that_nobody_answered_is_no_failed_answer() -> None:
    def asked() -> float:
        raise EngineError("nobody is there")

    def judge(example: str, answer: str) -> float:
        try:
            return asked()
        except EngineError as error:
            raise ValueError("no judge") from error

    with pytest.raises(EngineError, match="nobody is there"):
        scored(judge, "example", "answer")


def test_after_a_first_failure_a_parameter_may_have_another_name(tmp_path: Path) -> None:
    def failing(example: tuple[str, str], answer: str) -> float:
        raise ZeroDivisionError

    def made(name: str, score: object) -> mg.Tuner:
        prompt = mg.Variable("Answer.", role_description=name)
        return mg.Tuner(
            lambda q: "no", score, EXAMPLES, engine=Scripted(lambda text: version("x")),  # type: ignore[arg-type]
            parameters=[prompt], folder=tmp_path / "run", direction="maximize",
        )  # fmt: skip

    with pytest.raises(ScoreError):
        made("one", failing).run(calls=40)
    assert made("two", right).run(calls=40).best.score == 0.0


def test_answers_are_read_from_the_store_once_for_each_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = AnswerStore.answers

    def counted(self: AnswerStore, candidate: int) -> object:
        read.append(candidate)
        return real(self, candidate)

    monkeypatch.setattr(AnswerStore, "answers", counted)
    model = Scripted(lambda text: version("Say yes.") if "feedback" in text else "no")
    prompt = mg.Variable("Answer.", role_description="prompt")
    mg.Tuner(mg.BlackboxLLM(model, prompt), right, EXAMPLES, direction="maximize", engine=model).run(calls=60)
    assert len(set(read)) > 1
    assert max(Counter(read).values()) <= 2  # in the search, and at its end, whose comparison is of its own
