"""Series of measured ligands: read, docked in each way, and ranked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Geometry import Point3D
from scipy.stats import spearmanr

if not (Path(__file__).parents[2] / "benchmarks").is_dir():
    pytest.skip("the benchmarks are not in an installed package", allow_module_level=True)

from benchmarks.series_data import Posed, Series, read_series, rmsd, shuffled, tuning
from molgrad.receptors.receptor import load_receptor

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
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


def smaller(mol: Chem.Mol) -> Chem.Mol:
    """The molecule without one terminal atom, the others where they are."""
    ends = [a.GetIdx() for a in mol.GetAtoms() if a.GetDegree() == 1]
    cut = Chem.RWMol(mol)
    cut.RemoveAtom(ends[0])
    Chem.SanitizeMol(cut)
    return cut.GetMol()


@pytest.fixture(scope="module")
def bench_of(series: Series) -> Iterator[tuple[ModuleType, ModuleType]]:
    """The benchmark's modules, which import each other as scripts do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield import_module("series"), import_module("series_table")


def test_two_ligands_are_measured_in_every_way_and_a_later_run_goes_on(
    series: Series, bench_of: tuple[ModuleType, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, table = bench_of
    given = series.ligands[0].mol
    cut = smaller(given)
    two = replace(series, ligands=(series.ligands[0], Posed(1, cut, Chem.MolToSmiles(cut), -7.5)))
    monkeypatch.setattr(script, "receptor_of", lambda series, work: load_receptor("1ia1"))
    monkeypatch.setitem(script.EFFORTS, "fast", script.BUILD)
    out = tmp_path / "series.jsonl"
    script.measure([two], out, tmp_path, "fast", quick=True)
    rows = {(row["index"], row["kind"]): row for row in script.measured(out, "fast")}
    assert len(rows) == 2 * 4
    assert rows[0, "built"]["known"]
    built = rows[1, "built"]
    assert built["rmsd"] < 2.0
    assert built["affinity"] < -5.0
    assert -15.0 < built["relaxed"] < 0.0
    assert rows[1, "vinardo"]["affinity"] < 0.0
    assert rows[1, "unseeded"]["heavy"] == cut.GetNumAtoms()
    assert two.ligands[1].smiles not in out.read_text()
    script.measure([two], out, tmp_path, "fast", quick=True)
    assert len(script.measured(out, "fast")) == len(rows)
    assert script.measured(out, "standard") == []
    assert [len(own) for own in table.collected(list(rows.values())).values()] == [1]  # without the known one


def test_the_table_tells_rank_correlations_beside_size(
    bench_of: tuple[ModuleType, ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    _, table = bench_of
    rows: list[dict[str, object]] = []
    for index, measured in enumerate([-6.0, -7.0, -8.0, -9.0, -10.0, -11.0]):
        common = {"series": "made", "index": index, "effort": "fast", "code": "abc"}
        facts = {"measured": measured, "heavy": 30 - index, "logp": 1.0, "mw": 300.0}
        rows.append({**common, "kind": "unseeded", "affinity": measured, "rmsd": 3.0, "relaxed": -5.0, **facts})
        rows.append({**common, "kind": "built", "affinity": -7.0 - measured / 10, "rmsd": 1.0, "relaxed": measured})
    table.report(rows)
    lines = {line[:28].strip(): line[28:].split() for line in capsys.readouterr().out.splitlines()}
    assert lines[table.SEARCH][:2] in (["1.00", "1.00"], ["3.0", "0%"])
    assert lines["heavy atoms"][0] == "-1.00"
    assert lines["logP (Crippen)"][0] == "0.00"  # all alike: nothing is ranked
    assert lines["Vinardo on the kept poses"][0] == "1.00"
    assert lines["consensus, kept"][0] == "0.00"  # one ranks as measured, the other the reverse
    assert lines["pose given, kept"][:2] == ["1.0", "100%"]


def test_correlations_are_spearman_s(bench_of: tuple[ModuleType, ModuleType]) -> None:
    _, table = bench_of
    first, second = np.array([[1.0, 2.0, 2.0, 5.0, 0.0]]), np.array([[2.0, 1.0, 4.0, 4.0, 3.0]])
    expected = spearmanr(first[0], second[0]).statistic
    assert table.spearman(first, second)[0] == pytest.approx(expected)


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
