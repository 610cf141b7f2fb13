"""Candidates: several parameters as one value, each checked by its own domain."""

from __future__ import annotations

import json

import pytest

import molgrad as mg
from molgrad.autograd.gradient import Edit
from molgrad.programs.candidates import CandidateDomain, named_parameters


@pytest.fixture(scope="module")
def domain() -> CandidateDomain:
    prompt = mg.Variable("Answer.", role_description="prompt")
    return CandidateDomain(
        {"prompt": prompt, "ligand": mg.Molecule("CCO"), "code": mg.Variable("", role_description="c")}
    )


def candidate(**parts: str) -> str:
    return json.dumps({"prompt": "Answer.", "ligand": "CCO", "code": "", **parts})


def test_each_part_is_spelled_by_its_own_domain_and_the_order_is_the_programs(domain: CandidateDomain) -> None:
    given = json.dumps({"code": "x = 1 ", "ligand": "OCCC", "prompt": " Be brief. "})
    assert domain.parts(domain.canonical(given)) == {"prompt": "Be brief.", "ligand": "CCCO", "code": "x = 1"}
    assert list(json.loads(domain.canonical(given))) == ["prompt", "ligand", "code"]
    assert domain.identity(candidate(ligand="CCCO")) == domain.identity(domain.canonical(candidate(ligand="OCCC")))


def test_reasons_and_errors_name_the_parameter(domain: CandidateDomain) -> None:
    with pytest.raises(ValueError, match=r"^ligand: "):
        domain.canonical(candidate(ligand="C(C"))
    assert domain.validate(candidate(prompt="")) == ("prompt: the text is empty",)
    assert domain.validate(candidate(ligand="CCOOC"))[0].startswith("ligand: ")
    assert domain.validate('{"prompt": "x"}')[0].startswith(
        "a candidate gives a value for each of prompt, ligand, code"
    )
    assert domain.validate(candidate(code=3))
    assert domain.validate("[1]")
    assert domain.validate("no json")


def test_what_the_program_began_with_is_sound_whatever_its_domain_says(domain: CandidateDomain) -> None:
    assert domain.validate(domain.start) == ()
    assert domain.canonical(domain.start) == domain.start


def test_mixtures_take_parts_of_both(domain: CandidateDomain) -> None:
    first, second = candidate(prompt="a", ligand="CCN"), candidate(prompt="b", ligand="CCC", code="c")
    mixed = domain.crossover(first, second, 1, 10)
    assert len(mixed) == len(set(mixed)) == 6
    assert mixed == domain.crossover(first, second, 1, 10) != domain.crossover(first, second, 2, 10)
    assert all(domain.parts(one)["prompt"] in "ab" for one in mixed)
    assert domain.combined(domain.start, candidate(prompt="a"), candidate(code="c")) == [
        candidate(prompt="a", code="c")
    ]
    assert domain.combined(domain.start, candidate(prompt="a"), candidate(prompt="c")) == []


def test_a_molecule_among_texts_has_neighbours_and_takes_edits(domain: CandidateDomain) -> None:
    found = domain.neighbours(domain.start, 3, 5)
    assert len(found) == 5
    assert all(domain.changed(domain.start, value) == ("ligand",) for value, _ in found)
    value, edit = found[0]
    assert value in domain.apply(domain.start, edit)
    assert domain.apply(domain.start, Edit("replace", {"parameter": "prompt", "old": "A", "new": "B"})) == [
        candidate(prompt="Bnswer.")
    ]
    assert domain.apply(domain.start, Edit("replace", {"old": "A", "new": "B"})) == []


def test_differences_and_properties_are_told_by_parameter(domain: CandidateDomain) -> None:
    told = domain.difference(domain.start, candidate(prompt="Be brief.", ligand="CCN"))
    assert told.startswith("prompt rewritten; ligand")
    assert domain.step(domain.start, candidate(prompt="x", code="y")).places == 2
    assert {"prompt.words", "code.words"} <= set(domain.describe(domain.start))
    one, other = domain.features(candidate(code="Answer.")), domain.features(domain.start)
    assert one.counts != other.counts


class _Two(mg.Module):
    def __init__(self) -> None:
        self.first = mg.Variable("a", role_description="role")
        self.second = mg.Variable("b", role_description="role")
        self.frozen = mg.Variable("c", role_description="role", requires_grad=False)

    def forward(self, x: mg.Variable) -> mg.Variable:
        return x


def test_parameters_are_named_by_their_path_or_their_role() -> None:
    two = _Two()
    assert named_parameters(two, None) == {"first": two.first, "second": two.second}
    assert named_parameters(two, [two.second]) == {"second": two.second}
    alone = [mg.Variable(x, role_description="prompt") for x in "ab"]
    assert list(named_parameters(lambda x: x, alone).values()) == alone
    assert len(named_parameters(lambda x: x, alone)) == 2
    with pytest.raises(TypeError, match="give parameters="):
        named_parameters(lambda x: x, None)
    with pytest.raises(ValueError, match="nothing to improve"):
        named_parameters(two, [two.frozen])
    with pytest.raises(TypeError, match="list of variables"):
        named_parameters(two, two.first)  # type: ignore[arg-type]


def test_parts_are_joined_as_they_are_spelled_and_refused_with_their_name(domain: CandidateDomain) -> None:
    assert domain.joined({"code": "", "ligand": "OCC", "prompt": "Answer."}) == domain.start
    with pytest.raises(ValueError, match="ligand"):
        domain.joined({"code": "", "ligand": "C(", "prompt": "Answer."})
    with pytest.raises(ValueError, match="for each of prompt, ligand, code"):
        domain.joined({"prompt": "x"})
