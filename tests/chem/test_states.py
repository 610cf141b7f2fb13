"""Protonation: the charges a chemist expects, the atom map, and the ways to say otherwise."""

import pytest
from rdkit import Chem

from molgrad.chem import openbabel, states
from molgrad.chem.parse import canonical, parse
from molgrad.chem.states import PROTONATIONS, load_protonation, protonate, state_given, unprotonated
from molgrad.errors import InvalidMoleculeError, UnknownNameError
from tests.chem.drugs import DRUGS


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CC(=O)O", "CC(=O)[O-]"),
        ("CCN", "CC[NH3+]"),
        ("CC(=O)NC", "CNC(C)=O"),
        ("CN1CCNCC1", "C[NH+]1CCNCC1"),
        ("c1ccccc1N1CCNCC1", "c1ccc(N2CC[NH2+]CC2)cc1"),
        ("NCCN", "NCC[NH3+]"),
        ("NCCCCN", "[NH3+]CCCC[NH3+]"),
        ("N[C@@H](CC(=O)O)C(=O)O", "[NH3+][C@@H](CC(=O)[O-])C(=O)[O-]"),
        ("c1nn[nH]n1", "c1nn[n-]n1"),
        ("Cc1nnn[nH]1", "Cc1nnn[n-]1"),
        ("Nc1ccccc1", "Nc1ccccc1"),
        ("NS(=O)(=O)c1ccccc1", "NS(=O)(=O)c1ccccc1"),
        ("CC[N+](=O)[O-]", "CC[N+](=O)[O-]"),
        ("C[N+](C)(C)CCO", "C[N+](C)(C)CCO"),
        ("Oc1ccccc1", "Oc1ccccc1"),
        ("NC(=N)c1ccccc1", "NC(=[NH2+])c1ccccc1"),
    ],
)
def test_charges_at_neutral_ph(smiles, expected):
    assert protonate(smiles).smiles == canonical(expected)


def test_only_one_nitrogen_of_imatinibs_piperazine_is_charged():
    state = protonate(DRUGS["imatinib"])
    charged = [a for a in state.mol.GetAtoms() if a.GetFormalCharge()]
    assert len(charged) == 1
    assert min(n.GetDegree() for n in charged[0].GetNeighbors()) == 1  # the methyl one, not the benzyl one
    assert "left neutral" in state.note


@pytest.mark.parametrize("ph", [2.0, 7.4, 12.0])
def test_ph_matters_and_is_part_of_the_question(ph):
    assert protonate("CC(=O)O", ph).smiles == ("CC(=O)O" if ph == 2.0 else "CC(=O)[O-]")


@pytest.mark.parametrize("smiles", DRUGS.values(), ids=DRUGS)
def test_atoms_keep_their_order_and_the_map_leads_to_the_docked_smiles(smiles):
    state = protonate(smiles)
    designed, docked = parse(smiles), parse(state.smiles)
    assert state.method == "openbabel"
    assert sorted(state.atom_map) == list(range(designed.GetNumAtoms()))
    for atom, plain in zip(state.mol.GetAtoms(), designed.GetAtoms(), strict=True):
        image = docked.GetAtomWithIdx(state.atom_map[atom.GetIdx()])
        assert atom.GetSymbol() == plain.GetSymbol() == image.GetSymbol()
        assert atom.GetFormalCharge() == image.GetFormalCharge()
        assert atom.GetTotalNumHs() == image.GetTotalNumHs()
        assert atom.GetDegree() == plain.GetDegree() == image.GetDegree()
        shift = atom.GetFormalCharge() - plain.GetFormalCharge()
        assert atom.GetTotalNumHs() == plain.GetTotalNumHs() + shift
    for bond in state.mol.GetBonds():
        ends = state.atom_map[bond.GetBeginAtomIdx()], state.atom_map[bond.GetEndAtomIdx()]
        assert docked.GetBondBetweenAtoms(*ends) is not None
    assert canonical(Chem.MolToSmiles(state.mol)) == state.smiles


def test_stereo_survives():
    assert "@" in protonate(DRUGS["sitagliptin"]).smiles


def test_a_proton_that_is_not_there_is_not_taken():
    state = protonate("CCOC(C)=CC(C)=O")  # Open Babel deprotonates the ether oxygen of this enol ether
    assert state.smiles == canonical("CCOC(C)=CC(C)=O")
    assert "no hydrogen to lose" in state.note


def test_unprotonated_is_the_design():
    state = unprotonated("CC(=O)O")
    assert (state.smiles, state.atom_map, state.method) == ("CC(=O)O", (0, 1, 2, 3), "none")


def test_a_failing_open_babel_leaves_the_design(monkeypatch):
    def fail(*_):
        raise ValueError("no")

    monkeypatch.setattr(openbabel, "charges_at_ph", fail)
    state = protonate("CCCCCN", 7.31)
    assert (state.method, state.smiles) == ("fallback", "CCCCCN")
    assert "designed state kept" in state.note


def test_a_molecule_whose_states_cannot_be_counted_is_docked_as_designed(monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(states, "species_at", fail)
    state = load_protonation("pka")("CCCCCN")
    assert (state.method, state.smiles) == ("fallback", "CCCCCN")
    assert "designed state kept: no" in state.note


@pytest.mark.parametrize("name", ["imatinib", "losartan", "methotrexate", "trimethoprim", "metformin"])
def test_a_given_state_is_mapped(name):
    expected = protonate(DRUGS[name])
    state = state_given(DRUGS[name], expected.smiles)
    assert state.smiles == expected.smiles
    assert canonical(Chem.MolToSmiles(state.mol)) == expected.smiles
    designed = parse(DRUGS[name])
    for atom in designed.GetAtoms():
        assert state.mol.GetAtomWithIdx(atom.GetIdx()).GetSymbol() == atom.GetSymbol()


def test_another_tautomer_may_be_given():
    state = state_given("Oc1ccccn1", "O=c1cccc[nH]1")
    assert state.smiles == "O=c1cccc[nH]1"


@pytest.mark.parametrize("other", ["CCC(=O)O", "CC(=O)N", "C1CC1"])
def test_another_molecule_is_refused(other):
    with pytest.raises(InvalidMoleculeError, match="heavy atoms and bonds"):
        state_given("CC(=O)O", other)


@pytest.mark.parametrize("name", PROTONATIONS)
def test_every_way_to_protonate_gives_a_sound_state_of_the_same_atoms(name):
    state = load_protonation(name)(DRUGS["losartan"])
    assert state.smiles == canonical(Chem.MolToSmiles(state.mol))
    assert sorted(state.atom_map) == list(range(parse(DRUGS["losartan"]).GetNumAtoms()))
    assert state.note
    with pytest.raises(InvalidMoleculeError):
        load_protonation(name)("C1CC")


def test_an_unknown_way_to_protonate_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean openbabel"):
        load_protonation("openbable")


def test_a_note_can_be_said_in_other_numbers():
    state = protonate("CCN")
    assert state.note == "N 2 protonated"
    assert state.note_for([9, 8, 7]) == "N 7 protonated"
    assert unprotonated("CCN").note_for([9, 8, 7]) == "docked as designed"
