"""Calls: bounds, sentences, what is kept of them, and what is not told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from molgrad.errors import CampaignError
from molgrad.serve.models import Checks
from molgrad.serve.service import RefusedError, Service
from molgrad.serve.tools.tool import LONGEST_SMILES, MOLECULES
from tests.serve.bench import called, session

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("dock", {}, "smiles"),
        ("dock", {"smiles": []}, "at least 1"),
        ("dock", {"smiles": ["C"] * (MOLECULES + 1)}, f"at most {MOLECULES}"),
        ("dock", {"smiles": ["C" * (LONGEST_SMILES + 1)]}, f"at most {LONGEST_SMILES}"),
        ("dock", {"smiles": ["CCO"], "wait_seconds": 1e9}, "less than or equal to 60"),
        ("dock", {"smiles": ["CCO"], "effort": "thorough"}, "effort"),
        ("dock", {"smiles": 7}, "smiles"),
        ("check", {"smiles": [None]}, "smiles"),
        ("dock", {"smiles": ["CCO"], "receptor": "\ud800"}, "there is no receptor"),
        ("\ud800", {}, "there is no tool"),
        ("job", {"job": "j9999"}, "there is no job"),
        ("job", {"job": "'; DROP TABLE jobs"}, "there is no job"),
        ("no_such_tool", {}, "there is no tool"),
        ("why", {}, "no campaign"),
        ("ask", {"n": 2}, "no campaign"),
        ("tell", {}, "results"),
        ("tell", {"results": [{"molecule": "C", "value": "1" * 500}]}, "at most 200"),
    ],
)
def test_what_is_out_of_bounds_is_a_sentence(
    tmp_path: Path, tool: str, arguments: dict[str, object], words: str
) -> None:
    with session(tmp_path) as opened:
        with pytest.raises(RefusedError) as refused:
            Service(opened).begin(tool, arguments)
        said = str(refused.value)
        assert words in said
        assert "Traceback" not in said
        assert "pydantic" not in said
        assert len(said) < 1100


def test_every_call_is_kept_with_its_answer(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        service = Service(opened)
        called(service, "check", smiles=["CCO"])
        with pytest.raises(RefusedError):
            service.begin("dock", {"smiles": ["C" * 5000]})
        begun = service.begin("status", {})
    with session(tmp_path) as opened:  # the last call was not answered when the server ended
        rows = opened.store.rows("SELECT tool, arguments, state, result FROM calls ORDER BY id")
    assert [(row[0], row[2]) for row in rows] == [("check", "ok"), ("dock", "refused"), ("status", "interrupted")]
    assert json.loads(rows[0][1]) == {"smiles": ["CCO"]}
    assert json.loads(rows[0][3])["molecules"][0]["smiles"] == "CCO"
    assert "at most" in rows[1][3]
    assert begun.number == 3


def test_a_molecule_is_checked_with_reasons_alerts_and_exact_terms(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        found = called(Service(opened), "check", smiles=["O=[N+]([O-])c1ccccc1C", "notasmiles", "CC(C)(C)"])
    assert isinstance(found, Checks)
    nitro, none, butane = found.molecules
    assert nitro.alerts
    assert not nitro.passes_filters
    assert (none.smiles, none.sound) == ("", False)
    assert none.reasons
    assert butane.terms["weight"].unit == "g/mol"
    assert butane.terms["weight"].value == pytest.approx(58.12, abs=0.01)  # C4H10


def test_a_fault_of_ours_is_told_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("/home/somebody/secret")

    monkeypatch.setattr("molgrad.campaign.toolbox.checking.describe", broken)
    with session(tmp_path) as opened, pytest.raises(RefusedError) as refused:
        Service(opened).begin("check", {"smiles": ["CCO"]})
    assert "KeyError" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_keys_and_paths_are_taken_out_of_what_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abcdefgh-1234")
    folder = tmp_path / "lab"
    with session(folder) as opened:
        said = opened.hide(f"{folder}/campaign.db: abcdefgh-1234 was refused; sk-proj-abcdefghijk too")
    assert said == "lab/campaign.db: [hidden] was refused; [hidden] too"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no file /usr/share/receptors/x.pdbqt, nor /tmp/x", "no file x.pdbqt, nor x"),
        (r"first\n/tmp/docks/y.db: read-only", r"first\ny.db: read-only"),  # a line break as JSON writes it
        ("C/C=C/tmp", "C/C=C/tmp"),
        ("F/C=C/F and 12/usr/bin", "F/C=C/F and 12/usr/bin"),
    ],
)
def test_of_a_full_path_the_last_part_is_left(tmp_path: Path, said: str, told: str) -> None:
    with session(tmp_path) as opened:
        assert opened.hide(said) == told


@pytest.mark.parametrize("broken", ["called", "answered"])
def test_a_record_that_cannot_be_written_is_a_sentence_without_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def full(*_: object) -> int:
        raise CampaignError("/usr/share/served/served.db cannot be written: the disk is full")

    with session(tmp_path) as opened:
        service = Service(opened)
        monkeypatch.setattr(opened.store, broken, full)
        with pytest.raises(RefusedError, match=r"^served.db cannot be written: the disk is full$"):
            service.answer(service.begin("receptors", {}))
        with pytest.raises(RefusedError):
            service.begin("no_such_tool", {})


def test_arguments_may_be_written_as_text(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        found = called(Service(opened), "check", smiles='["CCO", "CCC"]')
        one = called(Service(opened), "check", smiles="[NH4+]")
    assert isinstance(found, Checks)
    assert isinstance(one, Checks)
    assert [one.smiles for one in found.molecules] == ["CCO", "CCC"]
    assert len(one.molecules) == 1


@pytest.mark.parametrize("page", ["docs/agents.md", "skills/molgrad/SKILL.md"])
def test_the_pages_for_agents_name_the_tools_that_there_are(tmp_path: Path, page: str) -> None:
    text = (ROOT / page).read_text()
    with session(tmp_path, sealed=("DRD2",)) as opened:
        tools = set(Service(opened).tools)
    assert tools - {"receptors", "cancel"} <= set(re.findall(r"`(\w+)`", text))
    called_so = set(re.findall(r"^> (\w+) ", text, re.MULTILINE))  # in the session that is shown
    assert called_so <= tools


def test_what_is_meant_to_be_read_only_changes_nothing(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        reading = {tool.name for tool in Service(opened).tools.values() if tool.reads}
    assert reading == {"receptors", "receptor", "check", "explain", "route", "atom", "find", "job", "status", "why"}
