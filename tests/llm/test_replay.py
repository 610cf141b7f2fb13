"""A run again from its transcript, with no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from molgrad.errors import EngineError
from molgrad.llm import Transcript, open_model
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.recording import RecordingModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.resolve import resolve_model
from molgrad.llm.types import LanguageModel, Usage
from tests.llm.conftest import Told, ask
from tests.loopback import Loopback, error

SCHEMA = {"type": "object"}


def recorded(path: Path, *texts: str) -> None:
    model = RecordingModel(Told(iter_answers(len(texts))), Transcript(path))
    for text in texts:
        model.complete(ask(text), schema=SCHEMA, seed=1)


def iter_answers(n: int):  # type: ignore[no-untyped-def]
    numbers = iter(range(n))
    return lambda text: f"{next(numbers)} on {text}"


def test_each_request_gets_its_answer_and_the_nth_its_nth(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.db", "a", "b", "a")
    model = ReplayModel(tmp_path)
    assert isinstance(model, LanguageModel)
    assert model.name == "told"
    said = [model.complete(ask(q), schema=SCHEMA, seed=1) for q in "aab"]
    assert [one.text for one in said] == ["0 on a", "2 on a", "1 on b"]
    assert said[0].usage == Usage(1, 10, 5)


def test_once_more_than_then_is_an_error(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.db", "a")
    model = ReplayModel(tmp_path / "calls.db")
    model.complete(ask("a"), schema=SCHEMA, seed=1)
    with pytest.raises(EngineError, match="holds this request 1 times"):
        model.complete(ask("a"), schema=SCHEMA, seed=1)


@pytest.mark.parametrize(
    ("text", "schema", "seed", "said"),
    [
        ("abc XYZ", SCHEMA, 1, r"call 2, where character \d+ of the messages goes on with 'DEF', and here with 'XYZ'"),
        ("abc DEF", SCHEMA, 2, "the seed is 1, and here 2"),
        ("abc DEF", None, 1, "another schema"),
    ],
)
def test_an_unknown_request_says_what_differs(
    text: str, schema: dict[str, str] | None, seed: int, said: str, tmp_path: Path
) -> None:
    recorded(tmp_path / "calls.db", "other", "abc DEF", "more")
    with pytest.raises(EngineError, match=said):
        ReplayModel(tmp_path).complete(ask(text), schema=schema, seed=seed)


def test_beyond_the_end_is_said(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.db", "a")
    model = ReplayModel(tmp_path)
    model.complete(ask("a"), schema=SCHEMA, seed=1)
    with pytest.raises(EngineError, match="gone beyond the run"):
        model.complete(ask("b"), schema=SCHEMA, seed=1)


def test_a_failed_call_is_passed_over(tmp_path: Path) -> None:
    with Loopback([error(400, "no"), "yes"]) as server:
        model = RecordingModel(OpenAIModel(server.spec()), Transcript(tmp_path / "calls.db"))
        with pytest.raises(EngineError):
            model.complete(ask("q"))
        model.complete(ask("q"))
    assert ReplayModel(tmp_path).complete(ask("q")).text == "yes"


def test_a_folder_without_calls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is no transcript"):
        open_model(f"replay:{tmp_path}")
    Transcript(tmp_path / "calls.db").close()
    with pytest.raises(EngineError, match="holds no model call"):
        ReplayModel(tmp_path)
    (tmp_path / "text.db").write_text("no database " * 200)
    with pytest.raises(EngineError, match="cannot be read as a transcript"):
        ReplayModel(tmp_path / "text.db")


def test_a_kind_before_a_colon_is_a_registered_model(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.db", "a")
    assert isinstance(resolve_model(f"replay:{tmp_path}"), ReplayModel)


def test_a_colon_in_a_models_name_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    assert resolve_model("llama3:8b").name == "llama3:8b"


def test_a_replay_needs_no_client(tmp_path: Path) -> None:
    recorded(tmp_path / "calls.db", "a")
    code = (
        "import sys\nfrom molgrad.llm import open_model\n"
        f"model = open_model('replay:{tmp_path}')\n"
        f"print(model.complete({ask('a')!r}, schema={SCHEMA!r}, seed=1).text, 'openai' in sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.stdout.strip() == "0 on a False", done.stderr


def test_memory_does_not_grow_with_the_transcript() -> None:
    measure = pytest.importorskip("benchmarks.llm_transcript").measure  # not in a source distribution
    small, large = measure(50), measure(400)
    assert large.megabytes < small.megabytes + 8  # its requests and answers are 12 MB
    assert large.calls == 400


@pytest.mark.slow
def test_ten_thousand_calls_need_less_than_200_mb() -> None:
    found = pytest.importorskip("benchmarks.llm_transcript").measure(10_000)
    assert found.calls == 10_000
    assert found.megabytes < 200
