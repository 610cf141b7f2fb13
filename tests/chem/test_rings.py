"""Rings: what is refused, what passes though it looks alike."""

import pytest

from molgrad.chem.rings import macrocycles, strained_or_dearomatised
from tests.chem.drugs import DRUGS

REFUSED = {
    "cyclopentadiene": "CC1C=CC=C1",
    "fulvene": "C=C1C=CC=C1",
    "2H-pyrrole": "CC1(C)C=CC=N1",
    "3H-pyrrole": "CC1(C)C=CN=C1",
    "4H-imidazole": "CC1(C)C=NC=N1",
    "3H-indole": "CC1C=Nc2ccccc12",
    "thiophene dioxide": "O=S1(=O)C=CC=C1",
    "1,3-cyclohexadiene": "CC1CC=CC=C1",
    "1,4-cyclohexadiene": "CC1C=CCC=C1",
    "1,4-dihydropyridine": "CN1C=CCC=C1",
    "1,2-dihydropyridine": "CN1CC=CC=C1",
    "4H-pyran": "C1C=COC=C1",
    "1,4-dihydropyrazine": "CN1C=CN(C)C=C1",
    "phenol tautomer": "O=C1CC=CC=C1",
    "2-naphthol tautomer": "O=C1C=Cc2ccccc2C1",
    "1-naphthol tautomer": "O=C1C=CCc2ccccc12",
    "fused naphthol tautomer": "O=C1CCC2=C(C1)C(=O)Cc1ccccc12",
    "quinone methide": "C=C1C=CC(=O)C=C1",
    "methylene-cyclohexadiene": "C=C1C=CCC=C1",
    "quinodimethane": "C=c1ccc(=C)cc1",
    "fused quinodimethane": "C1=c2ccc(C)cc2=CCC1",
    "cyclooctyne": "C1CCCC#CCC1",
    "ring allene": "C1CCC=C=CC1",
    "cyclopropene": "CC1=CC1",
    "methylenecyclopropane": "C=C1CC1",
    "cyclopropanone": "O=C1CC1",
    "oxaziridine": "CN1OC1C",
    "cyclobutadiene": "C1=CC=C1",
    "cyclobutene": "CC1=CCC1",
    "dioxetane": "C1COO1",
    "bicyclobutane": "C1C2CC12",
    "cubane": "C12C3C4C1C5C2C3C45",
    "spiropentane": "C1CC12CC2",
    "spiro benzocyclobutene": "C1COC12Cc1ccccc12",
    "benzoxete": "C1Oc2ccccc12",
    "Bredt": "C1CC2CCC1=C2",
    "three spiro centres": "C1CC12CC1(C2)CC2(C1)CC1(CC1)C2",
}
PASSED = {
    "indene": "C1C=Cc2ccccc12",
    "fluorene": "C1c2ccccc2-c2ccccc12",
    "cyclopentene": "C1C=CCC1",
    "pyrroline": "CC(=O)N1CC=CC1",
    "cyclohexene": "C1C=CCCC1",
    "dihydronaphthalene": "C1C=Cc2ccccc2C1",
    "steroid dienone": "O=C1C=CC(C)(CC)C=C1",
    "bicyclopentane": "NC12CC(C1)C2",
    "spiro[3.3]heptane": "C1CC2(C1)CCC2",
    "bicyclo[3.1.0]": "C1CC2CC2C1",
    "adamantane": "NC12CC3CC(CC(C3)C1)C2",
    "benzocyclobutene": "C1Cc2ccccc12",
    "squaramide": "CNC1=C(NC)C(=O)C1=O",
    "beta-lactam": "O=C1CCN1",
    "cyclobutanone": "O=C1CCC1",
    "norbornene": "C1CC2C=CC1C2",
    "2-tetralone": "O=C1CCc2ccccc2C1",
    "naphthalenone": "O=C1C=CC(C)(C)c2ccccc12",
    "naphthoquinone": "O=C1C=CC(=O)c2ccccc12",
    "isoquinolinone": "O=C1Cc2ccccc2CN1",
    "coumarin": "O=c1ccc2ccccc2o1",
    "pyridone": "O=c1cccc[nH]1",
    "azulene": "c1ccc2cccc-2cc1",
}


@pytest.mark.parametrize("smiles", REFUSED.values(), ids=REFUSED)
def test_refused(smiles):
    alerts = strained_or_dearomatised(smiles)
    assert alerts
    assert all(alert.atoms and alert.reason and alert.catalog == "ring" for alert in alerts)


@pytest.mark.parametrize("smiles", PASSED.values(), ids=PASSED)
def test_passed(smiles):
    assert strained_or_dearomatised(smiles) == ()


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_drugs_pass(smiles):
    assert strained_or_dearomatised(smiles) == ()


def test_macrocycles_are_told_apart():
    assert macrocycles("C1CCCCCCCCCC1")[0].name == "macrocycle"
    assert macrocycles("C1CCCCCCC1") == ()
