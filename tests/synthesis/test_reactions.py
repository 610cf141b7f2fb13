"""Every named reaction runs a case of a textbook forward, and finds its reactants backward."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.chem.identity import identity
from molgrad.errors import UnknownNameError
from molgrad.synthesis.reactions import get_reaction, reactions
from molgrad.synthesis.running import cuts, judge, products

RUNS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data" / "reactions.tsv").read_text().splitlines()
    if not line.startswith("#")
]


def canonical(smiles: str) -> str:
    return str(Chem.CanonSmiles(smiles))


@pytest.mark.parametrize(("name", "given", "product", "what"), RUNS, ids=[f"{run[0]}: {run[3]}" for run in RUNS])
def test_a_textbook_run_gives_its_product_and_is_found_backward(name: str, given: str, product: str, what: str) -> None:
    reaction, wanted = get_reaction(name), canonical(product)
    reactants = [canonical(one) for one in given.split(".")]
    verdict = judge(reaction, reactants, wanted)
    assert verdict.ok, f"{what}: {verdict.why}"
    assert 0 < verdict.chance <= 1
    keys = [identity(one) for one in reactants]
    assert keys in [[identity(one) for one in cut.reactants] for cut in cuts(reaction, wanted)]


def test_every_reaction_has_a_run_and_says_what_a_chemist_asks() -> None:
    assert {run[0] for run in RUNS} == set(reactions())
    assert len(reactions()) >= 60
    for reaction in reactions().values():
        assert reaction.conditions
        assert reaction.needs
        assert reaction.reference
        assert 0 < reaction.chance < 1
        for template in (*reaction.forward, *(one for retro in reaction.retro for one in retro.templates)):
            assert template.Validate()[1] == 0, reaction.name


def test_a_group_that_would_react_too_is_said_with_what_to_do() -> None:
    amide = get_reaction("amide coupling with an amine")
    verdict = judge(amide, ["O=C(O)C1CCNCC1", "NCc1ccccc1"], "O=C(NCc1ccccc1)C1CCNCC1")
    assert not verdict.ok
    assert "free aliphatic amine would react too: protect it (Boc)" in verdict.why
    protected = "CC(C)(C)OC(=O)N1CCC(C(=O)O)CC1"
    assert judge(amide, [protected, "NCc1ccccc1"], canonical("CC(C)(C)OC(=O)N1CCC(C(=O)NCc2ccccc2)CC1")).ok


def test_a_second_place_that_reacts_is_said_with_what_it_gives() -> None:
    snar = get_reaction("SNAr of a chloroazine with an amine")
    four = judge(snar, ["Clc1ccnc(Cl)n1", "C1COCCN1"], canonical("Clc1nccc(N2CCOCC2)n1"))
    two = judge(snar, ["Clc1ccnc(Cl)n1", "C1COCCN1"], canonical("Clc1ccnc(N2CCOCC2)n1"))
    assert four.ok  # position 4 of a pyrimidine reacts first
    assert not two.ok
    assert "gives Clc1nccc(N2CCOCC2)n1 instead" in two.why


def test_the_aliphatic_amine_is_acylated_before_the_aniline_and_iodide_reacts_before_bromide() -> None:
    acylation, suzuki = get_reaction("acylation by an acid chloride"), get_reaction("Suzuki coupling")
    assert products(acylation, ["CC(=O)Cl", "NCc1ccc(N)cc1"]) == (canonical("CC(=O)NCc1ccc(N)cc1"),)
    assert products(suzuki, ["Brc1ccc(I)cc1", "OB(O)c1ccncc1"]) == (canonical("Brc1ccc(-c2ccncc2)cc1"),)


@pytest.mark.parametrize(
    ("name", "given", "product", "why"),
    [
        ("Suzuki coupling", "BrCc1cccc(Br)c1.OB(O)c1ccncc1", "BrCc1cccc(-c2ccncc2)c1", "alkyl halide would react too"),
        ("Buchwald-Hartwig amination", "Brc1ccccc1.NC(C(=O)O)C", "CC(Nc1ccccc1)C(=O)O", "carboxylic acid would react"),
        ("Williamson ether synthesis", "CC(C)(O)c1cc[nH]c(=O)c1.CI", "COC(C)(C)c1cc[nH]c(=O)c1", "azinone would react"),
    ],
)
def test_what_a_palladium_or_a_strong_base_would_take_first_is_said(
    name: str, given: str, product: str, why: str
) -> None:
    verdict = judge(get_reaction(name), [canonical(one) for one in given.split(".")], canonical(product))
    assert not verdict.ok
    assert why in verdict.why


def test_an_unactivated_halide_takes_no_nucleophile() -> None:
    snar = get_reaction("SNAr of an activated fluoroarene with an amine")
    verdict = judge(snar, ["Fc1ccccc1", "C1COCCN1"], canonical("c1ccc(N2CCOCC2)cc1"))
    assert not verdict.ok
    assert "lack what it needs" in verdict.why


def test_a_mitsunobu_reaction_inverts_and_a_reductive_amination_sets_no_centre() -> None:
    mitsunobu = get_reaction("Mitsunobu reaction with a phenol")
    (cut,) = cuts(mitsunobu, canonical("C[C@@H](Oc1ccccc1)c1ccccc1"))
    assert cut.reactants == (canonical("Oc1ccccc1"), canonical("C[C@H](O)c1ccccc1"))
    amination = get_reaction("reductive amination of a ketone")
    verdict = judge(amination, ["CC(=O)c1ccccc1", "NCc1ccccc1"], canonical("C[C@H](NCc1ccccc1)c1ccccc1"))
    assert not verdict.ok
    assert "does not set the stereocentres" in verdict.why


def test_an_acid_chloride_survives_no_other_reaction() -> None:
    alkylation = get_reaction("N-alkylation of a secondary amine")
    verdict = judge(alkylation, ["CCNCC", "O=C(Cl)CCl"], "CCN(CC)CC(=O)Cl")
    assert not verdict.ok
    assert "acid chloride would react too" in verdict.why


def test_an_unknown_name_says_what_is_near() -> None:
    with pytest.raises(UnknownNameError, match="Suzuki coupling"):
        get_reaction("Suzuki couplign")
