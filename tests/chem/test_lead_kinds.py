"""What is said of leads that docking does not do justice to."""

import pytest

from molgrad.chem.lead_kinds import lead_remarks, warheads
from molgrad.chem.parse import read
from molgrad.chem.tables import read_table
from tests.chem.drugs import DRUGS

ROWS = list(read_table("warheads.tsv"))
COVALENT = {  # of the drugs of the list
    "ibrutinib", "osimertinib", "afatinib", "vildagliptin", "amoxicillin", "cephalexin", "entacapone",
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_warhead_is_found_in_its_example(row: list[str]) -> None:
    name, _, partner, example, _ = row
    assert (name, partner) in [found[:2] for found in warheads(read(example).mol)]


def test_drugs_that_bind_covalently_and_no_others() -> None:
    said = {name for name, smiles in DRUGS.items() if any("covalent" in one for one in lead_remarks(smiles))}
    assert said == COVALENT


def test_a_covalent_lead_is_told_how_it_is_docked_and_how_to_keep_its_warhead() -> None:
    (said,) = lead_remarks(DRUGS["ibrutinib"])
    assert said == (
        "its acrylamide may bind cysteine: it is docked as a non-covalent binder, the bond to the protein is not "
        "modelled; --keep 'C=CC(N)=O' (keep=) holds the warhead, and its alerts count against no analogue then"
    )
    assert read(DRUGS["ibrutinib"]).mol.HasSubstructMatch(read("C=CC(N)=O").mol)


def test_macrocycles_and_peptides() -> None:
    assert "a ring of 14" in lead_remarks("O=C1CCCCCCNC(=O)CCCCN1")[0]
    peptide = "CC(C)C[C@H](NC(=O)[C@H](C)N)C(=O)N[C@@H](Cc1ccccc1)C(=O)NCC(=O)O"
    assert "a peptide of 4 residues" in lead_remarks(peptide)[0]
    for name in ("imatinib", "celecoxib", "oseltamivir", "sitagliptin"):
        assert lead_remarks(DRUGS[name]) == ()
