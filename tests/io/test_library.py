from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdkit import Chem

from molgrad.docking import DockResult
from molgrad.docking.result import Provenance
from molgrad.errors import InputFileError
from molgrad.evaluation import Status
from molgrad.io import Entry, PoseFile, read_library, write_poses
from tests.docking.conftest import DATA

BLOCK = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_smi_yields_a_row_for_every_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.smi", "\ufeffCCO ethanol the second word\n\n# comment\nnonsense\n  c1ccccc1\tbenzene\n")
    assert read_library(path) == [
        Entry("ethanol the second word", "CCO"), Entry("2", "nonsense"), Entry("benzene", "c1ccccc1"),
    ]  # fmt: skip


def test_smi_cuts_an_endless_line_and_goes_on(tmp_path: Path) -> None:
    entries = read_library(written(tmp_path, "a.smi", "C" * 200_000 + "\nCCO ethanol"))
    assert entries[0].error is not None
    assert entries[1] == Entry("ethanol", "CCO")
    assert len(entries) == 2


def test_nasty_file_keeps_order() -> None:
    entries = read_library(DATA / "nasty.smi")
    lines = [line for line in (DATA / "nasty.smi").read_text().splitlines() if not line.startswith("#")]
    assert [f"{entry.smiles} {entry.name}" for entry in entries] == lines


@pytest.mark.parametrize("header", ["name,smiles", "ID,SMILES", "Compound,Canonical_Smiles"])
def test_csv_finds_its_columns_in_any_case(header: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"{header}\nethanol,CCO\nempty,\n\n,CC\nshort\n")
    entries = read_library(path)
    assert entries[0] == Entry("ethanol", "CCO")
    assert entries[1].error is not None
    assert entries[2] == Entry("3", "CC")
    assert entries[3] == Entry("short", "", "no SMILES in this row")


def test_csv_without_smiles_names_the_columns_there(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="its columns are: structure, pIC50"):
        read_library(written(tmp_path, "a.csv", "structure,pIC50\nethanol,5\n"))


@pytest.mark.parametrize("column", ["Smiles string", "structure", "Canonical Smiles", "isosmiles", "SMILES (isomeric)"])
def test_csv_takes_a_column_that_is_called_nearly_so(column: str, tmp_path: Path) -> None:
    assert read_library(written(tmp_path, "a.csv", f"ID,{column}\nx7,CCO\n")) == [Entry("x7", "CCO")]


@pytest.mark.parametrize("header", ["smiles name", "SMILES\tID", "canonical_smiles"])
def test_smi_leaves_out_a_header_in_its_first_line_only(header: str, tmp_path: Path) -> None:
    entries = read_library(written(tmp_path, "a.smi", f"# made by hand\n{header}\nCCO ethanol\nsmi late\n"))
    assert entries == [Entry("ethanol", "CCO"), Entry("late", "smi")]


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("name", ["a.smi", "a.csv"])
def test_a_file_in_any_usual_encoding_is_read(name: str, coding: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes("smiles,name\r\nCCO,\xe9thanol\r\n".encode(coding))
    assert read_library(tmp_path / name) == [Entry("\xe9thanol", "CCO")]


def test_one_zero_byte_makes_no_utf_16(tmp_path: Path) -> None:
    assert len(read_library(written(tmp_path, "a.smi", "C\x00O odd\nCCO ethanol\n"))) == 2


@pytest.mark.parametrize(("suffix", "mark"), [("csv", ";"), ("csv", "\t"), ("tsv", "\t"), ("tsv", ",")])
def test_csv_finds_its_delimiter(suffix: str, mark: str, tmp_path: Path) -> None:
    text = f"id{mark}smiles{mark}pIC50\nethanol{mark}CCO{mark}5.1\n"
    assert read_library(written(tmp_path, f"a.{suffix}", text)) == [Entry("ethanol", "CCO")]


def test_csv_loses_nothing_to_an_endless_cell(tmp_path: Path) -> None:
    long = "C" * 200_000
    limit = csv.field_size_limit()
    entries = read_library(written(tmp_path, "a.csv", f"name,smiles,note\na,{long},\nb,CCN,{long}\nc,CCO,\n"))
    assert [(entry.name, entry.smiles) for entry in entries] == [("a", ""), ("b", "CCN"), ("c", "CCO")]
    assert "more than 10000 characters" in (entries[0].error or "")
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    "last", ["CCC,propane\n", '"CCC",propane\n', 'CCC,6"\n'], ids=["to the end", "to a quote", "to a closing quote"]
)
def test_csv_loses_nothing_to_a_quote_left_open(last: str, tmp_path: Path) -> None:
    entries = read_library(written(tmp_path, "a.csv", f'smiles,name\nCCO,ethanol\n"CCF,open\nCCN,amine\n{last}'))
    assert [entry.name for entry in entries][:3] == ["ethanol", "open", "amine"]
    assert [entry.smiles for entry in entries] == ["CCO", "", "CCN", "CCC"]
    assert "opened and not closed" in (entries[1].error or "")


def test_csv_keeps_line_breaks_where_they_belong_and_quotes_that_are_open_elsewhere(tmp_path: Path) -> None:
    text = 'smiles,name,"note\n(free)"\n"CCO","ethanol","two\nlines, one note"\nCCN,amine,"open\nCCC,propane,x\n'
    assert read_library(written(tmp_path, "a.csv", text)) == [
        Entry("ethanol", "CCO"), Entry("amine", "CCN"), Entry("propane", "CCC"),
    ]  # fmt: skip


def test_csv_carries_the_species_to_dock(tmp_path: Path) -> None:
    entries = read_library(written(tmp_path, "a.csv", "smiles,Docked_SMILES\nCCN,CC[NH3+]\nCCO,\nCCC\n"))
    assert [entry.docked_smiles for entry in entries] == ["CC[NH3+]", None, None]
    (entry,) = read_library(written(tmp_path, "a.csv", f"smiles,docked_smiles\nCCN,{'C' * 20_000}\n"))
    assert entry.error is not None


def test_sdf_of_our_own_carries_the_species_that_was_docked(tmp_path: Path) -> None:
    charged = Chem.MolToMolBlock(Chem.MolFromSmiles("CC[NH3+]"))
    docked = DockResult("CCN", "CC[NH3+]", affinity=-3.0, poses=(charged,), affinities=(-3.0,))
    write_poses(tmp_path / "out.sdf", [("amine", docked)])
    assert read_library(tmp_path / "out.sdf") == [Entry("amine", "CC[NH3+]", docked_smiles="CC[NH3+]")]


def test_sdf_reports_the_record_it_cannot_read(tmp_path: Path) -> None:
    bad = BLOCK.replace("  1  2  1  0", "  1  2  6  0")
    heavy = Chem.MolToMolBlock(Chem.MolFromSmiles("CC(C)(C)(C)C", sanitize=False), kekulize=False)
    path = written(tmp_path, "a.sdf", "$$$$\n".join(["one" + BLOCK, bad, "five" + heavy, "four" + BLOCK, ""]))
    entries = read_library(path)
    assert [entry.name for entry in entries][::2] == ["one", "five"]
    assert entries[0] == Entry("one", "CCO")
    assert entries[3] == Entry("four", "CCO")
    assert "valence" in (entries[2].error or "")


def test_sdf_takes_stereo_from_the_shape(tmp_path: Path) -> None:
    from rdkit.Chem import rdDistGeom

    mol = Chem.AddHs(Chem.MolFromSmiles("C[C@@H](N)c1ccccc1"))
    assert rdDistGeom.EmbedMolecule(mol, randomSeed=1) == 0
    path = written(tmp_path, "a.sdf", Chem.MolToMolBlock(mol, includeStereo=False) + "$$$$\n")
    assert Chem.CanonSmiles(read_library(path)[0].smiles) == Chem.CanonSmiles("C[C@@H](N)c1ccccc1")


@pytest.mark.parametrize(
    ("name", "text"), [("a.smi", "\n# only a comment\n"), ("a.csv", ""), ("a.csv", "smiles\n"), ("a.sdf", "")]
)
def test_empty_files_are_errors(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="holds no molecules"):
        read_library(written(tmp_path, name, text))


def test_missing_and_foreign_files_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        read_library(tmp_path / "none.smi")
    with pytest.raises(InputFileError, match="unknown kind"):
        read_library(written(tmp_path, "a.pdf", "CCO"))


def result(affinities: tuple[float, ...]) -> DockResult:
    return DockResult(
        "CCO", "CCO", affinity=affinities[0], poses=(BLOCK,) * len(affinities), affinities=affinities
    )  # fmt: skip


def test_poses_are_written_best_first_with_their_properties(tmp_path: Path) -> None:
    failed = DockResult("CC", status=Status.FAILED, reason="watchdog")
    rows = [("first", result((-5.0, -4.5))), ("bad", failed), ("second\nline", result((-3.25,)))]
    assert write_poses(tmp_path / "out.sdf", rows) == 3
    mols = list(Chem.SDMolSupplier(str(tmp_path / "out.sdf")))
    assert [(m.GetProp("name"), float(m.GetProp("affinity")), m.GetProp("pose")) for m in mols] == [
        ("first", -5.0, "1"), ("first", -4.5, "2"), ("second line", -3.25, "1"),
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out.sdf"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    def rows():
        yield "first", result((-5.0,))
        raise KeyboardInterrupt

    old = written(tmp_path, "out.sdf", "old")
    with pytest.raises(KeyboardInterrupt):
        write_poses(old, rows())
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.sdf"]
    with pytest.raises(InputFileError, match="cannot be written"):
        write_poses(tmp_path / "no_folder" / "out.sdf", [])


def test_poses_are_on_disk_while_the_earlier_file_stands(tmp_path: Path) -> None:
    old = written(tmp_path, "out.sdf", "old")
    with PoseFile(old) as file:
        file.write("first", result((-5.0,)))
        assert len(Chem.SDMolSupplier(str(tmp_path / "out.sdf.part"))) == 1
        assert old.read_text() == "old"
        with pytest.raises(InputFileError, match="another process"):
            PoseFile(old)
        file.write("second", result((-4.0,)))
    assert len(Chem.SDMolSupplier(str(old))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.sdf"]


def test_an_error_before_the_first_pose_keeps_what_earlier_runs_left(tmp_path: Path) -> None:
    old, part = written(tmp_path, "out.sdf", "old"), written(tmp_path, "out.sdf.part", "of a killed run")
    with pytest.raises(KeyboardInterrupt), PoseFile(old):
        raise KeyboardInterrupt
    assert (old.read_text(), part.read_text()) == ("old", "of a killed run")
    file = PoseFile(old)
    file.write("first", result((-5.0,)))
    with pytest.raises(KeyboardInterrupt), file:
        raise KeyboardInterrupt
    assert len(Chem.SDMolSupplier(str(old))) == 1
    assert not part.exists()
    with pytest.raises(InputFileError, match="it is a folder"):
        PoseFile(tmp_path)


def test_result_survives_json() -> None:
    import json

    one = DockResult(
        "CCO", "CCO", affinity=-1.0, poses=("x",), affinities=(-1.0,), atom_map=(0, 1, 2), provenance=Provenance(seed=1)
    )
    assert DockResult.from_json(json.loads(json.dumps(one.to_json()))) == one
    with pytest.raises(ValueError, match="cannot have affinity"):
        DockResult("CCO", status=Status.FAILED, affinity=-1.0, reason="x")
    with pytest.raises(ValueError, match="needs a reason"):
        DockResult("CCO", status=Status.FAILED)
