"""The chemist aims at losses that it has never heard of, and takes no other loss for one of ours by its name."""

from __future__ import annotations

import pytest

import molgrad as mg
from molgrad.advisors.chemist.aims import read_aims
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.autograd.advisor import ProposalRequest, Subject
from molgrad.autograd.loss import Context, Loss
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.losses.function import FunctionLoss
from molgrad.molecule.molecule import Molecule

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
FLUORINATED = "Fc1ccc(Cc2cnc(N)nc2N)cc1F"


def fluorines(smiles: str) -> float:
    return float(smiles.count("F"))


class Carbonyls(Loss):
    """One minus the number of carbonyls, at least 0; its fact names the methoxy carbons."""

    name = "carbonyls"

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        if "Br" in value:
            return Evaluation(self.name, Status.INVALID, reason="no bromine here")
        fact = Fact("no_carbonyl", "no carbonyl yet", (0,), weight=1.0)
        return Evaluation(self.name, Status.OK, max(0.0, 1.0 - value.count("=O")), facts=(fact,))


def proposed(loss: Loss, start: str, n: int = 8) -> tuple[mg.Gradient, list[mg.Proposal]]:
    chemist, molecule = Chemist(), Molecule(start)
    (evaluation,) = loss.evaluate([start])
    (gradient,) = chemist.critiques([Subject(molecule, evaluation.all_terms(), loss)])
    return gradient, chemist.propose([ProposalRequest([molecule], [gradient])], n, exact=loss)[0]


@pytest.mark.parametrize(("direction", "start", "sign"), [("maximize", LEAD, 1), ("minimize", FLUORINATED, -1)])
def test_a_function_is_moved_the_way_it_asks(direction: str, start: str, sign: int) -> None:
    loss = FunctionLoss(fluorines, direction=direction)  # type: ignore[arg-type]  # parametrized
    _, found = proposed(loss, start)
    assert len(found) == 8
    for proposal in found[:4]:
        change = fluorines(proposal.value) - fluorines(start)
        assert change * sign > 0
        assert proposal.predicted["fluorines"] == (-sign * change, 0.0)


def test_a_loss_of_ones_own_beside_ours_is_weighed_against_them() -> None:
    _, (first, *_) = proposed(100 * FunctionLoss(fluorines, direction="maximize") + mg.QED(), LEAD)
    assert fluorines(first.value) > 0
    assert first.predicted["qed"][0] == pytest.approx(
        mg.QED().evaluate([first.value])[0].number() - mg.QED().evaluate([LEAD])[0].number()
    )


def test_facts_of_a_loss_of_ones_own_are_answered_and_what_it_refuses_is_not_proposed() -> None:
    gradient, found = proposed(Carbonyls(), LEAD)
    assert "no carbonyl yet" in gradient.text
    assert fluorines(LEAD) == 0
    assert "=O" in found[0].value
    assert not [p.value for p in found if "Br" in p.value]


def test_a_loss_of_ones_own_called_logp_is_not_taken_for_ours() -> None:
    own = FunctionLoss(lambda smiles: 3.0, name="logp")
    (evaluation,) = own.evaluate([LEAD])
    aims = read_aims([evaluation, *mg.LogP(None, 2).evaluate([LEAD])])
    assert [(aim.term, aim.kind, aim.loss is None) for aim in aims.aims] == [
        ("logp", "", True),
        ("logp", "logp", False),
    ]


def test_what_was_numbered_or_nested_in_a_composite_keeps_its_kind() -> None:
    loss = mg.LogP(None, 2) + mg.LogP(1, None) + mg.max(mg.LogP(0, 9), mg.QED())
    (whole,) = loss.evaluate([LEAD])
    assert [(term.loss, term.kind) for term in whole.all_terms()] == [
        ("logp", "logp"), ("logp_2", "logp"), ("max.logp", "logp"), ("max.qed", "qed"),
    ]  # fmt: skip
    assert Evaluation.from_json(whole.to_json()) == whole


def test_backward_without_an_optimizer_finds_the_loss_that_measured() -> None:
    molecule = Molecule(LEAD)
    asked: list[Subject] = []

    class Listening(Chemist):
        def _critique(self, subject: Subject) -> mg.Gradient:
            asked.append(subject)
            return super()._critique(subject)

    own = FunctionLoss(fluorines, direction="maximize")
    (own(molecule) + 2 * mg.QED()(molecule)).backward(Listening())
    (subject,) = asked
    assert subject.exact is not None
    assert [(type(loss).__name__, loss.name) for loss in subject.exact.all_terms()] == [
        ("FunctionLoss", "fluorines"), ("QED", "qed"),
    ]  # fmt: skip


def test_screening_is_the_exact_score_of_what_is_quick_and_nothing_of_what_is_not() -> None:
    quick, slow = FunctionLoss(fluorines), FunctionLoss(fluorines, expensive=True)
    assert quick.screen([FLUORINATED, LEAD], LEAD) == [2.0, 0.0]
    assert slow.screen([FLUORINATED, LEAD], LEAD) == [None, None]
    assert mg.Alerts().screen([LEAD], LEAD) == [None]
    (guess, exact) = mg.QED().screen([LEAD], LEAD)[0], mg.QED().evaluate([LEAD])[0].score
    assert guess == pytest.approx(exact, abs=0.02)
