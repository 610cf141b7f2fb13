"""Workbooks, dumps of vaults and SDF files of results."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.styles
import pytest
from rdkit import Chem

from molgrad.assays.table import read_results
from molgrad.errors import InputFileError


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "Assay report"
    sheet = book.create_sheet("Results")
    sheet.append(["Report"])
    sheet.append(["Compound ID", "IC50\n(nM)", "% inh @ 10 µM", "Date"])
    sheet.append(["C1", 35, 0.63, datetime(2026, 3, 12)])
    sheet["C3"].number_format = "0%"
    sheet.append(["C2", ">10 µM", None, None])
    sheet.append(["C3", datetime(2026, 3, 12), None, None])
    sheet.append(["C4", "=B3*2", None, None])
    sheet.append(["C5", 12.5, None, None])
    sheet["B7"].number_format = '">"0.0" uM"'
    sheet.append(["C6", "#DIV/0!", None, None])
    sheet.append(["C7", 0.1 + 0.2, None, None])
    sheet.append(["C8", 70, None, None])
    sheet["B10"].font = openpyxl.styles.Font(strike=True)
    book.save(path)
    return path


def test_a_workbook_is_read_as_its_user_sees_it(tmp_path: Path) -> None:
    rows = read_results(workbook(tmp_path / "r.xlsx"))
    shown = {(row.line, row.name, str(row.measured)) for row in rows if row.measured}
    assert shown == {
        (3, "C1", "IC50 = 35 nM"), (3, "C1", "inhibition = 63% at 10 uM"), (4, "C2", "IC50 > 10 uM"),
        (7, "C5", "IC50 > 12.5 uM"), (9, "C7", "IC50 = 0.3 nM"),
        (10, "C8", "IC50 = 70 nM"),
    }  # fmt: skip
    refused = {row.name: row.refused for row in rows if row.refused}
    assert "date" in refused["C3"]
    assert "formula without a saved value" in refused["C4"]
    assert "formula" in refused["C6"]
    assert rows[0].measured is not None
    assert rows[0].measured.date == "2026-03-12"
    assert [row.name for row in rows if row.measured and row.measured.qc] == ["C8"]  # struck out
    assert rows.notes[0] == "sheet 'Results'; not read: 'Sheet'"


def records() -> list[dict[str, Any]]:
    """A vault's records with numbers for names: 11 is an IC50 in uM, 12 its pIC50, 13 a percentage."""
    values = [(10.0, 5.0), (1.0, 6.0), (0.1, 7.0)]
    dump: list[dict[str, Any]] = [
        {"id": i, "molecule": 100 + i, "run": 7, "well": {"plate": 5}, "readouts": {"11": a, "12": b, "13": 40.0 + i}}
        for i, (a, b) in enumerate(values)
    ]
    bound = {"modifier": ">", "note": "falls outside the dose series", "value": 100.0}
    dump.append({"molecule": 200, "readouts": {"11": bound, "12": {"modifier": "<", "value": 4.0}}})
    dump.append({"molecule": 201, "readouts": {"11": {"note": "± 0.4 (n=2)", "value": 3.0}, "12": 5.522879}})
    dump.append({"molecule": 202, "readouts": {"11": {"note": "could not be calculated"}}})
    dump.append({"molecule": 203, "readouts": {"11": {"outlier_type": 1, "value": 3.0}, "13": 5.0}})
    dump.append({"molecule": 204, "readouts": {"13": 5.0}})
    dump.append({"well": {"plate": 5}, "readouts": {"13": 5.0}})
    return dump


def test_a_vault_without_names_is_told_by_its_logarithms(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records()), encoding="utf-8")
    rows = read_results(path)
    assert len(rows) == len(records())
    assert [str(row.measured) for row in rows[:5]] == ["= 10 uM", "= 1 uM", "= 0.1 uM", "> 100 uM", "= 3 uM"]
    measured = [row.measured for row in rows]
    assert measured[0] is not None
    assert measured[4] is not None
    assert measured[6] is not None
    assert (measured[0].plate, measured[0].note) == ("5", "run 7")
    assert (measured[4].error, measured[4].n) == (0.4, 2)
    assert measured[6].qc == "failed"
    assert rows[5].said.endswith("no value")
    assert "--map '13=IC50 (uM)'" in rows[7].refused
    assert "controls" in rows[8].refused


def test_the_readouts_of_a_vault_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(records()), encoding="utf-8")
    rows = read_results(path, columns={"13": "inhibition (%)"})
    assert [str(row.measured) for row in rows[:4]] == [
        "inhibition = 40%",
        "inhibition = 41%",
        "inhibition = 42%",
        "None",
    ]


def test_a_vaults_objects_give_structure_date_and_operator(tmp_path: Path) -> None:
    dump = [
        {
            "molecule": {"id": 7, "name": "V-1", "smiles": "CCO"},
            "run": {"id": 3, "run_date": "2026-04-01", "person": "AB"},
            "readouts": {"DHFR IC50 (uM)": {"modifier": ">", "value": 99.5}},
        },
        {"molecule": {"id": 8, "SMILES": "CCN"}, "readouts": {"DHFR IC50 (uM)": {"value": 1.2, "note": "± 0.3 (n=2)"}}},
    ]
    (tmp_path / "d.json").write_text(json.dumps(dump))
    rows = read_results(tmp_path / "d.json")
    assert [(row.name, row.smiles, str(row.measured)) for row in rows] == [
        ("V-1", "CCO", "IC50 > 99.5 uM"),
        ("8", "CCN", "IC50 = 1.2 uM"),
    ]
    first, second = (row.measured for row in rows)
    assert first is not None
    assert second is not None
    assert (first.date, first.operator, first.note) == ("2026-04-01", "AB", "run 3")
    assert (second.error, second.n) == (0.3, 2)


def test_plain_json_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"results": [{"name": "a", "IC50 (nM)": {"modifier": ">", "value": 10}}]}', encoding="utf-8")
    assert str(read_results(path)[0].measured) == "IC50 > 10 nM"
    given = {"relation": "<", "value": 5, "unit": "uM", "n": 3}
    path.write_text(json.dumps([{"name": "a", "IC50 (nM)": given}]), encoding="utf-8")
    row = read_results(path)[0]
    assert str(row.measured) == "IC50 < 5 uM"
    assert row.measured is not None
    assert row.measured.n == 3
    path.write_text("[1, 2]", encoding="utf-8")
    with pytest.raises(InputFileError, match="no list of records"):
        read_results(path)


def test_an_sdf_with_results(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    mol = Chem.MolFromSmiles("CCO")
    mol.SetProp("_Name", "A1")
    mol.SetProp("IC50 (nM)", ">100")
    with Chem.SDWriter(str(path)) as writer:
        writer.write(mol)
    rows = read_results(path)
    assert [(row.name, row.smiles, str(row.measured)) for row in rows] == [("A1", "CCO", "IC50 > 100 nM")]


@pytest.mark.parametrize("name", ["a.xls", "a.pdf", "none.csv"])
def test_what_is_not_read_says_what_to_do(name: str, tmp_path: Path) -> None:
    if name != "none.csv":
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputFileError, match=r"save it as|there is none"):
        read_results(tmp_path / name)


def test_numbers_of_a_spreadsheet_do_not_contradict_the_commas_of_its_texts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["ID", "IC50 (nM)", "SD"], ["A", 35.25, 0.5], ["B", "> 12,5", "0,5"], ["C", "1,234", None]):
        book.active.append(row)
    book.save(tmp_path / "r.xlsx")
    rows = read_results(tmp_path / "r.xlsx")
    assert [str(row.measured) for row in rows] == ["IC50 = 35.25 nM", "IC50 > 12.5 nM", "IC50 = 1.234 nM"]
    assert [row.measured.error for row in rows if row.measured] == [0.5, 0.5, None]


def test_a_text_that_is_no_table_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("m0001 35\nm0002 12\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="is no table: part its cells"):
        read_results(tmp_path / "a.txt")
