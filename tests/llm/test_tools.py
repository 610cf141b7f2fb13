"""Tools by both protocols, and everything that a model can do wrong with them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from molgrad.errors import CampaignError, ConflictingSettingsError, ToolsRefusedError
from molgrad.llm import Transcript, open_model
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.recording import RecordingModel
from molgrad.llm.replay import ReplayModel
from molgrad.llm.request import Request as CallerRequest
from molgrad.llm.tools import NONE_LEFT, RESULT, Allowance, Arguments, Tool, ToolRun
from molgrad.llm.types import LanguageModel, Offer, Usage
from tests.llm.conftest import Told, ask
from tests.loopback import AT_ONCE, Loopback, Reply, Request, Scripted, calls, error

SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}}


class Number(Arguments):
    n: Annotated[int, Field(ge=0, le=10**6)]


def doubled(given: Number) -> str:
    if given.n == 13:
        raise ConflictingSettingsError("13 is not doubled")
    if given.n == 14:
        raise CampaignError("/a/path of mine cannot be read")
    return f"twice {given.n} is {2 * given.n}" if given.n != 15 else "x" * 10 * RESULT


DOUBLE = Tool("double", "Doubles a number.", Number, doubled)


def run(model: LanguageModel, notes: list[str] | None = None, left: int = 3, text: str = "what is it?") -> str:
    def once(sent: Any, tools: Offer | None) -> Any:
        return CallerRequest(sent, SCHEMA, 1, tools).put_to(model)

    said = [] if notes is None else notes
    return ToolRun([DOUBLE], Allowance(left), notes=said.append).answer(once, ask(text))


def asks_once(request: Request) -> Scripted:
    return f"seen: {request.results[-1]}" if request.results else calls(request, ("double", {"n": 21}))


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_call_is_answered_and_the_answer_follows(api: str) -> None:
    with Loopback(asks_once) as server:
        model = OpenAIModel(server.spec(), api=api)
        assert run(model) == "seen: twice 21 is 42"
        assert model.usage == Usage(2, 22, 14)
        first, second = server.requests
    assert first.tools == second.tools == ["double"]
    assert first.by_responses == second.by_responses == (api == "responses")
    assert "you may call these tools, 3 times in all: double." in first.prompt
    assert first.body["tools"][0].get("strict", False) is False
    if api == "chat":
        assert [m["role"] for m in second.messages] == ["system", "user", "assistant", "tool"]
        assert second.messages[3]["tool_call_id"] == second.messages[2]["tool_calls"][0]["id"]
    else:
        kinds = [m.get("type", m.get("role")) for m in second.messages]
        assert kinds == ["system", "user", "function_call", "function_call_output"]
        assert second.messages[2]["call_id"] == second.messages[3]["call_id"]


@pytest.mark.parametrize(
    ("name", "arguments", "told", "noted"),
    [
        ("triple", {"n": 1}, "There is no tool 'triple'. The tools are: double.", "a tool that does not exist"),
        ("double", "{n: 1", "cannot be used: they are no JSON object", "could not be read"),
        ("double", "[1]", "cannot be used: they are no JSON object", "could not be read"),
        ("double", {"n": -1}, "n: input should be greater than or equal to 0", "could not be read"),
        ("double", {"n": 1, "path": "/etc/passwd"}, "path: extra inputs are not permitted", "could not be read"),
        ("double", {"n": 13}, "double was not done: 13 is not doubled", ""),
        ("double", {"n": 14}, "The tool double failed.", "failed (CampaignError)"),
        ("double", "[" * 100_000, "no JSON object", "could not be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_a_sentence(name: str, arguments: Any, told: str, noted: str) -> None:
    def script(request: Request) -> Scripted:
        return f"seen: {request.results[-1]}" if request.results else calls(request, (name, arguments))

    notes: list[str] = []
    with Loopback(script) as server:
        said = run(OpenAIModel(server.spec()), notes)
        echoed = [m["tool_calls"][0]["function"]["arguments"] for m in server.requests[1].messages if "tool_calls" in m]
    assert told in said
    assert "/a/path" not in said
    assert noted in "".join(notes)
    assert bool(notes) == bool(noted)
    if isinstance(arguments, str):
        assert echoed == ["{}"]  # servers read it again


def test_a_long_result_is_cut() -> None:
    with Loopback(lambda r: r.results[-1] if r.results else calls(r, ("double", {"n": 15}))) as server:
        assert len(run(OpenAIModel(server.spec()))) < RESULT + 100


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_model_that_calls_for_ever_is_told_and_then_cut_off(api: str) -> None:
    notes: list[str] = []
    with Loopback(lambda r: calls(r, ("double", {"n": len(r.results)}))) as server:
        assert run(OpenAIModel(server.spec(), api=api), notes) == ""
        requests = server.requests
    assert len(requests) == 3 + 3
    assert requests[3].results[2].endswith("(That was the last call. Give your answer now.)")
    assert requests[4].results[3] == NONE_LEFT
    assert ["tool_choice" in r.body for r in requests] == [False] * 3 + [True] * 3
    assert any("went on calling" in note for note in notes)


def test_a_hundred_calls_in_one_message_are_bounded() -> None:
    def script(request: Request) -> Scripted:
        return "done" if request.results else calls(request, *[("double", {"n": i}) for i in range(100)])

    notes: list[str] = []
    with Loopback(script) as server:
        assert run(OpenAIModel(server.spec()), notes) == "done"
        results = server.requests[1].results
    assert len(results) == 32
    assert results[3:] == [NONE_LEFT] * 29
    assert notes == ["the model called more tools than a step allows; the calls beyond were not done"] * 29


def test_no_tool_is_offered_where_no_call_is_left() -> None:
    with Loopback(["plain"]) as server:
        assert run(OpenAIModel(server.spec()), left=0) == "plain"
        assert server.requests[0].tools == []
        assert "you may call" not in server.prompts[0]


REFUSALS = [
    error(400, "registry.example/llama does not support tools"),
    error(404, "No endpoints found that support tool use. Try disabling it."),
    Reply('{"error": {"message": "tools param requires --jinja flag"}}', 500, AT_ONCE),
    error(422, "extra fields not permitted: tools"),
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_an_endpoint_that_refuses_tools_is_asked_without_and_remembered(refusal: Reply) -> None:
    notes: list[str] = []
    with Loopback(lambda r: refusal if r.tools else "without") as server:
        model = OpenAIModel(server.spec())
        assert run(model, notes) == "without"
        seen = len(server.requests)
        assert "you may call" not in server.prompts[-1]
        assert "response_format" in server.requests[-1].body  # the form of JSON was not what it complained of
        assert not model.calls_tools
        with pytest.raises(ToolsRefusedError):
            model.complete(ask("b"), tools=Offer(()))
        assert len(server.requests) == seen
    assert "takes no tools" in notes[0]


def test_a_form_that_cannot_stand_beside_tools_is_left_out() -> None:
    def script(request: Request) -> Scripted:
        if "response_format" in request.body and request.tools:
            return error(400, "Cannot use custom grammar constraints with tools.")
        return asks_once(request)

    with Loopback(script) as server:
        assert run(OpenAIModel(server.spec())) == "seen: twice 21 is 42"


def test_a_model_that_knows_no_tools_is_asked_without() -> None:
    notes: list[str] = []
    model = open_model(Told(), cache=False)
    assert not model.calls_tools  # type: ignore[attr-defined]
    assert run(model, notes) == "on what is it?"
    assert notes == ["the model's endpoint takes no tools: it was asked without"]


def test_every_round_is_recorded_cached_and_replayed(tmp_path: Path) -> None:
    with Loopback(asks_once) as server:
        spec = server.spec()
        first = open_model(spec, transcript=tmp_path / "calls.db")
        assert run(first) == "seen: twice 21 is 42"
        assert run(open_model(spec, transcript=tmp_path / "again.db")) == "seen: twice 21 is 42"
        assert len(server.requests) == 2  # the second run was answered from the cache
    kept = list(Transcript(tmp_path / "calls.db"))
    assert [[one.name for one in call.tool_calls] for call in kept] == [["double"], []]
    assert kept[0].tools is not None
    assert kept[1].messages[-1] == {"role": "tool", "tool_call_id": "call_0", "content": "twice 21 is 42"}
    assert Transcript(tmp_path / "again.db").usage() == Usage(cached=2)
    replayed = ReplayModel(tmp_path / "calls.db")
    assert replayed.calls_tools
    assert run(replayed) == "seen: twice 21 is 42"


def test_a_replay_of_a_run_without_tools_offers_none(tmp_path: Path) -> None:
    RecordingModel(Told(), Transcript(tmp_path / "calls.db")).complete(ask("a"))
    assert not ReplayModel(tmp_path / "calls.db").calls_tools


def test_a_transcript_of_an_older_version_is_read_and_written(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    RecordingModel(Told(), Transcript(path)).complete(ask("a"))
    with sqlite3.connect(path) as db:
        for name in ("tools", "tool_calls"):
            db.execute(f"ALTER TABLE calls DROP COLUMN {name}")
    old = Transcript(path)
    assert [call.answer for call in old] == ["on a"]
    with Loopback(asks_once) as server:
        run(RecordingModel(OpenAIModel(server.spec()), old))
    assert [len(call.tool_calls) for call in old] == [0, 1, 0]
