"""What every advisor must do: a suite for pytest, run on each advisor that is registered or on one of your own."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import molgrad as mg
from molgrad import registry
from molgrad.autograd.advisor import Advisor, ChainStep, ProposalRequest, Subject
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Variable
from molgrad.errors import EngineError
from molgrad.evaluation import Evaluation, Status
from molgrad.llm.types import Completion, Message, Usage

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"  # trimethoprim
_ANSWERS = ("COc1cc(Cc2cnc(N)nc2N)cc(F)c1OC", "COc1ccc(Cc2cnc(N)nc2N)cc1OC", "COc1cc(Cc2cnc(N)nc2C)cc(OC)c1OC")


class StandInModel:
    """A language model that always proposes the same three molecules, for advisors that need one."""

    name = "stand-in"

    def complete(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Completion:
        """The three molecules, whatever is asked."""
        del messages, schema, seed
        smiles = [{"smiles": value, "reason": "smaller"} for value in _ANSWERS]
        return Completion(json.dumps({"critique": "Too large.", "edits": [], "smiles": smiles}), Usage(1, 10, 10))


def registered(name: str) -> Advisor:
    """The advisor of this entry point, over a `StandInModel` where its class asks for an argument."""
    made = registry.load("advisors", name)
    needed = [p for p in inspect.signature(made).parameters.values() if p.default is p.empty]
    advisor: Advisor = made(StandInModel()) if needed else made()
    return advisor


class AdvisorSuite:
    """The contract of an advisor. Subclass it and write `make`; not for molecules, `start` and `loss` too."""

    def make(self) -> Advisor:
        """A new advisor; two of them must be alike."""
        raise NotImplementedError

    @pytest.fixture
    def advisor(self) -> Advisor:
        """The advisor under test."""
        return self.make()

    @pytest.fixture
    def start(self) -> Variable:
        """A value to improve."""
        return mg.Molecule(LEAD)

    @pytest.fixture
    def loss(self) -> Loss:
        """What measures values: nothing expensive, and one term that no advisor knows."""
        return 10 * mg.QED() + mg.LogP(1.0, 2.0) + 0.1 * mg.FunctionLoss(len, name="length")

    def subject(self, start: Variable, loss: Loss) -> Subject:
        """The start with its measurements."""
        return Subject(start, loss.evaluate([start.value])[0].all_terms(), loss)

    def test_it_declares_its_traits(self, advisor: Advisor) -> None:
        assert isinstance(advisor, Advisor)
        assert advisor.name
        assert isinstance(advisor.free, bool)
        assert isinstance(advisor.reads_notes, bool)
        assert all(isinstance(note, str) for note in advisor.notes)
        proposed, valid = advisor.offers
        assert proposed >= valid >= 0

    def test_critiques_come_in_order_and_are_kept_one_by_one(
        self, advisor: Advisor, start: Variable, loss: Loss
    ) -> None:
        subjects = [self.subject(start, loss), Subject(start, ()), self.subject(start, loss)]
        kept = []
        found = advisor.critiques(subjects, lambda place, gradient: kept.append((place, gradient)))
        assert kept == list(enumerate(found))
        assert len(found) == 3
        assert all(gradient.text for gradient in found)
        assert advisor.critiques([]) == []

    def test_a_failed_measurement_does_not_stop_a_critique(self, advisor: Advisor, start: Variable) -> None:
        failed = Evaluation("shape", Status.FAILED, reason="the machine went down")
        words = Evaluation("opinion", Status.OK, text="too flat")
        (gradient,) = advisor.critiques([Subject(start, [failed, words])])
        assert gradient.text

    def test_edits_are_json_and_belong_to_the_value(self, advisor: Advisor, start: Variable, loss: Loss) -> None:
        (gradient,) = advisor.critiques([self.subject(start, loss)])
        for edit in gradient.edits:
            assert json.loads(json.dumps(edit.to_json())) == edit.to_json()
        assert all(proposal.parent == start.value for proposal in gradient.proposals)

    def test_proposals_are_new_valid_and_at_most_as_many_as_asked_for(
        self, advisor: Advisor, start: Variable, loss: Loss
    ) -> None:
        (gradient,) = advisor.critiques([self.subject(start, loss)])
        request = ProposalRequest([start], [gradient], 1)
        first, second = advisor.propose([request, request], 4, exact=loss)
        assert max(len(first), len(second)) <= 4
        avoid = {proposal.value for proposal in first}
        assert len(avoid) == len(first)
        assert start.value not in avoid
        for proposal in first:
            assert not start.domain.validate(proposal.value)
            assert proposal.parent == start.value
            assert proposal.advisor
        (others,) = advisor.propose([request], 4, avoid=avoid, exact=loss)
        assert not avoid & {proposal.value for proposal in others}
        assert advisor.propose([], 4) == []
        assert advisor.propose([request], 0, exact=loss) == [[]]

    def test_a_change_predicted_without_doubt_is_what_the_loss_measures(
        self, advisor: Advisor, start: Variable, loss: Loss
    ) -> None:
        (gradient,) = advisor.critiques([self.subject(start, loss)])
        (found,) = advisor.propose([ProposalRequest([start], [gradient])], 4, exact=loss)
        before = self._scores(loss, start.value)
        for proposal in found:
            after = self._scores(loss, proposal.value)
            sure = {term: mean for term, (mean, sd) in proposal.predicted.items() if sd == 0.0 and term in after}
            assert sure == pytest.approx({term: after[term] - before[term] for term in sure})

    def test_a_free_advisor_says_the_same_twice(self, advisor: Advisor, start: Variable, loss: Loss) -> None:
        if not advisor.free:
            pytest.skip("only what costs nothing is asked twice")
        subject = self.subject(start, loss)
        (first,), (second,) = advisor.critiques([subject]), advisor.critiques([subject])
        assert (first.text, first.edits) == (second.text, second.edits)
        request = ProposalRequest([start], [first], 3)
        assert advisor.propose([request], 6, exact=loss) == advisor.propose([request], 6, exact=loss)

    def test_the_chain_rule_gives_feedback(self, advisor: Advisor) -> None:
        assert advisor.chain(ChainStep("drawing", "sketch", "a {circle}", "picture", "a circle", "too {round}"))

    def test_a_judgement_is_an_evaluation_or_refused_as_a_whole(self, advisor: Advisor, start: Variable) -> None:
        try:
            found = advisor.judge("Is it easy to make?", start.value, start.role_description)
        except EngineError:
            return
        assert isinstance(found, Evaluation)
        assert found.feedback

    @staticmethod
    def _scores(loss: Loss, value: str) -> dict[str, float]:
        terms = loss.evaluate([value])[0].all_terms()
        return {term.loss: term.score for term in terms if term.score is not None}


class RegisteredAdvisors(AdvisorSuite):
    """The suite over every advisor that is installed under the entry point `molgrad.advisors`."""

    @pytest.fixture(params=registry.names("advisors"))
    def advisor(self, request: pytest.FixtureRequest) -> Advisor:
        """Each advisor in turn."""
        return registered(request.param)
