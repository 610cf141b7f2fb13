"""The reader of PDBQT atoms against Vina's own view of the file, and the label of a residue."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.receptors import load_receptor
from molgrad.receptors.pdbqt import read_pdbqt, residue_forms, residue_label
from molgrad.receptors.preparation.residue import Residue

LINE = "ATOM      7  OE1 GLU B  52A     -1.500  22.250   3.125  1.00  0.00    -0.648 OA"


def written(path: Path, *lines: str) -> Path:
    file = path / "receptor.pdbqt"
    file.write_text("REMARK made by hand\n" + "\n".join(lines) + "\nTER\n")
    return file


def test_an_atom_by_its_columns(tmp_path: Path) -> None:
    (atom,) = read_pdbqt(written(tmp_path, LINE))
    assert (atom.name, atom.residue, atom.chain, atom.number) == ("OE1", "GLU", "B", "52A")
    assert (atom.point, atom.kind, atom.element, atom.label) == ((-1.5, 22.25, 3.125), "OA", "O", "B:GLU52A")


def test_the_same_atoms_as_rdkit_reads_from_the_same_columns() -> None:
    pdbqt = load_receptor("1ia1").pdbqt
    mol = Chem.MolFromPDBBlock(
        "\n".join(f"{atom.line}  1.00  0.00          {atom.element:>2s}" for atom in read_pdbqt(pdbqt)),
        sanitize=False,
        removeHs=False,
        proximityBonding=False,
    )
    infos = [atom.GetPDBResidueInfo() for atom in mol.GetAtoms()]
    labels = [residue_label(i.GetResidueName().strip(), i.GetChainId(), str(i.GetResidueNumber())) for i in infos]
    assert [atom.label for atom in read_pdbqt(pdbqt)] == labels
    points = mol.GetConformer().GetPositions().tolist()
    assert [list(atom.point) for atom in read_pdbqt(pdbqt)] == [pytest.approx(point) for point in points]


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    file = written(tmp_path, LINE)
    assert len(read_pdbqt(file)) == 1
    assert read_pdbqt(file) is read_pdbqt(file)
    written(tmp_path, LINE, LINE.replace("OE1", "OE2"))
    os.utime(file, ns=(1, 1))
    assert [atom.name for atom in read_pdbqt(file)] == ["OE1", "OE2"]


def test_what_is_no_pdbqt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 2: columns 31 to 54"):
        read_pdbqt(written(tmp_path, LINE.replace("22.250", "22.abc")))
    with pytest.raises(OSError, match="No such file"):
        read_pdbqt(tmp_path / "nothing.pdbqt")


def test_labels_and_the_forms_that_are_understood() -> None:
    assert residue_label("GLU", "A", "30") == "A:GLU30"
    assert residue_label("GLU", "", "30") == "GLU30"
    assert residue_forms("GLU", "A", "30") == {"A:GLU30", "GLU:A30", "GLU30:A", "Glu30:A"}


@pytest.mark.parametrize("text", ["NDP", "B:NDP195", "NDP:B195", "B:195", "Ndp195:B", "NDP:B:195"])
def test_an_option_of_prepare_takes_every_form(text: str) -> None:
    assert Residue("B", "195", "NDP", ()).named(text)
    assert not Residue("A", "195", "NAP", ()).named(text)
