"""`mg.compare`: two molecules side by side, what changed, and what that did to each term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from molgrad.autograd.variable import Variable
from molgrad.campaign.view import View
from molgrad.chem.matched_pair import change
from molgrad.errors import figures, one_line, plain
from molgrad.evaluation import Evaluation
from molgrad.losses.assay import Assay
from molgrad.optim.hypotheses import Hypothesis, Verdict, hypotheses
from molgrad.optim.record import Record
from molgrad.report.notebook.parts import arrows
from molgrad.report.pictures.aligned import framed, pair
from molgrad.report.pictures.colours import CHANGE_TEXT, GREY, KEEP
from molgrad.report.pictures.molecule import img, legend_of
from molgrad.report.proposers import proposer
from molgrad.report.show import Html
from molgrad.report.sides import Side, side
from molgrad.report.tables import RAW
from molgrad.report.why import compared

SIZE = (320.0, 230.0)  # pixels of each picture
_SMALL = 0.0005  # a change of a term that is none
VERDICTS = {Verdict.CONFIRMED: KEEP, Verdict.REFUTED: CHANGE_TEXT, Verdict.OPEN: GREY}
TOTAL = "loss"


class Term(NamedTuple):
    """One line of the table; all in the score's unit, lower is better.

    Attributes:
        name: of the term, `loss` for their sum.
        before: of the parent; None where it was not measured.
        after: of the child.
        weight: in the loss; of a term with a negative one a rise is better.
        hypothesis: what was expected of the child and came; None where nothing was predicted.
    """

    name: str
    before: float | None
    after: float | None
    weight: float
    hypothesis: Hypothesis | None

    @property
    def cells(self) -> tuple[str, ...]:
        """Term, before, after, change, expected change, verdict."""
        change = None if self.before is None or self.after is None else self.after - self.before
        one = self.hypothesis
        expected = "" if one is None else one.told
        verdict = "" if one is None else one.verdict.value
        return self.name, _number(self.before), _number(self.after), _signed(change, self.weight), expected, verdict


def compare(parent: str | Variable | Record, child: str | Variable | Record, *, campaign: View | None = None) -> Html:
    """Two molecules drawn alike with what changed marked, the change in words, and what it did to each term.

    Args:
        parent: a SMILES, a molecule, or a record of a campaign; with `campaign` also an id (m0007) or a name of it.
        child: another; where it was made from the parent, the hypothesis and its verdict are told.
        campaign: whose ids and measurements are meant.

    Raises:
        InvalidMoleculeError: a text that is no SMILES, and no name of the campaign.
    """
    before, after = side(parent, campaign), side(child, campaign)
    told = list(_told(before, after))
    found = terms(before, after)
    pictures = framed(pair(before.smiles, after.smiles), SIZE)
    figures = "".join(
        figure(img(picture.png(), int(SIZE[0]), f"{what} {one.smiles}"), what, one)
        for picture, what, one in zip(pictures, ("parent", "child"), (before, after), strict=True)
    )
    marked = any(picture.drawn.marked for picture in pictures)
    legend = f"<p>{legend_of(keep=False, words=('', 'what changed'))}</p>" if marked else ""
    words = "".join(f"<li>{escape(arrows(text))}</li>" for text in told)
    markup = f"<div><div>{figures}</div>{legend}<ul>{words}</ul>{_table(found)}</div>"
    lines = [f"parent {before.smiles}", f"child  {after.smiles}", *told]
    lines += ["  ".join(cell for cell in term.cells if cell) for term in found]
    return Html(markup, "\n".join(lines) + "\n")


def figure(picture: str, what: str, one: Side) -> str:
    """A picture with the molecule's name and SMILES below.

    Args:
        picture: an `<img>` element.
        what: `parent`, `child` or what else it is.
        one: the molecule.
    """
    name = escape(" ".join(word for word in (what, plain(one.name)) if word))
    code = f'<code style="overflow-wrap:anywhere;font-size:11px">{escape(one.smiles)}</code>'
    style = f"display:inline-block;vertical-align:top;margin:0 8px 8px 0;max-width:{SIZE[0]:.0f}px"
    return f'<div style="{style}">{picture}<div><b>{name}</b></div><div>{code}</div></div>'


def _told(before: Side, after: Side) -> Iterator[str]:
    """The net change, the reason, and the contacts, in words."""
    net = change(before.smiles, after.smiles).text
    yield f"net change: {net}"
    record = after.record
    if record is not None and _made_from(record, before):
        why = one_line(record.proposal.reason or proposer(record.proposal.advisor))
        if why != net:
            yield f"hypothesis: {why}"
    if before.evaluation and after.evaluation:
        if values := _values(before.evaluation, after.evaluation):
            yield f"measured values: {values}"
        if contacts := compared(before.evaluation, after.evaluation):
            yield f"contacts: {contacts}"
    if before.evaluation is None and after.evaluation is None:
        return
    for what, one in (("parent", before), ("child", after)):
        if one.evaluation is None:
            yield f"{what}: not measured"
        elif not one.evaluation.ok:
            yield f"{what}: {one.evaluation.status.value}: {one_line(one.evaluation.reason)}"


def _values(old: Evaluation, new: Evaluation) -> str:
    """The measured quantities that changed, such as `qed 0.71 -> 0.783`; of an assay its value in its unit."""
    assays = {term.loss.rpartition(".")[2] for term in new.all_terms() if term.kind == Assay.kind}
    names = [name for name in old.raw if name in new.raw and (name in RAW or name in assays)]
    both = (name for name in names if abs(new.raw[name] - old.raw[name]) >= _SMALL)
    return ", ".join(f"{one_line(name)} {figures(old.raw[name])} -> {figures(new.raw[name])}" for name in both)


def _made_from(record: Record, before: Side) -> bool:
    return record.proposal.parent in (before.smiles, before.record.value if before.record else None)


def terms(before: Side, after: Side) -> list[Term]:
    """The loss and its terms before and after; empty where neither was measured.

    Args:
        before: the parent.
        after: the child.
    """
    old, new = _scores(before.evaluation), _scores(after.evaluation)
    judged: Mapping[str, Hypothesis] = {}
    if before.record and after.record and _made_from(after.record, before):
        both = [before.record, after.record]
        judged = {one.term: one for one in hypotheses(both) if one.value == after.record.value}
    names = list(dict.fromkeys([*old, *new]))
    weights = {
        term.loss: term.weight for one in (before, after) if one.evaluation for term in one.evaluation.all_terms()
    }
    return [Term(name, old.get(name), new.get(name), weights.get(name, 1.0), judged.get(name)) for name in names]


def _scores(evaluation: Evaluation | None) -> dict[str, float]:
    if evaluation is None:
        return {}
    parts = {term.loss: term.score for term in evaluation.all_terms() if term.score is not None}
    whole = {} if evaluation.score is None or not evaluation.terms else {TOTAL: evaluation.score}
    return whole | parts


def _table(found: list[Term]) -> str:
    if not found:
        return ""
    heads = ("term", "before", "after", "change")
    head = "".join(f'<th style="{_style(k)}">{name}</th>' for k, name in enumerate(heads))
    body = ""
    for term in found:
        cells = "".join(f'<td style="{_style(k)}">{_cell(term, k)}</td>' for k in range(len(heads)))
        body += f"<tr>{cells}</tr>"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    region = 'style="overflow-x:auto" role="group" tabindex="0" aria-label="Terms"'
    return f"<div {region}>{table}</div><p>Scores: lower is better.</p>"


def _cell(term: Term, k: int) -> str:
    text = escape(term.cells[k])
    if k == 3 and term.hypothesis is not None:
        expected, verdict = (escape(cell) for cell in term.cells[4:])
        colour = VERDICTS[term.hypothesis.verdict]
        return f'{text}<br>expected {expected}: <span style="color:{colour};font-weight:bold">{verdict}</span>'
    return f"<b>{text}</b>" if term.name == TOTAL else text


def _style(k: int) -> str:
    return f"padding:2px 8px 2px 0;vertical-align:top;text-align:{'right' if k in (1, 2) else 'left'}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _signed(value: float | None, weight: float) -> str:
    if value is None:
        return ""
    if abs(value) < _SMALL:
        return "none"
    return f"{value:+.3f}" + ("" if not weight else " better" if value * weight < 0 else " worse")
