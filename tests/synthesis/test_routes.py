"""Routes of drugs from common reagents and from a user's stock; what cannot be made is said."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from rdkit import Chem

import molgrad as mg
from molgrad.synthesis.plan import Plan
from molgrad.synthesis.route import Route
from molgrad.synthesis.routes import planner as made_planner
from molgrad.synthesis.running import judge
from molgrad.synthesis.search import Planner
from molgrad.synthesis.stock import open_stock

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"
DRUGS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "lidocaine": "CCN(CC)CC(=O)Nc1c(C)cccc1C",
    "sorafenib": "CNC(=O)c1cc(Oc2ccc(NC(=O)Nc3ccc(Cl)c(C(F)(F)F)c3)cc2)ccn1",
    "imatinib": IMATINIB,
    "a lead": LEAD,
    "moclobemide": "O=C(NCCN1CCOCC1)c1ccc(Cl)cc1",
    "a chiral amide": "C[C@H](NC(=O)c1ccncc1)c1ccccc1",
    "a Ugi product": "CC(=O)N(c1ccccc1)C(C(=O)NC1CCCCC1)c1ccccc1",
}


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(open_stock(), deadline=30)


def steps(route: Route) -> Iterator[Route]:
    return (made for made in route.made() if made.step)


@pytest.mark.parametrize("name", DRUGS)
def test_a_route_is_executed_forward_to_exactly_its_product(planner: Planner, name: str) -> None:
    plan = planner.plan(DRUGS[name])
    assert plan.solved, plan.why
    assert plan.routes[0].smiles == Chem.CanonSmiles(DRUGS[name])
    for route in plan.routes:
        assert 1 <= route.steps <= 3
        for made in steps(route):
            assert made.step is not None
            verdict = judge(made.step.reaction, [one.smiles for one in made.step.reactants], made.smiles)
            assert verdict.ok
            assert verdict.chance == made.step.chance
        assert all(leaf.offer is not None for leaf in route.leaves())


def test_leaves_carry_the_stocks_identifier_and_price(tmp_path: Path) -> None:
    path = tmp_path / "my_stock.smi"
    path.write_text("Nc1ncccn1 A-1 12.50\nO=C(Cl)c1ccccc1 A-2 3.00\nCc1ccc(N)cc1Br A-3 7.25\n")
    plan = mg.route(LEAD, stock=open_stock(path, common=False))
    assert plan.solved
    assert {(leaf.offer.id, leaf.offer.price) for leaf in plan.routes[0].leaves() if leaf.offer} == {
        ("A-1", 12.5),
        ("A-2", 3.0),
        ("A-3", 7.25),
    }


def test_what_is_not_in_stock_is_said_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "my_stock.smi"
    path.write_text("Nc1ncccn1 A-1\nCc1ccc(C(=O)Cl)cc1 A-2\n")
    plan = mg.route("Cc1ccc(NC(=O)c2ccccc2)cc1", stock=open_stock(path, common=False))
    assert not plan.solved
    assert "is not in stock; nearest: Cc1ccc(C(=O)Cl)cc1 (A-2) of my_stock.smi" in plan.why
    assert any(leaf.offer is None for leaf in plan.routes[0].leaves())


def test_a_molecule_that_no_rule_cuts_is_a_sentence(planner: Planner) -> None:
    plan = planner.plan("C1CC2CCC1CC2")
    assert not plan.solved
    assert plan.routes == ()
    assert "nothing can be cut" in plan.why


def test_what_is_in_stock_needs_no_step(planner: Planner) -> None:
    plan = planner.plan("Nc1ncccn1")
    assert plan.solved
    assert plan.routes[0].steps == 0


def test_a_centre_that_no_reaction_sets_must_be_bought(planner: Planner) -> None:
    chiral = planner.plan("C[C@H](NCc1ccncc1)c1cccc(C)c1")
    assert not chiral.solved
    assert any("does not set the stereocentres" in why for why in chiral.refused)
    assert planner.plan("CC(NCc1ccncc1)c1cccc(C)c1").solved


def test_a_free_amine_is_protected_where_it_would_react(planner: Planner) -> None:
    plan = planner.plan("O=C(NCc1ccccc1)C1CCNCC1")
    assert plan.solved
    assert "Boc removal" in [made.step.reaction.name for made in steps(plan.routes[0]) if made.step]
    assert any("protect it (Boc)" in why for why in plan.refused)


def test_of_an_ion_the_neutral_parent_is_made(planner: Planner) -> None:
    plan = planner.plan("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]")
    assert plan.solved
    assert plan.smiles == "CC(=O)Oc1ccccc1C(=O)O"
    assert any("[Na+]" in note for note in plan.notes)


def test_a_deadline_is_kept() -> None:
    plan = Planner(open_stock(), deadline=0.05).plan(IMATINIB.replace("c2cccnc2", "C2(C)CC2C"))
    assert plan.seconds < 1.5
    assert plan.solved or "within 0.05 s" in plan.why


def test_a_deadline_is_kept_for_a_hundred_atoms() -> None:
    planner = Planner(open_stock(), deadline=0.3)
    planner.plan("CC(=O)Nc1ccccc1")  # tables are read
    plan = planner.plan("CC(=O)" + "NCCNCCC(=O)" * 12 + "O")
    assert plan.seconds < 3.0
    assert "within 0.3 s" in plan.why or plan.in_time


def test_a_search_that_was_cut_short_says_so_and_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    short, made = Planner(open_stock(), deadline=30), Planner._made

    def late(self: Planner, *given: Any, **named: Any) -> Route | None:
        found = made(self, *given, **named)
        if found is not None and named.get("tell"):
            self._end = 0.0  # the time is over once a route is found
        return found

    monkeypatch.setattr(Planner, "_made", late)
    plan = short.plan(LEAD)
    monkeypatch.undo()
    assert plan.solved
    assert not plan.in_time
    again = short.plan(LEAD)
    assert again.in_time
    assert len(again.routes) > len(plan.routes) == 1


def test_threads_share_a_planner_and_it_travels() -> None:
    shared, drugs = Planner(open_stock(), deadline=30), [DRUGS["aspirin"], DRUGS["lidocaine"], LEAD] * 2
    with ThreadPoolExecutor(6) as pool:
        plans = list(pool.map(shared.plan, drugs))
    alone = Planner(open_stock(), deadline=30)
    for plan, drug in zip(plans, drugs, strict=True):
        assert (plan.routes, plan.refused) == (alone.plan(drug).routes, alone.plan(drug).refused)
    assert pickle.loads(pickle.dumps(shared)).plan(LEAD).text == shared.plan(LEAD).text  # noqa: S301 - our own


def test_a_stock_is_read_once_for_all_bounds_and_again_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "s.smi"
    path.write_text("CCO A1\n")
    first = made_planner(path)
    assert made_planner(path, max_steps=1).stock is first.stock
    path.write_text("CCO A2\n")
    os.utime(path, (1, 1))
    assert made_planner(path).stock is not first.stock


def molecules(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node["type"] == "mol":
        yield node
    for child in node.get("children", []):
        yield from molecules(child)


def test_json_has_the_shape_of_aizynthfinder(planner: Planner) -> None:
    record = planner.plan(LEAD).record()
    assert json.loads(json.dumps(record)) == record
    tree = record["trees"][0]
    assert {key: tree[key] for key in ("type", "hide", "smiles", "is_chemical", "in_stock")} == {
        "type": "mol",
        "hide": False,
        "smiles": LEAD,
        "is_chemical": True,
        "in_stock": False,
    }
    reaction = tree["children"][0]
    assert reaction["type"] == "reaction"
    assert reaction["is_reaction"]
    assert reaction["metadata"]["classification"]
    assert reaction["smiles"].startswith(LEAD + ">>")
    leaves = [node for node in molecules(tree) if "children" not in node]
    assert all(leaf["in_stock"] and leaf["stock"]["source"] == "common reagents" for leaf in leaves)
    assert tree["scores"]["number of pre-cursors in stock"] == len(leaves) == record["number_of_precursors"]
    assert (
        len(tree["metadata"]["reaction_smiles"]) == record["number_of_steps"] == tree["scores"]["number of reactions"]
    )


def test_a_picture_shows_each_step_and_its_conditions(planner: Planner) -> None:
    plan: Plan = planner.plan(LEAD)
    drawn = plan.svg()
    assert drawn.startswith("<svg")
    assert drawn.count('<path d="M') >= plan.routes[0].steps
    for made in steps(plan.routes[0]):
        assert made.step is not None
        assert made.step.reaction.name.split()[0] in drawn
