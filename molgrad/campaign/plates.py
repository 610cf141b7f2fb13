"""Plates that were handed out to a laboratory, and the table that it fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss
from molgrad.campaign.judging import assays_of
from molgrad.campaign.store import Row
from molgrad.campaign.table import Table, identifier
from molgrad.losses.assay import Assay
from molgrad.optim.archive import Archive, Record

PLATES = "plates"  # the entry of `meta` with the plates
PROPOSAL, CONTROL, REPEAT = "proposal", "control", "repeat"


@dataclass(frozen=True, slots=True)
class Well:
    """One molecule of a plate.

    Attributes:
        row: of the store.
        record: what is measured of it.
        role: "proposal", "control" or "repeat".
    """

    row: Row
    record: Record
    role: str


@dataclass(frozen=True, slots=True)
class Plate:
    """What was handed out at one time.

    Attributes:
        number: from 1.
        batch: of the proposals.
        date: when it was handed out, UTC, as in ISO 8601.
        wells: in order.
    """

    number: int
    batch: int
    date: str
    wells: tuple[Well, ...]

    @property
    def records(self) -> list[Record]:
        """The molecules in order."""
        return [well.record for well in self.wells]


def plates(kept: Sequence[Mapping[str, Any]], table: Table) -> list[Plate]:
    """The plates as they were kept.

    Args:
        kept: the entry `PLATES` of `meta`.
        table: the campaign's rows.
    """
    found = []
    for number, one in enumerate(kept, start=1):
        wells = []
        for key, role in one["wells"]:
            row = table.row_of(key)
            if (record := table.archive.of(row.proposal.value)) is not None:
                wells.append(Well(row, record, role))
        found.append(Plate(number, one["batch"], one["date"], tuple(wells)))
    return found


def sheet(plate: Plate, loss: Loss, domain: Domain, archive: Archive) -> list[dict[str, Any]]:
    """The plate as rows of a table, with empty columns for the results.

    Columns: id; name, where a user gave any; smiles; role; parent; change, against the parent; hypothesis; `expected T`
    and `sd of T` for each term that is predicted, of an assay in its unit with the sd in log10 units of concentrations;
    then for each assay an empty column with its unit, date and note.

    Args:
        plate: what was handed out.
        loss: of the campaign; says which assays there are.
        domain: of the values; tells changes.
        archive: what was measured, for the names of parents.
    """
    empty = {_column(term): "" for term in loss.all_terms() if term.takes_results} | {"date": "", "note": ""}
    named = any(record.named for record in plate.records)
    assays = assays_of(loss)
    terms = dict.fromkeys(term for record in plate.records for term in _predicted(record))
    table = []
    for well in plate.wells:
        proposal, record = well.record.proposal, well.record
        parent = archive.of(proposal.parent or "")
        cells: dict[str, Any] = {"id": identifier(well.row.id)}
        cells |= {"name": record.name if record.named else ""} if named else {}
        cells |= {"smiles": record.value, "role": well.role, "parent": "" if parent is None else parent.name}
        change = "" if parent is None else domain.difference(parent.value, record.value)
        cells |= {"change": change, "hypothesis": proposal.reason.removeprefix(change).removeprefix("; ")}
        expected = _predicted(record) if well.role == PROPOSAL else {}
        for term in terms:
            cells |= _expected(term, expected.get(term), assays.get(term))
        table.append(cells | empty)
    return table


def _expected(term: str, predicted: tuple[float, float] | None, assay: Assay | None) -> dict[str, Any]:
    """The cells of a prediction: of an assay in its own unit, with an sd in log10 units where it is a concentration."""
    mean, sd = predicted or ("", "")
    if assay is None or assay.value_of(0.0) is None:
        return {f"expected {term}": mean, f"sd of {term}": sd}
    value = assay.value_of(mean) if isinstance(mean, float) else None
    unit = f" ({assay.unit})" if assay.unit else ""
    spread = " (log10)" if assay.scale.log else ""
    shown = "" if value is None else float(f"{value:.3g}")
    return {f"expected {term}{unit}": shown, f"sd of {term}{spread}": sd}


def _predicted(record: Record) -> dict[str, tuple[float, float]]:
    """What was predicted of the terms that are not computed exactly beforehand, to four digits."""
    found = {term: (mean, sd) for term, (mean, sd) in record.proposal.predicted.items() if sd > 0.0}
    return {term: (float(f"{mean:.4g}"), float(f"{sd:.4g}")) for term, (mean, sd) in found.items()}


def _column(assay: Loss) -> str:
    unit = getattr(assay, "unit", "")
    return f"{assay.name} ({unit})" if unit else assay.name
