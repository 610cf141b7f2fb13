"""A change of a molecule in words that always say where it is made: `phenyl on the amide N -> 3-pyridyl`."""

from __future__ import annotations

from collections.abc import Collection

from molgrad.chem.matched_pair import Change, change
from molgrad.chem.parse import read
from molgrad.chem.places import end_rings
from molgrad.chem.positions import position

ARROW = " -> "
# Words by which a change says where it is made already.
_PLACED = (" on the ", " at ", " to the ", " beside ", " between ", " of the ", " in the ", " on ")


def in_context(parent: str, child: str) -> str:
    """The change between two molecules in a chemist's words, with the place that bears what is exchanged.

    Within one series a name alone tells which group is meant; over several series it does not.

    Args:
        parent: a SMILES.
        child: another.
    """
    found = change(parent, child)
    before, arrow, after = found.text.partition(ARROW)
    if not arrow or len(found.where) != 1 or any(word in before for word in _PLACED):
        return found.text
    where = _where(found)
    return f"{before} {where}{ARROW}{after}" if where else found.text


def _where(found: Change) -> str:
    """Where the exchanged group or ring hangs; empty where it hangs at more than one place."""
    place, mol = found.where[0], read(found.parent).mol
    rings = (ring for ring in end_rings(found.parent) if place.lost <= ring and place.ends & ring)
    ring = next((ring for ring in rings if len(place.ends - ring) <= 1), None)
    if ring is None and len(place.ends) != 1:
        return ""
    group: Collection[int] = ring or place.lost
    bearers = {n.GetIdx() for i in group for n in mol.GetAtomWithIdx(i).GetNeighbors()} - set(group)
    return position(found.parent, bearers.pop(), group) if len(bearers) == 1 else ""
