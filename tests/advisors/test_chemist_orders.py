"""A person rewrites the chemist's words: "keep atoms ..." is followed, and nothing else."""

from __future__ import annotations

import pytest
from rdkit import Chem

import molgrad as mg
from molgrad.advisors.chemist.chemist import Chemist
from molgrad.advisors.chemist.orders import kept_atoms
from molgrad.autograd.advisor import ProposalRequest
from molgrad.autograd.gradient import Edit, Gradient
from molgrad.chem.parse import canonical, read

LEAD = canonical("COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC")
CORE = Chem.MolFromSmarts("[NH2]c1ncc(C)c([NH2])n1")
CORE_LEFT = Chem.MolFromSmarts("[NH2]c1nc([NH2])c([!#1])cn1")


@pytest.mark.parametrize(
    ("text", "atoms"),
    [
        ("keep atom 3", {3}),
        ("Please keep atoms 3, 5-7.", {3, 5, 6, 7}),
        ("Keep the atoms 3 and 5 to 7, and 9; grow elsewhere", {3, 5, 6, 7, 9}),
        ("keep atoms 3,5–6", {3, 5, 6}),  # noqa: RUF001
        ("KEEP ATOMS 1 & 2\nkeep atom 4", {1, 2, 4}),
        ("keep atoms 18-999999", {18, 19, 20}),
        ("keep atoms 7-3", {3, 4, 5, 6, 7}),
        ("keep atoms 3 and atom 5", {3, 5}),
        ("keep atoms 3 through 5 or 7", {3, 4, 5, 7}),
        ("keep atoms 3/5", {3, 5}),
        ("keep both atoms #3 and #4; keep atoms: 6, 7; keep atoms [8, 9]", {3, 4, 6, 7, 8, 9}),
        ("keep atom 999", set()),
        ("do not ever keep atom 3", set()),
        ("do not keep atom 3", set()),
        ("don't keep atoms 3-5", set()),
        ("You don’t keep atom 3", set()),  # noqa: RUF001
        ("you need not keep atom 3, but keep atom 4", {4}),
        ("Keep: N at atom 10 pairs with GLU 32 at 2.9 Å", set()),
        ("keep the pyrimidine", set()),
        ("upkeep atom 3", set()),
        ("", set()),
    ],
)
def test_an_order_is_read(text: str, atoms: set[int]) -> None:
    assert kept_atoms(text, LEAD) == atoms


def test_its_own_words_are_no_order() -> None:
    molecule = mg.Molecule(LEAD)
    mg.QED()(molecule).backward("chemist")
    assert kept_atoms(molecule.get_gradient_text(), LEAD) == frozenset()


def core() -> tuple[int, ...]:
    return tuple(read(LEAD).mol.GetSubstructMatch(CORE))


def holds_the_core(smiles: str) -> bool:
    return bool(Chem.MolFromSmiles(smiles).HasSubstructMatch(CORE_LEFT))


def test_kept_atoms_are_left_alone_by_every_proposal() -> None:
    molecule = mg.Molecule(LEAD)
    mg.QED()(molecule).backward("chemist")
    free = Chemist().propose([ProposalRequest([molecule], molecule.gradients, 1)], 24)[0]
    assert not all(holds_the_core(p.value) for p in free)
    molecule.gradients[0].text = "keep atoms " + ", ".join(map(str, core()))
    kept = Chemist().propose([ProposalRequest([molecule], molecule.gradients, 1)], 24)[0]
    assert len(kept) == 24
    assert all(holds_the_core(p.value) for p in kept)


def test_tgd_passes_the_order_on() -> None:
    molecule, loss = mg.Molecule(LEAD), mg.QED()
    optimizer = mg.TGD([molecule], loss=loss, engine="chemist")
    loss(molecule).backward("chemist")
    molecule.gradients[0].text = "Keep atoms 0-20: it is fine as it is."
    (step,) = optimizer.step()
    assert step.proposal is None
    assert molecule.value == LEAD


def test_an_edit_of_another_gradient_may_not_touch_them_either() -> None:
    molecule = mg.Molecule("Cc1ccc(Cl)cc1CN")
    chlorine = next(a.GetIdx() for a in molecule.mol.GetAtoms() if a.GetSymbol() == "Cl")
    swap = Edit(
        "replace", {"transform": "swap_to_cyano", "atoms": [chlorine], "smiles": canonical("N#Cc1ccc(C)c(CN)c1")}
    )
    words = Gradient(f"keep atom {chlorine}")
    proposals = Chemist().propose([ProposalRequest([molecule], [Gradient("", edits=(swap,)), words])], 20)[0]
    assert proposals
    assert all("Cl" in p.value for p in proposals)


def test_words_about_an_earlier_value_name_other_atoms() -> None:
    molecule = mg.Molecule(LEAD)
    old = Gradient("keep atoms 0-20", about="CCO")
    assert len(Chemist().propose([ProposalRequest([molecule], [old])], 5)[0]) == 5
