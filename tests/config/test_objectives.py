"""Objectives by name, and terms to losses."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.autograd.composite import Sum
from molgrad.config.objectives import OBJECTIVES, build_loss, contacts, objective, objective_terms, suited_objective
from molgrad.config.toml_file import read_run
from molgrad.errors import ConflictingSettingsError, InputFileError, UnknownNameError
from molgrad.molecule.domain import MOLECULES


def test_terms_become_a_weighted_sum() -> None:
    loss = build_loss([{"loss": "qed", "weight": 10}, {"loss": "logp", "low": 1, "high": 3}])
    assert isinstance(loss, Sum)
    assert [(weight, part.name) for weight, part in loss.terms] == [(10.0, "qed"), (1.0, "logp")]
    assert loss.terms[1][1].spec()["high"] == 3


def test_a_terms_own_argument_wins_over_the_shared_one() -> None:
    loss = build_loss([{"loss": "logp", "high": 3}], {"logp": {"low": 2, "high": 9}})
    assert isinstance(loss, Sum)
    assert (loss.terms[0][1].spec()["low"], loss.terms[0][1].spec()["high"]) == (2, 3)


def test_the_default_objective_is_the_one_of_the_readme() -> None:
    assert [(t["weight"], t["loss"]) for t in objective_terms("default")] == [
        (1.0, "docking"), (10.0, "qed"), (1.0, "alerts"), (1.0, "synthesizability"),
    ]  # fmt: skip
    with pytest.raises(UnknownNameError, match="did you mean default"):
        objective_terms("defalt")


def test_changing_what_objective_gave_does_not_change_the_preset() -> None:
    objective_terms("default")[0]["weight"] = 7.0
    assert OBJECTIVES["default"][0]["weight"] == 1.0


@pytest.mark.parametrize(
    ("terms", "said"),
    [([{"loss": "qde"}], "did you mean qed"), ([{}], "no loss"), ([{"loss": "logp", "hihg": 4}], "hihg"),
     ([{"loss": "qed", "weight": "ten"}], "the term 'qed': a weight is a number, not 'ten'"),
     ([{"loss": "qed", "weight": "10"}], "a weight is a number, not '10'"),
     ([{"loss": "qed", "weight": float("nan")}], "finite")],
)  # fmt: skip
def test_a_wrong_term_is_named(terms: list[dict[str, object]], said: str) -> None:
    with pytest.raises((UnknownNameError, InputFileError), match=said):
        build_loss(terms)


def test_a_term_of_its_own_may_set_how_hard_it_docks() -> None:
    shared = {"docking": {"receptor": "1ia1", "effort": None, "exhaustiveness": None}}
    (term,) = build_loss([{"loss": "docking", "exhaustiveness": 3}], shared).spec()["terms"]
    assert "exhaustiveness 3" in str(term)
    with pytest.raises(ConflictingSettingsError, match="not both"):
        build_loss([{"loss": "docking", "exhaustiveness": 3}], {"docking": {"receptor": "1ia1", "effort": "fast"}})
    with pytest.raises(InputFileError, match=r"'docking' does not take {'poses': 0}: poses is a whole number"):
        build_loss([{"loss": "docking", "poses": 0}], shared)


def test_a_contact_by_key_or_as_a_term(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text('contact = "A:GLU30"\n[[term]]\nloss = "contact"\nresidue = "A:ILE9"\nkind = "any"\nweight = 2\n')
    settings = read_run(file)
    loss = build_loss([*settings["term"], *contacts(settings["contact"])])
    assert isinstance(loss, Sum)
    specs = [{"weight": w, **part.spec()} for w, part in loss.terms]
    assert specs == [
        {"weight": 2.0, "loss": "contact", "residue": "A:ILE9", "kind": "any"},
        {"weight": 5.0, "loss": "contact", "residue": "A:GLU30", "kind": "hbond"},
    ]
    file.write_text("contact = [30]\n")
    with pytest.raises(InputFileError, match="contact must be residues in quotes"):
        read_run(file)


def test_the_objective_of_a_lead_counts_affinity_whole_and_stays_near() -> None:
    shared = {"docking": {"receptor": "1ia1"}, "similarity": {"reference": "CCO"}}
    loss = build_loss(objective_terms("lead"), shared)
    assert isinstance(loss, Sum)
    terms = {part.name: (weight, part.spec()) for weight, part in loss.terms}
    assert terms["docking"][0] == 1.0
    assert "size_residual" not in terms  # which ranked nothing in measured series
    assert terms["similarity"][1]["reference"] == "CCO"


def test_a_preset_objective_is_a_loss_in_python() -> None:
    loss = objective("lead", "1ia1", lead="CCO", effort="fast")
    shared = {"docking": {"receptor": "1ia1", "effort": "fast"}, "similarity": {"reference": "CCO"}}
    assert loss.spec() == build_loss(objective_terms("lead"), shared).spec()
    assert "similarity" not in str(objective("dockstring", "1ia1").spec())
    with pytest.raises(InputFileError, match="give lead=SMILES"):
        objective("lead", "1ia1")
    with pytest.raises(UnknownNameError, match="did you mean lead"):
        objective("leed", "1ia1")


def test_leads_have_their_own_objective() -> None:
    lead = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"
    assert suited_objective(MOLECULES.within(None, [lead]), [lead]) == "lead"
    assert suited_objective(MOLECULES.within("free", [lead]), [lead]) == "lead"
    assert suited_objective(MOLECULES.within("hop", [lead]), [lead]) == "default"
    assert suited_objective(MOLECULES.within(None, [lead, "CCO"]), [lead, "CCO"]) == "default"
