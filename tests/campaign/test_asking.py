"""Plates: nothing is asked twice; controls, repeats, a library; a plate that was stopped comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pandas as pd
import pytest

from molgrad.autograd.loss import Loss
from molgrad.campaign.asking import Asking
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.plates import sheet
from molgrad.errors import CampaignError, InputFileError
from molgrad.evaluation import DOCKING
from molgrad.io.sheets import write_sheet
from molgrad.losses.assay import Assay
from molgrad.losses.druglikeness import QED

LEAD = "CC(=O)Nc1ccc(O)cc1"
STOCK = """CC(=O)Nc1ccc(O)c(F)c1 Z1
CC(=O)Nc1ccc(O)c(Cl)c1 Z2
c1cc(O)ccc1NC(C)=O Z3
CC(=O)Nc1ccc(OC)cc1 Z4
nonsense Z5
"""


def lab(folder: Path) -> Campaign:
    return Campaign(folder, start=LEAD, loss=Assay("ic50", unit="nM") + 5 * QED(), seed=1)


def sheet_of(run: Campaign) -> pd.DataFrame:
    assert run.loss is not None
    return pd.DataFrame(sheet(run.plates()[-1], run.loss, run.domain, run.archive()))


def test_nothing_is_asked_twice_in_any_process(tmp_path: Path) -> None:
    seen: list[str] = []
    for _ in range(3):
        with lab(tmp_path) as run:
            seen += [record.value for record in run.ask(3)]
    assert len(set(seen)) == len(seen) == 9


def test_controls_and_repeats_stand_on_the_plate_and_are_no_new_molecules(tmp_path: Path) -> None:
    with lab(tmp_path) as run:
        first = run.ask(2)
        run.tell(first[0], 20.0)
        run.tell(first[1], 90.0)
        plate = run.ask(2, controls=["lead", "CCOC(=O)c1ccccc1"], repeat=1)
        roles = [well.role for well in run.plates()[-1].wells]
        assert roles == ["proposal", "proposal", "control", "control", "repeat"]
        assert [record.value for record in plate[2:4]] == [LEAD, "CCOC(=O)c1ccccc1"]
        assert plate[4].value == next(record.value for record in run.best(1))
        assert len(run.rows()) == 1 + 2 + 2 + 1
        with pytest.raises(CampaignError, match="control 'leed'"):
            run.ask(1, controls=["leed"])


def test_a_library_is_chosen_from_with_its_names_and_without_what_was_proposed(tmp_path: Path) -> None:
    stock = tmp_path / "stock.smi"
    stock.write_text(STOCK)
    with lab(tmp_path / "run") as run:
        asked = run.ask(2, library=stock)
        assert {record.name for record in asked} < {"Z1", "Z2", "Z4"}  # Z3 is the lead in another drawing
        assert run.resolve("Z1").proposal.value in [row.proposal.value for row in run.rows()]
        rest = run.ask(5, library=stock)
        assert {record.name for record in [*asked, *rest]} == {"Z1", "Z2", "Z4"}
        with pytest.raises(CampaignError, match="no molecule that was not proposed before"):
            run.ask(1, library=stock)


def test_the_plate_file_says_what_is_asked_and_has_room_for_the_answer(tmp_path: Path) -> None:
    with lab(tmp_path / "run") as run:
        for record in run.ask(3):
            run.tell(record, 30.0)
        run.ask(3, controls=["lead"])
        table = sheet_of(run)
        assert [*table.columns[:6]] == ["id", "smiles", "role", "parent", "change", "hypothesis"]
        assert {"expected ic50 (nM)", "ic50 (nM)", "date", "note"} <= set(table.columns)
        assert {"expected ic50, 68 % from", "expected ic50, 68 % to"} <= set(table.columns)
        assert all(table["ic50 (nM)"] == "")
        assert table["id"].tolist()[-1] == "m0001"
        for name in ("plate.csv", "plate.xlsx"):
            write_sheet(tmp_path / name, table.to_dict("records"))
        assert pd.read_csv(tmp_path / "plate.csv")["id"].tolist() == table["id"].tolist()
        assert pd.read_excel(tmp_path / "plate.xlsx")["id"].tolist() == table["id"].tolist()
        with pytest.raises(InputFileError, match="no such folder"):
            write_sheet(tmp_path / "none" / "plate.csv", [])


def test_a_plate_that_was_stopped_before_it_was_handed_out_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with lab(tmp_path) as run:
        with monkeypatch.context() as patched:
            patched.setattr(Asking, "_handed_out", stopped)
            with pytest.raises(KeyboardInterrupt):
                run.ask(3)
        proposed = [row.proposal.value for row in run.rows() if row.kind == "ask"]
    with lab(tmp_path) as run:
        assert [record.value for record in run.ask(3)] == proposed
        assert not {record.value for record in run.ask(3)} & set(proposed)


def test_a_killed_ask_leaves_a_folder_that_asks_on(tmp_path: Path) -> None:
    program = tmp_path / "lab.py"
    program.write_text(
        textwrap.dedent(f"""
        import os, signal
        import molgrad as mg

        def slow(smiles):
            print("measuring", flush=True)
            if smiles != {LEAD!r}:
                os.kill(os.getpid(), signal.SIGKILL)
            return 0.0

        loss = mg.Assay("ic50") + mg.FunctionLoss(slow, expensive=True)
        mg.Campaign({str(tmp_path / "run")!r}, start={LEAD!r}, loss=loss, seed=1).ask(3)
        """)
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL
    assert b"measuring" in done.stdout

    with Campaign(tmp_path / "run") as run:
        proposed = [row.proposal.value for row in run.rows() if row.kind == "ask"]
        assert len(proposed) == 3
        with pytest.raises(CampaignError, match="the Python function slow"):
            run.ask(3)


class Priced(QED):
    """A term that docks, without docking."""

    name = "docking"
    kind = DOCKING
    expensive = True
    unit_of_cost = "docked"
    cost = 2


def test_it_is_said_what_a_plate_costs_before_it_is_spent(tmp_path: Path) -> None:
    with lab(tmp_path / "free") as run:
        assert run.ask_cost(3) == ""
    with Campaign(tmp_path / "run", start=LEAD, loss=Priced() + Assay("ic50", unit="nM"), replicates=False) as run:
        said = "this plate takes up to {} docks before it is handed out: "
        assert run.ask_cost(3) == said.format(8) + "3 new molecules, 1 molecule still to be measured, 2 each"
        cost = run.ask_cost(3, controls=["CCO"])
        assert cost == said.format(10) + "3 new molecules, 1 control, 1 molecule still to be measured, 2 each"
        run.ask(3)
        assert run.ask_cost(1) == said.format(2) + "1 new molecule, 2 each"


@pytest.mark.parametrize(
    ("weight", "assay", "told"),
    [
        (1.0, Assay("ic50", unit="nM"), "docking counts 1 per kcal/mol and ic50 1 per factor of 10"),
        (1.0, 3 * Assay("pIC50"), "give it a weight of about 0.3"),
        (0.1, Assay("ic50", unit="nM"), ""),
        (1.0, Assay("clearance"), ""),  # of numbers without a scale nothing is known
    ],
)
def test_docking_that_may_outvote_an_assay_is_warned_of(tmp_path: Path, weight: float, assay: Loss, told: str) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with Campaign(tmp_path, start=LEAD, loss=weight * Priced() + assay) as run:
            noted = [note for note in run.notes() if "per kcal/mol" in note]
    warned = [str(one.message) for one in said if "per kcal/mol" in str(one.message)]
    assert len(noted) == len(warned) == bool(told)
    assert all(told in note for note in (*noted, *warned))
