"""The built-in chemist: words from facts, located edits, valid proposals, the same every time."""

import pytest

from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.advisors.chemist.edits import complaints, edits_for, spread
from molgrad.advisors.chemist.guess import prior
from molgrad.advisors.chemist.words import named
from molgrad.autograd.advisor import Advisor, ChainStep, ProposalRequest
from molgrad.autograd.gradient import Edit, Gradient
from molgrad.autograd.variable import Variable
from molgrad.chem.alerts import alert_places
from molgrad.chem.descriptors import describe, qed_properties
from molgrad.chem.parse import canonical, read
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.molecule.domain import MOLECULES, MoleculeDomain
from molgrad.molecule.molecule import Molecule
from tests.loss_fakes import docking

TRIMETHOPRIM = canonical("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC")
NITRO = canonical("O=[N+]([O-])c1ccc(Oc2ccccc2CCCCCC)cc1")


def measured(smiles, affinity=-7.0):
    """The terms of the usual objective, as the losses write them, without docking anything."""
    numbers, terms = describe(smiles), qed_properties(smiles)
    worst = sorted(terms, key=lambda name: terms[name][1])[:3]
    qed_facts = tuple(
        Fact("qed_property", f"{name} is {terms[name][0]:g}", (), name, terms[name][0], None, 0.3) for name in worst
    )
    places = alert_places(smiles)
    nitro = tuple(read(smiles).mol.GetSubstructMatch(read("O=[N+]([O-])c1ccccc1").mol))[:3]
    alert = (Fact("alert", "nitro group (BRENK)", nitro, "nitro group", 1.0, None, 1.0),) if nitro else ()
    over = max(0.0, numbers["logp"] - 4) / 3
    high = (Fact("logp_high", "logP is high", (0, 1, 2), "logp", numbers["logp"], None, 1.0),) if over else ()
    docked = Fact("docking", f"Vina gives {affinity}", (), "1ia1", affinity, "kcal/mol", 1.0)
    bond = Fact("pose_hbond", "N at atom 10 pairs with GLU 32 at 2.9 Å", (10,), "GLU 32", 2.9, "Å")
    return [
        docking(affinity, (docked, bond)),
        Evaluation("qed", Status.OK, 1 - numbers["qed"], {"qed": numbers["qed"]}, qed_facts, weight=10.0, kind="qed"),
        Evaluation("logp", Status.OK, min(1.0, over), {"logp": numbers["logp"]}, high,
                   details={"low": 1.0, "high": 4.0, "margin": 3.0}, kind="logp"),
        Evaluation("alerts", Status.OK, 1 - 0.5**places, {"alerts": float(places)}, alert, kind="alerts"),
        Evaluation("synthesizability", Status.OK, (numbers["sa"] - 1) / 9, {"sa": numbers["sa"]},
                   kind="synthesizability"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def chemist():
    return Chemist()


@pytest.fixture(scope="module")
def gradient(chemist):
    return chemist.critique(Molecule(TRIMETHOPRIM), measured(TRIMETHOPRIM))


def test_it_is_an_advisor(chemist):
    assert isinstance(chemist, Advisor)
    assert chemist.name == "chemist"


def test_the_critique_is_short_and_located(gradient):
    assert 3 <= len(gradient.text.splitlines()) <= 12
    assert "atom" in gradient.text
    assert "Keep: N at atom 10 pairs with GLU 32" in gradient.text
    assert gradient.source == "chemist"
    assert gradient.evaluation is not None
    assert [term.loss for term in gradient.evaluation.all_terms()][:2] == ["docking", "qed"]


def test_edits_can_be_executed_and_expect_a_gain(gradient):
    edits = [edit for edit in gradient.edits if edit.kind != "keep"]
    assert edits
    for edit in edits:
        assert MOLECULES.apply(TRIMETHOPRIM, edit) == [edit.payload["smiles"]]
        weights = {"qed": 10.0}
        assert sum(weights.get(term, 1.0) * change for term, change in edit.expected.items()) < 0.05
    assert any(edit.kind == "keep" and edit.payload["atoms"] == [10] for edit in gradient.edits)


def test_an_alert_is_answered_at_its_atoms(chemist):
    gradient = chemist.critique(Molecule(NITRO), measured(NITRO))
    mol = read(NITRO).mol
    nitro = {a.GetIdx() for a in mol.GetAtoms() if a.GetFormalCharge()}
    answers = [e for e in gradient.edits if "alerts" in e.expected and set(e.payload["atoms"]) & nitro]
    assert answers
    assert any(alert_places(e.payload["smiles"]) < alert_places(NITRO) for e in answers)
    assert "nitro" in gradient.text


def test_proposals_are_valid_new_and_say_their_origin(chemist, gradient):
    molecule = Molecule(TRIMETHOPRIM)
    first = chemist.propose([ProposalRequest([molecule], [gradient], 1)], 12)[0]
    assert len({p.value for p in first}) == len(first) == 12
    for proposal in first:
        assert MOLECULES.validate(proposal.value) == ()
        assert proposal.parent == TRIMETHOPRIM
        assert proposal.value == canonical(proposal.value) != TRIMETHOPRIM
        assert proposal.reason
        assert proposal.advisor == "chemist"
        assert set(proposal.predicted) == {"docking", "qed", "logp", "alerts", "synthesizability"}
        exact = describe(TRIMETHOPRIM)["qed"] - describe(proposal.value)["qed"]
        assert proposal.predicted["qed"] == pytest.approx((exact, 0.0))
        assert proposal.predicted["docking"][1] > 0
    avoided = [p.value for p in first[:6]]
    second = chemist.propose([ProposalRequest([molecule], [gradient], 1)], 12, avoid=avoided)[0]
    assert not {p.value for p in second} & set(avoided)


def test_proposals_predict_a_better_total(chemist, gradient):
    for proposal in chemist.propose([ProposalRequest([Molecule(TRIMETHOPRIM)], [gradient], 0)], 6)[0]:
        change = sum({"qed": 10.0}.get(term, 1.0) * mean for term, (mean, _) in proposal.predicted.items())
        assert change < -0.3


def test_proposals_are_diverse(chemist, gradient):
    rules = [
        p.edit.payload["transform"]
        for p in chemist.propose([ProposalRequest([Molecule(TRIMETHOPRIM)], [gradient], 2)], 12)[0]
    ]
    assert len(set(rules)) >= 7


def test_the_same_arguments_give_the_same_answer(gradient):
    molecule = Molecule(TRIMETHOPRIM)
    assert Chemist().critique(molecule, measured(TRIMETHOPRIM)).text == gradient.text
    one = Chemist().propose([ProposalRequest([molecule], [gradient], 5)], 30)[0]
    assert one == Chemist().propose([ProposalRequest([molecule], [gradient], 5)], 30)[0]
    assert one != Chemist().propose([ProposalRequest([molecule], [gradient], 6)], 30)[0]


def test_an_edit_of_someone_else_is_executed(chemist):
    molecule = Molecule("Cc1ccc(Cl)cc1CN")
    told = Edit("replace", {"smiles": canonical("N#Cc1ccc(C)c(CN)c1")}, "a nitrile reaches the backbone")
    kept = Gradient("my words", edits=(told,), evaluation=None)
    proposals = chemist.propose([ProposalRequest([molecule], [kept], 0)], 40)[0]
    assert all(MOLECULES.validate(p.value) == () for p in proposals)
    assert any(p.reason == told.reason for p in proposals)


def test_several_parents_share_the_proposals(chemist, gradient):
    lead, other = Molecule(TRIMETHOPRIM), Molecule("CN1CCN(Cc2ccc(C(=O)Nc3ccccc3)cc2)CC1")
    second = chemist.critique(other, measured(other.value, -8.5))
    proposals = chemist.propose([ProposalRequest([lead, other], [gradient, second], 0)], 10)[0]
    assert len(proposals) == 10
    assert {p.parent for p in proposals} <= {lead.value, other.value}
    assert not {lead.value, other.value} & {p.value for p in proposals}


def test_without_measurements_it_still_proposes(chemist):
    proposals = chemist.propose([ProposalRequest([Molecule("CC(=O)Nc1ccccc1")], [])], 5)[0]
    assert len(proposals) == 5
    assert chemist.propose([ProposalRequest([], [])], 5)[0] == []


def test_failed_and_unknown_terms_do_not_stop_the_critique(chemist):
    failed = Evaluation("docking", Status.FAILED, reason="the docking process ended", kind="docking")
    odd = Evaluation(
        "shape", Status.OK, 0.4, facts=(Fact("bulge", "the left side bulges at atom 0", (0,), weight=1.0),)
    )
    gradient = chemist.critique(Molecule(TRIMETHOPRIM), [failed, odd])
    assert "the docking process ended" in gradient.text
    assert "the left side bulges" in gradient.text
    assert chemist.critique(Molecule(TRIMETHOPRIM), []).text


def test_of_a_term_without_facts_nothing_is_claimed(chemist):
    bare = Evaluation("assay", Status.OK, 2.0)
    assert "is not known" in chemist.critique(Molecule(TRIMETHOPRIM), [bare]).text


def test_a_text_that_is_no_molecule_gets_its_measurements_back(chemist):
    prompt = Variable("Answer briefly.", role_description="system prompt")
    gradient = chemist.critique(prompt, [Evaluation("text", Status.OK, text="too vague")])
    assert gradient.text == "too vague"
    assert chemist.propose([ProposalRequest([prompt], [gradient])], 3)[0] == []


def test_judging_answers_what_is_asked_first(chemist):
    text = chemist.judge("How soluble is it?", TRIMETHOPRIM, "molecule").text
    assert text.startswith("Polarity")
    assert chemist.judge("Is it toxic?", TRIMETHOPRIM, "molecule").text.startswith("Alerts")
    refused = chemist.judge("Is it toxic?", "c1ccc", "molecule")
    assert refused.status is Status.INVALID
    assert refused.score is None


def test_chain_passes_the_words_on(chemist):
    words = chemist.chain(ChainStep("drawing", "prompt", "draw it", "molecule", "CCO", "too {small}"))
    assert "too {small}" in words
    assert "prompt" in words


def test_aims_read_weights_and_bounds():
    aims = read_aims(measured(NITRO))
    by_kind = {aim.kind: aim for aim in aims.aims}
    assert by_kind["qed"].weight == 10
    assert (by_kind["logp"].loss.low, by_kind["logp"].loss.high) == (1, 4)
    assert aims.pose.bonded == {10}
    assert aims.exact(NITRO)["qed"] == pytest.approx(1 - describe(NITRO)["qed"])


def test_the_docking_guess_grows_with_size_and_flattens():
    def at(smiles):
        return prior(canonical(smiles))

    small, medium, large = at("c1ccccc1"), at("c1ccc(-c2ccccc2)cc1"), at("c1ccc(-c2ccc(-c3ccccc3)cc2)cc1")
    assert small > medium > large
    assert at("c1ccc(CCc2ccccc2)cc1") > at("c1ccc2c(c1)CCc1ccccc1-2")  # a rotatable bond costs
    many = at("c1ccc(-c2ccc(-c3ccc(-c4ccc(-c5ccccc5)cc4)cc3)cc2)cc1")
    more = at("c1ccc(-c2ccc(-c3ccc(-c4ccc(-c5ccc(-c6ccccc6)cc5)cc4)cc3)cc2)cc1")
    assert abs(more - many) < 0.4 * abs(medium - small)


def test_complaints_come_dearest_first():
    found = complaints(measured(NITRO))
    assert [c.cost for c in found] == sorted((c.cost for c in found), reverse=True)
    assert all(c.fact.kind != "pose_hbond" for c in found)


def test_what_a_pose_says_is_answered_or_praised():
    kinds = ("pose_keep", "pose_hydrophobic", "pose_efficiency", "pose_full", "pose_checked", "pose_hbond_bent")
    praise = tuple(Fact(kind, f"{kind} at atom 7", (7,), None, -1.0, "kcal/mol", 1.0) for kind in kinds)
    wrong = (
        Fact("pose_exposed", "atom 0 touches nothing", (0,), None, 1.0, "atoms", 0.5),
        Fact("pose_growth", "growth vector at C at atom 17", (17,), "B:LEU69", -0.4, "kcal/mol", 0.4),
    )
    whole = docking(-7.0, (*praise, *wrong))
    assert [c.fact.kind for c in complaints([whole])] == ["pose_exposed", "pose_growth"]
    edits = edits_for(TRIMETHOPRIM, [whole], read_aims([whole]), MOLECULES.plausible)
    assert edits
    assert all({0, 17} & set(edit.payload["atoms"]) for edit in edits)
    assert any(edit.kind == "grow" and 17 in edit.payload["atoms"] for edit in edits)


def test_one_term_with_much_to_say_leaves_room_for_others():
    many = tuple(Fact("pose_growth", f"growth vector at atom {i}", (i,), None, -0.9, "kcal/mol", 0.9) for i in range(8))
    loud = docking(-7.0, many)
    quiet = Evaluation(
        "qed", Status.OK, 0.5, {}, (Fact("qed_property", "too heavy", (3,), "MW", 500.0, None, 0.2),), kind="qed"
    )
    assert [c.term for c in spread(complaints([loud, quiet]))][:4] == ["docking"] * 3 + ["qed"]


def test_atoms_are_named_by_their_group():
    assert named(TRIMETHOPRIM, (0, 1)) == "methoxy (atoms 0, 1)"
    assert named(TRIMETHOPRIM, (999,)) == ""


def test_what_a_molecules_own_domain_refuses_is_not_proposed_in_its_name() -> None:
    near = MoleculeDomain(similar_to=[TRIMETHOPRIM], min_similarity=0.7)
    parent = Variable(TRIMETHOPRIM, role_description="ligand", domain=near)
    found = Chemist().propose([ProposalRequest([parent], [])], 8)[0]
    assert len(found) >= 4
    assert [p.value for p in found if near.validate(p.value)] == []


def test_a_wider_domain_lets_the_chemist_answer_for_molecules_that_are_not_druglike() -> None:
    macrocycle = "C[C@@H]1c2cc(F)ccc2C(=O)N(C)Cc2nn(C)c(C#N)c2-c2cnc(N)c(c2)O1"  # lorlatinib
    assert MOLECULES.validate(macrocycle)
    parent = Variable(macrocycle, role_description="ligand", domain=MoleculeDomain("dockable"))
    assert Chemist().propose([ProposalRequest([parent], [])], 3)[0]
