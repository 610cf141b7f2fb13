"""What a report is about, read once: the campaign's records, the best of them, their names and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from molgrad.campaign.revisions import Term, terms_of
from molgrad.campaign.standing import Standing
from molgrad.campaign.view import View
from molgrad.optim.record import Record
from molgrad.report.page.content import lines
from molgrad.report.page.drawing import Pictures
from molgrad.report.story import Story

if TYPE_CHECKING:
    from pandas import DataFrame

TOP = 10  # of the best molecules, with everything that is known


@dataclass(frozen=True)
class Subject:
    """A campaign while a report on it is written.

    Attributes:
        view: of the run folder.
    """

    view: View

    @cached_property
    def records(self) -> list[Record]:
        """Everything measured, in the order proposed."""
        return self.view.records()

    @cached_property
    def best(self) -> list[Record]:
        """The best, those with most results while none has all."""
        return self.view.leading(TOP)

    @cached_property
    def frame(self) -> DataFrame:
        """The columns of molecules.csv."""
        return self.view.frame()

    @cached_property
    def standing(self) -> Standing:
        """How the campaign stands."""
        return self.view.standing(1)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the campaign was made with."""
        return self.view.settings

    @cached_property
    def terms(self) -> list[Term]:
        """The terms of the loss."""
        loss = self.settings.get("loss")
        return [] if loss is None else terms_of(loss)

    @cached_property
    def story(self) -> Story | None:
        """Tells of plates and assays, where the loss has any."""
        return Story(self.view) if self.view.assays() else None

    @cached_property
    def pictures(self) -> Pictures:
        """Draws the molecules."""
        return Pictures(self.view.domain)

    def lineage(self, record: Record) -> list[Record]:
        """The ancestors of a molecule, oldest first, and itself.

        Args:
            record: measured.
        """
        return self.view.lineage(record.value)

    def difference(self, parent: Record, record: Record) -> str:
        """The net change between two molecules in words.

        Args:
            parent: measured.
            record: measured.
        """
        return " ".join(lines((self.view.domain.difference(parent.value, record.value),)))
