"""Every registered loss, and losses made of losses, under the shipped suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from molgrad import registry
from molgrad.autograd.composite import Function, Max, Sum
from molgrad.autograd.loss import Loss
from molgrad.losses.docking import Docking
from molgrad.receptors.receptor import Box, Receptor
from molgrad.testing.loss import TRIMETHOPRIM, LossSuite, RegisteredLosses
from tests.loss_fakes import Beside, FakeAdvisor, FakeDocker, PosingDocker
from tests.predictors import COUNTING, counting_service, python

NOWHERE = Receptor("nowhere", Path(__file__), Box((0, 0, 0), (20, 20, 20)), "made up")  # its file is only hashed
ARGUMENTS: dict[str, Callable[[type[Loss]], Loss]] = {
    "docking": lambda cls: cls(NOWHERE, docker=FakeDocker()),  # type: ignore[call-arg]
    "contact": lambda cls: Beside(Docking("1ia1", docker=PosingDocker()), cls("B:GLU32", "any")),  # type: ignore[call-arg]
    "lead_contacts": lambda cls: Beside(Docking("1ia1", docker=PosingDocker()), cls()),
    "size_residual": lambda cls: Beside(Docking(NOWHERE, docker=FakeDocker()), cls()),
    "similarity": lambda cls: cls(TRIMETHOPRIM, at_least=0.5),  # type: ignore[call-arg]
    "command": lambda cls: cls(python(COUNTING), timeout=30),  # type: ignore[call-arg]
    "http": lambda cls: cls(counting_service().url, timeout=30),  # type: ignore[call-arg]
    "text": lambda cls: cls("Judge {it}.", engine=FakeAdvisor()),  # type: ignore[call-arg]
}
COMPOSED: dict[str, Callable[[], Loss]] = {
    "function": lambda: Function(len),
    "sum": lambda: 2 * make("qed") + make("docking") + make("assay"),
    "max": lambda: Max(make("qed"), 0.5 * make("alerts")),
    "empty sum": lambda: Sum([(0.0, make("logp"))]),
}


def make(name: str) -> Loss:
    cls = registry.load("losses", name)
    return ARGUMENTS.get(name, lambda c: c())(cls)


class TestRegisteredLosses(RegisteredLosses):
    arguments: ClassVar[Mapping[str, Callable[[type[Loss]], Loss]]] = ARGUMENTS

    def test_its_scale_is_told(self, loss: Loss) -> None:
        super().test_its_scale_is_told(getattr(loss, "derived", loss))


def test_all_built_in_losses_are_registered() -> None:
    ours = {"docking", "qed", "logp", "weight", "tpsa", "rotatable_bonds", "alerts", "synthesizability", "similarity"}
    assert ours | {"text", "assay", "contact", "route", "size_residual", "lead_contacts", "command", "http"} <= set(
        registry.names("losses")
    )


@pytest.mark.parametrize("name", sorted(set(registry.names("losses")) - {"assay"}))  # an assay is named by the user
def test_registered_under_its_own_name(name: str) -> None:
    assert make(name).name == name


@pytest.mark.parametrize("name", COMPOSED)
def test_composites_keep_order_and_json(name: str) -> None:
    class Composed(LossSuite):
        def make(self) -> Loss:
            return COMPOSED[name]()

    suite = Composed()
    suite.test_as_many_results_in_the_same_order(suite.make())
    suite.test_json_and_back(suite.make())
    suite.test_the_same_twice(suite.make())
    suite.test_spec_is_json_and_the_same_for_equal_settings(suite.make())


class Wrong(Loss):
    """Measures in another order than asked, with a word too few."""

    name = "wrong"

    def evaluate(self, values: object, contexts: object = None) -> list[object]:  # type: ignore[override]
        return super().evaluate(sorted(values))  # type: ignore[call-overload, no-any-return]

    def _evaluate(self, value: str, context: object) -> object:  # type: ignore[override]
        return Function(len).evaluate([value])[0]


def test_the_suite_finds_a_loss_that_breaks_the_contract() -> None:
    class Suite(LossSuite):
        def make(self) -> Loss:
            return Wrong()

    with pytest.raises(AssertionError):
        Suite().test_as_many_results_in_the_same_order(Wrong())
    with pytest.raises(AssertionError):
        Suite().test_an_unsound_value_is_a_result_with_a_reason_and_costs_the_others_nothing(Wrong())
    with pytest.raises(AssertionError):
        Suite().test_its_scale_is_told(Wrong())
