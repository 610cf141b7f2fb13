"""What a hurried user gives a Tuner by mistake is refused with a sentence, and nothing that was paid for is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.campaign.events import Event
from molgrad.errors import EngineError, NoScoreError, ScoreError, UnknownNameError
from tests.tuning.pupils import EXAMPLES, Local, Pupil, wrong


def tuner(server: Local, folder: Path | None = None, **options: Any) -> mg.Tuner:
    prompt = mg.Variable("Answer.", role_description="system prompt")
    usual = {"program": mg.BlackboxLLM(server, prompt), "score": wrong, "train": EXAMPLES[:12]}
    usual |= {"validation": EXAMPLES[12:18], "engine": server, "search": "trajectory", "minibatch": 4}
    return mg.Tuner(**{**usual, "folder": folder, **options})  # type: ignore[arg-type]


async def later(example: Any, answer: str) -> float:
    await asyncio.sleep(0)
    return float(example[1] == answer)


class Table:
    """What a DataFrame looks like."""

    columns = ("question", "expected")

    def to_dict(self, orient: str) -> list[Any]:
        return [orient]


ITSELF: list[Any] = []
ITSELF.append(ITSELF)


class Blank(mg.Module):
    def forward(self, x: mg.Variable) -> mg.Variable:
        return x


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"direction": "max"}, 'direction is "minimize" or "maximize"'),
        ({"best": "1"}, "best is the best number"),
        ({"best": float("nan")}, "best is the best number"),
        ({"price": (1,)}, "price is money per million tokens"),
        ({"price": (-1, 2)}, "price is money per million tokens"),
        ({"constraints": "Keep it short."}, "a list of sentences"),
        ({"engine": ""}, "the engine is an empty text"),
        ({"folder": ""}, "folder is an empty text"),
        ({"score": later}, r"score is async.*asyncio.run"),
        ({"program": later}, "the program is async"),
        ({"program": Blank}, r"the class Blank: give one of it"),
        ({"program": "gpt-5-mini"}, "a Module or a function"),
        ({"parameters": {1: mg.Variable("x", role_description="r")}}, "name of a parameter is a text, not 1"),
        ({"train": None}, "a list of pairs or mappings, not None"),
        ({"train": {"q": "a"}}, "a list of pairs or mappings"),
        ({"validation": "questions"}, "a list of pairs or mappings"),
        ({"train": Table()}, r'table.to_dict\("records"\)'),
        ({"train": [b"ab"]}, "example 1 is b'ab'"),
        ({"train": [("a", "b"), (ITSELF, "c")]}, "example 2 holds itself"),
    ],
)
def test_a_setting_that_is_none_is_named_before_anything_is_asked(given: dict[str, Any], said: str) -> None:
    with Local(Pupil()) as server:
        with pytest.raises((TypeError, ValueError, EngineError), match=said):
            tuner(server, **given)
        assert not server.requests


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"calls": 1.5}, "calls is a whole number"),
        ({"calls": True}, "calls is a number, not True"),
        ({"tokens": "many"}, "tokens is a number, not 'many'"),
        ({"rounds": -1}, "rounds is a whole number of at least 0"),
        ({"calls": 9, "watch": "live"}, "watch is called"),
    ],
)
def test_a_limit_that_is_none_is_named_before_anything_is_asked(limits: dict[str, Any], said: str) -> None:
    with Local(Pupil()) as server:
        with pytest.raises((TypeError, ValueError), match=said):
            tuner(server).run(**limits)
        assert not server.requests


def test_examples_may_come_from_a_generator() -> None:
    with Local(Pupil()) as server:
        made = tuner(server, train=(one for one in EXAMPLES[:12]), validation=(one for one in EXAMPLES[12:18]))
        assert (len(made.train), len(made.validation)) == (12, 6)


@pytest.mark.parametrize("mended", ["elsewhere", "in its code"])
def test_a_score_that_failed_from_the_first_is_mended_and_the_same_folder_goes_on(mended: str, tmp_path: Path) -> None:
    down = [True]

    def careful(example: Any, answer: str) -> Any:
        if down:
            raise OSError("references.csv is not there")
        return wrong(example, answer)

    with Local(Pupil()) as server:
        first = tuner(server, tmp_path, score=careful)
        with pytest.raises(ScoreError, match=r"references\.csv is not there"):
            first.run(calls=100)
        asked = len(server.requests)
        down.clear()
        again = tuner(server, tmp_path, score=careful if mended == "elsewhere" else wrong).run(calls=100)
        assert float(again.best) == 0.0
        assert again.usage.calls == len(server.requests)
        assert len(set(server.prompts[:asked]) & set(server.prompts[asked:])) == 0  # no answer is paid for again


def test_a_start_that_fails_on_an_example_is_told_with_the_example_and_a_remedy() -> None:
    def careless(example: Any, answer: str) -> Any:
        return 1 / 0 if "sum" in example[0] else wrong(example, answer)

    with Local(Pupil()) as server:
        made = tuner(server, score=careless).run(calls=60)
        with pytest.raises(
            NoScoreError, match=r"of c0000, the start, e00\d\d: ZeroDivisionError.*critiques\('c0000'\)"
        ):
            _ = made.best


@pytest.mark.parametrize("words", ["\ud800 half a character", "\x00", "\u202e\U0001f9ea"])
def test_strange_words_and_answers_are_kept(words: str, tmp_path: Path) -> None:
    def program(question: mg.Variable) -> str:
        return f"{words} {question.value}"

    made = tuner(
        Local(Pupil()), tmp_path, program=program, score=lambda _, answer: (1.0, f"{words} in {answer}"),
        parameters=[mg.Variable("Answer.", role_description="prompt")],
    ).run(calls=30)  # fmt: skip
    assert float(made.best) == 1.0
    assert len(made.critiques()) >= 6


def test_a_program_that_answers_nothing_is_named_and_not_the_score() -> None:
    prompt = mg.Variable("Answer.", role_description="prompt")
    with pytest.raises(ScoreError, match="the program answered with an empty text to each of 4 examples; it returns"):
        tuner(Local(Pupil()), program=lambda _: " ", parameters=[prompt]).run(calls=30)


@pytest.mark.parametrize("fault", [OSError("the pipe is closed"), KeyboardInterrupt()])
def test_a_run_that_breaks_off_says_that_it_goes_on_and_does(fault: BaseException, tmp_path: Path) -> None:
    def broken(event: Event) -> None:
        if event.batch == 1:
            raise fault

    with Local(Pupil()) as server:
        made = tuner(server, tmp_path)
        with pytest.raises(type(fault)) as raised:
            made.run(calls=100, watch=broken)
        assert "the same run(...) goes on" in raised.value.__notes__[0]
        assert made.notes[-1].startswith("stopped")
        assert "the same run(...) goes on" in made.notes[-1]
        assert float(made.run(calls=100).best) == 0.0
        assert made.usage.calls == len(server.requests) == len(set(server.prompts))
        assert "as well as can be" in made.notes[-1]


def test_a_candidate_that_is_none_has_no_critiques() -> None:
    with pytest.raises(UnknownNameError, match="no candidate '3'"):
        tuner(Local(Pupil())).run(rounds=0).critiques(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("score", [lambda *_: 10**400, lambda *_: 1e308, lambda *_: (-1e300, "x")])
def test_a_number_beyond_reckoning_is_told(score: Callable[..., Any]) -> None:
    with Local(Pupil()) as server, pytest.raises(ScoreError, match="too large"):
        tuner(server, score=score).run(calls=60)
