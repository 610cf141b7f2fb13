"""Services as losses, by a real server: what a good one gives; a bad one gives no number, and no other gets the key."""

from __future__ import annotations

import json
import logging
import pickle
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

import molgrad as mg
from molgrad.errors import ConflictingSettingsError
from molgrad.evaluation import Evaluation, Status
from tests.loopback import nobody
from tests.predictors import Answer, Predictor, lengths

KEY = "key-0123456789abcdef"
Reply = Callable[[str, list[Answer]], tuple[int, bytes, Mapping[str, str]]]


@pytest.fixture
def serve() -> Iterator[Callable[[Reply], Predictor]]:
    """Makes services that stop with the test."""
    made: list[Predictor] = []

    def start(reply: Reply) -> Predictor:
        made.append(Predictor(reply))
        return made[-1]

    yield start
    for predictor in made:
        predictor.stop()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("molgrad.losses.http._PAUSE", 0.0)


def asked(url: str, values: list[str] | None = None, **options: Any) -> list[Evaluation]:
    loss = mg.HTTP(url, **{"timeout": 20.0, **options})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return loss.evaluate(values or ["CCO", "CCN"])
        finally:
            loss.close()


def test_lines_or_a_list_in_any_order(serve: Callable[[Reply], Predictor]) -> None:
    def listed(path: str, questions: list[Answer]) -> tuple[int, bytes, Mapping[str, str]]:
        answers = [{"id": one["id"], "value": len(one["smiles"]), "sd": 0.1} for one in reversed(questions)]
        return 200, json.dumps(answers).encode(), {}

    by_lines, by_list = serve(lengths), serve(listed)
    assert [one.score for one in asked(by_lines.url, ["C", "CCO", "C1C"], direction="maximize")] == [-1, -3, None]
    assert [(one.score, one.sd) for one in asked(by_list.url, ["C", "CCO"])] == [(1, 0.1), (3, 0.1)]
    assert [one["smiles"] for one in by_lines.asked[0]] == ["C", "CCO"]


def test_batches(serve: Callable[[Reply], Predictor]) -> None:
    service = serve(lengths)
    assert len(asked(service.url, ["C" * n for n in range(1, 8)], batch=3)) == 7
    assert [len(questions) for questions in service.asked] == [3, 3, 1]


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (500, b"Traceback: no weights", {}, "status 500: Traceback: no weights"),
        (401, b"who are you", {}, "status 401: who are you"),
        (302, b"", {"location": "http://127.0.0.1:1/"}, "leads elsewhere"),
        (200, b"<html>Welcome</html>", {}, "'<html>Welcome</html>' where a line of JSON"),
        (200, b"", {}, "0 answers to 1"),
        (200, b'{"value": 1}\n{"value": 2}\n{"value": 3}', {}, "3 answers to 1"),
        (200, b"[" * 100_000, {}, "nested too deeply|JSON"),
        (200, b"[1, 2]", {}, "where a line of JSON"),
        (200, b'{"value": NaN}', {}, "value is nan"),
        (200, b"\xff\xfe", {}, "where a line of JSON"),
        (200, b'{"value": 1}', {"content-encoding": "gzip"}, "packed its reply"),
        (200, b"x" * 100_000_000, {}, "longer than|more than an answer"),
    ],
)
def test_what_is_no_answer_is_failed(
    serve: Callable[[Reply], Predictor], status: int, body: bytes, headers: Mapping[str, str], words: str
) -> None:
    found = asked(serve(lambda path, questions: (status, body, headers)).url)
    assert {one.status for one in found} == {Status.FAILED}
    assert re.search(words, found[0].reason)


def test_a_busy_service_is_asked_again(serve: Callable[[Reply], Predictor]) -> None:
    turns = iter([(503, b"busy", {}), (429, b"busy", {})])
    service = serve(lambda path, questions: next(turns, None) or lengths(path, questions))
    assert [one.score for one in asked(service.url)] == [3, 3]
    assert len(service.asked) == 3


def test_one_bad_molecule_spoils_only_itself(serve: Callable[[Reply], Predictor]) -> None:
    def choosy(path: str, questions: list[Answer]) -> tuple[int, bytes, Mapping[str, str]]:
        return (400, b"no nitrogen", {}) if any("N" in one["smiles"] for one in questions) else lengths(path, questions)

    good, bad, other = asked(serve(choosy).url, ["CCO", "CCN", "CC"])
    assert (good.score, other.score, bad.reason) == (3, 2, "it answered with status 400: no nitrogen")


def test_nobody_there_may_pass() -> None:
    (found,) = asked(nobody(), ["C"])
    assert "cannot be reached" in found.reason
    assert found.may_pass


def test_a_reply_that_does_not_end_is_given_up(serve: Callable[[Reply], Predictor]) -> None:
    service = serve(lambda path, questions: (200, b'{"value": 1}', {"content-length": "1000"}))
    (found,) = asked(service.url, ["C"], timeout=1.0)
    assert "within 1 s (`timeout`)" in found.reason
    assert found.may_pass


def test_the_key_travels_in_its_header_and_nowhere_else(
    serve: Callable[[Reply], Predictor], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PREDICTOR_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    service = serve(lambda path, questions: (403, f"the key {KEY} is unknown".encode(), {"x-echo": KEY}))
    loss = mg.HTTP(service.url, key="PREDICTOR_KEY")
    (found,) = loss.evaluate(["C"])
    assert service.headers[0]["Authorization"] == f"Bearer {KEY}"
    shown = [found.reason, json.dumps(found.to_json()), json.dumps(loss.spec()), repr(loss), caplog.text]
    assert not any(KEY in text for text in shown)
    assert KEY.encode() not in pickle.dumps(loss)
    asked(service.url, key="PREDICTOR_KEY", header="X-API-Key")
    assert service.headers[-1]["X-API-Key"] == KEY


def test_a_key_that_is_not_set_is_named(serve: Callable[[Reply], Predictor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREDICTOR_KEY", raising=False)
    service = serve(lengths)
    assert "PREDICTOR_KEY is not set" in asked(service.url, key="PREDICTOR_KEY")[0].reason
    assert service.asked == []


@pytest.mark.parametrize(
    "wrong",
    [{"url": "predictor"}, {"url": "ftp://h/x"}, {"url": f"http://me:{KEY}@h/"}, {"url": f"http://h/?api_key={KEY}"},
     {"url": f"http://h:{KEY}/"}, {"key": KEY}, {"header": "a b"}, {"timeout": -1}, {"batch": True}],
)  # fmt: skip
def test_senseless_settings_are_refused_and_keys_not_repeated(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConflictingSettingsError) as told:
        mg.HTTP(**{"url": "http://localhost/", **wrong})
    assert KEY not in str(told.value)
