"""Files of molecules as vendors, notebooks, spreadsheets and transfers leave them."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from molgrad.chem.parse import canonical
from molgrad.errors import InputFileError, InvalidMoleculeError
from molgrad.io import Library, read_library
from molgrad.molecule.starts import read_starts
from tests.reported.test_tables import pairs, read, record


def names(library: Library) -> list[str]:
    return [entry.name for entry in library]


def test_a_transfer_that_broke_off_gives_its_whole_lines_and_says_so(tmp_path: Path) -> None:
    text = "".join(f"{'C' * (1 + i % 9)}O alcohol-{i * 7919 % 1009}\n" for i in range(500))
    raw = gzip.compress(text.encode())
    library = read(tmp_path, "a.smi.gz", raw[: len(raw) // 2])
    assert 50 < len(library) < 500
    assert [f"{entry.smiles} {entry.name}" for entry in library] == text.splitlines()[: len(library)]
    assert "cut off: read as far as it goes" in library.notes[0]


def test_what_follows_the_compressed_data_costs_no_line(tmp_path: Path) -> None:
    library = read(tmp_path, "a.smi.gz", gzip.compress(b"CCO a\nCCN b\n") + b"<html>")
    assert pairs(library) == [("a", "CCO"), ("b", "CCN")]


def test_lines_that_end_with_two_returns_keep_titles(tmp_path: Path) -> None:
    text = (record("ethanol") + record("amine")).replace("\n", "\r\r\n")
    assert names(read(tmp_path, "a.sdf", text)) == ["ethanol", "amine"]


def test_the_end_mark_of_dos_is_no_record(tmp_path: Path) -> None:
    assert names(read(tmp_path, "a.sdf", record("ethanol") + "\x1a")) == ["ethanol"]


def test_a_table_of_chinese_excel_keeps_its_names(tmp_path: Path) -> None:
    raw = "名称,SMILES\n乙醇,CCO\n苯酚,Oc1ccccc1\n".encode("gbk")
    library = read(tmp_path, "a.csv", raw)
    assert names(library) == ["乙醇", "苯酚"]
    assert "read as GB18030" in library.notes[0]
    assert names(read(tmp_path, "b.csv", "Name,SMILES\nSäure,CCO\nÄöü,CCN\n".encode("cp1252"))) == ["Säure", "Äöü"]


@pytest.mark.parametrize(
    "header",
    [
        "Lfd. Nr.;Substanz;SMILES;IC50 [nM]",
        "N°;Nom du composé;SMILES;pIC50",
        "序号;化合物名称;SMILES;活性",
        "Nr;Stoffname intern;SMILES;Wert",
    ],
)
def test_names_are_found_in_other_languages(header: str, tmp_path: Path) -> None:
    text = f"{header}\n1;Koffein A;CCO;1,5\n2;Aspirin B;CCN;> 10\n"
    assert names(read(tmp_path, "a.csv", text)) == ["Koffein A", "Aspirin B"]


def test_remarks_amounts_and_formulas_are_no_names(tmp_path: Path) -> None:
    text = "SMILES,Kommentar,Menge,Summenformel\nCCO,gut,5 mg,C2H6O\nCCN,schlecht,99%,C2H7N\n"
    assert names(read(tmp_path, "a.csv", text)) == ["1", "2"]


def test_excels_way_of_keeping_zeros_is_undone(tmp_path: Path) -> None:
    text = '"ID";"SMILES"\n"=""00123""";"CCO"\n="00124";CCN\n'
    assert names(read(tmp_path, "a.csv", text)) == ["00123", "00124"]


def test_the_ruled_line_of_a_printed_table_is_no_molecule(tmp_path: Path) -> None:
    text = "| name | smiles |\n|:---|---:|\n| a | CCO |\n| b | CCN |\n"
    assert pairs(read(tmp_path, "a.txt", text)) == [("a", "CCO"), ("b", "CCN")]


def test_numbers_behind_a_name_are_not_glued_to_it(tmp_path: Path) -> None:
    assert names(read(tmp_path, "a.smi", "CCO ZINC01\t46.0\t-0.1\n")) == ["ZINC01"]
    text = "SMILES Compound Name\nCCO ethyl alcohol\nCCN ethyl amine\n"
    assert names(read(tmp_path, "b.smi", text)) == ["ethyl alcohol", "ethyl amine"]


def test_an_extension_in_a_column_of_its_own_is_kept(tmp_path: Path) -> None:
    text = "name,smiles,CXSMILES extension\nrac,C[C@H](O)CC,|&1:1|\nplain,CCO,\n"
    assert pairs(read(tmp_path, "a.csv", text)) == [("rac", "C[C@H](O)CC |&1:1|"), ("plain", "CCO")]


def test_signs_of_word_processors_in_a_smiles_are_read_and_said(tmp_path: Path) -> None:
    library = read(tmp_path, "a.csv", "smiles,name\nCC(=O)[O\u2212],acetate\n\u200bCCN,amine\n")
    assert pairs(library) == [("acetate", "CC(=O)[O-]"), ("amine", "CCN")]
    assert all("read as plain text" in entry.note for entry in library)


def test_a_name_column_that_one_file_of_a_folder_lacks_costs_no_molecule(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID,lot,SMILES\nZ1,L1,CCO\n")
    (tmp_path / "b.csv").write_text("SMILES,Name\nCCC,propane\n")
    (tmp_path / "c.sdf").write_text(record("ethanol"))
    library = read_library(tmp_path, name_column="lot")
    assert names(library) == ["L1", "propane", "ethanol"]
    assert sum("named as without the option" in note for note in library.notes) == 2
    with pytest.raises(InputFileError, match=r"a\.csv: --name-column 'nope'.*its columns are: ID, lot, SMILES"):
        read_library(tmp_path, name_column="nope")


def test_dates_and_further_sheets_of_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    for sheet, name in ((book.worksheets[0], datetime(2024, 3, 1)), (book.create_sheet("Second"), "b")):
        sheet.append(["Name", "SMILES"])
        sheet.append([name, "CCO"])
    book.save(tmp_path / "a.xlsx")
    library = read_library(tmp_path / "a.xlsx")
    assert names(library) == ["2024-03-01"]
    assert "not read, though there are molecules too: 'Second'" in library.notes[0]


@pytest.mark.parametrize(
    "titles", [("Molecule 1", "Molecule 2"), ("1", "2"), ("Untitled Document-1",) * 2, ("CCO",) * 2]
)
def test_titles_that_programs_fill_in_come_after_an_identifier(titles: tuple[str, str], tmp_path: Path) -> None:
    text = "".join(record(title, f">  <Corporate ID>\nCP{n}\n\n") for n, title in enumerate(titles))
    assert names(read(tmp_path, "a.sdf", text)) == ["CP0", "CP1"]
    assert read(tmp_path, "b.sdf", "".join(map(record, titles)))[0].name == titles[0]


def test_a_group_that_was_not_drawn_in_full_is_named(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a.sdf", record("a").replace(" C   0", " Ph  0", 1))
    assert entry.error is not None
    assert "atom 1 is 'Ph', which is no element; draw the group in full" in entry.error


def test_a_phosphate_out_of_shape_is_no_trigonal_bipyramid(tmp_path: Path) -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("COP(=O)([O-])[O-]"))
    rdDistGeom.EmbedMolecule(mol, randomSeed=1)
    shape = mol.GetConformer()
    centre = shape.GetAtomPosition(2)
    for atom, place in ((1, (0, 0, 1.6)), (3, (1.5, 0, 0.1)), (4, (-0.75, 1.3, 0.1)), (5, (-0.75, -1.3, 0.1))):
        shape.SetAtomPosition(atom, [centre.x + place[0], centre.y + place[1], centre.z + place[2]])
    (entry,) = read(tmp_path, "a.sdf", Chem.MolToMolBlock(mol) + "$$$$\n")
    assert entry.smiles == "COP(=O)([O-])[O-]"


@pytest.mark.parametrize(("text", "same"), [("[D]C([D])([D])O", "[2H]C([2H])([2H])O"), ("[T]c1ccccc1", "[3H]c1ccccc1")])
def test_deuterium_and_tritium_may_have_symbols_of_their_own(text: str, same: str) -> None:
    assert canonical(text) == canonical(same)


def test_an_extension_that_is_not_closed_is_no_name(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a.smi", "C[C@H](F)Cl |&1:1 amine\n")
    assert (entry.name, entry.smiles) == ("amine", "C[C@H](F)Cl |&1:1")
    with pytest.raises(InvalidMoleculeError, match="not closed by a second bar"):
        canonical(entry.smiles)


def test_a_start_that_comes_twice_is_said_with_its_names(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CCO ethanol\nOCC alcohol\n")
    starts = read_starts([str(tmp_path / "a.smi")])
    assert starts.values == ("CCO",)
    assert any("alcohol: OCC: the same compound as ethanol; measured once" in note for note in starts.notes)


@pytest.mark.parametrize("smiles", ["c1ccc2[nH]ccc2c1", "c1c[nH]cn1", "O=c1cccc[nH]1", "c1ccc2ncccc2c1"])
def test_aromatic_bonds_without_the_hydrogen_of_a_pyrrole_are_read(smiles: str, tmp_path: Path) -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles(smiles), kekulize=False)
    assert "  4" in block
    (entry,) = read(tmp_path, "a.sdf", block + "$$$$\n")
    assert canonical(entry.smiles) == canonical(smiles)
