"""One request for a whole batch: a critique of each parent, proposals from any of the table, at most one repair."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.advisors.model import prompts
from molgrad.advisors.model.maker import ModelMaker
from molgrad.advisors.model.model import DETAILED, ModelAdvisor
from molgrad.autograd.advisor import ProposalRequest, Subject
from molgrad.autograd.gradient import Gradient
from molgrad.autograd.variable import Variable
from molgrad.errors import ConflictingSettingsError
from molgrad.molecule.domain import MOLECULES
from tests.advisors.scripted import competent
from tests.advisors.test_model import Echo
from tests.advisors.test_model_edits import DOCKED, LEAD
from tests.advisors.test_model_standing import BEST, CHLORO, FLUORO, STANDING
from tests.campaign.scripted_chemist import Hidden
from tests.loopback import Loopback

NOTHING = "The model said nothing of this molecule."
ONE, TWO = "COc1ccc(Cc2cnc(N)nc2N)cc1OC", "COc1cc(Cc2cnc(N)nc2N)cc(C)c1OC"


def about(*values: str) -> list[Subject]:
    return [Subject(Variable(v, role_description="ligand", domain=MOLECULES), [DOCKED], None, STANDING) for v in values]


def said(critiques: Any, *proposals: dict[str, Any]) -> str:
    ranked = [{"rank": i, "hypothesis": "h", "expected": -0.1, **one} for i, one in enumerate(proposals, 1)]
    return json.dumps({"critiques": critiques, "proposals": ranked})


def heard(answer: Sequence[str], *values: str) -> tuple[list[Gradient], Echo]:
    model = Echo(*answer)
    return ModelAdvisor(model, prompts="batch", chemist=False).critiques(about(*values)), model


def test_one_answer_becomes_the_gradient_of_each_parent() -> None:
    critiques = [{"parent": "m0002", "critique": "too heavy"}, {"parent": "m0001", "critique": "greasy"}]
    proposals = (
        {"parent": "m0002", "edit": "replace", "atoms": [0, 1], "group": "fluoro"}, {"parent": "m0001", "smiles": ONE},
        {"parent": "m0003", "smiles": TWO}, {"parent": "m0099", "smiles": FLUORO},
    )  # fmt: skip
    (first, second), model = heard([said(critiques, *proposals)], LEAD, BEST)
    assert (first.text.splitlines()[0], second.text) == ("greasy", "too heavy")
    assert [(p.value, p.parent, p.rank) for p in first.proposals] == [(ONE, LEAD, 2), (TWO, CHLORO, 3)]
    assert [(p.parent, p.rank, p.expected) for p in second.proposals] == [(BEST, 1, -0.1)]
    assert f"{FLUORO}: there is no such parent: m0099" in first.text
    assert len(model.asked) == 1
    text = model.said(0)
    assert all(
        f"<{name}>" in text for name in ("smiles_m0001", "smiles_m0002", "measurements_m0002", "measured_molecules")
    )
    assert [text.count(f"<{name}>") for name in ("constraints", "search", "cost_of_groups", "role")] == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("critiques", "words"),
    [
        ({"m0001": "greasy"}, ["greasy", NOTHING]),
        ([{"parent": 2, "critique": "x"}], [NOTHING, "x"]),
        (
            [{"parent": BEST, "critique": "x"}, 7, {"parent": "m0001"}],
            [NOTHING, "x"],
        ),
        ("all are greasy", [NOTHING] * 2),
        (None, [NOTHING] * 2),
    ],
)
def test_critiques_in_any_form_or_none_lose_no_proposal(critiques: Any, words: list[str]) -> None:
    gradients, _ = heard([said(critiques, {"parent": "m0001", "smiles": ONE})], LEAD, BEST)
    assert [g.text.splitlines()[0] for g in gradients] == words
    assert [p.value for p in gradients[0].proposals] == [ONE]


def test_an_answer_that_cannot_be_read_is_asked_for_once_more_and_told_to_each() -> None:
    gradients, model = heard(["hm", "still nothing"], LEAD, BEST)
    assert len(model.asked) == 2
    assert all("could not be read, twice" in g.text for g in gradients)


def test_refused_proposals_cost_one_more_call_whatever_the_number_of_parents() -> None:
    answer = said([], {"parent": "m0001", "smiles": "C1CC"}, {"parent": "m0002", "smiles": "c1cc"})
    gradients, model = heard([answer, said([], {"parent": "m0002", "smiles": ONE})], LEAD, BEST)
    assert len(model.asked) == 2
    assert "<measured_molecules>" in model.said(1)
    assert [p.value for p in gradients[1].proposals] == [ONE]


def test_what_is_beyond_the_details_is_left_to_the_chemist() -> None:
    values = [value for value, _ in MOLECULES.neighbours(LEAD, 1, DETAILED + 2)]
    model = Echo(said({"m0001": "words"}))
    gradients = ModelAdvisor(model, prompts="batch").critiques(about(*values))
    assert [g.source for g in gradients] == ["model:echo (one prompt a batch)"] * DETAILED + ["chemist"] * 2


def test_further_proposals_for_several_parents_are_one_request() -> None:
    model = Echo(
        json.dumps(
            {"critique": "", "proposals": [{"smiles": ONE, "parent": "m0001"}, {"smiles": TWO, "parent": "m0002"}]}
        )
    )
    asked = [
        ProposalRequest([one.variable], [Gradient("w", evaluation=DOCKED)], 1, STANDING) for one in about(LEAD, BEST)
    ]
    found = ModelAdvisor(model, prompts="batch", chemist=False).propose(asked, 4)
    assert [[p.value for p in of] for of in found] == [[ONE], [TWO]]
    assert len(model.asked) == 1


def test_texts_are_asked_about_one_by_one() -> None:
    model = Echo(*[json.dumps({"critique": "vague", "proposals": [{"value": "Be brief.", "reason": "r"}]})] * 2)
    texts = [Subject(Variable(v, role_description="prompt"), [DOCKED]) for v in ("Answer.", "Answer now.")]
    found = ModelAdvisor(model, prompts="batch", workers=1).critiques(texts)
    assert [g.text for g in found] == ["vague", "vague"]
    assert len(model.asked) == 2


def test_the_form_is_one_of_two_and_excludes_three_calls() -> None:
    with pytest.raises(ValueError, match='"parent" or "batch"'):
        ModelAdvisor(Echo(), prompts="all")  # type: ignore[arg-type]
    with pytest.raises(ConflictingSettingsError, match="prompts=batch"):
        ModelAdvisor(Echo(), prompts="batch", calls_per_step="three")


def test_the_example_of_an_answer_about_a_batch_fits_its_schema() -> None:
    _, model = heard([said({"m0001": "words"})], LEAD, BEST)
    example = json.loads(model.said(0).rpartition("one JSON object only: ")[2])
    schema = prompts.answer_schema(molecule=True, batch=True)
    assert list(example) == schema["required"]
    assert list(example["proposals"][0]) == schema["properties"]["proposals"]["items"]["required"]


def test_a_step_of_six_molecules_asks_once(tmp_path: Path) -> None:
    with Loopback(competent) as server:
        engine = ModelMaker(server.spec(), cache=False, prompts="batch")
        loss = Hidden() + 10 * mg.QED()
        with mg.Campaign(tmp_path / "run", start=[LEAD], loss=loss, engine=engine, batch=6, seed=3) as run:
            run.run(13)
    assert len(run.archive().records) == 13
    assert 2 <= len(server.requests) <= 4, "the lead, then two batches of six: one request each, and a repair at most"
