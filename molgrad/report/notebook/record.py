"""A proposal and a measured one: structure, parent, net change, reason, and what was predicted against what came."""

from __future__ import annotations

from typing import Any

from molgrad.autograd.gradient import Proposal
from molgrad.autograd.variable import Measurement
from molgrad.chem.matched_pair import change
from molgrad.errors import one_line
from molgrad.evaluation import Evaluation
from molgrad.losses.assay import Assay
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.record import Record
from molgrad.report.notebook.evaluation import score_of, terms_table, terms_text
from molgrad.report.notebook.molecule import Marks, alt_of, facts_of, is_molecule
from molgrad.report.notebook.parts import (
    Page,
    arrows,
    beside,
    card,
    code,
    folded,
    lines,
    number,
    said,
    table,
    text_block,
    tiles,
)
from molgrad.report.pictures.aligned import chain
from molgrad.report.pictures.changed import gained
from molgrad.report.pictures.molecule import img, legend_of, png_of, svg_of
from molgrad.report.proposers import proposer

SIZE = (340, 240)  # pixels
TILE = (285, 190)  # pixels of the structure in a tile
_ROWS = 24  # records of a list that are drawn
_NUMBERS = {"affinity": "{:.2f} kcal/mol", "qed": "QED\N{NO-BREAK SPACE}{:.2f}", "sa": "SA\N{NO-BREAK SPACE}{:.1f}"}


def proposal(shown: Proposal) -> dict[str, Any]:
    """The bundle of a proposal.

    Args:
        shown: the proposal.
    """
    return _page(shown, "Proposal, not measured yet", None, shown.advisor).bundle()


def record(shown: Record) -> dict[str, Any]:
    """The bundle of a record.

    Args:
        shown: the record.
    """
    return _page(shown.proposal, shown.title or "Measured molecule", shown.evaluation, "").bundle()


def measurement(shown: Measurement) -> dict[str, Any]:
    """The bundle of a measurement, such as the best of an optimizer.

    Args:
        shown: the measurement.
    """
    return _page(Proposal(shown.value), "Measured", shown.evaluation, "").bundle()


def records(shown: list[Record]) -> dict[str, Any]:
    """The bundle of several records, as a table.

    Args:
        shown: the records.
    """
    rest = f"and {len(shown) - _ROWS} more: campaign.frame() has all" if len(shown) > _ROWS else ""
    made = any(one.proposal.parent for one in shown)
    legend = f"<div>{legend_of(keep=False, words=('', 'differs from its parent'))}</div>" if made else ""
    count = f"{len(shown)} molecule{'s' if len(shown) != 1 else ''}"
    html = card(count, legend, tiles((tile(one) for one in shown[:_ROWS]), TILE[0]), said(rest))
    rows = [f"{one.title}  {number(one.evaluation.score)}  {one.value}" for one in shown]
    return Page(html, "\n".join([f"{count}:", *rows[:_ROWS], *([rest] if rest else [])])).bundle()


def tile(shown: Record, place: int | None = None) -> str:
    """A record as a small block: structure, name, loss, the usual numbers, and how it came about.

    Args:
        shown: the record.
        place: its rank, where it has one.
    """
    raw = ((_NUMBERS[name], shown.evaluation.raw.get(name)) for name in _NUMBERS)
    told = [
        fact.text.partition(" (")[0]
        for term in shown.evaluation.all_terms()
        if term.kind == Assay.kind
        for fact in term.facts[:1]
    ]
    numbers = ", ".join([*told, *(words.format(value) for words, value in raw if value is not None)])
    rank = "" if place is None else f"{place}. "
    how = net_change(shown.proposal) or one_line(shown.proposal.reason) or shown.proposal.advisor
    name = f"<b>{rank}{said(shown.title, 40)}</b> {said(score_of(shown.evaluation), 80)}"
    picture = picture_of(shown.value, TILE, shown.proposal.parent)
    return f"{picture}<div>{name}</div><div>{said(numbers)}</div><div>{said(how, 100)}</div>"


def picture_of(value: str, size: tuple[int, int] = SIZE, parent: str | None = None) -> str:
    """A molecule as an image, what differs from its parent in vermillion; a text as it stands.

    Args:
        value: a SMILES or another text.
        size: pixels.
        parent: what it was made from.
    """
    if not is_molecule(value):
        return text_block(value, 300)
    marks = changed(value, parent)
    # Laid on its parent, so that a series lies alike.
    line = [parent, value] if parent and is_molecule(parent) else [value]
    return img(png_of(chain(line)[-1].mol, size=size, **marks.arguments), size[0], alt_of(value, marks))


def changed(value: str, parent: str | None) -> Marks:
    """The atoms of a molecule that its parent has not; where it only lost some, those that bore them.

    Args:
        value: the molecule.
        parent: what it was made from; None for a start.
    """
    if not parent or not is_molecule(parent):
        return Marks()
    return Marks(change=tuple(sorted(gained(change(parent, value)))))


def net_change(shown: Proposal) -> str:
    """How a molecule differs from its parent, in words; empty for a start or a text.

    Args:
        shown: the proposal.
    """
    if not shown.parent or not (is_molecule(shown.value) and is_molecule(shown.parent)):
        return ""
    return one_line(MOLECULES.difference(shown.parent, shown.value))


def _page(shown: Proposal, title: str, measured: Evaluation | None, advisor: str) -> Page:
    difference = net_change(shown)
    told = [
        *([f"<b>change</b> {said(difference)}"] if difference else []),
        *([f"<b>why</b> {said(shown.reason)}"] if shown.reason else []),
        *([f"<b>proposed by</b> {said(proposer(advisor))}"] if advisor else []),
        *(said(fact) for fact in facts_of(measured, 3)),
    ]
    parts = [lines(told), _predicted(shown, measured)]
    html = card(
        title,
        beside(_structure(shown), "".join(parts)),
        f"<div>{code(shown.value)}</div>",
        f"<div>parent {code(shown.parent)}</div>" if shown.parent else "",
        folded("the whole reason", text_block(arrows(shown.reason))) if len(shown.reason) > 110 else "",
        folded("terms of the loss", terms_table(measured)) if measured is not None else "",
        note=score_of(measured),
    )
    text = [
        f"{title}: {shown.value} {score_of(measured)}".rstrip(),
        *([f"  change: {difference}"] if difference else []),
    ]
    text += [f"  why: {one_line(shown.reason)}"] if shown.reason else []
    drawn = _pictures(shown)
    return Page(html, "\n".join([*text, *terms_text(measured)]), *drawn)


def _structure(shown: Proposal) -> str:
    marked = changed(shown.value, shown.parent).change if is_molecule(shown.value) else ()
    legend = legend_of(keep=False, words=("keep", "differs from the parent")) if marked else ""
    return f"{picture_of(shown.value, SIZE, shown.parent)}<div>{legend}</div>"


def _pictures(shown: Proposal) -> tuple[bytes, str]:
    if not is_molecule(shown.value):
        return b"", ""
    marks = changed(shown.value, shown.parent).arguments
    return png_of(shown.value, size=SIZE, **marks), svg_of(shown.value, size=SIZE, **marks)


def _predicted(shown: Proposal, measured: Evaluation | None) -> str:
    """Each predicted term: expected, and what was measured."""
    came = {} if measured is None else {term.loss: term.score for term in measured.all_terms()}
    rows = []
    for term, (mean, sd) in shown.predicted.items():
        row = [said(term, 40), f"{mean:.2f}" + (f" ± {sd:.2f}" if sd else "")]
        if measured is not None:
            score = came.get(term)
            row += [number(score), _verdict(mean, sd, score)]
        rows.append(row)
    head = ("term", "predicted") if measured is None else ("term", "predicted", "measured", "verdict")
    return table(head, rows, left=(0, 3)) if rows else ""


def _verdict(mean: float, sd: float, score: float | None) -> str:
    if score is None:
        return "not measured"
    if sd <= 0.0:
        return ""
    return "within one sd" if abs(score - mean) <= sd else "better than predicted" if score < mean else "worse"
