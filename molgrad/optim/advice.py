"""Asking about several values at once, where whoever is asked can: a model's answers take seconds each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from molgrad.autograd.advisor import Advisor
from molgrad.autograd.gradient import Gradient, Proposal
from molgrad.autograd.variable import Variable
from molgrad.optim.archive import Record

Asked = tuple[Sequence[Variable], Sequence[Gradient], int]  # parents, the words about them, a seed


class Critic(Protocol):
    """Gives the words about a record."""

    def __call__(self, record: Record, /) -> Gradient:
        """The words."""
        ...


@runtime_checkable
class BatchCritic(Critic, Protocol):
    """A critic that takes several records at once."""

    def all(self, records: Sequence[Record]) -> list[Gradient]:
        """The words about each, in order."""
        ...


@runtime_checkable
class BatchAdvisor(Protocol):
    """An advisor that proposes for several groups of parents at once."""

    def propose_each(self, asked: Sequence[Asked], n: int, *, avoid: Collection[str] = ()) -> list[list[Proposal]]:
        """`propose` for each, in order."""
        ...


def each_critique(critic: Critic, records: Sequence[Record]) -> list[Gradient]:
    """The words about each record, in order."""
    return critic.all(records) if isinstance(critic, BatchCritic) else [critic(record) for record in records]


def each_advice(advisor: Advisor, asked: Sequence[Asked], n: int, avoid: Collection[str]) -> list[list[Proposal]]:
    """At most `n` proposals for each group of parents, in order."""
    if isinstance(advisor, BatchAdvisor):
        return advisor.propose_each(asked, n, avoid=avoid)
    return [advisor.propose(parents, words, n, seed=seed, avoid=avoid) for parents, words, seed in asked]
