"""The validator: a pass and a fail for each check, presets, and reasons one can act on."""

import pytest

from molgrad.errors import UnknownNameError
from molgrad.validation import PRESETS, Reason, Validator
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
    ("isotope", "dockable", "[13CH3]CCO"),
    ("ring", "druglike", "CC1C=CC=C1CCC"),
    ("ring", "druglike", "C1CCCCCCCCCC1"),
    ("stereo", "druglike", "CC(O)c1ccccc1"),
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


@pytest.mark.parametrize("preset", PRESETS)
def test_a_sound_molecule_passes_every_preset(preset):
    verdict = Validator(preset).check(GOOD)
    assert (verdict.ok, verdict.reasons, verdict.notes, verdict.text) == (True, (), (), "valid")


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_drugs_are_druglike(smiles):
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
