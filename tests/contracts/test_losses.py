"""Every registered loss under the contract; a new one is found by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from molgrad import registry
from molgrad.autograd.composite import Function, Max, Sum
from molgrad.autograd.loss import Loss
from molgrad.losses.docking import Docking
from molgrad.receptors.receptor import Box, Receptor
from tests.contracts.loss_contract import TRIMETHOPRIM, LossContract
from tests.loss_fakes import Beside, FakeAdvisor, FakeDocker, PosingDocker

NOWHERE = Receptor("nowhere", Path(__file__), Box((0, 0, 0), (20, 20, 20)), "made up")  # its file is only hashed

# Losses that need arguments; whatever is not here is made without any.
ARGUMENTS: dict[str, Callable[[Callable[..., Loss]], Loss]] = {
    "docking": lambda cls: cls(NOWHERE, docker=FakeDocker()),
    "contact": lambda cls: Beside(Docking("1ia1", docker=PosingDocker()), cls("B:GLU32", "any")),
    "size_residual": lambda cls: Beside(Docking(NOWHERE, docker=FakeDocker()), cls()),
    "similarity": lambda cls: cls(TRIMETHOPRIM, at_least=0.5),
    "text": lambda cls: cls("Judge {it}.", engine=FakeAdvisor()),
}
COMPOSED: dict[str, Callable[[], Loss]] = {
    "function": lambda: Function(len),
    "sum": lambda: 2 * make("qed") + make("docking") + make("assay"),
    "max": lambda: Max(make("qed"), 0.5 * make("alerts")),
    "empty sum": lambda: Sum([(0.0, make("logp"))]),
}


def make(name: str) -> Loss:
    if name in COMPOSED:
        return COMPOSED[name]()
    cls = registry.load("losses", name)
    return ARGUMENTS.get(name, lambda c: c())(cls)


@pytest.mark.parametrize("name", registry.names("losses"))
class TestRegisteredLosses(LossContract):
    @pytest.fixture
    def loss(self, name: str) -> Loss:
        return make(name)

    @pytest.fixture
    def twin(self, name: str) -> Loss:
        return make(name)


def test_all_built_in_losses_are_registered() -> None:
    ours = {"docking", "qed", "logp", "weight", "tpsa", "rotatable_bonds", "alerts", "synthesizability", "similarity"}
    assert ours | {"text", "assay", "contact", "size_residual"} <= set(registry.names("losses"))


@pytest.mark.parametrize("name", registry.names("losses"))
def test_registered_under_its_own_name_with_scale_and_source_told(name: str) -> None:
    cls = registry.load("losses", name)
    assert issubclass(cls, Loss)
    assert cls.__doc__
    assert "Scale" in cls.__doc__
    if name != "assay":  # named by the user
        assert make(name).name == name


@pytest.mark.parametrize("name", COMPOSED)
def test_composites_keep_order_and_json(name: str) -> None:
    contract = LossContract()
    contract.test_as_many_results_in_the_same_order(make(name))
    contract.test_json_and_back(make(name))
    contract.test_the_same_twice(make(name), make(name))
    contract.test_spec_is_json_and_the_same_for_equal_settings(make(name), make(name))
