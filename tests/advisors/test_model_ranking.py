"""Ranked answers: the order and the expectation are kept; what is odd of them is told, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from molgrad.advisors.model import prompts
from molgrad.advisors.model.model import ModelAdvisor
from molgrad.advisors.model.parser import read_answer
from molgrad.autograd.gradient import Gradient
from tests.advisors.test_model import Echo
from tests.advisors.test_model_edits import DOCKED, LEAD, lead

ONE = "COc1ccc(Cc2cnc(N)nc2N)cc1OC"
TWO = "COc1cc(Cc2cnc(N)nc2N)cc(Cl)c1OC"
THREE = "COc1cc(Cc2cnc(N)nc2N)cc(F)c1OC"


def said(*proposals: dict[str, Any]) -> str:
    blank = {"smiles": "", "edit": "", "atoms": [], "group": "", "hypothesis": "because", "expected": -0.2}
    return json.dumps({"critique": "The methoxy groups.", "proposals": [{**blank, **one} for one in proposals]})


def heard(*proposals: dict[str, Any]) -> Gradient:
    return ModelAdvisor(Echo(said(*proposals), said())).critique(lead(), [DOCKED])


def test_ranks_decide_the_order_and_stay_with_the_proposals() -> None:
    gradient = heard(
        {"rank": 3, "smiles": ONE}, {"rank": 1, "edit": "replace", "atoms": [0, 1], "group": "chloro", "expected": -1},
        {"rank": 2, "smiles": THREE, "expected": 0.3, "hypothesis": "fluorine there"},
    )  # fmt: skip
    told = [(p.value, p.rank, p.expected, p.reason) for p in gradient.proposals]
    assert told == [(TWO, 1, -1.0, "because"), (THREE, 2, 0.3, "fluorine there"), (ONE, 3, -0.2, "because")]
    assert gradient.text == "The methoxy groups."
    assert Gradient.from_json(gradient.to_json()).proposals == gradient.proposals


def test_places_are_counted_among_what_may_be_measured() -> None:
    gradient = heard({"rank": 1, "smiles": "C1CC"}, {"rank": 2, "smiles": ONE}, {"rank": 3, "smiles": ONE})
    assert [(p.value, p.rank) for p in gradient.proposals] == [(ONE, 1)]
    assert "- C1CC: " in gradient.text
    assert f"- {ONE}: proposed twice; the first counts." in gradient.text


@pytest.mark.parametrize(
    ("ranks", "order", "note"),
    [
        ((None, None, None), (ONE, TWO, THREE), "Nothing was ranked: the order of the list counts."),
        ((2, 1, 1), (TWO, THREE, ONE), "Rank 1 was given 2 times: the first of the list goes first."),
        ((None, 2, "1"), (THREE, TWO, ONE), "1 of 3 proposals without a rank: they come last"),
        (("best", 2, 1), (THREE, TWO, ONE), f'{ONE}: the rank "best" is no whole number from 1 on'),
        ((0, 1.5, 1), (THREE, ONE, TWO), 'the rank "1.5" is no whole number from 1 on'),
        ((True, 2, 10**400), (TWO, ONE, THREE), 'the rank "True" is no whole number'),
    ],
)
def test_odd_ranks_are_told_and_nothing_is_lost(ranks: tuple[Any, ...], order: tuple[str, ...], note: str) -> None:
    gradient = heard(*({"smiles": s, "rank": r} for s, r in zip((ONE, TWO, THREE), ranks, strict=True)))
    assert tuple(p.value for p in gradient.proposals) == order
    assert [p.rank for p in gradient.proposals] == [1, 2, 3]
    assert note in gradient.text


@pytest.mark.parametrize(
    ("written", "meant", "note"),
    [
        ("+5", 5.0, ""),
        ("-0.4 kcal/mol", -0.4, ""),
        ("\u22120.4", -0.4, ""),
        ({"total": -0.3}, -0.3, ""),
        (None, None, ""),
        ("", None, ""),
        ("a lot", None, 'the expectation "a lot" is no number, so none is noted'),
        (float("nan"), None, 'the expectation "nan" is no number'),
        (float("-inf"), None, "is no number"),
        (True, None, "is no number"),
        (-500, None, "an expected change of -500 beside a total of -7.02 is not credible"),
        (10**400, None, "is no number"),
        ("1e999", None, "is no number"),
    ],
)
def test_odd_expectations_are_told_and_the_proposal_stays(written: Any, meant: float | None, note: str) -> None:
    gradient = heard({"rank": 1, "smiles": ONE, "expected": written})
    assert [(p.value, p.expected) for p in gradient.proposals] == [(ONE, meant)]
    assert note in gradient.text
    assert ("How the answer was read:" in gradient.text) == bool(note)


def test_the_form_of_before_is_read_still() -> None:
    edits = [{"edit": "replace", "atoms": [0, 1], "group": "chloro", "reason": "r"}]
    old = json.dumps({"critique": "c", "edits": edits, "smiles": [{"smiles": ONE, "reason": "s"}]})
    gradient = ModelAdvisor(Echo(old)).critique(lead(), [DOCKED])
    told = [(p.value, p.rank, p.expected, p.reason) for p in gradient.proposals]
    assert told == [(TWO, 1, None, "r"), (ONE, 2, None, "s")]


def test_the_example_of_the_prompt_is_an_answer_of_the_schema() -> None:
    model = Echo(said({"rank": 1, "smiles": ONE}))
    ModelAdvisor(model).critique(lead(), [DOCKED])
    example = model.said(0).rpartition("one JSON object only: ")[2]
    schema = prompts.answer_schema(molecule=True)
    assert set(json.loads(example)) == set(schema["required"])
    for one in json.loads(example)["proposals"]:
        assert list(one) == schema["properties"]["proposals"]["items"]["required"]
    assert [p.rank for p in read_answer(example, single_line=True).proposals] == [1, 2]
    assert LEAD in model.said(0)
