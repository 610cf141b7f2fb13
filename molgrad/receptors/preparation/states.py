"""The protonation states near the box, in words that a user can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from molgrad.receptors.preparation.protonation import Decision
from molgrad.receptors.preparation.residue import NEAR, Residue, from_box
from molgrad.receptors.receptor import Box

SOURCES = {
    "asked": "as asked",
    "disulfide": "in disulfides",
    "metal": "at metals",
    "hydrogens": "from hydrogens",
    "name": "from names",
    "assumed": "assumed",
}
_UNSAID = ("hydrogens", "assumed")  # sources of which only the unusual states are told one by one


def said_states(decisions: Sequence[tuple[Residue, Decision]], box: Box) -> list[str]:
    """How many histidines of each state were built, and the state of every titratable residue near the box.

    Args:
        decisions: residues as they were built.
        box: where molecules will be docked.
    """
    lines = []
    near = [(r, d) for r, d in decisions if from_box(r.points, box) <= NEAR]
    near.sort(key=lambda pair: from_box(pair[0].points, box))
    if histidines := Counter(d.state for r, d in decisions if r.name == "HIS"):
        counts = ", ".join(f"{n} {state}" for state, n in histidines.items())
        key, state = next((r.key, d.state) for r, d in (*near, *decisions) if r.name == "HIS")
        lines.append(f"histidines: {counts}; set by --state {key}={'HIE' if state == 'HID' else 'HID'}")
    sources = []
    for source, words in SOURCES.items():
        of = [(r, d) for r, d in near if d.source == source]
        usual = [] if source not in _UNSAID else [r.name for r, d in of if d.state == r.name]
        told = [f"{r.key} {d.state}" for r, d in of if not usual or d.state != r.name]
        if usual:
            counts = ", ".join(f"{n} {name}" for name, n in Counter(usual).items())
            told.append(f"{counts} in the usual state")
        if told:
            sources.append(f"{words} {', '.join(told)}")
    if sources:
        lines.append(f"protonation near the box: {'; '.join(sources)}")
    return lines
