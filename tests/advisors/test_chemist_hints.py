"""A critique does not ask to keep and to change the same thing, and asks for what can bond where it can."""

from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.edits import complaints, edits_for
from molgrad.advisors.chemist.hints import can_bond, contested, wanted_groups
from molgrad.chem.matched_pair import change
from molgrad.chem.parse import read
from molgrad.evaluation import DOCKING, Evaluation, Fact, Status
from molgrad.interactions import kinds
from molgrad.molecule.holding import spares

LEAD = "O=C(Cc1ccccc1)Nc1ccc(F)cc1"
NITROGEN = 9
PAIRED = Fact(kinds.HBOND, "N at atom 9 gives a hydrogen bond to O of A:LEU83 at 2.9 Å", (NITROGEN,), "A:LEU83", 2.9)
LOST = Fact(
    kinds.CONTACT_LOST,
    "hydrogen bond with A:ASP86 lost: nearest to OD1 of A:ASP86 is F at atom 14 at 5.5 Å; a donor there could make it",
    (14,),
    "A:ASP86",
    5.5,
    "Å",
    1.0,
)


def docked(*facts: Fact) -> Evaluation:
    return Evaluation(DOCKING, Status.OK, -7.0, {"affinity": -7.0}, facts, kind=DOCKING)


def test_the_atom_of_the_tests() -> None:
    assert read(LEAD).mol.GetAtomWithIdx(NITROGEN).GetSymbol() == "N"


def test_a_donor_that_pairs_is_not_methylated() -> None:
    methylated = "CN(C(=O)Cc1ccccc1)c1ccc(F)cc1"
    assert not spares(LEAD, methylated, {NITROGEN})
    assert spares(LEAD, "O=C(Cc1ccccc1)Nc1ccc(Cl)cc1", {NITROGEN})
    room = Fact(
        kinds.GROWTH,
        "growth vector at N at atom 9: 3.0 Å free towards A:VAL18",
        (NITROGEN,),
        "A:VAL18",
        -0.4,
        "kcal/mol",
        0.4,
    )
    for held, expected in ((docked(room, PAIRED), False), (docked(room), True)):
        edits = edits_for(LEAD, [held], read_aims([held]), lambda _: True)
        children = [str(edit.payload["smiles"]) for edit in edits if edit.kind != "keep"]
        mapped = [(dict(change(LEAD, child).core), read(child).mol) for child in children]
        bare = [NITROGEN not in core or mol.GetAtomWithIdx(core[NITROGEN]).GetTotalNumHs() == 0 for core, mol in mapped]
        assert any(bare) is expected


def test_what_holds_is_not_complained_of() -> None:
    idle = Fact(kinds.INEFFICIENT, "N at atom 9 earns little", (NITROGEN,), None, -0.1, "kcal/mol", 0.3)
    assert contested(idle, {NITROGEN})
    assert [one.fact for one in complaints([docked(PAIRED, idle)])] == []
    assert [one.fact for one in complaints([docked(idle)])] == [idle]


def test_a_lost_contact_asks_for_a_group_that_can_make_it_at_its_distance() -> None:
    assert wanted_groups(LOST) == {"donor"}
    near = {
        "O=C(Cc1ccccc1)Nc1ccc(CN)cc1": True,
        "O=C(Cc1ccccc1)Nc1ccc(C(F)(F)F)cc1": False,  # no donor
        "O=C(Cc1ccccc1)Nc1ccc(CCCCCCN)cc1": False,  # far beyond
        "NCc1ccccc1CC(=O)Nc1ccc(F)cc1": False,  # at the other end
    }
    assert {child: can_bond(LEAD, child, LOST) for child in near} == near


def test_room_counts_for_more_than_a_partner_that_could_be_met() -> None:
    room = Fact(kinds.GROWTH, "growth vector at C at atom 12: 3 Å free", (12,), None, -0.4, "kcal/mol", 0.4)
    partner = Fact(
        kinds.UNSATISFIED, "OD1 is an unsatisfied site: a donor there could bond", (14,), None, 4.0, "Å", 0.59
    )
    assert [one.fact for one in complaints([docked(partner, room)])] == [room, partner]
