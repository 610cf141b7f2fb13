"""Which proposals of a pool to measure: exact terms, a surrogate for the rest, and no two alike."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.autograd.loss import Loss
from molgrad.evaluation import Evaluation, Status
from molgrad.optim.archive import Archive
from molgrad.optim.candidates import Candidate, annotated, foretold, is_sound, of_models, reserved_places
from molgrad.optim.features import tanimoto
from molgrad.optim.forecasts import Forecasts
from molgrad.optim.identities import Identities
from molgrad.optim.models import Models
from molgrad.optim.picking import KAPPA, KAPPA_EXPLOIT, KAPPA_WIDE, Picker, Same
from molgrad.optim.surrogate import EXACT
from molgrad.optim.trust import GIVES, Predicted, Trust, feared, hopeless

ALIKE = 0.8  # Tanimoto similarity from which on two members of a batch are too alike
UNLIKE = 0.3  # the same while a search looks wide: members of one batch come from different series
CROWD = 3  # candidates as alike as that among which the slow terms may choose
NOVEL_BELOW = 0.45  # similarity to each of the best below which a candidate opens a series of its own
KNOWN = 10  # measured values that are the best
AHEAD = 8  # candidates, for each one wanted, among which likeness is looked at
FRONT = 4  # candidates looked at with the slow terms too, for each one wanted

Bonus = Callable[[Proposal], float]
Allowed = Callable[[Proposal], bool]


class Acquisition:
    """Ranks proposals by an optimistic bound of the total and picks a varied batch.

    Free terms enter as they are. Each expensive term is predicted by a surrogate of its own, fitted to
    everything measured; `KAPPA` standard deviations are taken off in the direction that is better.

    Args:
        loss: of what is optimized.
        domain: of the values.
        novelty: whether one of every five places of a batch goes to a value unlike the best ones. Among hundreds of
            candidates the most promising is often one that the surrogate overrates, and of the series it knows best.
        exact: measurements up to which surrogates are exact; sparse beyond.
        identities: finds values that are the same thing as one that was proposed before.
        trust_region: whether nothing is hoped for beyond the range of what was measured, nor of what is predicted to be
            worse than the lead; see `optim.trust`.
        allowed: whether a proposal lies within the scope of the search, asked before it is chosen.
        same: whether two proposals try the same thing, on different parents: a batch holds one of them.
        cost: units of the loss that speak against a proposal beside what is predicted of its value.
        forecasts: how the expectations of those who state one came out.
    """

    def __init__(
        self,
        loss: Loss,
        domain: Domain,
        *,
        novelty: bool = False,
        exact: int = EXACT,
        identities: Identities | None = None,
        trust_region: bool = False,
        allowed: Allowed = lambda _: True,
        same: Same = lambda _, __: False,
        cost: Bonus = lambda _: 0.0,
        forecasts: Forecasts | None = None,
    ) -> None:
        self.loss, self.domain, self.novelty = loss, domain, novelty
        self.trust_region, self.allowed, self.same, self.cost = trust_region, allowed, same, cost
        self.forecasts = forecasts or Forecasts()
        self.models = Models(loss, domain, exact)
        self.identities = identities or Identities(domain)
        self._valid: dict[str, bool] = {}
        # Pure functions of the value, remembered because neighbours come back batch after batch.
        self._quick: dict[str, Evaluation] = {}
        self._pooled: dict[str, None] = {}  # values looked at since they were in no pool

    def best(
        self,
        pool: Sequence[Proposal],
        archive: Archive,
        n: int,
        bonus: Bonus = lambda _: 0.0,
        wide: float = 0.0,
        *,
        explore: bool = True,
    ) -> list[Proposal]:
        """At most `n` of the pool, best first.

        Args:
            pool: what there is to choose from.
            archive: what was measured.
            n: how many.
            bonus: a proposal's head start in units of the loss.
            wide: 0 takes the most promising, of one series if need be; 1 takes them from different series.
            explore: whether some places go to uncertain proposals; else all go to those with the best prediction.
        """
        self.identities.add(archive.taken)
        candidates = [replace(c, bonus=c.bonus + bonus(c.proposal)) for c in self._candidates(pool, archive)]
        normal = self._bounds(candidates, KAPPA if explore else KAPPA_EXPLOIT)
        alike = ALIKE - wide * (ALIKE - UNLIKE)
        front = self._front(candidates, normal, (FRONT - 1) * n, alike)
        if explore:
            front += self._front(candidates, self._bounds(candidates, KAPPA_WIDE), n, alike)
            front += self._front(candidates, self._elsewhere(candidates, normal), n, alike)
        reserved = reserved_places(archive, n)
        front += self._front(candidates, of_models(candidates, normal), n, alike)
        completed = self._completed([candidates[i] for i in dict.fromkeys(front)])
        batch = Picker(self._bounds, self.same, alike, explore, self.novelty, reserved).picked(completed, n)
        self._forget({proposal.value for proposal in pool}, archive.taken)
        return [annotated(candidate) for candidate in batch]

    def _forget(self, pool: Collection[str], taken: Collection[str]) -> None:
        """Drop what is known of values that left the pool unmeasured: a long run meets tens of thousands."""
        left = [value for value in self._pooled if value not in pool]
        for value in left:
            del self._pooled[value]
            if value not in taken:
                self.models.forget(value)
                for known in (self._quick, self._valid):
                    known.pop(value, None)

    def leading(
        self, pool: Sequence[Proposal], archive: Archive, n: int, wide: float = 0.0, *, explore: bool = True
    ) -> list[Proposal]:
        """The `n` most promising by the quick terms and the surrogates, no two alike where that can be."""
        candidates = self._candidates(pool, archive)
        alike = ALIKE - wide * (ALIKE - UNLIKE)
        bounds = self._bounds(candidates, KAPPA_WIDE if explore else KAPPA_EXPLOIT)
        front = self._front(candidates, bounds, FRONT * n, alike)
        if explore:
            front += self._front(candidates, self._elsewhere(candidates, bounds), n, alike)
        ahead = [candidates[i] for i in dict.fromkeys(front)]
        picker = Picker(self._bounds, self.same, alike, explore, self.novelty, reserved_places(archive, n))
        return [c.proposal for c in picker.picked(ahead, n)]

    def ranked(self, pool: Sequence[Proposal], archive: Archive, n: int) -> list[tuple[float, Proposal]]:
        """The `n` with the best predictions that may be measured, each with its total, and a model's; no long shots.

        Args:
            pool: what there is to choose from.
            archive: what was measured.
            n: how many at most.
        """
        self.identities.add(archive.taken)
        candidates = [c for c in self._candidates(pool, archive) if not c.long_shot]
        bounds = self._bounds(candidates, KAPPA_EXPLOIT)
        front = self._front(candidates, bounds, n, alike=math.inf)
        front += self._front(candidates, of_models(candidates, bounds), n, alike=math.inf)
        done = self._completed([candidates[i] for i in dict.fromkeys(front)])
        bounds = self._bounds(done, KAPPA_EXPLOIT)
        return [(bound + one.lean, annotated(one)) for bound, one in zip(bounds, done, strict=True)]

    @staticmethod
    def _elsewhere(candidates: Sequence[Candidate], bounds: Sequence[float]) -> list[float]:
        """The bounds of candidates unlike the best; infinite for the others."""
        return [b if c.novelty else math.inf for c, b in zip(candidates, bounds, strict=True)]

    def _front(self, candidates: Sequence[Candidate], bounds: Sequence[float], n: int, alike: float) -> list[int]:
        """The places of the best `n` by bound that may be measured; only these are asked whether they may.

        `CROWD` at most of any one kind, so that the best series cannot fill every place while there are others.
        """
        hopeful = [i for i in range(len(candidates)) if bounds[i] < math.inf]
        order = sorted(hopeful, key=lambda i: (bounds[i], candidates[i].proposal.value))
        ahead = order[: AHEAD * n]
        features = [candidates[i].features for i in ahead]
        kernel = tanimoto(features, features)
        found: list[int] = []
        crowded: list[int] = []
        for place, i in enumerate(ahead):
            if len(found) == n:
                break
            if int((kernel[place, found] >= alike).sum()) >= CROWD:
                crowded.append(i)
            elif self._may(candidates[i].proposal):
                found.append(place)
        spare = (i for i in [*crowded, *order[len(ahead) :]] if self._may(candidates[i].proposal))
        return [*(ahead[place] for place in found), *itertools.islice(spare, n - len(found))]

    def _may(self, proposal: Proposal) -> bool:
        return self.valid(proposal.value) and self.allowed(proposal)

    def valid(self, value: str) -> bool:
        """Whether the domain lets this value be measured, and it is no other spelling of what was proposed before."""
        if value not in self._valid:
            self._valid[value] = not self.domain.validate(value)
        return self._valid[value] and self.identities.like(value) is None

    def _candidates(self, pool: Sequence[Proposal], archive: Archive) -> list[Candidate]:
        """The sound ones, measured by the quick terms, with predictions for the expensive ones."""
        new = [p.value for p in pool if p.value not in self._quick]
        self._pooled |= dict.fromkeys(new)
        self._quick.update(zip(new, self.loss.exact(new, quick=True), strict=True))
        sound = [p for p in pool if is_sound(self._quick[p.value])]
        if self.trust_region:
            sound = [
                p for p in sound if self.cost(p) <= GIVES and not hopeless(self.loss, self._quick[p.value], p, archive)
            ]
        features = [self.models.features(p.value) for p in sound]
        predictions = self.models.predict([p.value for p in sound], archive)
        best = [self.models.features(record.value) for record in archive.ranked(KNOWN)] if self.novelty else []
        near = tanimoto(features, best).max(axis=1, initial=0.0)
        found = [
            Candidate(
                p,
                self._quick[p.value],
                f,
                {term: rows[i] for term, rows in predictions.items()},
                bonus=-self.cost(p),
                lean=self._lean(p, {term: rows[i] for term, rows in predictions.items()}, archive),
                novelty=bool(near[i] < NOVEL_BELOW),
            )
            for i, (p, f) in enumerate(zip(sound, features, strict=True))
        ]
        return self._doubted(found, archive) if self.trust_region else found

    def considered(self, pool: Sequence[Proposal], archive: Archive) -> dict[str, Candidate]:
        """What is known beforehand of each of a pool that is sound, by value.

        Args:
            pool: proposals.
            archive: what was measured.
        """
        return {candidate.proposal.value: candidate for candidate in self._candidates(pool, archive)}

    def _lean(self, proposal: Proposal, predicted: Predicted, archive: Archive) -> float:
        """What the author of a proposal says of it, in units of the loss; 0 where its author says nothing."""
        if not proposal.rank and proposal.expected is None:
            return 0.0
        parent = archive.of(proposal.parent or "")
        total = foretold(self.loss, self._quick[proposal.value], predicted)
        before = None if parent is None else parent.evaluation.score
        return self.forecasts.lean(proposal, before, total or (0.0, 0.0))

    def _doubted(self, candidates: Sequence[Candidate], archive: Archive) -> list[Candidate]:
        """The candidates with what may be hoped for each, from what was measured so far."""
        totals = feared(self.loss, [c.exact for c in candidates], [c.predicted for c in candidates])
        totals = [total - c.bonus for total, c in zip(totals, candidates, strict=True)]
        trust = Trust.of(archive, self.models).among(totals)
        return [
            replace(c, hope=trust.hope(c.features, fear), long_shot=trust.long_shot(c.features, fear))
            for c, fear in zip(candidates, totals, strict=True)
        ]

    def _completed(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        exact = self.loss.exact([c.proposal.value for c in candidates])
        done = [replace(c, exact=e) for c, e in zip(candidates, exact, strict=True)]
        return [c for c in done if is_sound(c.exact)]

    def _bounds(
        self, candidates: Sequence[Candidate], kappa: float, doubt: Sequence[float] | None = None
    ) -> list[float]:
        """Optimistic totals: predicted terms are moved by `kappa` deviations to the better side.

        `doubt`: for each candidate the fraction of its deviation that will be left.
        """
        bounds = []
        for candidate, left in zip(candidates, doubt or [1.0] * len(candidates), strict=True):
            # Doubt makes hope smaller, and pessimism no better.
            hope = candidate.hope * left if candidate.hope > 0.0 else candidate.hope

            def predict(
                term: Evaluation, sign: float, found: Predicted = candidate.predicted, left: float = hope
            ) -> float | None:
                if term.loss not in found:
                    return None
                mean, sd = found[term.loss]
                # What cannot get better than it is may only get worse: nothing is hoped for there.
                return mean if self.models.least(term.loss) is not None else mean - sign * kappa * left * sd

            score = self.loss.filled(candidate.exact, predict).score
            if score is None and candidate.exact.status is Status.PENDING:
                score = 0.0  # nothing is known of any yet: one is as good as another
            bounds.append(math.inf if score is None else score - candidate.bonus)
        return bounds
