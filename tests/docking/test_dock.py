from __future__ import annotations

from concurrent.futures import Future
from itertools import pairwise

import numpy as np
import pytest
from rdkit import Chem

from molgrad.docking import Docker, DockResult, redock
from molgrad.docking.engine import impossible
from molgrad.docking.request import DockRequest, ReceptorContent
from molgrad.docking.searching import Found
from molgrad.docking.vina import Vina
from molgrad.errors import ReceptorError
from molgrad.evaluation import Status
from molgrad.io import read_library
from molgrad.receptors import Box, Receptor

from .conftest import ANILINE, DATA, ETHANOL, PHENOL, vina_scores

BENZYLAMINE_ETHER = "CC(N)COc1ccc(F)cc1"  # an open centre, a charge, three rotatable bonds


@pytest.fixture(scope="module")
def docked(docker: Docker) -> dict[str, DockResult]:
    names = [PHENOL, BENZYLAMINE_ETHER, "CC(=O)Nc1ccc(O)cc1"]
    return dict(zip(names, docker.dock(names), strict=True))


def test_affinity_is_vinas_own_score_of_the_written_pose(docked: dict[str, DockResult], receptor: Receptor) -> None:
    judged = vina_scores(receptor, list(docked.values()))
    assert [result.affinity for result in docked.values()] == pytest.approx(judged, abs=0.05)


def test_poses_have_the_bonds_and_atom_order_of_what_was_docked(docked: dict[str, DockResult]) -> None:
    for result in docked.values():
        assert result.ok
        assert len(result.poses) == len(result.affinities) >= 1
        assert all(first <= second for first, second in pairwise(result.affinities))
        designed, state = Chem.MolFromSmiles(result.smiles), Chem.MolFromSmiles(result.docked_smiles)
        for block in result.poses:
            pose = Chem.MolFromMolBlock(block, removeHs=False)
            assert Chem.MolToSmiles(Chem.RemoveHs(pose)) == Chem.CanonSmiles(result.docked_smiles)
            assert not any(a.GetNumImplicitHs() for a in pose.GetAtoms()), "every hydrogen is written"
            heavy = [a.GetAtomicNum() for a in pose.GetAtoms()][: designed.GetNumAtoms()]
            assert heavy == [a.GetAtomicNum() for a in designed.GetAtoms()]
            bonds = {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in designed.GetBonds()}
            assert all(pose.GetBondBetweenAtoms(*pair) for pair in bonds)
        assert sorted(result.atom_map) == list(range(designed.GetNumAtoms()))
        for atom, place in enumerate(result.atom_map):
            assert state.GetAtomWithIdx(place).GetAtomicNum() == designed.GetAtomWithIdx(atom).GetAtomicNum()


def test_pose_geometry_is_that_of_a_molecule(docked: dict[str, DockResult]) -> None:
    for result in docked.values():
        pose = Chem.MolFromMolBlock(result.poses[0], removeHs=False)
        where = pose.GetConformer().GetPositions()
        for bond in pose.GetBonds():
            length = np.linalg.norm(where[bond.GetBeginAtomIdx()] - where[bond.GetEndAtomIdx()])
            assert 0.85 < length < 1.75, (result.smiles, bond.GetIdx(), length)


def test_open_centre_and_charge_are_pinned_and_said(docked: dict[str, DockResult]) -> None:
    result = docked[BENZYLAMINE_ETHER]
    assert "@" in result.docked_smiles
    assert "[NH3+]" in result.docked_smiles
    assert "@" not in result.smiles
    assert "undefined stereo" in result.note
    assert result.provenance.exhaustiveness == 1
    assert set(result.provenance.versions) >= {"vina", "rdkit", "meeko"}


def test_result_depends_neither_on_order_nor_on_workers(docked: dict[str, DockResult], receptor: Receptor) -> None:
    names = list(reversed(docked))
    with Docker(receptor, exhaustiveness=1, workers=1) as alone:
        assert alone.dock(names) == [docked[name] for name in names]


def test_another_seed_is_another_search(docked: dict[str, DockResult], receptor: Receptor) -> None:
    with Docker(receptor, exhaustiveness=1, seed=1, workers=1) as other:
        (result,) = other.dock([BENZYLAMINE_ETHER])
    assert result.ok
    assert result.poses != docked[BENZYLAMINE_ETHER].poses
    first, second = (one.provenance.species for one in (result, docked[BENZYLAMINE_ETHER]))
    assert [one.smiles for one in first] == [one.smiles for one in second]


def test_rows_keep_order_and_equal_molecules_are_docked_once(docker: Docker) -> None:
    rows = docker.dock([ETHANOL, "nonsense", "OCC", ANILINE, "C(O)C.[Na+].[Cl-]"])
    assert [row.status for row in rows] == [Status.OK, Status.INVALID, Status.OK, Status.OK, Status.OK]
    assert rows[0] is rows[2]
    assert rows[4].affinity == rows[0].affinity
    assert "salt stripped" in rows[4].note
    assert "salt" not in rows[0].note
    assert rows[1].reason


def test_a_state_given_by_the_user_is_docked(docker: Docker) -> None:
    neutral, chosen = docker.dock(["CCN", "CCN"], ["CCN", None])
    assert neutral.docked_smiles == "CCN"
    assert chosen.docked_smiles == "CC[NH3+]"
    (wrong,) = docker.dock(["CCN"], ["CCO"])
    assert wrong.status is Status.INVALID
    with pytest.raises(ValueError, match="1 molecules but 2"):
        docker.dock(["CCN"], [None, None])


class Instant:
    """An executor that docks in no time, and says how many molecules had been validated when each was asked for."""

    workers = 2

    def __init__(self, validated: list[str]) -> None:
        self._validated = validated
        self.asked: dict[str, int] = {}
        self.docks = 0

    def provide(self, receptor: ReceptorContent) -> None: ...

    def submit(self, request: DockRequest) -> Future[DockResult]:
        self.asked[request.smiles] = len(self._validated)
        self.docks += 1
        future: Future[DockResult] = Future()
        future.set_result(DockResult(request.smiles, request.smiles, affinity=-float(len(request.smiles))))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None: ...


@pytest.fixture
def instant(receptor: Receptor, monkeypatch: pytest.MonkeyPatch) -> tuple[Docker, Instant]:
    validated: list[str] = []
    executor = Instant(validated)
    docker = Docker(receptor, executor=executor)
    check = docker._validator.check
    monkeypatch.setattr(docker._validator, "check", lambda text: validated.append(text) or check(text))
    return docker, executor


def test_docking_begins_before_the_whole_list_is_validated(instant: tuple[Docker, Instant]) -> None:
    docker, pool = instant
    chains = ["C" * n for n in range(2, 32)]
    rows = list(docker.stream([*chains[:20], "nonsense", *chains[20:]]))
    assert sorted(index for index, _ in rows) == list(range(31))
    assert rows[0][1].ok, "an INVALID row further down waits for its turn"
    window = 4 * docker.workers
    assert min(pool.asked.values()) == window
    assert list(pool.asked)[:window] == chains[:window][::-1], "the largest of a window first"


def test_equal_molecules_far_apart_are_docked_once(
    instant: tuple[Docker, Instant], monkeypatch: pytest.MonkeyPatch
) -> None:
    docker, pool = instant
    chains = ["C" * n for n in range(2, 32)]
    rows = dict(docker.stream(["OCC", *chains, "CCO", "CCO.Cl"]))
    assert pool.docks == 31
    assert rows[0] is rows[31]
    assert rows[32].note
    monkeypatch.setattr("molgrad.docking.in_flight.KEPT", 2)
    assert dict(docker.stream(["OCC", *chains, "CCO"]))[31] == rows[0]
    assert pool.docks == 31 + 32, "docked again, since only two results are kept"


def test_every_line_of_the_nasty_file_gets_a_row(docker: Docker) -> None:
    entries = read_library(DATA / "nasty.smi")
    rows = dict(zip([e.name for e in entries], docker.dock([e.smiles for e in entries]), strict=True))
    fine = {name for name, row in rows.items() if row.ok}
    assert fine == {
        "trimethoprim", "salt", "sodium_acetate", "mixture", "undefined_stereo", "diazepam", "toluene", "last_and_good",
    }  # fmt: skip
    assert all(row.status is Status.INVALID and row.reason for name, row in rows.items() if name not in fine)
    assert rows["diazepam"].affinity == pytest.approx(-8.4, abs=0.3), "ring kept whole: -6.5 with a broken one"


def test_streaming_a_part_leaves_the_docker_usable(docker: Docker) -> None:
    stream = docker.stream([PHENOL, "CCCCCCCCCCCCc1ccccc1", ANILINE])
    next(stream)
    stream.close()
    assert docker.dock([ETHANOL])[0].ok


BOX = Box((0.0, 0.0, 0.0), (10.0, 10.0, 10.0))


def methane(x: float) -> Chem.Mol:
    mol = Chem.MolFromSmiles("C")
    conformer = Chem.Conformer(1)
    conformer.SetAtomPosition(0, (x, 0.0, 0.0))
    mol.AddConformer(conformer)
    return mol


@pytest.mark.parametrize(
    ("affinities", "x", "why"),
    [
        ([0.0], 0.0, "impossible affinity 0"),
        ([19.9], 0.0, "may not fit"),
        ([-40.0], 0.0, "impossible affinity"),
        ([float("nan")], 0.0, "impossible affinity"),
        ([], 0.0, "0 energies"),
        ([-5.0], 7.0, "leaves the box"),
        ([-5.0], 6.0, ""),
    ],
)
def test_nonsense_is_recognised(affinities: list[float], x: float, why: str) -> None:
    content = ReceptorContent("tiny", "", BOX)
    found = impossible("Vina", Found(tuple(affinities), (methane(x),)), content, Vina.plausible)
    assert (why in found) if why else found == ""


def test_a_molecule_too_large_for_the_box_is_a_failure(receptor: Receptor) -> None:
    from dataclasses import replace

    tight = replace(receptor, box=Box(receptor.box.center, (5.0, 5.0, 5.0)))
    with Docker(tight, exhaustiveness=1, workers=1, timeout=120) as docker:
        (row,) = docker.dock(["c1ccc(-c2ccc(-c3ccc(-c4ccccc4)cc3)cc2)cc1"])
    assert row.status is Status.FAILED
    assert row.affinity is None
    assert row.reason


def test_redocking_finds_the_crystal_pose(receptor: Receptor) -> None:
    found = redock(receptor)
    assert found.rmsd < 0.5
    assert found.affinity == pytest.approx(-9.3, abs=0.1)  # of the cation; -8.85 of the neutral form
    assert found.native_like
    assert "(effort standard)" in str(found)
    assert found.crystal is not None
    assert found.crystal.stays
    assert found.crystal.affinity == pytest.approx(-9.5, abs=0.1)  # the crystal's own bond lengths and angles


def test_redocking_needs_a_native_ligand() -> None:
    from molgrad.receptors import load_receptor

    with pytest.raises(ReceptorError, match="no native ligand"):
        redock(load_receptor("DRD2"))


def test_a_repeat_is_another_dock_in_the_same_processes(docker: Docker) -> None:
    first = docker.dock([ANILINE])[0]
    pids = docker.pids()
    again, third = (docker.again(ANILINE, repeat) for repeat in (1, 2))
    assert docker.pids()[0] == pids[0]  # the maps were not made anew
    assert len({one.provenance.seed for one in (first, again, third)}) == 3
    assert again == docker.again(ANILINE, 1)
    assert again.poses != first.poses
    assert again.affinity == pytest.approx(first.affinity, abs=0.5)
    with pytest.raises(ValueError, match="repeat"):
        docker.again(ANILINE, 0)
