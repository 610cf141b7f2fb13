"""Population search: a pool of proposals from every source, of which the most promising are chosen."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice

from molgrad.autograd.advisor import ProposalRequest, advice_of
from molgrad.autograd.gradient import Edit, Gradient, Proposal
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.analogues import Analogues
from molgrad.optim.calibration import Calibration
from molgrad.optim.candidates import reserved_places
from molgrad.optim.consulting import consulted
from molgrad.optim.design import spread
from molgrad.optim.hypotheses import PredictionLog
from molgrad.optim.optimizer import Optimizer, Task, derive
from molgrad.optim.passing_over import passed_over
from molgrad.optim.record import Record
from molgrad.optim.tolerance import Tolerance
from molgrad.optim.trust import RISK, Trust

ALIKE = 2.0  # units of the loss by which a parent's likeness to a better one counts against it
YOUNG = 8.0  # the same on top, while the archive is young

SCANNED = 3  # starts that the designed batches change
SHORTLIST = 12  # candidates of a designed batch, for each place of it

WIDER = 4  # times as many new values are looked at while nothing else is

DRAW = 1.0  # units of the loss: children differ from their parents by about as much
AHEAD = "several steps"  # the source of what took them

EXCHANGED = 12  # values with a part from stock that are looked at for each parent
EXCHANGE = "partner exchange"  # their source


class PopulationSearch(Optimizer):
    """Chooses each batch from a pool of proposals of every source: the advisor, neighbours, crossovers, new values.

    Args:
        task: what to optimize; `task.settings` says how wide a batch looks.
    """

    name = "population"

    def __init__(self, task: Task) -> None:
        how = task.settings
        if task.domain.scope != how.scope:
            task = replace(task, domain=task.domain.within(how.scope, task.starts))
        super().__init__(task)
        self.settings = how
        self.acquisition = Acquisition(
            task.loss, task.domain, novelty=how.novelty, exact=how.exact, identities=self.identities,
            trust_region=how.scope != "free", forecasts=self.account.forecasts if self.account is not None else None,
        )  # fmt: skip
        self.analogues: Analogues | None = None
        if how.scope == "analogues":
            self.analogues = Analogues(task.domain, self.archive, self.acquisition.models)
            self.acquisition.allowed, self.acquisition.same = self.analogues.allowed, self.analogues.same
            self.acquisition.cost = Tolerance(task.loss, task.domain, self.archive).cost
        self.log = PredictionLog()

    @property
    def notes(self) -> list[str]:
        """What a reader of the results should know of the search."""
        return self.acquisition.models.notes

    def _propose(self, n: int, batch: int, left: int | None) -> list[Proposal]:
        found, pool = self._searched(n, batch, left)
        if self.account is not None:
            calibration = self._calibration.read(self.archive)
            self.account.pass_over(passed_over(self.acquisition, pool, found, self.archive, calibration))
        return found

    def _searched(self, n: int, batch: int, left: int | None) -> tuple[list[Proposal], list[Proposal]]:
        """The batch, and what it was chosen from."""
        archive = self.archive
        self.log.read(archive)
        budget = math.inf if left is None else len(archive.records) + left
        exploitation = left is not None and left <= self.settings.exploitation * budget
        wide = 0.0 if exploitation else self._wide()
        parents = self._parents(batch, wide)
        if not parents:
            return [], []
        most = min(self.settings.initial_design, self.settings.initial_share * budget)
        if self.analogues is not None and self._designing(most):
            return self._scan(n, batch, parents)
        if first := self._initial_design(batch, most):
            return self.acquisition.best(first, archive, n, wide=1.0), first
        pool = self._pool(parents, batch)
        if not exploitation:
            pool = self._new([*pool, *self._novel(batch, self.settings.novel)])
        for turn in range(0 if self.analogues is not None else self.settings.rounds):
            leading = self.acquisition.leading(pool, archive, self.settings.leading, wide, explore=not exploitation)
            further = self._further(leading, parents, derive(self.task.seed, batch, turn))
            pool += self._new(further, {proposal.value for proposal in pool})
        self.teaching.read(archive)

        def bonus(proposal: Proposal) -> float:
            return self.log.credit.bonus(proposal) + self.teaching.bonus(proposal)

        return self.acquisition.best(pool, archive, n, bonus, wide, explore=not exploitation), pool

    def _stated(self, proposal: Proposal, calibration: Calibration) -> Proposal:
        """As of every optimizer, with the lesson that spoke for it."""
        told = super()._stated(proposal, calibration)
        lesson = self.teaching.reason(proposal)
        return replace(told, reason=f"{told.reason}; {lesson}") if lesson else told

    def _initial_design(self, batch: int, most: float) -> list[Proposal]:
        """New values to choose from during the initial design, else none; a language model needs no such design."""
        if not self.task.advisor.free or not self._designing(most):
            return []
        return self._new(self._novel(batch, WIDER * self.settings.novel))

    def _designing(self, most: float) -> bool:
        """Whether fewer than `most` values were measured after the starts."""
        begun = islice((record for record in reversed(self.archive.records) if record.batch > 0), math.ceil(most))
        return sum(1 for _ in begun) < most

    def _scan(self, n: int, batch: int, parents: Sequence[Record]) -> tuple[list[Proposal], list[Proposal]]:
        """Single changes of the best starts, spread over positions and kinds; a model's ideas among them.

        Where the standard changes are used up or refused (a start has a fault that most keep), any single change.
        """
        assert self.analogues is not None  # noqa: S101 - asked before
        leads = [record for record in self.archive.ranked() if record.batch == 0][:SCANNED] or self.archive.ranked(1)
        pool = self._new([one for lead in leads for one in self.analogues.scans(lead)])
        pool = self._new([*self._exchanged(leads, batch), *pool])
        if not self.task.advisor.free:
            pool = self._new([*self._pool(leads, batch), *pool])
        ranked = self.acquisition.ranked(pool, self.archive, SHORTLIST * n)
        if len(ranked) < n:
            pool = self._new([*pool, *self._pool(parents, batch)])
            ranked = self.acquisition.ranked(pool, self.archive, SHORTLIST * n)
        return spread(ranked, n, self.task.domain, self.archive, reserved_places(self.archive, n)), pool

    def _exchanged(self, parents: Sequence[Record], batch: int) -> list[Proposal]:
        """Values with one of the parts that a parent is made of exchanged from stock."""
        return [
            Proposal(value, one.value, edit, edit.reason, advisor=EXCHANGE)
            for one in parents
            for value, edit in self.task.domain.exchanged(
                one.value, derive(self.task.seed, batch, one.value, EXCHANGE), EXCHANGED
            )
        ]

    def _novel(self, batch: int, n: int) -> list[Proposal]:
        found = self.task.domain.novel(derive(self.task.seed, batch, "novel"), n)
        return [Proposal(v, None, None, f"a new scaffold: {parts}", advisor="assembly") for v, parts in found]

    def _wide(self) -> float:
        """How wide to look, 0 to 1: wide while the archive is young, and again when nothing better was found lately."""
        settings = self.settings
        young = math.exp(-len(self.archive.records) / settings.warm_up) if settings.warm_up else 0.0
        stalled = min(1.0, self.archive.stalled() / settings.patience) if settings.patience else 0.0
        return max(young, 0.5 * stalled)

    def _parents(self, batch: int, wide: float) -> list[Record]:
        """The best of each kind, and some by Thompson sampling; more, and less alike, while young or stalled."""
        settings = self.settings
        count = settings.parents + round(wide * settings.parents)
        models = self.acquisition.models
        unlike = ALIKE + wide * YOUNG
        estimates = models.estimates(self.archive)
        parents = self.archive.parents(count, models.similarities, unlike, estimates)
        rng = random.Random(derive(self.task.seed, batch, "parents"))  # noqa: S311 - sampling, not secrets
        parents += self.archive.drawn(settings.drawn, rng, DRAW, parents)
        if self.analogues is None:
            return parents
        # A chemist does not go on from what lost the lead's binding: its failed changes would be built on.
        limit = Trust.of(self.archive, self.acquisition.models).lead + RISK
        return [one for one in parents if estimates.get(one.value, one.known_score or 0.0) <= limit] or parents[:1]

    def _pool(self, parents: Sequence[Record], batch: int) -> list[Proposal]:
        """Advice first, then neighbours and crossovers; the first to name a value keeps it."""
        requests = self._requests(parents, batch)
        found = [] if self.account is None else self.account.waiting()
        exchanged = {one.value: self._exchanged([one], batch) for one in parents}
        advice = advice_of(self.task.advisor, requests, self.settings.advised, self.archive.taken, self.task.loss)
        for request, advised in zip(requests, advice, strict=True):
            parent = request.parents[0].value
            found += [*request.gradients[0].proposals, *advised, *exchanged[parent]]
            for value, edit in self.task.domain.neighbours(parent, request.seed, self.settings.neighbours):
                found.append(Proposal(value, parent, edit, edit.reason, advisor="exploration"))
        rng = random.Random(derive(self.task.seed, batch, "mates"))  # noqa: S311 - sampling, not secrets
        partners = self.archive.drawn(self.settings.partners, rng, DRAW, parents)
        if self.analogues is not None:
            return self._new([*self.analogues.anchored(found), *self.analogues.combinations(parents)])
        found += self._crossed([*parents, *partners], batch)
        return self._new(found)

    def _requests(self, parents: Sequence[Record], batch: int) -> list[ProposalRequest]:
        """What the advisor is asked of each parent, once it has criticised them."""
        asked = [(record, derive(self.task.seed, batch, record.value)) for record in parents]
        taught = "" if self.account is not None else "\n".join(map(str, self.log.lessons()))
        learned = [Gradient(taught, source="prediction_log")] if taught else []
        return consulted(self.task, self.archive, self.account, asked, learned)

    def _new(self, found: Sequence[Proposal], known: Collection[str] = ()) -> list[Proposal]:
        """Those that were not proposed before and are not `known`; the first to name a value keeps it."""
        fresh: dict[str, Proposal] = {}
        for proposal in found:
            if proposal.value not in self.archive.taken and proposal.value not in known:
                fresh.setdefault(proposal.value, proposal)
        return list(fresh.values())

    def _further(self, leading: Sequence[Proposal], parents: Sequence[Record], seed: int) -> list[Proposal]:
        """Changes of candidates that were never measured: what takes two steps is reached without paying for the first.

        The measured ancestor stays the parent.
        """
        found: list[Proposal] = []
        few = max(1, self.settings.further // 4) if self.settings.further else 0
        for i, one in enumerate(leading):
            for value, edit in self.task.domain.neighbours(one.value, derive(seed, one.value), self.settings.further):
                found.append(_descendant(one, value, edit.reason))
            for mate in (leading[(i + 1) % len(leading)].value, parents[i % len(parents)].value):
                for value in self.task.domain.crossover(one.value, mate, derive(seed, one.value, mate), few):
                    found.append(_descendant(one, value, f"joined with a part of {mate}"))
        return found

    def _crossed(self, parents: Sequence[Record], batch: int) -> list[Proposal]:
        """Children of pairs drawn at random, the same pairs for the same parents and batch."""
        pairs = [(a, b) for i, a in enumerate(parents) for b in parents[i + 1 :]]
        if not pairs or not self.settings.crossovers:
            return []
        rng = random.Random(derive(self.task.seed, batch, "pairs"))  # noqa: S311 - sampling, not secrets
        pairs = rng.sample(pairs, min(len(pairs), self.settings.crossovers))
        each = max(1, self.settings.crossovers // len(pairs))
        children = []
        for a, b in pairs:
            reason = f"joins a part of {a.value} with a part of {b.value}"
            seed = derive(self.task.seed, batch, a.value, b.value)
            for value in self.task.domain.crossover(a.value, b.value, seed, each):
                children.append(Proposal(value, a.value, None, reason, advisor="crossover"))
        return children


def _descendant(of: Proposal, value: str, reason: str) -> Proposal:
    # Told only where the domain cannot tell the net change: what one step adds the next may take away again.
    why = f"{of.reason}; then {reason}" if of.reason else reason
    return Proposal(value, of.parent, Edit("explore", {"smiles": value}, why), why, advisor=AHEAD)
