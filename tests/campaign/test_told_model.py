"""A campaign with a model behind a loopback endpoint: what it is told, how often, and the same after a kill."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from molgrad.campaign.campaign import Campaign
from molgrad.llm import Budget, open_model
from molgrad.llm.types import Completion, LanguageModel, Message
from molgrad.optim.hypotheses import Verdict
from tests.campaign.scripted_chemist import LEAD, campaign, endpoint, hidden, neighbours, shown, told
from tests.loopback import Loopback, Request


class Killed(BaseException):
    """The process was ended from outside."""


class Dying:
    """A model whose process is killed while it waits for an answer."""

    def __init__(self, model: LanguageModel, after: int) -> None:
        self.model, self.name, self.after = model, model.name, after

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        self.after -= 1
        if self.after < 0:
            raise Killed
        return self.model.complete(messages, schema=schema, seed=seed)


def requests(run: Campaign) -> list[list[Message]]:
    return [list(call.messages) for call in run.transcript]


def measured(run: Campaign) -> list[tuple[str, float | None, str]]:
    return [(one.value, one.evaluation.score, one.proposal.advisor) for one in run.records()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of ten measurements that nothing disturbed."""
    folder = tmp_path_factory.mktemp("told") / "run"
    with endpoint(neighbours()) as server, campaign(folder, server) as run:
        run.run(docks=10)
        _tells_what_is_known(run)
        assert len(server.requests) <= 5  # nine measurements after the lead: half a call each, at most
        assert run.frame()["author_expected"].notna().any()
    return folder


def _tells_what_is_known(run: Campaign) -> None:
    archive, seen = run.archive(), told(run)
    assert [standing.left for _, standing in seen] == [9, 6, 3][: len(seen)]
    lead = archive.records[0]
    for about, standing in seen:
        totals = [one.evaluation.score for one in standing.measured]
        assert totals == sorted(totals, key=float)  # type: ignore[arg-type]
        assert {one.name for one in standing.measured} == {one.title for one in archive.records[: len(totals)]}
        assert [one.start for one in standing.measured].count(True) == 1
        assert (standing.wanted, standing.unit) == (3, "measurement")
        assert any("SA score" in one for one in standing.limits)
        best = min(map(float, totals))  # type: ignore[arg-type]
        for value in about:
            assert hidden(value) <= hidden(LEAD) or best >= float(lead.evaluation.score or 0.0)
    _, last = seen[-1]
    known = {one.value for one in last.measured}
    assert last.passed_over
    assert not known & {one.value for one in last.passed_over}
    assert all(" ± " in one.why for one in last.passed_over if one.why.startswith("predicted"))
    assert "of your expected changes" in last.forecasts
    changed = [one for one in last.measured if not one.start]
    assert all(one.parent.startswith("m00") and one.change for one in changed)


@pytest.mark.parametrize("after", [1, 2])
def test_a_run_that_was_killed_asks_the_same_as_one_that_was_not(whole: Path, tmp_path: Path, after: int) -> None:
    with Campaign(whole) as undisturbed:
        expected = measured(undisturbed), requests(undisturbed)
    with endpoint(neighbours()) as server:
        dying = Dying(open_model(server.spec(), cache=False), after)
        with pytest.raises(Killed), campaign(tmp_path / "run", server, dying) as run:
            run.run(docks=10)
        with campaign(tmp_path / "run", server) as again:
            again.run(docks=10)
            assert (measured(again), requests(again)) == expected


def test_with_one_request_a_batch_a_step_of_six_asks_once_about_several_and_a_kill_changes_nothing(
    tmp_path: Path,
) -> None:
    how: dict[str, Any] = {"batch": 6, "prompts": "batch"}
    with endpoint(neighbours()) as server:
        with campaign(tmp_path / "whole", server, **how) as run:
            run.run(docks=19)
            asked = [len(about) for about, _ in told(run)]
            assert len(asked) == 3
            assert max(asked) > 1
            assert len(server.requests) <= 2 * len(asked)  # and once more where something was refused
            expected = measured(run), requests(run)
        dying = Dying(open_model(server.spec(), cache=False), 1)
        with pytest.raises(Killed), campaign(tmp_path / "run", server, dying, **how) as run:
            run.run(docks=19)
        with campaign(tmp_path / "run", server, **how) as again:
            again.run(docks=19)
            assert (measured(again), requests(again)) == expected


def test_what_a_model_expected_has_a_verdict(whole: Path) -> None:
    with Campaign(whole) as run:
        table = run.hypotheses()
        mine = table[table["term"] == "total"]
        assert set(mine["source"]) == {"model:loopback"}
        assert set(mine["verdict"]) <= set(Verdict)
        own = [one for one in run.records() if one.proposal.by_model]
        assert list(mine["value"]) == [one.value for one in own]
        scores = {one.value: one.evaluation.score for one in run.records()}
        for one in own:
            change = float(scores[one.value] or 0.0) - float(scores[one.proposal.parent or ""] or 0.0)
            assert float(mine.set_index("value")["measured"][one.value]) == pytest.approx(change, abs=0.001)


def test_a_spent_budget_of_calls_keeps_everything_and_more_of_it_goes_on(whole: Path, tmp_path: Path) -> None:
    with Campaign(whole) as undisturbed:
        expected = measured(undisturbed)
    with endpoint(neighbours()) as server:
        for calls, docks in ((1, 10), (9, 10)):
            with campaign(tmp_path / "run", server) as run:
                model = open_model(server.spec(), cache=False, transcript=run.transcript, budget=Budget(calls=calls))
                run.advisor.model = model  # type: ignore[misc]
                run.run(docks=docks)
                assert len(run.transcript) <= calls
                assert calls > 1 or any("everything so far is kept" in note for note in run.notes())
                found = measured(run)
    assert found == expected


ODD: dict[str, list[dict[str, Any]]] = {
    "ranks nothing": [{"smiles": "X"}, {"smiles": "X"}, {"smiles": "X"}],
    "ranks twice": [{"rank": 1, "smiles": "X", "expected": -0.2}, {"rank": 1, "smiles": "X", "expected": -0.2}],
    "expects the absurd": [{"rank": 1, "smiles": "X", "expected": 1e300}, {"rank": 2, "smiles": "X", "expected": -1e5}],
    "expects words": [{"rank": 1, "smiles": "X", "expected": "a lot"}, {"rank": "first", "smiles": "X"}],
}


@pytest.mark.parametrize("case", list(ODD))
def test_odd_ranks_and_expectations_lose_no_proposal_and_no_measurement(case: str, tmp_path: Path) -> None:
    ideas = neighbours(3)

    def answer(value: str, prompt: str) -> list[dict[str, Any]]:
        made = [str(one["smiles"]) for one in ideas(value, prompt)]
        return [{**given, "smiles": smiles} for given, smiles in zip(ODD[case], made, strict=False)]

    with endpoint(answer) as server, campaign(tmp_path / "run", server) as run:
        run.run(docks=7)
        assert len(run.records()) == 7
        assert any(one.proposal.by_model for one in run.records())
        assert all(abs(one.proposal.expected or 0.0) < 1e4 for one in run.records())


def test_an_answer_without_proposals_is_not_asked_for_again_while_nothing_is_new(tmp_path: Path) -> None:
    asked: list[tuple[str, int]] = []

    def prose(request: Request) -> str:
        asked.append((shown(request)[0], len(request.messages)))
        return json.dumps({"critique": "I would rather not.", "proposals": []})

    with Loopback(prose) as server, campaign(tmp_path / "run", server, batch=1) as run:
        run.run(docks=6)
        assert len(run.records()) == 6
        families = {value: len(run.archive().family(value)) for value, _ in asked}
        again = [text for text in server.prompts if "your_earlier_critique" in text]
    assert len(again) == len(asked) - len({value for value, _ in asked}) > 0
    assert all("I would rather not." in text for text in again)
    assert all([value for value, _ in asked].count(one) <= families[one] for one in families)


@pytest.mark.parametrize("optimizer", ["tgd", "beam", "pareto"])
def test_every_search_tells_its_model_and_asks_the_same_after_a_kill(optimizer: str, tmp_path: Path) -> None:
    with endpoint(neighbours()) as server:
        with campaign(tmp_path / "whole", server, optimizer=optimizer) as run:
            run.run(docks=7)
            assert [standing.left for _, standing in told(run)] == [6, 3]
            expected = measured(run), requests(run)
        dying = Dying(open_model(server.spec(), cache=False), 1)
        with pytest.raises(Killed), campaign(tmp_path / "run", server, dying, optimizer=optimizer) as run:
            run.run(docks=7)
        with campaign(tmp_path / "run", server, optimizer=optimizer) as again:
            again.run(docks=7)
            assert (measured(again), requests(again)) == expected
