"""PoseBusters on request: a sound pose passes, one pushed into the receptor does not, and it may be missing."""

from __future__ import annotations

import importlib.util

import pytest
from rdkit import Chem
from rdkit.Geometry import Point3D

from molgrad.errors import MissingExtraError, UnknownNameError
from molgrad.evaluation import Status
from molgrad.interactions.plausibility import BEST, implausible, plausibility_facts
from molgrad.losses.docking import Docking
from molgrad.receptors import Receptor
from tests.interactions.scenes import STORED
from tests.loss_fakes import FakeDocker

SMILES, POSE = STORED[0]["smiles"], STORED[0]["pose"]


def pushed(block: str, by: float = 4.0) -> str:
    """The pose moved sideways (Å), into whatever is there."""
    mol = Chem.MolFromMolBlock(block, removeHs=False)
    conformer = mol.GetConformer()
    for i in range(mol.GetNumAtoms()):
        at = conformer.GetAtomPosition(i)
        conformer.SetAtomPosition(i, Point3D(at.x + by, at.y, at.z))
    return str(Chem.MolToMolBlock(mol))


def test_a_docked_pose_passes_and_a_pushed_one_fails(receptor: Receptor) -> None:
    pytest.importorskip("posebusters")
    fine, wrong = implausible([POSE, pushed(POSE)], receptor.pdbqt)
    assert fine == []
    assert any("protein" in name for name in wrong)


def test_what_is_said(receptor: Receptor) -> None:
    pytest.importorskip("posebusters")
    (good,) = plausibility_facts([POSE], receptor.pdbqt)
    assert (good.kind, good.weight) == ("pose_checked", 0.0)
    (bad,) = plausibility_facts([pushed(POSE), POSE], receptor.pdbqt)
    assert (bad.kind, bad.partner, bad.weight) == ("pose_implausible", BEST, 1.0)
    assert bad.text.startswith("PoseBusters: pose 1 fails")


def test_facts_or_gate(receptor: Receptor) -> None:
    pytest.importorskip("posebusters")
    docker = FakeDocker(lambda smiles: -6.0, poses=(pushed(POSE),))
    said = Docking(receptor, docker=docker, checks="facts").evaluate([SMILES])[0]
    assert (said.status, said.score) == (Status.OK, -6.0)
    assert "pose_implausible" in {fact.kind for fact in said.facts}
    gated = Docking(receptor, docker=docker, checks="gate").evaluate([SMILES])[0]
    assert (gated.status, gated.score) == (Status.INVALID, None)
    assert "PoseBusters" in gated.reason
    passed = Docking(receptor, docker=FakeDocker(lambda s: -6.0, poses=(POSE,)), checks="gate").evaluate([SMILES])[0]
    assert passed.ok


def test_checks_are_part_of_the_spec_only_where_they_are_made(receptor: Receptor) -> None:
    pytest.importorskip("posebusters")
    assert "checks" not in Docking(receptor).spec()
    assert Docking(receptor, checks="gate").spec()["checks"] == "gate"


def test_without_posebusters_it_says_what_to_install(receptor: Receptor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'molgrad\[poses\]'"):
        Docking(receptor, checks="facts")
    assert Docking(receptor).checks == "off"


def test_an_unknown_kind_of_checks(receptor: Receptor) -> None:
    with pytest.raises(UnknownNameError, match="gate"):
        Docking(receptor, checks="gates")  # type: ignore[arg-type]  # on purpose
