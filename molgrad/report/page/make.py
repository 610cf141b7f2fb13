"""`mg.report`: the report of a campaign as a file."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import get_args

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.folder import DATABASE, write_text
from molgrad.campaign.handing import Format
from molgrad.campaign.view import View
from molgrad.errors import CampaignError, UnknownNameError
from molgrad.report.page.compose import content
from molgrad.report.page.html import html, templates
from molgrad.report.page.markdown import write_markdown
from molgrad.report.page.pdf import found_browser, write_pdf

FORMATS: tuple[str, ...] = get_args(Format)
_OTHERS = {
    "screen.db": "a screen: results.csv, poses.sdf and left_out.csv in it have what was docked and what was left out",
    "library.csv": "a library run: library.csv and library.xlsx in it have its table",
}


def report(campaign: View | str | Path, out: str | Path | None = None, format: Format | None = None) -> Path:
    """Write the report of a campaign: what was asked, the answer, the best molecules, and what it all rests on.

    The campaign may be at work meanwhile. The HTML page is one file that loads nothing and can be mailed.

    Args:
        campaign: a campaign, or its folder.
        out: the file; `report.html` in the run folder by default.
        format: "html", "md" (Markdown, with the plots in a folder beside it) or "pdf" (printed by a Chromium or Chrome
            of this machine); by default as the file's name ends, else "html".

    Returns:
        The file.

    Raises:
        CampaignError: the folder holds no campaign, nothing was measured, or the file cannot be written.
        MissingExtraError: jinja2 is not installed; `pip install 'molgrad[report]'` has everything.
        MolgradError: a PDF was asked for and no browser was found.
        UnknownNameError: there is no such format.
    """
    kind = format or (Path(out).suffix.lower().removeprefix(".") if out else "") or "html"
    kind = "html" if kind == "htm" else kind
    if kind not in FORMATS:
        raise UnknownNameError("format", kind, FORMATS)
    _check_needs(kind)
    with nullcontext(campaign) if isinstance(campaign, View) else _opened(Path(campaign)) as view:
        if not view.records():
            raise CampaignError(f"{view.folder} has no measured molecule yet, so there is nothing to report")
        file = Path(out) if out else view.folder / f"report.{kind}"
        found = content(view)
    if kind == "md":
        write_markdown(found, file)
    elif kind == "pdf":
        write_pdf(html(found), file)
    else:
        write_text(file, html(found))
    return file


def _check_needs(kind: str) -> None:
    """Say what is missing before any work is done."""
    templates()
    if kind == "pdf":
        found_browser()


def _opened(folder: Path) -> Campaign:
    """The campaign of a folder.

    Raises:
        CampaignError: it holds none; of a screen or a library run with what to look at.
    """
    if not (folder / DATABASE).is_file():
        for name, what in _OTHERS.items():
            if (folder / name).is_file():
                inside = sorted(path.parent for path in folder.glob(f"**/{DATABASE}"))
                more = f"; a campaign of it has a report: molgrad report {inside[0]}" if inside else ""
                raise CampaignError(f"{folder} holds {what}{more}")
    return Campaign(folder)
