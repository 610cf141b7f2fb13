"""Answers found again: by the whole request, across threads and processes, and without harm from a bad file."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from molgrad.llm.cache import AnswerCache, CachedModel, default_cache
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.types import Usage
from tests.llm.conftest import KEY, Told, ask
from tests.loopback import Loopback, completion


def test_the_second_time_nothing_is_asked(tmp_path: Path) -> None:
    with Loopback(["one"]) as server:
        first = CachedModel(OpenAIModel(server.spec()), tmp_path / "a.db").complete(ask("q"), seed=1)
        again = CachedModel(OpenAIModel(server.spec()), tmp_path / "a.db").complete(ask("q"), seed=1)
    assert (first.text, first.usage) == ("one", Usage(1, 11, 7))
    assert (again.text, again.usage) == ("one", Usage(cached=1))


def test_whatever_decides_the_answer_is_in_the_key(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "a.db")
    with Loopback([str(i) for i in range(20)]) as server:
        specs = [server.spec("m"), server.spec("n")]
        models = [OpenAIModel(specs[0]), OpenAIModel(specs[1]), OpenAIModel(specs[0], temperature=0.5),
                  OpenAIModel(specs[0], max_tokens=9), OpenAIModel(specs[0], api="chat")]  # fmt: skip
        said = [CachedModel(m, cache).complete(ask("q")).text for m in models]
        asked = CachedModel(models[0], cache)
        said += [asked.complete(ask("other")).text, asked.complete(ask("q"), seed=1).text]
        said += [asked.complete(ask("q"), schema=s).text for s in ({"a": 1, "b": 2}, {"b": 2, "a": 1})]
    assert len(set(said)) == len(said) == len(server.requests)


def test_only_hashes_and_answers_are_kept(tmp_path: Path) -> None:
    with Loopback(["an answer"]) as server:
        model = OpenAIModel(server.spec(), api_key=KEY)
        CachedModel(model, tmp_path / "a.db").complete(ask("CONFIDENTIAL"))
    content = (tmp_path / "a.db").read_bytes()
    assert KEY.encode() not in content
    assert b"CONFIDENTIAL" not in content


def test_an_empty_answer_is_asked_for_again(tmp_path: Path) -> None:
    with Loopback([completion(None), "now"]) as server:
        model = CachedModel(OpenAIModel(server.spec()), tmp_path / "a.db")
        assert [model.complete(ask("q")).text for _ in range(3)] == ["", "now", "now"]


def test_a_model_that_does_not_tell_its_settings_is_not_cached(tmp_path: Path) -> None:
    model = Told()
    model.settings = {}  # type: ignore[misc]
    cached = CachedModel(model, tmp_path / "a.db")
    assert [cached.complete(ask("q")).usage.cached for _ in range(2)] == [0, 0]
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize("off", ["off", "0", "no", "OFF"])
def test_the_environment_turns_it_off(off: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLGRAD_LLM_CACHE", off)
    model = Told()
    cached = CachedModel(model)
    assert [cached.complete(ask("q")).text for _ in range(2)] == ["on q", "on q"]
    assert model.asked == ["q", "q"]


def test_the_environment_names_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOLGRAD_LLM_CACHE", str(tmp_path / "mine.db"))
    CachedModel(Told()).complete(ask("q"))
    assert (tmp_path / "mine.db").is_file()
    monkeypatch.delenv("MOLGRAD_LLM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = default_cache()
    assert cache is not None
    assert cache.path.name == "answers.db"


def test_a_folder_in_its_place_is_said_once_and_worked_without(tmp_path: Path) -> None:
    model, cached = Told(), CachedModel(Told(), tmp_path)
    with pytest.warns(UserWarning, match="MOLGRAD_LLM_CACHE=off") as said:
        texts = [cached.complete(ask(q)).text for q in "abc"]
    assert texts == [model.complete(ask(q)).text for q in "abc"]
    assert len(said) == 1


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"this is no database " * 100)
    with pytest.warns(UserWarning, match=r"was damaged .* it is now .*a\.db\.damaged") as said:
        texts = [CachedModel(Told(), path).complete(ask("a")).text for _ in range(2)]
    assert texts == ["on a", "on a"]
    assert len(said) == 1
    assert path.with_name("a.db.damaged").read_bytes() == b"this is no database " * 100
    assert CachedModel(Told(), path).complete(ask("a")).usage.cached == 1


def test_a_broken_row_is_said_and_asked_again(tmp_path: Path) -> None:
    CachedModel(Told(), tmp_path / "a.db").complete(ask("q"))
    with sqlite3.connect(tmp_path / "a.db") as db:
        db.execute("UPDATE answers SET value = X'00'")
    cached = CachedModel(Told(), tmp_path / "a.db")
    with pytest.warns(UserWarning, match="damaged value"):
        assert cached.complete(ask("q")).text == "on q"
    assert cached.complete(ask("q")).usage.cached == 1, "kept anew"


def test_the_oldest_go_when_it_is_full(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "a.db", largest=100_000)
    dice = random.Random(1)
    for i in range(60):
        cache.put(str(i), dice.randbytes(3000).hex())
    kept = [i for i in range(60) if cache.get(str(i))]
    assert kept[-1] == 59
    assert kept == list(range(kept[0], 60))
    assert 0 < len(kept) < 60


def test_a_busy_file_is_passed_over_and_not_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AnswerCache, "PATIENCE", 0.01)
    cache = AnswerCache(tmp_path / "a.db")
    cache.put("a", "kept")
    with sqlite3.connect(tmp_path / "a.db") as other, warnings.catch_warnings():
        warnings.simplefilter("error")
        other.execute("BEGIN EXCLUSIVE")
        cache.put("b", "not kept")
        assert cache.get("a") is None
        other.rollback()
        cache.put("c", "kept again")
    assert [cache.get(key) for key in "abc"] == ["kept", None, "kept again"]


def test_threads_share_it(tmp_path: Path) -> None:
    model = Told()
    cached = CachedModel(model, tmp_path / "a.db")
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda i: cached.complete(ask(f"q{i % 10}")).text, range(200)))
    assert texts == [f"on q{i % 10}" for i in range(200)]
    assert sorted(set(model.asked)) == [f"q{i}" for i in range(10)]


def test_processes_share_it(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom molgrad.llm.cache import AnswerCache\n"
        "cache = AnswerCache(Path(sys.argv[1]))\n"
        "for i in range(40): cache.put(f'{sys.argv[2]}-{i}', 'x' * 50)"
    )
    path = str(tmp_path / "a.db")
    running = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", code, path, str(n)], stderr=subprocess.PIPE)
        for n in range(3)
    ]
    errors = [process.communicate()[1] for process in running]
    assert errors == [b"", b"", b""]
    cache = AnswerCache(tmp_path / "a.db")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(cache.get(f"{n}-{i}") for n in range(3) for i in range(40))
