"""Which molecules hold a substructure."""

from __future__ import annotations

from collections.abc import Sequence

from rdkit import Chem

from molgrad.chem.parse import read
from molgrad.errors import ConflictingSettingsError, shorten

LONGEST = 200  # characters of a SMARTS; what a chemist looks for has a fifth of that


def holding(smarts: str, smiles: Sequence[str]) -> list[tuple[int, tuple[int, ...]]]:
    """The molecules that hold a substructure: the place of each, and the atoms of its first match.

    Args:
        smarts: the substructure; a SMILES is one, too.
        smiles: canonical SMILES.

    Raises:
        ConflictingSettingsError: it is no SMARTS, or longer than 200 characters.
    """
    query = Chem.MolFromSmarts(smarts) if len(smarts) <= LONGEST else None
    if query is None or not query.GetNumAtoms():
        raise ConflictingSettingsError(f"{shorten(smarts)!r} is no SMARTS of at most {LONGEST} characters")
    matches = ((place, read(one).mol.GetSubstructMatch(query)) for place, one in enumerate(smiles))
    return [(place, tuple(match)) for place, match in matches if match]
