"""A row of results on its way into the database."""

from __future__ import annotations

from dataclasses import dataclass, field

from molgrad.assays.table import ResultRow
from molgrad.assays.value import Measured
from molgrad.campaign.matching import Match
from molgrad.campaign.report import Fate, ToldRow
from molgrad.campaign.results import ACTIVE, FAILED, Result

KEPT = (Fate.STORED, Fate.UNUSED)


@dataclass(slots=True)
class Entry:
    """A row on its way into the database.

    Attributes:
        row: as it was read.
        fate: what becomes of it.
        said: what was understood.
        why: why it is not stored.
        match: its molecule.
        term: the name of the assay's term.
        converted: the value in the assay's unit.
        warnings: how its molecule was found, where somebody should look at that.
        doubts: what is implausible about it; `strict` holds it back for that.
    """

    row: ResultRow
    fate: Fate = Fate.STORED
    said: str = ""
    why: str = ""
    match: Match = field(default_factory=Match)
    term: str = ""
    converted: Measured | None = None
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def stop(self, fate: Fate, why: str) -> None:
        """Store it not, and say why."""
        self.fate, self.why = fate, why

    @property
    def result(self) -> Result:
        """As it is stored."""
        row, state = self.row, FAILED if self.fate is Fate.UNUSED else ACTIVE
        return Result(self.term, row.measured, self.converted, row.source, row.line, row.name, row.smiles, state)

    def told(self, molecule: str) -> ToldRow:
        """As it is reported."""
        row, smiles = self.row, self.match.value or self.row.smiles
        said = "; ".join(part for part in (self.said, self.match.said) if part)
        shown = molecule or row.name
        return ToldRow(
            row.source,
            row.line,
            shown,
            smiles,
            self.term or row.assay,
            self.fate,
            said,
            self.why,
            (*self.warnings, *self.doubts),
        )
