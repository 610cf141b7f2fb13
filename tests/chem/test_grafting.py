"""Edits by kind, atoms and group: what they make, and why they make nothing."""

from __future__ import annotations

import pytest

from molgrad.autograd.gradient import Edit
from molgrad.chem.grafting import GROUPS, GraftError, graft, read_group
from molgrad.molecule.domain import MOLECULES

LEAD = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


@pytest.mark.parametrize(
    ("smiles", "kind", "atoms", "group", "product"),
    [
        (LEAD, "grow", [3], "cyano", "COc1cc(Cc2cnc(N)nc2N)c(C#N)c(OC)c1OC"),
        (LEAD, "grow", [10], "C(C)=O", "COc1cc(Cc2cnc(NC(C)=O)nc2N)cc(OC)c1OC"),
        (LEAD, "replace", [0, 1], "F", "COc1cc(Cc2cnc(N)nc2N)cc(F)c1OC"),
        (LEAD, "replace", [3], "nitrogen", "COc1cc(Cc2cnc(N)nc2N)nc(OC)c1OC"),
        (LEAD, "replace", [5], "oxygen", "COc1cc(Oc2cnc(N)nc2N)cc(OC)c1OC"),
        (LEAD, "remove", [0, 1], "", "COc1ccc(Cc2cnc(N)nc2N)cc1OC"),
        ("Cn1ccnc1", "remove", [0], "", "c1c[nH]cn1"),
        ("c1c[nH]cn1", "grow", [2], "methyl", "Cn1ccnc1"),
        ("C[C@H](N)C(=O)O", "remove", [0], "", "NCC(=O)O"),
        ("CC(=O)c1ccccc1", "replace", [1], "S", "C[S@@](=O)c1ccccc1"),
    ],
)
def test_an_edit_makes_what_it_says(smiles: str, kind: str, atoms: list[int], group: str, product: str) -> None:
    assert graft(smiles, kind, atoms, group) == [product]


@pytest.mark.parametrize(
    ("kind", "atoms", "group", "why"),
    [
        ("grow", [2], "F", "no hydrogen"),
        ("grow", [99], "F", "from 0 to 20"),
        ("grow", [], "F", "from 0 to 20"),
        ("remove", [5], "", "falls apart"),
        ("remove", list(range(21)), "", "whole molecule"),
        ("replace", [4, 5], "C", "hang at 3 places"),
        ("replace", [1], "Cl", "Cl cannot hang at 2 places; name all the atoms"),
        ("replace", [0, 1], "../../etc/passwd", "neither a name"),
        ("replace", [0, 1], "C" * 5000, "neither a name"),
        ("replace", [0, 1], "*", "neither a name"),
        ("explode", [0], "F", "no such edit"),
    ],
)
def test_what_cannot_be_made_is_told(kind: str, atoms: list[int], group: str, why: str) -> None:
    with pytest.raises(GraftError, match=why):
        graft(LEAD, kind, atoms, group)


def test_every_named_group_can_be_put_on() -> None:
    for name in GROUPS:
        assert read_group(name).GetNumAtoms() > 0
        assert graft("c1ccccc1", "grow", [0], name), name


def test_the_domain_executes_it_and_says_why_not() -> None:
    good = Edit("replace", {"group": "fluoro", "atoms": [0, 1]})
    assert MOLECULES.apply(LEAD, good) == ["COc1cc(Cc2cnc(N)nc2N)cc(F)c1OC"]
    assert MOLECULES.refusal(LEAD, good) == ""
    for payload, why in (
        ({"group": "vinyl", "atoms": [10]}, "it gives"),
        ({"transform": "nope"}, "no transformation"),
        ({"transform": "ch_to_n", "atoms": [7]}, "applies at atoms 2, 3, 4, 14, 15 only"),
        ({"transform": "nitrile_to_tetrazole"}, "nowhere|no transformation"),
        ({}, "names no rule"),
    ):
        edit = Edit("grow", payload)
        if not MOLECULES.apply(LEAD, edit):
            assert any(part in MOLECULES.refusal(LEAD, edit) for part in why.split("|"))
