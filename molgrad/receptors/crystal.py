"""DOCKSTRING's receptors number and name residues in ways of their own; here they get the crystal's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from molgrad.chem.tables import read_table

FILE = "_target.pdbqt"  # the end of the names of DOCKSTRING's files
# DUD-E raised charges of residues that ligands bond to, and renamed these: in CDK2 the hinge's LEU83 is LEV83.
NAMES = {"LEV": "LEU", "MEU": "MET", "HIZ": "HIS", "GLZ": "GLY", "GLO": "GLN", "GLV": "GLU", "CYT": "CYS"}
NAMES |= {"DID": "ASP", "DIC": "ASP"}


class Place(NamedTuple):
    """Where the crystal structure has a residue: its chain and its number, with the insertion code."""

    chain: str
    number: str


def crystal_places(path: Path) -> Mapping[str, Place]:
    """The crystal's chain and number of the residues of a DOCKSTRING file, by the file's number.

    Args:
        path: of the file; only its name counts. For every other file nothing is known.
    """
    name = path.name.removesuffix(FILE)
    return _places().get(name, {}) if name != path.name and path.parent.name == "targets" else {}


@cache
def _places() -> dict[str, dict[str, Place]]:
    found: dict[str, dict[str, Place]] = {}
    for receptor, _, chain, first, last, number, _ in read_table("dockstring_residues.tsv"):
        own = found.setdefault(receptor, {})
        for place in range(int(first), int(last) + 1):
            inserted = not re.fullmatch(r"-?\d+", number)  # a row of its own
            own[str(place)] = Place(chain, number if inserted else str(int(number) + place - int(first)))
    return found
