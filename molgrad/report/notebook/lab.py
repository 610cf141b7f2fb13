"""What a laboratory's part shows: a plate, and what became of the rows of a table of results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from molgrad.campaign.plates import PROPOSAL, Plate, Well
from molgrad.campaign.report import TellReport, ToldRow
from molgrad.campaign.standing import Standing
from molgrad.report.notebook.campaign import best_tiles, state_of
from molgrad.report.notebook.parts import Page, card, expectation, folded, lines, said, table, tiles
from molgrad.report.notebook.record import TILE, tile
from molgrad.report.pictures.molecule import legend_of

_ROWS = 40  # of a table
_MAP = re.compile(r"--map '([^'=]*)=([^']*)'")


def tell_report(shown: TellReport) -> dict[str, Any]:
    """The bundle of a report: the rows that need somebody first, the others folded.

    Args:
        shown: the report.
    """
    rest = [row for row in shown.rows if row not in shown.refused]
    notes = [said(note, 300) for note in (*shown.notes, *shown.warnings)]
    html = card(
        "Results told",
        f"<div>{said(shown.counted(), 200)}</div>",
        lines(notes),
        _told(shown.refused, "what to do"),
        folded(f"{len(rest)} rows as they were understood", _told(rest, "")),
        note="nothing was written" if shown.dry_run else "",
    )
    return Page(html, str(shown)).bundle()


def plate(shown: Plate) -> dict[str, Any]:
    """The bundle of a plate: a tile for each well.

    Args:
        shown: the plate.
    """
    html = card(
        f"Plate {shown.number}",
        f"<div>{legend_of(keep=False, words=('', 'differs from its parent'))}</div>",
        tiles((_tile(well, shown.units) for well in shown.wells), TILE[0]),
        note=f"{len(shown.wells)} molecules, handed out {shown.date[:10]}",
    )
    text = [f"plate {shown.number}, {len(shown.wells)} molecules"]
    return Page(html, "\n".join([*text, *(f"  {well.role}  {well.record.label}" for well in shown.wells)])).bundle()


def plates(shown: Sequence[Plate]) -> dict[str, Any]:
    """The bundle of several plates, one below another.

    Args:
        shown: the plates, in order.
    """
    pages = [plate(one) for one in shown]
    html = "".join(page["text/html"] for page in pages) or card("No plate was handed out", "campaign.ask(8) makes one.")
    return Page(html, "\n".join(page["text/plain"] for page in pages) or "no plate was handed out").bundle()


def standing(shown: Standing) -> dict[str, Any]:
    """The bundle of a standing.

    Args:
        shown: the standing.
    """
    html = card("How the campaign stands", lines([said(one, 200) for one in state_of(shown)]), best_tiles(shown.best))
    return Page(html, "\n".join([*state_of(shown), *(f"  {record.label}" for record in shown.best)])).bundle()


def _told(rows: Sequence[ToldRow], todo: str) -> str:
    if not rows:
        return ""
    cells = [
        (
            said(row.where, 40),
            said(row.molecule or row.smiles, 40),
            said(row.fate.value),
            said(_in_python((row.why if todo else row.said) or "; ".join(row.warnings)), 240),
        )
        for row in rows[:_ROWS]
    ]
    more = f"<div>and {len(rows) - _ROWS} more: report.frame() has all</div>" if len(rows) > _ROWS else ""
    return table(("row", "molecule", "fate", todo or "understood"), cells, left=(0, 1, 2, 3)) + more


def _in_python(text: str) -> str:
    """Advice for the command line as an argument of `tell`."""
    return _MAP.sub(r"columns={'\1': '\2'}", text)


def _tile(well: Well, units: Mapping[str, str]) -> str:
    words = [f"{term} {expectation(told, units.get(term, ''))}" for term, told in well.expected.items()]
    expected = f"<div>expected {said(', '.join(words))}</div>" if words else ""
    role = "" if well.role == PROPOSAL else f"<i>{said(well.role)}</i>"
    return f"{role}{tile(well.record)}{expected}"
