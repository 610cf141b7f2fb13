"""Data sets of the tutorials: read from a file, split as TextGrad splits them, fetched at most once."""

from __future__ import annotations

import json
import random
from pathlib import Path
from urllib.error import URLError

import pytest

import molgrad.compat.textgrad as tg
from molgrad.compat.textgrad.loss import MultiFieldTokenParsedEvaluation
from molgrad.compat.textgrad.tasks import big_bench_hard
from molgrad.errors import InputFileError
from tests.compat.stubs import Stub, text


@pytest.fixture
def root(tmp_path: Path) -> str:
    examples = [{"input": f"question {i}", "target": i} for i in range(160)]
    for name in ("object_counting", "word_sorting"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"examples": examples}))
    return str(tmp_path)


def test_a_task_has_three_sets_and_a_judge(root: str) -> None:
    train, val, test, judge = tg.tasks.load_task("BBH_object_counting", root=root)
    assert (len(train), len(val), len(test)) == (50, 100, 10)
    assert (train[0], val[0], test[9]) == (("question 0", "0"), ("question 50", "50"), ("question 159", "159"))
    assert "Answer:" in train.get_task_description()
    verdicts = [
        judge(inputs={"prediction": text(p), "ground_truth_answer": text("12")}).value
        for p in ("3 + 9\nAnswer: 12.", "Answer: 13", "none")
    ]
    assert verdicts == ["1", "0", "0"]
    *_, judge = tg.tasks.load_task("BBH_word_sorting", Stub(), root=root)
    assert isinstance(judge, MultiFieldTokenParsedEvaluation)


def test_batches_hold_every_pair_once(root: str) -> None:
    val = tg.tasks.load_task("BBH_object_counting", root=root)[1]
    loader = tg.tasks.DataLoader(val, batch_size=30, shuffle=True)
    random.seed(1)
    batches = list(loader)
    assert ([len(x) for x, _ in batches], len(loader)) == ([30, 30, 30, 10], 4)
    assert sorted(y for _, ys in batches for y in ys) == sorted(str(i) for i in range(50, 150))
    random.seed(1)
    assert list(loader) == batches
    assert next(iter(tg.tasks.DataLoader(val, 2)))[0] == ["question 50", "question 51"]


def test_what_is_missing_or_no_task_is_named(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr(big_bench_hard, "fetched", unreachable)
    with pytest.raises(InputFileError, match=r"navigate\.json is missing .*no network"):
        tg.tasks.load_task("BBH_navigate", root=root)
    with pytest.raises(ValueError, match="no name of a task"):
        tg.tasks.load_task("BBH_../object_counting", root=root)
    with pytest.raises(ValueError, match="no task 'GSM8K_DSPy'"):
        tg.tasks.load_task("GSM8K_DSPy")
    with pytest.raises(ValueError, match="a split is one of"):
        big_bench_hard.BigBenchHard("navigate", root, split="dev")
    Path(root, "navigate.json").write_text("[1]")
    with pytest.raises(InputFileError, match="does not hold the questions"):
        tg.tasks.load_task("BBH_navigate", root=root)


def test_a_task_that_is_fetched_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fetch(url: str, most: int) -> bytes:
        asked.append(url)
        return b'{"examples": [{"input": "q", "target": "1"}]}'

    monkeypatch.setattr(big_bench_hard, "fetched", fetch)
    for _ in range(2):
        assert len(big_bench_hard.BigBenchHard("navigate", str(tmp_path / "new"))) == 1
    assert asked == [big_bench_hard.SOURCE + "navigate.json"]
