"""Whole tables as laboratories, vendors and databases write them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from molgrad.assays.heading import read_heading
from molgrad.assays.reasons import grouped
from molgrad.assays.table import ResultRow, Results, read_results
from molgrad.errors import InputFileError


def read(tmp_path: Path, text: str, **how: object) -> Results:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_results(path, **how)  # type: ignore[arg-type] - passed on


def told(rows: Results) -> list[str]:
    return [f"{row.name} {row.measured}" for row in rows]


def test_every_row_is_understood_or_named(tmp_path: Path) -> None:
    rows = read(tmp_path, "name,IC50 (nM)\nm1,35\nm2,>10 uM\nm3,n.d.\nm4,inactive\n,5\nm6,\n")
    assert [row.line for row in rows] == [2, 3, 4, 5, 6, 7]
    assert told(rows)[:3] == ["m1 IC50 = 35 nM", "m2 IC50 > 10 uM", "m3 None"]
    assert [bool(row.refused) for row in rows] == [False, False, False, True, True, False]
    assert all(bool(row.said) != bool(row.refused) for row in rows)


def test_a_german_table(tmp_path: Path) -> None:
    text = "Substanz;IC50 (nM);Stabw;Datum;Bemerkung\nA-1;12,5;0,5;12.03.2026;gut\n"
    rows = read(tmp_path, text + "A-2;>10.000;;3.4.2026;\nA-3;1.234,5;;;\n")
    assert told(rows) == ["A-1 IC50 = 12.5 nM", "A-2 IC50 > 10000 nM", "A-3 IC50 = 1234.5 nM"]
    first = rows[0].measured
    assert first is not None
    assert (first.error, first.error_kind, first.date, first.note) == (0.5, "sd", "2026-03-12", "gut")


def test_a_decimal_comma_only_where_the_column_says_so_everywhere(tmp_path: Path) -> None:
    head = "ID\tIC50 (nM)\n"
    assert told(read(tmp_path, head + "A\t1,234\nB\t12,5\n")) == ["A IC50 = 1.234 nM", "B IC50 = 12.5 nM"]
    assert told(read(tmp_path, head + "A\t1,234\nB\t12.5\n")) == ["A IC50 = 1234 nM", "B IC50 = 12.5 nM"]
    assert "ambiguous, 1234 or 1.234" in read(tmp_path, head + "A\t1,234\nB\t12\n")[0].refused
    mixed = read(tmp_path, head + "A\t12,5\nB\t12.5\n")
    assert "also writes decimal points" in mixed[0].refused
    assert mixed[1].measured is not None


def test_a_decimal_comma_that_parts_cells_is_refused(tmp_path: Path) -> None:
    rows = read(tmp_path, "ID,IC50 (nM)\nA,12,5\nB,35\n")
    assert "3 cells under 2 headings" in rows[0].refused
    assert rows[0].measured is None


CHEMBL = """\
"Molecule ChEMBL ID";"Smiles";"Standard Type";"Standard Relation";"Standard Value";"Standard Units";"pChEMBL Value"
"C1";"CCO";"IC50";"'='";"350.0";"nM";"6.46"
"C2";"CCN";"IC50";"'>'";"10000.0";"nM";""
"C3";"CCC";"Inhibition";"'='";"63.0";"%";""
"C4";"CCF";"Ki";"'='";"350.0";"nM";"3.46"
"C5";"CCS";"IC50";"'='";"5";"ug.mL-1";""
"C6";"CCI";"IC50";"'='";"5";"furlong";""
"""


def test_an_export_of_chembl(tmp_path: Path) -> None:
    rows = read(tmp_path, CHEMBL)
    assert told(rows)[:3] == ["C1 IC50 = 350 nM", "C2 IC50 > 10000 nM", "C3 inhibition = 63%"]
    assert rows[0].smiles == "CCO"
    assert "but pKi = 3.46 in column 'pChEMBL Value'" in rows[3].refused
    assert told(rows)[4] == "C5 IC50 = 5 ug/mL"
    assert "'furlong'" in rows[5].refused


def test_a_csv_of_the_chembl_api_leaves_published_columns(tmp_path: Path) -> None:
    text = "canonical_smiles,molecule_chembl_id,relation,standard_relation,standard_type,standard_units,"
    rows = read(tmp_path, text + "standard_value,units,value,type\nCCO,C1,=,>,IC50,nM,350,uM,0.35,IC50\n")
    assert told(rows) == ["C1 IC50 > 350 nM"]


def test_a_table_of_a_vault(tmp_path: Path) -> None:
    text = "suspected_SMILES,Canonical_ID,IC50_(µM),IC50_CI_(Lower)_(µM),IC50_CI_(Upper)_(µM),Hill_slope,Semiquant\n"
    rows = read(
        tmp_path,
        text + "CCO,A-1,> 99.5,,,,Weak\nCCN,A-2,20,10,40,1.1,Quant\nCCC,A-3,5,(could not be calculated),,1,Quant\n",
    )
    assert told(rows) == ["A-1 IC50 > 99.5 uM", "A-2 IC50 = 20 uM", "A-3 IC50 = 5 uM"]
    second, third = rows[1].measured, rows[2].measured
    assert second is not None
    assert third is not None
    assert (second.error_kind, second.error) == ("factor", pytest.approx(4 ** (1 / (2 * 1.959964))))
    assert third.note == "could not be calculated"
    assert any("not read: 'Hill_slope'; 'Semiquant'" in note for note in rows.notes)


def test_several_assays_side_by_side(tmp_path: Path) -> None:
    text = "Compound,DHFR IC50 (nM),DHFR SD,DHFR n,hERG IC50 (µM),hERG n,cLogP\nC1,35,4,3,>30,2,2.1\nC2,,,,12,1,3\n"
    rows = read(tmp_path, text)
    assert [(row.name, row.assay, str(row.measured)) for row in rows] == [
        ("C1", "DHFR IC50 (nM)", "IC50 = 35 nM"),
        ("C1", "hERG IC50 (µM)", "IC50 > 30 uM"),
        ("C2", "hERG IC50 (µM)", "IC50 = 12 uM"),
    ]
    first, second = rows[0].measured, rows[1].measured
    assert first is not None
    assert second is not None
    assert (first.error, first.n, second.error, second.n) == (4, 3, None, 2)
    one = read(tmp_path, text, assay="dhfr_ic50")
    assert [(row.assay, str(row.measured)) for row in one] == [("dhfr_ic50", "IC50 = 35 nM"), ("dhfr_ic50", "None")]
    with pytest.raises(InputFileError, match="several kinds: DHFR IC50"):
        read(tmp_path, text, assay="potency")
    mapped = read(tmp_path, text, assay="potency", columns={"DHFR IC50 (nM)": "value"})
    assert told(mapped)[0] == "C1 IC50 = 35 nM"


def test_a_column_of_assays(tmp_path: Path) -> None:
    text = "cpd_id,assay,result,unit,qualifier,n\nC1,DHFR,35,nM,=,3\nC1,hERG,30,uM,>,1\n"
    assert [(row.assay, str(row.measured)) for row in read(tmp_path, text)] == [
        ("DHFR", "= 35 nM"),
        ("hERG", "> 30 uM"),
    ]
    one = read(tmp_path, text, assay="DHFR")
    assert [str(row.measured) for row in one] == ["= 35 nM", "None"]
    assert "a result of 'hERG'" in one[1].said
    with pytest.raises(InputFileError, match="none of them 'JAK2': DHFR; hERG"):
        read(tmp_path, text, assay="JAK2")


REPLICATES = """\
ID\tSMILES\tRep1\tRep2\tRep3\tMean IC50 (nM)\tSD\tn\tPlate\tDate\tOperator\tQC
X1\tCCO\t30\t35\t40\t35\t5\t3\tP7\t2026-03-12\tKL\tpass
X2\tCCN\t\t\t\t120\t10\t2\tP7\t2026-03-12\tKL\tfail
X3\tCCC\t5\t>10 uM\tnd\t5\t1\t2\tP7\t2026-03-12\tKL\tok
X4\tCCC\t5\t\t\t5\t1\t2\tP7\t2026-03-12\tKL\thmm
"""


def test_replicates_are_told_one_by_one_and_a_mean_where_they_are_missing(tmp_path: Path) -> None:
    rows = read(tmp_path, REPLICATES)
    assert told(rows)[:4] == ["X1 IC50 = 30 nM", "X1 IC50 = 35 nM", "X1 IC50 = 40 nM", "X2 IC50 = 120 nM"]
    assert told(rows)[4:7] == ["X3 IC50 = 5 nM", "X3 IC50 > 10 uM", "X3 None"]
    assert {row.assay for row in rows} == {"Mean IC50 (nM)"}
    failed = rows[3].measured
    assert failed is not None
    assert (failed.qc, failed.error, failed.n, failed.plate, failed.operator) == ("failed", 10, 2, "P7", "KL")
    assert "neither pass nor fail" in rows[7].refused


@pytest.mark.parametrize(
    ("heading", "word", "qc"),
    [
        ("QC", "pass", ""), ("QC", "FAIL", "failed"), ("QC flag", "outlier", "failed"), ("Valid", "no", "failed"),
        ("Valid", "ja", ""), ("Outlier", "yes", "failed"), ("Outlier", "", ""), ("Exclude", "FALSE", ""),
        ("Status", "bestanden", ""), ("QC", "ungültig", "failed"), ("QC", "borderline", ""),
        ("QC", "fail: edge", "failed"),
    ],
)  # fmt: skip
def test_flags_of_quality(tmp_path: Path, heading: str, word: str, qc: str) -> None:
    measured = read(tmp_path, f"ID,IC50 (nM),{heading}\nA,5,{word}\n")[0].measured
    assert measured is not None
    assert measured.qc == qc


def test_a_flag_that_may_mean_both_is_refused(tmp_path: Path) -> None:
    assert "good or bad" in read(tmp_path, "ID,IC50 (nM),QC flag\nA,5,1\n")[0].refused


def test_pki_beside_ki_checks_it_and_stands_in_for_it(tmp_path: Path) -> None:
    rows = read(tmp_path, "Compound ID,% inh @ 10 µM,pKi,Ki [µM]\nC1,63,7.2,0.063\nC2,12,5,\nC3,5,7.2,63\n")
    assert told(rows)[:2] == ["C1 inhibition = 63% at 10 uM", "C1 Ki = 0.063 uM"]
    assert told(rows)[3] == "C2 pKi = 5"
    assert "but pKi = 7.2 in column 'pKi'" in rows[5].refused


def test_titles_units_and_sums_around_the_table(tmp_path: Path) -> None:
    text = "Results of plate 7\nmeasured by KL\n\nID,IC50\n,nM\nC1,35\nID,IC50\nMean,35\n"
    rows = read(tmp_path, text)
    assert [(row.line, str(row.measured)) for row in rows] == [(6, "IC50 = 35 nM"), (7, "None"), (8, "None")]
    assert "headings again" in rows[1].said
    assert "sums up" in rows[2].said


def test_doses_and_spreads_in_columns_with_units_of_their_own(tmp_path: Path) -> None:
    doses = read(tmp_path, "ID\tConcentration (uM)\tInhibition (%)\nC1\t10\t63\n")[0].measured
    assert doses is not None
    assert doses.at == "10 uM"
    spread = read(tmp_path, "ID\tIC50 (nM)\tSD (uM)\nC1\t100\t0.01\n")[0].measured
    assert spread is not None
    assert spread.error == pytest.approx(10)


def test_columns_that_the_user_explains(tmp_path: Path) -> None:
    text = "ID,colour,x\nC1,red,5\n"
    assert told(read(tmp_path, text, columns={"x": "value nM"})) == ["C1 = 5 nM"]
    assert told(read(tmp_path, text, columns={"x": "pKi"})) == ["C1 pKi = 5"]
    assert told(read(tmp_path, text, columns={"colour": "name", "x": "IC50 (uM)"})) == ["red IC50 = 5 uM"]
    with pytest.raises(InputFileError, match="no column 'zz'"):
        read(tmp_path, text, columns={"zz": "value"})
    with pytest.raises(InputFileError, match="'colours' is not known"):
        read(tmp_path, text, columns={"x": "colours"})


def test_an_operator_is_a_person_or_a_sign(tmp_path: Path) -> None:
    assert told(read(tmp_path, "ID,Operator,IC50 (nM)\nA,>,10\n")) == ["A IC50 > 10 nM"]
    person = read(tmp_path, "ID,IC50 (nM),Operator\nA,10,KL\n")[0].measured
    assert person is not None
    assert (person.relation, person.operator) == ("=", "KL")


def test_substituents_are_no_replicates(tmp_path: Path) -> None:
    rows = read(tmp_path, "ID,R1,R2,SMILES,IC50 (nM)\nC1,Me,Et,CCO,10\n")
    assert told(rows) == ["C1 IC50 = 10 nM"]


def test_a_table_without_headings(tmp_path: Path) -> None:
    assert told(read(tmp_path, "m0001,35 nM\nm0002,>10 uM\n")) == ["m0001 = 35 nM", "m0002 > 10 uM"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ID,colour\nC1,red\n", "no column that is known to hold results"),
        ("ID,DHFR,Lck\nC1,1,2\n", "2 columns of numbers"),
        ("", "no rows"),
        ("ID,IC50 (nM)\n", "no rows"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InputFileError, match=why):
        read(tmp_path, text)


def test_frames_and_mappings_are_read_like_files() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "IC50 (nM)": [35.0, float("nan")]})
    assert told(read_results(frame)) == ["a IC50 = 35 nM", "b None"]
    assert told(read_results([{"name": "a", "pKi": 7.2}, {"name": "b", "pKi": "< 5"}])) == ["a pKi = 7.2", "b pKi < 5"]


def test_like_reasons_are_told_together(tmp_path: Path) -> None:
    rows = read(tmp_path, "ID,IC50 (nM)\nA,35\nB,0\nC,weak\nD,strong\nE,nd\n")
    lines = list(grouped((row.line, row.name, row.refused) for row in rows if row.refused))
    assert [line.split(":")[0] for line in lines] == ["2 in lines 4, 5", "1 in line 3"]
    assert "'weak' in column" in lines[0]


def test_a_word_of_the_laboratory_is_explained_once(tmp_path: Path) -> None:
    rows = read(tmp_path, "ID,IC50 (nM)\nA,35\nB,Inactive\nC,inactive\n", columns={"inactive": ">30 uM"})
    assert told(rows) == ["A IC50 = 35 nM", "B IC50 > 30 uM", "C IC50 > 30 uM"]
    assert rows[1].measured is not None
    assert rows[1].measured.note == "Inactive"
    assert any("'inactive' read as '>30 uM' in 2 cells" in note for note in rows.notes)


def test_rows_are_plain_values() -> None:
    row = read_results([{"name": "a", "pKi": 7.2}])[0]
    assert isinstance(row, ResultRow)
    assert (row.source, row.line, row.assay) == ("table", 1, "pKi")


def test_two_lines_of_headings_name_the_assays(tmp_path: Path) -> None:
    rows = read(tmp_path, "Plate 7\n,DHFR,,hERG,\nCompound,IC50 (nM),n,IC50 (µM),n\nC1,35,3,>30,2\n")
    assert [(row.assay, str(row.measured)) for row in rows] == [
        ("DHFR IC50 (nM)", "IC50 = 35 nM"),
        ("hERG IC50 (µM)", "IC50 > 30 uM"),
    ]


def test_a_qualifier_stands_before_its_value(tmp_path: Path) -> None:
    text = "Compound,Qualifier,DHFR IC50 (nM),Qualifier,hERG IC50 (µM)\nC1,=,35,>,30\nC2,<,1,,3\n"
    assert told(read(tmp_path, text)) == [
        "C1 IC50 = 35 nM", "C1 IC50 > 30 uM", "C2 IC50 < 1 nM", "C2 IC50 = 3 uM",
    ]  # fmt: skip


def test_a_report_of_a_contractor(tmp_path: Path) -> None:
    text = "Client ID;Batch;Assay;Parameter;Operator;Value;Unit;Std Err;Comments;Test Date\n"
    rows = read(
        tmp_path, text + "AB-1;1;hERG;IC50;>;30;µM;;precipitate;05.03.2026\nAB-2;1;hERG;IC50;;3,2;µM;0,4;;5.3.26\n"
    )
    assert told(rows) == ["AB-1 IC50 > 30 uM", "AB-2 IC50 = 3.2 uM"]
    first, second = rows[0].measured, rows[1].measured
    assert first is not None
    assert second is not None
    assert (first.note, first.date, second.date) == ("precipitate", "2026-03-05", "2026-03-05")
    assert (second.error, second.error_kind) == (0.4, "sem")


def test_short_names_are_no_molecules(tmp_path: Path) -> None:
    rows = read(tmp_path, "ID,Value,Unit\nC1,35,nM\nB,7.2,pIC50\nC,63,%\n")
    assert told(rows) == ["C1 = 35 nM", "B pIC50 = 7.2", "C = 63%"]
    assert rows[0].smiles == ""


def test_a_plate_that_came_back_with_what_was_expected(tmp_path: Path) -> None:
    text = "id,name,smiles,role,parent,expected dhfr_ic50,sd of dhfr_ic50,dhfr_ic50 (nM),yield,date,note\n"
    text += "m0007,,CCO,proposal,m0001,35,12,>10 uM,55,2026-07-01,hazy\nm0008,lead,CCN,control,,,,12,,2026-07-01,\n"
    rows = read(tmp_path, text, known=["dhfr_ic50", "yield"])
    assert [(row.name, row.assay, str(row.measured)) for row in rows] == [
        ("m0007", "dhfr_ic50 (nM)", "IC50 > 10 uM"),
        ("m0007", "yield", "= 55"),
        ("m0008", "dhfr_ic50 (nM)", "IC50 = 12 nM"),
    ]
    assert all(row.measured.error is None for row in rows if row.measured)


@pytest.mark.parametrize(
    ("title", "role", "kind", "unit", "rest", "replicate"),
    [
        ("DHFR inhibition: IC50 (µM)", "value", "IC50", "uM", "dhfr inhibition", None),
        ("IC50_std", "sd", "IC50", "", "", None),
        ("IC50_2 (nM)", "value", "IC50", "nM", "", 2),
        ("DHFR IC50 nM R1", "value", "IC50", "nM", "dhfr", 1),
        ("Run 1 IC50 (nM)", "value", "IC50", "nM", "", 1),
        ("Replicate B", "value", "", "", "", 2),
        ("JAK2 IC50 nM", "value", "IC50", "nM", "jak2", None),
        ("PDE5 n", "n", "", "", "pde5", None),
        ("IC₅₀ / µM", "value", "IC50", "uM", "", None),
        ("K_i (nM)", "value", "Ki", "nM", "", None),
        ("-log IC50", "value", "pIC50", "p", "", None),
        ("log IC50 (M)", "value", "IC50", "log M", "", None),
        ("Inhibition (%) at 10 uM", "value", "inhibition", "%", "", None),
        ("95% CI lower (nM)", "low", "", "nM", "", None),
        ("Date of test", "date", "", "", "of test", None),
        ("expected IC50 (nM)", "", "IC50", "nM", "expected ic50 nm", None),
        ("cLogP", "", "", "", "clogp", None),
        ("t1/2 (min)", "value", "half-life", "min", "", None),
    ],
)
def test_what_headings_say(title: str, role: str, kind: str, unit: str, rest: str, replicate: int | None) -> None:
    found = read_heading(title)
    assert (found.role, found.kind, found.unit, found.rest, found.replicate) == (role, kind, unit, rest, replicate)


def test_other_tables_in_memory() -> None:
    assert told(read_results({"name": ["a", "b"], "IC50 (nM)": [1, ">2"]})) == ["a IC50 = 1 nM", "b IC50 > 2 nM"]
    frame = pd.DataFrame({("DHFR", "IC50 (nM)"): [35.0, pd.NA]}, index=["m1", "m2"])
    assert told(read_results(frame)) == ["m1 IC50 = 35 nM", "m2 None"]
    with pytest.raises(InputFileError, match="a data frame or a list of rows"):
        read_results([1, 2])  # type: ignore[list-item] - no rows at all


# Tables that were once misread: the rest of the file after "ID,"; what is told, or the beginning of what is refused.
TRAPS = [
    ("IC50 (nM),IC50 (µM)\nA,35,0.035\nB,35,35\nC,,0.1\n", ["IC50 = 35 nM", "REFUSED", "IC50 = 0.1 uM"]),
    ("Activity,IC50 (nM)\nA,Active,35\nB,Inactive,>10000\n", ["IC50 = 35 nM", "IC50 > 10000 nM"]),
    ("IC50 (nM),Status\nA,35,synthesized\nB,5,failed\n", ["IC50 = 35 nM", "IC50 = 5 nM failed"]),
    ("IC50 (nM),Comment\nA,35,do not use\nB,5,repeat of P3\n", ["IC50 = 35 nM failed", "IC50 = 5 nM"]),
    ("Parameter,Value,Unit\nA,IC50,35,nM\nA,Hill slope,1.1,\n", ["IC50 = 35 nM", "None"]),
    ("Type,IC50 (nM)\nA,sample,35\nB,control,5\n", ["IC50 = 35 nM", "IC50 = 5 nM"]),
    ("pIC50 (nM)\nA,7.2\n", ["pIC50 = 7.2"]),
    ("IC50 (x 10^-9 M)\nA,35\n", ["IC50 = 35 nM"]),
    ("R1,R2,R3,Mean IC50 (nM)\nA,30,35,40,35\n", ["IC50 = 30 nM", "IC50 = 35 nM", "IC50 = 40 nM"]),
    ("LogIC50,IC50\nA,-7.456,3.5e-008\n", ["IC50 = -7.456 log M"]),
    ("IC50 (nM),CI low,CI high\nA,35,3,4\n", ["IC50 = 35 nM"]),
    ("Ki (nM),IC50 (nM),Temp (C)\nA, >10000,,25\nB,, 35,25\n", ["Ki > 10000 nM", "IC50 = 35 nM"]),
]


@pytest.mark.parametrize(("text", "shown"), TRAPS)
def test_tables_that_could_be_misread(tmp_path: Path, text: str, shown: list[str]) -> None:
    rows = read(tmp_path, f"ID,{text}")
    found = ["REFUSED" if row.refused else f"{row.measured} {row.measured.qc if row.measured else ''}" for row in rows]
    assert [one.strip() for one in found] == shown
    if "CI low" in text:
        assert "does not hold the value" in rows[0].said


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("log IC50 (nM)", "a logarithm of nM"),
        ("ED50 (nmol/kg)", "the unit 'nmol/kg' is not known"),
        ("IC50 (nM or % inh)", "two units"),
    ],
)
def test_headings_that_could_be_misread_are_refused(tmp_path: Path, title: str, why: str) -> None:
    with pytest.raises(InputFileError, match=why):
        read(tmp_path, f"ID,{title}\nA,1.5\n")


def test_percentages_that_look_like_fractions_are_noted(tmp_path: Path) -> None:
    text = "ID,% inhibition\nA,0.63\nB,0.05\nC,"
    assert any("are they fractions?" in note for note in read(tmp_path, text + "1.0\n").notes)
    assert not any("fractions" in note for note in read(tmp_path, text + "55\n").notes)
