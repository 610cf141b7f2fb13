"""Every kind of value of ours under the shipped suite."""

from __future__ import annotations

import pytest

from molgrad.autograd.domain import Domain
from molgrad.autograd.text_domain import TextDomain
from molgrad.molecule.domain import MoleculeDomain
from molgrad.programs.demos import DemosDomain
from molgrad.testing.domain import DomainSuite
from tests.fakes import Letters


class TestText(DomainSuite):
    values = ("Answer in digits.", "Be brief: {x}")
    unsound = ("", " \n", "x" * 300_000)

    def make(self) -> Domain:
        return TextDomain()


class TestDemos(DomainSuite):
    values = ("Question: 1 + 1?\nAnswer: 2", "Question: a\n  b\nAnswer: c\n\nQuestion: d\nAnswer: e")
    unsound = ("text", "Question: a", "\n\n".join(["Question: a\nAnswer: b"] * 4))

    def make(self) -> Domain:
        return DemosDomain(3)


class TestLetters(DomainSuite):
    values = ("ab", "cab")
    unsound = ("", "xyz", "a" * 12)

    def make(self) -> Domain:
        return Letters()


class TestMolecules(DomainSuite):
    values = ("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "CC(=O)Nc1ccc(O)cc1")
    unsound = ("", "C1CC", "[Na+].[Cl-]", "C[N+](=O)[O-].C1")

    def make(self) -> Domain:
        return MoleculeDomain()


class Unsteady(Letters):
    """A domain whose neighbours are not the same for a seed."""

    turns = 0

    def neighbours(self, value: str, seed: int, n: int):  # type: ignore[no-untyped-def]
        Unsteady.turns += 1
        return super().neighbours(value, seed + Unsteady.turns, n)


def test_the_suite_finds_a_domain_that_breaks_the_contract() -> None:
    suite = TestLetters()
    with pytest.raises(AssertionError):
        suite.test_neighbours_are_one_change_away_and_the_same_for_a_seed(Unsteady())
