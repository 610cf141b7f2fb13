"""Why a proposal is not in a batch, in words that its author can act on."""

from __future__ import annotations

import re

import pytest

from molgrad.autograd.domain import Features
from molgrad.autograd.gradient import Proposal
from molgrad.optim.acquisition import Acquisition
from molgrad.optim.archive import Archive
from molgrad.optim.calibration import Calibration
from molgrad.optim.passing_over import passed_over
from molgrad.optim.record import Record
from molgrad.optim.standing import OTHERS, Account
from tests.fakes import Count, Letters


class Spelled(Letters):
    """Letters compared by how often each occurs; words with the same letters are one thing."""

    def features(self, value: str) -> Features:
        return Features({ord(letter): value.count(letter) for letter in sorted(set(value))})

    def identity(self, value: str) -> str:
        return "".join(sorted(value))


def idea(value: str, rank: int) -> Proposal:
    return Proposal(value, "bcc", by_model=True, rank=rank)


@pytest.fixture
def archive() -> Archive:
    loss, values = Count("b", expensive=True), ("bcc", "cccc")
    records = [Record(Proposal(one), e, 0, one.upper()) for one, e in zip(values, loss.evaluate(values))]  # noqa: B905
    return Archive(records)


def told(archive: Archive, pool: list[Proposal], chosen: list[Proposal], **more: object) -> dict[str, str]:
    acquisition = Acquisition(Count("b", expensive=True), Spelled(), **more)  # type: ignore[arg-type]
    acquisition.identities.add(archive.taken)
    found = passed_over(acquisition, pool, chosen, archive, Calibration(archive))
    return {proposal.value: why for proposal, why in found}


def test_each_reason_in_words(archive: Archive) -> None:
    chosen = [Proposal("aab", "bcc")]
    ideas = [idea("ccb", 1), idea("xyz", 2), idea("aaabb", 3), idea("abbbb", 4)]
    why = told(archive, [*ideas, *chosen], chosen)
    assert list(why) == [one.value for one in ideas]  # in the author's order
    assert why["ccb"] == "the same compound as BCC"
    assert why["xyz"] == "fails: only a, b and c, below 12"
    assert re.fullmatch(r"predicted -\d\.\d\d ± \d\.\d\d, not in the batch", why["abbbb"])
    alike = told(archive, [idea("aab", 1), *chosen], [Proposal("aabb", "bcc")], same=lambda *_: True)
    assert alike["aab"].endswith("too like aabb, which is in the batch")


def test_what_the_scope_forbids_says_so(archive: Archive) -> None:
    why = told(archive, [idea("abbbb", 1)], [], allowed=lambda _: False)
    assert why == {"abbbb": "outside the scope of this run"}


def test_of_the_others_the_best_few_are_told(archive: Archive) -> None:
    others = [Proposal("a" * n + "b" * m, "bcc") for n in range(1, 5) for m in range(1, 5)]
    why = told(archive, others, [])
    assert len(why) == OTHERS
    assert all("predicted" in one for one in why.values())


UNITS = [("docked", 1, "dock"), ("docked", 3, "measurement"), ("measured", 1, "measurement")]


@pytest.mark.parametrize(("unit", "cost", "said"), UNITS)
def test_a_measurement_is_a_dock_where_it_costs_one(unit: str, cost: int, said: str) -> None:
    loss = Count("a", expensive=True)
    loss.unit_of_cost, loss.cost = unit, cost
    assert Account(loss, Letters(), Archive()).standing().unit == said
