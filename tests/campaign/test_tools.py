"""A model that calls a campaign's tools: in the budget, in the store, the same after a kill and from its transcript."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

import molgrad as mg
from molgrad.advisors.model import ModelAdvisor
from molgrad.campaign.campaign import Campaign
from molgrad.errors import ConflictingSettingsError
from molgrad.llm import Budget, open_model
from molgrad.llm.limits import ToolLimits
from molgrad.llm.openai import OpenAIModel
from molgrad.llm.replay import ReplayModel
from tests.campaign.tooled import DOCKED, LEAD, Heavy, made, outcome, script
from tests.loopback import Loopback, Request, Scripted, calls, error


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLGRAD_LLM_CACHE", "off")


def test_what_a_tool_docks_is_a_row_of_the_campaign_and_counts(tmp_path: Path) -> None:
    with Loopback(script) as server, made(tmp_path, OpenAIModel(server.spec())) as run:
        run.run(docks=7)
        rows = run.rows()
        assert sum(row.evaluation is not None for row in rows) == 7
        tools = [row for row in rows if row.kind == "tool"]
        assert {row.proposal.value for row in tools} <= set(DOCKED)
        assert len(tools) >= 2
        assert all(row.proposal.parent == LEAD and row.proposal.by_model for row in tools[:2])
        assert len({row.proposal.value for row in rows}) == len(rows)
        first = next(r for r in server.requests if len(r.results) == 3)
    assert "total -22.000, 0.000 better" in first.results[0] or "worse than its parent m0001" in first.results[0]
    assert first.results[2].startswith("1 of 1 measured molecules")  # what was docked in the step stands apart


def test_a_run_is_the_same_from_its_transcript(tmp_path: Path) -> None:
    with Loopback(script) as server, made(tmp_path / "run", OpenAIModel(server.spec())) as run:
        first = outcome(run.run(docks=7))
    with made(tmp_path / "again", ReplayModel(tmp_path / "run")) as run:
        assert outcome(run.run(docks=7)) == first


@pytest.mark.parametrize("at", [1, 3])
def test_a_run_killed_between_rounds_goes_on_as_it_would_have(tmp_path: Path, at: int) -> None:
    with Loopback(script) as server, made(tmp_path / "whole", OpenAIModel(server.spec())) as run:
        whole = outcome(run.run(docks=7))
    here = Event()

    def stuck(request: Request) -> Scripted:
        if len(request.results) == at and not here.is_set():
            here.set()
            os.kill(child.pid, signal.SIGKILL)
        return script(request)

    with Loopback(stuck) as server:
        command = [sys.executable, "-m", "tests.campaign.tooled", str(tmp_path / "killed"), server.spec()]
        child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        assert child.wait(60) == -signal.SIGKILL
        with Campaign(tmp_path / "killed") as seen:  # nothing is lost, and a reader sees it
            assert [row.kind for row in seen.rows()] == ["start", *["tool"] * min(at, 2)]
        with made(tmp_path / "killed", OpenAIModel(server.spec())) as run:
            assert outcome(run.run(docks=7)) == whole


def test_docks_end_with_the_step_and_the_budget(tmp_path: Path) -> None:
    def greedy(request: Request) -> Scripted:
        if request.tools and len(request.results) < 4:
            return calls(request, ("dock", {"smiles": DOCKED[len(request.results)]}))
        return script(request)

    with Loopback(greedy) as server, made(tmp_path, OpenAIModel(server.spec())) as run:
        run.run(docks=4)
        assert sum(row.evaluation is not None for row in run.rows()) == 4
        refused = next(r for r in server.requests if len(r.results) == 4).results[2]
        assert "2 docks are allowed in a step" in refused
        assert any("more docks than a step allows" in note for note in run.notes())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"smiles": "not a molecule"}, "dock was not done: "),
        ({"smiles": LEAD}, "Measured before, so that it counted no dock. m0001"),
        (
            {"smiles": DOCKED[0], "parent": "m0999"},
            "dock was not done: there is no measured molecule 'm0999'; known: m0001",
        ),
        ({"smiles": "O=C1C=CC(=O)C=C1"}, "it breaks the campaign's rules"),
    ],
)
def test_what_is_not_docked_is_a_sentence_and_costs_nothing(
    tmp_path: Path, arguments: dict[str, str], said: str
) -> None:
    def asks(request: Request) -> Scripted:
        return script(request) if request.results or not request.tools else calls(request, ("dock", arguments))

    with Loopback(asks) as server, made(tmp_path, OpenAIModel(server.spec())) as run:
        run.run(docks=3)
        told = next(r for r in server.requests if r.results).results[0]
    assert said.lower() in told.lower()


def test_an_endpoint_without_tools_gives_a_run_without(tmp_path: Path) -> None:
    with (
        Loopback(lambda r: error(400, "this model does not support tools") if r.tools else script(r)) as server,
        made(tmp_path, OpenAIModel(server.spec())) as run,
    ):
        run.run(docks=5)
        assert sum(bool(request.tools) for request in server.requests) <= 2  # with a form of JSON, and without
        assert [note for note in run.notes() if "takes no tools" in note] == [
            "the model's endpoint takes no tools: it was asked without"
        ]
        assert sum(row.evaluation is not None for row in run.rows()) == 5


def test_a_masked_model_gets_no_tools() -> None:
    with pytest.raises(ConflictingSettingsError, match="leave one of the two out"):
        ModelAdvisor("ollama/llama3", masked=True, tools=True)


ASKED = [
    ("check", {"smiles": ["Nc1nc(N)c2cc(Cl)c(C)cc2n1", "C1CC"]}),
    ("route", {"smiles": LEAD}),
    ("atom", {"molecule": "m0001", "atom": 7}),
    ("find", {"smarts": "c1ncncc1"}),
    ("dock", {"smiles": DOCKED[0], "reason": "a larger halogen"}),
]


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_every_tool_by_both_protocols_with_docks(tmp_path: Path, api: str) -> None:
    def each(request: Request) -> Scripted:
        if request.tools and len(request.results) < len(ASKED):
            return calls(request, ASKED[len(request.results)])
        return json.dumps({"critique": "Grow.", "smiles": ["Cc1ccc2nc(N)nc(N)c2c1", "Nc1nc(N)c2cc(F)ccc2n1"]})

    loss = mg.Docking("1ia1", exhaustiveness=1) + 2.0 * mg.QED()
    with Loopback(each) as server:
        advisor = ModelAdvisor(OpenAIModel(server.spec(), api=api), tools=True, chemist=False)
        with Campaign(tmp_path, start=LEAD, loss=loss, engine=advisor, batch=1, replicates=False) as run:
            run.run(docks=3)
            kinds = [row.kind for row in run.rows()]
        whole = next(r for r in server.requests if len(r.results) == len(ASKED))
        assert whole.by_responses == (api == "responses")
    assert kinds[:3] == ["start", "tool", "search"]
    check, route, atom, find, dock = whole.results
    assert "sound" in check
    assert "C1CC is no molecule" in check
    assert "Free terms of the objective" in check
    assert "Route 1: 2 steps" in route
    assert atom.startswith("Atom 7 (C) in 1ia1: -")
    assert "Around it: B:" in atom
    assert "Room: " in atom
    assert find.startswith("1 of 1 measured molecules hold c1ncncc1:\nm0001")
    assert "than its parent m0001" in dock
    assert "docking -" in dock


def test_tools_of_ones_own(tmp_path: Path) -> None:
    from molgrad.llm.tools import Arguments, Tool

    class Nothing(Arguments):
        pass

    hint = Tool("hint", "A hint.", Nothing, lambda given: "use fluorine")
    with Loopback(lambda r: script(r) if r.results or not r.tools else calls(r, ("hint", {}))) as server:
        advisor = ModelAdvisor(OpenAIModel(server.spec()), tools=[hint], chemist=False)
        with Campaign(tmp_path, start=LEAD, loss=Heavy(), engine=advisor, batch=1) as run:
            run.run(docks=2)
        assert server.requests[0].tools == ["hint"]
        assert server.requests[1].results == ["use fluorine"]


def test_a_budget_spent_between_rounds_keeps_what_was_docked(tmp_path: Path) -> None:
    with Loopback(script) as server:
        advisor = ModelAdvisor(
            open_model(server.spec(), cache=False, budget=Budget(calls=2)), tools=ToolLimits(calls=4), chemist=False
        )
        with Campaign(tmp_path, start=LEAD, loss=Heavy(), engine=advisor, batch=2) as run:
            run.run(docks=7)
            assert [row.kind for row in run.rows()] == ["start", "tool", "tool"]
            assert all(row.evaluation is not None for row in run.rows())
            assert len(run.records()) == 3
            assert any("budget of 2 model calls" in note for note in run.notes())
    assert sum(one in (tmp_path / "molecules.csv").read_text() for one in DOCKED) == 2
