"""How a plan of searches is carried out: with an engine that finds what it is told to, and for real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from rdkit import Chem
from rdkit.Chem import rdMolAlign
from rdkit.Geometry import Point3D

from molgrad.docking import Docker, DockResult
from molgrad.docking.effort import EFFORTS, Effort, chosen, load_effort, plain
from molgrad.docking.engine import OFFERS
from molgrad.docking.ligand import Ligand, prepare_ligand, read_poses, reshaped
from molgrad.docking.request import DockRequest, DockSettings
from molgrad.docking.result import Provenance, SpeciesScore
from molgrad.docking.searching import Found, Search, SearchError, dock
from molgrad.errors import UnknownNameError
from molgrad.receptors import Receptor
from tests.docking.conftest import vina_scores

TOLUENE, LEAD, CHILD = "Cc1ccccc1", "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "CCOc1c(OC)cc(Cc2cnc(N)nc2N)cc1OC"

Script = Sequence[tuple[float, float] | SearchError]  # affinity, and how far along x the pose lies, Å


class FakeEngine:
    """Finds what the script says, search by search; relaxing gives `near`."""

    title, offers = "Fake", OFFERS

    def __init__(self, script: Script, near: float = -1.0) -> None:
        self._script = list(script)
        self._near = near
        self.starts: list[str] = []

    def search(self, search: Search) -> Found:
        self.starts.append(search.ligand.pdbqt)
        said = self._script.pop(0)
        if isinstance(said, SearchError):
            raise said
        return Found((said[0],), (moved(search.ligand.mol, said[1]),))

    def relax(self, ligand: Ligand) -> Found:
        return Found((self._near,), (ligand.mol,))

    def forget(self) -> None: ...


def moved(mol: Chem.Mol, x: float) -> Chem.Mol:
    """Every search's pose is the same conformer, laid somewhere along x."""
    shifted = Chem.Mol(prepare_ligand(Chem.MolToSmiles(Chem.RemoveAllHs(mol)), seed=0).mol)
    conformer = shifted.GetConformer()
    for i, (a, b, c) in enumerate(conformer.GetPositions()):
        conformer.SetAtomPosition(i, Point3D(a + x, b, c))
    return shifted


def docked(
    script: Script, effort: Effort, smiles: str = TOLUENE, near: float = -1.0, parent: str | None = None
) -> tuple[DockResult, FakeEngine]:
    engine = FakeEngine(script, near)
    request = DockRequest(smiles, DockSettings(effort, poses=1), parent_pose=parent)
    return dock(engine, request, Provenance()), engine  # type: ignore[arg-type]  # a fake


NEAR = Effort("near", seed_poses=True)
STANDARD = Effort("standard", searches=4, repeats=2)


def test_searches_stop_when_seven_in_ten_find_the_best_pose() -> None:
    outcome, engine = docked([(-5.0, 0.0), (-6.0, 9.0), (-5.95, 9.5), (-5.9, 9.0)], STANDARD)
    assert (outcome.affinity, outcome.provenance.searches, outcome.provenance.times_found) == (-6.0, 4, 3)
    assert outcome.provenance.repeatability == pytest.approx(3 / 4, abs=0.001)
    assert outcome.provenance.scores == (-5.0, -6.0, -5.95, -5.9), "two of three were too few to stop"
    assert len(set(engine.starts)) == 4, "each from a conformer of its own"


@pytest.mark.parametrize(
    "script",
    [
        [(-6.0, 0.0), (-5.7, 0.0), (-5.4, 0.0), (-5.1, 0.0)],  # near in place, apart in score
        [(-6.0, 0.0), (-6.0, 9.0), (-6.0, 18.0), (-6.0, 27.0)],  # equal in score, elsewhere
    ],
)
def test_searches_that_never_agree_say_so(script: Script) -> None:
    outcome, _ = docked(script, STANDARD)
    assert (outcome.affinity, outcome.provenance.searches, outcome.provenance.times_found) == (-6.0, 4, 1)


def test_no_fewer_searches_than_the_least_are_made() -> None:
    outcome, _ = docked([(-5.0, 0.0), (-5.0, 0.0), (-6.0, 0.0), (-6.0, 0.0)], replace(STANDARD, least=3))
    assert (outcome.affinity, outcome.provenance.searches, outcome.provenance.times_found) == (-6.0, 4, 2)


def test_a_plan_that_does_not_ask_for_agreement_makes_all_its_searches() -> None:
    outcome, _ = docked([(-6.0, 0.0), (-6.0, 0.0), (-5.7, 0.0)], Effort("thorough", searches=3))
    assert outcome.provenance == Provenance(
        searches=3, scores=(-6.0, -6.0, -5.7), mean=-5.9, spread=0.3, repeatability=0.667, sd=outcome.provenance.sd,
        species=(SpeciesScore(TOLUENE, -6.0, share=1.0),),
    )  # fmt: skip


def test_a_search_that_failed_is_left_out_unless_all_did() -> None:
    outcome, _ = docked([SearchError("impossible affinity 19.9"), (-6.0, 0.0)], Effort("fast", searches=2))
    assert (outcome.status, outcome.affinity, outcome.provenance.searches) == ("ok", -6.0, 1)
    # nothing confirmed this pose: it must not pass for a steady one
    done = outcome.provenance
    assert (done.times_found, done.failed_searches, done.repeatability) == (1, 1, 0.5)
    assert outcome.remarks == (
        "no change at pH 7.4; 1 of 2 searches found no pose; "
        "its pose was found by 1 of 2 searches: another may score better"
    )
    outcome, _ = docked([SearchError("first"), SearchError("second")], Effort("fast", searches=2))
    assert (outcome.status, outcome.reason) == ("failed", "first")
    assert outcome.affinity is None


def test_another_conformer_is_the_same_ligand() -> None:
    ligand = prepare_ligand(LEAD, seed=0)
    other, again = reshaped(ligand, 0, 1), reshaped(ligand, 0, 1)
    assert other.pdbqt == again.pdbqt != ligand.pdbqt
    (back,) = read_poses(other, f"MODEL 1\n{other.pdbqt}")
    assert rdMolAlign.CalcRMS(Chem.RemoveAllHs(back), Chem.RemoveAllHs(other.mol)) < 0.01
    assert [line[:30] + line[54:] for line in other.pdbqt.splitlines()] == [
        line[:30] + line[54:] for line in ligand.pdbqt.splitlines()
    ], "typed once: only coordinates differ"


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (
            {"repeatability": 0.125, "searches": 8, "scores": (-2.0,) * 8},
            "salt stripped; its pose was found by 1 of 8 searches: another may score better",
        ),
        ({"repeatability": 1.0, "searches": 4, "counted": "built"}, "salt stripped; built on the known pose"),
        ({"repeatability": None}, "salt stripped"),
    ],
)
def test_a_table_says_how_sure_a_dock_is(done: dict[str, Any], said: str) -> None:
    assert DockResult("CCO", affinity=-2.0, note="salt stripped", provenance=Provenance(**done)).remarks == said


def test_efforts_by_name_and_by_number() -> None:
    assert load_effort("standard") is EFFORTS["standard"]
    assert load_effort(8) == plain(8) == chosen(None, 8)
    assert chosen(None, None) == EFFORTS["standard"]
    with pytest.raises(UnknownNameError, match="did you mean thorough"):
        load_effort("through")
    with pytest.raises(ValueError, match="not both"):
        chosen("fast", 8)
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            load_effort(wrong)
    for wrong_kind in (True, 0.5):
        with pytest.raises(TypeError, match="a name or a whole number"):
            load_effort(wrong_kind)  # type: ignore[arg-type]  # a config may hold anything


@pytest.fixture(scope="module")
def standard(receptor: Receptor) -> dict[str, DockResult]:
    with Docker(receptor, effort="standard", workers=2) as docker:
        (lead,) = docker.dock([LEAD])
        (child,) = docker.dock([CHILD], parents=[lead.poses[0]])
    return {"lead": lead, "child": child}


def test_a_real_dock_at_standard_effort_agrees_with_itself(standard: dict[str, DockResult]) -> None:
    lead = standard["lead"]
    done = lead.provenance
    assert (done.times_found or 0) >= 4 or done.searches_made == 10, "until the pose repeats, or all are made"
    assert done.sd is not None
    assert lead.affinity == pytest.approx(-7.0, abs=0.25)  # exhaustiveness 8 gives -7.0


def test_a_real_child_is_no_worse_for_its_parent(standard: dict[str, DockResult], receptor: Receptor) -> None:
    with Docker(receptor, effort="standard", workers=1) as docker:
        (unseeded,) = docker.dock([CHILD])
    child = standard["child"]
    assert child.affinity is not None
    assert unseeded.affinity is not None
    assert child.affinity <= unseeded.affinity
    assert child.provenance.unseeded == unseeded.affinity
    assert (child.provenance.counted == "built") is (child.affinity < unseeded.affinity)


def test_a_seeded_pose_has_vinas_own_score(standard: dict[str, DockResult], receptor: Receptor) -> None:
    with Docker(
        receptor, effort=Effort("near", evaluations=1000, seed_poses=True), workers=1
    ) as docker:  # too short to find it unseeded
        (child,) = docker.dock([CHILD], parents=[standard["lead"].poses[0]])
    assert child.provenance.counted == "built"
    assert [child.affinity] == pytest.approx(vina_scores(receptor, [child]), abs=0.05)
