"""Tables with drawn structures, for a notebook or a web page; everything inline, nothing from a network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from molgrad.campaign.campaign import Campaign
from molgrad.chem.draw import svg
from molgrad.errors import InvalidMoleculeError, plain

if TYPE_CHECKING:
    from pandas import DataFrame

SIZE = (220, 150)  # pixels of a structure


@dataclass(frozen=True, slots=True, repr=False)
class Html:
    """A piece of HTML that a notebook shows; `str()` gives the markup."""

    markup: str

    def _repr_html_(self) -> str:
        return self.markup

    def __str__(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return f"Html({len(self.markup)} characters)"  # a notebook keeps the repr beside the picture


def show(what: Campaign | DataFrame, n: int = 10, columns: Iterable[str] | None = None) -> Html:
    """The best `n` molecules of a campaign, or the first `n` rows of a frame, with structures drawn.

    Args:
        what: a campaign, or a frame with a column `smiles`.
        n: how many rows.
        columns: which columns beside the structure; a short selection by default.
    """
    frame = what.frame() if isinstance(what, Campaign) else what
    if isinstance(what, Campaign) and "loss" in frame:
        frame = frame.sort_values("loss", kind="stable")
    usual = ("loss", "affinity", "ligand_efficiency", "size_residual", "qed", "sa", "passes_filters", "logp", "reason")
    wanted = list(columns) if columns is not None else [name for name in usual if name in frame.columns]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("structure", *wanted))
    body = "".join(_row(row, wanted) for row in frame.head(n).to_dict("records"))
    return Html(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def _row(row: dict[Any, Any], columns: list[str]) -> str:
    smiles = str(row["smiles"])
    try:
        picture = svg(smiles, size=SIZE)
    except InvalidMoleculeError:
        picture = ""
    cells = "".join(f"<td>{escape(_text(row[name]))}</td>" for name in columns)
    return f"<tr><td>{picture}<br><code>{escape(smiles)}</code></td>{cells}</tr>"


def _text(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else plain(str(value))
