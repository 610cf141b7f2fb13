"""`molgrad tell`: results of a laboratory into a run folder."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from molgrad.assays.reasons import grouped
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.report import TellReport
from molgrad.cli.machine import write_json
from molgrad.errors import ConflictingSettingsError, one_line, shorten
from molgrad.optim.record import Record
from molgrad.report.live import live_line


@dataclass(frozen=True, slots=True)
class Told:
    """What is told.

    Attributes:
        tables: files of results.
        withdrawn: molecules whose values are taken back.
        not_made: proposals that were not made.
        why: the reason of the last two.
        dock: of the molecules that were told and never proposed, how many are docked.
    """

    tables: tuple[Path, ...] = ()
    withdrawn: tuple[str, ...] = ()
    not_made: tuple[str, ...] = ()
    why: str = ""
    dock: int = 0


def run_tell(
    folder: Path, told: Told, columns: Sequence[str], options: Mapping[str, Any], *, quiet: bool, as_json: bool = False
) -> bool:
    """Tell a campaign results and print what became of them.

    Args:
        folder: the run folder.
        told: what is told.
        columns: what columns are, each as "heading=role".
        options: of `Campaign.tell`.
        quiet: no progress on stderr.
        as_json: print one JSON object instead of lines.

    Returns:
        Whether every row was taken.
    """
    roles = dict(_role(text) for text in columns)
    dry_run = bool(options["dry_run"])
    reports: list[TellReport] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # notes on the starts were told when the campaign began
        campaign = Campaign(folder)
    with campaign:
        for table in told.tables:
            with live_line(quiet=quiet or dry_run) as line:
                reports.append(campaign.tell(table, columns=roles, watch=line, **options))
            if not as_json:
                _print(reports[-1])
        marked = list(_mark(campaign, told, options["term"], dry_run=dry_run))
        measured: list[Record] = []
        if told.dock and not dry_run:
            with live_line(quiet=quiet) as line:
                measured = campaign.measure_told(told.dock, watch=line)
        waiting, good = len(campaign.pending()), all(report.ok for report in reports)
        if as_json:
            done = {"withdrawn": told.withdrawn, "not_made": told.not_made, "docked": measured, "waiting": waiting}
            tables = [_values(table, report) for table, report in zip(told.tables, reports, strict=True)]
            write_json({"run": folder, "ok": good, "dry_run": dry_run, "tables": tables, **done})
            return good
        sys.stdout.write("".join(f"{line}\n" for line in marked))
        if told.dock and not dry_run:
            _say_measured(campaign, told.dock, measured)
        if not dry_run:
            waits = "1 molecule still waits" if waiting == 1 else f"{waiting} molecules still wait"
            sys.stdout.write(f"{campaign.folder}: {waits} for results\n")
    return good


def _values(table: Path, report: TellReport) -> dict[str, Any]:
    """What became of a table, by the names that docs/command_line.md explains."""
    rows = [
        {
            "file": row.source,
            "line": row.line,
            "molecule": row.molecule,
            "smiles": row.smiles,
            "assay": row.assay,
            "outcome": row.fate.value,
            "understood": row.said,
            "problem": row.why,
            "warnings": row.warnings,
        }
        for row in report.rows
    ]
    return {"file": table, "counted": report.counted(), "rows": rows, "notes": report.notes}


def _say_measured(campaign: Campaign, asked: int, found: Sequence[Record]) -> None:
    """The molecules that were measured in every term, with what came, and why they are fewer than asked for."""
    for record in found:
        score = record.evaluation.score
        terms = [f"{term.loss} {term.score:.2f}" for term in record.evaluation.all_terms() if term.score is not None]
        gave = f"loss {score:.2f} ({', '.join(terms)})" if score is not None else record.evaluation.reason
        sys.stdout.write(f"measured {record.name}: {one_line(gave)}\n")
    for note in campaign.told_notes(asked, len(found)):
        sys.stdout.write(f"{note}\n")


def _role(text: str) -> tuple[str, str]:
    heading, equals, role = text.rpartition("=")
    if not equals or not heading.strip() or not role.strip():
        raise ConflictingSettingsError(f"--map is 'HEADING=ROLE', such as 'IC50 (nM)=value', not {shorten(repr(text))}")
    return heading.strip(), role.strip()


def _print(report: TellReport) -> None:
    if report.dry_run:
        for line in (*report.notes, *map(str, report.rows)):
            sys.stdout.write(f"{one_line(line)}\n")
        sys.stdout.write(f"{report.counted()}; nothing was written\n")
        for reason in grouped((row.line, row.molecule, f"{row.fate.value}: {row.why}") for row in report.refused):
            sys.stdout.write(f"  {reason}\n")
    else:
        sys.stdout.write(f"{report}\n")


def _mark(campaign: Campaign, told: Told, term: str | None, *, dry_run: bool) -> Iterator[str]:
    """Take values back and mark what was not made, and say so; every name is looked up before anything is written."""
    for name in (*told.withdrawn, *told.not_made):
        campaign.resolve(name)
    for name in told.withdrawn:
        if not dry_run:
            campaign.withdraw(name, term=term, why=told.why)
        yield f"{name}: {'would be ' if dry_run else ''}withdrawn, it waits again"
    for name in told.not_made:
        if not dry_run:
            campaign.not_made(name, why=told.why)
        yield f"{name}: {'would be ' if dry_run else ''}marked as not made"
