"""Molecules that a laboratory tells and nobody proposed: in the archive at once, and expensive only if asked."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import molgrad as mg
from molgrad.campaign.standing import lines
from molgrad.campaign.unasked import UNASKED, left_out
from molgrad.evaluation import Status
from molgrad.report.exporting import export
from molgrad.report.story import Story
from molgrad.report.why import why

START = "COc1ccccc1CN"
TOLD = {"CCOc1ccccc1CN": 200.0, "CCCOc1ccccc1CN": 3.0, "CNCc1ccccc1OC": 9000.0}


class Dear:
    """An expensive loss that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, smiles: str) -> float:
        self.asked.append(smiles)
        return -0.3 * len(smiles)


def lab(folder: Path, dear: Dear, *more: mg.Loss, **given: object) -> mg.Campaign:
    loss = mg.FunctionLoss(dear, "dear", expensive=True) + 5 * mg.QED() + mg.Assay("ic50", unit="nM", target=10)
    for term in more:
        loss = loss + term
    return mg.Campaign(folder / "lab", start=START, loss=loss, engine="chemist", seed=3, **given)  # type: ignore[arg-type]


def rows() -> list[dict[str, object]]:
    return [{"smiles": smiles, "IC50 (nM)": value} for smiles, value in TOLD.items()]


def test_a_told_molecule_is_judged_by_what_is_there_and_costs_nothing(tmp_path: Path) -> None:
    dear = Dear()
    with lab(tmp_path, dear) as run:
        run.run(docks=1)
        report = run.tell(rows())
        assert dear.asked == [START]
        assert [one for one in report.notes if "dear of 3 molecules that the laboratory told of: predicted" in one]
        told = [record for record in run.records() if record.value in TOLD]
        assert [record.evaluation.status for record in told] == [Status.PENDING] * 3
        assert all(left_out(record.evaluation) == ["dear"] for record in told)
        assert all(UNASKED in record.evaluation.reason for record in told)
        assert [record.value for record in run.pending()] == [START]  # these wait for nobody
        found = run.standing()
        assert (found.proposed, found.measured, found.told, found.predicted) == (1, 1, 3, {"dear": 3})
        assert (found.spent, found.pending) == (1, {"ic50": 1})
        run.tell("m0001", 50)
        assert run.best(9) == [run.archive().of(START)]
        best = run.leading(1)[0]
        assert best.value == "CCCOc1ccccc1CN"  # by its results and the prediction
        assert any("about" in line and "(dear predicted)" in line for line in lines("RUN", run.standing()))


def test_predictions_are_marked_in_every_table(tmp_path: Path) -> None:
    with lab(tmp_path, Dear()) as run:
        run.run(docks=1)
        run.tell(rows())
        run.tell("m0001", 50)
        table = pd.read_csv(run.folder / "molecules.csv").set_index("smiles")
        assert table.loc["CCCOc1ccccc1CN", "status"] == "pending"
        assert pd.isna(table.loc["CCCOc1ccccc1CN", "term_dear"])
        assert table.loc["CCCOc1ccccc1CN", "expected_dear"] < 0.0 < table.loc["CCCOc1ccccc1CN", "expected_dear_sd"]
        best = pd.read_csv(export(run, tmp_path / "top.csv", top=4))
        assert best["smiles"][0] == "CCCOc1ccccc1CN"
        assert pd.isna(best["loss"][0])
        assert best["expected_loss"][0] == pytest.approx(run.foreseen_totals()["CCCOc1ccccc1CN"])
        story = "\n".join(why(run.lineage("CCCOc1ccccc1CN"), run.domain, Story(run)))
        assert "dear: not measured of a told molecule; predicted -" in story
        assert "ic50 = 3 nM" in story


def test_the_best_told_molecules_are_measured_if_asked(tmp_path: Path) -> None:
    dear = Dear()
    with lab(tmp_path, dear) as run:
        report = run.tell(rows(), dock=1)
        assert dear.asked == ["CCCOc1ccccc1CN"]
        assert run.standing().predicted == {"dear": 2}
        assert any("dear of 2 molecules" in note for note in report.notes)
    with mg.Campaign(tmp_path / "lab", loss=run.loss) as again:
        again.run(docks=2)  # the budget is not used up by what was told
        assert dear.asked == ["CCCOc1ccccc1CN", START]
        assert again.standing().spent == 2
        assert again.measure_told(3) == []
        assert next(again.told_notes(3, 0)).startswith("0 of the told molecules were measured in every term, not 3")


def test_a_told_molecule_of_ones_own_is_measured_by_name(tmp_path: Path) -> None:
    dear = Dear()
    with lab(tmp_path, dear) as run:
        run.tell(rows())
        (found,) = run.measure([mg.Proposal("CCOc1ccccc1CN", advisor="agent")])
        assert dear.asked == [START, "CCOc1ccccc1CN"]
        assert found.evaluation.ok
        assert run.standing().predicted == {"dear": 2}
        assert run.standing().spent == 2


@pytest.mark.slow  # it proposes for two molecules, about 8 s
def test_a_run_goes_on_from_what_was_told(tmp_path: Path) -> None:
    dear = Dear()
    loss = mg.FunctionLoss(dear, "dear", expensive=True) + 5 * mg.QED() + mg.Assay("ic50", unit="nM", target=10)
    with mg.Campaign(tmp_path / "lab", start=START, loss=loss, engine="chemist", seed=3, batch=2) as run:
        run.run(docks=1)
        run.tell([*rows(), {"smiles": START, "IC50 (nM)": 70.0}])
        run.run(docks=3)
        asked = run.records()[-2:]
        assert len(dear.asked) == 3
        assert {one.batch for one in asked} == {2}
        assert not set(dear.asked) & set(TOLD)


def test_a_term_that_joins_is_not_measured_of_what_was_told(tmp_path: Path) -> None:
    dear, other = Dear(), Dear()
    with lab(tmp_path, dear) as run:
        run.run(docks=1)
        run.tell(rows())
    with lab(tmp_path, dear, mg.FunctionLoss(other, "other", expensive=True), revise=True) as run:
        assert "1 molecules, 2 units" in run.revisions()[-1].changes[-1]
        run.run(docks=10)
        assert other.asked[:1] == [START]
        assert not set(other.asked) & set(TOLD)


def test_a_told_molecule_that_becomes_a_start_is_measured(tmp_path: Path) -> None:
    dear = Dear()
    with lab(tmp_path, dear) as run:
        run.run(docks=1)
        run.tell(rows())
    loss = run.loss
    starts = [START, "CCOc1ccccc1CN"]
    with mg.Campaign(tmp_path / "lab", start=starts, loss=loss, engine="chemist", seed=3, revise=True) as run:
        run.run(docks=2)
        assert dear.asked == starts
        assert run.standing().spent == 2


def test_what_costs_nothing_is_measured_of_what_was_told(tmp_path: Path) -> None:
    loss = 5 * mg.QED() + mg.Assay("ic50", unit="nM", target=10)
    with mg.Campaign(tmp_path / "lab", start=START, loss=loss, engine="chemist", seed=3) as run:
        run.tell(rows())
        assert [one.evaluation.status for one in run.best(5)] == [Status.OK] * 3
        assert run.standing().predicted == {}
        assert json.dumps(run.frame().columns.tolist()).count("expected") == 0
