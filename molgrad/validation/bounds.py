"""Constraints of a user: parts that every molecule must hold, and its least similarity to a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdkit import Chem, rdBase

from molgrad.chem.parse import Parsed
from molgrad.chem.similarity import tanimoto
from molgrad.errors import InputFileError, shorten
from molgrad.validation.reason import Check, Reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """Constraints of a run that no proposal may break, whoever makes it.

    Attributes:
        keep: SMARTS of parts that must be there.
        similar_to: canonical SMILES; similarity to the nearest of them counts.
        min_similarity: Tanimoto on Morgan bits (radius 2), 0 to 1; 0 asks nothing.

    Raises:
        InputFileError: a SMARTS that cannot be read, or a similarity that makes no sense.
    """

    keep: tuple[str, ...] = ()
    similar_to: tuple[str, ...] = ()
    min_similarity: float = 0.0

    def __post_init__(self) -> None:
        for smarts in self.keep:
            _pattern(smarts)
        if not 0.0 <= self.min_similarity <= 1.0:
            raise InputFileError(f"a similarity lies between 0 and 1, not at {self.min_similarity:g}")
        if self.min_similarity and not self.similar_to:
            raise InputFileError("a least similarity needs a molecule to be similar to")

    def spec(self) -> dict[str, Any]:
        """The constraints as JSON; empty without any."""
        near = {"similar_to": list(self.similar_to), "min_similarity": self.min_similarity}
        return {**({"keep": list(self.keep)} if self.keep else {}), **(near if self.min_similarity else {})}

    def checks(self) -> tuple[Check, ...]:
        """The constraints as checks of a validator."""
        kept = tuple(_holds(smarts) for smarts in self.keep)
        return (*kept, self._near) if self.min_similarity else kept

    def _near(self, parsed: Parsed) -> tuple[Reason, ...]:
        best = max(tanimoto(parsed.smiles, one) for one in self.similar_to)
        if best >= self.min_similarity:
            return ()
        text = f"similarity to the lead is {best:.2f}, at least {self.min_similarity:g} is asked"
        return (Reason("similarity", text),)


def _pattern(smarts: str) -> Chem.Mol:
    with rdBase.BlockLogs():
        # RDKit takes what follows a blank for a name; what a user meant to be kept would not be.
        pattern = None if any(map(str.isspace, smarts)) else Chem.MolFromSmarts(smarts)
        # [H]N asks for a hydrogen that molecules hold as a count.
        pattern = None if pattern is None else Chem.MergeQueryHs(pattern)
    if pattern is None or not pattern.GetNumAtoms():
        raise InputFileError(
            f"{shorten(smarts)!r} is no SMARTS that RDKit can read; check brackets, blanks and ring closures"
        )
    return pattern


def _holds(smarts: str) -> Check:
    pattern = _pattern(smarts)

    def check(parsed: Parsed) -> tuple[Reason, ...]:
        if parsed.mol.HasSubstructMatch(pattern, useChirality=True):
            return ()
        return (Reason("keep", f"the part {shorten(smarts)} that must be kept is not there"),)

    return check
