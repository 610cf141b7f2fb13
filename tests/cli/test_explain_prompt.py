"""`molgrad explain-prompt` shows calls as they were, finds them by number and molecule, and says what came of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.campaign.campaign import Campaign
from molgrad.cli.explain_prompt import run_explain_prompt
from molgrad.errors import CampaignError, UnknownNameError
from molgrad.llm import open_model
from tests.loopback import Loopback, Reply, Request, completion

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
CHLORO = "COc1cc(Cc2cnc(N)nc2N)cc(Cl)c1OC"
ALDEHYDE = "COc1cc(Cc2cnc(N)nc2N)cc(C=O)c1OC"
KEY = "sk-molgrad-test-0123456789abcdef"


def script(request: Request) -> Reply:
    """One sound proposal, the lead once more, one that the validator refuses, and hostile words."""
    found = [{"rank": n, "smiles": one, "expected": -0.2} for n, one in enumerate((CHLORO, LEAD, ALDEHYDE), 1)]
    return completion(json.dumps({"critique": f"\x1b[2Jred {KEY}", "proposals": found}), 900, 50)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "run"
    with (
        Loopback(script) as server,
        Campaign(
            path, start=[LEAD], start_names={LEAD: "trimethoprim"}, loss=10 * mg.QED(), seed=1, batch=3,
            engine=ModelAdvisor(open_model(server.spec(), cache=False)),
        ) as campaign,
    ):  # fmt: skip
        campaign.run(docks=7)
    return path


def said(folder: Path, asked: str, capsys: pytest.CaptureFixture[str]) -> str:
    run_explain_prompt(folder, asked)
    return capsys.readouterr().out


def told(folder: Path, asked: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    run_explain_prompt(folder, asked, as_json=True)
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["calls"]
    return found


def test_a_call_is_shown_whole_with_what_came_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(folder, "call 1", capsys)
    assert text == said(folder, "#1", capsys) == said(folder, "1", capsys)
    assert "about m0001 trimethoprim" in text.splitlines()[0]
    assert "900 tokens sent, 50 answered" in text
    assert "===== system =====" in text
    assert f"<smiles>\n{LEAD}" in text
    assert "measured: m000" in text
    assert "refused: " in text
    assert "aldehyde" in text[text.index("what came of 3 proposals") :]


def test_what_a_model_wrote_is_shown_without_controls_and_keys(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(folder, "call 1", capsys)
    assert "\x1b" not in text
    assert KEY not in text
    assert "[key]" in text


def test_a_molecule_is_found_by_its_prompts_and_its_proposal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (first,) = told(folder, "call 1", capsys)
    outcomes = first["proposals"]
    assert isinstance(outcomes, list)
    states = {one["value"] or one["said"]: one["state"] for one in outcomes}
    assert states == {CHLORO: "measured", LEAD: "known", ALDEHYDE: "refused"}
    assert 1 in [one["call"] for one in told(folder, CHLORO, capsys)]
    assert told(folder, "trimethoprim", capsys)[0]["call"] == 1


def test_every_call_is_a_line_of_the_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_explain_prompt(folder, "", listed=True)
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["call", "batch", "tokens", "proposals", "refused", "about"]
    with Campaign(folder) as run:
        assert len(lines) == len(run.transcript)
    assert lines[0].split()[:5] == ["1", "1", "950", "3", "1"]


def test_what_cannot_be_found_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="there is no call 99; the calls are 1 to"):
        run_explain_prompt(folder, "call 99")
    with pytest.raises(UnknownNameError, match="molecule of the run 'm9999'"):
        run_explain_prompt(folder, "m9999")
    with Campaign(folder) as run:
        unasked = next(one.id for one in reversed(run.records()) if not one.proposal.by_model)
    with pytest.raises(CampaignError, match=f"no prompt was about {unasked}, and no answer proposed it"):
        run_explain_prompt(folder, unasked)
    with Campaign(tmp_path / "run", start=[LEAD], loss=mg.QED(), seed=1, batch=2) as campaign:
        campaign.run(docks=1)
    with pytest.raises(CampaignError, match=r"no language model was asked in this run \(it was advised by chemist\)"):
        run_explain_prompt(tmp_path / "run", "")
