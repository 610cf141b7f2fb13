"""A loss and what it measured: a table of terms with weights, directions and bars of their share."""

from __future__ import annotations

import inspect
from typing import Any

from molgrad.autograd.composite import Composite, Max
from molgrad.autograd.loss import Loss
from molgrad.errors import one_line, shorten
from molgrad.evaluation import MAXIMIZED, Evaluation, Status
from molgrad.report.notebook.parts import Page, bar, blocks, card, folded, lines, number, said, table
from molgrad.report.pictures.colours import CHANGE, GREY, KEEP

_UNITS = {"affinity": "kcal/mol", "lead_rmsd": "Å", "contact_distance": "Å", "weight": "g/mol", "tpsa": "Å²"}
_RAW = 2  # raw values that are shown of a term
_FACTS = 6
_HEAD = ("term", "measured", "score", "adds")


def evaluation(shown: Evaluation) -> dict[str, Any]:
    """The bundle of an evaluation.

    Args:
        shown: the evaluation.
    """
    facts = [
        f"{said(term.loss)}: {said(fact.text, 110 - len(term.loss))}"
        for term in shown.all_terms()
        for fact in term.facts
    ]
    words = "" if facts else said(shown.feedback, 300)
    html = card(
        f"Evaluation by {shown.loss}" if not shown.terms else "Evaluation",
        _reason(shown),
        terms_table(shown),
        words,
        said(shown.history, 200),
        lines(facts, _FACTS),
        note=score_of(shown),
    )
    return Page(html, "\n".join([f"{shown.loss}: {score_of(shown)}", *terms_text(shown)])).bundle()


def loss(shown: Loss) -> dict[str, Any]:
    """The bundle of a loss: with what it measured last, where that was hung on a graph.

    Args:
        shown: the loss.
    """
    return loss_page(shown, shown.last).bundle()


def loss_page(shown: Loss, measured: Evaluation | None) -> Page:
    """A loss with one of its evaluations.

    Args:
        shown: the loss.
        measured: what it measured; None for the terms alone.
    """
    how = "the worst of its terms counts" if isinstance(shown, Max) else "lower is better"
    settings = folded(
        "settings", lines([said(f"{term.name}: {_settings(term)}", 300) for term in shown.all_terms()], 20)
    )
    told = "" if measured is None else f'<div style="margin-top:8px">last measured: {said(score_of(measured))}</div>'
    html = card(
        f"Loss {shown.name}",
        table(("term", "weight", "wanted", "what it measures"), _terms(shown), left=(0, 2, 3)),
        told,
        "" if measured is None else terms_table(measured),
        settings,
        note=how,
    )
    text = [f"loss {shown.name} ({how})", *(f"- {weight:g} x {term.name}" for weight, term in _weighted(shown))]
    return Page(html, "\n".join([*text, *terms_text(measured)]))


def terms_table(measured: Evaluation) -> str:
    """The terms of an evaluation, what each adds to the loss, and a bar of its share.

    Args:
        measured: the evaluation.
    """
    terms = measured.all_terms()
    largest = max((abs(term.contribution or 0.0) for term in terms), default=0.0) or 1.0
    rows = [
        (
            said(term.loss, 40),
            said(_raw(term), 60),
            _score(term),
            _adds(term, largest),
        )
        for term in terms
    ]
    told = "higher is better" if _up(measured) else "a negative number, blue, lowers the loss: good"
    legend = f'<div style="font-size:12px;color:{GREY}">{told}</div>'
    return table(_HEAD, rows, left=(0, 1, 3)) + legend


def terms_text(measured: Evaluation | None) -> list[str]:
    """The terms of an evaluation for a terminal.

    Args:
        measured: the evaluation, if there is one.
    """
    terms = [] if measured is None else measured.all_terms()
    largest = max((abs(term.contribution or 0.0) for term in terms), default=0.0) or 1.0
    return [
        f"  {shorten(one_line(term.loss), 20):<20} {number(term.contribution):>8}  "
        f"{blocks(abs(term.contribution or 0.0) / largest)}".rstrip()
        for term in terms
    ]


def score_of(measured: Evaluation | None) -> str:
    """The score in words: `loss -5.29 ± 0.49`, or why there is none.

    Args:
        measured: the evaluation, if there is one.
    """
    if measured is None:
        return ""
    if measured.score is None and measured.status is Status.PENDING:
        open_ = [term.loss for term in measured.all_terms() if term.status is Status.PENDING]
        return f"waits for {shorten(one_line(', '.join(open_)), 100)}"
    if measured.score is None:
        return (
            "words, no number" if measured.ok else f"{measured.status.value}: {shorten(one_line(measured.reason), 120)}"
        )
    bound = {"above": "at least ", "below": "at most "}.get(measured.bound, "")
    word = "score" if _up(measured) else "loss"
    return f"{word} {bound}{measured.score:.2f}" + (f" ± {measured.sd:.2f}" if measured.sd is not None else "")


def _up(measured: Evaluation) -> bool:
    """Whether a higher score is better: of what a score function that is maximized gave."""
    return bool(measured.details.get(MAXIMIZED))


def _score(term: Evaluation) -> str:
    """A term's score, with its weight where that is not 1."""
    sd = f" ± {term.sd:.2f}" if term.sd is not None else ""
    weight = f" \N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}{term.weight:g}" if term.weight != 1.0 else ""
    return number(term.score) + sd + weight


def _adds(term: Evaluation, largest: float) -> str:
    """What a term adds to the loss, and its bar: beside it, or below where the page is narrow."""
    if not term.ok:
        return said(f"{term.status.value}: {term.reason}", 80)
    if term.score is None:
        return "words"
    adds = term.contribution or 0.0
    drawn = (
        bar(abs(adds) / largest, CHANGE if (adds > 0) != _up(term) else KEEP)
        if term.active
        else "another term is worse"
    )
    return f'<span style="display:inline-block;width:52px;text-align:right">{number(adds)}</span> {drawn}'


def _raw(term: Evaluation) -> str:
    parts = [
        f"{name.replace('_', ' ')} {value:.4g} {_UNITS.get(name.partition('_')[0], _UNITS.get(name, ''))}".strip()
        for name, value in list(term.raw.items())[:_RAW]
        if name not in ("affinity_built",)
    ]
    return ", ".join(parts[: 1 if term.kind == "docking" else _RAW])


def _reason(shown: Evaluation) -> str:
    return "" if shown.status is Status.OK else f"<div>{said(f'{shown.status.value}: {shown.reason}', 300)}</div>"


def _weighted(shown: Loss, weight: float = 1.0) -> list[tuple[float, Loss]]:
    """The losses that measure with their weights multiplied through."""
    if not isinstance(shown, Composite):
        return [(weight, shown)]
    return [pair for factor, term in shown.terms for pair in _weighted(term, factor * weight)]


def _terms(shown: Loss) -> list[tuple[str, ...]]:
    return [
        (
            said(term.name, 40) + (' <span title="counted by the budget">(measured)</span>' if term.expensive else ""),
            said(f"{weight:g}"),
            "low" if weight > 0 else "high" if weight < 0 else "not counted",
            said(_purpose(term)),
        )
        for weight, term in _weighted(shown)
    ]


def _purpose(term: Loss) -> str:
    """The first sentence of what its class says of itself."""
    text = one_line(inspect.getdoc(type(term)) or "") if type(term) is not Loss else ""
    return text.partition(". ")[0].removesuffix(".")


def _settings(term: Loss) -> str:
    found = {key: value for key, value in term.spec().items() if key != "loss"}
    return ", ".join(f"{key} {one_line(str(value))}" for key, value in found.items()) or "none"
