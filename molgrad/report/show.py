"""Tables with drawn structures, for a notebook or a web page; everything inline, nothing from a network."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from molgrad.autograd.loss import Loss
from molgrad.campaign.campaign import Campaign
from molgrad.display import Shown, in_notebook
from molgrad.docking.worth import WORTH
from molgrad.errors import InvalidMoleculeError, one_line, plain
from molgrad.evaluation import Evaluation
from molgrad.report.notebook.evaluation import loss_page
from molgrad.report.notebook.parts import code, said
from molgrad.report.pictures.colours import GREY, INK, RULE
from molgrad.report.pictures.molecule import img_of
from molgrad.report.tables import is_affinity

if TYPE_CHECKING:
    from pandas import DataFrame

SIZE = (220, 150)  # pixels of a structure
_CELL, _BESIDE = 112, 680  # pixels of a value, and of all beside a structure
_ROW = f"border-bottom:1px solid {RULE};padding:6px 0;font-size:13px;background-color:#ffffff;color:{INK}"
_BLOCK = "display:inline-block;vertical-align:top;max-width:100%;margin-right:16px"
_LONG = 18  # characters from which on a text has a line of its own
NONE = "-"  # where there is no value
USUAL = (
    *("id", "name", "loss", "affinity", "docking_sd", "docks", "ligand_efficiency", "size_residual", "contact_kept"),
    *("lead_rmsd", "qed", "sa", "passes_filters", "logp", "reason"),
)  # columns beside the structure


@dataclass(frozen=True, slots=True, repr=False)
class Html:
    """A piece of HTML that a notebook shows; `str()` gives the markup.

    Attributes:
        markup: the HTML.
        text: the same without pictures and control characters, for a terminal.
    """

    markup: str
    text: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text))  # names and reasons are others' words

    def _repr_html_(self) -> str:
        return self.markup

    def __str__(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return f"Html({len(self.markup)} characters)"  # a notebook keeps the repr beside the picture


def _usual(columns: Sequence[str]) -> list[str]:
    """The usual columns that are there; a contact's is named by its residue where there are several."""
    kept = [name for name in columns if name.startswith("contact_kept_")]
    return [name for one in USUAL for name in ([*kept, one] if one == "contact_kept" else [one]) if name in columns]


def show(
    what: Campaign | DataFrame | Shown,
    n: int = 10,
    columns: Iterable[str] | None = None,
    *,
    evaluation: Evaluation | None = None,
) -> Html:
    """The best `n` molecules of a campaign, or the first `n` rows of a frame, with structures drawn.

    Of any other object that draws itself, such as a molecule or a loss, the display. Outside of a notebook the same is
    printed as text, too.

    Args:
        what: a campaign, a frame with a column `smiles`, or another object of molgrad.
        n: how many rows.
        columns: which columns beside the structure; a short selection by default.
        evaluation: of a loss, what it measured; its last measurement by default.
    """
    shown = _display(what, evaluation) if isinstance(what, Shown) and not isinstance(what, Campaign) else None
    shown = shown or _rows(what, n, columns)
    if not in_notebook():
        sys.stdout.write(shown.text)
    return shown


def _display(what: Shown, evaluation: Evaluation | None) -> Html:
    """An object as it draws itself."""
    if isinstance(what, Loss) and evaluation is not None:
        page = loss_page(what, evaluation)
        return Html(page.html, page.text + "\n")
    bundle = what._repr_mimebundle_()
    return Html(str(bundle.get("text/html", escape(bundle["text/plain"]))), bundle["text/plain"] + "\n")


def _rows(what: Any, n: int, columns: Iterable[str] | None) -> Html:
    """The best of a campaign, or the first rows of a frame."""
    frame = what.frame() if isinstance(what, Campaign) else what
    if isinstance(what, Campaign) and "loss" in frame:
        frame = frame.sort_values("loss", kind="stable")
    rows = frame.head(n).to_dict("records")
    wanted = list(columns) if columns is not None else [one for one in _usual(list(frame.columns)) if _known(rows, one)]
    words = {name for name in wanted if _is_long(rows, name)}
    shown = "".join(_row(row, wanted, words) for row in rows)
    note = WORTH if any(is_affinity(str(name)) for name in frame.columns) else ""
    below = (f"<p>{escape(note)}</p>", f"{note}\n") if note else ("", "")
    return Html(shown + below[0], _lines(rows, wanted) + below[1])


def _lines(rows: Sequence[dict[Any, Any]], columns: Sequence[str]) -> str:
    """The rows as columns of text, the SMILES last."""
    table = [[*columns, "smiles"], *([*(_text(row[name]) for name in columns), _text(row["smiles"])] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
    return "".join(
        "  ".join([*(cell.rjust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]) + "\n"
        for line in table
    )


def _row(row: dict[Any, Any], columns: list[str], words: Collection[str]) -> str:
    """A structure with its numbers in columns beside it; on a narrow page they go on below."""
    smiles = str(row["smiles"])
    try:
        picture = img_of(smiles, size=SIZE)
    except InvalidMoleculeError:
        picture = ""
    cells = "".join(_cell(name, _told(name, row[name])) for name in columns if name not in words)
    told = "".join(f"<div><b>{said(name)}</b> {said(_text(row[name]), 400)}</div>" for name in columns if name in words)
    structure = f'<div style="{_BLOCK};width:{SIZE[0]}px">{picture}<br>{code(smiles)}</div>'
    beside = f'<div style="{_BLOCK};width:{_BESIDE}px">{cells}{told}</div>'
    return f'<div style="{_ROW}">{structure}{beside}</div>'


def _told(name: str, value: Any) -> str:
    if name == "passes_filters" and value in (0, 1):
        return "yes" if value else "no"
    return _text(value)


def _cell(name: str, value: str) -> str:
    """A value below its name; where styles are taken away, behind it."""
    head = f'<span style="display:block;color:{GREY};font-size:12px">{said(name.replace("_", " "))}</span>'
    return f'<span style="display:inline-block;width:{_CELL}px;vertical-align:top">{head} <b>{said(value)}</b> </span>'


def _known(rows: Sequence[dict[Any, Any]], name: str) -> bool:
    """Whether any row has a value there."""
    return not rows or any(_text(row[name]) not in ("", NONE) for row in rows)


def _is_long(rows: Sequence[dict[Any, Any]], name: str) -> bool:
    return any(isinstance(row[name], str) and len(row[name]) >= _LONG for row in rows)


def _text(value: Any) -> str:
    if value is None or value != value:  # a missing number of pandas is not equal to itself
        return NONE
    return f"{value:.3f}" if isinstance(value, float) else one_line(str(value))
