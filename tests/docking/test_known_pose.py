"""Files with a known pose, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor

from molgrad.docking.known_pose import read_pose
from molgrad.docking.ligand import mol_block, prepare_ligand
from molgrad.errors import InputFileError
from molgrad.receptors import Receptor
from tests.docking.test_effort import LEAD


@pytest.fixture
def posed(receptor: Receptor) -> Chem.Mol:
    """Not a dock, but in the middle of the box."""
    mol = Chem.Mol(prepare_ligand(LEAD, seed=0).mol)
    conformer = mol.GetConformer()
    conformer.SetPositions(conformer.GetPositions() + receptor.box.center)
    return mol


def written(tmp_path: Path, *records: str) -> Path:
    path = tmp_path / "lead.sdf"
    path.write_text("".join(f"{record.rstrip()}\n$$$$\n" for record in records))
    return path


def test_a_good_file_says_nothing(posed: Chem.Mol, receptor: Receptor, tmp_path: Path) -> None:
    known = read_pose(written(tmp_path, mol_block(posed)), receptor)
    assert known.notes == ()
    assert Chem.MolFromMolBlock(known.block).GetNumAtoms() == posed.GetNumHeavyAtoms()


def test_the_first_of_several_records_counts_and_missing_hydrogens_do_not_matter(
    posed: Chem.Mol, receptor: Receptor, tmp_path: Path
) -> None:
    bare = Chem.RemoveAllHs(posed)
    bare.SetProp("_Name", "lead-7")
    known = read_pose(written(tmp_path, mol_block(bare), mol_block(posed)), receptor)
    several, hydrogens = known.notes
    assert "holds 2 records; the first one (lead-7) is the known pose" in several
    assert "has no hydrogens" in hydrogens


def test_a_drawing_and_another_frame_are_refused(posed: Chem.Mol, receptor: Receptor, tmp_path: Path) -> None:
    flat = Chem.RemoveAllHs(posed)
    rdDepictor.Compute2DCoords(flat)
    with pytest.raises(InputFileError, match="flat drawing"):
        read_pose(written(tmp_path, mol_block(flat)), receptor)
    away = Chem.Mol(posed)
    away.GetConformer().SetPositions(away.GetConformer().GetPositions() + 40.0)
    with pytest.raises(InputFileError, match="in the frame of this receptor"):
        read_pose(written(tmp_path, mol_block(away)), receptor)
    with pytest.raises(InputFileError, match="cannot be read"):
        read_pose(tmp_path / "nowhere.sdf", receptor)


def test_a_nitrogen_without_its_charge_is_mended(receptor: Receptor, tmp_path: Path) -> None:
    mol = Chem.Mol(prepare_ligand("CC[NH+](CC)CCc1ccccc1", seed=0).mol)
    mol.GetConformer().SetPositions(mol.GetConformer().GetPositions() + receptor.box.center)
    lines = [line for line in mol_block(mol).splitlines() if not line.startswith("M  CHG")]
    wrong = [f"{line[:36]}  0{line[39:]}" if len(line) > 60 else line for line in lines]
    known = read_pose(written(tmp_path, "\n".join(wrong)), receptor)
    assert "got their charge" in known.notes[0]
    assert Chem.GetFormalCharge(Chem.MolFromMolBlock(known.block)) == 1
    broken = "\n".join(wrong).replace(" C  ", " F  ")
    with pytest.raises(InputFileError, match="cannot be read as a molecule"):
        read_pose(written(tmp_path, broken), receptor)
