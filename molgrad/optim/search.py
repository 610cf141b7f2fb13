"""Population search: a pool of proposals from every source, of which the most promising are chosen."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from molgrad.autograd.advisor import Advisor, ProposalRequest
from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.autograd.loss import Loss
from molgrad.autograd.variable import Measurement, Variable
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.archive import Archive, Record
from molgrad.optim.hypotheses import Lesson, PredictionLog
from molgrad.optim.seeds import derive

Critics = Callable[[Sequence[Record]], list[Gradient]]  # the gradient of each record, in order

ALIKE = 2.0  # units of the loss by which a parent's likeness to a better one counts against it
YOUNG = 8.0  # the same on top, while the archive is young

WIDER = 4  # times as many new values are looked at while nothing else is

DRAW = 1.0  # units of the loss: children differ from their parents by about as much
AHEAD = "lookahead"  # the source of what took several steps
STEPS = "in steps, of which a later may undo an earlier: "


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How wide a batch looks.

    Attributes:
        parents: how many measured values a batch builds on.
        advised: proposals asked of the advisor for each parent.
        neighbours: random neighbours of each parent, for exploration.
        crossovers: children of pairs of parents.
        novel: values that come from no parent, where the domain can make any: for starts that are no leads yet.
        survey: measurements after the starts that go to such new values only, so that many series are known before one
            is followed; none where the domain makes no new values.
        surveyed: share of a known budget that the survey may take at most.
        rounds: how often the most promising candidates of the pool, not measured yet, are changed once more.
        leading: how many candidates each round builds on.
        further: neighbours of each of these; half as many children of pairs of them.
        youth: measurements over which an archive counts as young: more parents are taken then, and unlike ones rather
            than good ones, so that no series wins because one start happened to score first.
        drawn: parents taken by Thompson sampling besides.
        patience: measurements without a new best after which a search looks half as wide as a young one.
        mates: further measured values, drawn as parents are, that take part in crossovers only.
        afield: whether one of every five places of a batch goes to a value unlike the best ones.
        harvest: share of a known budget, at its end, in which every place goes to what is expected to be best: what is
            learned there can hardly be used any more.
    """

    parents: int = 4
    advised: int = 10
    neighbours: int = 8
    crossovers: int = 60
    novel: int = 0
    initial_design: int = 0
    initial_share: float = 0.2
    rounds: int = 3
    leading: int = 8
    further: int = 6
    warm_up: int = 30
    drawn: int = 2
    patience: int = 30
    partners: int = 10
    novelty: bool = False
    exploitation: float = 0.4


# From fragments: 40 new scaffolds looked at in a batch, and 15 molecules measured for theirs before any is followed.
FROM_FRAGMENTS = SearchSettings(novel=40, initial_design=15, novelty=True)


def suited(domain: Domain, starts: Sequence[str]) -> SearchSettings:
    """How wide to look: from fragments a search takes values of its own, from a lead it only changes what is there."""
    return FROM_FRAGMENTS if domain.fragments(starts) else SearchSettings()


class PopulationSearch:
    """Proposes what to measure next from everything measured before.

    `propose` depends on its arguments only: the same archive, batch number and seed give the same batch.
    """

    def __init__(
        self, loss: Loss, domain: Domain, advisor: Advisor, *, seed: int = 0, settings: SearchSettings | None = None
    ) -> None:
        self.loss, self.domain, self.advisor, self.seed = loss, domain, advisor, seed
        self.settings = settings or SearchSettings()
        self.acquisition = Acquisition(loss, domain, novelty=self.settings.novelty)
        self._learned: tuple[Archive, PredictionLog] | None = None

    def propose(
        self, archive: Archive, n: int, batch: int, critics: Critics, role: str, *, left: int | None = None
    ) -> list[Proposal]:
        """At most `n` proposals, best first; none that the archive has seen.

        `left`: measurements that will still be made, where that is known.
        """
        budget = math.inf if left is None else len(archive.records) + left
        exploitation = left is not None and left <= self.settings.exploitation * budget
        wide = 0.0 if exploitation else self._wide(archive)
        parents = self._parents(archive, batch, wide)
        if not parents:
            return []
        log = self._log_of(archive)
        most = min(self.settings.initial_design, self.settings.initial_share * budget)
        if first := self._initial_design(archive, batch, most):
            return self.acquisition.best(first, archive, n, wide=1.0)
        pool = self._pool(parents, archive, batch, critics, role, log.lessons())
        if not exploitation:
            pool = self._new([*pool, *self._novel(batch, self.settings.novel)], archive.taken)
        for turn in range(self.settings.rounds):
            known = {p.value for p in pool}
            leading = self.acquisition.leading(pool, archive, self.settings.leading, wide, explore=not exploitation)
            pool += self._new(self._further(leading, parents, derive(self.seed, batch, turn)), archive.taken, known)
        chosen = self.acquisition.best(pool, archive, n, log.credit.bonus, wide, explore=not exploitation)
        return [self._told(proposal) for proposal in chosen]

    def _log_of(self, archive: Archive) -> PredictionLog:
        """What came of the archive's predictions; only what is new in it is read."""
        if self._learned is None or self._learned[0] is not archive:
            self._learned = archive, PredictionLog()
        return self._learned[1].read(archive)

    def _told(self, proposal: Proposal) -> Proposal:
        """What took several steps begins with the change in all: the molecules between were never measured."""
        if proposal.advisor != AHEAD or proposal.parent is None:
            return proposal
        change = self.domain.difference(proposal.parent, proposal.value)
        return replace(proposal, reason=f"{change}; {proposal.reason}") if change else proposal

    def _initial_design(self, archive: Archive, batch: int, most: float) -> list[Proposal]:
        """New values to choose from while the survey lasts, else none; a model has ideas of its own from the start."""
        if not self.advisor.free:
            return []
        begun = islice((record for record in reversed(archive.records) if record.batch > 0), math.ceil(most))
        if sum(1 for _ in begun) >= most:
            return []
        return self._new(self._novel(batch, WIDER * self.settings.novel), archive.taken)

    def _novel(self, batch: int, n: int) -> list[Proposal]:
        found = self.domain.novel(derive(self.seed, batch, "novel"), n)
        return [Proposal(v, None, None, f"a new scaffold: {parts}", advisor="assembly") for v, parts in found]

    def _wide(self, archive: Archive) -> float:
        """How wide to look, 0 to 1: wide while the archive is young, and again when nothing better was found lately."""
        settings = self.settings
        young = math.exp(-len(archive.records) / settings.warm_up) if settings.warm_up else 0.0
        return max(young, 0.5 * min(1.0, archive.stalled() / settings.patience))

    def _parents(self, archive: Archive, batch: int, wide: float) -> list[Record]:
        """The best of each kind, and some by Thompson sampling; more, and less alike, while young or stalled."""
        settings = self.settings
        count = settings.parents + round(wide * settings.parents)
        parents = archive.parents(count, self.acquisition.similarities, ALIKE + wide * YOUNG)
        rng = random.Random(derive(self.seed, batch, "parents"))  # noqa: S311 - sampling, not secrets
        return [*parents, *archive.drawn(settings.drawn, rng, DRAW, parents)]

    def _pool(
        self,
        parents: Sequence[Record],
        archive: Archive,
        batch: int,
        critics: Critics,
        role: str,
        learned: Sequence[Lesson],
    ) -> list[Proposal]:
        """Advice first, then neighbours and crossovers; the first to name a value keeps it."""
        found: list[Proposal] = []
        requests: list[ProposalRequest] = []
        for record, gradient in zip(parents, critics(parents), strict=True):
            seed = derive(self.seed, batch, record.value)
            variable = Variable(record.value, role_description=role, domain=self.domain)
            variable.gradients.append(gradient)
            variable.measurements += [Measurement(r.value, r.evaluation) for r in archive.family(record.value)]
            learning = [Gradient("\n".join(map(str, learned)), source="prediction_log")] if learned else []
            requests.append(ProposalRequest([variable], [gradient, *learning], seed))
        advice = self.advisor.propose(requests, self.settings.advised, avoid=archive.taken, exact=self.loss)
        for request, advised in zip(requests, advice, strict=True):
            parent = request.parents[0].value
            found += [*request.gradients[0].proposals, *advised]
            for value, edit in self.domain.neighbours(parent, request.seed, self.settings.neighbours):
                found.append(Proposal(value, parent, edit, edit.reason, advisor="exploration"))
        rng = random.Random(derive(self.seed, batch, "mates"))  # noqa: S311 - sampling, not secrets
        partners = archive.drawn(self.settings.partners, rng, DRAW, parents)
        found += self._crossed([*parents, *partners], batch)
        return self._new(found, archive.taken)

    @staticmethod
    def _new(found: Sequence[Proposal], *known: Collection[str]) -> list[Proposal]:
        """Those that are not known; the first to name a value keeps it."""
        fresh: dict[str, Proposal] = {}
        for proposal in found:
            if not any(proposal.value in values for values in known):
                fresh.setdefault(proposal.value, proposal)
        return list(fresh.values())

    def _further(self, leading: Sequence[Proposal], parents: Sequence[Record], seed: int) -> list[Proposal]:
        """Changes of candidates that were never measured: what takes two steps is reached without paying for the first.

        The measured ancestor stays the parent, and the reason tells both steps.
        """
        found: list[Proposal] = []
        few = max(1, self.settings.further // 4)
        for i, one in enumerate(leading):
            for value, edit in self.domain.neighbours(one.value, derive(seed, one.value), self.settings.further):
                found.append(_descendant(one, value, edit.reason))
            for mate in (leading[(i + 1) % len(leading)].value, parents[i % len(parents)].value):
                for value in self.domain.crossover(one.value, mate, derive(seed, one.value, mate), few):
                    found.append(_descendant(one, value, f"joined with a part of {mate}"))
        return found

    def _crossed(self, parents: Sequence[Record], batch: int) -> list[Proposal]:
        """Children of pairs drawn at random, the same pairs for the same parents and batch."""
        pairs = [(a, b) for i, a in enumerate(parents) for b in parents[i + 1 :]]
        if not pairs:
            return []
        rng = random.Random(derive(self.seed, batch, "pairs"))  # noqa: S311 - sampling, not secrets
        pairs = rng.sample(pairs, min(len(pairs), self.settings.crossovers))
        each = max(1, self.settings.crossovers // len(pairs))
        children = []
        for a, b in pairs:
            reason = f"joins a part of {a.value} with a part of {b.value}"
            seed = derive(self.seed, batch, a.value, b.value)
            for value in self.domain.crossover(a.value, b.value, seed, each):
                children.append(Proposal(value, a.value, None, reason, advisor="crossover"))
        return children


def _descendant(of: Proposal, value: str, reason: str) -> Proposal:
    # Steps, not properties: what one step adds the next may take away again.
    before = of.reason.removeprefix(STEPS)
    why = f"{STEPS}{before}; then {reason}" if before else reason
    return Proposal(value, of.parent, Edit("explore", {"smiles": value}, why), why, advisor=AHEAD)
