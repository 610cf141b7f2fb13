"""Series of measured ligands: read, split and compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Geometry import Point3D

if not (Path(__file__).parents[2] / "benchmarks").is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)

from benchmarks.series_data import Series, read_series, rmsd, shuffled, tuning
from molgrad.receptors.receptor import load_receptor

NATIVE = load_receptor("1ia1").ligand


def folder(path: Path, affinity: str = "r_exp_dg", values: tuple[str, ...] = ("-9.1", "-7.5")) -> Path:
    """A series of one ligand drawn twice, beside a protein of one atom."""
    (path / "made").mkdir(parents=True)
    (path / "made" / "protein.pdb").write_text("END\n")
    mol = next(Chem.SDMolSupplier(str(NATIVE)))
    with Chem.SDWriter(str(path / "made" / "ligands.sdf")) as writer:
        for value in values:
            mol.SetProp(affinity, value)
            writer.write(mol)
    return path


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return read_series(folder(tmp_path_factory.mktemp("data")))[0]


def test_each_record_is_a_posed_ligand_with_its_measured_affinity(series: Series) -> None:
    assert series.name == "made"
    assert [(ligand.index, ligand.measured) for ligand in series.ligands] == [(0, -9.1), (1, -7.5)]
    assert Chem.MolFromSmiles(series.ligands[0].smiles).GetNumHeavyAtoms() == series.ligands[0].mol.GetNumHeavyAtoms()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("pIC50", "7.0", -9.55), ("Exp. dG", "-8.0", -8.0), ("Affinity", "-6", -6.0), ("deltaG_exp", "-7", -7.0)],
)
def test_a_measured_affinity_is_found_by_its_name(tmp_path: Path, name: str, value: str, expected: float) -> None:
    (found,) = read_series(folder(tmp_path, name, (value,)))
    assert found.ligands[0].measured == pytest.approx(expected, abs=0.01)


def test_records_without_a_number_are_left_out_and_none_at_all_is_said(tmp_path: Path) -> None:
    (found,) = read_series(folder(tmp_path / "a", values=("-9.1", "n.d.", "-7.0")))
    assert [ligand.index for ligand in found.ligands] == [0, 2]
    with pytest.raises(SystemExit, match="--affinity"):
        read_series(folder(tmp_path / "b", "colour", ("1.0",)))
    assert read_series(tmp_path / "b", affinity="colour")[0].ligands[0].measured == 1.0
    with pytest.raises(SystemExit, match="no series other"):
        read_series(tmp_path / "a", ["other"])


def test_a_fixed_third_is_for_tuning(series: Series) -> None:
    assert len(tuning(series)) == 1
    assert tuning(series) == {shuffled(series)[0].index}


def test_rmsd_is_measured_in_place_and_blind_to_drawing(series: Series) -> None:
    given = series.ligands[0].mol
    assert rmsd(given, given) == pytest.approx(0.0, abs=1e-3)
    moved = Chem.AddHs(given, addCoords=True)
    for atom, (x, y, z) in enumerate(moved.GetConformer().GetPositions().tolist()):
        moved.GetConformer().SetAtomPosition(atom, Point3D(x + 3, y, z))
    Chem.Kekulize(moved, clearAromaticFlags=True)
    assert 0.5 < rmsd(moved, given) <= 3.0 + 1e-3
