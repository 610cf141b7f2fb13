"""The scripted chemist of benchmarks/model.py knows what a prompt shows it, in both forms, and nothing else."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if not BENCHMARKS.is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)

BEFORE = "<smiles>\nCc1ccccc1O\n</smiles>\n{more}\nPropose: propose 5 improved molecules"
NOW = '<smiles_m0001>\nCc1ccccc1O\n</smiles_m0001>\n{more}\nThen propose 5 improved {{"critiques", "hypothesis"}}'


@pytest.fixture
def chemist(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("model_chemist")


def proposed(chemist: ModuleType, prompt: str) -> list[str]:
    said = json.loads(chemist.answer(prompt))
    return [one["smiles"] for one in said.get("proposals", said.get("smiles"))]


@pytest.mark.parametrize("form", [BEFORE, NOW])
def test_what_is_shown_is_not_proposed_again_and_what_is_not_is(chemist: ModuleType, form: str) -> None:
    first = proposed(chemist, form.format(more=""))
    assert len(first) == 5
    assert first == proposed(chemist, form.format(more=""))
    told = form.format(more=f"- {first[0]}: total 1.0\n| {first[1]} | made\n- {first[2]}.")
    assert not {*first[:3]} & {*proposed(chemist, told)}


def test_limits_bind_where_they_are_told(chemist: ModuleType) -> None:
    groups = [group for *_, group in chemist.ideas(NOW.format(more=""))]
    assert "C=O" in groups
    told = (
        "No reactive group, such as aldehyde; thiol.\nFrom 8 to 9 heavy atoms.\nand stay, with their hydrogens: 0, 7."
    )
    found = list(chemist.ideas(NOW.format(more=f"<atoms_that_stay_m0001>\n{told}\n</atoms_that_stay_m0001>")))
    assert {group for *_, group in found} & {"F", "C", "N"}
    assert not {group for *_, group in found} & {"C=O", "S", "C(F)(F)F"}
    assert not [one for one in found if one[1].startswith("CCc1ccccc1O")]  # atom 0 is kept


def test_each_form_is_answered_as_it_asks(chemist: ModuleType) -> None:
    old, new = (json.loads(chemist.answer(form.format(more=""))) for form in (BEFORE, NOW))
    assert set(old) == {"critique", "edits", "smiles"}
    assert new["critiques"][0]["parent"] == "m0001"
    assert [one["rank"] for one in new["proposals"]] == [1, 2, 3, 4, 5]
    assert {one["parent"] for one in new["proposals"]} == {"m0001"}
