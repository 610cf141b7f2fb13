"""A campaign advised by a model: calls on disk, a clean stop at the budget, and the run again without a model."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from molgrad.autograd.advisor import Subject
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.errors import EngineError
from molgrad.llm import Budget, open_model
from molgrad.llm.budget import BudgetedModel
from molgrad.llm.types import Completion, LanguageModel, Message, Usage
from molgrad.optim.record import Record
from tests.fakes import Count, Letters, ScriptedAdvisor


class Letter:
    """A model that answers with the prompt's last word and one letter more."""

    name = "letter"

    def __init__(self, letter: str = "a") -> None:
        self.letter = letter
        self.asked = 0

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        self.asked += 1
        return Completion(str(messages[-1]["content"]).split()[-1] + self.letter, Usage(1, 10, 2))


class Asking(ScriptedAdvisor):
    """Asks the model about each molecule; its answer is the proposal."""

    name = "asking"

    def __init__(self, model: LanguageModel) -> None:
        super().__init__()
        self.model = model

    def _critique(self, subject: Subject) -> Gradient:
        variable = subject.variable
        said = self.model.complete([{"role": "user", "content": f"What next after {variable.value}"}], seed=1).text
        waiting = (Proposal(said, variable.value, reason="the model's", advisor=self.name),)
        return Gradient(said, proposals=waiting, source=self.name)


def campaign(folder: Path, model: LanguageModel | str, budget: Budget | None = None) -> Campaign:
    advisor = Asking(open_model(model, cache=False))
    run = Campaign(
        folder, start=["b", "ab"], loss=Count("a", expensive=True) + Count("c"), engine=advisor, seed=3,
        domain=Letters(),
    )  # fmt: skip
    if budget is not None:  # counts what the folder holds already
        run.advisor.model = open_model(model, cache=False, transcript=run.transcript, budget=budget)  # type: ignore[attr-defined]
    return run


def outcome(run: Campaign) -> list[tuple[str, float | None, str]]:
    records: list[Record] = run.records()
    return [(r.value, r.evaluation.score, r.proposal.advisor) for r in records]


def test_every_call_is_in_the_campaigns_store(tmp_path: Path) -> None:
    model = Letter()
    with campaign(tmp_path, model) as run:
        run.run(docks=20)
        assert len(run.transcript) == model.asked > 2
        assert run.transcript.usage() == Usage(model.asked, 10 * model.asked, 2 * model.asked)
    with Campaign(tmp_path, domain=Letters()) as seen:  # for reading
        first = next(seen.transcript.calls())
        assert (first.messages, first.model) == ([{"role": "user", "content": "What next after ab"}], "letter")


def test_a_spent_budget_is_a_clean_stop_that_more_budget_continues(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole", Letter()) as whole:
        expected = outcome(whole.run(docks=24))
        needed = len(whole.transcript)
    model = Letter()
    with campaign(tmp_path / "stopped", model, Budget(calls=needed - 1)) as run:
        run.run(docks=24)
        assert model.asked == needed - 1
        assert 0 < len(run.records()) < 24
        assert any("budget" in note and "everything so far is kept" in note for note in run.notes())
        assert (tmp_path / "stopped" / "molecules.csv").is_file()
    with campaign(tmp_path / "stopped", model, Budget(calls=needed - 1)) as again:  # what was spent stays spent
        again.run(docks=24)
        assert model.asked == needed - 1
    with campaign(tmp_path / "stopped", model, Budget(calls=needed)) as more:
        assert outcome(more.run(docks=24)) == expected
        assert not [note for note in more.notes() if "budget" in note]
        assert model.asked == needed


def test_a_run_is_the_same_from_its_transcript(tmp_path: Path) -> None:
    with campaign(tmp_path / "run", Letter()) as run:
        expected = outcome(run.run(docks=20))
    with campaign(tmp_path / "replay", f"replay:{tmp_path / 'run'}") as replay:
        assert outcome(replay.run(docks=20)) == expected
        assert [c.answer for c in replay.transcript] == [c.answer for c in run_calls(tmp_path / "run")]


def test_one_advisor_may_serve_two_campaigns(tmp_path: Path) -> None:
    model = Letter()
    advisor = Asking(BudgetedModel(model, Budget(calls=5)))
    counts = []
    for name, docks in (("one", 3), ("two", 30)):
        loss = Count("a", expensive=True)
        with Campaign(tmp_path / name, start=["b"], loss=loss, engine=advisor, domain=Letters()) as run:
            run.run(docks=docks)
            counts.append(len(run.transcript))
            assert name == "one" or any("budget" in note for note in run.notes())
    assert isinstance(advisor.model, BudgetedModel)
    assert sum(counts) == model.asked == 5
    assert min(counts) > 0


def run_calls(folder: Path) -> list[Any]:
    with Campaign(folder, domain=Letters()) as seen:
        return list(seen.transcript)


def test_a_replay_of_another_run_says_what_differs(tmp_path: Path) -> None:
    with campaign(tmp_path / "run", Letter()) as run:
        run.run(docks=8)
    with campaign(tmp_path / "other", f"replay:{tmp_path / 'run'}") as replay, pytest.raises(EngineError) as caught:
        replay.run(docks=60)
    assert "does not hold this request" in str(caught.value)


def test_a_killed_campaign_keeps_its_calls_and_goes_on(tmp_path: Path) -> None:
    with campaign(tmp_path / "whole", Letter()) as whole:
        expected = outcome(whole.run(docks=30))
        calls = len(whole.transcript)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from tests.campaign.test_model_calls import Letter, campaign\n"
        "class Fatal(Letter):\n"
        "    def complete(self, messages, **more):\n"
        "        if self.asked == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return super().complete(messages, **more)\n"
        "campaign(Path(sys.argv[1]), Fatal()).run(docks=30)"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    folder = tmp_path / "killed"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, env=env)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with campaign(folder, Letter()) as run:
        assert len(run.transcript) == 4
        assert outcome(run.run(docks=30)) == expected
        assert len(run.transcript) == calls
    with campaign(tmp_path / "replay", f"replay:{folder}") as replay:
        assert outcome(replay.run(docks=30)) == expected
