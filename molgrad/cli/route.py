"""`molgrad route`: how molecules can be made, as paragraphs, JSON lines or a picture."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from molgrad.errors import ConflictingSettingsError, InvalidMoleculeError, one_line
from molgrad.io import Entry
from molgrad.synthesis.plan import Plan
from molgrad.synthesis.search import Planner


def run_route(entries: Sequence[Entry], planner: Planner, *, as_json: bool = False, svg: Path | None = None) -> None:
    """Print the routes of each molecule; see `molgrad route --help`.

    Args:
        entries: the molecules, from `cli.given.given_molecules`.
        planner: that finds routes.
        as_json: a line of JSON for each molecule instead of paragraphs.
        svg: draw the best route of the one molecule to this file.

    Raises:
        ConflictingSettingsError: a picture of several molecules.
    """
    if svg is not None and len(entries) > 1:
        raise ConflictingSettingsError("--svg draws the route of one molecule; give one")
    for entry in entries:
        found = _found(entry, planner)
        if as_json:
            text = json.dumps(record_of(entry, found), ensure_ascii=False)
        else:
            named = "" if entry.name.isdecimal() else f"{one_line(entry.name)}  "
            text = (
                named
                + (found.text if isinstance(found, Plan) else f"{one_line(entry.smiles)}\ninvalid: {found}")
                + "\n"
            )
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        if svg is not None and isinstance(found, Plan) and found.routes:
            svg.write_text(found.svg(), encoding="utf-8")
        elif svg is not None:
            sys.stderr.write(f"{svg} was not written: there is no route to draw\n")


def record_of(entry: Entry, found: Plan | str) -> dict[str, Any]:
    """What is known of one molecule, values of JSON.

    Args:
        entry: the molecule as given.
        found: its routes, or why the text is no molecule.
    """
    head = {"name": entry.name, "smiles": entry.smiles}
    if isinstance(found, str):
        return head | {"status": "invalid", "reason": found, "is_solved": False, "trees": []}
    return head | {"status": "ok"} | found.record()


def _found(entry: Entry, planner: Planner) -> Plan | str:
    if entry.error is not None:
        return entry.error
    try:
        return planner.plan(entry.smiles)
    except InvalidMoleculeError as error:
        return error.why
