"""`molgrad receptor list` and `show`: what there is to dock into."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from molgrad.cli.machine import write_json
from molgrad.errors import ReceptorError, one_line
from molgrad.io.cells import guarded
from molgrad.receptors import Receptor, list_receptors, load_receptor
from molgrad.receptors.remarks import receptor_remarks

AMINO_ACIDS = "ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL"
HEADINGS = ("name", "center (Å)", "size (Å)", "origin")


def print_list(*, as_json: bool = False) -> None:
    """Name, box and origin of each receptor: a table on a terminal, else tab-separated lines.

    Args:
        as_json: a JSON array instead.
    """
    found = [_listed(name) for name in list_receptors()]
    if as_json:
        write_json(found)
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for cells in (HEADINGS, *(_cells(one, 2) for one in found)):
            sys.stdout.write("\t".join(guarded(one_line(cell)) for cell in cells) + "\n")


def _listed(name: str) -> dict[str, Any]:
    try:
        receptor = load_receptor(name)
    except ReceptorError as error:
        return {"name": name, "center": None, "size": None, "origin": "", "ligand": None, "error": str(error)}
    return {"name": name, **_site(receptor), "error": ""}


def _site(receptor: Receptor) -> dict[str, Any]:
    box = receptor.box
    return {"center": box.center, "size": box.size, "origin": receptor.origin, "ligand": receptor.ligand}


def _cells(one: Mapping[str, Any], digits: int) -> tuple[str, str, str, str]:
    center, size = (" ".join(f"{x:.{digits}f}" for x in one[key] or ()) for key in ("center", "size"))
    return one["name"], center, size, f"cannot be used: {one['error']}" if one["error"] else one["origin"]


def _print_table(found: list[dict[str, Any]]) -> None:
    """As wide as the terminal; the origin is wrapped, numbers never are."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, no_wrap=heading != HEADINGS[-1], overflow="fold")
    for one in found:
        table.add_row(*(Text(one_line(cell)) for cell in _cells(one, 1)))
    Console().print(table)


def print_receptor(name: str, picture: Path | None, *, as_json: bool = False) -> None:
    """Print what is known about a receptor, and the native ligand's contacts.

    Args:
        name: of the receptor, or its folder.
        picture: an SVG file to draw the contacts to.
        as_json: one JSON object instead of lines.
    """
    from molgrad.interactions.native import picture as drawn

    receptor = load_receptor(name)
    found = _known(receptor)
    if picture is not None:
        picture.write_text(drawn(receptor), encoding="utf-8")
    if as_json:
        write_json(found)
    else:
        sys.stdout.write("\n".join(_lines(receptor, found)) + "\n")


def _known(receptor: Receptor) -> dict[str, Any]:
    """What is known of a receptor, and what its native ligand touches or, without one, what lies in the box."""
    from molgrad.interactions.native import census, native_contacts
    from molgrad.receptors.residues import around

    contacts = [] if receptor.ligand is None else native_contacts(receptor)
    return {
        "name": receptor.name,
        **_site(receptor),
        "file": receptor.pdbqt,
        "residues": census(receptor.pdbqt),
        "notes": receptor_remarks(receptor),
        "what_was_done": _what_was_done(receptor),
        "contacts": contacts,
        "in_the_box": around(receptor) if receptor.ligand is None else [],
    }


def _lines(receptor: Receptor, found: Mapping[str, Any]) -> list[str]:
    center, size = (", ".join(f"{x:.1f}" for x in triple) for triple in (receptor.box.center, receptor.box.size))
    held = found["residues"]
    groups = ", ".join(f"{group} {count}" for group, count in sorted(held.items()) if group not in AMINO_ACIDS.split())
    lines = [
        f"name: {receptor.name}",
        f"origin: {receptor.origin}",
        f"file: {one_line(str(receptor.pdbqt))}",
        f"box: center ({center}), sides {size} Å",
        f"holds: {sum(held.values())} residues; others: {groups or 'none'}",
        *(f"note: {remark}" for remark in found["notes"]),
        *found["what_was_done"],
    ]
    if receptor.ligand is None:
        lines += ["native ligand: none known", "residues in or within 4 Å of the box:"]
        return lines + textwrap.wrap(", ".join(found["in_the_box"]), initial_indent="  ", subsequent_indent="  ")
    return [*lines, "native ligand touches (within 4 Å):", *(f"  {contact}" for contact in found["contacts"])]


def _what_was_done(receptor: Receptor) -> list[str]:
    """The lines of the README that `receptor prepare` wrote; a pointer to one that it did not write."""
    readme = receptor.pdbqt.with_name("README.md")
    if not readme.is_file():
        return []
    _, found, rest = readme.read_text(encoding="utf-8", errors="replace").partition("## What was done\n")
    if not found:
        return [f"prepared as described in {readme}"]
    body = rest.partition("\n## ")[0]
    return ["what was done:", *(f"  {line}" for line in body.splitlines() if line.strip())]
