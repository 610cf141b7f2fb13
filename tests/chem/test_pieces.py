"""What one molecule has in place of another, worked out by hand."""

import pytest

from molgrad.chem.pieces import difference, pieces


def test_a_molecule_falls_apart_at_its_rings() -> None:
    assert pieces("N#Cc1ccc(CNC(=O)C2CC2)cn1") == ("C#N", "C1CC1", "CNC=O", "c1ccncc1")
    assert pieces("CC(C)O") == ("CC(C)O",)
    assert pieces("C[C@H](F)c1ccccc1") == ("CCF", "c1ccccc1")  # without stereo
    assert pieces("Cn1cccc1") == ("C", "c1cc[nH]c1")


@pytest.mark.parametrize(
    ("parent", "child", "said"),
    [
        ("Cc1ccccc1", "Cc1ccncc1", "c1ccncc1 in place of c1ccccc1"),
        ("c1ccccc1", "Fc1ccccc1", "F added"),
        ("Cc1ccccc1F", "Cc1ccccc1", "without F"),
        ("Cc1ccccc1O", "Cc1cccc(O)c1", "the same pieces, joined otherwise"),
        ("c1ccccc1", "Fc1c(Cl)c(Br)c(I)c(C)c1O", "Br, C, Cl, F and 2 more added"),
    ],
)
def test_the_difference_names_what_came_and_what_went(parent: str, child: str, said: str) -> None:
    assert difference(parent, child) == said
