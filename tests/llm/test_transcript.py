"""Every call on disk, in order, without keys; a killed process leaves what it had."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from molgrad.errors import EngineError
from molgrad.llm import Transcript, labelled
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.recording import RecordingModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.text import KEPT
from molgrad.llm.transcript import Call
from molgrad.llm.types import Usage
from tests.llm.conftest import KEY, Told, ask
from tests.loopback import Loopback, error


def recording(path: Path, model: Told | None = None) -> RecordingModel:
    return RecordingModel(model or Told(), Transcript(path))


def test_a_call_is_kept_as_it_was(tmp_path: Path) -> None:
    with Loopback(["{}"]) as server:
        model = RecordingModel(OpenAIModel(server.spec("m"), temperature=0.5), Transcript(tmp_path / "calls.db"))
        with labelled(step=3), labelled(template="ab12"):
            model.complete(ask("q"), schema={"type": "object"}, seed=2**70)
    (call,) = Transcript(tmp_path / "calls.db").calls()
    assert (call.id, call.model, call.messages, call.answer, call.error) == (1, "m", ask("q"), "{}", "")
    assert (call.schema, call.seed, call.usage) == ({"type": "object"}, None, Usage(1, 11, 7))
    assert call.labels == {"step": "3", "template": "ab12"}
    assert (call.settings["url"], call.settings["temperature"]) == (server.url, 0.5)
    assert 0 < call.seconds < 60
    assert call.finished


def test_a_failure_is_kept_with_its_reason(tmp_path: Path) -> None:
    with Loopback([error(400, "too rude"), "fine"]) as server:
        model = RecordingModel(OpenAIModel(server.spec()), Transcript(tmp_path / "calls.db"))
        with pytest.raises(EngineError, match="too rude"):
            model.complete(ask("q"))
        model.complete(ask("q"))
    first, second = model.transcript.calls()
    assert first.answer is None
    assert "too rude" in first.error
    assert (second.answer, second.error) == ("fine", "")


def test_an_interrupted_call_is_none(tmp_path: Path) -> None:
    def interrupt(text: str) -> str:
        raise KeyboardInterrupt

    model = recording(tmp_path / "calls.db", Told(interrupt))
    with pytest.raises(KeyboardInterrupt):
        model.complete(ask("q"))
    assert len(model.transcript) == 0


def test_keys_are_in_no_byte_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "my-own-key-0123456789")
    with Loopback([f"you wrote {KEY}"]) as server:
        model = RecordingModel(OpenAIModel(server.spec(), api_key=KEY), Transcript(tmp_path / "calls.db"))
        with labelled(note=KEY):
            model.complete(ask(f"{KEY}, my-own-key-0123456789 and sk-someoneelses0123456789"))
    content = (tmp_path / "calls.db").read_bytes()
    for key in (KEY, "my-own-key-0123456789", "sk-someoneelses0123456789"):
        assert key.encode() not in content
    assert b"[key]" in content


def test_texts_are_bounded_and_odd_ones_kept(tmp_path: Path) -> None:
    model = recording(tmp_path / "calls.db", Told(lambda _: "\x1b[0m\ud800" + "x" * (KEPT + 50)))
    model.complete(ask("long " + "y" * (KEPT + 50)))
    (call,) = model.transcript.calls()
    assert call.answer is not None
    assert call.answer.startswith("\x1b[0m?x")
    for text in (call.answer, call.messages[1]["content"]):
        assert KEPT < len(text) < KEPT + 100
        assert text.endswith("characters more]")


def test_an_image_is_kept_as_its_hash(tmp_path: Path) -> None:
    image = "data:image/png;base64," + "iVBORw0KGgo=" * 5000
    parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": image}}]
    transcript = Transcript(tmp_path / "calls.db")
    transcript.add(Call([{"role": "user", "content": parts}], "a cat"))
    (call,) = transcript
    text, kept = call.messages[0]["content"]
    assert text == parts[0]
    assert kept["image_url"]["url"].startswith("data:image/png;base64,[60022 characters with the hash ")
    replay = ReplayModel(tmp_path)
    with pytest.raises(EngineError, match=r"\[60023 characters"):
        replay.complete([{"role": "user", "content": [parts[0], {"type": "image_url", "image_url": image + "A"}]}])
    assert replay.complete([{"role": "user", "content": parts}]).text == "a cat"  # type: ignore[dict-item]


def test_usage_in_all_and_by_label(tmp_path: Path) -> None:
    transcript = Transcript(tmp_path / "calls.db")
    assert transcript.usage() == Usage()
    for step, used in ((1, Usage(1, 10, 5, cost=0.5)), (2, Usage(cached=1)), (1, Usage(2, 1, 1, cost=0.25))):
        with labelled(step=step):
            RecordingModel(Told(usage=used), transcript).complete(ask("q"))
    RecordingModel(Told(), transcript).complete(ask("q"))
    assert transcript.usage() == Usage(4, 21, 11, 1, 0.75)
    assert transcript.usage(by="step") == {
        "1": Usage(3, 11, 6, 0, 0.75), "2": Usage(cached=1), "": Usage(1, 10, 5),
    }  # fmt: skip


def test_threads_write_side_by_side(tmp_path: Path) -> None:
    model = recording(tmp_path / "calls.db")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: model.complete(ask(str(i))), range(120)))
    calls = list(Transcript(tmp_path / "calls.db"))
    assert [call.id for call in calls] == list(range(1, 121))
    assert {call.answer for call in calls} == {f"on {i}" for i in range(120)}


def test_what_a_killed_process_had_asked_is_there(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom molgrad.llm.transcript import Call, Transcript\n"
        "transcript = Transcript(sys.argv[1])\n"
        "for i in range(100_000):\n"
        "    transcript.add(Call([{'role': 'user', 'content': str(i)}], f'answer {i}'))\n"
        "    print(i, flush=True)"
    )
    path = tmp_path / "calls.db"
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split()]
    calls = list(Transcript(path))
    assert len(calls) in (len(told), len(told) + 1)  # one may be on disk and not told yet
    assert [call.answer for call in calls] == [f"answer {i}" for i in range(len(calls))]
    Transcript(path).add(Call(ask("more"), "fine"))
    assert len(Transcript(path)) == len(calls) + 1


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calls.db").write_text("no database " * 200)
    with pytest.raises(EngineError, match="cannot be used as a transcript"):
        Transcript(tmp_path / "calls.db")


def test_a_file_that_is_lost_is_said(tmp_path: Path) -> None:
    model = recording(tmp_path / "calls.db")
    with sqlite3.connect(tmp_path / "calls.db") as db:
        db.execute("DROP TABLE calls")
    with pytest.raises(EngineError, match="cannot be kept"):
        model.complete(ask("q"))
