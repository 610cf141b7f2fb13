"""Kinds of programs and examples that a Tuner takes: pipelines, functions, molecules, worked examples, critics."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import molgrad as mg
from molgrad.errors import EngineError
from molgrad.llm.types import Completion, Message, Usage
from molgrad.programs.demos import read_demos
from tests.tuning.pupils import EXAMPLES, RULES, rules, wrong


class Scripted:
    """A model in this process: a function of the messages' text."""

    name = "scripted"

    def __init__(self, says: Any) -> None:
        self.says, self.asked, self._lock = says, list[str](), threading.Lock()

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        del schema, seed
        text = "\n".join(str(message["content"]) for message in messages)
        with self._lock:
            self.asked.append(text)
        return Completion(self.says(text), Usage(1, 1, 1))


def version(text: str) -> str:
    return f"<IMPROVED_VARIABLE>{text}</IMPROVED_VARIABLE>"


class Steps(mg.Module):
    """Two calls in a row."""

    def __init__(self, model: Scripted) -> None:
        self.first = mg.BlackboxLLM(model, mg.Variable("Note it.", role_description="prompt that notes"))
        self.second = mg.BlackboxLLM(model, mg.Variable("Say it.", role_description="prompt that says"))

    def forward(self, question: mg.Variable) -> mg.Variable:
        return self.second(self.first(question))


def test_each_prompt_of_a_pipeline_is_told_its_own_call_and_the_final_answer() -> None:
    def says(text: str) -> str:
        if "prompt that" in text:
            return version("Note it well." if "prompt that notes" in text else "Say it well.")
        step, question = text.split("\n", 1)
        return f"{'well' if 'well' in step else 'badly'} {'noted' if 'Note' in step else 'said'}: {question}"

    def score(example: Mapping[str, str], answer: str) -> tuple[float, str]:
        return answer.count("badly") / 2, f"SCORE expected {example['expected']}"

    model = Scripted(says)
    examples = [{"question": f"Q{n}?", "expected": f"E{n}"} for n in range(3)]
    tuner = mg.Tuner(Steps(model), score, examples, engine=model).run(calls=60)
    assert tuner.best.values == {"first.system_prompt": "Note it well.", "second.system_prompt": "Say it well."}
    assert tuner.best.score == 0.0
    noting, saying = [text for text in model.asked if "Answer the feedback" in text]
    assert "answer of the language model: badly noted: Q1?" not in noting
    assert "output: badly noted: Q1?" in noting
    assert "final answer: badly said: badly noted: Q1?" in noting
    assert "answer of the language model: badly noted: Q1?\noutput: badly said: badly noted: Q1?" in saying
    assert "SCORE expected E1" in noting
    assert "SCORE expected E1" in saying


def test_a_function_without_models_is_counted_by_its_answers() -> None:
    asked: list[str] = []
    factor = mg.Variable("1", role_description="factor")

    def program(x: mg.Variable) -> str:
        asked.append(x.value)
        return str(int(x.value) * int(factor.value))

    def score(example: tuple[int, int], answer: str) -> float:
        return abs(int(answer) - example[1])

    editor = Scripted(lambda _: version("3"))
    examples = [(n, 3 * n) for n in range(1, 7)]
    tuner = mg.Tuner(program, score, examples, parameters=[factor], engine=editor)
    tuner.run(calls=5)
    assert len(asked) + len(editor.asked) <= 5
    tuner.run(calls=50)
    assert tuner.best.values == {"factor": "3"}
    assert tuner.usage.calls == len(asked) + len(editor.asked)
    assert factor.value == "3"


def test_an_error_of_the_program_is_a_failed_answer_of_its_example() -> None:
    template = mg.Variable("Q: {question}", role_description="template")
    model = Scripted(lambda text: version("Q: {query}") if "Answer the feedback" in text else "no")
    program = mg.FormattedLLMCall(model, template)
    examples = [{"question": f"Q{n}?", "expected": "yes"} for n in range(5)]
    tuner = mg.Tuner(program, lambda e, a: a != e["expected"], examples, engine=model).run(calls=40)
    assert tuner.best.name == "c0000"
    assert "the program raised TemplateError" in tuner.history[1]


def test_a_molecule_is_tuned_by_the_chemist_without_any_model() -> None:
    start = mg.Molecule("CCCCCCCCCCCC(=O)O")

    def program(x: mg.Variable) -> mg.Variable:
        return mg.concat([start, x], "|")

    def score(example: tuple[str, str], answer: str) -> mg.Evaluation:
        del example
        return mg.QED().evaluate([answer.split("|")[0]])[0]

    tuner = mg.Tuner(program, score, [("a", ""), ("b", "")], parameters=[start]).run(rounds=1)
    assert tuner.best.score < 0.9 * tuner.trials[0].evaluation.number()
    assert tuner.usage.calls == 2 * len(tuner.trials)
    assert start.value == next(iter(tuner.best.values.values()))


def test_nobody_to_rewrite_a_prompt_is_said_at_once() -> None:
    with pytest.raises(EngineError, match="nobody can rewrite 'prompt'"):
        mg.Tuner(lambda x: x, wrong, EXAMPLES, parameters=[mg.Variable("p", role_description="prompt")])


def test_worked_examples_are_filled_with_right_answers_of_the_training_examples() -> None:
    demos = mg.Demos(k=2)

    def says(text: str) -> str:
        word = text.rsplit("what of ", 1)[1].split()[0]
        return RULES[word] if word == "sum" or "Answer: " in text else "no idea"

    call = mg.LLMCall(Scripted(says))
    tuner = mg.Tuner(
        lambda question: call(demos, question), wrong, EXAMPLES[:12], EXAMPLES[12:18], parameters={"demos": demos}
    )
    tuner.run(calls=80)
    pairs = read_demos(tuner.best.values["demos"])
    assert pairs
    assert set(pairs) <= {(q, a) for q, a in EXAMPLES[:12] if "sum" in q}
    assert tuner.best.score == 0.0
    assert "worked examples drawn anew" in tuner.history[1]


def test_a_critic_is_asked_about_poor_answers_only_and_its_words_are_told() -> None:
    critic = Scripted(lambda text: f"CRITIC: {text.split('<<')[1].split('>>')[0]} means add")
    model = Scripted(
        lambda text: (
            version("sum means add.")
            if "Answer the feedback" in text
            else RULES.get(next((w for w in rules(text) if f" {w} " in text), ""), "no")
        )
    )
    ask = mg.BlackboxLLM(critic)

    def criticised(answer: mg.Variable, expected: str) -> mg.Variable:
        return ask(mg.Variable(f"<<sum>> {answer} for {expected}", role_description="q", requires_grad=False))

    prompt = mg.Variable("Answer.", role_description="prompt")
    examples = [one for one in EXAMPLES if "sum" in one[0]]
    tuner = mg.Tuner(mg.BlackboxLLM(model, prompt), wrong, examples, engine=model, critic=criticised)
    tuner.run(calls=60)
    asked = [text for text in model.asked if "Answer the feedback" in text]
    assert "feedback: CRITIC: sum means add" in asked[0]
    assert len(critic.asked) == 4
    assert tuner.usage.calls == len(model.asked) + len(critic.asked)
    assert tuner.ledger().set_index("step")["calls"]["critic"] == 4


def test_constraints_are_told_with_every_request() -> None:
    model = Scripted(lambda text: version("sum means add.") if "Answer the feedback" in text else "no")
    prompt = mg.Variable("Answer.", role_description="prompt")
    program = mg.BlackboxLLM(model, prompt)
    mg.Tuner(program, wrong, EXAMPLES[:4], engine=model, constraints=["At most ten words."]).run(calls=30)
    asked = [text for text in model.asked if "Answer the feedback" in text]
    assert asked
    assert all("At most ten words." in text for text in asked)


def test_examples_that_are_none_are_refused_with_their_place() -> None:
    prompt = mg.Variable("Answer.", role_description="prompt")
    for examples in (["ab"], [("a", "b", "c")], [1]):
        with pytest.raises(TypeError, match="example 1 is"):
            mg.Tuner(lambda x: x, wrong, examples, parameters=[prompt], engine="chemist")
    with pytest.raises(ValueError, match="needs examples"):
        mg.Tuner(lambda x: x, wrong, [], parameters=[prompt], engine="chemist")
    with pytest.raises(TypeError, match=r"called as score\(example, answer\)"):
        mg.Tuner(lambda x: x, lambda answer: 0.0, EXAMPLES, parameters=[prompt], engine="chemist")  # type: ignore[arg-type,misc]
