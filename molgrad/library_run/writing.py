"""What a library run writes: one table as CSV, SDF and Excel, and the campaigns behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdkit import Chem

from molgrad.campaign.faults import explained
from molgrad.campaign.folder import write_text
from molgrad.chem.parse import read
from molgrad.chem.similarity import scaffold
from molgrad.evaluation import Evaluation
from molgrad.io.cells import guarded
from molgrad.io.poses import sdf_text
from molgrad.library_run.plan import Plan
from molgrad.library_run.running import Outcome
from molgrad.library_run.selection import Candidate
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import describe_lineage
from molgrad.optim.record import Record
from molgrad.report.drawn import write_drawn

if TYPE_CHECKING:
    from pandas import DataFrame

TABLE, POSES, WORKBOOK, RUNS = "library.csv", "library.sdf", "library.xlsx", "runs.csv"
PLAN = "plan.csv"  # written before anything runs
_DESCRIBED = ("heavy_atoms", "qed", "sa", "logp", "tpsa")
COLUMNS = (
    "rank", "smiles", "inchikey", "lead", "receptor", "objective", "finalist", "gain", "final_loss", "final_affinity",
    "loss", "loss_gain", "affinity", *_DESCRIBED, "scaffold", "reason", "lineage", "elsewhere", "failure", "run", "id",
    "name",
)  # fmt: skip


def write_plan(plan: Plan) -> None:
    """Write plan.csv: the campaigns with their budgets, before they run.

    Args:
        plan: of the library run.
    """
    rows = [
        {"run": one.name, "lead": one.lead, "receptor": one.receptor, "objective": one.objective}
        | {"docks": one.settings.docks}
        for one in plan.combinations
    ]
    with explained(plan.folder, "used as a run folder"):
        plan.folder.mkdir(parents=True, exist_ok=True)
    write_text(plan.folder / PLAN, _frame(rows).to_csv(index=False, lineterminator="\n"))


def write_library(folder: Path, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
    """Write library.csv, library.sdf, library.xlsx and runs.csv, each replaced whole.

    Args:
        folder: of the library run.
        candidates: of the table, best first.
        outcomes: of the campaigns.
    """
    table = [_row(place, one) for place, one in enumerate(candidates, start=1)]
    told = [_run_row(one) for one in outcomes]
    molecules, runs = _frame(table, COLUMNS), _frame(told)
    with explained(folder, "used as a run folder"):
        folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / TABLE, molecules.to_csv(index=False, lineterminator="\n"))
    write_text(folder / RUNS, runs.to_csv(index=False, lineterminator="\n"))
    write_text(folder / POSES, "".join(_pose(place, one) for place, one in enumerate(candidates, start=1)))
    with explained(folder / WORKBOOK, "written"):
        write_drawn(folder / WORKBOOK, table, columns=COLUMNS, more={"campaigns": told})


def _frame(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...] | None = None) -> DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [{key: guarded(value) for key, value in row.items()} for row in rows],
        columns=None if columns is None else list(columns),
    )


def _row(place: int, one: Candidate) -> dict[str, Any]:
    combination, described = one.outcome.combination, MOLECULES.describe(one.smiles)
    return {
        "rank": place,
        "smiles": one.smiles,
        "inchikey": Chem.MolToInchiKey(read(one.smiles).mol),
        "lead": combination.lead,
        "receptor": combination.receptor,
        "objective": combination.objective,
        "finalist": one.confirmed is not None,
        "gain": _rounded(one.latest_gain),
        "final_loss": _rounded(one.confirmed.evaluation.score) if one.confirmed else None,
        "final_affinity": _rounded(_affinity(one.confirmed)) if one.confirmed else None,
        "loss": _rounded(one.loss),
        "loss_gain": _rounded(one.gain),
        "affinity": _rounded(_affinity(one.record)),
        **{name: _rounded(described[name]) for name in _DESCRIBED},
        "scaffold": scaffold(one.smiles),
        "reason": one.record.proposal.reason,
        "lineage": " ".join(_lineage(one).split("\n")),
        "elsewhere": "; ".join(one.elsewhere),
        "failure": one.confirmed.evaluation.reason if one.confirmed else "",
        "run": combination.name,
        "id": one.record.id,
        "name": one.record.name,
    }


def _lineage(one: Candidate) -> str:
    """Every step from the lead, with its reason and what it did."""
    measured = {record.value: record for record in one.outcome.records}
    line, at = dict[str, Record](), one.smiles
    while at in measured and at not in line:
        line[at] = measured[at]
        at = measured[at].proposal.parent or ""
    return describe_lineage(list(line.values())[::-1])


def _affinity(record: Record) -> float | None:
    return next((term.raw["affinity"] for term in record.evaluation.all_terms() if "affinity" in term.raw), None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3)


def _run_row(outcome: Outcome) -> dict[str, Any]:
    one = outcome.combination
    scores = [record.evaluation.score for record in outcome.records]
    return {
        "run": one.name,
        "lead": one.lead,
        "receptor": one.receptor,
        "objective": one.objective,
        "measured": len(outcome.records),
        "no_number": sum(score is None for score in scores),
        "lead_loss": _rounded(outcome.lead_loss),
        "best_loss": _rounded(min((score for score in scores if score is not None), default=None)),
        "failure": outcome.failure,
        "notes": " ".join(outcome.notes),
    }


def _pose(place: int, one: Candidate) -> str:
    """The best pose of a molecule, of its last dock, as an SDF record."""
    block = next(_blocks(one), "")
    if not block:
        return ""
    combination = one.outcome.combination
    values = {
        "rank": place, "smiles": one.smiles, "lead": combination.lead, "receptor": combination.receptor,
        "objective": combination.objective, "loss": _rounded(one.loss), "run": combination.name,
        "id": one.record.id,
    }  # fmt: skip
    data = "".join(f">  <{key}>\n{sdf_text(value)}\n\n" for key, value in values.items() if value not in (None, ""))
    title = sdf_text(f"{combination.name} {one.record.name}".strip())
    rest = block.partition("\n")[2].rstrip("\n")
    return f"{title}\n{rest}\n{data}$$$$\n"


def _blocks(one: Candidate) -> Iterator[str]:
    evaluations: list[Evaluation] = [one.confirmed.evaluation] if one.confirmed else []
    for evaluation in [*evaluations, one.record.evaluation]:
        for term in evaluation.all_terms():
            yield from term.details.get("poses", ())[:1]
