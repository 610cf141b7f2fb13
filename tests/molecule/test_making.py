"""Exchanges of a partner from stock as proposals of a run: each with its route, bounded by the user."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.errors import ConflictingSettingsError, InputFileError, UnknownNameError
from molgrad.synthesis.search import Planner

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
ACIDS = "O=C(O)c1ccc(F)cc1 B1\nO=C(O)c1ccncc1 B2\nO=C(Cl)c1cccc(Cl)c1 B3\nCCO B4\n"


@pytest.fixture
def acids(tmp_path: Path) -> str:
    path = tmp_path / "acids.smi"
    path.write_text(ACIDS)
    return str(path)


def test_partners_are_exchanged_from_the_users_blocks_and_told_in_a_chemists_words(acids: str) -> None:
    domain = mg.MoleculeDomain(reactions=["amide coupling, acylation"], building_blocks=acids)
    found = dict(domain.exchanged(LEAD, 1, 10))
    assert len(found) == 3
    told = found["Cc1ccc(NC(=O)c2ccc(F)cc2)cc1Nc1ncccn1"].reason
    assert told == "4-fluorobenzoyl in place of benzoyl by amide coupling with an aniline (B1)"
    assert domain.exchanged(LEAD, 1, 2) == domain.exchanged(LEAD, 1, 2)
    assert domain.exchanged("CCC", 1, 2) == []  # nothing joins it
    assert mg.MoleculeDomain().exchanged(LEAD, 1, 2) == []
    assert domain.spec()["reactions"] == ["amide coupling, acylation"]


def test_a_partner_that_leaves_a_protecting_group_is_no_proposal(tmp_path: Path) -> None:
    (tmp_path / "acids.smi").write_text("CC(C)(C)OC(=O)NCc1ccc(C(=O)O)cc1 B1\nO=C(O)c1ccncc1 B2\n")
    domain = mg.MoleculeDomain("parse", building_blocks=str(tmp_path / "acids.smi"))
    assert [value for value, _ in domain.exchanged(LEAD, 1, 5)] == ["Cc1ccc(NC(=O)c2ccncc2)cc1Nc1ncccn1"]


def test_the_reactions_bound_where_a_lead_is_cut() -> None:
    ureas = mg.MoleculeDomain(reactions=["urea"])
    assert ureas.exchanged(LEAD, 1, 5) == []
    (note,) = ureas.within("free", [LEAD]).notes
    assert "no reaction of urea from an isocyanate, urea from two amines cuts" in note
    assert "amide coupling with an aniline" in note


def test_a_stock_alone_tells_routes_and_asks_for_none(acids: str, tmp_path: Path) -> None:
    settings = mg.RunSettings(start=LEAD, term=({"loss": "qed"},), stock=acids, out=str(tmp_path / "run"))
    with mg.run(settings.replaced(max_evaluations=1)) as campaign:
        (record,) = campaign.records()
    assert [term.loss for term in record.evaluation.all_terms()] == ["qed", "route"]
    assert "4 lines have no price" not in " ".join(campaign.start_notes)


def test_a_start_without_a_route_is_said_and_nothing_of_it_is_exchanged() -> None:
    domain = mg.MoleculeDomain(require_route=True)
    lead = "CCCC1(F)CC1c1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
    assert any("add to the stock" in note for note in domain.within("free", [lead]).notes)
    asked = mg.MoleculeDomain(reactions=["amide coupling"]).within("free", [lead])
    assert any("has no route" in note and "is not in stock" in note for note in asked.notes)
    assert domain.exchanged(lead, 1, 5) == []


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"reactions": ["amide copling"]}, UnknownNameError, "amide coupling"),
        ({"building_blocks": "missing.smi"}, InputFileError, "missing.smi"),
        ({"building_blocks": "empty.smi"}, InputFileError, "empty.smi"),
        ({"building_blocks": "alkanes.smi", "reactions": ["Suzuki coupling"]}, InputFileError, "fits the reactions"),
        ({"stock": "alkanes.smi"}, ConflictingSettingsError, "require_route"),
        ({"reactions": "Suzuki coupling"}, TypeError, "is a list"),
    ],
)
def test_what_cannot_be_used_is_said_at_once(
    given: dict[str, object], error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.smi").write_text("")
    (tmp_path / "alkanes.smi").write_text("CCCC A1\nCCCCC A2\n")
    with pytest.raises(error, match=said):
        mg.MoleculeDomain(**given)  # type: ignore[arg-type]


def test_a_run_proposes_exchanges_each_with_its_route_and_says_what_is_wrong_with_the_blocks(tmp_path: Path) -> None:
    blocks = tmp_path / "acids.smi"
    blocks.write_text(ACIDS + "O=C(O)c1ccc(F)cc1 B5\nO=C(O)c1ccc(F)cn1 B6\nC1CC broken\n")
    asked = {"reactions": "amide coupling", "building_blocks": str(blocks), "out": str(tmp_path / "run")}
    settings = mg.RunSettings(start=LEAD, term=({"loss": "qed", "weight": 10.0},), max_evaluations=10, seed=3, **asked)
    with mg.run(settings) as campaign:
        assert any("1 duplicate" in note for note in campaign.start_notes)
    with (tmp_path / "run" / "molecules.csv").open() as stream:
        exchanged = [row for row in csv.DictReader(stream) if row["advisor"] == "partner exchange"]
    assert exchanged
    planner = Planner(mg.open_stock(building_blocks=blocks))
    for row in exchanged:
        assert "in place of benzoyl by amide coupling" in row["reason"]
        assert planner.plan(row["smiles"]).solved
        assert row["route"]
