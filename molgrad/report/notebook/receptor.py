"""A receptor: its box, the residues that line the pocket, its native ligand, and a plan of them."""

from __future__ import annotations

from typing import Any

from molgrad.errors import MolgradError, one_line
from molgrad.interactions.native import census
from molgrad.receptors.receptor import Receptor
from molgrad.receptors.remarks import receptor_remarks
from molgrad.report.notebook.parts import Page, beside, card, folded, lines, said, table
from molgrad.report.pictures.colours import GREY
from molgrad.report.pictures.molecule import img
from molgrad.report.pictures.pocket import COLOURS, SIZE, Neighbour, neighbours, plan

_SHOWN = 8  # residues in the table before it is folded


def receptor(shown: Receptor) -> dict[str, Any]:
    """The bundle of a receptor.

    Args:
        shown: the receptor.
    """
    around = neighbours(shown)
    png = plan(shown) if around else b""
    names = ", ".join(one.label for one in around[:_SHOWN])
    picture = img(png, SIZE[0], f"plan of the pocket of {shown.name} with {names}") if png else ""
    facts = [said(fact, 200) for fact in _facts(shown)]
    html = card(
        f"Receptor {shown.name}",
        beside(f"{picture}{_legend(around)}", lines(facts, 8) + _table(around)),
        note=shown.origin,
    )
    text = [f"receptor {shown.name}: {shown.origin}", *(f"- {fact}" for fact in _facts(shown)), f"- residues: {names}"]
    return Page(html, "\n".join(text), png).bundle()


def _facts(shown: Receptor) -> list[str]:
    center, size = (" x ".join(f"{side:.1f}" for side in sides) for sides in (shown.box.center, shown.box.size))
    counts = census(shown.pdbqt)
    facts = [
        f"box {size} Å about ({center.replace(' x ', ', ')}) Å",
        f"{sum(counts.values())} residues in {shown.pdbqt.name}",
        f"native ligand {shown.ligand.name}" if shown.ligand is not None else "no native ligand is known",
    ]
    try:
        facts += [one_line(remark) for remark in receptor_remarks(shown)]
    except (MolgradError, OSError, ValueError) as error:
        facts.append(f"not checked: {error}")
    return facts


def _table(around: list[Neighbour]) -> str:
    rows = [(said(one.label), one.kind, f"{one.distance:.1f}", "polar" if one.polar else "") for one in around]
    head = ("residue", "kind", "Å", "contact")
    rest = folded(f"{len(rows) - _SHOWN} more residues", table(head, rows[_SHOWN:], left=(0, 1, 3)))
    return table(head, rows[:_SHOWN], left=(0, 1, 3)) + (rest if rows[_SHOWN:] else "")


def _legend(around: list[Neighbour]) -> str:
    kinds = dict.fromkeys(one.kind for one in around)
    words = ", ".join(f'<span style="color:{COLOURS[kind]};font-weight:bold">{kind}</span>' for kind in kinds)
    how = (
        "; numbers are Å to the nearest atom, a cross is the middle of the box, dashes are polar contacts; not to scale"
    )
    return f'<div style="font-size:12px;color:{GREY};max-width:{SIZE[0]}px">{words}{how}</div>' if words else ""
