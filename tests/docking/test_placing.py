"""Starts inside the pocket: grids against Vina's own energies, and poses against what a search finds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from molgrad.docking.ligand import Ligand, placed, prepare_ligand
from molgrad.docking.placing import Grids, _far_pairs, _Field, _moves, _twisted, atom_types, place
from molgrad.docking.request import ReceptorContent
from molgrad.docking.searching import Search, SearchError
from molgrad.docking.vina import Vina
from molgrad.receptors.receptor import load_receptor

DIAMINOPYRIMIDINE = "Cc1nc(N)nc(N)c1-c1ccccc1"  # one bond turns; lies deep in the pocket of DHFR


@pytest.fixture(scope="module")
def engine() -> Vina:
    vina = Vina()
    vina.prepare(ReceptorContent.of(load_receptor("1ia1")))
    return vina


@pytest.fixture(scope="module")
def ligand() -> Ligand:
    return prepare_ligand(DIAMINOPYRIMIDINE, seed=1)


def grids_of(engine: Vina, ligand: Ligand) -> tuple[Grids, list[str]]:
    types = atom_types(ligand.mol, ligand.kinds)
    engine._read_grids(ligand, types)
    assert engine._grids is not None
    return engine._grids, types


def test_grids_give_what_vina_says_of_a_pose(engine: Vina, ligand: Ligand) -> None:
    found = engine.search(Search(ligand, 1, 50_000, 1, 1))
    grids, types = grids_of(engine, ligand)
    assert set(types) <= set(grids.values), "every atom has the grid of its own type"
    pose = placed(ligand, found.poses[0])
    engine._vina.set_ligand_from_string(pose.pdbqt)
    between = engine._vina.score()[1]  # ligand and receptor, exact; between grid points a minimum is cut off
    heavy = found.poses[0].GetConformer().GetPositions()[: len(types)]
    given = _Field.of(grids, types).energy(heavy[None])[0]
    assert given == pytest.approx(between, rel=0.08)
    untyped = _Field.of(grids, ["C_P"] * len(types)).energy(heavy[None])[0]
    assert untyped > given + 0.5, "what hydrogen bonds and greasy contacts give is in the grids"


def test_a_rigid_molecule_is_laid_where_a_search_finds_it(engine: Vina, ligand: Ligand) -> None:
    searched = engine.search(Search(ligand, 4, 150_000, 1, 1)).affinities[0]
    first, second = engine.place(ligand, 2, 3), engine.place(ligand, 3, 3)  # `standard` lays it twice
    assert min(first.affinities[0], second.affinities[0]) <= searched + 0.3
    assert first.affinities == engine.place(ligand, 2, 3).affinities, "the same for a seed"
    assert len(first.poses) == 3


def test_poses_are_apart_and_inside_the_box(engine: Vina, ligand: Ligand) -> None:
    grids, types = grids_of(engine, ligand)
    found = place(grids, ligand.mol, types, ligand.turns, 3, 4)
    assert len(found) == 4
    heavy = len(types)
    for i, one in enumerate(found):
        for other in found[:i]:
            assert np.sqrt(((one[:heavy] - other[:heavy]) ** 2).sum(axis=1).mean()) > 1.0


def test_a_box_without_a_cavity_says_so(engine: Vina, ligand: Ligand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Grids, "cavities", lambda self: np.zeros((0, 3), np.int64))
    with pytest.raises(SearchError, match="no cavity"):
        engine.place(ligand, 1, 1)


def test_a_turned_bond_keeps_every_bond_length() -> None:
    butane = Chem.AddHs(prepare_ligand("CCCC", seed=1).mol)
    (move,) = list(_moves(butane, [(1, 2)]))
    places = np.array([butane.GetConformer().GetPositions()] * 3)
    turned = _twisted(places, *move, np.array([0.0, 1.0, np.pi]))
    assert np.allclose(turned[0], places[0])
    for bond in butane.GetBonds():
        ends = [bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()]
        lengths = np.linalg.norm(turned[:, ends[0]] - turned[:, ends[1]], axis=1)
        assert np.allclose(lengths, lengths[0])
    assert _far_pairs(butane, 4)[0].size == 0, "the ends of butane are three bonds apart"


def test_maps_are_read_with_their_place_in_space() -> None:
    head = "GRID_PARAMETER_FILE x\nGRID_DATA_FILE x\nMACROMOLECULE x\nSPACING 0.5\nNELEMENTS 2 2 4\nCENTER 1 2 3\n"
    values = np.arange(3 * 3 * 5, dtype=float)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "receptor.C_H.map").write_text(head + "\n".join(map(str, values)) + "\n")
        grids = Grids.read(Path(folder))
    assert grids.values["C_H"].shape == (5, 3, 3)
    assert grids.origin.tolist() == [0.5, 1.5, 2.0]
    assert grids.values["C_H"][0, 0, 1] == 1.0, "x runs fastest"
