"""The penalty for what cannot be made, and runs that propose only what can."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path

import pytest

import molgrad as mg
from molgrad.evaluation import Status
from molgrad.synthesis.search import Planner

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
CAGE = "C1CC2CCC1CC2"


def test_the_penalty_goes_from_what_is_bought_to_what_nothing_cuts() -> None:
    bought, made, near, never = mg.Route().evaluate(["CCO", LEAD, LEAD.replace("Cc1", "CCCC1(F)CC1c1"), CAGE])
    assert bought.score == 0.0
    assert made.score is not None
    assert near.score is not None
    assert 0.0 < made.score < 0.5 < near.score < never.score == 1.0  # type: ignore[operator]
    assert made.details["route"].startswith("acylation by an acid chloride; Buchwald")
    assert made.details["reactions"][-1].endswith(">>" + LEAD)
    assert near.facts[0].kind == "not_in_stock"
    assert "nothing can be cut" in never.text
    assert json.loads(json.dumps(made.to_json())) == made.to_json()


def test_a_search_that_ran_out_of_time_is_no_number() -> None:
    loss = mg.Route()
    loss._planner = Planner(mg.open_stock(), deadline=0.0)
    (late,) = loss.evaluate([LEAD])
    assert late.status is Status.FAILED
    assert late.score is None
    assert "within 0 s" in late.reason


def test_it_travels_and_ranks_nothing_hurriedly(tmp_path: Path) -> None:
    (tmp_path / "s.smi").write_text("CCO A1\n")
    loss = mg.Route(str(tmp_path / "s.smi"), max_steps=2)
    copy = pickle.loads(pickle.dumps(loss))  # noqa: S301 - our own
    assert copy.spec() == loss.spec()
    assert copy.evaluate(["CCO"]) == loss.evaluate(["CCO"])
    assert loss.exact(["CCO"], quick=True)[0].status is Status.PENDING


def test_a_domain_that_asks_for_routes_refuses_what_has_none() -> None:
    domain = mg.MoleculeDomain("parse", require_route=True)
    assert domain.validate(LEAD) == ()
    (why,) = domain.validate(CAGE)
    assert "nothing can be cut" in why
    assert domain.plausible(CAGE)  # asked of hundreds, so without the search
    assert domain.spec()["routes"]
    assert "routes" not in mg.MoleculeDomain("parse").spec()


@pytest.mark.slow  # some two hundred routes are looked for
def test_a_run_that_asks_for_routes_tells_one_of_every_proposal(tmp_path: Path) -> None:
    settings = mg.RunSettings(
        start=LEAD, term=({"loss": "qed"},), require_route=True, out=str(tmp_path), docks=4, seed=3
    )
    mg.run(settings)
    rows = list(csv.DictReader((tmp_path / "molecules.csv").open()))
    assert len(rows) >= 4
    assert all(row["route"] for row in rows if row["parent"])
    planner = Planner(mg.open_stock(), deadline=20)
    assert all(planner.plan(row["smiles"]).solved for row in rows if row["parent"])
