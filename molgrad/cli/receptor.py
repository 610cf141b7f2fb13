"""`molgrad receptor list` and `show`: what there is to dock into."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from molgrad.errors import ReceptorError, one_line
from molgrad.io.cells import guarded
from molgrad.receptors import Receptor, list_receptors, load_receptor
from molgrad.receptors.remarks import receptor_remarks

AMINO_ACIDS = "ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL"


def print_list() -> None:
    """Name, box and origin of each receptor, a line each."""
    sys.stdout.write("name\tcenter (Å)\tsize (Å)\torigin\n")
    for name in list_receptors():
        try:
            receptor = load_receptor(name)
        except ReceptorError as error:
            _print_row(name, "", "", f"cannot be used: {error}")
            continue
        center, size = (" ".join(f"{x:.2f}" for x in triple) for triple in (receptor.box.center, receptor.box.size))
        _print_row(name, center, size, receptor.origin)


def _print_row(*cells: str) -> None:
    sys.stdout.write("\t".join(guarded(one_line(cell)) for cell in cells) + "\n")


def print_receptor(name: str, picture: Path | None) -> None:
    """Print what is known about a receptor, and the native ligand's contacts."""
    from molgrad.interactions.native import census, native_contacts
    from molgrad.interactions.native import picture as drawn
    from molgrad.receptors.residues import around

    receptor = load_receptor(name)
    center, size = (", ".join(f"{x:.1f}" for x in triple) for triple in (receptor.box.center, receptor.box.size))
    held = census(receptor.pdbqt)
    groups = ", ".join(f"{group} {count}" for group, count in sorted(held.items()) if group not in AMINO_ACIDS.split())
    lines = [
        f"name: {receptor.name}",
        f"origin: {receptor.origin}",
        f"file: {one_line(str(receptor.pdbqt))}",
        f"box: center ({center}), sides {size} Å",
        f"holds: {sum(held.values())} residues; others: {groups or 'none'}",
        *(f"note: {remark}" for remark in receptor_remarks(receptor)),
        *_what_was_done(receptor),
    ]
    if receptor.ligand is None:
        lines += ["native ligand: none known", "residues in or within 4 Å of the box:"]
        lines += textwrap.wrap(", ".join(around(receptor)), initial_indent="  ", subsequent_indent="  ")
    else:
        lines.append("native ligand touches (within 4 Å):")
        lines += [f"  {contact}" for contact in native_contacts(receptor)]
    if picture is not None:
        picture.write_text(drawn(receptor), encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


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
