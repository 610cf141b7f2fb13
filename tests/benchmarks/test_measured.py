"""The table of measured pKa values holds together, and states are compared fairly."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

if not (Path(__file__).parents[2] / "benchmarks").is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)

from benchmarks.measured import Measured, is_right, read_measured, signature
from molgrad.chem.states import state_given

TABLE = list(read_measured())
PH, NEAR = 7.4, 0.3


def charge(smiles: str) -> int:
    return Chem.GetFormalCharge(Chem.MolFromSmiles(smiles))


def faults(one: Measured) -> str:
    """What of a row's states does not follow from its values."""
    values = [(float(text[:-1].strip("<>")), text[-1]) for text in one.pka]
    protons = sum(kind == "b" and value > PH for value, kind in values)
    lost = sum(kind == "a" and value < PH for value, kind in values)
    charges = {charge(state) for state in one.states}
    near = min(abs(value - PH) for value, _ in values) <= NEAR + 1e-9
    if charge(one.smiles) + protons - lost not in charges or (len(charges) > 1) != near:
        return "charge"
    return "" if one.kind == ("multi" if len(values) > 1 else "single") else "kind"


def test_the_states_have_the_charge_that_the_values_give() -> None:
    assert {one.name: faults(one) for one in TABLE if faults(one)} == {}


def test_the_states_are_the_molecule_but_for_protons() -> None:
    for one in TABLE:
        for state in one.states:
            state_given(one.smiles, state)  # raises for another skeleton
            assert is_right(state, one)


def test_no_molecule_stands_twice() -> None:
    assert len({one.name for one in TABLE}) == len(TABLE)
    assert len({Chem.CanonSmiles(one.smiles) for one in TABLE}) == len(TABLE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Cc1nn[n-]n1", "Cc1nnn[n-]1", True),
        ("CC(=O)[N-]S(C)(=O)=O", "CC([O-])=NS(C)(=O)=O", True),
        ("CN(C)C(=[NH2+])NC(N)=N", "CN(C)C(=N)NC(N)=[NH2+]", True),
        ("O=P([O-])(O)CP(=O)([O-])[O-]", "[O-]P(=O)([O-])CP(=O)([O-])O", True),
        ("Nc1cc[nH+]cc1", "[NH3+]c1ccncc1", False),
        ("Nc1cc[nH+]cc1", "Nc1ccncc1", False),
        ("C[NH+]1CCNCC1", "CN1CC[NH2+]CC1", False),
        ("NS(=O)(=O)c1ccc(C(=O)[O-])cc1", "[NH-]S(=O)(=O)c1ccc(C(=O)O)cc1", False),
        ("[NH3+]CC(=O)[O-]", "NCC(=O)O", False),
        ("CC[N+](=O)[O-]", "CC[N+](=O)O", False),
    ],
)
def test_the_place_of_a_charge_matters_between_groups_alone(one: str, other: str, same: bool) -> None:
    assert (signature(one) == signature(other)) is same


def test_what_is_no_molecule_is_not_right() -> None:
    assert not is_right("not a molecule", TABLE[0])
