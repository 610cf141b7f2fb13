"""A folder alone makes its campaign again; what no file can hold is named and asked for."""

from __future__ import annotations

import os
from copy import copy
from pathlib import Path

import pytest

from molgrad.autograd.composite import Max
from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.recipe import UnrepeatableError, made, recipe
from molgrad.docking.effort import Effort
from molgrad.errors import CampaignError, SettingsChangedError
from molgrad.losses.alerts import Alerts
from molgrad.losses.assay import Assay
from molgrad.losses.docking import Docking
from molgrad.losses.druglikeness import QED, LogP
from molgrad.molecule.domain import MoleculeDomain
from molgrad.receptors.receptor import load_receptor

LEAD = "CC(=O)Nc1ccc(O)cc1"


def fluorines(smiles: str) -> float:
    return -float(smiles.count("F"))


def begun(folder: Path, loss: object = None, **more: object) -> Campaign:
    whole = {"start": LEAD, "seed": 7, "batch": 3, "role": "an antipyretic"} | more
    return Campaign(folder, loss=loss or Assay("ic50", unit="nM") + 5 * QED() + 2 * LogP(high=3.0), **whole)  # type: ignore[arg-type]


def test_a_campaign_goes_on_from_its_folder_alone_as_it_would_have(tmp_path: Path) -> None:
    for folder in ("whole", "left"):
        with begun(tmp_path / folder, scope="analogues", domain=MoleculeDomain(exclude=["[N+](=O)[O-]"])) as run:
            for record in run.ask(3):
                run.tell(record, 100.0)
            if folder == "whole":
                whole = [record.value for record in run.ask(3)]
    with Campaign(tmp_path / "left") as run:
        assert run.records()
        assert run.loss is None  # nothing is made before something is to be measured
        assert [record.value for record in run.ask(3)] == whole
        assert (run.seed, run.batch, run.role) == (7, 3, "an antipyretic")


def test_it_is_read_while_another_handle_has_it_and_tells_without_a_loss(tmp_path: Path) -> None:
    with begun(tmp_path) as run:
        asked = run.ask(2)
        with Campaign(tmp_path) as again:
            assert [record.value for record in again.pending()][-2:] == [record.value for record in asked]
            again.tell(asked[0].name, 5.0)
        assert asked[0].value not in [record.value for record in run.pending()]


def test_what_no_file_can_hold_is_named_and_asked_for(tmp_path: Path) -> None:
    begun(tmp_path, Assay("ic50") + fluorines).close()
    with Campaign(tmp_path) as run:
        with pytest.raises(CampaignError, match=r"loss \(the Python function fluorines\); give loss="):
            run.ask(1)
        assert run.resolve("m0001").proposal.value == LEAD  # it can still be read
    with Campaign(tmp_path, loss=Assay("ic50") + fluorines) as run:  # the rest is as it was
        assert run.seed == 7
        assert len(run.ask(1)) == 1


def test_what_is_given_is_compared_with_what_the_folder_has(tmp_path: Path) -> None:
    begun(tmp_path).close()
    with pytest.raises(SettingsChangedError, match="seed was 7, is now 8"):
        Campaign(tmp_path, loss=Assay("ic50", unit="nM") + 5 * QED() + 2 * LogP(high=3.0), seed=8)
    with Campaign(tmp_path, seed=8) as run, pytest.raises(SettingsChangedError, match="seed was 7, is now 8"):
        run.ask(1)


@pytest.mark.parametrize(
    "loss",
    [
        Docking("1ia1", effort="fast", workers=2),
        Docking(load_receptor("DRD2"), effort=Effort("mine", searches=2), protonation="none"),
        Max(Docking("PPARA"), 2 * Docking("PPARG")) + 10 * QED() - Alerts(),
        Assay("solubility", direction="maximize", unit="uM"),
    ],
    ids=["name", "receptor and effort", "composites", "assay"],
)
def test_losses_are_made_again_as_they_were(loss: Loss) -> None:
    written = recipe({"loss": loss})
    assert written["lost"] == {}
    assert made(written["parts"]["loss"]).spec() == loss.spec()


def test_a_copy_is_not_taken_for_its_original_but_for_a_domain_within_a_scope() -> None:
    changed = copy(Assay("ic50", unit="nM"))
    changed.name = "other"
    domain = MoleculeDomain(exclude=["[N+]"]).within("analogues", [LEAD])
    assert made(recipe({"domain": domain})["parts"]["domain"]).within("analogues", [LEAD]).spec() == domain.spec()
    assert recipe({"loss": changed})["lost"] == {"loss": "a Python object (Assay)"}


def test_files_are_found_from_another_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lab" / "mine"
    folder.mkdir(parents=True)
    source = load_receptor("1ia1")
    (folder / "receptor.pdbqt").write_bytes(source.pdbqt.read_bytes())
    (folder / "box.toml").write_bytes((source.pdbqt.parent / "box.toml").read_bytes())
    monkeypatch.chdir(tmp_path)
    written = recipe({"loss": Docking("lab/mine")})
    os.chdir("/")
    assert made(written["parts"]["loss"]).receptor.sha256 == source.sha256
    (folder / "receptor.pdbqt").unlink()
    with pytest.raises(UnrepeatableError, match="Docking"):
        made(written["parts"]["loss"])


def test_a_folder_from_somebody_else_runs_no_code_of_its_own(tmp_path: Path) -> None:
    hostile = {
        "made": {"class": "os:system", "args": {"tuple": [f"touch {tmp_path / 'x'}"]}, "arguments": {"table": {}}}
    }
    with pytest.raises(UnrepeatableError):
        made(hostile)
    hostile["made"]["class"] = "molgrad.registry:load"
    with pytest.raises(UnrepeatableError):
        made(hostile)
    assert not (tmp_path / "x").exists()
