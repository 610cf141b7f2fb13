"""Results told to a campaign: one by one, as tables, corrected, withdrawn, told twice."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import molgrad as mg
from molgrad.campaign.report import Fate
from molgrad.errors import CampaignError, InputFileError, InvalidMoleculeError, SettingsChangedError, UnknownNameError
from molgrad.evaluation import Status

STARTS = ["COc1ccccc1CN", "C[C@H](N)c1ccccc1", "Cc1ccc(O)cc1"]


def lab(folder: Path, loss: mg.Loss | None = None, starts: Sequence[str] = STARTS) -> mg.Campaign:
    """A campaign whose starts are measured in what can be computed."""
    loss = loss or 5 * mg.QED() + mg.Assay("ic50", unit="nM", target=10)
    run = mg.Campaign(folder / "lab", start=list(starts), loss=loss, engine="chemist", seed=3, scope="free")
    run.run(docks=len(starts))
    return run


def table(
    folder: Path, rows: Sequence[Sequence[Any]], name: str = "plate_01.csv", head: str = "name,smiles,IC50 (nM)"
) -> Path:
    """A results table as a spreadsheet writes it."""
    with (folder / name).open("w", newline="") as file:
        csv.writer(file).writerows([head.split(","), *rows])
    return folder / name


def ic50(run: mg.Campaign, molecule: str) -> Any:
    """The assay's part of a molecule's evaluation."""
    row = run.resolve(molecule)
    assert row.evaluation is not None
    return next(term for term in row.evaluation.all_terms() if term.kind == "assay")


def test_a_value_is_told_by_id_name_record_or_smiles(tmp_path: Path) -> None:
    run = lab(tmp_path)
    first, second, third = run.records()
    assert run.tell("m0001", 35).evaluation.raw["ic50"] == 35.0
    assert run.tell(second, 0.5, unit="µM").evaluation.raw["ic50"] == pytest.approx(500.0)
    assert run.tell(third.value, "> 10 uM").evaluation.all_terms()[1].bound == "above"
    assert first.value == run.best(3)[0].value
    with pytest.raises(UnknownNameError, match="m0009"):
        run.tell("m0009", 3)
    with pytest.raises(InvalidMoleculeError):
        run.tell("c1cccc", 3)


def test_a_second_value_needs_a_date_or_replace(tmp_path: Path) -> None:
    run = lab(tmp_path)
    run.tell("m0001", 10)
    with pytest.raises(SettingsChangedError, match=r"told before \(10\); say replace=True.*date"):
        run.tell("m0001", 1000)
    with pytest.warns(UserWarning, match=r"m0001: it differs from a replicate \(10 nM\) by 2.0 log10 units"):
        run.tell("m0001", 1000, date="2026-03-02")
    assert ic50(run, "m0001").raw["ic50"] == pytest.approx(100.0)
    assert ic50(run, "m0001").details["n"] == 2
    run.tell("m0001", 20, replace=True)
    assert ic50(run, "m0001").raw["ic50"] == 20.0
    assert run.results()["state"].tolist() == ["replaced", "replaced", "active"]


def test_a_table_is_told_and_told_again(tmp_path: Path) -> None:
    run = lab(tmp_path)
    file = table(tmp_path, [["m0001", "", "12.5"], ["m0002", "", ">10000"], ["mine-1", "CCOc1ccccc1CN", "40"]])
    report = run.tell(file)
    assert [row.fate for row in report.rows] == [Fate.STORED] * 3
    assert report.ok
    assert [row.molecule for row in report.rows] == ["m0001", "m0002", "mine-1"], "its laboratory's name"
    assert ic50(run, "m0004").raw["ic50"] == 40.0
    assert run.frame()["ic50_relation"].fillna("=").tolist() == ["=", ">", "=", "="]
    assert run.records()[3].evaluation.ok, "the other terms of a new molecule are measured"
    again = run.tell(file)
    assert [row.fate for row in again.rows] == [Fate.BEFORE] * 3
    assert len(run.results()) == 3
    moved = table(tmp_path, [["m0003", "", "7"], ["m0001", "", "12.5"], ["m0002", "", ">10000"]])
    assert [row.fate for row in run.tell(moved).rows] == [Fate.STORED, Fate.BEFORE, Fate.BEFORE]
    copy = table(tmp_path, [["m0001", "", "12.5"], ["m0002", "", ">10000"]], "copy of plate_01.csv")
    assert [row.fate for row in run.tell(copy).rows] == [Fate.BEFORE] * 2


def test_a_laboratorys_names_serve_from_then_on(tmp_path: Path) -> None:
    drawn = [["LAB-7", "CCOc1ccccc1CN", "40"], ["1", "CCCOc1ccccc1CN", "50"], ["A02", "CCOc1ccccc1", "60"]]
    with lab(tmp_path) as run:
        run.tell(table(tmp_path, drawn))
    with lab(tmp_path) as run:
        assert [record.name for record in run.records()[3:]] == ["LAB-7", "m0005", "m0006"]
        assert run.tell("lab-7", 60, date="2026-03-02").evaluation.terms[1].details["n"] == 2
        report = run.tell(table(tmp_path, [["LAB-7", "", "44"], ["1", "", "50"], ["A02", "", "60"]], "plate_02.csv"))
        fates = [row.fate for row in report.rows]
        assert fates == [Fate.STORED, Fate.UNMATCHED, Fate.UNMATCHED], "rows and wells are no names"


def test_an_inchikey_is_a_name(tmp_path: Path) -> None:
    from rdkit import Chem

    key = Chem.MolToInchiKey(Chem.MolFromSmiles(STARTS[2]))
    rows = [[key, "7"], ["BUHYMJLFRZAFBF-UHFFFAOYSA-N", "8"]]
    report = lab(tmp_path).tell(table(tmp_path, rows, head="InChIKey,IC50 (nM)"))
    assert (report.rows[0].molecule, report.rows[0].fate) == ("m0003", Fate.STORED)
    assert report.rows[1].fate is Fate.UNMATCHED


def test_what_has_no_assay_or_no_value_is_said(tmp_path: Path) -> None:
    run = lab(tmp_path, 5 * mg.QED() + mg.LogP(1, 3))
    file = table(tmp_path, [["m0001", "", "10"]])
    for given in (file, [{"name": "m0001", "IC50 (nM)": 3}]):
        with pytest.raises(SettingsChangedError, match=r"loss \+ mg\.Assay"):
            run.tell(given)
    with pytest.raises(ValueError, match="give the value that was measured"):
        run.tell(run.records()[0])  # type: ignore[call-overload]


def test_an_assay_alone_and_assays_within_a_maximum(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    alone = lab(tmp_path / "alone", mg.Assay("ic50", unit="nM"))
    assert alone.tell(table(tmp_path, [["m0001", "", "10"]])).ok
    assert alone.best(1)[0].evaluation.score == pytest.approx(-8.0)
    both = mg.max(mg.Assay("a_ic50", unit="nM", target=10), mg.Assay("b_ic50", unit="nM", target=10)) + mg.QED()
    run = lab(tmp_path, both)
    report = run.tell(table(tmp_path, [["m0001", "100", "1000"]], head="name,a IC50 (nM),b IC50 (nM)"))
    assert [row.assay for row in report.stored] == ["max.a_ic50", "max.b_ic50"]
    found = run.resolve("m0001").evaluation
    assert found is not None
    assert found.terms[0].score == pytest.approx(2.0)


def test_another_plate_brings_replicates(tmp_path: Path) -> None:
    run = lab(tmp_path)
    run.tell(table(tmp_path, [["m0001", "", "10"], ["m0002", "", "100"], ["m0003", "", "200"]]))
    run.tell(table(tmp_path, [["m0001", "", "40"], ["m0002", "", "100"]], "plate_02.csv"))
    assert ic50(run, "m0001").raw["ic50"] == pytest.approx(20.0)
    assert ic50(run, "m0002").details["n"] == 2, "the same number on another plate is another measurement"


def test_a_corrected_file_is_asked_about_and_keeps_history(tmp_path: Path) -> None:
    run = lab(tmp_path)
    run.tell(table(tmp_path, [["m0001", "", "10"], ["m0002", "", "100"]]))
    file = table(tmp_path, [["m0001", "", "1000"], ["m0002", "", "100"]])
    report = run.tell(file)
    assert [row.fate for row in report.rows] == [Fate.REFUSED, Fate.BEFORE]
    assert "plate_01.csv:2 said 10 before: --replace corrects it" in str(report)
    assert ic50(run, "m0001").raw["ic50"] == 10.0
    run.tell(file, replace=True)
    assert ic50(run, "m0001").raw["ic50"] == pytest.approx(1000.0)
    assert ic50(run, "m0001").details["replaced"] == {"ic50": 10.0}
    assert ic50(run, "m0002").details["n"] == 1
    assert run.results()["state"].tolist() == ["replaced", "active", "active"]


def test_what_failed_its_quality_control_is_kept_and_not_used(tmp_path: Path) -> None:
    run = lab(tmp_path)
    head = "name,smiles,IC50 (nM),QC"
    report = run.tell(table(tmp_path, [["m0001", "", "10", "fail"], ["m0002", "", "50", "pass"]], head=head))
    assert [row.fate for row in report.rows] == [Fate.UNUSED, Fate.STORED]
    assert ic50(run, "m0001").status is Status.PENDING
    assert "quality control failed" in ic50(run, "m0001").reason
    assert run.results()["state"].tolist() == ["failed", "active"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    run = lab(tmp_path)
    before = run.folder.joinpath("campaign.db").read_bytes()
    report = run.tell(table(tmp_path, [["m0001", "", "10"], ["", "CCOc1ccccc1CN", "40"]]), dry_run=True)
    assert [row.fate for row in report.rows] == [Fate.STORED] * 2
    assert "nothing was written" in str(report)
    assert run.folder.joinpath("campaign.db").read_bytes() == before
    assert len(run.rows()) == 3


def test_lines_that_cannot_be_taken_are_named_and_the_others_are_stored(tmp_path: Path) -> None:
    run = lab(tmp_path)
    rows = [["m0001", "", "10"], ["m0099", "", "10"], ["", "c1cccc", "10"], ["m0002", "", "nan"], ["m0003", "", "-4"]]
    report = run.tell(table(tmp_path, [*rows, ["m0003", "", "0"], ["m0003", "", "inf"], ["m0003", "", "n.d."]]))
    fates = [row.fate for row in report.rows]
    assert fates[:3] == [Fate.STORED, Fate.UNMATCHED, Fate.REFUSED]
    assert set(fates[4:7]) == {Fate.REFUSED}
    assert fates[7] is Fate.EMPTY
    assert not report.ok
    assert [row.line for row in report.refused][:2] == [3, 4]
    assert "plate_01.csv:3" in str(report)
    assert len(run.results()) == 1


def test_a_value_is_withdrawn_and_waits_again(tmp_path: Path) -> None:
    run = lab(tmp_path)
    run.tell("m0001", 35)
    record = run.withdraw("m0001", why="wrong vial")
    assert record.evaluation.status is Status.PENDING
    assert run.pending()[0].value == record.value
    frame = run.results()
    assert (frame["state"][0], frame["why"][0], frame["value"][0]) == ("withdrawn", "wrong vial", 35.0)
    assert (frame["result"][0], frame["id"][0]) == (1, "m0001")
    with pytest.raises(CampaignError, match="nothing was told of m0001"):
        run.withdraw("m0001")
    assert run.tell("m0001", 36).evaluation.ok


def test_what_was_not_made_is_not_waited_for(tmp_path: Path) -> None:
    run = lab(tmp_path)
    record = run.not_made("m0002", why="no starting material")
    assert record.evaluation.status is Status.FAILED
    assert "not made: no starting material" in record.evaluation.reason
    assert record.value not in [one.value for one in run.pending()]
    assert record.value not in [one.value for one in run.ask(3)]
    assert run.tell("m0002", 50).evaluation.ok, "it was made after all"
    run.not_made("m0003")
    assert run.withdraw("m0003").evaluation.status is Status.PENDING
    with pytest.raises(UnknownNameError):
        run.not_made("m0077")


def test_each_assay_is_pending_on_its_own(tmp_path: Path) -> None:
    loss = mg.Assay("dhfr", unit="nM", target=10) + mg.Assay("herg", unit="uM", target=30, direction="maximize")
    run = lab(tmp_path, loss + mg.QED())
    with pytest.raises(SettingsChangedError, match="name the term"):
        run.tell("m0001", 35)
    record = run.tell("m0001", 35, term="dhfr")
    assert [term.status for term in record.evaluation.terms] == [Status.OK, Status.PENDING, Status.OK]
    file = table(tmp_path, [["m0001", "50", "20"], ["m0002", ">30", ""]], head="name,hERG (uM),DHFR (nM)")
    report = run.tell(file)
    assert [(row.assay, row.fate) for row in report.stored] == [
        ("herg", Fate.STORED),
        ("dhfr", Fate.STORED),
        ("herg", Fate.STORED),
    ]
    first = run.resolve("m0001").evaluation
    assert first is not None
    assert [term.score for term in first.terms[:2]] == [pytest.approx(0.4225, abs=1e-3), 0.0]
    run.withdraw("m0001", term="herg")
    again = run.resolve("m0001").evaluation
    assert again is not None
    assert [term.status for term in again.terms] == [Status.OK, Status.PENDING, Status.OK]


def test_two_assays_in_one_table_are_told_by_name_or_by_map(tmp_path: Path) -> None:
    loss = mg.Assay("dhfr", unit="nM") + mg.Assay("sol", unit="ug/mL", direction="maximize") + mg.QED()
    sheet = tmp_path / "charge.csv"
    sheet.write_text(
        "Results;batch 12;;;\nID;IC50 (uM);n;Solubility (ug/ml);remark\nm0001;0,85;3;120;\nm0002;>10;2;n.d.;turbid\n"
    )
    with lab(tmp_path, loss) as run:
        named = [{"id": "m0001", "dhfr": 12, "sol": 100}]
        assert [row.fate for row in run.tell(named, dry_run=True).rows] == [Fate.STORED, Fate.STORED]
        report = run.tell(sheet, columns={"IC50 (uM)": "dhfr", "Solubility (ug/ml)": "sol"})
        assert [(row.assay, row.fate) for row in report.rows] == [
            ("dhfr", Fate.STORED), ("sol", Fate.STORED), ("dhfr", Fate.STORED), ("sol", Fate.EMPTY),
        ]  # fmt: skip
        assert ic50(run, "m0001").raw["dhfr"] == pytest.approx(850.0)
        with pytest.raises(InputFileError, match=r"say an assay of the campaign \('dhfr'; 'sol'\)"):
            run.tell(sheet, columns={"IC50 (uM)": "banana"})


def test_values_of_another_assay_are_named(tmp_path: Path) -> None:
    run = lab(tmp_path)
    report = run.tell(table(tmp_path, [["m0001", "10", "4"], ["m0002", "20", "5"]], head="name,ic50 (nM),herg (uM)"))
    assert [row.fate for row in report.rows].count(Fate.OTHER) == 2
    assert "2 values of" in str(report)
    with pytest.raises((UnknownNameError, SettingsChangedError), match="ic50"):
        run.tell(tmp_path / "plate_01.csv", term="nothing")


def test_rows_given_in_python_are_a_table_too(tmp_path: Path) -> None:
    import pandas as pd

    run = lab(tmp_path)
    rows = [{"name": "m0001", "IC50 (nM)": "12.5"}, {"name": "m0002", "IC50 (nM)": ">10 uM"}]
    assert run.tell(rows, dry_run=True).ok
    report = run.tell(pd.DataFrame(rows))
    assert report.ok
    assert report.frame()["fate"].tolist() == ["stored", "stored"]
    assert ic50(run, "m0002").details["relation"] == ">"


def test_a_mass_is_converted_with_the_molecules_weight(tmp_path: Path) -> None:
    run = lab(tmp_path)
    record = run.tell("m0003", 1.0, unit="ug/mL")  # p-cresol, 108.14 g/mol
    assert record.evaluation.raw["ic50"] == pytest.approx(1e6 / 108.14, rel=1e-3)


def test_all_of_a_tell_is_written_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from molgrad.campaign.results import Results

    run = lab(tmp_path)
    file = table(tmp_path, [["m0001", "", "10"], ["", "CCOc1ccccc1CN", "40"]])

    def broken(*_: object) -> None:
        raise RuntimeError("pulled the plug")

    with monkeypatch.context() as patch:
        patch.setattr(Results, "add", broken)
        with pytest.raises(RuntimeError):
            run.tell(file)
    run.close()
    with lab(tmp_path) as after:
        assert len(after.rows()) == 3
        assert len(after.results()) == 0
        assert ic50(after, "m0001").status is Status.PENDING
        assert len(after.tell(file).stored) == 2


def test_what_was_told_outlives_the_process(tmp_path: Path) -> None:
    with lab(tmp_path) as run:
        run.tell("m0001", "0.8 ± 0.2 uM (n=3)", note="clean curve")
        wanted = ic50(run, "m0001")
    with lab(tmp_path) as run:
        assert ic50(run, "m0001") == wanted
        frame = run.results()
        assert (frame["n"][0], frame["note"][0], frame["unit"][0]) == (3, "clean curve", "nM")
        assert len(run.ask(2)) == 2


def test_what_the_user_decided_is_not_held_back(tmp_path: Path) -> None:
    run = lab(tmp_path)
    file = table(tmp_path, [["", "CC(N)c1ccccc1", "35"], ["m0003", "", "1e-9"]])
    report = run.tell(file, match="stereo", strict=True)
    assert [row.fate for row in report.rows] == [Fate.STORED, Fate.HELD]
    assert "drawn without its stereo" in report.warnings[0]
    kinds = run.tell(table(tmp_path, [["m0001", "35"]], "ki.csv", "name,Ki (nM)"), strict=True)
    assert "a Ki told to an assay that measures IC50" in kinds.rows[0].why
    with pytest.raises(CampaignError, match="p-value of"):
        run.tell("m0001", 1e-9, strict=True)
