"""`molgrad ask`: a plate of new proposals for a laboratory."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molgrad.autograd.composite import NO_ASSAY
from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.plates import Plate, column_of, sheet
from molgrad.cli.machine import record_values, write_json
from molgrad.cli.opening import opened
from molgrad.cli.terminal import say
from molgrad.errors import CampaignError, one_line
from molgrad.evaluation import Status
from molgrad.io.sheets import check_sheet, write_sheet
from molgrad.report.drawn import write_drawn
from molgrad.report.live import live_line
from molgrad.report.picking import MOLECULES

NAMED = 4  # starts without a value that are named
PLATES = "plates"  # the folder in the run folder with a copy of every plate


def run_ask(
    given: Mapping[str, Any],
    config: Path | None,
    *,
    n: int,
    out: Path | None,
    library: Path | None,
    controls: Sequence[str],
    repeat: int,
    revise: bool,
    quiet: bool,
    as_json: bool = False,
) -> None:
    """Hand out a plate: a table on stdout, and a file to be filled in.

    Args:
        given: settings by name; `out` is the run folder.
        config: a TOML file with more settings.
        n: new proposals.
        out: the plate file; none but the copy in the run folder when None.
        library: a file of molecules that can be had.
        controls: molecules that are measured along.
        repeat: how many of the best are measured again.
        quiet: no progress on stderr.
        revise: whether settings that differ from the folder's are taken.
        as_json: one JSON object on stdout instead of the table.
    """
    if out is not None:
        check_sheet(out)
    campaign, _ = opened(given, config, revise=revise)
    with campaign:
        for note in () if quiet or campaign.plates() else campaign.start_notes:
            say(note)
        docks = campaign.loss is not None and campaign.loss.cost > 0
        for note in () if quiet else filter(None, [campaign.ask_cost(n, controls=controls)]):
            say(note)
        measured = campaign.loss is not None and campaign.loss.takes_results
        if not measured:  # before the docks of a plate are made
            say(NO_ASSAY.replace("RUN", str(campaign.folder)))
        with live_line(quiet=quiet or not docks) as line:
            asked = campaign.ask(n, library=library, controls=controls, repeat=repeat, watch=line)
        said = campaign.ask_notes()
        if not asked:
            say("\n".join(said) or "nothing more can be proposed; see 'molgrad status'")
            if as_json:
                write_json({"run": campaign.folder, "plate": None, "files": [], "wells": []})
            return
        plate = campaign.plates()[-1]
        files = write_plate(campaign, plate, out)
        for note in () if quiet else said:
            say(note)
        _say_of_starts(campaign, plate)
        waiting = len(campaign.pending())
        if as_json:
            wells = [{**record_values(one.record), "role": one.role, "expected": one.expected} for one in plate.wells]
            given_out = {"plate": plate.number, "date": plate.date, "files": files, "wells": wells}
            write_json({"run": campaign.folder, **given_out, "waiting": waiting})
            return
        _print(campaign, plate)
        sys.stdout.write(f"plate {plate.number}: {files[0]}; molecules that wait for results: {waiting}\n")
        if measured:
            sys.stdout.write(f"fill it in, then: molgrad tell {campaign.folder} {files[0]}\n")


def _say_of_starts(campaign: Campaign, plate: Plate) -> None:
    """Starts without a value are what everything is compared with: say so while that can be mended."""
    starts = {row.proposal.value for row in campaign.rows() if row.kind == "start"} - {r.value for r in plate.records}
    waiting = [record for record in campaign.pending() if record.value in starts]
    bare = [record.name for record in waiting]
    if bare:
        terms = [term for one in waiting for term in one.evaluation.all_terms() if term.status is Status.PENDING]
        assays = " and ".join(dict.fromkeys(term.loss for term in terms))
        named = ", ".join(bare[:NAMED]) + (f" and {len(bare) - NAMED} more" if len(bare) > NAMED else "")
        say(f"no {assays} yet of {named}: tell what is known, or --controls lead puts the starts on a plate")


def write_plate(campaign: Campaign, plate: Plate, out: Path | None) -> list[Path]:
    """Write a plate's file, in a workbook with the structures drawn, and a copy of it into the run folder.

    Args:
        campaign: whose plate it is.
        plate: what was handed out.
        out: .csv, .tsv or .xlsx; the copy only when None.
    """
    if campaign.loss is None:
        raise CampaignError(f"{campaign.folder} was opened for reading")
    rows = sheet(plate, campaign.loss, campaign.domain, campaign.archive())
    copy = campaign.folder / PLATES / f"plate_{plate.number:02d}.csv"
    copy.parent.mkdir(exist_ok=True)
    files = [*([out] if out is not None else []), copy]
    for file in files:
        if campaign.domain.name == MOLECULES:
            write_drawn(file, rows, about=_about(campaign, campaign.loss, plate, files[0]))
        else:
            write_sheet(file, rows)
    return files


def _about(campaign: Campaign, loss: Loss, plate: Plate, file: Path) -> list[tuple[str, str]]:
    """How the plate's workbook is filled in, for whoever gets it."""
    empty = ", ".join(column_of(term) for term in loss.all_terms() if term.takes_results)
    return [
        ("plate", f"{plate.number} of {campaign.folder}, handed out {plate.date[:10]}"),
        ("to fill in", f"{empty}; one row a molecule, further rows with the same id are replicates"),
        ("values", "as measured: 35, > 10 uM, 0.8 ± 0.2 nM (n=3), n.d.; units, where they differ from the heading's"),
        ("hypothesis", "why it was proposed"),
        ("expected", "what is predicted, and between which values the truth lies with 68 %"),
        ("then", f"molgrad tell {campaign.folder} {file}"),
    ]


def _print(campaign: Campaign, plate: Plate) -> None:
    for well in plate.wells:
        record = well.record
        why = record.proposal.reason if well.role == "proposal" else f"{well.role}, measured along"
        parent = campaign.archive().of(record.proposal.parent or "")
        of = f" (of {parent.title})" if parent is not None and well.role == "proposal" else ""
        sys.stdout.write(f"{record.title}  {one_line(record.value)}\n    {one_line(why)}{of}\n")
