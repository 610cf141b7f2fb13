"""Settings of optimizers, each checked when it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from molgrad.autograd.domain import SCOPES, Domain, Scope
from molgrad.errors import UnknownNameError, whole


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How wide a batch of the population search looks. 0 stands for none wherever something is counted.

    Attributes:
        parents: how many measured values a batch builds on, at least 1.
        advised: proposals asked of the advisor for each parent.
        neighbours: random neighbours of each parent, for exploration.
        crossovers: children of pairs of parents.
        novel: values that come from no parent, where the domain can make any: for starts that are no leads yet.
        initial_design: measurements after the starts that go to such new values only, so that many series are known
            before one is followed; none where the domain makes no new values. Of analogues: those that go to single
            changes spread over positions and kinds.
        initial_share: fraction of a known budget that the initial design may take at most, 0 to 1.
        rounds: how often the most promising candidates of the pool, not measured yet, are changed once more.
        leading: how many candidates each round builds on.
        further: neighbours of each of these; a quarter as many children with each of two others.
        warm_up: measurements over which an archive counts as young: more parents are taken then, and unlike ones rather
            than good ones, so that no series wins because one start happened to score first.
        drawn: parents taken by Thompson sampling besides.
        patience: measurements without a new best after which a search looks half as wide as a young one; 0 for never.
        partners: further measured values, drawn as parents are, that take part in crossovers only.
        novelty: whether one of every five places of a batch goes to a value unlike the best ones.
        exploitation: fraction of a known budget, at its end, in which every place goes to what is expected to be best,
            0 to 1: what is learned there can hardly be used any more.
        exact: measurements up to which the surrogate is exact; beyond, it sees them through inducing points.
        scope: how far from the starts a proposal may lie: analogues (one change from a measured value), hop (another
            core of about the same size) or free.

    Raises:
        ValueError: a setting outside its bounds.
        UnknownNameError: no such scope.
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
    exact: int = 2000
    scope: Scope = "free"

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.type == "int":
                whole(one.name, value, least=int(one.name == "parents"))
            elif one.type == "float" and not (isinstance(value, int | float) and 0.0 <= value <= 1.0):
                raise ValueError(f"{one.name} is a fraction from 0 to 1, not {value!r}")
            elif one.type == "bool" and not isinstance(value, bool):
                raise ValueError(f"{one.name} is True or False, not {value!r}")
        if self.scope not in SCOPES:
            raise UnknownNameError("scope", self.scope, SCOPES)


# From fragments: 40 new scaffolds looked at in a batch, and 15 molecules measured for theirs before any is followed.
FROM_FRAGMENTS = SearchSettings(novel=40, initial_design=15, novelty=True)
# From leads: two batches that map positions, then more single changes of each parent, as nothing else is looked at; no
# changes of what was not measured.
FROM_LEADS = SearchSettings(
    scope="analogues", neighbours=16, crossovers=0, rounds=0, initial_design=12, initial_share=0.3
)
HOPPING = SearchSettings(scope="hop")


def suited(domain: Domain, starts: Sequence[str]) -> SearchSettings:
    """How wide to look: from fragments a search takes values of its own, from a lead it only changes what is there.

    Args:
        domain: within its scope of the starts; see `Domain.within`.
        starts: canonical values.
    """
    bounded = {"analogues": FROM_LEADS, "hop": HOPPING}
    if domain.scope in bounded:
        return bounded[domain.scope]
    return FROM_FRAGMENTS if domain.fragments(starts) else SearchSettings()
