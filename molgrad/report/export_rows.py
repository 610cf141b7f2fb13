"""The rows of a table of molecules for others: what matters to them first, then everything that was measured."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from molgrad.campaign.framing import Framing
from molgrad.campaign.view import View
from molgrad.errors import figures
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.optim.record import Record

# The columns that come first, where they are there; the others follow in the order of molecules.csv.
FIRST = (
    "place", "pick", "id", "name", "smiles", "loss", "expected_loss", "affinity", "pose_repeatability", "parent",
    "reason", "prediction", "route",
)  # fmt: skip
_DIGITS = 6  # decimals; beyond them there is only noise

Expected = Mapping[str, tuple[float, float, float]]


def rows_of(view: View, records: Sequence[Record], marked: Collection[str] | None = None) -> list[dict[str, Any]]:
    """A row for each molecule, with the same columns in each.

    Columns: place, pick ("yes" or empty, where molecules are marked), id, name, smiles, loss, affinity,
    pose_repeatability (the share of the searches that found the pose), parent (its id and name), reason, prediction
    (what was expected of each term and what came), route (where a loss told one), then those of molecules.csv. What was
    expected of an assay is in its unit, with its 68 % range.

    Args:
        view: of the run folder.
        records: the molecules, best first.
        marked: values that are picked; None for no such column.
    """
    units = view.assays()
    foreseen = {well.record.value: well.expected for plate in view.plates() for well in plate.wells if well.expected}
    records, totals = view.shown(records), view.foreseen_totals()
    table: list[dict[str, Any]] = Framing(view.lines_of(records)).frame().to_dict("records")  # type: ignore[assignment]  # of texts
    found = []
    for place, (record, row) in enumerate(zip(records, table, strict=True), start=1):
        cells = {key: _cell(value) for key, value in row.items()}
        expected = foreseen.get(record.value, {})
        parent = view.archive().of(record.proposal.parent or "")
        cells |= {"parent": "" if parent is None else parent.title, "place": place}
        cells |= {} if marked is None else {"pick": "yes" if record.value in marked else ""}
        cells |= {"name": record.name if record.named else ""} if "name" in cells else {}
        cells["pose_repeatability"] = _repeatability(record.evaluation)
        cells["prediction"] = "; ".join(_predictions(record, expected, units))
        cells["route"] = _route(record.evaluation)
        if totals:  # no measurement: of its expensive terms only a prediction is there
            cells["expected_loss"] = totals.get(record.value, "")
        found.append(_in_units(cells, expected, units))
    return _arranged(found)


def _arranged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what matters first; of the columns that few runs have, those without any value are left out."""
    told = {name for name in ("pose_repeatability", "prediction", "route") if all(row[name] == "" for row in rows)}
    columns = dict.fromkeys(name for row in rows for name in row if name not in told)
    order = [name for name in FIRST if name in columns] + [name for name in columns if name not in FIRST]
    return [{name: row.get(name, "") for name in order} for row in rows]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return round(value, _DIGITS) if isinstance(value, float) else value


def _repeatability(evaluation: Evaluation) -> float | str:
    """Of the first dock that tells it; empty where none does."""
    told = (term.details.get("provenance", {}).get("repeatability") for term in evaluation.all_terms())
    return next((float(value) for value in told if value is not None), "")


def _route(evaluation: Evaluation) -> str:
    """A synthesis route, where a loss told one."""
    told = (term.details.get("route") for term in evaluation.all_terms())
    return next((value for value in told if isinstance(value, str) and value), "")


def _predictions(record: Record, expected: Expected, units: Mapping[str, str]) -> Iterator[str]:
    """What was expected of each term that is not computed beforehand, and what came."""
    terms = {term.loss: term for term in record.evaluation.all_terms()}
    for name, (value, low, high) in expected.items():
        if name in units and name in terms:
            unit = f" {units[name]}" if units[name] else ""
            came = terms[name].raw.get(name.rpartition(".")[2])
            said = f"{name}: expected {figures(value)}{unit} ({figures(low, 2)} to {figures(high, 2)} with 68 %), "
            yield said + ("not measured" if came is None else f"came {figures(came)}{unit}")
    for name, (mean, sd) in record.proposal.predicted.items():
        if sd > 0.0 and name not in units and name in terms:
            unit = " kcal/mol" if terms[name].kind == DOCKING else ""
            yield f"{name}: expected {mean:.2f} ± {sd:.2f}{unit}, {_came(terms[name].score, unit)}"


def _came(score: float | None, unit: str) -> str:
    return "not measured" if score is None else f"came {score:.2f}{unit}"


def _in_units(cells: dict[str, Any], expected: Expected, assays: Collection[str]) -> dict[str, Any]:
    """The cells with what was expected of assays in their units, and its 68 % range, in place of scores."""
    turned: dict[str, Any] = {}
    for key, value in cells.items():
        term = key.removeprefix("expected_")
        if key == f"expected_{term}" and term in assays:
            numbers = expected.get(term, ("", "", ""))
            turned |= dict(zip((key, f"{key}_from", f"{key}_to"), numbers, strict=True))
        elif not (key.startswith("expected_") and term.removesuffix("_sd") in assays):
            turned[key] = value
    return turned
