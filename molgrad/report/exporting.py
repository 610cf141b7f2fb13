"""The best molecules of a campaign as files for others: a table, a workbook, structures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rdkit import Chem
from rdkit.Chem import rdDepictor

from molgrad.campaign.export import frame
from molgrad.campaign.folder import write_text
from molgrad.campaign.table import identifier
from molgrad.campaign.view import View
from molgrad.errors import CampaignError
from molgrad.evaluation import DOCKING
from molgrad.io.poses import sdf_text
from molgrad.io.sheets import write_sheet
from molgrad.optim.archive import Record

KINDS = ("csv", "sdf", "xlsx")


def export(view: View, n: int, kinds: Sequence[str], stem: Path, *, passes_filters: bool = False) -> list[Path]:
    """Write the best molecules, best first; while none has all its results, those with most, by what is known.

    Args:
        view: of the run folder.
        n: how many at most.
        kinds: of `KINDS`.
        stem: the files are called so, with the ending of their kind.
        passes_filters: leave out molecules that do not pass the filters.

    Returns:
        The files.

    Raises:
        CampaignError: nothing has a score yet.
    """
    best = view.leading(n, passes_filters=passes_filters)
    if not best:
        waits = len(view.pending())
        more = f"; {waits} molecules wait for results, see 'molgrad status'" if waits else ""
        raise CampaignError(f"{view.folder}: no molecule has a score yet{more}")
    files = []
    for kind in kinds:
        file = stem.with_name(f"{stem.name}.{kind}")
        if kind == "sdf":
            write_text(file, "".join(_entries(view, best)))
        else:
            write_sheet(file, _rows(view, best))
        files.append(file)
    return files


def _rows(view: View, best: Sequence[Record]) -> list[dict[str, Any]]:
    """The columns of molecules.csv, with place and id before them and the name of the parent."""
    found, units = [], view.assays()
    foreseen = {well.record.value: well.expected for plate in view.plates() for well in plate.wells if well.expected}
    table: list[dict[str, Any]] = frame(view.shown(best), view.domain).to_dict("records")  # type: ignore[assignment]  # of texts
    totals = view.foreseen_totals()
    for place, (record, row) in enumerate(zip(best, table, strict=True), start=1):
        cells = {key: "" if not isinstance(value, str) and pd.isna(value) else value for key, value in row.items()}
        parent = view.archive().of(record.proposal.parent or "")
        cells["parent"] = "" if parent is None else parent.name
        cells = _in_units(cells, foreseen.get(record.value, {}), units)
        if totals:  # no measurement: of its expensive terms only a prediction is there
            cells["expected_loss"] = totals.get(record.value, "")
        found.append({"place": place, "id": identifier(view.resolve(record.value).id), **cells})
    return found


def _in_units(
    cells: dict[str, Any], expected: Mapping[str, tuple[float, float, float]], assays: Collection[str]
) -> dict[str, Any]:
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


def _entries(view: View, best: Sequence[Record]) -> Iterator[str]:
    """An SDF record for each molecule: its best pose, or a drawing where it was not docked."""
    for place, record in enumerate(best, start=1):
        poses = (one for term in record.evaluation.all_terms() for one in term.details.get("poses", ())[:1])
        block = next(poses, None) or _drawing(record.value)
        values: dict[str, Any] = {"id": identifier(view.resolve(record.value).id), "place": place}
        values |= {"smiles": record.value, "loss": record.evaluation.score, "reason": record.proposal.reason}
        values |= {key: value for term in record.evaluation.all_terms() for key, value in term.raw.items()}
        values["pose"] = "docked" if any(t.kind == DOCKING and t.ok for t in record.evaluation.all_terms()) else "none"
        data = "".join(f">  <{sdf_text(key)}>\n{sdf_text(value)}\n\n" for key, value in values.items())
        yield f"{sdf_text(record.name)}\n{block.partition(chr(10))[2].rstrip(chr(10))}\n{data}$$$$\n"


def _drawing(smiles: str) -> str:
    mol = Chem.MolFromSmiles(smiles)
    rdDepictor.Compute2DCoords(mol)
    return str(Chem.MolToMolBlock(mol))
