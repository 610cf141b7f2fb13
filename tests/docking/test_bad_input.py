"""Ligands and boxes that cannot be docked as they are: each is said in a sentence, and the batch goes on."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from rdkit import Chem
from rdkit.Geometry import Point3D

from molgrad.docking import Docker
from molgrad.docking.box_fit import cannot_fit, extent, longest_rigid, touches
from molgrad.docking.ligand import prepare_ligand
from molgrad.docking.ligand_remarks import molecule_remarks
from molgrad.docking.rehearsal import rehearse
from molgrad.docking.request import DockSettings
from molgrad.evaluation import Status
from molgrad.receptors import Box, Receptor

ANTHRACENE, PENTACENE = "c1ccc2cc3ccccc3cc2c1", "c1ccc2cc3cc4cc5ccccc5cc4cc3cc2c1"
CYCLOTETRADECANE = "C1CCCCCCCCCCCCC1"
MORPHINE_TURNED = "CN1CC[C@@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5"  # one centre of four


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("C1CCCCc2ccc1cc2", "ring system c1cc2ccc1CCCCC2: it is too strained"),  # a cyclophane
        ("CC1CCC#CC1", "too strained"),
        ("O=C1C[C@H]2C[C@H]1CC2", "turn one centre over (atoms 3, 6)"),  # norbornane fused trans
        ("CN1[C@H]2CC[C@H]1C[C@H](C2)O", "turn one centre over (atoms 2, 5)"),  # a tropane across itself
        (MORPHINE_TURNED, "turn one centre over"),
    ],
)
def test_a_ring_that_cannot_be_built_is_named_in_time(smiles: str, says: str) -> None:
    began = time.process_time()
    (said,) = rehearse([smiles], [None], DockSettings())
    assert said.status is Status.INVALID
    assert says in said.reason
    assert time.process_time() - began < 30  # 6 s at most where it was measured; an embedding without bounds never ends


@pytest.mark.parametrize(
    "smiles",
    [
        "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
        "CC1(C)[C@@H]2CC[C@@]1(C)C(=O)C2",
        "C12C3C4C1C5C2C3C45",
        "C1CCC/C=C/CC1",
        "C1CC2CCC1CC2",
    ],
)
def test_strained_rings_that_exist_are_docked(smiles: str) -> None:
    (said,) = rehearse([smiles], [None], DockSettings())
    assert said.status is Status.OK, said.reason


def test_what_is_held_rigid_is_measured() -> None:
    anthracene, chain = prepare_ligand(ANTHRACENE), prepare_ligand("OCCCCCCCCO")
    assert max(longest_rigid(anthracene.pdbqt)) == pytest.approx(extent(anthracene.mol), abs=0.01)
    assert max(longest_rigid(chain.pdbqt)) < 4.5 < extent(chain.mol)
    assert "Å long, the box only 3.5 Å from corner to corner" in cannot_fit(anthracene, Box((0, 0, 0), (2, 2, 2)))
    assert not cannot_fit(anthracene, Box((0, 0, 0), (6, 6, 6)))
    assert not cannot_fit(chain, Box((0, 0, 0), (4, 4, 4)))


def test_what_cannot_fit_is_not_searched_for(receptor: Receptor) -> None:
    tight = replace(receptor, box=Box(receptor.box.center, (5.0, 5.0, 5.0)))
    with Docker(tight, effort="fast", workers=1, cache=None) as docker:
        long, small = docker.dock([PENTACENE, "CO"])
    assert long.status is Status.INVALID
    assert long.reason.startswith("box: a rigid part of the molecule is 12")
    assert small.ok
    assert "too small for its pose" in small.note


def test_a_dry_run_knows_the_box() -> None:
    box = Box((0.0, 0.0, 0.0), (9.0, 9.0, 9.0))
    long, chain, small = rehearse([PENTACENE + "CCCC" + PENTACENE.replace("1", "9"), "O" + "C" * 16, "CCO"], [None] * 3,
                                  DockSettings(), box)  # fmt: skip
    assert long.status is Status.OK
    assert "the box's longest side 9 Å: it fits only bent or aslant" in long.note
    assert "fits only bent" in chain.note
    assert "box" not in small.note
    (none,) = rehearse([PENTACENE], [None], DockSettings(), Box((0, 0, 0), (4.0, 4.0, 4.0)))
    assert none.status is Status.INVALID


def test_a_pose_held_by_the_faces_of_its_box_is_told_from_a_free_one() -> None:
    pose = Chem.AddHs(Chem.MolFromSmiles("CCCC"))
    conformer = Chem.Conformer(pose.GetNumAtoms())
    for i in range(4):
        conformer.SetAtomPosition(i, Point3D(4.9 if i < 2 else 3.0, 1.5 * i, 0.0))
    pose.AddConformer(conformer)
    said = touches(pose, Box((0.0, 0.0, 0.0), (10.0, 20.0, 20.0)))
    assert said == "the pose touches the box with 2 atoms; enlarge the box by 4 Å along x"
    assert touches(pose, Box((0.0, 0.0, 0.0), (12.0, 20.0, 20.0))) == ""
    assert "with 4 atoms; enlarge the box by 6 Å along x" in touches(pose, Box((0.0, 0.0, 0.0), (6.0, 20.0, 20.0)))


def test_a_macrocycle_is_said_to_be_uncertain(receptor: Receptor, docker: Docker) -> None:
    (found,) = docker.dock([CYCLOTETRADECANE])
    assert "ring of 14 atoms held rigid: 1 ring conformer was docked; its score is uncertain" in found.note
    (before,) = rehearse([CYCLOTETRADECANE], [None], DockSettings())
    assert "ring of 14 atoms held rigid: each search docks one ring conformer" in before.note


@pytest.mark.parametrize("smiles", ["c1ccccc1", "C1CCCCCCC1", "C1=CC2=CC3=CC=C(N3)C=C4C=CC(=N4)C=C5C=CC(=CC1=N2)N5"])
def test_small_and_flat_rings_are_no_macrocycles(smiles: str) -> None:
    assert molecule_remarks(Chem.MolFromSmiles(smiles)) == []


def test_a_chain_of_many_bonds_and_a_single_atom_are_remarked_on() -> None:
    assert "rotatable bonds" in molecule_remarks(Chem.MolFromSmiles("O" + "C" * 26 + "O"))[0]
    assert "too small" in molecule_remarks(Chem.MolFromSmiles("O"))[0]
