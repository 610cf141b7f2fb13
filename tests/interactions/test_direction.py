"""Where bonds of a pose lead: in a bowl of atoms made by hand, and in crystal and docked poses of DHFR (1IA1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from molgrad.interactions import PoseEnergies, energy_facts, per_atom_energies
from molgrad.interactions.atoms import Floats
from molgrad.interactions.direction import direction, way_out
from molgrad.interactions.geometry import angle
from molgrad.interactions.growth import growth_vectors, leads
from molgrad.receptors import Receptor
from tests.interactions.scenes import STORED, Atom, cage, scene

ETHANE: tuple[str, list[tuple[float, float, float]]] = ("CC", [(-0.75, 0.0, 0.0), (0.75, 0.0, 0.0)])
BOWL: list[Atom] = [atom for atom in cage(6.0, 80) if atom[3][2] < 2.0]  # open above


def unit(*way: float) -> Floats:
    return np.array(way) / np.linalg.norm(way)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (unit(0, 0, 1), "towards the solvent past A:ALA1"),
        (unit(0, 0, -1), "into the back of the pocket beside A:ALA1"),
        (unit(1, 0, 0), "along the pocket beside A:ALA1"),
    ],
)
def test_up_down_and_sideways_in_a_bowl(tmp_path: Path, way: Floats, words: str) -> None:
    energies = scene(tmp_path, *ETHANE, BOWL)
    assert angle(way_out(energies), np.zeros(3), unit(0, 0, 1)) < 10.0
    assert direction(energies, 2.0 * way, way, "A:ALA1") == words


def test_a_pocket_closed_all_round_has_no_way_out_and_no_back(tmp_path: Path) -> None:
    energies = scene(tmp_path, *ETHANE, cage(6.0, 120))
    assert not way_out(energies).any()
    assert direction(energies, unit(0, 0, -1), unit(0, 0, -1), "A:ALA1") == "along the pocket beside A:ALA1"


def test_far_from_the_receptor_everything_is_solvent(tmp_path: Path) -> None:
    energies = scene(tmp_path, *ETHANE, [("CB", "ALA", 1, (0.0, 0.0, -40.0), "C")])
    assert direction(energies, unit(0, 0, 1), unit(0, 0, 1), "A:ALA1").startswith("towards the solvent")


def led(energies: PoseEnergies) -> dict[int, set[str]]:
    """Of each atom, where its growth vectors lead, free or not."""
    found: dict[int, set[str]] = {}
    for vector in growth_vectors(energies):
        found.setdefault(vector.atom, set()).add(leads(energies, vector))
    return found


def test_the_crystal_ligand_of_dhfr_as_chemists_know_it(receptor: Receptor) -> None:
    """The diaminopyrimidine lies deep, at Glu32 and Ile9; nothing of the amines points out of the pocket."""
    native = Chem.AddHs(Chem.MolFromMolFile(str(receptor.ligand)), addCoords=True)
    energies = per_atom_energies(Chem.MolToMolBlock(native), receptor.pdbqt)
    (amine,) = native.GetSubstructMatch(Chem.MolFromSmarts("[NH2]c1ncnc2c1cccc2"))[:1]
    nitrogens = [atom.GetIdx() for atom in native.GetAtoms() if atom.GetSymbol() == "N"]
    phenyl = native.GetSubstructMatch(Chem.MolFromSmarts("S-[cR1]1[cH][cH][cH][cH][cH]1"))[1:]
    outwards = energies.ligand.points @ way_out(energies)
    assert outwards[list(phenyl)].min() > outwards[nitrogens].max() + 1.0
    places = led(energies)
    assert "into the back of the pocket beside B:ILE9" in places[amine]
    amines = [i for i in nitrogens if native.GetAtomWithIdx(i).GetTotalNumHs(True) == 2]
    assert len(amines) == 2
    assert not [words for atom in amines for words in places[atom] if "solvent" in words]


def test_the_methoxy_groups_of_trimethoprim_lead_to_the_solvent(receptor: Receptor) -> None:
    energies = per_atom_energies(STORED[0]["pose"], receptor.pdbqt)
    places = led(energies)
    assert {"towards the solvent past B:LEU69"} <= places[17]
    assert "towards the solvent past B:ILE62" in places[20]
    assert not [words for atom in (5, 10, 13) for words in places[atom] if "solvent" in words]  # CH2 and both amines
    told = [fact.text for fact in energy_facts(energies) if fact.kind == "pose_growth"]
    assert told == [
        "growth vector at C at atom 17: more than 6 Å free towards the solvent past B:LEU69, "
        "a carbon there is worth -0.25 kcal/mol"
    ]
