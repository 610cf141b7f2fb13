"""Parts to keep and a least similarity: exact for every source of proposals."""

from __future__ import annotations

import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import AllChem

from molgrad.errors import InputFileError
from molgrad.molecule.domain import MOLECULES, MoleculeDomain

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
HEAD = "Nc1nccc(N)n1"


def independent_similarity(first: str, second: str) -> float:
    bits = [AllChem.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(s), 2, nBits=2048) for s in (first, second)]
    return float(DataStructs.TanimotoSimilarity(*bits))


@pytest.mark.parametrize("seed", [0, 1])
def test_neighbours_and_crossovers_hold_what_must_stay(seed: int) -> None:
    domain = MoleculeDomain(keep=[HEAD], similar_to=[LEAD], min_similarity=0.5)
    made = [value for value, _ in domain.neighbours(LEAD, seed, 20)]
    made += domain.crossover(LEAD, "Nc1ncc(CCc2ccccc2)c(N)n1", seed, 20)
    assert len(made) >= 10
    head = Chem.MolFromSmarts(HEAD)
    assert all(Chem.MolFromSmiles(value).HasSubstructMatch(head) for value in made)
    assert all(independent_similarity(value, LEAD) >= 0.5 for value in made)


def test_without_bounds_some_would_break_them() -> None:
    head = Chem.MolFromSmarts(HEAD)
    made = [value for value, _ in MOLECULES.neighbours(LEAD, 0, 60)]
    assert any(not Chem.MolFromSmiles(value).HasSubstructMatch(head) for value in made)


def test_reasons_say_what_is_missing() -> None:
    domain = MoleculeDomain(keep=[HEAD], similar_to=[LEAD], min_similarity=0.5)
    assert domain.validate(LEAD) == ()
    said = " ".join(domain.validate("CCOc1ccccc1C"))
    assert f"the part {HEAD} that must be kept is not there" in said
    assert "at least 0.5 is asked" in said


def test_the_nearest_of_several_counts() -> None:
    domain = MoleculeDomain(similar_to=["c1ccc2[nH]ccc2c1", LEAD], min_similarity=0.9)
    assert domain.validate(LEAD) == ()


def test_the_spec_tells_bounds_and_is_as_before_without() -> None:
    assert MOLECULES.spec() == {"name": "molecule", "preset": "druglike"}
    assert MoleculeDomain(keep=[HEAD]).spec()["keep"] == [HEAD]


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"keep": ["c1cc"]}, "no SMARTS"), ({"keep": [""]}, "no SMARTS"),
     ({"keep": ["N c1ccccc1"]}, "blanks"), ({"min_similarity": 0.3}, "similar to"),
     ({"similar_to": [LEAD], "min_similarity": 1.3}, "between 0 and 1")],
)  # fmt: skip
def test_bounds_that_make_no_sense(settings: dict[str, object], said: str) -> None:
    with pytest.raises(InputFileError, match=said):
        MoleculeDomain(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["keep", "similar_to"])
def test_a_text_in_place_of_a_list_is_not_read_letter_by_letter(name: str) -> None:
    with pytest.raises(TypeError, match=rf"{name} is a list: {name}=\['CCO'\]"):
        MoleculeDomain(**{name: "CCO"})  # type: ignore[arg-type]


def test_a_hydrogen_that_is_asked_for_is_one_that_the_atom_has() -> None:
    domain = MoleculeDomain(keep=["[H]Nc1ccccc1"])
    assert domain.validate("CNc1ccccc1") == ()
    assert "must be kept" in domain.validate("CN(C)c1ccccc1")[0]
