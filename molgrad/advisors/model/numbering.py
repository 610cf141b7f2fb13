"""A SMILES whose atoms bear their numbers, since language models count atoms badly."""

from __future__ import annotations

import re

from molgrad.chem.parse import parse
from molgrad.errors import InvalidMoleculeError

# An atom of a SMILES: one in brackets, or one of the organic subset.
_ATOM = re.compile(r"\[([^\]]+)\]|Cl|Br|[BCNOPSFIbcnops]")


def numbered(smiles: str) -> str:
    """The same SMILES with every atom as `[symbol, hydrogens:number]`; numbers count from 0 along the text.

    Not written by RDKit, which drops the number 0 and may begin at another atom.

    Args:
        smiles: canonical; what cannot be read gives an empty text.
    """
    try:
        mol = parse(smiles)
    except InvalidMoleculeError:
        return ""
    hydrogens = [atom.GetTotalNumHs() for atom in mol.GetAtoms()]
    place = -1

    def written(match: re.Match[str]) -> str:
        nonlocal place
        place += 1
        if match[1]:
            return f"[{match[1]}:{place}]"
        count = hydrogens[place]
        return f"[{match[0]}{'H' if count else ''}{count if count > 1 else ''}:{place}]"

    said = _ATOM.sub(written, smiles)
    return said if place + 1 == len(hydrogens) else ""
