"""What a run from a lead builds on: its pose is looked at before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.leads import Leads, kept
from molgrad.config.objectives import kept_in_hops
from molgrad.docking.core_shift import core_shift
from molgrad.docking.dock import Asked
from molgrad.docking.effort import EFFORTS
from molgrad.docking.result import DockResult, Provenance
from molgrad.errors import LeadPoseError, SettingsChangedError
from molgrad.evaluation import Evaluation, Status
from molgrad.losses.contact import Contact
from molgrad.losses.docking import LEAD_RMSD, Docking
from molgrad.losses.lead_contacts import LeadContacts
from molgrad.optim.record import Record
from molgrad.receptors.receptor import load_receptor

RECEPTOR = load_receptor("1ia1")
TURN = np.diag([-1.0, 1.0, -1.0])  # half a turn about y


def crystal(turned: bool = False, moved: float = 0.0, smiles: str | None = None) -> tuple[str, str]:
    """The native ligand: SMILES and pose, as in the crystal, or turned about its middle and moved by so many Å."""
    mol = Chem.SDMolSupplier(str(RECEPTOR.ligand))[0]
    name = smiles or Chem.MolToSmiles(mol)
    mol = Chem.RenumberAtoms(mol, mol.GetSubstructMatch(Chem.MolFromSmiles(name)))
    mol = Chem.AddHs(mol, addCoords=True)
    places = mol.GetConformer().GetPositions()
    middle = places.mean(axis=0)
    places = (places - middle) @ (TURN if turned else np.eye(3)) + middle + [moved, 0.0, 0.0]
    for atom, place in enumerate(places):
        mol.GetConformer().SetAtomPosition(atom, Point3D(*map(float, place)))
    return name, Chem.MolToMolBlock(mol)


LEAD, NATIVE = crystal()
WRONG = crystal(turned=True)[1]


class Poser:
    """A docker that finds the poses it is told, and builds on a known pose by taking it as it is."""

    def __init__(self, *found: tuple[float, str], times: int = 9) -> None:
        self.found, self.times = found, times
        self.asked: list[Asked] = []

    def stream(self, smiles: Sequence[str], *more: Any) -> Iterator[tuple[int, DockResult]]:
        given = [column or [None] * len(smiles) for column in more] or [[None] * len(smiles)] * 2
        return self.each(map(Asked, smiles, *given))

    def each(self, asked: Iterable[Asked]) -> Iterator[tuple[int, DockResult]]:
        for place, one in enumerate(asked):
            self.asked.append(one)
            yield place, self._one(one)

    def _one(self, one: Asked) -> DockResult:
        scores, poses = zip(*self.found, strict=True)
        box, share = RECEPTOR.box, self.times / 10
        more: dict[str, Any] = dict(searches=10, repeatability=share, sd=0.1)
        if one.parent and one.settings and one.settings.pose_mode == "keep":
            built = dict(self.found[::-1] and {pose: score for score, pose in self.found}).get(one.parent, -5.0)
            more |= dict(built=built, unseeded=scores[0], counted="built", other_mode=one.parent != poses[0])
            scores, poses = (built,), (one.parent,)
        done = Provenance(
            "vina", receptor_sha256=RECEPTOR.sha256, center=box.center, size=box.size, receptor="1ia1", **more
        )
        return DockResult(
            one.smiles,
            one.docked_state or one.smiles,
            affinity=scores[0],
            affinities=scores,
            poses=poses,
            provenance=done,
        )


def campaign(
    folder: Path, docker: Poser, *residues: str, starts: Sequence[str] = (LEAD,), gate: bool = False, **more: Any
) -> Campaign:
    loss: Any = Docking(RECEPTOR, docker=docker, effort="fast")
    for residue in residues:
        loss = loss + 5 * Contact(residue, gate=gate)
    return Campaign(folder, start=starts, loss=loss, **more)


def test_a_pose_that_is_made_often_and_makes_the_contact_is_kept_by_children(tmp_path: Path) -> None:
    docker = Poser((-9.0, NATIVE), (-8.6, WRONG))
    with pytest.warns(UserWarning, match=r"-9\.0 kcal/mol in 1ia1, hydrogen bonds with .*B:GLU32") as said:
        run = campaign(tmp_path, docker, "GLU32").run(1)
    assert any("the contact asked for, B:GLU32, is made; children keep this pose" in str(one.message) for one in said)
    assert any("polar contacts it makes" in str(one.message) for one in said)
    assert "contact with B:GLU32 kept in 1 of 1 molecules" in run.notes()
    (asked,) = docker.asked
    assert asked.settings is not None
    assert (asked.settings.effort, asked.settings.poses) == (EFFORTS["standard"], 9)  # though the run's effort is fast


def test_each_of_several_contacts_is_a_column_named_by_its_residue(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="the lead: "):
        run = campaign(tmp_path, Poser((-9.0, NATIVE), (-8.6, WRONG)), "B:GLU32", "I9", force=True).run(1)
    frame = run.frame()
    named = {name for name in frame.columns if "contact" in name}
    assert named >= {f"{kind}_{residue}" for residue in ("GLU32", "ILE9") for kind in ("contact_kept", "term_contact")}
    assert not any(name.rstrip("_2") in ("contact", "contact_kept", "term_contact") for name in named)
    assert frame["contact_kept_GLU32"][0] == 1.0
    table = (tmp_path / "molecules.csv").read_text().splitlines()[0].split(",")
    assert "contact_kept_ILE9" in table


@pytest.mark.parametrize("gate", [False, True])
def test_another_pose_that_makes_the_contact_is_what_the_run_builds_on(gate: bool, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"lacks the contact with B:GLU32; a pose 0\.4 kcal/mol worse makes it and is"):
        run = campaign(tmp_path, Poser((-9.0, WRONG), (-8.6, NATIVE)), "GLU32", gate=gate).run(1)
    (record,) = run.records()
    docking, contact = record.evaluation.all_terms()
    assert (docking.score, docking.raw["affinity_unseeded"], contact.score) == (-8.6, -9.0, 0.0)
    assert docking.details["poses"][0] == NATIVE


@pytest.mark.parametrize("score", [-7.4, None])
def test_a_contact_that_no_good_pose_makes_is_refused_with_the_remedy(score: float | None, tmp_path: Path) -> None:
    docker = Poser((-9.0, WRONG), *(() if score is None else ((score, NATIVE),)))
    why = "none does" if score is None else "scores 1.6 kcal/mol worse"
    with (
        pytest.warns(UserWarning, match="the lead: "),
        pytest.raises(LeadPoseError, match=f"B:GLU32.*{why}.*--pose FILE.*--force"),
    ):
        campaign(tmp_path, docker, "GLU32").run(20)
    before = len(docker.asked)
    with pytest.raises(LeadPoseError):  # the measurement is there
        campaign(tmp_path, docker, "GLU32").run(20)
    assert len(docker.asked) == before
    assert len(campaign(tmp_path, docker, "GLU32", force=True).run(1).records()) == 1


def test_a_refused_lead_s_folder_takes_other_settings_and_one_with_results_does_not(tmp_path: Path) -> None:
    docker = Poser((-9.0, WRONG))
    with pytest.warns(UserWarning, match="the lead: "), pytest.raises(LeadPoseError):
        campaign(tmp_path, docker, "GLU32").run(20)
    with pytest.warns(UserWarning, match="the lead: "):
        assert campaign(tmp_path, docker).run(1).records()[0].evaluation.ok
    with pytest.raises(SettingsChangedError):
        campaign(tmp_path, docker, "ILE9")


def test_a_pose_that_few_searches_found_is_not_trusted(tmp_path: Path) -> None:
    """Unless it makes the native ligand's contacts."""
    for pose, trusted, said in ((WRONG, False, "to trust it"), (NATIVE, True, "children keep this pose")):
        with pytest.warns(UserWarning, match=f"found by 2 of 10 searches.*{said}"):
            run = campaign(tmp_path / str(trusted), Poser((-9.0, pose), times=2)).run(1)
        leads = run._leads
        assert leads is not None
        assert leads.found[LEAD]["trusted"] is trusted


def test_a_pose_without_any_native_contact_is_not_trusted_however_often_it_was_found(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"it makes none, not .*not trusted.*--pose FILE.*--pose-mode keep"):
        run = campaign(tmp_path / "auto", Poser((-9.0, WRONG), times=10)).run(1)
    assert run._leads is not None
    assert run._leads.found[LEAD]["trusted"] is False
    loss = Docking(RECEPTOR, docker=Poser((-9.0, WRONG), times=10), effort="fast", pose_mode="keep")
    with pytest.warns(UserWarning, match="children keep it all the same"):
        Campaign(tmp_path / "keep", start=LEAD, loss=loss).run(1)
    with pytest.warns(UserWarning, match="is made; children keep this pose"):  # the user says what the mode is
        campaign(tmp_path / "asked", Poser((-9.0, NATIVE)), "GLU32").run(1)


def hop(folder: Path, docker: Poser) -> Campaign:
    loss = Docking(RECEPTOR, docker=docker, effort="fast") + 10 * LeadContacts()
    return Campaign(folder, start=LEAD, loss=loss, scope="hop")


def test_a_hop_pays_for_each_hydrogen_bond_that_lead_and_native_ligand_share(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"hops pay for losing its hydrogen bonds with .*B:GLU32"):
        run = hop(tmp_path, Poser((-9.0, NATIVE))).run(1)
    assert run._leads is not None
    held = run._leads.found[LEAD]["holds"]["1ia1"]
    assert "B:GLU32" in held
    assert run.records()[0].evaluation.terms[1].score == 0.0  # the lead's own
    row = run.rows()[0]
    child = type(row)(9, 1, "search", Proposal("CCCCC", LEAD, reason="x", advisor="chemist"), None)
    context = run._leads.context(child, run.archive())
    for pose, whole in ((NATIVE, True), (WRONG, False)):
        loss = Docking(RECEPTOR, docker=Poser((-9.0, pose))) + 10 * LeadContacts()
        told = {"lead_contacts": context["lead_contacts"]}
        (found,) = (one for _, one in loss.stream([LEAD], [told]))
        assert (found.terms[1].raw["lead_contacts_kept"] == len(held)) is whole
        assert (found.terms[1].number() < 0.1) is whole


def test_a_hop_from_a_pose_that_is_not_trusted_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="no contact is kept in hops: its pose is not trusted; ask"):
        run = hop(tmp_path, Poser((-9.0, WRONG))).run(1)
    assert run._leads is not None
    assert run._leads.found[LEAD]["holds"] == {}


def test_the_term_is_added_to_hops_that_ask_for_no_contact() -> None:
    docking: list[dict[str, Any]] = [{"loss": "docking"}]
    assert [term["loss"] for term in kept_in_hops("hop", docking)] == ["lead_contacts"]
    assert kept_in_hops("analogues", docking) == kept_in_hops("hop", [*docking, {"loss": "contact"}]) == []
    assert kept_in_hops("hop", [{"loss": "qed"}]) == []


def test_a_known_pose_of_another_molecule_is_a_sentence(tmp_path: Path) -> None:
    """Benzene where the native ligand lies, which shares too little with the lead."""
    ring = Chem.AddHs(Chem.MolFromSmiles("c1ccccc1"))
    AllChem.EmbedMolecule(ring, randomSeed=1)
    for atom in range(ring.GetNumAtoms()):
        place = np.array(RECEPTOR.box.center) + np.array(ring.GetConformer().GetAtomPosition(atom))
        ring.GetConformer().SetAtomPosition(atom, Point3D(*map(float, place)))
    file = tmp_path / "benzene.sdf"
    file.write_text(Chem.MolToMolBlock(ring) + "$$$$\n")

    class Unbuilt(Poser):
        def _one(self, one: Asked) -> DockResult:
            assert one.parent is not None  # it is handed on, and the dock says what came of it
            return super()._one(one._replace(parent=None))

    loss = Docking(RECEPTOR, docker=Unbuilt((-9.0, NATIVE)), pose=file)
    with pytest.warns(UserWarning, match="the known pose is not used: it is of a molecule that shares too little"):
        run = Campaign(tmp_path / "run", start=LEAD, loss=loss).run(1)
    assert run.records()[0].evaluation.score == -9.0


def test_of_several_leads_one_that_makes_the_contact_is_enough(tmp_path: Path) -> None:
    other = LEAD.replace("N", "[15NH2]", 1) if LEAD.startswith("N") else f"[13CH3]{LEAD.removeprefix('C')}"

    class Two(Poser):
        def _one(self, one: Asked) -> DockResult:
            self.found = ((-9.0, NATIVE if one.smiles == LEAD else WRONG),)
            return super()._one(one)

    run = campaign(tmp_path, Two((-9.0, NATIVE)), "GLU32", starts=[LEAD, other])
    with pytest.warns(UserWarning, match="lacks the contact with B:GLU32"):
        run.run(2)
    assert [bool(one["lacks"]) for one in run._leads.found.values()] == [False, True]  # type: ignore[union-attr]


def test_a_lead_that_joins_later_is_looked_at_like_the_first(tmp_path: Path) -> None:
    other = f"[13CH3]{LEAD.removeprefix('C')}" if LEAD.startswith("C") else LEAD.replace("N", "[15NH2]", 1)
    docker = Poser((-9.0, WRONG), (-8.6, NATIVE))
    with campaign(tmp_path, Poser((-9.0, NATIVE)), "GLU32").run(1) as run:
        first = run.lead_notes
    with campaign(tmp_path, docker, "GLU32", starts=[LEAD, other], revise=True) as run:
        with pytest.warns(
            UserWarning, match=r"a pose 0\.4 kcal/mol worse makes it and is what the run builds on"
        ) as said:
            run.run(2)
        assert not any(first[0] in str(one.message) for one in said)  # it was told before
        assert docker.asked[0].settings is not None
        assert docker.asked[0].settings.effort == EFFORTS["standard"]
        assert [bool(one["lacks"]) for one in run._leads.found.values()] == [False, False]  # type: ignore[union-attr]
        assert run.records()[1].evaluation.all_terms()[0].score == -8.6


def test_a_contact_that_is_asked_for_later_has_the_leads_looked_at_again(tmp_path: Path) -> None:
    docker = Poser((-9.0, WRONG), (-8.6, NATIVE))
    with campaign(tmp_path, docker).run(1) as run:
        assert "asked for" not in run.lead_notes[0]
    with campaign(tmp_path, docker, "GLU32", revise=True) as run:
        run.run(1)
        assert "lacks the contact with B:GLU32; a pose 0.4 kcal/mol worse makes it" in run.lead_notes[0]


def test_fragments_and_other_losses_are_left_alone(tmp_path: Path) -> None:
    docker = Poser((-3.0, WRONG))
    run = Campaign(tmp_path, start="c1ccncc1", loss=Docking(RECEPTOR, docker=docker))
    assert run._leads is not None
    assert run._leads.context(run.rows()[0], run.archive()) == {}


def measured(value: str, parent: str | None, shift: float | None) -> Record:
    raw = {} if shift is None else {LEAD_RMSD: shift}
    evaluation = Evaluation("docking", Status.OK, -9.0, raw, kind="docking")
    return Record(Proposal(value, parent, reason="x", advisor="user"), evaluation, 0, value)


def test_a_child_of_one_that_left_the_mode_is_built_on_the_last_ancestor_in_it(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="the lead: "):
        run = campaign(tmp_path, Poser((-9.0, NATIVE)), "GLU32").run(1)
    archive, leads = run.archive(), run._leads
    for place, one in enumerate([measured("CCC", LEAD, 0.9), measured("CCCC", "CCC", 2.6)], 1):
        archive.add(one, place)
    row = run.rows()[0]
    child = type(row)(9, 1, "search", Proposal("CCCCC", "CCCC", reason="x", advisor="chemist"), None)
    assert isinstance(leads, Leads)
    context = leads.context(child, archive)
    assert context["dock_as"] == {"pose_mode": "keep"}
    assert context["parent_evaluation"].raw[LEAD_RMSD] == 0.9
    assert context["lead_evaluation"].terms[0].details["poses"][0] == NATIVE


def test_what_is_kept_is_counted() -> None:
    records = [measured("C", "L", 0.5), measured("CC", "C", 2.5), measured("L", None, None)]
    assert kept(records) == ["binding mode of the lead kept in 1 of 2 molecules made from it"]


def test_the_shift_of_what_two_poses_share() -> None:
    assert core_shift(NATIVE, NATIVE) == 0.0
    assert core_shift(crystal(moved=3.0)[1], NATIVE) == pytest.approx(3.0, abs=0.4)
    assert core_shift(Chem.MolToMolBlock(Chem.MolFromSmiles("CCO")), NATIVE) is None
