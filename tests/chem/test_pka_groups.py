"""Groups of molecules that a chemist knows: their names, and pKa close to measured ones."""

from __future__ import annotations

import pytest

from molgrad.chem.ionization import species_at


@pytest.mark.parametrize(
    ("smiles", "kind", "group", "measured", "within"),
    [
        ("c1ccc2[nH]cnc2c1", "acid", "benzimidazole", 12.8, 0.5),
        ("CCC1(CC)C(=O)NC(=O)NC1=O", "acid", "barbiturate", 8.0, 0.4),
        ("CCC1(c2ccccc2)C(=O)NC(=O)NC1=O", "acid", "barbiturate of an aryl group", 7.4, 0.4),
        ("CCCC(C)C1(CC)C(=O)NC(=S)NC1=O", "acid", "thiobarbiturate", 7.6, 0.4),
        ("O=c1[nH]c2cc(Cl)ccc2o1", "acid", "benzoxazolone", 8.3, 0.5),
        ("O=C(Nc1nnc(Cc2ccccc2)s1)c1cccs1", "acid", "thiadiazolyl amide of an arene", 7.0, 0.5),
        ("O=c1cccccc1O", "acid", "tropolone", 6.9, 0.3),
        ("Nc1ccc2ccccc2n1", "base", "2-aminoquinoline", 7.3, 0.3),
        ("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "base", "diaminopyrimidine", 7.1, 0.3),
        ("C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1", "base", "4-aminoquinazoline", 5.4, 0.3),
        ("COc1ccc2[nH]c(S(=O)Cc3ncc(C)c(OC)c3C)nc2c1", "base", "pyridylmethyl sulfoxide", 4.0, 0.3),
        ("CC1=CC(C)=Nc2ccccc2N1", "base", "vinylogous amidine of two arenes", 9.0, 0.8),
        ("CC(=O)NC(=N)NC(C)=O", "base", "diacylguanidine", 4.9, 0.3),
    ],
)
def test_a_group_has_its_name_and_a_pka_close_to_the_measured_one(
    smiles: str, kind: str, group: str, measured: float, within: float
) -> None:
    sites = [site for site in species_at(smiles, 7.4)[0].sites if site.kind == kind]
    site = (min if kind == "acid" else max)(sites, key=lambda site: site.pka)
    assert site.group == group
    assert site.pka == pytest.approx(measured, abs=within)
