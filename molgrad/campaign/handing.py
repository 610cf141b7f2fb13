"""What a campaign hands to people: picks, files and reports. The work is done one layer up, in `molgrad.report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from molgrad.campaign.view import View
from molgrad.optim.record import Record

if TYPE_CHECKING:
    from molgrad.report.show import Html

# These methods are the one place where a campaign reaches up: users look for them here. `molgrad.report` imports
# campaigns, so it is imported when a method is called; the import contract names this file as its exception.

Format = Literal["html", "md", "pdf"]


class Handing(View):
    """A campaign whose results can be handed on."""

    def pick(self, n: int = 5, *, diverse: bool | str = True, passes_filters: bool = False) -> list[Record]:
        """A few of the best new molecules, unlike one another, best first.

        Starts are left out. Where `n` or more molecules beat every start, only these are looked at.

        Args:
            n: how many at most.
            diverse: "maxmin" (or True): of the best `5 n` the best one and those most unlike one another; "scaffold":
                as few of one Bemis-Murcko scaffold as can be; False: simply the best.
            passes_filters: leave out molecules that do not pass the filters.

        Raises:
            ValueError: `n` is no whole number of at least 1.
            UnknownNameError: another word for `diverse`.
        """
        from molgrad.report.picking import pick

        return pick(self, n, diverse=diverse, passes_filters=passes_filters)

    def export(
        self,
        file: str | Path,
        *,
        top: int = 20,
        pick: int = 0,
        molecules: Sequence[str | Record] = (),
        passes_filters: bool = False,
    ) -> Path:
        """Write the best molecules to a file for others, best first.

        Args:
            file: its ending says what is written: .xlsx (with drawn structures), .csv, .tsv or .sdf.
            top: how many at most.
            pick: how many of them are marked in a column `pick`, unlike one another, as `pick` chooses.
            molecules: these instead of the best: ids, names, SMILES, or records such as those of `pick`.
            passes_filters: leave out molecules that do not pass the filters.

        Returns:
            The file.

        Raises:
            InputFileError: another ending, or a place that cannot be written to.
            CampaignError: nothing has a score yet.
            UnknownNameError: a molecule that the campaign does not know.
        """
        from molgrad.report.exporting import export

        return export(self, file, top=top, pick=pick, molecules=molecules, passes_filters=passes_filters)

    def report(self, out: str | Path | None = None, format: Format | None = None) -> Path:
        """Write a report: one page with the answer, the best molecules, and what it all rests on.

        Args:
            out: the file; `report.html` in the run folder by default.
            format: "html", "md" or "pdf"; by default as the file's name ends, else "html".

        Returns:
            The file.

        Raises:
            CampaignError: nothing was measured yet, or the file cannot be written.
            MissingExtraError: `pip install 'molgrad[report]'` is needed.
        """
        from molgrad.report.page.make import report

        return report(self, out, format)

    def story(self, molecule: str) -> Html:
        """How a molecule came to be, drawn: its lineage as a strip of pictures, for a notebook.

        Args:
            molecule: an id (m0007), a name that the user gave, or a SMILES.

        Returns:
            HTML; `str()` of it is the HTML, its `text` what `molgrad why` prints.

        Raises:
            UnknownNameError: nothing of that name was proposed.
            CampaignError: it is not measured, and neither is anything it was made from.
        """
        from molgrad.report.pictures.strip import story

        return story(self, molecule)
