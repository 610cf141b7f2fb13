"""The validator: a pass and a fail for each check, presets, and reasons one can act on."""

import pytest

from molgrad.errors import UnknownNameError
from molgrad.validation import PRESETS, Bounds, Reason, Validator
from tests.chem.drugs import DRUGS

GOOD = "COc1ccc(CNC(C)=O)cc1"

FAILS = [
    ("parse", "parse", "CC(=O"),
    ("valence", "parse", "CC(C)(C)(C)C"),
    ("aromaticity", "parse", "c1cccc1"),
    ("fragments", "parse", "[Na+].[Cl-]"),
    ("element", "dockable", "CC[Se]CCCC"),
    ("element", "dockable", "CCCCB(O)O"),
    ("element", "dockable", "CCC[Si](C)(C)C"),
    ("size", "dockable", "C" * 90),
    ("size", "dockable", "C" * 60),
    ("size", "druglike", "CCO"),
    ("size", "druglike", "NC(C)C(=O)" * 12 + "O"),
    ("charge", "dockable", "[O-]C(=O)C(C(=O)[O-])(C(=O)[O-])C(C(=O)[O-])C(=O)[O-]"),
    ("radical", "dockable", "CCC[CH2]"),
    ("ring", "druglike", "CC1C=CC=C1CCC"),
    ("macrocycle", "druglike", "C1CCCCCCCCCC1"),
    ("stereo", "druglike", "CC(O)c1ccccc1"),
    ("stereo", "druglike", "O=C1c2ccccc2[C@H]2C[C@H]12"),  # trans across a cyclopropane
    ("reactive", "druglike", "O=C(Cl)c1ccccc1"),
    ("unstable", "druglike", "CCCCCCOOCC"),
    ("synthesis", "strict", DRUGS["morphine"]),
    ("alert", "strict", DRUGS["erlotinib"]),
]


@pytest.mark.parametrize(("rule", "preset", "smiles"), FAILS)
def test_each_rule_refuses_with_a_reason(rule, preset, smiles):
    verdict = Validator(preset).check(smiles)
    assert not verdict.ok
    assert rule in {reason.rule for reason in verdict.reasons}
    assert all(len(reason.text) > 10 for reason in verdict.reasons)
    assert verdict.text


def test_the_cis_twin_of_a_trans_fused_ring_is_no_matter_of_stereo():
    found = Validator("druglike").check("O=C1c2ccccc2[C@H]2C[C@@H]12")
    assert [reason.rule for reason in found.reasons] == ["rare"]


def test_what_is_rare_of_a_start_is_not_held_against_its_children():
    start, child = "O=C1c2cc(-c3cccnc3)ccc2[C@@H]2C[C@H]12", "O=C1c2cc(-c3cncnc3)ccc2[C@@H]2C[C@H]12"
    for preset in ("druglike", "strict"):
        assert not Validator(preset).check(child).ok
        assert Validator(preset, starts=[start]).check(child).ok
    further = Validator("druglike", starts=[start]).check("O=C1c2cc(-c3cccc4c3CCC4)ccc2[C@@H]2C[C@H]12")
    assert [reason.rule for reason in further.reasons] == ["rare"]  # the second core is not the start's
    assert Validator("passes_filters").check(child).ok  # leaderboards do not ask


@pytest.mark.parametrize("preset", PRESETS)
def test_a_sound_molecule_passes_every_preset(preset):
    verdict = Validator(preset).check(GOOD)
    assert (verdict.ok, verdict.reasons, verdict.notes, verdict.text) == (True, (), (), "valid")


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_drugs_are_druglike(smiles):
    verdict = Validator("druglike").check(smiles)
    assert verdict.ok, verdict.text


HYDRAZONES = {
    "acyl": "CC(=O)N/N=C/c1ccco1", "aryl": "C(=N/Nc1ccccc1)\\c1ccccc1", "of a ketone": "CC(C)=NNC(=O)c1ccccc1",
    "sulfonyl": "Cc1ccc(cc1)S(=O)(=O)N/N=C/c1ccccc1", "semicarbazone": "NC(=O)N/N=C/c1ccccc1",
    "acyl naphthol (PAINS)": "O=C(N/N=C/c1c(O)ccc2ccccc12)c1ccccc1", "of isatin": "O=C1Nc2ccccc2/C1=N\\NC(=O)c1ccccc1",
    "nitrofurantoin": "O=C1CN(/N=C/c2ccc([N+](=O)[O-])o2)C(=O)N1", "of an azole": "C(=N/n1cnnc1)\\c1ccccc1",
}  # fmt: skip
HELD = {
    "levosimendan": "C[C@@H]1CC(=O)NN=C1c1ccc(NN=C(C#N)C#N)cc1", "pimobendan's ring": "O=C1CCC(c2ccccc2)=NN1",
    "eltrombopag": "Cc1ccc(cc1C)N1N=C(C)/C(=N/Nc2cccc(c2O)-c2cccc(c2)C(=O)O)C1=O",
    "ring semicarbazone": "O=C1NN=C(c2ccccc2)CN1", "pyrazole": "Cc1cc(C)n(-c2ccccc2)n1",
    "pyrazolone": "CC1=NN(c2ccccc2)C(=O)C1", "hydantoin": "O=C1NC(=O)C(N1)(c1ccccc1)c1ccccc1",
    "guanabenz": "NC(=N)N/N=C/c1c(Cl)cccc1Cl", "hydrazide": "CC(=O)NNC(=O)c1ccccc1",
    "N-aminopiperazine": "CN1CCN(/N=C/c2ccccc2)CC1", "oxime ether": "CO/N=C(\\C)c1ccccc1",
}  # fmt: skip


@pytest.mark.parametrize("smiles", HYDRAZONES.values(), ids=HYDRAZONES)
def test_hydrazones_that_hydrolyse_are_no_leads(smiles):
    texts = [reason.text for reason in Validator("druglike").check(smiles).reasons if reason.rule == "unstable"]
    assert any("hydrazone" in text and "hydrolyses" in text for text in texts)


@pytest.mark.parametrize("smiles", HELD.values(), ids=HELD)
def test_an_n_n_bond_that_is_held_is_left_alone(smiles):
    verdict = Validator("druglike").check(smiles)
    assert verdict.ok, verdict.text


def test_a_salt_passes_with_a_note():
    verdict = Validator("dockable").check("CC(N)Cc1ccccc1.Cl")
    assert verdict.ok
    assert verdict.smiles == "CC(N)Cc1ccccc1"
    assert verdict.notes == ("salt stripped: Cl", "undefined stereo: tetrahedral at atom 1")


def test_druglike_allows_alerts_that_strict_refuses():
    assert Validator("druglike").check(DRUGS["erlotinib"]).ok
    assert not Validator("strict").check(DRUGS["erlotinib"]).ok


NASTY = ["", "*", "[H][H]", "\n", "C" * 5000, "C1CC1.C1CC1.O", "[" * 50, "((((", "💊", "\x00", "C" * 400]


@pytest.mark.parametrize("smiles", NASTY)
def test_nothing_makes_it_raise(smiles):
    for preset in PRESETS:
        verdict = Validator(preset).check(smiles)
        assert verdict.ok or verdict.reasons


def test_extra_checks_run_last():
    def no_nitrogen(parsed):
        nitrogens = [a.GetIdx() for a in parsed.mol.GetAtoms() if a.GetSymbol() == "N"]
        return tuple(Reason("nitrogen", f"atom {i} is N", (i,)) for i in nitrogens)

    verdict = Validator("druglike", extra=[no_nitrogen]).check(GOOD)
    assert [reason.rule for reason in verdict.reasons] == ["nitrogen"]


def test_an_unknown_preset_says_what_is_near():
    with pytest.raises(UnknownNameError, match="did you mean druglike"):
        Validator("drug-like")


def test_verdicts_are_the_same_however_the_molecule_is_written():
    first = Validator("strict").check("O=C(Cl)C=CC1C=CC=C1")
    second = Validator("strict").check("C1(C=CC=C1)C=CC(Cl)=O")
    assert first.reasons == second.reasons
    assert len(first.reasons) > 2


def test_what_passes_is_what_a_check_finds_valid() -> None:
    known = {"CCOc1ccccc1C(N)=O", "CC(=O)Cl", "C1CC2CC12", "c1ccccc1", "C[N+](C)(C)C", "no molecule", "C" * 60}
    for preset in PRESETS:
        validator = Validator(preset, Bounds(keep=("c1ccccc1",)).checks())
        assert {one for one in known if validator.passes(one)} == {one for one in known if validator.check(one).ok}
