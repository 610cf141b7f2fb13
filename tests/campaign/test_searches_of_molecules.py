"""The searches that know no molecules, on molecules: two expensive terms stand for two receptors."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import Crippen, rdMolDescriptors

import molgrad as mg
from molgrad.config.settings import RunSettings

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1"


def greasy(smiles: str) -> float:
    return -float(Crippen.MolLogP(Chem.MolFromSmiles(smiles)))


def polar(smiles: str) -> float:
    return -float(rdMolDescriptors.CalcTPSA(Chem.MolFromSmiles(smiles))) / 20


def run(folder: Path, search: str, docks: int = 24) -> mg.Campaign:
    loss = mg.Function(greasy, expensive=True) + mg.Function(polar, expensive=True)
    with mg.Campaign(folder, start=[LEAD], loss=loss, optimizer=search, batch=4, replicates=False) as campaign:
        campaign.run(docks=docks)
    return campaign


@pytest.mark.parametrize("search", ["pareto", "beam"])
def test_a_search_improves_molecules_and_tells_why(tmp_path: Path, search: str) -> None:
    campaign = run(tmp_path / "run", search)
    lead, *children = campaign.records()
    assert min(child.evaluation.number() for child in children) < lead.evaluation.number() - 1.0
    assert all(child.proposal.parent and child.proposal.reason for child in children)
    assert {term.loss for term in children[0].evaluation.terms} == {"greasy", "polar"}


def test_the_front_search_finds_what_is_good_at_either_receptor(tmp_path: Path) -> None:
    campaign = run(tmp_path / "run", "pareto")
    scores = {r.value: [term.score or 0.0 for term in r.evaluation.terms] for r in campaign.records()}
    best = [min(scores, key=lambda value, place=place: scores[value][place]) for place in (0, 1)]  # type: ignore[misc]
    assert best[0] != best[1]
    assert all(scores[best[place]][place] < scores[LEAD][place] - 0.5 for place in (0, 1))


def test_help_names_the_searches_and_what_is_usual() -> None:
    field = RunSettings.model_fields["search"]
    assert field.default == "population"
    assert all(name in (field.description or "") for name in ("population", "pareto", "beam", "tgd"))
