"""Population search: a pool of proposals from every source, of which the most promising are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Measurement, Variable
from molgrad.optim.archive import Archive, Record
from molgrad.optim.choice import Choice
from molgrad.optim.seeds import derive

Critic = Callable[[Record], Gradient]


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How wide a batch looks.

    Attributes:
        parents: how many measured values a batch builds on.
        advised: proposals asked of the advisor for each parent.
        neighbours: random neighbours of each parent, for exploration.
        crossovers: children of pairs of parents.
    """

    parents: int = 3
    advised: int = 10
    neighbours: int = 6
    crossovers: int = 9


class PopulationSearch:
    """Proposes what to measure next from everything measured before.

    `propose` depends on its arguments only: the same archive, batch number and seed give the same batch.
    """

    def __init__(
        self, loss: Loss, domain: Domain, advisor: Advisor, *, seed: int = 0, settings: SearchSettings | None = None
    ) -> None:
        self.domain, self.advisor, self.seed = domain, advisor, seed
        self.settings = settings or SearchSettings()
        self.choice = Choice(loss, domain)
        self._sound: dict[str, bool] = {}

    def propose(self, archive: Archive, n: int, batch: int, critic: Critic, role: str) -> list[Proposal]:
        """At most `n` proposals, best first; none that the archive has seen."""
        parents = archive.parents(self.settings.parents, self.choice.similarity)
        if not parents:
            return []
        return self.choice.best(self._pool(parents, archive, batch, critic, role), archive, n)

    def _pool(
        self, parents: Sequence[Record], archive: Archive, batch: int, critic: Critic, role: str
    ) -> list[Proposal]:
        """Advice first, then neighbours and crossovers; the first to name a value keeps it."""
        found: list[Proposal] = []
        for record in parents:
            seed = derive(self.seed, batch, record.value)
            gradient = critic(record)
            variable = Variable(record.value, role_description=role, domain=self.domain)
            variable.gradients.append(gradient)
            variable.measurements += [
                Measurement(r.value, r.evaluation)
                for r in archive.records
                if r.value == record.value or r.proposal.parent == record.value
            ]
            found += gradient.proposals
            found += self.advisor.propose([variable], [gradient], self.settings.advised, seed=seed, avoid=archive.taken)
            for value, edit in self.domain.neighbours(record.value, seed, self.settings.neighbours):
                found.append(Proposal(value, record.value, edit, edit.reason, advisor="exploration"))
        found += self._crossed(parents, batch)
        fresh: dict[str, Proposal] = {}
        for proposal in found:
            if proposal.value not in archive.taken:
                fresh.setdefault(proposal.value, proposal)
        return [p for p in fresh.values() if self._valid(p.value)]

    def _crossed(self, parents: Sequence[Record], batch: int) -> list[Proposal]:
        pairs = [(a, b) for i, a in enumerate(parents) for b in parents[i + 1 :]]
        if not pairs:
            return []
        each = max(1, self.settings.crossovers // len(pairs))
        children = []
        for a, b in pairs:
            reason = f"joins a part of {a.value} with a part of {b.value}"
            seed = derive(self.seed, batch, a.value, b.value)
            for value in self.domain.crossover(a.value, b.value, seed, each):
                children.append(Proposal(value, a.value, None, reason, advisor="crossover"))
        return children

    def _valid(self, value: str) -> bool:
        if value not in self._sound:
            self._sound[value] = not self.domain.validate(value)
        return self._sound[value]
