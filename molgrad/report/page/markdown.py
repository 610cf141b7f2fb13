"""The content of a report as Markdown, with the plots as files beside it."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from urllib.parse import quote

from molgrad.campaign.faults import explained
from molgrad.campaign.folder import write_text
from molgrad.report.page.content import Content
from molgrad.report.page.html import templates

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_BLANK = re.compile(r"\n{3,}")


def write_markdown(content: Content, file: Path) -> None:
    """Write the report, and its plots as SVG files into a folder beside it.

    Args:
        content: what it says.
        file: of the report; the folder is called like it, `report_files` for `report.md`.

    Raises:
        MissingExtraError: jinja2 is not installed.
        CampaignError: a file cannot be written.
    """
    environment = templates()
    environment.filters |= {"md": escaped, "code": code, "fenced": fenced}
    pictures, folder = {}, file.with_name(f"{file.stem}_files")
    for place, plot in enumerate((plot for section in content.sections for plot in section.plots), start=1):
        if plot.picture:
            with explained(folder, "written"):
                folder.mkdir(exist_ok=True)
            name = f"plot_{place}.svg"
            write_text(folder / name, b64decode(plot.picture.partition(",")[2]).decode())
            pictures[plot.title] = quote(f"{folder.name}/{name}")
    text = environment.get_template("page.md").render(page=content, pictures=pictures)
    write_text(file, _BLANK.sub("\n\n", text).strip() + "\n")


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, also in a cell of a table.

    Args:
        text: by anybody.
    """
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """A text as code within a line, also in a cell of a table.

    Args:
        text: such as a SMILES.
    """
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", r"\|")


def fenced(text: str) -> str:
    """A text as a block of code.

    Args:
        text: such as a command.
    """
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"
