"""The limits in words agree with what the validator does."""

from __future__ import annotations

import pytest
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from molgrad.chem.groups import UNWANTED
from molgrad.molecule.domain import MoleculeDomain
from molgrad.validation.sentences import ALERTS, GROUPS, sentences
from molgrad.validation.validator import PRESETS, Validator

# What each sentence forbids, as a molecule that the preset refuses.
BROKEN = {
    "heavy atoms": "CCO",
    "net charge": "[O-]C(=O)c1cc(C(=O)[O-])cc(C(=O)[O-])c1",
    "stereocentre": "CC(N)C(=O)Nc1ccccc1",
    "ring of more than": "C1CCCCCCCCCCC1",
    "reactive": "O=Cc1ccccc1",
    "besides at most 2 substituents": "Cc1c(F)c(OC)cc2c1CCC2",
    "at most one has a saturated ring": "c1ccc2c(c1)CCC2c1ccc2c(c1)CCC2",
    "cyclopropanes and spiro centres": "C1(CC1)Oc1ccc(NC2CC2)cc1C1CC1",
}


@pytest.mark.parametrize(("said", "smiles"), list(BROKEN.items()))
def test_what_a_sentence_forbids_is_refused(said: str, smiles: str) -> None:
    assert any(said in one for one in sentences("druglike"))
    assert not Validator("druglike").passes(smiles)


def test_every_group_that_is_named_is_one_that_is_refused() -> None:
    hits = {group.name: group.hit for group in UNWANTED}
    assert set(GROUPS) <= set(hits)
    params = FilterCatalogParams()
    params.AddCatalog(FilterCatalogParams.FilterCatalogs.BRENK)
    brenk = FilterCatalog(params)
    assert set(ALERTS) <= {brenk.GetEntryWithIdx(i).GetDescription() for i in range(brenk.GetNumEntries())}


def test_each_preset_says_its_own() -> None:
    said = {preset: " ".join(sentences(preset)) for preset in PRESETS}
    assert said["dockable"] == said["parse"] == ""
    assert "at most 6" in said["druglike"]
    assert "BRENK" not in said["druglike"]
    assert "at most 4" in said["strict"]
    assert "BRENK" in said["strict"]
    assert "BRENK" in said["passes_filters"]
    assert "heavy atoms" not in said["passes_filters"]


def test_a_domain_says_its_scope_and_one_range_of_sizes() -> None:
    lead = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"
    free, bounded = MoleculeDomain(), MoleculeDomain().within("analogues", [lead])
    assert set(bounded.requirements) <= set(bounded.limits)
    for domain in (free, bounded):
        assert sum("heavy atoms" in one for one in domain.limits) == 1
