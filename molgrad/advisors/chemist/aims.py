"""What the loss asks of a molecule: the change of each term, computed by the loss itself or guessed from the pose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from molgrad import registry
from molgrad.advisors.chemist.guess import Pose, prior
from molgrad.autograd.loss import Loss
from molgrad.evaluation import DOCKING, Evaluation, Fact
from molgrad.interactions import kinds, wanted
from molgrad.receptors.size import FITTED

# Terms and weights of the default objective, aimed at where neither a loss nor a measurement says what is wanted.
_USUAL = ((DOCKING, 1.0), ("qed", 10.0), ("alerts", 1.0), ("synthesizability", 1.0))


@dataclass(frozen=True, slots=True)
class Aim:
    """One term of the loss.

    Attributes:
        term: its name in the composite.
        kind: what it is, as in `Evaluation.kind`.
        weight: its factor in the total.
        score: the parent's, where it was measured.
        loss: computes the term of other molecules; None where it is unknown.
        guessed: whether the chemist's guess of a docking score holds for it: it describes one docking program.
    """

    term: str
    kind: str
    weight: float
    score: float | None = None
    loss: Loss | None = None
    guessed: bool = False

    @property
    def computed(self) -> bool:
        """Whether its change can be computed or guessed without measuring."""
        return self.guessed or (self.loss is not None and not self.loss.expensive)


@dataclass(frozen=True, slots=True)
class Aims:
    """All terms of the loss, and what the docked pose says of the parent's atoms."""

    aims: tuple[Aim, ...]
    pose: Pose = field(default_factory=Pose)

    @property
    def base(self) -> float:
        """The parent's total, as far as it was measured."""
        return sum(aim.weight * aim.score for aim in self.aims if aim.score is not None)

    def exact(self, smiles: str, *, slow: bool = False) -> dict[str, float]:
        """Scores of the terms that can be computed, by term.

        Args:
            smiles: the molecule.
            slow: the terms that take milliseconds instead of all others.
        """
        found: dict[str, float] = {}
        for aim in self.aims:
            if aim.loss is not None and aim.kind != DOCKING and aim.loss.slow is slow:
                (evaluation,) = aim.loss.exact([smiles], quick=not slow)
                if evaluation.score is not None:
                    found[aim.term] = evaluation.score
        return found

    def rough(self, parent: str, children: Sequence[tuple[str, Collection[int]]]) -> list[float]:
        """A quick guess of the change of the total for each child, to rank hundreds; see `Loss.screen`.

        Args:
            parent: SMILES.
            children: (SMILES, the parent's atoms that were touched) of each.
        """
        totals = [0.0] * len(children)
        values = [parent, *(child for child, _ in children)]
        for aim in self.aims:
            if aim.guessed:
                changes: list[float | None] = [
                    prior(child) - prior(parent) + self.pose.spatial(parent, child, touched)[0]
                    for child, touched in children
                ]
            elif aim.loss is not None and aim.kind != DOCKING:
                before, *after = aim.loss.screen(values, parent)
                changes = [None if score is None or before is None else score - before for score in after]
            else:
                continue
            totals = [
                total if change is None else total + aim.weight * change
                for total, change in zip(totals, changes, strict=True)
            ]
        return totals

    def total(self, scores: Mapping[str, float]) -> float:
        """The weighted sum of some terms' scores or changes.

        Args:
            scores: by term; others than the loss's are passed over.
        """
        weights = {aim.term: aim.weight for aim in self.aims}
        return sum(weights[term] * score for term, score in scores.items() if term in weights)

    def of_kind(self, kind: str) -> tuple[Aim, ...]:
        """The terms of one kind."""
        return tuple(aim for aim in self.aims if aim.kind == kind)


def read_aims(evaluations: Iterable[Evaluation], exact: Loss | None = None) -> Aims:
    """The aims behind a molecule's measurements; those of the default objective where nothing can be computed.

    Args:
        evaluations: what was measured; may be empty.
        exact: the loss that measured. Without it, losses are made again from what their evaluations say.
    """
    measured = list(evaluations)
    if not measured and exact is not None:
        measured = [exact.pending()]
    terms = [term for evaluation in measured for term in evaluation.all_terms()]
    aims = tuple(
        Aim(term.loss, term.kind, term.weight, term.score, loss, _guessed(term, loss))
        for term, loss in zip(terms, _losses(terms, exact), strict=True)
        if term.active
    )
    if not any(aim.computed for aim in aims):
        strange = any(aim.kind == DOCKING for aim in aims)  # of a program that is not guessed
        return Aims(tuple(aim for aim in _usual() if not (strange and aim.kind == DOCKING)))
    return Aims(aims, _pose(measured))


def _losses(terms: Sequence[Evaluation], exact: Loss | None) -> list[Loss | None]:
    """The loss of each measurement: in the same order where both are complete, else by name, else made again."""
    known = exact.all_terms() if exact is not None else []
    if [loss.kind for loss in known] == [term.kind for term in terms]:
        return list(known)
    names = [term.loss for term in exact.pending().all_terms()] if exact is not None else []
    named = {(name, loss.kind): loss for name, loss in zip(names, known, strict=True)}
    return [named.get((term.loss, term.kind)) or _remade(term) for term in terms]


def _remade(term: Evaluation) -> Loss | None:
    if term.kind not in registry.names("losses"):
        return None
    made: Loss | None = registry.load("losses", term.kind).remade(term)
    return made


def _guessed(term: Evaluation, loss: Loss | None) -> bool:
    """Whether a term is an affinity of the program that the guess was made for, as far as can be told."""
    engine = term.details.get("provenance", {}).get("engine")
    return term.kind == DOCKING and (engine == FITTED if engine else loss is None or bool(loss.prior_slopes))


@cache
def _usual() -> tuple[Aim, ...]:
    return tuple(
        Aim(kind, kind, weight, None, None if kind == DOCKING else registry.load("losses", kind)(), kind == DOCKING)
        for kind, weight in _USUAL
    )


def _pose(measured: Sequence[Evaluation]) -> Pose:
    def atoms(kind: str, partner: str = "") -> frozenset[int]:
        facts = (fact for fact in pose_facts(measured, kind) if not partner or partner in wanted(fact))
        return frozenset(i for fact in facts for i in fact.atoms)

    donors, acceptors = atoms(kinds.UNSATISFIED, "donor"), atoms(kinds.UNSATISFIED, "acceptor")
    return Pose(atoms(kinds.HBOND), atoms(kinds.EXPOSED), atoms(kinds.GROWTH), donors, acceptors)


def pose_facts(evaluations: Iterable[Evaluation], kind: str) -> list[Fact]:
    """Facts about docked poses, of what should bind: contacts with an off-target are nothing to keep."""
    terms = [term for evaluation in evaluations for term in evaluation.aimed_terms()]
    return [fact for term in terms for fact in term.facts if fact.kind == kind]
