"""Tables with drawn structures, for a notebook or a web page; everything inline, nothing from a network."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from molgrad.campaign.campaign import Campaign
from molgrad.chem.draw import svg
from molgrad.docking.worth import WORTH
from molgrad.errors import InvalidMoleculeError, one_line, plain
from molgrad.report.live import in_notebook
from molgrad.report.tables import is_affinity

if TYPE_CHECKING:
    from pandas import DataFrame

SIZE = (220, 150)  # pixels of a structure
USUAL = (
    *("loss", "affinity", "docking_sd", "docks", "ligand_efficiency", "size_residual", "contact_kept", "lead_rmsd"),
    *("qed", "sa", "passes_filters", "logp", "reason"),
)  # columns beside the structure


@dataclass(frozen=True, slots=True, repr=False)
class Html:
    """A piece of HTML that a notebook shows; `str()` gives the markup.

    Attributes:
        markup: the HTML.
        text: the same without pictures, for a terminal.
    """

    markup: str
    text: str = ""

    def _repr_html_(self) -> str:
        return self.markup

    def __str__(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return f"Html({len(self.markup)} characters)"  # a notebook keeps the repr beside the picture


def show(what: Campaign | DataFrame, n: int = 10, columns: Iterable[str] | None = None) -> Html:
    """The best `n` molecules of a campaign, or the first `n` rows of a frame, with structures drawn.

    Outside of a notebook the rows are printed as text, too.

    Args:
        what: a campaign, or a frame with a column `smiles`.
        n: how many rows.
        columns: which columns beside the structure; a short selection by default.
    """
    frame = what.frame() if isinstance(what, Campaign) else what
    if isinstance(what, Campaign) and "loss" in frame:
        frame = frame.sort_values("loss", kind="stable")
    wanted = list(columns) if columns is not None else [name for name in USUAL if name in frame.columns]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("structure", *wanted))
    rows = frame.head(n).to_dict("records")
    body = "".join(_row(row, wanted) for row in rows)
    note = WORTH if any(is_affinity(str(name)) for name in frame.columns) else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    below = (f"<p>{escape(note)}</p>", f"{note}\n") if note else ("", "")
    shown = Html(table + below[0], _lines(rows, wanted) + below[1])
    if not in_notebook():
        sys.stdout.write(shown.text)
    return shown


def _lines(rows: Sequence[dict[Any, Any]], columns: Sequence[str]) -> str:
    """The rows as columns of text, the SMILES last."""
    table = [[*columns, "smiles"], *([*(_text(row[name]) for name in columns), _text(row["smiles"])] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
    return "".join(
        "  ".join([*(cell.rjust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]) + "\n"
        for line in table
    )


def _row(row: dict[Any, Any], columns: list[str]) -> str:
    smiles = str(row["smiles"])
    try:
        picture = svg(smiles, size=SIZE)
    except InvalidMoleculeError:
        picture = ""
    cells = "".join(f"<td>{escape(_text(row[name]))}</td>" for name in columns)
    return f"<tr><td>{picture}<br><code>{escape(plain(smiles))}</code></td>{cells}</tr>"


def _text(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else one_line(str(value))
