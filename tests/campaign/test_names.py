"""Molecules of a campaign are found by id, by the user's name and by SMILES."""

from __future__ import annotations

from pathlib import Path

import pytest

from molgrad.campaign.campaign import Campaign
from molgrad.errors import UnknownNameError
from molgrad.losses.assay import Assay
from molgrad.losses.druglikeness import QED


@pytest.fixture
def run(tmp_path: Path) -> Campaign:
    starts = tmp_path / "leads.smi"
    starts.write_text("CC(=O)Nc1ccccc1 acetanilide\nOc1ccncc1 pyridinol\n")
    return Campaign(tmp_path / "run", start=str(starts), loss=Assay("ic50") + QED())


def test_an_id_a_name_and_a_smiles_lead_to_the_same_row(run: Campaign) -> None:
    run.ask(1)
    for said in ("m0001", "M0001", "acetanilide", "CC(=O)Nc1ccccc1", "c1ccccc1NC(C)=O", " m0001 "):
        assert run.resolve(said).id == 1
    assert run.resolve("O=c1cc[nH]cc1").id == 2  # another drawing of the same tautomers
    assert run.name_of(run.resolve("m0001")) == "acetanilide"
    assert run.name_of(run.resolve("m0003")) == "m0003"


def test_what_was_never_proposed_is_an_error_with_what_is_near(run: Campaign) -> None:
    assert run.find("CCO") is None
    with pytest.raises(UnknownNameError, match="acetanilide"):
        run.resolve("acetanilid")
    with pytest.raises(UnknownNameError):
        run.resolve("m0099")


def test_what_waits_for_the_laboratory_is_listed(run: Campaign) -> None:
    asked = run.ask(2)
    assert [record.value for record in run.pending()][-2:] == [record.value for record in asked]
    run.tell(asked[0], 12.0)
    assert asked[0].value not in [record.value for record in run.pending()]
