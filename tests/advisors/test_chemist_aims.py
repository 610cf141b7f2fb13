"""What the loss asks for is read from what the losses say for machines, never from their words."""

import pytest

from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.advisors.chemist.edits import complaints
from molgrad.autograd.advisor import ProposalRequest
from molgrad.autograd.compose import sum_of
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses.druglikeness import TPSA, LogP, RotatableBonds, Weight
from molgrad.losses.similarity import Similarity
from molgrad.molecule.molecule import Molecule
from tests.loss_fakes import docking

TOLUENE, DECANE, GLYCEROL = "Cc1ccccc1", "CCCCCCCCCC", "OCC(O)CO"
TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


def predicted(loss, parent, child):
    """The child's score as the chemist computes it from the parent's measurement."""
    return read_aims(loss.evaluate([parent])).exact(child)


@pytest.mark.parametrize("parent", [TOLUENE, DECANE, GLYCEROL])
@pytest.mark.parametrize("child", [TOLUENE, DECANE, GLYCEROL])
@pytest.mark.parametrize(
    "loss",
    [LogP(None, 2), LogP(3.5, None), LogP(0.25, 0.75), Weight(None, 100), TPSA(30, None), RotatableBonds(None, 3),
     LogP(), Similarity(TOLUENE), Similarity(TOLUENE, at_least=0.05), Similarity(DECANE, at_least=0.4)],
    ids=lambda loss: str(loss.spec()),
)  # fmt: skip
def test_a_term_is_foreseen_exactly_whichever_bound_is_broken(loss, parent, child):
    assert predicted(loss, parent, child) == {loss.name: pytest.approx(loss.evaluate([child])[0].score)}


def test_an_open_bound_stays_open():
    satisfied, broken = read_aims(LogP(None, 2).evaluate([GLYCEROL])), read_aims(LogP(3.5, None).evaluate([GLYCEROL]))
    assert (satisfied.aims[0].loss.low, satisfied.aims[0].loss.high) == (None, 2)
    assert (broken.aims[0].loss.low, broken.aims[0].loss.high) == (3.5, None)


def test_a_satisfied_similarity_is_still_an_aim():
    aim = read_aims(Similarity(TOLUENE, at_least=0.5).evaluate([TOLUENE])).aims[0]
    assert (aim.kind, aim.loss.reference, aim.loss.at_least, aim.score) == ("similarity", TOLUENE, 0.5, 0.0)


def test_a_loss_of_the_same_name_that_tells_no_bounds_is_not_guessed_at():
    own = [Evaluation(name, Status.OK, 0.5, {name: 3.0}, text="inside 1 to 2") for name in ("logp", "similarity")]
    assert "logp" not in read_aims([*own, Evaluation("qed", Status.OK, 0.5, kind="qed")]).exact(TOLUENE)


def docked(weight, atom, residue):
    bond = Fact("pose_hbond", f"N at atom {atom} pairs with {residue}", (atom,), residue, 2.9, "Å")
    bare = Fact("pose_exposed", f"atom {atom + 1} touches nothing", (atom + 1,), None, None, None, 0.5)
    return docking(-8.0, (bond, bare), weight=weight)


def test_what_binds_an_off_target_is_nothing_to_keep():
    whole = sum_of([docked(1.0, 10, "GLU 32"), docked(-0.5, 13, "ASP 99"), docked(0.0, 7, "SER 5")])
    aims = read_aims([whole])
    assert (aims.pose.bonded, aims.pose.exposed) == ({10}, {11})
    assert [aim.weight for aim in aims.of_kind("docking")] == [1.0, -0.5, 0.0]
    assert {c.term for c in complaints([whole])} == {"docking"}
    gradient = Chemist().critique(Molecule(TRIMETHOPRIM), [whole])
    assert [edit.payload["atoms"] for edit in gradient.edits if edit.kind == "keep"] == [[10]]
    assert "GLU 32" in gradient.text
    assert "ASP 99" not in gradient.text
    assert "SER 5" not in gradient.text


UNSATISFIED = "OE1 of GLU 32 is an unsatisfied site, 3.4 Å from C at atom {}: {} there could bond (-0.59 kcal/mol)"


def posed(*facts):
    return sum_of([docking(-8.0, tuple(facts))])


def growth(atom):
    return Fact("pose_growth", f"growth vector at C{atom}", (atom,), "SER 5", -0.3, "kcal/mol", 0.3)


def unsatisfied(atom, wanted):
    return Fact("pose_unsatisfied", UNSATISFIED.format(atom, wanted), (atom,), "GLU 32", 3.4, "Å", 0.5)


@pytest.mark.parametrize(
    ("fact", "child", "cause"),
    [
        (growth(1), "Cc1ccccc1C", "pose_growth"),
        (growth(3), "Cc1ccccc1C", ""),  # it grows elsewhere
        (growth(1), "Cc1ccccn1", ""),  # it does not grow
        (unsatisfied(1, "a donor"), "Cc1ccccc1N", "pose_unsatisfied"),
        (unsatisfied(1, "a donor"), "Cc1ccccc1C#N", ""),  # that takes
        (unsatisfied(1, "an acceptor"), "Cc1ccccc1C#N", "pose_unsatisfied"),
        (unsatisfied(1, "an acceptor or a donor"), "Cc1ccccc1O", "pose_unsatisfied"),
        (unsatisfied(3, "a donor"), "Cc1ccccc1N", ""),
    ],
)
def test_a_pose_predicts_at_growth_vectors_and_unsatisfied_sites(fact, child, cause):
    aims, bare = read_aims([posed(fact)]), read_aims([posed()])
    gain, said = aims.pose.spatial(TOLUENE, child, (1,))
    assert said == cause
    assert (gain < 0) is bool(cause)
    expected, before = (a.pose.change(TOLUENE, child, (1,), "grow")[0] for a in (aims, bare))
    assert expected == pytest.approx(before + gain)


def test_an_off_target_predicts_nothing():
    off = sum_of([docking(-8.0, (growth(1),), weight=-1.0)])
    assert read_aims([off]).pose.growable == frozenset()


def test_the_chemist_answers_a_missed_partner_where_it_is():
    evaluation = posed(unsatisfied(2, "a donor"))
    chemist, variable = Chemist(), Molecule(TOLUENE)
    gradient = chemist.critique(variable, [evaluation])
    answers = [edit for edit in gradient.edits if edit.payload.get("answers") == "pose_unsatisfied"]
    assert answers
    assert all(2 in edit.payload["atoms"] for edit in answers)
    found = [
        p
        for p in chemist.propose([ProposalRequest([variable], [gradient])], 10)[0]
        if p.edit.payload.get("answers") == "pose_unsatisfied"
    ]
    assert found
    assert all(p.edit.expected["docking"] < -0.5 for p in found)
