"""Analogues by the exchange of one partner: each comes with a route that gives exactly it."""

from __future__ import annotations

from pathlib import Path

import pytest

import molgrad as mg
from molgrad.errors import InputFileError, UnknownNameError
from molgrad.synthesis.running import judge

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
AMIDE = ("acylation by an acid chloride", "amide coupling with an aniline")


def test_a_partner_is_exchanged_from_the_users_blocks_and_each_route_gives_its_molecule(tmp_path: Path) -> None:
    blocks = tmp_path / "acids.smi"
    blocks.write_text("O=C(O)c1ccncc1 B1\nO=C(Cl)C1CC1 B2\nO=C(O)c1ccc(N)cc1 B3\nCCO B4\nc1ccccc1C(=O)Cl B5\n")
    made = mg.exchange_partners(LEAD, blocks, reactions=AMIDE)
    assert {one.smiles: one.partner.id for one in made} == {
        "Cc1ccc(NC(=O)c2ccncc2)cc1Nc1ncccn1": "B1",
        "Cc1ccc(NC(=O)C2CC2)cc1Nc1ncccn1": "B2",
    }  # B3 would react with itself, B4 does not fit, B5 gives the lead
    for one in made:
        assert one.route.solved
        for step in one.route.made():
            assert step.step is not None
            assert judge(step.step.reaction, [part.smiles for part in step.step.reactants], step.smiles).ok


def test_by_default_partners_are_common_reagents_the_most_alike_first() -> None:
    made = mg.exchange_partners(LEAD, reactions=AMIDE, n=20)
    assert len(made) == 20
    assert [one.likeness for one in made] == sorted((one.likeness for one in made), reverse=True)
    assert LEAD not in {one.smiles for one in made}


def test_a_lead_without_such_a_bond_and_an_unknown_reaction_are_said() -> None:
    with pytest.raises(InputFileError, match="cuts c1ccccc1 into two partners"):
        mg.exchange_partners("c1ccccc1")
    with pytest.raises(UnknownNameError, match="Suzuki coupling"):
        mg.exchange_partners(LEAD, reactions=["Suzuki couplign"])


def test_the_partner_that_stays_is_bought_from_the_users_blocks_and_anions_are_neutral(tmp_path: Path) -> None:
    blocks = tmp_path / "blocks.smi"
    blocks.write_text("Cc1ccc(N)cc1Nc1ncccn1 K1\n[O-]C(=O)c1ccncc1 B1\n")
    made = {one.partner.id: one for one in mg.exchange_partners(LEAD, blocks, reactions=AMIDE)}
    assert made["B1"].smiles == "Cc1ccc(NC(=O)c2ccncc2)cc1Nc1ncccn1"
    assert {leaf.offer.id for leaf in made["B1"].route.leaves() if leaf.offer} == {"K1", "B1"}
