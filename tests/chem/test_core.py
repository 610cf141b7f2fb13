"""The core of a series, and the changes of two analogues in one."""

from __future__ import annotations

import pytest
from rdkit import Chem

from molgrad.chem.combination import combined
from molgrad.chem.core import cores, holds, missing
from molgrad.chem.matched_pair import change
from molgrad.chem.varied import fixed_part, read_positions
from molgrad.errors import InputFileError

LEAD = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1"


def kept(smiles: str, starts: list[str]) -> bool:
    return holds(smiles, [Chem.MolFromSmarts(one) for one in cores(starts)])


@pytest.mark.parametrize(("smiles", "keeps"), [
    ("c1ccc(NC(=O)c2ccncc2)cc1Nc1nccc(C)n1", True),  # substituents and the nitrogen walk
    ("Cc1ccc(N(C)C(=O)c2ccc3ccccc3c2)cc1Nc1ncccn1", True),  # N-methyl, a fused ring
    ("Cc1ccc(NS(=O)(=O)c2ccccc2)cc1Nc1ncccn1", False),  # another linker
    ("Cc1ccc(C(=O)Nc2ccccc2)cc1Nc1ncccn1", False),  # the amide turned round
    ("Cc1ccc(NC(=O)c2ccccc2)cc1Nc1ccccn1", False),  # a hinge binder's nitrogen less
    ("Cc1ccc(NC(=O)c2ccsc2)cc1Nc1ncccn1", False),  # another ring
])  # fmt: skip
def test_a_core_is_rings_and_linkers_with_their_heteroatoms(smiles: str, keeps: bool) -> None:
    assert kept(smiles, [LEAD]) is keeps


def test_several_starts_have_the_core_that_all_share() -> None:
    larger = "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1nccc(-c2cccnc2)n1"
    assert len(cores([LEAD, larger])) == 1
    assert kept(LEAD, [LEAD, larger])
    assert kept(larger, [LEAD, larger])


def test_starts_of_several_series_keep_each_their_own() -> None:
    other = "CC(C)N1CCC(Oc2ccc(C#N)cc2)CC1"
    assert len(cores([LEAD, other])) == 2
    assert kept("CCN1CCC(Oc2ccc(C#N)nc2)CC1", [LEAD, other])
    assert cores(["CCCCO"]) == ()


def test_what_is_missing_of_a_core_is_named() -> None:
    assert missing(LEAD, Chem.MolFromSmarts("c1ccc(F)cc1")) == "F"


def test_two_changes_are_one_from_either_child() -> None:
    first, second = LEAD.replace("c2ccccc2", "c2ccc(F)cc2"), "Cc1ccc(NC(=O)c2ccccc2)cc1Nc1nccc(N)n1"
    (both,) = combined(LEAD, first, second)
    assert both == Chem.CanonSmiles("Cc1ccc(NC(=O)c2ccc(F)cc2)cc1Nc1nccc(N)n1")
    assert change(first, both).places == change(second, both).places == 1


def test_an_exchanged_ring_atom_and_a_new_group_go_together() -> None:
    (both,) = combined(LEAD, "Cc1ccc(NC(=O)c2ccncc2)cc1Nc1ncccn1", "CCc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1")
    assert both == Chem.CanonSmiles("CCc1ccc(NC(=O)c2ccncc2)cc1Nc1ncccn1")


def test_changes_at_one_position_do_not_go_together() -> None:
    methyl, chloro = (LEAD.replace("c2ccccc2", f"c2ccc({group})cc2") for group in ("C", "Cl"))
    assert combined(LEAD, methyl, chloro) == []


@pytest.mark.parametrize(("text", "atoms", "changed", "allowed"), [
    ("R1=atoms 0", (0,), "OCc1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1", True),
    ("R1=atoms 0", (0,), "c1ccc(NC(=O)c2ccccc2)cc1Nc1ncccn1", True),
    ("R1=atoms 0", (0,), "Cc1ccc(NC(=O)c2ccccc2F)cc1Nc1ncccn1", False),
    ("tail=atoms 8-13", tuple(range(8, 14)), "Cc1ccc(NC(=O)c2ccsc2)cc1Nc1ncccn1", True),
    ("atoms 3,4", (3, 4), "Cc1cc(F)c(NC(=O)c2ccccc2)cc1Nc1ncccn1", True),
    ("atoms 3,4", (3, 4), "Cc1cnc(NC(=O)c2ccccc2)cc1Nc1ncccn1", True),
    ("atoms 3,4", (3, 4), "Cc1cc(F)c(NC(=O)c2ccccc2)cc1Nc1ncccc1", False),
])  # fmt: skip
def test_only_named_positions_vary(text: str, atoms: tuple[int, ...], changed: str, allowed: bool) -> None:
    assert read_positions(text, LEAD)[1] == atoms
    fixed = Chem.MolFromSmarts(fixed_part(LEAD, atoms))
    assert Chem.MolFromSmiles(LEAD).HasSubstructMatch(fixed)
    assert Chem.MolFromSmiles(changed).HasSubstructMatch(fixed) is allowed


@pytest.mark.parametrize(("text", "said"), [
    ("3,4", "write 'R1=atoms 3,4'"),
    ("R1=atoms 40", "R1: there is no atom 40; .* has atoms 0 to 22"),
    ("R1=atoms ,", "R1: no atom is named"),
    ("R2=atoms 3-", "R2: '3-' is no number of an atom"),
])  # fmt: skip
def test_positions_that_are_none_are_refused(text: str, said: str) -> None:
    with pytest.raises(InputFileError, match=said):
        read_positions(text, LEAD)
