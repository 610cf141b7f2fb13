"""Docking as a loss: with a docker that takes a function, with a receptor of three atoms, and for real."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rdkit import Chem
from rdkit.Geometry import Point3D

from molgrad.campaign.folder import compare
from molgrad.docking.dock import Docker
from molgrad.docking.effort import load_effort
from molgrad.docking.ligand import mol_block, prepare_ligand
from molgrad.docking.request import DockSettings
from molgrad.docking.result import DockResult, Provenance
from molgrad.errors import ConflictingSettingsError, InputFileError, SettingsChangedError, UnknownNameError
from molgrad.evaluation import Evaluation, Fact, Status
from molgrad.interactions.facts import pose_facts
from molgrad.losses.docking import Docking
from molgrad.losses.druglikeness import QED
from molgrad.receptors.receptor import Box, Receptor
from molgrad.receptors.size import GENERAL
from tests.loss_fakes import FakeDocker

BOX = Box((0, 0, 0), (20, 20, 20))
DONE = Provenance("vina", seed=3)

# An aspartate's oxygen 2.8 Å from the hydroxyl, a backbone NH 3.0 Å from it, a carbon near the chain's start.
ATOMS = [
    ("OD1", "ASP", "A", 27, (2.8, 0.0, 0.0), "OA"),
    ("N", "LEU", "A", 28, (0.0, 3.0, 0.0), "N"),
    ("H", "LEU", "A", 28, (0.0, 2.0, 0.0), "HD"),
    ("CB", "ALA", "", 5, (-1.4, -3.0, 0.0), "C"),
]


@pytest.fixture
def receptor(tmp_path: Path) -> Receptor:
    lines = [
        f"ATOM  {i:5d}  {name:<3s} {residue:3s} {chain:1s}{number:4d}    "
        f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00    +0.000 {kind:<2s}"
        for i, (name, residue, chain, number, (x, y, z), kind) in enumerate(ATOMS, 1)
    ]
    path = tmp_path / "receptor.pdbqt"
    path.write_text("\n".join(lines) + "\n")
    return Receptor("tiny", path, BOX, "made up")


def butanol(extra_h: bool = True) -> str:
    """Butan-1-ol stretched along -x from its oxygen at the origin; canonical CCCCO."""
    mol = Chem.MolFromSmiles("CCCCO")
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for i in range(5):
        conformer.SetAtomPosition(i, (-(4 - i) * 1.4, 0.0, 0.0))
    mol.AddConformer(conformer)
    if extra_h:
        mol = Chem.AddHs(mol, addCoords=True)
    return Chem.MolToMolBlock(mol)


def test_pose_facts_by_hand(receptor: Receptor) -> None:
    facts = pose_facts("CCCCO", butanol(), receptor.pdbqt)
    contacts = [f for f in facts if f.kind in ("pose_hbond", "pose_exposed")]
    assert [(f.kind, f.atoms, f.partner, f.value) for f in contacts] == [
        ("pose_hbond", (4,), "A:ASP27", 2.8),  # the hydroxyl gives to the acid
        ("pose_hbond", (4,), "A:LEU28", 3.0),  # and takes from the backbone NH
        ("pose_exposed", (0,), None, 1.0),  # C0 is 5.1 Å from the alanine, C1 4.1 Å
    ]
    assert contacts[0].text == "O at atom 4 pairs with A:ASP27 at 2.8 Å (-0.51 kcal/mol)"


def test_without_hydrogens_nothing_is_given(receptor: Receptor) -> None:
    facts = pose_facts("CCCCO", butanol(extra_h=False), receptor.pdbqt)
    assert [f.partner for f in facts if f.kind == "pose_hbond"] == ["A:LEU28"]


def test_a_pose_of_another_molecule_is_refused(receptor: Receptor) -> None:
    with pytest.raises(ValueError, match="5 heavy atoms, the molecule 3"):
        pose_facts("CCO", butanol(), receptor.pdbqt)


def test_a_dock_as_a_measurement(receptor: Receptor) -> None:
    docker = FakeDocker(lambda smiles: -5.0, poses=(butanol(),), provenance=DONE, atom_map=(0, 1, 2, 3, 4))
    loss = Docking(receptor, docker=docker)
    (result,) = loss.evaluate(["OCCCC"])
    assert (result.loss, result.status, result.score) == ("docking", Status.OK, -5.0)
    residual = -5.0 - GENERAL.expected(5)
    assert result.raw == {"affinity": -5.0, "ligand_efficiency": -1.0, "size_residual": residual}
    kinds = [f.kind for f in result.facts]
    assert (kinds[0], kinds.count("pose_hbond"), kinds.count("pose_exposed")) == ("docking", 2, 1)
    assert result.text.splitlines() == [fact.text for fact in result.facts]  # a line each, twelve at most
    assert (result.facts[0].value, result.facts[0].unit) == (-5.0, "kcal/mol")
    details = result.details
    assert details["docked_smiles"] == details["smiles"] == "CCCCO"
    assert (details["atom_map"], details["receptor"]) == ([0, 1, 2, 3, 4], "tiny")
    assert Provenance.from_json(details["provenance"]) == DONE
    assert details["poses"] == [butanol()]
    assert "A:ASP27" in result.text
    assert (loss.expensive, loss.cost) == (True, 1)


def test_a_batch_keeps_order_and_failures_say_whose_fault(receptor: Receptor) -> None:
    def score(smiles: str) -> float:
        if smiles == "CC":
            raise RuntimeError("the docking process ended")
        return -len(smiles)

    results = Docking(receptor, docker=FakeDocker(score)).evaluate(["C", "C1CC", "CC", "CCC"])
    assert [r.status for r in results] == [Status.OK, Status.INVALID, Status.FAILED, Status.OK]
    assert [r.score for r in results] == [-1.0, None, None, -3.0]
    assert results[2].reason == "the docking process ended"


def test_a_damaged_pose_costs_the_explanation_not_the_affinity(receptor: Receptor) -> None:
    (result,) = Docking(receptor, docker=FakeDocker(lambda s: -5.0, poses=("nonsense",))).evaluate(["CCO"])
    assert result.score == -5.0
    assert result.facts[1].kind == "pose_unread"


def test_nothing_is_docked_when_a_free_term_finds_it_unsound(receptor: Receptor) -> None:
    docker = FakeDocker()
    whole: Evaluation = (Docking(receptor, docker=docker) + 10 * QED()).evaluate(["C1CC"])[0]
    assert (whole.status, docker.asked) == (Status.INVALID, [])


def test_the_docked_state_may_be_given(receptor: Receptor) -> None:
    docker = FakeDocker()
    Docking(receptor, docker=docker).evaluate(["CCN", "C"], [{"docked_smiles": "CC[NH3+]"}, {}])
    assert docker.states == ["CC[NH3+]", None]


def test_spec_holds_what_changes_results_and_no_path(receptor: Receptor) -> None:
    spec = Docking(receptor, exhaustiveness=4, seed=9, workers=3).spec()
    assert spec == {
        "loss": "docking", "receptor": "tiny", "sha256": receptor.sha256, "seed": 9, "docked_states": {},
        "effort": load_effort(4).to_json(), "pose": None, "engine": {"name": "vina", "version": version("vina")},
        "box": {"center": [0, 0, 0], "size": [20, 20, 20]},
    }  # fmt: skip


def test_no_docking_process_before_the_first_dock(receptor: Receptor) -> None:
    loss = Docking(receptor)
    assert loss.evaluate([]) == []
    assert loss._own is None
    loss.close()


def test_a_real_dock_of_a_small_ligand() -> None:
    loss = Docking("1ia1", exhaustiveness=1, workers=1)
    try:
        good, salt, broken = loss.evaluate(["Nc1ncnc2ccccc12", "CC(=O)[O-].[Na+]", "C1CC"])
    finally:
        loss.close()
    assert -9.0 < good.number() < -4.0
    assert good.details["docked_smiles"]
    assert good.raw["ligand_efficiency"] == pytest.approx(good.number() / 11)
    assert {f.kind for f in good.facts} >= {"docking"}
    assert salt.ok
    assert broken.status is Status.INVALID


def repeated(receptor: Receptor, *affinities: float, sd: float | None = None) -> tuple[Docking, Evaluation]:
    """A molecule docked as often as there are affinities."""
    left = iter((*affinities, 0.0))
    docker = FakeDocker(lambda _: next(left), provenance=replace(DONE, sd=sd))
    loss = Docking(receptor, docker=docker, seed=3)
    found = loss.evaluate(["CCCCO"])[0]
    for _ in affinities[1:]:
        found = loss.repeat("CCCCO", found, {})
    return loss, found


def test_of_two_docks_the_lower_counts_and_both_are_told(receptor: Receptor) -> None:
    for affinities in ((-5.0, -5.4), (-5.4, -5.0)):
        _, found = repeated(receptor, *affinities)
        assert (found.score, found.raw["affinity"], found.repeats) == (-5.4, -5.4, affinities)
        assert found.sd == pytest.approx(0.4 / 2**0.5 / 2, abs=1e-3)
        words = f"docked twice: {affinities[0]:.2f} and {affinities[1]:.2f}"
        assert words in found.text
        assert found.history == words
        assert [dock["affinity"] for dock in found.details["docks"]] == list(affinities)
        assert Evaluation.from_json(found.to_json()) == found


def test_a_third_dock_joins_the_two(receptor: Receptor) -> None:
    _, found = repeated(receptor, -5.0, -5.4, -5.2, sd=0.6)
    assert (found.score, len(found.repeats)) == (-5.4, 3)
    assert found.sd == pytest.approx(((0.2**2 + 3 * 0.6**2) / 4) ** 0.5 / 3, abs=1e-3)
    assert sum(fact.kind == "docking_repeated" for fact in found.facts) == 1
    assert "docked 3 times: -5.00, -5.40 and -5.20" in found.text


def test_what_is_docked_again_is_what_is_not_certain(receptor: Receptor) -> None:
    for sd, doubtful in ((None, True), (0.31, True), (0.3, False), (0.0, False)):
        loss, found = repeated(receptor, -5.0, sd=sd)
        assert (found.sd, loss.doubtful(found)) == (sd, doubtful)
    assert not loss.doubtful(loss.pending())


def test_a_built_pose_that_is_kept_is_not_docked_again(receptor: Receptor) -> None:
    kept = replace(DONE, counted="built", built=-5.0, unseeded=-6.0, sd=1.0, repeatability=0.1, searches=10)
    result = DockResult("CCCCO", "CCCCO", affinity=-5.0, provenance=kept)
    for mode, again in (("keep", False), ("lower", True)):
        loss = Docking(receptor, pose_mode=mode)
        assert loss.doubtful(loss.evaluation(result)) is again
    assert "searches" not in result.remarks, "how many searches found another pose says nothing of a built one"


def test_a_docker_that_cannot_repeat_is_never_asked(receptor: Receptor) -> None:
    class Once:
        stream = FakeDocker().stream

    loss = Docking(receptor, docker=Once())
    assert not loss.doubtful(loss.evaluate(["CCO"])[0])


def test_a_dock_that_fails_the_second_time_leaves_the_first(receptor: Receptor) -> None:
    loss, found = repeated(receptor, -5.0)

    def fail(smiles: str) -> float:
        raise RuntimeError("no pose")

    loss.docker.function = fail  # type: ignore[attr-defined]
    assert loss.repeat("CCCCO", found, {}) == found


def test_an_engine_that_docks_the_same_again_tells_nothing(receptor: Receptor) -> None:
    loss, found = repeated(receptor, -5.0)
    loss.docker.again = lambda *_: DockResult("CCCCO", "CCCCO", affinity=-9.0, provenance=DONE)  # type: ignore[attr-defined]
    assert loss.repeat("CCCCO", found, {}) == found


def test_children_are_seeded_from_a_pose_of_a_second_dock(receptor: Receptor) -> None:
    loss, found = repeated(receptor, -5.0, -5.4)
    made = Provenance("vina", receptor_sha256=receptor.sha256, center=BOX.center, size=BOX.size, seed=103)
    details = {**found.details, "provenance": made.to_json(), "poses": ["the second dock's"]}
    loss.evaluate(["CCN"], [{"parent_evaluation": replace(found, details=details)}])
    assert loss.docker.parents == ["the second dock's"]  # type: ignore[attr-defined]


def test_the_pose_of_the_parent_is_passed_on_where_the_effort_uses_it(receptor: Receptor) -> None:
    def asked(effort: str, of: Receptor) -> object:
        docker = FakeDocker()
        made = Provenance("vina", receptor_sha256=of.sha256, center=of.box.center, size=of.box.size)
        details = {"receptor": of.name, "provenance": made.to_json(), "poses": ["the parent's best pose", "another"]}
        parent = Evaluation("docking", Status.OK, -5.0, details=details)
        Docking(receptor, effort=effort, docker=docker).evaluate(["CCN", "C"], [{"parent_evaluation": parent}, {}])
        return docker.parents

    assert asked("standard", receptor) == ["the parent's best pose", None]
    assert asked("thorough", receptor) is None, "finalists are docked without it"
    elsewhere = replace(receptor, box=Box((5, 0, 0), (20, 20, 20)))
    assert asked("standard", elsewhere) is None, "a pose in another site is no help"


def test_settings_that_make_no_sense_are_refused(receptor: Receptor) -> None:
    for wrong in ({"poses": 0}, {"workers": 0}, {"workers": "2"}):
        with pytest.raises(ValueError, match="whole number of at least 1"):
            Docking(receptor, **wrong)  # type: ignore[arg-type]  # a config may hold anything
    with pytest.raises(ConflictingSettingsError, match="without a seeded pose"):
        Docking(receptor, effort="thorough", pose="lead.sdf")


def test_a_given_binding_mode_stands_in_for_a_parent(receptor: Receptor, tmp_path: Path) -> None:
    mol = Chem.MolFromMolBlock(mol_block(prepare_ligand("CCO", seed=0).mol), removeHs=False)
    Chem.MolToMolFile(mol, str(tmp_path / "mode.sdf"))
    docker = FakeDocker()
    loss = Docking(receptor, pose=tmp_path / "mode.sdf", docker=docker)
    loss.evaluate(["CCN"])
    assert docker.parents == [loss.pose]
    assert loss.spec()["pose"] != Docking(receptor).spec()["pose"]


@pytest.mark.parametrize(("shift", "why"), [(500.0, "outside the box"), (None, "no molecule with 3D")])
def test_a_binding_mode_that_is_none_is_refused(
    shift: float | None, why: str, receptor: Receptor, tmp_path: Path
) -> None:
    mol = Chem.MolFromSmiles("CCO")
    if shift is not None:
        mol = prepare_ligand("CCO", seed=0).mol
        for i, (x, y, z) in enumerate(mol.GetConformer().GetPositions()):
            mol.GetConformer().SetAtomPosition(i, Point3D(x + shift, y, z))
    Chem.MolToMolFile(mol, str(tmp_path / "mode.sdf"))
    with pytest.raises(InputFileError, match=why):
        Docking(receptor, pose=tmp_path / "mode.sdf")
    with pytest.raises(InputFileError, match="cannot be read"):
        Docking(receptor, pose=tmp_path / "none.sdf")


def test_searches_that_scatter_are_said_and_make_the_facts_lighter(receptor: Receptor) -> None:
    pose = mol_block(prepare_ligand("Oc1ccccc1", seed=0).mol)

    def facts(**fields: Any) -> dict[str, Fact]:
        done = Provenance(**fields)
        result = DockResult("Oc1ccccc1", "Oc1ccccc1", affinity=-5.0, poses=(pose,), affinities=(-5.0,), provenance=done)
        return {fact.kind: fact for fact in Docking(receptor, docker=FakeDocker()).evaluation(result).facts}

    steady, shaky = facts(searches=4, repeatability=1.0), facts(searches=8, repeatability=0.125)
    assert "pose_unsteady" not in steady
    assert "1 of 8 searches found this pose" in shaky["pose_unsteady"].text
    located = next(kind for kind in steady if kind.startswith("pose_") and steady[kind].weight > 0)
    assert shaky[located].weight == pytest.approx(steady[located].weight / 8)


def test_protonation_is_part_of_the_settings_unless_it_is_the_usual_one(receptor: Receptor, tmp_path: Path) -> None:
    usual, designed = Docking(receptor).spec(), Docking(receptor, protonation="none").spec()
    assert "protonation" not in usual, "runs made before can be resumed"
    assert designed == usual | {"protonation": "none"}
    with pytest.raises(SettingsChangedError, match='protonation was not set, is now "none"'):
        compare(tmp_path, {"loss": [usual]}, {"loss": [designed]})
    with pytest.raises(UnknownNameError, match="did you mean none"):
        Docking(receptor, protonation="non")


def test_settings_reach_the_docker(receptor: Receptor) -> None:
    docker = Docking(receptor, protonation="none", tautomers=2, timeout=60.0, cache=False).docker
    assert isinstance(docker, Docker)
    assert docker.settings == DockSettings(protonation="none", tautomers=2, timeout=60.0)
