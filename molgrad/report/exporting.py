"""The best molecules of a campaign as files for others: a table, a workbook with structures, an SDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rdkit import Chem
from rdkit.Chem import rdDepictor

from molgrad.campaign.folder import write_text
from molgrad.campaign.view import View
from molgrad.docking.worth import WORTH
from molgrad.errors import CampaignError, InputFileError
from molgrad.evaluation import DOCKING
from molgrad.io.poses import sdf_text
from molgrad.io.sheets import SHEETS, check_sheet, write_sheet
from molgrad.optim.record import Record
from molgrad.report.drawn import write_drawn
from molgrad.report.export_rows import rows_of
from molgrad.report.picking import MOLECULES, picked
from molgrad.report.tables import is_affinity

KINDS = ("csv", "sdf", "xlsx")
ENDINGS = (*SHEETS, ".sdf")


def export(
    view: View,
    file: str | Path,
    *,
    top: int = 20,
    pick: int = 0,
    molecules: Sequence[str | Record] = (),
    passes_filters: bool = False,
) -> Path:
    """Write the best molecules to a file, best first; its arguments are those of `Campaign.export`.

    While none has all its results, those with most come first, by what is known.
    """
    file = Path(file)
    if file.suffix.lower() not in ENDINGS:
        raise InputFileError(f"{file}: molecules are written as {', '.join(ENDINGS)}; name the file so")
    if file.suffix.lower() == ".sdf" and view.domain.name != MOLECULES:
        raise InputFileError(f"{file}: texts have no structure; write a table, such as {file.stem}.xlsx")
    check_sheet(file.with_suffix(SHEETS[0]) if file.suffix.lower() == ".sdf" else file)
    records = records_of(view, top, molecules, passes_filters=passes_filters)
    marked = {record.value for record in picked(view, records, pick)} if pick else None
    rows = rows_of(view, records, marked)
    if file.suffix.lower() == ".sdf":
        write_text(file, "".join(_entries(records, rows)))
    elif file.suffix.lower() == ".xlsx" and view.domain.name == MOLECULES:
        write_drawn(file, rows, about=_about(view, records))
    else:
        write_sheet(file, rows)
    return file


def records_of(
    view: View, top: int, molecules: Sequence[str | Record] = (), *, passes_filters: bool = False
) -> list[Record]:
    """The molecules that `export` writes.

    Args:
        view: of the run folder.
        top: of the best, at most.
        molecules: these instead.
        passes_filters: leave out molecules that do not pass the filters.

    Raises:
        CampaignError: nothing has a score yet, or a molecule is not measured yet.
        UnknownNameError: a molecule that the campaign does not know.
    """
    if molecules:
        return [_measured(view, one) for one in molecules]
    best = view.leading(top, passes_filters=passes_filters)
    if not best:
        waits = len(view.pending())
        more = f"; {waits} molecules wait for results, see 'molgrad status'" if waits else ""
        raise CampaignError(f"{view.folder}: no molecule has a score yet{more}")
    return best


def _measured(view: View, one: str | Record) -> Record:
    if isinstance(one, Record):
        return one
    record = view.archive().of(view.resolve(one).proposal.value)
    if record is None:
        raise CampaignError(f"{view.folder}: {one} is proposed and not measured yet")
    return record


def _about(view: View, records: Sequence[Record]) -> list[tuple[str, str]]:
    """What a reader who does not know the run needs to read the table."""
    terms = [term for term in records[0].evaluation.all_terms() if term.score is not None]
    units = view.assays()
    parts = " + ".join(
        f"{term.weight:g} x {term.loss}{f' ({units[term.loss]})' if units.get(term.loss) else ''}" for term in terms
    )
    lines = [
        ("run", str(view.folder)),
        ("molecules", f"{len(records)} of {len(view.records())} measured"),
        ("loss", f"lower is better: {parts}"),
        ("id", "the same in every file of the run, for 'molgrad tell' and 'molgrad why'"),
        ("reason", "what differs from the parent, the fact that this answers, and what it may cost"),
        ("pose_repeatability", "the share of a dock's searches that found its best pose, 0 to 1"),
        ("prediction", "what was expected of a term before it was measured, and what came"),
    ]
    docked = any(is_affinity(key) for key in records[0].evaluation.raw)
    return [*lines, *([("affinity", f"kcal/mol. {WORTH}")] if docked else [])]


def _entries(records: Sequence[Record], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """An SDF record for each molecule: its best pose, or a drawing where it was not docked."""
    for record, row in zip(records, rows, strict=True):
        terms = record.evaluation.all_terms()
        block = next((one for term in terms for one in term.details.get("poses", ())[:1]), None)
        docked = any(term.kind == DOCKING and term.ok for term in terms)
        values = {**row, "pose": "docked" if docked else "none"}
        data = "".join(f">  <{sdf_text(key)}>\n{sdf_text(value)}\n\n" for key, value in values.items() if value != "")
        rest = (block or _drawing(record.value)).partition("\n")[2].rstrip("\n")
        yield f"{sdf_text(record.name)}\n{rest}\n{data}$$$$\n"


def _drawing(smiles: str) -> str:
    mol = Chem.MolFromSmiles(smiles)
    rdDepictor.Compute2DCoords(mol)
    return str(Chem.MolToMolBlock(mol))
