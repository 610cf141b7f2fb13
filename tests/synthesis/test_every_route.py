"""Every route that is found for many molecules, run forward step by step, gives exactly its product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from rdkit import Chem, rdBase

import molgrad as mg
from molgrad.synthesis.reactions import Reaction
from molgrad.synthesis.route import Route
from molgrad.synthesis.running import judge
from molgrad.synthesis.search import Planner
from tests.chem.drugs import DRUGS

FEW = 40  # drugs of the default run, the smallest
LEADS = ("imatinib", "sorafenib", "paracetamol", "celecoxib")
SKELETON = 14  # characters of an InChIKey


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(mg.open_stock(), deadline=20.0)


def test_the_routes_of_forty_drugs(planner: Planner) -> None:
    assert _checked(planner, sorted(DRUGS.values(), key=len)[:FEW]) >= FEW // 4


@pytest.mark.slow  # two hundred molecules
def test_the_routes_of_all_drugs_and_of_a_hundred_analogues(planner: Planner) -> None:
    analogues = [one.smiles for name in LEADS for one in mg.exchange_partners(DRUGS[name], n=100 // len(LEADS))]
    assert _checked(planner, [*DRUGS.values(), *analogues]) >= len(analogues) // 2


def _checked(planner: Planner, molecules: Sequence[str]) -> int:
    """How many have a route, once every step of every route is run."""
    solved = 0
    for smiles in molecules:
        plan = planner.plan(smiles)
        solved += plan.solved
        for route in plan.routes:
            assert route.smiles == plan.smiles
            for made in route.made():
                _runs(made)
        for leaf in plan.routes[0].leaves() if plan.solved else ():
            assert planner.stock.find(leaf.smiles) == leaf.offer
    return solved


def _runs(made: Route) -> None:
    assert made.step is not None
    reactants = [one.smiles for one in made.step.reactants]
    assert judge(made.step.reaction, reactants, made.smiles).ok
    # Once more by RDKit alone, without what molgrad adds for stereo and tautomers.
    skeletons = {_key(product) for product in _products(made.step.reaction, reactants)}
    assert made.step.reaction.tautomers or _key(Chem.MolFromSmiles(made.smiles)) in skeletons, made.step.reaction.name


def _products(reaction: Reaction, reactants: Sequence[str]) -> Iterator[Chem.Mol]:
    for template in reaction.forward:
        outcomes = template.RunReactants(tuple(map(Chem.MolFromSmiles, reactants)))
        for (product,) in outcomes:
            with rdBase.BlockLogs():
                sound = Chem.MolFromSmiles(Chem.MolToSmiles(product))
            if sound is not None:
                yield sound
        if outcomes:
            return


def _key(mol: Chem.Mol) -> str:
    with rdBase.BlockLogs():
        return str(Chem.MolToInchiKey(mol))[:SKELETON]
