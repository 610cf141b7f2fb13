"""Every ring that can be drawn has a name, and none ends a run."""

from __future__ import annotations

import pytest

from molgrad.chem.ring_names import rings_of


@pytest.mark.parametrize(
    "smiles",
    [
        "CN=c1cc[nH]cc1",  # aromatic by a double bond that is not of the ring
        "CN=c1sccn1C",
        "CN=C1C=CN(C)C=C1",
        "CC1=C2C=CC(=N2)C=C2C=CC(N2)=CC2=NC(=CC3=CC=C1N3)C=C2",  # a porphyrin
        "C[n+]1ccccc1",
        "[cH-]1cccc1",
    ],
)
def test_a_ring_is_named_without_what_it_bears(smiles: str) -> None:
    assert all(named.name for _, named in rings_of(smiles))


@pytest.mark.parametrize(
    ("smiles", "name"),
    [
        ("C1CC2CCC1C2", "bicyclo[2.2.1]heptane"),
        # Five and more of a kind; locants by IUPAC P-31.1.4: heteroatoms low, then the ketones.
        ("O=C1NC(=O)C2(C(=O)NC(=O)NC2=O)C1=O", "2,7,9-triazaspiro[4.5]decane-1,3,4,6,8,10-hexaone"),
        ("C1NN2NNN2N1", "1,2,4,5,6,7-hexaazabicyclo[3.2.0]heptane"),
    ],
)
def test_two_rings_have_a_systematic_name(smiles: str, name: str) -> None:
    assert [named.name for _, named in rings_of(smiles)] == [name]


@pytest.mark.parametrize(
    ("smiles", "name"),
    [
        ("Cn1nc(C)c2nc[nH]c(=O)c21", "pyrazolo[4,3-d]pyrimidin-7-one"),  # sildenafil's
        ("O=c1[nH]cnc2cn[nH]c12", "pyrazolo[4,3-d]pyrimidin-7-one"),
        ("O=c1[nH]c(=O)c2nc[nH]c2[nH]1", "xanthine"),
        ("O=c1[nH]c(=O)c2[nH]cnc2[nH]1", "xanthine"),
        ("O=c1cc[nH]cn1", "pyrimidin-4-one"),
        ("O=c1ccnc[nH]1", "pyrimidin-4-one"),
        ("O=c1nccc[nH]1", "pyrimidin-2-one"),
        ("c1ccc2c(c1)-n1cnnc1CN=C2", "[1,2,4]triazolo[4,3-a][1,4]benzodiazepine"),  # alprazolam's
    ],
)
def test_a_name_does_not_hang_on_where_a_hydrogen_is_drawn(smiles: str, name: str) -> None:
    assert [named.name for _, named in rings_of(smiles)] == [name]


def test_locants_of_a_ring_drawn_as_another_tautomer() -> None:
    ((_, named),) = rings_of("O=c1[nH]cnc2cn[nH]c12")
    assert sorted(next(iter(named.locants)).values()) == ["1", "2", "3", "3a", "4", "5", "6", "7", "7a"]
