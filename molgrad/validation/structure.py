"""Checks of how a molecule is built: rings, stereo, reactive groups, alerts, rarity, ease of synthesis."""

from __future__ import annotations

from molgrad.chem.accessibility import sa_parts, sa_score
from molgrad.chem.alerts import find_alerts, find_reactive
from molgrad.chem.commonness import uncommon
from molgrad.chem.embedding import possible
from molgrad.chem.parse import Parsed
from molgrad.chem.rings import macrocycles, strained_or_dearomatised
from molgrad.chem.stereo import group_words, undefined_stereo
from molgrad.validation.reason import Check, Reason, from_alerts, places

DRUGLIKE_SA = 6.0  # 1 to 10; Ertl 2009: above 6 lie molecules that are hard to make
# Rules of what a start may have and hand on, see `excuses`: what is unusual, though it may be made, and large rings.
RARE, MACROCYCLE = "rare", "macrocycle"
STRICT_SA = 4.0  # 1 to 10; where most catalogue compounds and drugs of moderate complexity lie


def rings(parsed: Parsed) -> tuple[Reason, ...]:
    """No strained or de-aromatised rings, not too many spiro or bridgehead atoms, no macrocycles."""
    strained = from_alerts("ring", strained_or_dearomatised(parsed.smiles))
    return (*strained, *from_alerts(MACROCYCLE, macrocycles(parsed.smiles)))


def stereo(parsed: Parsed) -> tuple[Reason, ...]:
    """Every stereo element is defined, and possible in its ring system: one molecule is docked."""
    text = "{} at {} is undefined: write one stereoisomer (@, @@, / or \\)"
    open_ones = undefined_stereo(parsed.smiles)
    found = tuple(Reason("stereo", text.format(kind, places(atoms)), atoms) for kind, atoms in open_ones)
    found += tuple(
        Reason("stereo", f"{group_words(group)}: write one stereoisomer, without the extension", group.atoms)
        for group in parsed.groups
    )
    # Counted in the text, as walking over atoms is slow: one centre alone is always possible.
    centres = parsed.smiles.replace("@@", "@").count("@")
    if found or centres < 2 or possible(parsed.mol):
        return found
    joined = tuple(at for at in range(parsed.mol.GetNumAtoms()) if parsed.mol.GetRingInfo().NumAtomRings(at) > 1)
    text = f"the rings joined at {places(joined)} cannot have this configuration in space: turn one of the centres over"
    return (Reason("stereo", text, joined),)


def reactive(parsed: Parsed) -> tuple[Reason, ...]:
    """No group of the table of reactive and unstable groups."""
    found: list[Reason] = []
    for alert in find_reactive(parsed.smiles):
        found += from_alerts(alert.catalog, (alert,))
    return tuple(found)


def alerts(parsed: Parsed) -> tuple[Reason, ...]:
    """No PAINS, BRENK or NIH alert."""
    return tuple(
        Reason("alert", f"{a.catalog} {a.name} at {places(a.atoms)}: {a.reason}", a.atoms)
        for a in find_alerts(parsed.smiles)
    )


def rarity(parsed: Parsed) -> tuple[Reason, ...]:
    """No ring system, crowded ring or joint that no drug or building block has."""
    return tuple(Reason(RARE, one.text, one.atoms) for one in uncommon(parsed.smiles))


def synthesis(most: float) -> Check:
    """A check on the synthetic accessibility score (1 easy to 10 hard)."""

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        score = sa_score(parsed.smiles)
        if score <= most:
            return ()
        text = f"SA score {score:.1f} is above {most:g}: too hard to make (1 easy, 10 hard){_worst(parsed)}"
        return (Reason("synthesis", text, _blamed(parsed)),)

    return check


def _worst(parsed: Parsed) -> str:
    parts = sa_parts(parsed.smiles)
    return "; most of it: " + ", ".join(f"{name} (+{penalty:.1f})" for name, penalty, _ in parts[:2]) if parts else ""


def _blamed(parsed: Parsed) -> tuple[int, ...]:
    parts = sa_parts(parsed.smiles)
    return parts[0][2] if parts else ()
