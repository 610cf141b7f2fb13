"""Which species of a molecule are docked, and what is said of them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from rdkit import Chem

from molgrad.docking import Docker, DockResult
from molgrad.docking.ligand import prepare_ligand
from molgrad.docking.result import Provenance, SpeciesScore
from molgrad.docking.species import MOST, RT, best_of, choose, renumbered
from molgrad.errors import LigandPreparationError, UnknownNameError
from molgrad.evaluation import Status
from molgrad.receptors import Receptor

PROPRANOLOL, ONE, OTHER = (f"CC(C)NC{centre}COc1cccc2ccccc12" for centre in ("C(O)", "[C@@H](O)", "[C@H](O)"))
# The second's isomers are written in another order than the molecule; the third has one centre pinned, one open.
MAPPED = [PROPRANOLOL, "CC12CCC3C(CCC4CC(O)CCC34C)C1CCC2O", "C[C@H](F)CC(Cl)CO", "CC(O)Cc1nnc[nH]1"]


def docked_smiles(*wish: Any) -> list[str]:
    return [one.state.smiles for one in choose(*wish).species]


def test_one_species_where_nothing_is_open() -> None:
    choice = choose(ONE)
    assert [one.smiles for one in choice.species] == [ONE]
    assert choice.species[0].order == tuple(range(19))
    assert choice.note == ""


def test_a_racemate_is_two() -> None:
    choice = choose(PROPRANOLOL)
    assert [one.smiles for one in choice.species] == [ONE, OTHER]
    assert (choice.kind, choice.possible) == ("stereoisomers", 2)
    assert choice.note == "undefined stereo (tetrahedral at 5)"


@pytest.mark.parametrize("smiles", MAPPED)
def test_poses_of_every_species_are_numbered_as_the_molecule(smiles: str) -> None:
    designed = Chem.MolFromSmiles(smiles)
    bonds = {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in designed.GetBonds()}
    for one in choose(Chem.CanonSmiles(smiles), None, "openbabel", 4).species:
        pose = Chem.RemoveAllHs(renumbered(prepare_ligand(one).mol, one.order))
        assert [a.GetAtomicNum() for a in pose.GetAtoms()] == [a.GetAtomicNum() for a in designed.GetAtoms()]
        assert {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in pose.GetBonds()} == bonds
        Chem.AssignStereochemistryFrom3D(pose)
        assert Chem.MolToSmiles(pose) == one.state.smiles
        state = Chem.MolFromSmiles(one.state.smiles)
        for bond in designed.GetBonds():
            assert state.GetBondBetweenAtoms(one.atom_map[bond.GetBeginAtomIdx()], one.atom_map[bond.GetEndAtomIdx()])


def test_some_isomers_are_written_in_another_order() -> None:
    assert any(one.order != tuple(range(21)) for one in choose(MAPPED[1]).species), "or the test above shows nothing"


def test_species_are_bounded_and_drawn_isomers_come_first() -> None:
    many = choose("CC(O)CC(O)CC(O)CC(O)Cc1c[nH]cn1", None, "openbabel", 2)
    assert len(many.species) == MOST
    assert many.possible == 32
    assert not any("c1cnc[nH]1" in one.smiles for one in many.species)
    few = choose("CC(O)Cc1c[nH]cn1", None, "openbabel", 2)
    assert ["c1cnc[nH]1" in one.smiles for one in few.species] == [False, False, True, True]


def test_tautomers_of_one_ion_are_one_species() -> None:
    assert docked_smiles("Cc1nnn[nH]1", None, "openbabel", 4) == ["Cc1nnn[n-]1"]
    assert docked_smiles("Cc1nnn[nH]1", None, "none", 4) == ["Cc1nnn[nH]1", "Cc1nn[nH]n1"]
    assert docked_smiles("Cc1cc[nH]n1") == ["Cc1cc[nH]n1"], "as drawn, unless more are asked for"


def test_a_state_given_wins_and_only_its_open_centres_are_closed() -> None:
    assert docked_smiles("CCC(C)N", "CCC(C)N", "openbabel", 4) == ["CC[C@@H](C)N", "CC[C@H](C)N"]
    assert docked_smiles("Cc1cc[nH]n1", "Cc1ccn[nH]1", "openbabel", 4) == ["Cc1ccn[nH]1"]
    with pytest.raises(LigandPreparationError, match="heavy atoms and bonds"):
        choose("CCN", "CCO")


def test_further_charge_states_have_their_price() -> None:
    imidazole = "Cc1c[nH]cn1"  # half of it is an ion at pH 7.4
    assert len(choose(imidazole).species) == 1
    choice = choose(imidazole, None, "pka", 1, 3)
    assert choice.kind == "charge states"
    assert sorted(one.state.mol.GetAtomWithIdx(5).GetFormalCharge() for one in choice.species) == [0, 1]
    assert sum(math.exp(-one.price / RT) for one in choice.species) == pytest.approx(1, abs=0.01)
    priced = best_of(choice, [DockResult(imidazole, affinity=-5.0, affinities=(-5.0, -4.0))] * 2)
    cheap = min(choice.species, key=lambda one: one.price)
    assert priced.docked_smiles == cheap.state.smiles
    assert priced.affinity == pytest.approx(-5.0 + cheap.price, abs=0.001)
    assert priced.affinities[1] == pytest.approx(-4.0 + cheap.price, abs=0.001)
    assert f"{cheap.price:.1f} kcal/mol of the score for its share" in priced.note
    assert priced.price == cheap.price
    assert [one.price for one in priced.provenance.species] == [one.price for one in choice.species]
    assert [one.price for one in choose("CCN", None, "openbabel", 1, 3).species] == [0.0]


def test_protonation_by_name() -> None:
    assert docked_smiles("CCN", None, "openbabel") == ["CC[NH3+]"]
    assert docked_smiles("CN(C)c1ccncc1") == ["CN(C)c1cc[nH+]cc1"]
    assert docked_smiles("CCN", None, "none") == ["CCN"]
    with pytest.raises(UnknownNameError):
        choose("CCN", None, "molscrub")


GOOD, BETTER = (
    DockResult(PROPRANOLOL, affinity=affinity, provenance=Provenance(searches=2)) for affinity in (-7.44, -8.06)
)
WRONG = DockResult(PROPRANOLOL, status=Status.INVALID, reason="no type")
BROKEN = DockResult(PROPRANOLOL, status=Status.FAILED, reason="no pose")


def test_the_best_species_is_the_result_and_all_are_listed() -> None:
    choice = choose(PROPRANOLOL)
    first, second = (one.state.smiles for one in choice.species)
    whole = best_of(choice, [GOOD, BETTER])
    assert (whole.docked_smiles, whole.affinity) == (second, -8.06)
    shares = [one.state.share for one in choice.species]
    scores = (SpeciesScore(first, -7.44, "", shares[0]), SpeciesScore(second, -8.06, "", shares[1]))
    assert whole.provenance == Provenance(searches=2, species=scores)
    assert whole.note == (
        "undefined stereo (tetrahedral at 5); "
        f"2 stereoisomers docked: best {second}, affinities from -8.1 to -7.4 kcal/mol; N 3 protonated"
    )
    assert best_of(choice, [GOOD, GOOD]).docked_smiles == first, "the first among equals"


def test_a_species_that_failed_is_said_and_costs_only_itself() -> None:
    choice = choose(PROPRANOLOL)
    first, second = (one.state.smiles for one in choice.species)
    whole = best_of(choice, [BROKEN, GOOD])
    assert (whole.status, whole.docked_smiles) == (Status.OK, second)
    assert whole.provenance.species[0] == SpeciesScore(first, None, "no pose", choice.species[0].state.share)
    assert "2 stereoisomers docked, 1 of them without a result: best" in whole.note


@pytest.mark.parametrize(("outcomes", "status"), [([WRONG, WRONG], "invalid"), ([WRONG, BROKEN], "failed")])
def test_no_species_docked_is_no_number(outcomes: list[DockResult], status: str) -> None:
    whole = best_of(choose(PROPRANOLOL), outcomes)
    assert (whole.status, whole.affinity) == (Status(status), None)
    assert "none of 2 stereoisomers could be docked" in whole.reason
    assert [one.affinity for one in whole.provenance.species] == [None, None]


def test_more_isomers_than_are_docked_are_said() -> None:
    choice = choose("CC(O)CC(O)CC(O)CC(C)O")
    assert "8 of up to 16 stereoisomers docked" in best_of(choice, [GOOD] * 8).note


def test_settings_that_make_no_sense_are_refused(receptor: Receptor) -> None:
    with pytest.raises(UnknownNameError, match="openbabel"):
        Docker(receptor, protonation="openbable")
    for wrong in (0, 5):
        with pytest.raises(ValueError, match="from 1 to 4"):
            Docker(receptor, tautomers=wrong)


@pytest.fixture(scope="module")
def docked(receptor: Receptor) -> dict[str, DockResult]:
    with Docker(receptor, effort="fast", workers=1) as docker:
        return dict(zip([PROPRANOLOL, ONE, OTHER], docker.dock([PROPRANOLOL, ONE, OTHER]), strict=True))


def test_a_racemate_docks_as_the_better_of_its_isomers_alone(docked: dict[str, DockResult]) -> None:
    both, alone = docked[PROPRANOLOL], [docked[ONE], docked[OTHER]]
    best = min(alone, key=lambda result: result.affinity or 0.0)
    assert (both.affinity, both.docked_smiles, both.poses) == (best.affinity, best.docked_smiles, best.poses)
    assert [one.affinity for one in both.provenance.species] == [result.affinity for result in alone]
    assert [len(result.provenance.species) for result in alone] == [1, 1]
    assert "stereoisomers" not in alone[0].note


def test_docked_as_designed_and_in_two_tautomers(receptor: Receptor) -> None:
    with Docker(receptor, effort="fast", workers=1, protonation="none", tautomers=2) as docker:
        acid, azole = docker.dock(["CC(=O)O", "Cc1cc[nH]n1"])
    assert (acid.docked_smiles, acid.note) == ("CC(=O)O", "docked as designed")
    assert [one.smiles for one in azole.provenance.species] == ["Cc1cc[nH]n1", "Cc1ccn[nH]1"]
    assert azole.affinity == min(one.affinity or 0.0 for one in azole.provenance.species)
    assert azole.note.startswith("2 tautomers docked: best")
    assert azole.status is Status.OK
