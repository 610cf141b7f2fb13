"""What is sealed: not listed, not docked into, not hinted at; its scores are the operator's."""

from __future__ import annotations

import bz2
import csv
import gzip
import shutil
from pathlib import Path

import pandas as pd
import pytest

import molgrad as mg
from molgrad.errors import CampaignError, ConflictingSettingsError, UnknownNameError
from molgrad.receptors.receptor import user_folder
from molgrad.serve.models import HandedIn, Receptors
from molgrad.serve.sealed import score, summary
from molgrad.serve.service import RefusedError, Service
from molgrad.serve.targets import file_of
from tests.serve.bench import Bench, called, session


def test_a_sealed_receptor_is_as_if_it_were_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLGRAD_RECEPTORS", str(tmp_path / "mine"))
    copy = user_folder() / "copy"
    shutil.copytree(mg.load_receptor("1ia1").pdbqt.parent, copy)
    with session(tmp_path / "run", receptors=(), sealed=("1ia1",)) as opened:
        service = Service(opened)
        listed = called(service, "receptors")
        assert isinstance(listed, Receptors)
        assert "DRD2" in listed.receptors
        assert {"1ia1", "copy"}.isdisjoint(listed.receptors)  # nor the same file under another name
        for tool in ("receptor", "explain"):
            with pytest.raises(RefusedError, match="there is no receptor"):
                service.begin(tool, {"receptor": "1ia1", **({"molecule": "CCO"} if tool == "explain" else {})})
        with pytest.raises(RefusedError) as refused:
            service.begin("dock", {"smiles": ["CCO"], "receptor": "1ia1"})
        assert str(refused.value) == str(UnknownNameError("receptor", "1ia1", listed.receptors))
        said = " ".join(str(row) for row in opened.store.rows("SELECT result FROM calls WHERE tool = 'receptors'"))
        assert "1ia1" not in said
    with session(tmp_path / "run", receptors=()) as opened:  # sealed once, sealed for good
        assert "1ia1" not in opened.targets.names()


def test_molecules_are_handed_in_within_their_number_and_scored_for_the_operator(tmp_path: Path) -> None:
    bench = Bench()
    with session(tmp_path, bench, receptors=("DRD2",), sealed=("1ia1",), hand_in=2) as opened:
        service = Service(opened)
        found = called(service, "hand_in", smiles=["OCC", "CCO"], note="final")
        assert isinstance(found, HandedIn)
        assert (found.taken, found.left) == (["CCO"], 1)
        with pytest.raises(RefusedError, match="1 of 2 may still be handed in"):
            service.begin("hand_in", {"smiles": ["CCC", "CCN"]})
        with pytest.raises(RefusedError, match="xx"):
            service.begin("hand_in", {"smiles": ["xx"]})
        called(service, "hand_in", smiles=["CCC"])
        assert bench.docked == []  # while an agent listens nothing is docked, which would tell by its time
    rows = score(tmp_path, bench)
    assert bench.docked == ["CCO", "CCC"]
    assert [(row[1], row[2], row[4], row[5]) for row in rows] == [
        ("CCC", "1ia1", -3.0, "kcal/mol"),
        ("CCO", "1ia1", -2.0, "kcal/mol"),
    ]
    file = tmp_path / "served" / "sealed.csv"
    assert len(list(csv.DictReader(file.open()))) == 2
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    score(tmp_path, bench)
    assert len(bench.docked) == 2  # what was measured is not measured again
    assert any("sealed 1ia1: 2 scored, lowest -3.000" in line for line in summary(tmp_path))


def test_a_table_of_examples_is_sealed_by_compound(tmp_path: Path) -> None:
    table = tmp_path / "held_out.csv"
    table.write_text("smiles,IC50 (nM)\nOc1ccccn1,35\nCCN,> 10000\n")
    with session(tmp_path / "run", sealed=(str(table),)) as opened:
        called(Service(opened), "hand_in", smiles=["O=c1cccc[nH]1", "CCO"])  # the first is its other tautomer
        for name in ("held_out.csv", "copy.csv"):  # nor is it read where it lies in the campaign's folder
            shutil.copy(table, opened.folder / name)
            with pytest.raises(ConflictingSettingsError, match="there is no such file"):
                file_of(opened.folder, name, (".csv",), opened.sealed.holds)
    rows = score(tmp_path / "run", Bench())
    assert [(row[3], row[4], row[5]) for row in rows] == [("ok", 35.0, "nM"), ("invalid", None, "")]
    assert rows[0][2] == "held_out.csv"


def test_a_sealed_table_stays_sealed_where_it_is_changed_and_has_to_be_there(tmp_path: Path) -> None:
    table = tmp_path / "run" / "held_out.csv"
    table.parent.mkdir()
    table.write_text("smiles,IC50 (nM)\nOc1ccccn1,35\n")
    with session(tmp_path / "run", sealed=(str(table),)) as opened:
        table.write_text("smiles,IC50 (nM)\nOc1ccccn1,35\nCCN,50\n")
        with pytest.raises(ConflictingSettingsError, match="there is no such file"):
            file_of(opened.folder, table.name, (".csv",), opened.sealed.holds)
    table.unlink()
    with pytest.raises(CampaignError, match="cannot be read"), session(tmp_path / "run"):
        pass


def test_without_a_seal_there_is_nothing_to_hand_in(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        assert "hand_in" not in Service(opened).tools
    with pytest.raises(CampaignError, match="nothing is sealed"):
        score(tmp_path, Bench())


def test_a_campaign_that_docks_into_a_sealed_receptor_is_not_served(tmp_path: Path) -> None:
    loss = mg.Docking("1ia1", effort="fast") + mg.QED()
    mg.Campaign(tmp_path / "run", start=["Cc1ccc(C(N)=O)cc1"], loss=loss, engine="chemist", seed=1).close()
    with pytest.raises(ConflictingSettingsError, match="sealed"), session(tmp_path / "run", sealed=("1ia1",)):
        pass
    with session(tmp_path / "run", sealed=("DRD2",)) as opened:  # what was refused is not sealed
        assert opened.targets.default == "1ia1"


def test_other_forms_of_a_sealed_table_are_not_read(tmp_path: Path) -> None:
    table = tmp_path / "held_out.csv"
    table.write_text("name,smiles,IC50 (nM)\nA-17,Oc1ccccn1,35\nA-18,CCN,> 10000\n")
    with session(tmp_path / "run", sealed=(str(table),)) as opened:
        folder = opened.folder
        with gzip.open(folder / "copy.csv.gz", "wb") as stream:
            stream.write(table.read_bytes())
        (folder / "in_bzip2.csv.bz2").write_bytes(bz2.compress(table.read_bytes()))
        (folder / "other.tsv").write_text("SMILES\tpIC50\nc1ccccc1\t5.1\nO=c1cccc[nH]1\t7.46\n")  # a row, as a tautomer
        (folder / "named.csv").write_text("compound,IC50 (uM)\nA-17,0.035\n")
        (folder / "dump.json").write_text('[{"smiles": "CCN", "IC50 (nM)": "> 10000"}]')
        pd.read_csv(table).to_excel(folder / "book.xlsx", index=False)
        for name in ("copy.csv.gz", "other.tsv", "named.csv", "dump.json", "book.xlsx"):
            with pytest.raises(ConflictingSettingsError, match="there is no such file"):
                file_of(folder, name, (".csv", ".tsv", ".json", ".xlsx"), opened.sealed.holds)
        assert opened.sealed.holds(folder / "in_bzip2.csv.bz2")
        (folder / "plate.csv").write_text(
            "smiles,IC50 (nM)\nOc1ccccn1,3500\nCCO,35\n"
        )  # another value, another molecule
        assert file_of(folder, "plate.csv", (".csv",), opened.sealed.holds) == folder / "plate.csv"


def test_a_campaign_that_was_told_sealed_values_is_not_served(tmp_path: Path) -> None:
    table = tmp_path / "held_out.csv"
    table.write_text("smiles,IC50 (nM)\nCc1ccc(C(N)=O)cc1,35\n")
    with mg.Campaign(
        tmp_path / "run", start=["Cc1ccc(C(N)=O)cc1"], loss=mg.Assay("IC50", unit="uM"), seed=1
    ) as campaign:
        campaign.tell("Cc1ccc(C(N)=O)cc1", "35 nM")
    with (
        pytest.raises(ConflictingSettingsError, match="told 1 values that are sealed"),
        session(tmp_path / "run", sealed=(str(table),)),
    ):
        pass
    with session(tmp_path / "run") as opened:  # what was refused is not sealed
        assert not opened.sealed


def test_a_sealed_structure_is_known_however_it_was_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLGRAD_RECEPTORS", str(tmp_path / "mine"))
    given = mg.load_receptor("1ia1").pdbqt
    again = user_folder() / "again"
    again.mkdir(parents=True)
    lines = [line for line in given.read_text().splitlines() if line.startswith("ATOM") and line[76:].strip() != "HD"]
    (again / "receptor.pdbqt").write_text("REMARK prepared anew\n" + "\n".join(lines[: len(lines) // 2]) + "\n")
    (again / "box.toml").write_text("center = [0.0, 0.0, 0.0]\nsize = [20.0, 20.0, 20.0]\n")
    with session(tmp_path / "run", receptors=(), sealed=("1ia1",)) as opened:
        assert "again" not in opened.targets.names()
        assert len(opened.targets.names()) > 50
