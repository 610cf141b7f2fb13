"""Tables and files of molecules: what users reported, one test a report, named after what happened to them."""

from __future__ import annotations

import csv
import gzip
import io
import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from rdkit import Chem

import molgrad as mg
from molgrad.errors import InputFileError
from molgrad.io import Library, read_library
from molgrad.molecule.starts import read_starts
from tests.cli.run import molgrad

BODY = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO")).split("\n", 1)[1]


def read(folder: Path, name: str, text: str | bytes) -> Library:
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(raw)
    return read_library(folder / name)


def pairs(library: Library) -> list[tuple[str, str]]:
    return [(entry.name, entry.smiles) for entry in library]


def record(title: str, data: str = "") -> str:
    return f"{title}\n{BODY}{data}$$$$\n"


def test_a_record_without_a_blank_line_before_the_dollars_is_kept(tmp_path: Path) -> None:
    text = record("a", ">  <x>\n5\n") + record("b", ">  <x>\n6\n\n")
    (tmp_path / "a.sdf").write_text(text)
    library = read_library(tmp_path / "a.sdf")
    assert [(e.name, e.smiles, e.properties["x"]) for e in library] == [("a", "CCO", "5"), ("b", "CCO", "6")]


def test_a_blank_line_that_holds_a_space_lost_a_record(tmp_path: Path) -> None:
    text = record("a", ">  <x>\n5\n \n") + record("b") + record("c")
    assert [name for name, _ in pairs(read(tmp_path, "a.sdf", text))] == ["a", "b", "c"]


def test_optimize_started_from_two_of_three_records(tmp_path: Path) -> None:
    blocks = [Chem.MolToMolBlock(Chem.MolFromSmiles(smiles)) for smiles in ("CCO", "CCN", "CCC")]
    (tmp_path / "a.sdf").write_text("".join(f"{block}>  <x>\n5\n$$$$\n" for block in blocks))
    assert read_starts([str(tmp_path / "a.sdf")]).values == ("CCO", "CCN", "CCC")


def test_a_latin_1_title_lost_the_file(tmp_path: Path) -> None:
    library = read(tmp_path, "a.sdf", (record("na\xefve") + record("b")).encode("latin-1"))
    assert [name for name, _ in pairs(library)] == ["na\xefve", "b"]
    assert "read as cp1252" in library.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        record("a").replace("M  END", "\nM  END"),
        "\ufeff" + record("a"),
        record("a").replace("\n", "\r\n"),
        record("a").replace("\n", "\r"),
        record("a").replace("$$$$", "$$$$  "),
        record("a").removesuffix("$$$$\n"),
        record("a").replace("M  END\n", ""),
        record("a").replace("  0  0  0  0  0  0  0  0999 V2000", ""),
        "\n" + record("a"),
    ],
    ids=["blank line", "BOM", "CRLF", "CR", "blanks", "no dollars", "no end", "short counts", "blank line above"],
)
def test_a_record_as_other_programs_write_it_is_read(text: str, tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "a.sdf", text)) == [("a", "CCO")]


def test_a_record_that_cannot_be_read_is_a_row_with_its_place_and_cause(tmp_path: Path) -> None:
    broken = record("b").replace("  1  2  1  0", "  1  9  1  0", 1)
    library = read(tmp_path, "a.sdf", record("a") + broken + "$$$$\n" + record("d"))
    assert [entry.name for entry in library] == ["a", "b", "3", "d"]
    assert "record 2, line 12: " in (library[1].error or "")
    assert "joins atoms 1 and 9 of 3" in (library[1].error or "")
    assert library[2].error == "record 3, line 23: it is empty"


def test_a_mol_block_after_another_without_dollars_is_a_record(tmp_path: Path) -> None:
    assert len(read(tmp_path, "a.sdf", f"a\n{BODY}b\n{BODY}$$$$\n")) == 2


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_in_the_encoding_of_excel_was_refused(coding: str, tmp_path: Path) -> None:
    text = "sep=;\r\nName;SMILES;pIC50\r\n\xe4thanol;CCO;5,1\r\n"
    library = read(tmp_path, "a.csv", text.encode(coding))
    assert pairs(library) == [("\xe4thanol", "CCO")]
    assert library[0].properties == {"pIC50": "5,1"}
    said = {"cp1252": "read as cp1252", "utf-8": "", "utf-8-sig": ""}.get(coding, "read as UTF-16")
    assert said in library.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "CCO,ethanol\nCCN,amine\n",
        "smiles;name\nCCO;ethanol\nCCN;amine\n",
        "Name\tSMILES\nethanol\tCCO\namine\tCCN\n",
        "ethanol\tCCO\namine\tCCN\n",
        "ethanol CCO\namine CCN\n",
        '"CCO","ethanol"\n"CCN","amine"\n',
        "CCO\tethanol\t5.1\tx\nCCN\tamine\t4\ty\n",
        "CCO ethanol\rCCN amine\r",
        "#SMILES\tID\nCCO\tethanol\nCCN\tamine\n",
    ],
)
@pytest.mark.parametrize("name", ["a.smi", "a.txt", "a.csv"])
def test_a_list_is_read_by_what_parses_and_not_by_its_ending(text: str, name: str, tmp_path: Path) -> None:
    assert pairs(read(tmp_path, name, text)) == [("ethanol", "CCO"), ("amine", "CCN")]


def test_the_way_a_list_is_read_is_said(tmp_path: Path) -> None:
    (note,) = read(tmp_path, "a.smi", "smiles,name\nCCO,ethanol\n").notes
    assert note.endswith("a.smi: read as CSV with header: smiles, name")


def test_names_with_blanks_stay_whole_and_a_broken_first_line_is_no_header(tmp_path: Path) -> None:
    library = read(tmp_path, "a.smi", "C1CC ring of three\nCCO ethyl alcohol, pure\n")
    assert pairs(library) == [("ring of three", "C1CC"), ("ethyl alcohol, pure", "CCO")]
    assert pairs(read(tmp_path, "a.csv", "C1CC,ring\nCCO,b\nCCN,c\n"))[0] == ("ring", "C1CC")


def test_a_name_became_the_extension_of_the_smiles(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "a.smi", "C[C@H](N)O |&1:1| rac-amine\n")) == [("rac-amine", "C[C@H](N)O |&1:1|")]
    text = "name,smiles\nrac,C[C@H](N)[C@H](O)F |&1:1,3|\n"  # the comma of the extension is not quoted
    assert pairs(read(tmp_path, "a.csv", text)) == [("rac", "C[C@H](N)[C@H](O)F |&1:1,3|")]


@pytest.mark.parametrize(
    "column",
    [
        "Molecule ChEMBL ID",
        "zinc_id",
        "Catalog ID",
        "MOLPORTID",
        "Compound Name",
        "IDNUMBER",
        "CompoundID",
        "Vendor ID",
        "CAS",
        "Canonical_PostEra_ID",
        "Reg. No.",
        "Probe",
    ],
)
def test_an_id_column_is_found_by_what_ids_look_like(column: str, tmp_path: Path) -> None:
    values = ("64-17-5", "75-04-7") if column == "CAS" else ("AB-17", "AB-18")
    text = (
        f",smiles,{column},InChIKey,target_name,MW\n"
        f"0,CCO,{values[0]},LFQSCWFLJHTTHZ-UHFFFAOYSA-N,DHFR,46\n"
        f"1,CCN,{values[1]},QUSNBJAOOMFDIB-UHFFFAOYSA-N,DHFR,45\n"
    )
    assert [entry.name for entry in read(tmp_path, "a.csv", text)] == list(values)
    titles = "".join(record("", f">  <{column}>\n{value}\n\n") for value in values)
    assert [entry.name for entry in read(tmp_path, "a.sdf", titles)] == list(values)


def test_the_canonical_smiles_of_pubchem_lost_the_configuration(tmp_path: Path) -> None:
    text = "cid,canonicalsmiles,isosmiles\n5950,CC(N)C(=O)O,C[C@H](N)C(=O)O\n"
    assert pairs(read(tmp_path, "a.csv", text)) == [("5950", "C[C@H](N)C(=O)O")]


def test_the_names_of_starts_were_missing_from_the_table_of_a_campaign(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CCO ethanol\nCCN amine\n")
    with pytest.warns(UserWarning, match="read as SMILES file"):
        campaign = mg.Campaign(tmp_path / "run", start=[str(tmp_path / "a.smi")], loss=mg.QED(), engine="chemist")
    with campaign:
        campaign.run(2)
    rows = list(csv.DictReader((tmp_path / "run" / "molecules.csv").open()))
    assert {row["smiles"]: row["name"] for row in rows} == {"CCO": "ethanol", "CCN": "amine"}


def test_further_columns_were_glued_to_the_name(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a.smi", "smiles\tname\tpIC50\tassay date\nCCO\tethanol\t5.1\tMay 3\n")
    assert (entry.name, dict(entry.properties)) == ("ethanol", {"pIC50": "5.1", "assay date": "May 3"})


@pytest.mark.parametrize(("group", "said"), [("STERAC1", "&"), ("STEREL1", "o")])
def test_a_racemate_of_an_sdf_was_read_as_one_enantiomer(group: str, said: str, tmp_path: Path) -> None:
    block = Chem.MolToV3KMolBlock(Chem.MolFromSmiles("C[C@H](O)c1ccccc1"))
    collection = f"M  V30 BEGIN COLLECTION\nM  V30 MDLV30/{group} ATOMS=(1 2)\nM  V30 END COLLECTION\n"
    text = re.sub(r"(?s)M  V30 BEGIN COLLECTION.*?END COLLECTION\n", "", block)
    text = text.replace("M  V30 END CTAB", f"{collection}M  V30 END CTAB")
    (entry,) = read(tmp_path, "a.sdf", f"{text}$$$$\n")
    assert re.search(rf" \|{said}1?:\d\|$", entry.smiles)


def test_an_empty_name_column_is_not_taken_before_a_filled_id(tmp_path: Path) -> None:
    text = '"Molecule ChEMBL ID";"Molecule Name";"Smiles"\n"CHEMBL545";"";"CCO"\n"CHEMBL546";"";"CCN"\n'
    assert [entry.name for entry in read(tmp_path, "a.csv", text)] == ["CHEMBL545", "CHEMBL546"]


def test_repeated_names_are_numbered_and_missing_ones_said(tmp_path: Path) -> None:
    library = read(tmp_path, "a.csv", "smiles,name\nCCO,aspirin\nCCN,aspirin\n")
    assert [entry.name for entry in library] == ["aspirin", "aspirin (2)"]
    (note,) = read(tmp_path, "b.csv", "smiles,pIC50\nCCO,5.1\n").notes
    assert note.endswith("no name column found; rows are numbered")


def test_a_name_column_can_be_given_and_one_that_is_not_there_lists_the_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,lot,smiles\na,L7,CCO\n")
    assert read_library(tmp_path / "a.csv", name_column="Lot")[0].name == "L7"
    with pytest.raises(InputFileError, match=r"'lott'.*its columns are: name, lot, smiles"):
        read_library(tmp_path / "a.csv", name_column="lott")
    (tmp_path / "a.sdf").write_text(record("a", ">  <lot>\nL7\n\n"))
    with pytest.raises(InputFileError, match=r"'lott'.*its properties are: lot"):
        read_library(tmp_path / "a.sdf", name_column="lott")


@pytest.mark.parametrize("name", ["a.sdf.gz", "a.smi.gz", "a.csv.gz", "a.mol", "a.mol2", "a.mol2.gz", "a.xlsx"])
def test_a_kind_of_file_was_unknown(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(made(name))
    assert pairs(read_library(tmp_path / name))[0] == ("lead", "CCO")


def made(name: str) -> bytes:
    """A file of ethanol called lead."""
    kind = name.removesuffix(".gz").rpartition(".")[2]
    if kind == "xlsx":
        book, file = Workbook(), io.BytesIO()
        book.active.append(["About this file"])
        sheet = book.create_sheet("data")
        for row in (["Compound Name", "Smiles", "IC50"], ["lead", "CCO", 5]):
            sheet.append(row)
        book.save(file)
        return file.getvalue()
    text = {"sdf": record("lead"), "mol": f"lead\n{BODY}", "smi": "CCO lead\n", "csv": "ID,isosmiles\nlead,CCO\n"}
    raw = (text.get(kind) or MOL2).encode()
    return gzip.compress(raw) if name.endswith(".gz") else raw


MOL2 = """@<TRIPOS>MOLECULE
lead
 9 8 0 0 0
SMALL
NO_CHARGES

@<TRIPOS>ATOM
 1 C1 0.0 0.0 0.0 C.3
 2 C2 1.5 0.0 0.0 C.3
 3 O1 2.0 1.3 0.0 O.3
 4 H1 -0.4 0.5 0.9 H
 5 H2 -0.4 0.5 -0.9 H
 6 H3 -0.4 -1.0 0.0 H
 7 H4 1.9 -0.5 0.9 H
 8 H5 1.9 -0.5 -0.9 H
 9 H6 3.0 1.3 0.0 H
@<TRIPOS>BOND
 1 1 2 1
 2 2 3 1
 3 1 4 1
 4 1 5 1
 5 1 6 1
 6 2 7 1
 7 2 8 1
 8 3 9 1
@<TRIPOS>MOLECULE
acetate
 7 6 0 0 0
SMALL
NO_CHARGES

@<TRIPOS>ATOM
 1 C1 0.0 0.0 0.0 C.3
 2 C2 1.5 0.0 0.0 C.2
 3 O1 2.0 1.0 0.0 O.co2
 4 O2 2.0 -1.0 0.0 O.co2
 5 H1 -0.4 0.5 0.9 H
 6 H2 -0.4 0.5 -0.9 H
 7 H3 -0.4 -1.0 0.0 H
@<TRIPOS>BOND
 1 1 2 1
 2 2 3 ar
 3 2 4 ar
 4 1 5 1
 5 1 6 1
 6 1 7 1
"""


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="unpacks to more than 100 times its size"):
        read(tmp_path, "a.smi.gz", gzip.compress(b"\0" * (20 << 20)))
    with pytest.raises(InputFileError, match="damaged or cut off"):
        read(tmp_path, "b.smi.gz", b"\x1f\x8b\x08")


def test_a_dry_run_shows_a_folder_as_it_is_understood(tmp_path: Path) -> None:
    for name in ("a.sdf.gz", "b.smi.gz", "c.xlsx", "d.mol2"):
        (tmp_path / name).write_bytes(made(name))
    (tmp_path / "e.csv").write_text("ID,smiles\nsalt,CC(N)c1ccccc1.Cl\nbroken,C1CC\nnothing,\n")
    (tmp_path / "f.xlsx").write_text("no workbook")
    (tmp_path / "notes.docx").write_text("x")
    done = molgrad("dock", "--dry-run", "-i", str(tmp_path))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["name"] for row in rows] == [
        "lead", "lead (2)", "lead (3)", "lead (4)", "acetate", "salt", "broken", "nothing", "f.xlsx",
    ]  # fmt: skip
    assert [row["status"] for row in rows] == ["ok"] * 6 + ["invalid"] * 3
    assert rows[4]["smiles"] == "CC(=O)[O-]"
    assert "salt stripped: Cl" in rows[5]["note"]
    assert "2 stereoisomers to dock" in rows[5]["note"]
    assert "ring bond 1" in rows[6]["reason"]
    assert rows[6]["source"] == f"{tmp_path / 'e.csv'}, line 3"
    assert "e.csv: read as CSV with header: ID, smiles" in done.stderr
    assert "passed over, of other kinds: notes.docx" in done.stderr


def test_a_dry_run_says_what_the_dock_would_say(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("OB(O)c1ccccc1 boron\nCCO ethanol\n")
    done = molgrad("dock", "--dry-run", "-i", str(tmp_path / "a.smi"), "CCN")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["name"], row["status"]) for row in rows] == [("1", "ok"), ("boron", "invalid"), ("ethanol", "ok")]
    assert "Vina has no atom type" in rows[1]["reason"]
