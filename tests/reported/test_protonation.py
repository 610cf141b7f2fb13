"""Charge states at pH 7.4 that were wrong for a whole class of groups, as reported; several members of each."""

from __future__ import annotations

import math

import pytest

from molgrad.chem.ionization import species_at
from molgrad.chem.parse import canonical
from molgrad.chem.states import by_pka
from molgrad.docking.species import choose


def docked(smiles: str) -> str:
    return by_pka(smiles).smiles


def charge(smiles: str) -> int:
    return species_at(smiles, 7.4)[0].charge


def neutral(*molecules: str) -> None:
    for smiles in molecules:
        assert docked(smiles) == canonical(smiles)


def ions(**molecules: tuple[str, int]) -> None:
    assert {name: charge(smiles) for name, (smiles, _) in molecules.items()} == {
        name: net for name, (_, net) in molecules.items()
    }


def test_cimetidine_and_other_cyanoguanidines_stay_neutral() -> None:
    neutral("CNC(NCCSCc1nc[nH]c1C)=NC#N", "CCNC(=NC#N)Nc1ccncc1C", "CC(NC(=NC#N)Nc1cccnc1)C(C)(C)C")


def test_nitroguanidines_and_nitroethenediamines_stay_neutral() -> None:
    neutral("CN1COCN(Cc2cnc(Cl)s2)C1=N[N+](=O)[O-]", "O=[N+]([O-])N=C1NCCN1Cc1ccc(Cl)nc1")
    ions(ranitidine=("CNC(=C[N+](=O)[O-])NCCSCc1ccc(CN(C)C)o1", 1))


def test_amidoximes_stay_neutral() -> None:
    neutral("NC(=NO)c1ccccc1", "CC(N)=NO", "NC(=NO)c1ccc(OCCCCCOc2ccc(cc2)C(N)=NO)cc1")


def test_famotidine_and_other_sulfonylamidines_stay_neutral() -> None:
    neutral("NC(N)=Nc1nc(CSCCC(N)=NS(N)(=O)=O)cs1", "NC(N)=NS(=O)(=O)c1ccc(N)cc1", "CC(N)=NS(=O)(=O)c1ccccc1")


def test_amines_beside_fluorine_stay_neutral() -> None:
    neutral("NCC(F)(F)F", "CNCC(F)(F)F", "FC(F)(F)CN1CCCCC1", "NC(c1ccccc1)C(F)(F)F", "NCC(F)(F)C(F)F")
    ions(far=("NCCCC(F)(F)F", 1), one=("FCCN1CCCC1", 1))


def test_aminonitriles_stay_neutral() -> None:
    neutral("NCC#N", "CN(C)CC#N", "N#CC1CCCN1", "N#CC1(CCCCC1)N1CCCCC1")


def test_bisphosphonates_and_hindered_phosphonates_are_anions() -> None:
    ions(
        alendronate=("NCCCC(O)(P(=O)(O)O)P(=O)(O)O", -2),
        etidronate=("CC(O)(P(=O)(O)O)P(=O)(O)O", -3),
        tert_butylphosphonate=("CC(C)(C)P(=O)(O)O", -1),
        tenofovir=("CC(Cn1cnc2c(N)ncnc12)OCP(=O)(O)O", -2),
        amp=("Nc1ncnc2n(cnc12)C1OC(COP(=O)(O)O)C(O)C1O", -2),
    )
    assert charge("OC(Cn1ccnc1)(P(=O)(O)O)P(=O)(O)O") in (-2, -3)


def test_phosphinic_acids_are_anions() -> None:
    ions(dimethyl=("CP(C)(=O)O", -1), phenyl=("O=[PH](O)c1ccccc1", -1), ester=("CP(=O)(O)OC", -1))


def test_acylsulfonamides_saccharin_and_sulfonylureas_are_anions() -> None:
    ions(
        acyl=("CC(=O)NS(=O)(=O)c1ccccc1", -1),
        saccharin=("O=C1NS(=O)(=O)c2ccccc12", -1),
        tolbutamide=("CCCCNC(=O)NS(=O)(=O)c1ccc(C)cc1", -1),
        glimepiride=("CCC1=C(C)CN(C(=O)NCCc2ccc(cc2)S(=O)(=O)NC(=O)NC2CCC(C)CC2)C1=O", -1),
        venetoclax_core=("O=C(NS(=O)(=O)c1ccc(NCC2CCOCC2)c(c1)[N+](=O)[O-])c1ccccc1", -1),
    )


def test_sulfamethoxazole_and_other_heteroaryl_sulfonamides_are_anions() -> None:
    ions(
        sulfamethoxazole=("Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1", -1),
        sulfadiazine=("Nc1ccc(cc1)S(=O)(=O)Nc1ncccn1", -1),
        sulfapyridine=("Nc1ccc(cc1)S(=O)(=O)Nc1ccccn1", 0),
        benzenesulfonamide=("NS(=O)(=O)c1ccccc1", 0),
    )


def test_n_aryl_triflamides_are_anions_and_mesylamides_are_not() -> None:
    ions(
        triflanilide=("O=S(=O)(Nc1ccccc1)C(F)(F)F", -1),
        substituted=("Cc1ccc(NS(=O)(=O)C(F)(F)F)cc1", -1),
        mesyl=("CS(=O)(=O)Nc1ccccc1", 0),
        nimesulide=("CS(=O)(=O)Nc1ccc(cc1Oc1ccccc1)[N+](=O)[O-]", -1),
    )


def test_phenols_lose_their_proton_by_their_substituents() -> None:
    ions(
        dinitrophenol=("Oc1ccc(cc1[N+](=O)[O-])[N+](=O)[O-]", -1),
        pentachlorophenol=("Oc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl", -1),
        bromoxynil=("N#Cc1cc(Br)c(O)c(Br)c1", -1),
        entacapone=("CCN(CC)C(=O)C(C#N)=Cc1cc(O)c(O)c(c1)[N+](=O)[O-]", -1),
        chlorophenol=("Oc1ccc(Cl)cc1", 0),
        vanillin_ketone=("COc1cc(CCC(C)=O)ccc1O", 0),
    )


def test_warfarin_and_other_vinylogous_acids_are_anions() -> None:
    ions(
        warfarin=("CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O", -1),
        warfarin_ketone=("CC(=O)CC(c1ccccc1)C1C(=O)c2ccccc2OC1=O", -1),
        ascorbic=("OCC(O)C1OC(=O)C(O)=C1O", -1),
        edaravone=("CC1=NN(c2ccccc2)C(=O)C1", -1),
        dimedone=("O=C1CC(C)(C)CC(=O)C1", -1),
        phenylbutazone=("CCCCC1C(=O)N(c2ccccc2)N(c2ccccc2)C1=O", -1),
        piroxicam=("CN1C(C(=O)Nc2ccccn2)=C(O)c2ccccc2S1(=O)=O", -1),
    )
    assert docked("CC1CC(=O)CC(=O)C1") == canonical("CC1CC(=O)C=C([O-])C1"), "drawn as the enolate that it is"


def test_4_aminopyridines_and_quinolines_are_cations() -> None:
    ions(
        dmap=("CN(C)c1ccncc1", 1),
        fampridine=("Nc1ccncc1", 1),
        tacrine=("Nc1c2CCCCc2nc2ccccc12", 1),
        chloroquine=("CCN(CC)CCCC(C)Nc1ccnc2cc(Cl)ccc12", 2),
        aminopyridine_with_chlorine=("Nc1cc(Cl)nc(Cl)c1", 0),
        pyridine=("c1ccncc1", 0),
    )


def test_piperazines_carry_one_charge() -> None:
    ions(
        imatinib=("Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1", 1),
        cyclizine=("CN1CCN(CC1)C(c1ccccc1)c1ccccc1", 1),
        bare=("C1CNCCN1", 1),
        dabco=("C1CN2CCN1CC2", 1),
        ethylenediamine=("CN(C)CCN(C)C", 1),
        putrescine=("NCCCCN", 2),
    )


def test_amidines_of_tricycles_are_not_charged_beside_their_piperazine() -> None:
    ions(
        clozapine=("CN1CCN(CC1)C1=Nc2cc(Cl)ccc2Nc2ccccc12", 1),
        olanzapine=("CN1CCN(CC1)C1=Nc2ccccc2Nc2sc(C)cc12", 1),
        loxapine=("CN1CCN(CC1)C1=Nc2ccccc2Oc2ccc(Cl)cc12", 1),
        chlordiazepoxide=("CN=C1C[N+]([O-])=C(c2ccccc2)c2cc(Cl)ccc2N1", 0),
        diazepam=("CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12", 0),
        benzamidine=("NC(=N)c1ccccc1", 1),
    )


def test_biguanides_carry_one_charge() -> None:
    ions(
        metformin=("CN(C)C(=N)NC(N)=N", 1),
        other_tautomer=("CN(C)C(N)=NC(N)=N", 1),
        proguanil=("CC(C)NC(=N)NC(=N)Nc1ccc(Cl)cc1", 1),
        arginine=("NC(CCCNC(N)=N)C(=O)O", 1),
    )


def test_imides_and_tetrazoles_by_their_ring() -> None:
    ions(
        pioglitazone=("CCc1ccc(CCOc2ccc(CC3SC(=O)NC3=O)cc2)nc1", -1),
        phenytoin=("O=C1NC(=O)C(N1)(c1ccccc1)c1ccccc1", 0),
        barbital=("CCC1(CC)C(=O)NC(=O)NC1=O", 0),
        fluorouracil=("O=c1[nH]cc(F)c(=O)[nH]1", 0),
        losartan=("CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nnn[nH]1", -1),
        theophylline=("Cn1c2nc[nH]c2c(=O)n(C)c1=O", 0),
        hydroxamic=("ONC(=O)CCCCCCC(=O)Nc1ccccc1", 0),
    )


def test_amino_acids_are_zwitterions() -> None:
    assert docked("NC(C)C(=O)O") == canonical("[NH3+]C(C)C(=O)[O-]")
    ions(lysine=("NCCCCC(N)C(=O)O", 1), aspartate=("NC(CC(=O)O)C(=O)O", -1), taurine=("NCCS(=O)(=O)O", 0))
    ions(ciprofloxacin=("O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O", 0))


def test_states_above_a_fifth_are_docked_when_asked_each_with_its_price() -> None:
    imidazole = choose("Cc1c[nH]cn1", states=3)
    assert [round(one.price, 1) for one in imidazole.species] == [
        round(-0.593 * math.log(one.state.share or 1), 1) for one in imidazole.species
    ]
    assert len(imidazole.species) == 2
    assert len(choose("CC(=O)O", states=3).species) == 1, "its other form is one in four hundred"
    assert [one.price for one in choose("Cc1c[nH]cn1").species] == [0.0]


@pytest.mark.parametrize(
    "drawn", ["CC(=O)[O-]", "C[NH+]1CCNCC1", "[NH3+]CC(=O)[O-]", "CC(=O)[N-]S(=O)(=O)c1ccccc1", "NC(=[NH2+])NCC"]
)
def test_an_ion_as_drawn_is_docked_as_its_neutral_form_is(drawn: str) -> None:
    state = by_pka(drawn)
    assert state.smiles == docked(state.smiles)
    assert state.method == "pka"
