"""The base of every optimizer: it proposes what to measure next and observes what was measured."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from molgrad.autograd.advisor import Advisor, Subject
from molgrad.autograd.domain import Domain, too_far
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.standing import Standing
from molgrad.autograd.variable import Measurement, Variable
from molgrad.display import Shown
from molgrad.errors import NoScoreError, listed, shorten, whole
from molgrad.optim.archive import Archive
from molgrad.optim.calibration import Calibration
from molgrad.optim.identities import Identities
from molgrad.optim.lessons import Lesson
from molgrad.optim.reasons import with_reason
from molgrad.optim.record import Record
from molgrad.optim.settings import SearchSettings
from molgrad.optim.standing import Account
from molgrad.optim.teaching import Teaching

NEAR = 20  # of the best measured values, from one of which an analogue without a measured parent is one change away

# The gradient of each record, in order, in sight of what is known; without a standing an earlier one will do.
Critics = Callable[[Sequence[Record], Standing | None], list[Gradient]]


@dataclass(frozen=True, slots=True)
class Task:
    """What an optimizer is to optimize, and with whose help.

    Attributes:
        loss: measures values; lower is better.
        domain: the kind of values.
        advisor: critiques measured values and proposes new ones.
        starts: the values to begin with.
        seed: of every random choice.
        role: what the values are for, in words that an advisor reads.
        settings: how wide a population search looks.
        critics: gives the gradients of measured values; a campaign's keeps them. The advisor's own by default.
        identities: finds what was proposed before; a campaign's has the keys that its folder holds.
        told: lessons of an earlier run, used until this one contradicts them.
    """

    loss: Loss
    domain: Domain
    advisor: Advisor
    starts: Sequence[str] = ()
    seed: int = 0
    role: str = "value to optimize"
    settings: SearchSettings = field(default_factory=SearchSettings)
    critics: Critics | None = None
    identities: Identities | None = None
    told: Sequence[Lesson] = ()

    def critiques(self, records: Sequence[Record], standing: Standing | None = None) -> list[Gradient]:
        """The gradient of each measured value, in order.

        Args:
            records: what was measured.
            standing: what the search knows, for an advisor that is asked anew about values that it knows.
        """
        if self.critics is not None:
            return self.critics(records, standing)
        variables = [Variable(r.value, role_description=self.role, domain=self.domain) for r in records]
        pairs = zip(variables, (record.evaluation.all_terms() for record in records), strict=True)
        return self.advisor.critiques([Subject(v, e, self.loss, standing) for v, e in pairs])


class Optimizer(ABC, Shown):
    """Proposes values to measure, from everything measured before.

    The author of an optimizer writes `_propose`, and `state` and `restore` where it keeps anything that does not follow
    from the archive, beside what those of this class keep. Registered under the entry point group `molgrad.optimizers`,
    a campaign runs it by name: `Campaign(..., optimizer="mine")`. Its suite is `molgrad.testing.optimizer`.

    Purity: `propose` depends on the task, on what was observed and on its arguments; asked twice it answers the same.
    Order: what was proposed is observed in the order proposed, each value once, before the next proposals.
    State: `state()` is JSON and holds what does not follow from the records. An optimizer of the same task that
    observed the same records and was given that state goes on exactly as the first one does.
    Failure: an empty list of proposals says that there is nothing more to propose.

    Args:
        task: what to optimize.

    Attributes:
        name: what a campaign's settings call it; its name in the entry points, where it has one.
        rungs: where a measurement takes examples: numbers of examples after each of which the worse half of a batch is
            left behind; none where each value is compared with its parent alone.
        archive: what was observed.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.optimizer:optimizer"
    name: ClassVar[str] = ""
    rungs: ClassVar[tuple[int, ...]] = ()

    def __init__(self, task: Task) -> None:
        self.task = task
        self.archive = Archive()

    @classmethod
    def begin(cls, task: Task) -> Self:
        """An optimizer for a task, with nothing observed yet; for a class whose `__init__` takes something else.

        Args:
            task: what to optimize.
        """
        return cls(task)

    @property
    def notes(self) -> list[str]:
        """What a reader of the results should know of how they were chosen; nothing by default."""
        return []

    @abstractmethod
    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        """New values, best first; see `propose`."""

    def propose(self, n: int, *, batch: int | None = None, left: int | None = None) -> list[Proposal]:
        """At most `n` new values that the domain accepts, best first; empty when there is nothing more to propose.

        Args:
            n: how many at most.
            batch: number of the batch, from which random choices follow; by default one after the last observed.
            left: measurements that will still be made, where that is known.

        Raises:
            ValueError: `n` is less than one.
        """
        whole("n", n, 1)
        self.identities.add(self.archive.taken)
        batch = self._next() if batch is None else batch
        if self.account is not None:
            self.account.begin(batch, n, left)
        found = self._propose(n, batch, left)
        fresh: dict[str, Proposal] = {}
        for proposal in found:
            if len(fresh) == n:
                break
            if self._domain.validate(proposal.value) or self.identities.like(proposal.value) is not None:
                continue
            if too_far(self._domain, proposal.value, self._measured(proposal)):
                continue
            fresh.setdefault(self._domain.identity(proposal.value), proposal)
        calibration = self._calibration.read(self.archive)
        return [self._stated(proposal, calibration) for proposal in fresh.values()]

    @cached_property
    def account(self) -> Account | None:
        """What the advisor is told, and was asked; None where questions are free, or nobody else could propose.

        Where nobody else could, as of texts, each answer brings one value and every parent is asked about.
        """
        task = self.task
        if task.advisor.free or task.domain.default_advisor is None:
            return None
        together = getattr(task.advisor, "prompts", "") == "batch"  # a ModelAdvisor's
        return Account(task.loss, task.domain, self.archive, together=together, teaching=self.teaching)

    @cached_property
    def teaching(self) -> Teaching:
        """The lessons of what was measured, and those of an earlier run that still hold."""
        return Teaching(self.task.domain, self.task.told)

    @cached_property
    def _calibration(self) -> Calibration:
        return Calibration(self.archive)

    def _stated(self, proposal: Proposal, calibration: Calibration) -> Proposal:
        """The proposal as an experiment: what changes and why, and what is expected of it, how surely."""
        parent = self.archive.of(proposal.parent or "")
        told = with_reason(proposal, parent.evaluation if parent is not None else None, self._domain)
        return replace(told, predicted=calibration.stated(told.predicted))

    def _measured(self, proposal: Proposal) -> list[str]:
        """The measured parent of a proposal, then the best of everything measured."""
        own = [proposal.parent] if proposal.parent in self.archive.taken else []
        return [*filter(None, own), *(record.value for record in self.archive.ranked(NEAR))]

    @cached_property
    def identities(self) -> Identities:
        """Finds values that are the same thing as one that was proposed before."""
        return self.task.identities or Identities(self._domain)

    @property
    def _domain(self) -> Domain:
        return self.task.domain

    def observe(self, records: Sequence[Record]) -> None:
        """Take in new measurements.

        Args:
            records: what was measured, failures included, in the order proposed.
        """
        with self.archive.filling():
            for record in records:
                self.archive.add(record)

    def step(self) -> Sequence[object]:
        """Propose one value (at first the starts), measure it and learn from it; returns what was measured."""
        batch = self._next()
        if self.archive.records:
            proposals = self.propose(1, batch=batch)
        else:
            proposals = [Proposal(value, reason="start", advisor="user") for value in self.task.starts]
        evaluations = self.task.loss.evaluate([p.value for p in proposals], [self._context(p) for p in proposals])
        self.observe([Record(p, e, batch) for p, e in zip(proposals, evaluations, strict=True)])
        return [Measurement(p.value, e, self.task.loss) for p, e in zip(proposals, evaluations, strict=True)]

    def _context(self, proposal: Proposal) -> Mapping[str, Any]:
        parent = self.archive.of(proposal.parent or "")
        measured = None if parent is None else parent.evaluation
        known = {"parent": proposal.parent or "", "parent_evaluation": measured}
        return {"role_description": self.task.role, "advisor": self.task.advisor, **known}

    def _next(self) -> int:
        return self.archive.records[-1].batch + 1 if self.archive.records else 0

    @property
    def best(self) -> Measurement:
        """The best measured value.

        Raises:
            NoScoreError: nothing measured has a score.
        """
        found = next(self.archive.best(), None)
        if found is None:
            raise NoScoreError("nothing measured has a score yet; observe a measurement first")
        return Measurement(found.value, found.evaluation, self.task.loss)

    def state(self) -> dict[str, Any]:
        """What does not follow from the records, as JSON; by default what a costly advisor was asked."""
        return {} if self.account is None else self.account.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state, once the records that were observed before it was taken are observed.

        Args:
            state: what `state` gave.
        """
        if self.account is not None:
            self.account.restore(state)


MakeOptimizer = Callable[[Task], Optimizer]


def derive(*parts: object) -> int:
    """A 31-bit seed that depends on all parts and on nothing else, so that no draw depends on an earlier one.

    Args:
        parts: names and numbers.
    """
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") >> 1


def own_fault(value: str, domain: Domain) -> str:
    """What must not be proposed about a value itself, in words; empty when it is sound.

    A start may have such a fault (undefined stereo, a reactive group): it is measured all the same, but what is
    made from it is refused for it.

    Args:
        value: the start.
        domain: says what is refused.
    """
    reasons = domain.validate(value)
    return f"{shorten(value, 160)} itself has a fault that its children keep ({listed(reasons)})" if reasons else ""
