"""molecules.csv as people open it: the species that was docked, whole counts, six decimals."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from molgrad.autograd.compose import sum_of
from molgrad.autograd.gradient import Proposal
from molgrad.campaign import export
from molgrad.campaign.framing import Framing
from molgrad.campaign.shown import lines
from molgrad.evaluation import Evaluation, Status
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.record import Record


def records() -> list[Record]:
    found = []
    for number, smiles in enumerate(["CCN", "CCO", "Cc1ccccc1"]):
        state = {"CCN": "CC[NH3+]"}.get(smiles, smiles)
        docking = Evaluation(
            "docking", Status.OK, -3.0 - number / 7, {"affinity": -3.0 - number / 7}, details={"docked_smiles": state}
        )
        qed = Evaluation("qed", Status.OK, 1 / 3 + number / 9, {"qed": 2 / 3 - number / 9}, weight=10.0)
        sa = Evaluation("synthesizability", Status.OK, 1 / 7, {"sa": 1.0 + 9 / 7})
        found.append(Record(Proposal(smiles, reason="start"), sum_of([docking, qed, sa]), 0, f"m{number}"))
    return found


def write(folder: Path, measured: list[Record]) -> None:
    export.write_all(folder, measured, lines(enumerate(measured), MOLECULES))


@pytest.fixture
def table(tmp_path: Path) -> list[dict[str, str]]:
    write(tmp_path, records())
    return list(csv.DictReader((tmp_path / "molecules.csv").open()))


def test_the_species_that_was_docked_has_a_column(table: list[dict[str, str]]) -> None:
    assert [row["docked_smiles"] for row in table] == ["CC[NH3+]", "CCO", "Cc1ccccc1"]
    assert list(table[0])[:5] == ["smiles", "status", "loss", "affinity", "docked_smiles"]


def test_counts_are_whole_and_numbers_have_nine_decimals(table: list[dict[str, str]]) -> None:
    assert [row["heavy_atoms"] for row in table] == ["3", "3", "7"]
    assert [row["hbd"] for row in table] == ["1", "1", "0"]
    assert table[1]["affinity"] == "-3.142857143"
    for row in table:
        for cell in row.values():
            assert len(cell.partition(".")[2]) <= 9 or not cell.replace(".", "").lstrip("-").isdigit()


def test_the_rounded_shares_still_sum_to_the_loss(table: list[dict[str, str]]) -> None:
    for row in table:
        shares = [float(cell) for column, cell in row.items() if column.startswith("term_")]
        assert len(shares) == 3
        assert sum(shares) == pytest.approx(float(row["loss"]), abs=1e-8)


def test_a_run_without_docking_has_no_such_column(tmp_path: Path) -> None:
    only = [Record(Proposal("CCO"), Evaluation("qed", Status.OK, 0.5), 0, "m0")]
    assert "docked_smiles" not in Framing(lines(enumerate(only), MOLECULES)).frame().columns


def selective(smiles: str, here: float, there: float | None) -> Record:
    def docked(receptor: str, value: float | None) -> Evaluation:
        details = {"receptor": receptor, "poses": [f"{receptor}\nM  END\n"]}
        if value is None:
            return Evaluation("docking", Status.FAILED, reason="the watchdog stopped it", details=details)
        return Evaluation("docking", Status.OK, value, {"affinity": value, "size_residual": 0.5}, details=details)

    return Record(Proposal(smiles), sum_of([docked("JAK2", here), docked("LCK", there)]), 0, "m0")


def test_what_is_a_receptors_bears_its_name_where_there_are_several(tmp_path: Path) -> None:
    write(tmp_path, [selective("CCO", -3.5, -2.5), selective("CCN", -3.0, None)])
    first, failed = csv.DictReader((tmp_path / "molecules.csv").open())
    assert list(first)[3:5] == ["affinity_JAK2", "affinity_LCK"]
    assert (first["affinity_JAK2"], first["affinity_LCK"]) == ("-3.5", "-2.5")
    assert (first["size_residual_JAK2"], first["size_residual_LCK"]) == ("0.5", "0.5")
    assert (failed["affinity_JAK2"], failed["affinity_LCK"]) == ("-3.0", "")
    waiting = Record(Proposal("CCCO"), Evaluation("docking", Status.OK, -3.2, {"affinity": -3.2},
                                                  details={"receptor": "JAK2"}), 0, "m0")  # fmt: skip
    table = Framing(lines(enumerate([selective("CCO", -3.5, -2.5), waiting]), MOLECULES)).frame()
    assert "affinity" not in table.columns, "one column of a receptor, whatever else a row has"
    text = (tmp_path / "poses.sdf").read_text()
    assert [text.count(f">  <receptor>\n{name}\n") for name in ("JAK2", "LCK")] == [2, 2]
