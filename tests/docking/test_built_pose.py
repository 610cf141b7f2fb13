"""A pose built on a known one: that the core is kept, and when the built pose counts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from rdkit import Chem

from molgrad.docking import DockResult
from molgrad.docking.built_pose import BuiltPose, build_pose
from molgrad.docking.effort import Effort, plain
from molgrad.docking.ligand import mol_block, prepare_ligand
from molgrad.docking.request import DockRequest, DockSettings
from molgrad.docking.result import Provenance
from molgrad.docking.searching import SearchError, dock
from molgrad.docking.seed_poses import seeded_conformers
from molgrad.errors import UnknownNameError
from tests.docking.test_effort import CHILD, LEAD, NEAR, FakeEngine


@cache
def posed(smiles: str) -> str:
    return mol_block(prepare_ligand(smiles, seed=0).mol)


def docked(near: float, *, known: str | None = None, smiles: str = CHILD, mode: str = "lower") -> DockResult:
    """One search that gives -6.0; the built pose gives `near`."""
    settings = DockSettings(NEAR, poses=1, pose_mode=mode)
    request = DockRequest(smiles, settings, parent_pose=known or posed(LEAD))
    return dock(FakeEngine([(-6.0, 0.0)], near), request, Provenance())  # type: ignore[arg-type]  # a fake


@pytest.mark.parametrize(
    ("near", "mode", "counted", "said"),
    [
        (-7.0, "lower", "built", "built on the known pose"),
        (-5.0, "lower", "unseeded", "the known binding mode scores 1.0 kcal/mol worse"),
        (-5.8, "lower", "unseeded", ""),
        (-5.8, "keep", "built", "built on the known pose"),
        (-4.8, "keep", "built", "built on the known pose; another binding mode scores 1.2 kcal/mol better"),
        (-1.0, "keep", "built", "built on the known pose; another binding mode scores 5.0 kcal/mol better"),
        (2.0, "keep", "unseeded", "not built on the known pose: on the known pose it does not fit (2.0 kcal/mol)"),
    ],
)
def test_which_pose_counts_and_what_is_said(near: float, mode: str, counted: str, said: str) -> None:
    outcome = docked(near, mode=mode)
    done = outcome.provenance
    assert (done.counted, done.built, done.unseeded) == (counted, near, -6.0)
    assert outcome.affinity == (near if counted == "built" else -6.0)
    assert outcome.both_scores == {"affinity_built": near, "affinity_unseeded": -6.0}
    assert done.core_atoms == 19 + 2
    assert done.core_moved is not None
    assert done.core_moved < 0.5
    assert outcome.remarks.removeprefix("no change at pH 7.4").removeprefix("; ").endswith(said)
    assert Provenance.from_json(done.to_json()) == done


@pytest.mark.parametrize(
    ("searches", "near", "counted", "affinity", "said"),
    [
        ([(-6.0, 0.0)], -5.0, "held", -6.0, "found by the search in the known binding mode"),
        ([(-6.0, 1.0)], -5.0, "held", -6.0, "found by the search in the known binding mode"),
        ([(-6.0, 2.0)], -5.0, "built", -5.0, "another binding mode scores 1.0 kcal/mol better"),
        ([(-6.0, 0.0)], -6.1, "built", -6.1, "built on the known pose"),
        ([(-7.0, 9.0), (-6.0, 0.0)], -5.0, "held", -6.0, "mode; another binding mode scores 1.0 kcal/mol better"),
        ([(-6.0, 0.0)], 2.0, "held", -6.0, "found by the search in the known binding mode"),
    ],
)
def test_a_search_that_stays_in_the_known_mode_counts_where_it_scores_lower(
    searches: list[tuple[float, float]], near: float, counted: str, affinity: float, said: str
) -> None:
    settings = DockSettings(Effort("near", searches=len(searches), seed_poses=True), poses=1, pose_mode="keep")
    request = DockRequest(CHILD, settings, parent_pose=posed(CHILD))
    outcome = dock(FakeEngine(searches, near), request, Provenance())  # type: ignore[arg-type]  # a fake
    assert (outcome.provenance.counted, outcome.affinity) == (counted, affinity)
    assert outcome.provenance.in_mode == affinity
    assert outcome.remarks.endswith(said)


def test_a_pose_of_another_molecule_is_left_aside_and_said() -> None:
    outcome = docked(-9.0, known=posed("OC(=O)CCCCCCC(=O)O"), smiles=LEAD, mode="keep")
    assert (outcome.affinity, outcome.provenance.counted, outcome.provenance.built) == (-6.0, "unseeded", None)
    assert "shares too little with the molecule of the known pose" in outcome.remarks
    assert seeded_conformers(prepare_ligand(LEAD).mol, "no mol block", 1).seeds == ()


def test_an_effort_without_seeding_takes_no_pose_unless_it_is_to_be_kept() -> None:
    for mode, counted in (("lower", ""), ("keep", "built")):
        request = DockRequest(CHILD, DockSettings(plain(1), poses=1, pose_mode=mode), parent_pose=posed(LEAD))
        outcome = dock(FakeEngine([(-6.0, 0.0)], -9.0), request, Provenance())  # type: ignore[arg-type]  # a fake
        assert outcome.provenance.counted == counted
    with pytest.raises(UnknownNameError, match="pose mode"):
        DockSettings(pose_mode="kept")


def test_the_species_that_can_keep_the_known_pose_goes_first() -> None:
    settings = DockSettings(NEAR, poses=1, pose_mode="keep")
    parent, child = "O=C([C@@H]1C[C@H]1c1ccccc1)Nc1ccncc1", "O=C(C1CC1c1ccc(C)cc1)Nc1ccncc1"
    engine = FakeEngine([(-6.0, 9.0)] * 8, -5.0)
    outcome = dock(engine, DockRequest(child, settings, parent_pose=posed(parent)), Provenance())  # type: ignore[arg-type]
    assert outcome.provenance.counted == "built"
    assert outcome.affinity == -5.0


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        (r"O=C(/C=C\c1ccccc1)Nc1ccccc1", "O=C(/C=C/c1ccccc1)Nc1ccc(F)cc1"),
        ("O=C([C@@H]1CCCN1)NCc1ccccc1", "O=C([C@H]1CCCN1)NCc1ccc(F)cc1"),
    ],
)
def test_a_relative_of_other_stereo_never_makes_the_child_its_isomer(parent: str, child: str) -> None:
    pose, ligand = posed(parent), prepare_ligand(child, seed=0)
    for seed in range(3):
        for one in seeded_conformers(ligand.mol, pose, seed).seeds:
            Chem.AssignStereochemistryFrom3D(one.mol)
            assert Chem.MolToSmiles(Chem.RemoveAllHs(one.mol)) == Chem.CanonSmiles(ligand.docked_smiles)
    same = prepare_ligand(child.replace("F", "Cl"), seed=0)
    assert seeded_conformers(same.mol, mol_block(ligand.mol), 0).seeds, "of the same stereo it does"


def test_what_fails_beside_the_unseeded_search_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("bounds matrix")

    monkeypatch.setattr("molgrad.docking.built_pose.seeded_conformers", broken)
    outcome = docked(-9.0)
    assert (outcome.status, outcome.affinity) == ("ok", -6.0)
    assert "cannot be laid on it" in outcome.provenance.not_built


def test_a_refined_pose_that_left_its_place_is_no_built_pose() -> None:
    def away(shape: Chem.Mol) -> tuple[float, Chem.Mol]:
        shape.GetConformer().SetPositions(shape.GetConformer().GetPositions() + 3.0)
        return -9.0, shape

    mol = prepare_ligand(CHILD, seed=0).mol
    assert "left its place" in build_pose(mol, posed(LEAD), 1, away).why
    assert build_pose(mol, posed(LEAD), 1, lambda shape: None).why == "it leaves the box there"
    assert replace(BuiltPose(-5.0), why="").counts(-6.0, "keep")


def test_what_is_shared_keeps_its_place() -> None:
    parent, child = prepare_ligand(LEAD, seed=3), prepare_ligand(CHILD, seed=4)
    pose = Chem.RemoveAllHs(parent.mol)
    seeds = seeded_conformers(child.mol, mol_block(parent.mol), 1).seeds
    assert 2 <= len(seeds) <= 5
    core = Chem.MolFromSmarts("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1O")
    for one in seeds:
        assert Chem.MolToSmiles(Chem.RemoveAllHs(one.mol)) == child.docked_smiles
        ours, theirs = one.mol.GetConformer().GetPositions(), pose.GetConformer().GetPositions()
        # the two methoxy groups may stand for one another: the better of both readings counts
        best = min(
            float(np.sqrt(((ours[list(a)] - theirs[list(b)]) ** 2).sum(axis=1).mean()))
            for a in one.mol.GetSubstructMatches(core, uniquify=False)
            for b in pose.GetSubstructMatches(core, uniquify=False)
        )
        assert best < (0.5 if one.core is seeds[0].core else 2.0), "a ring turned over is seen from its other side"


def test_a_built_pose_stands_where_every_search_failed() -> None:
    for near, affinity in ((-5.0, -5.0), (3.0, None)):
        request = DockRequest(CHILD, DockSettings(NEAR, poses=1), parent_pose=posed(LEAD))
        engine = FakeEngine([SearchError("impossible affinity 19.9")], near)
        outcome = dock(engine, request, Provenance())  # type: ignore[arg-type]  # a fake
        assert outcome.affinity == affinity
        assert (outcome.provenance.counted == "built") is outcome.ok
