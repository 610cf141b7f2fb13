"""Plates that were handed out to a laboratory, and the table that it fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from molgrad.autograd.domain import Domain
from molgrad.autograd.loss import Loss
from molgrad.campaign.store import Row
from molgrad.campaign.table import Table, identifier
from molgrad.display import Shown
from molgrad.optim.archive import Archive
from molgrad.optim.record import Record, Records

PLATES = "plates"  # the entry of `meta` with the plates
PROPOSAL, CONTROL, REPEAT = "proposal", "control", "repeat"


@dataclass(frozen=True, slots=True)
class Well:
    """One molecule of a plate.

    Attributes:
        row: of the store.
        record: what is measured of it.
        role: "proposal", "control" or "repeat".
        expected: of each term that was predicted when the plate was handed out (value, low, high), where
            the truth lies between low and high with 68 %; in the assay's unit, kcal/mol for docking.
    """

    row: Row
    record: Record
    role: str
    expected: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Plate(Shown):
    """What was handed out at one time.

    Attributes:
        number: from 1.
        batch: of the proposals.
        date: when it was handed out, UTC, as in ISO 8601.
        wells: in order.
        units: of assays, by the names of their terms.
    """

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.lab:plate"

    number: int
    batch: int
    date: str
    wells: tuple[Well, ...]
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> list[Record]:
        """The molecules in order."""
        return Records(well.record for well in self.wells)


class Plates(list[Plate], Shown):
    """The plates of a campaign, which a notebook shows one below another."""

    _drawn_by: ClassVar[str] = "molgrad.report.notebook.lab:plates"


def plates(kept: Sequence[Mapping[str, Any]], table: Table, units: Mapping[str, str]) -> Plates:
    """The plates as they were kept.

    Args:
        kept: the entry `PLATES` of `meta`.
        table: the campaign's rows.
        units: of assays, by the names of their terms.
    """
    found = Plates()
    for number, one in enumerate(kept, start=1):
        wells, told = [], one.get("expected", {})
        for key, role in one["wells"]:
            row = table.row_of(key)
            if (record := table.archive.of(row.proposal.value)) is not None:
                expected = {term: (value, low, high) for term, (value, low, high) in told.get(str(key), {}).items()}
                wells.append(Well(row, record, role, expected))
        found.append(Plate(number, one["batch"], one["date"], tuple(wells), units))
    return found


def sheet(plate: Plate, loss: Loss, domain: Domain, archive: Archive) -> list[dict[str, Any]]:
    """The plate as rows of a table, with empty columns for the results.

    Columns: id; name, where a user gave any; smiles; role; parent; change, against the parent; hypothesis; `expected T`
    for each term that was predicted, in the assay's unit, and between which values the truth lies with 68 %; then for
    each assay an empty column with its unit, date and note.

    Args:
        plate: what was handed out.
        loss: of the campaign; says which assays there are.
        domain: of the values; tells changes.
        archive: what was measured, for the names of parents.
    """
    empty = {column_of(term): "" for term in loss.all_terms() if term.takes_results} | {"date": "", "note": ""}
    named = any(record.named for record in plate.records)
    units = {term.name: getattr(term, "unit", "") for term in loss.all_terms()}
    terms = dict.fromkeys(term for well in plate.wells for term in well.expected)
    table = []
    for well in plate.wells:
        proposal, record = well.record.proposal, well.record
        parent = archive.of(proposal.parent or "")
        cells: dict[str, Any] = {"id": identifier(well.row.id)}
        cells |= {"name": record.name if record.named else ""} if named else {}
        cells |= {"smiles": record.value, "role": well.role, "parent": "" if parent is None else parent.name}
        change = "" if parent is None else domain.difference(parent.value, record.value)
        cells |= {"change": change, "hypothesis": proposal.reason.removeprefix(change).removeprefix("; ")}
        for term in terms:
            value, low, high = well.expected.get(term, ("", "", ""))
            unit = f" ({units[term]})" if units.get(term) else ""
            cells |= {f"expected {term}{unit}": value}
            cells |= {f"expected {term}, 68 % from": low, f"expected {term}, 68 % to": high}
        table.append(cells | empty)
    return table


def column_of(assay: Loss) -> str:
    """The heading of the column that an assay's results are written into, with its unit.

    Args:
        assay: a term that takes results.
    """
    unit = getattr(assay, "unit", "")
    return f"{assay.name} ({unit})" if unit else assay.name
