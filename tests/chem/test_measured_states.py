"""The default charge states against measured pKa values: 95 % of one-site and 85 % of many-site molecules, or more."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.chem.states import DEFAULT_PROTONATION, load_protonation

if not (Path(__file__).parents[2] / "benchmarks").is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)

from benchmarks.measured import PARTS, is_right, read_measured


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("kind", "goal"), [("single", 0.95), ("multi", 0.85)])
def test_the_dominant_state_is_that_of_the_measured_values(part: str, kind: str, goal: float) -> None:
    protonate = load_protonation(DEFAULT_PROTONATION)
    table = [one for one in read_measured() if (one.part, one.kind) == (part, kind)]
    wrong = [one.name for one in table if not is_right(protonate(one.smiles).smiles, one)]
    assert len(table) >= 30
    assert 1 - len(wrong) / len(table) >= goal, wrong
