"""How two stereoisomers differ, in words."""

from __future__ import annotations

from rdkit import Chem

from molgrad.chem.parse import read
from molgrad.chem.stereo import mirrored


def isomers(parent: str, child: str) -> str:
    """How two stereoisomers differ.

    Args:
        parent: canonical SMILES.
        child: another, with the same atoms and bonds.
    """
    before, after = (dict(_centres(one)) for one in (parent, child))
    known = [sum(sense != "?" for sense in found.values()) for found in (before, after)]
    if not before and not after:
        return "double bond turned (cis and trans)" if "/" in parent + child else "isotope labels"
    if known[0] != known[1]:
        return f"{known[1]} stereocentres set, {known[0]} before"
    if mirrored(parent) == child:
        return "the mirror image"
    achiral = mirrored(parent) == parent and mirrored(child) == child
    return "cis and trans exchanged" if achiral else "other stereoisomer"


def _centres(smiles: str) -> list[tuple[int, str]]:
    return list(Chem.FindMolChiralCenters(read(smiles).mol, includeUnassigned=True, useLegacyImplementation=False))
