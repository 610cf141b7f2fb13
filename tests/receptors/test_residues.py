"""Residues by the names that chemists write, and DOCKSTRING's under the numbers of their crystals."""

from __future__ import annotations

import numpy as np
import pytest

from molgrad.chem.tables import read_table
from molgrad.errors import ReceptorError
from molgrad.receptors.pdbqt import read_pdbqt
from molgrad.receptors.receptor import load_receptor
from molgrad.receptors.residues import LETTERS, _standard, read_residue

ROWS = list(read_table("dockstring_residues.tsv"))


@pytest.mark.parametrize(
    "wanted", ["LEU83", "A:LEU83", "leu83", "L83", "Leu 83", "Leu-83", "LEU:A83", "LEU83:A", " LEU83"]
)
def test_a_chemist_writes_the_hinge_of_cdk2(wanted: str) -> None:
    found = read_residue(load_receptor("CDK2"), wanted)
    assert (found.residue.label, found.note) == ("A:LEU83", "")


@pytest.mark.parametrize("wanted", ["LEV83", "LEX83", "83", "B:LEU83"])
def test_a_slip_finds_the_one_residue_that_can_be_meant_and_says_so(wanted: str) -> None:
    found = read_residue(load_receptor("CDK2"), wanted)
    assert (found.residue.label, found.note) == ("A:LEU83", f"{wanted} is read as A:LEU83")


@pytest.mark.parametrize("wanted", ["GLU83", "LEU84", "LEU", "hinge"])
def test_another_residue_is_not_taken_for_it(wanted: str) -> None:
    with pytest.raises(ReceptorError, match="no residue"):
        read_residue(load_receptor("CDK2"), wanted)


def test_near_misses_are_named_nearest_first() -> None:
    with pytest.raises(ReceptorError, match="no residue GLU83; near ones: A:LEU83, A:GLU81"):
        read_residue(load_receptor("CDK2"), "GLU83")


@pytest.mark.parametrize(
    ("receptor", "wanted", "label"),
    [
        ("ABL1", "M318", "A:MET318"),
        ("SRC", "Met341", "A:MET341"),
        ("KIT", "CYS673", "A:CYS673"),
        ("F2", "D189", "H:ASP189"),
        ("F2", "TRP60D", "H:TRP60D"),
        ("F10", "Tyr99", "A:TYR99"),
        ("PDE5A", "GLN817", "A:GLN817"),
        ("DRD2", "D114", "U:ASP114"),
        ("DPP4", "Glu205", "B:GLU205"),
        ("1ia1", "E32", "B:GLU32"),
    ],
)
def test_residues_that_the_literature_names_are_found(receptor: str, wanted: str, label: str) -> None:
    found = read_residue(load_receptor(receptor), wanted)
    assert (found.residue.label, found.residue.near, found.note) == (label, True, "")


@pytest.mark.parametrize("row", ROWS, ids=["-".join((row[0], row[3])) for row in ROWS])
def test_each_row_holds_the_residues_by_which_it_was_checked(row: list[str]) -> None:
    receptor, _, chain, *_, seen = row
    atoms = read_pdbqt(load_receptor(receptor).pdbqt)
    held = {(atom.chain, atom.number, _standard(atom.residue)) for atom in atoms}
    assert seen
    assert {(chain, one[1:], LETTERS[one[0]]) for one in seen.split()} <= held


def test_numbers_rise_by_one_along_the_backbone() -> None:
    """A row that went on over a gap of the file would give two bonded residues numbers that are not next."""
    for receptor in sorted(
        {row[0] for row in ROWS} - {"F2", "F10", "CA2", "CSF1R", "KIT"}
    ):  # whose crystals skip numbers
        residues: dict[tuple[str, str], dict[str, np.ndarray]] = {}
        for atom in read_pdbqt(load_receptor(receptor).pdbqt):
            residues.setdefault((atom.chain, atom.number), {})[atom.name] = np.array(atom.point)
        for (one, a), (other, b) in zip(residues.items(), list(residues.items())[1:], strict=False):
            if "C" in a and "N" in b and one[0] == other[0] != "" and np.linalg.norm(a["C"] - b["N"]) < 2.0:
                assert int(other[1]) - int(one[1]) == 1, (receptor, one, other)
