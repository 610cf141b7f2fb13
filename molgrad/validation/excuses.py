"""Faults of a start that are not held against what is made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rdkit import Chem

from molgrad.chem.parse import read
from molgrad.validation.reason import Reason
from molgrad.validation.structure import MACROCYCLE, RARE

_OWN = (RARE, MACROCYCLE)  # what a lead is: its analogues have it too
_GROUPS = ("reactive", "unstable", "alert")  # excused only where the user holds the group, as a warhead
_PLACES = re.compile(r" at atoms? [\d, ]+")


def fault(reason: Reason) -> str:
    """What is wrong, wherever it is: two molecules with the same fault have the same text.

    Args:
        reason: against one of them.
    """
    return _PLACES.sub("", reason.text)


def excused(start: str, reasons: Iterable[Reason], keep: Sequence[str]) -> frozenset[str]:
    """Faults of a start that what is made from it may have.

    Args:
        start: its SMILES.
        reasons: all that speaks against it.
        keep: SMARTS of parts that must stay.
    """
    mol = read(start).mol
    held = {atom for part in keep for match in mol.GetSubstructMatches(_pattern(part)) for atom in match}
    own = (one for one in reasons if one.rule in _OWN or (one.rule in _GROUPS and held.intersection(one.atoms)))
    return frozenset(fault(one) for one in own)


def _pattern(smarts: str) -> Chem.Mol:
    return Chem.MergeQueryHs(Chem.MolFromSmarts(smarts))
