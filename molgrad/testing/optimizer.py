"""What every optimizer must do: a suite for pytest, run on each optimizer that is registered or on one of your own."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import pytest

from molgrad import registry
from molgrad.autograd.advisor import AdvisorBase, ProposalRequest, Subject
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.loss import Context, Loss
from molgrad.autograd.text_domain import TextDomain
from molgrad.errors import MissingExtraError, NoScoreError
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.optimizer import Optimizer, Task
from molgrad.optim.record import Record

STARTS = ("bcbcb", "cccc")


class LetterDomain(TextDomain):
    """Words over a, b and c of at most six letters; a neighbour has another or one more letter, and may be too long."""

    name = "words"

    def validate(self, value: str) -> tuple[str, ...]:
        """Other letters and longer words are refused."""
        return () if value and set(value) <= set("abc") and len(value) <= 6 else ("only a, b and c, at most six",)

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """At most `n`, beginning at a place that the seed decides."""
        changed = [value[:i] + x + value[i + 1 :] for i in range(len(value)) for x in "abc"]
        fresh = [one for one in dict.fromkeys([*changed, *(value + x for x in "abc")]) if one != value]
        turned = fresh[seed % len(fresh) :] + fresh[: seed % len(fresh)]
        return [(one, Edit("explore", reason="one letter changed")) for one in turned][:n]


class FewA(Loss):
    """The fraction of letters that are no `a`; a word that ends in `ccb` cannot be measured."""

    name = "few_a"

    def _evaluate(self, value: str, context: Context) -> Evaluation:
        del context
        if value.endswith("ccb"):
            return Evaluation(self.name, Status.FAILED, reason="it ends in ccb")
        return Evaluation(self.name, Status.OK, 1.0 - value.count("a") / len(value))


class Speller(AdvisorBase):
    """Proposes neighbours of the parents."""

    name = "speller"
    free = True

    def _critique(self, subject: Subject) -> Gradient:
        return Gradient("more a", source=self.name, about=subject.variable.value)

    def _propose(self, request: ProposalRequest, n: int, avoid: Collection[str], exact: Loss | None) -> list[Proposal]:
        del exact
        found = []
        for parent in request.parents:
            for value, edit in LetterDomain().neighbours(parent.value, request.seed, n + len(avoid)):
                found.append(Proposal(value, parent.value, edit, edit.reason, advisor=self.name))
        return [proposal for proposal in found if proposal.value not in avoid][:n]


class OptimizerSuite:
    """The contract of an optimizer. Subclass it and write `make`, and `task` for another kind of value.

    Attributes:
        batch: how many values are asked for at a time.
        batches: how many batches are followed.
    """

    batch = 3
    batches = 5

    def make(self, task: Task) -> Optimizer:
        """A new optimizer that has observed nothing.

        Args:
            task: what to optimize.
        """
        raise NotImplementedError

    @pytest.fixture
    def task(self) -> Task:
        """Words of which those with many `a` are better."""
        return Task(FewA(), LetterDomain(), Speller(), STARTS, seed=4, role="word")

    def measured(self, task: Task, proposals: Sequence[Proposal], batch: int) -> list[Record]:
        """The records of proposals."""
        evaluations = task.loss.evaluate([proposal.value for proposal in proposals])
        return [Record(p, e, batch) for p, e in zip(proposals, evaluations, strict=True)]

    def begun(self, task: Task) -> Optimizer:
        """An optimizer that has observed the starts."""
        optimizer = self.make(task)
        optimizer.observe(self.measured(task, [Proposal(value, reason="start") for value in task.starts], 0))
        return optimizer

    def test_proposals_are_new_sound_and_at_most_as_many_as_asked_for(self, task: Task) -> None:
        optimizer, seen = self.begun(task), set(task.starts)
        for batch in range(1, self.batches + 1):
            found = optimizer.propose(self.batch, batch=batch)
            values = [proposal.value for proposal in found]
            assert len(values) == len(set(values)) <= self.batch
            assert not seen & set(values)
            assert not any(task.domain.validate(value) for value in values)
            assert all(proposal.parent is None or proposal.parent in seen for proposal in found)
            assert all(sd >= 0.0 for proposal in found for _, sd in proposal.predicted.values())
            seen |= set(values)
            optimizer.observe(self.measured(task, found, batch))
        assert len(seen) > len(task.starts)

    def test_asked_twice_it_answers_the_same(self, task: Task) -> None:
        optimizer = self.begun(task)
        found = optimizer.propose(self.batch, batch=1)
        assert found == optimizer.propose(self.batch, batch=1) == self.begun(task).propose(self.batch, batch=1)

    def test_from_its_state_it_goes_on_exactly(self, task: Task) -> None:
        optimizer, records = self.make(task), self.measured(task, [Proposal(value) for value in task.starts], 0)
        for batch in range(1, self.batches + 1):
            optimizer.observe(records)
            found = optimizer.propose(self.batch, batch=batch)
            other = self.make(task)
            other.observe(optimizer.archive.records)
            other.restore(json.loads(json.dumps(optimizer.state(), allow_nan=False)))
            assert other.propose(self.batch, batch=batch) == found
            optimizer, records = other, self.measured(task, found, batch)

    def test_how_many_are_left_to_measure_may_be_known(self, task: Task) -> None:
        optimizer = self.begun(task)
        assert all(len(optimizer.propose(self.batch, batch=1, left=left)) <= self.batch for left in (1, 100))

    def test_the_best_is_what_was_measured_best(self, task: Task) -> None:
        optimizer = self.begun(task)
        for batch in range(1, self.batches + 1):
            optimizer.observe(self.measured(task, optimizer.propose(self.batch, batch=batch), batch))
        scores = [r.evaluation.score for r in optimizer.archive.records if r.evaluation.score is not None]
        assert optimizer.best.evaluation.score == min(scores)

    def test_it_steps_by_itself_from_the_starts(self, task: Task) -> None:
        optimizer, twin = self.make(task), self.make(task)
        for _ in range(self.batches):
            optimizer.step()
            twin.step()
        values = [record.value for record in optimizer.archive.records]
        assert values[: len(task.starts)] == list(task.starts)
        assert len(set(values)) == len(values) > len(task.starts)
        assert values == [record.value for record in twin.archive.records]
        assert optimizer.best.value in values

    def test_without_a_measurement_there_is_no_best(self, task: Task) -> None:
        with pytest.raises(NoScoreError):
            _ = self.make(task).best

    def test_a_failure_is_observed_and_is_never_the_best(self, task: Task) -> None:
        optimizer = self.begun(task)
        failed = Evaluation(task.loss.name, Status.FAILED, reason="the machine went down")
        found = optimizer.propose(self.batch, batch=1)
        optimizer.observe([Record(proposal, failed, 1) for proposal in found])
        assert optimizer.best.value not in {proposal.value for proposal in found}
        assert not {p.value for p in optimizer.propose(self.batch, batch=2)} & {proposal.value for proposal in found}

    def test_fewer_than_one_is_refused(self, task: Task) -> None:
        with pytest.raises(ValueError, match="at least 1, not 0"):
            self.begun(task).propose(0)


class RegisteredOptimizers(OptimizerSuite):
    """The suite over every optimizer that is installed under `molgrad.optimizers`."""

    name = ""

    @pytest.fixture(autouse=True, params=registry.names("optimizers"))
    def _each(self, request: pytest.FixtureRequest) -> None:
        self.name = request.param

    def make(self, task: Task) -> Optimizer:
        """The registered optimizer; skipped where it needs a package that is not installed."""
        made = registry.load("optimizers", self.name)
        try:
            optimizer: Optimizer = getattr(made, "begin", made)(task)
        except MissingExtraError as error:
            pytest.skip(str(error))
        return optimizer
