"""Opposite charges beside each other are a salt bridge, and neither buried nor alike."""

from pathlib import Path

import pytest

from molgrad.evaluation import Fact
from molgrad.interactions import PoseEnergies, energy_facts
from molgrad.interactions.salt_bridges import charge_at
from tests.interactions.scenes import Atom, cage, scene

AMMONIUM = ("C[NH+](C)C", [(-1.4, 0.5, 0.0), (0.0, 0.0, 0.0), (0.7, -1.2, 0.4), (0.7, 1.2, 0.4)])
PYRIDINE = ("c1ccncc1", [(-4.2, 0, 0), (-3.5, 1.2, 0), (-2.1, 1.2, 0), (-1.4, 0, 0), (-2.1, -1.2, 0), (-3.5, -1.2, 0)])


def of(kind: str, energies: PoseEnergies) -> list[Fact]:
    return [fact for fact in energy_facts(energies) if fact.kind == kind]


def aspartate(x: float, kind: str = "C") -> list[Atom]:
    """A carboxylate with one oxygen at (x, 0, 0), seen from the origin; or the acid, with a hydrogen on the other."""
    atoms: list[Atom] = [
        ("CB", "ASP", 9, (x + 2.1, -1.3, 0.0), "C"),
        ("CG", "ASP", 9, (x + 1.25, 0.0, 0.0), "C"),
        ("OD1", "ASP", 9, (x, 0.0, 0.0), "OA"),
        ("OD2", "ASP", 9, (x + 1.9, 1.1, 0.0), "OA"),
    ]
    return atoms + ([("HD2", "ASP", 9, (x + 1.4, 1.9, 0.0), "HD")] if kind == "acid" else [])


def test_an_ammonium_turned_away_from_an_aspartate(tmp_path: Path) -> None:
    energies = scene(tmp_path, *AMMONIUM, [*(atom for atom in cage(4.6) if atom[3][0] < 2.5), *aspartate(3.7)])
    (fact,) = of("pose_salt_bridge", energies)
    assert (fact.atoms, fact.partner, fact.value, fact.unit) == ((1,), "A:ASP9", 3.7, "Å")
    assert fact.text == "charged N at atom 1 forms a salt bridge with A:ASP9 at 3.7 Å, which Vina does not count"
    assert not of("pose_buried", energies)
    assert not of("pose_hbond_bent", energies)


@pytest.mark.parametrize("atoms", [aspartate(4.3), aspartate(3.7, "acid")])
def test_too_far_or_without_a_charge(tmp_path: Path, atoms: list[Atom]) -> None:
    assert not of("pose_salt_bridge", scene(tmp_path, *AMMONIUM, atoms))


def test_a_neutral_amine_has_none(tmp_path: Path) -> None:
    assert not of("pose_salt_bridge", scene(tmp_path, "CN(C)C", AMMONIUM[1], aspartate(3.7)))


def test_a_straight_bond_of_charges_is_called_a_salt_bridge(tmp_path: Path) -> None:
    energies = scene(tmp_path, "C[NH3+]", [(-1.5, 0.0, 0.0), (0.0, 0.0, 0.0)], aspartate(2.8))
    (fact,) = of("pose_hbond", energies)
    assert fact.text.startswith("N at atom 1 forms a salt bridge with A:ASP9 at 2.8 Å (")
    assert not of("pose_salt_bridge", energies)


def test_a_carboxylate_beside_a_lysine(tmp_path: Path) -> None:
    lysine: list[Atom] = [("CE", "LYS", 5, (4.9, 0.0, 0.0), "C"), ("NZ", "LYS", 5, (3.4, 0.0, 0.0), "N")]
    lysine += [("HZ", "LYS", 5, (3.1, y, z), "HD") for y, z in ((0.9, 0.0), (-0.5, 0.8), (-0.5, -0.8))]
    energies = scene(tmp_path, "CC(=O)[O-]", [(-2.7, 0, 0), (-1.2, 0, 0), (-0.6, 1.1, 0), (0, 0, 0)], lysine)
    assert "salt bridge" in "".join(fact.text for fact in energy_facts(energies))
    assert charge_at(energies.pocket, 1) == 1


def test_an_azine_that_faces_a_carboxylate_may_hold_a_proton(tmp_path: Path) -> None:
    (fact,) = of("pose_like_polar", scene(tmp_path, *PYRIDINE, aspartate(1.5)))
    assert "two acceptors unless a proton lies between them (as in the cation)" in fact.text
