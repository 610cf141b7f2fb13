"""The reason of a proposal: its net change, a fact that the change can answer, and its price."""

from itertools import islice

from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.chem.transforms import neighbours
from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.molecule.reasons import answered, explained

LEAD = "O=C(Cc1ccccc1)Nc1ccc(F)cc1"  # F is atom 14, the carbon that bears it 13
GROWTH = Fact(kinds.GROWTH, "growth vector at C at atom 12: 3.0 Å free towards A:ILE7", (12,), "A:ILE7", -0.3)
EXPOSED = Fact(kinds.EXPOSED, "F at atom 14 touches nothing within 4 Å, in the solvent", (14,))
KEPT = Fact(kinds.HBOND, "O at atom 0 bonds to A:GLU30", (0,))


def test_the_place_of_the_tests_facts() -> None:
    mol = read(LEAD).mol
    assert read(LEAD).smiles == LEAD
    (fluorine,) = [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetSymbol() == "F"]
    assert fluorine == 14


def test_growth_is_answered_where_there_was_room_and_only_by_more() -> None:
    there, elsewhere = "O=C(Cc1ccccc1)Nc1ccc(F)c(CC)c1", "CCc1cc(F)ccc1NC(=O)Cc1ccccc1"
    assert explained(LEAD, there, [GROWTH]).startswith(
        "ethyl added meta to the amide; answers: growth vector at C at atom 12"
    )
    assert "answers" not in explained(LEAD, elsewhere, [GROWTH])


def test_what_costs_is_answered_by_taking_it_away() -> None:
    assert answered(change(LEAD, "O=C(Cc1ccccc1)Nc1ccc(C)cc1"), [KEPT, GROWTH, EXPOSED]) == EXPOSED
    assert answered(change(LEAD, "O=C(Cc1ccncc1)Nc1ccc(F)cc1"), [KEPT, GROWTH, EXPOSED]) is None


def test_a_site_without_partner_wants_a_heteroatom() -> None:
    site = "OD1 of A:ASP21 is an unsatisfied site, 4.1 Å from F at atom 14"
    lacking = Fact(kinds.UNSATISFIED, site, (14,), "A:ASP21")
    assert answered(change(LEAD, "O=C(Cc1ccccc1)Nc1ccc(O)cc1"), [lacking]) == lacking
    assert answered(change(LEAD, "O=C(Cc1ccccc1)Nc1ccc(C)cc1"), [lacking]) is None


def test_facts_of_the_whole_molecule_only_where_they_were_meant() -> None:
    fact = Fact("qed_property", "rotatable bonds 9, above the ideal 3 (desirability 0.31)", (), "ROTB", 9.0)
    child = "O=C(C1CC1)Nc1ccc(F)cc1"
    assert "answers" not in explained(LEAD, child, [fact])
    assert "; answers: rotatable bonds 9, above the ideal 3" in explained(LEAD, child, [fact], "qed_property")


def test_costs_are_net() -> None:
    said = explained(LEAD, "O=C(Cc1ccccc1)Nc1ccc(OCCN)cc1", [])
    assert said.startswith("F para to the amide -> O")
    assert said.endswith("three more rotatable bonds, one more donor")


def test_every_reason_begins_with_the_net_change() -> None:
    for made in islice(neighbours(LEAD, 3, 40), 40):
        assert explained(LEAD, made.smiles, [GROWTH, EXPOSED]).startswith(change(LEAD, made.smiles).text)
