"""`campaign.story(id)`: a molecule's lineage as a strip of pictures, each change with its reason and its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from molgrad.campaign.view import View
from molgrad.errors import CampaignError, InvalidMoleculeError, plain, shorten
from molgrad.optim.hypotheses import Hypothesis, hypotheses
from molgrad.optim.record import Record
from molgrad.report.notebook.parts import arrows
from molgrad.report.pictures.aligned import chain, framed
from molgrad.report.pictures.comparing import VERDICTS
from molgrad.report.pictures.molecule import img, legend_of
from molgrad.report.show import Html
from molgrad.report.sides import side
from molgrad.report.story import Story
from molgrad.report.why import compared, gain, numbers, outcomes, reasons, why

SIZE = (250.0, 190.0)  # pixels of each picture
WIDE = 350.0  # pixels of the words below it, in a lineage of few steps
_FEW = 3
_STEP = "display:inline-block;vertical-align:top;margin:0 10px 14px 0;width:{width:.0f}px;max-width:100%;font-size:13px"


def story(campaign: View, molecule: str) -> Html:
    """How a molecule came to be: its ancestors from the lead on, drawn alike, with what each change was and did.

    Each step has the change, its reason, what was expected of each term, what came, and the verdict.

    Args:
        campaign: of which it is.
        molecule: an id (m0007), a name that the user gave, or a SMILES.

    Raises:
        UnknownNameError: nothing of that name was proposed.
        CampaignError: it is not measured, and neither is anything it was made from.
    """
    value = campaign.resolve(molecule).proposal.value
    line = _line(campaign, value)
    told = Story(campaign)
    images = _images(line)
    width = WIDE if len(line) <= _FEW else SIZE[0]
    steps = [_first(line[0], images[0], told, width)]
    for (before, record), image in zip(pairwise(line), images[1:], strict=True):
        steps.append(_step(before, record, image, campaign, told, width))
    legend = f"<p>{legend_of(keep=False, words=('', 'what the step changed'))} Lower scores are better.</p>"
    markup = f"<div><div>{''.join(steps)}</div>{legend if len(line) > 1 else ''}</div>"
    return Html(markup, "".join(f"{text}\n" for text in why(line, campaign.domain, told)))


def _images(line: Sequence[Record]) -> list[str]:
    """A picture of each molecule; nothing where the values are texts."""
    try:
        pictures = framed(chain([record.value for record in line]), SIZE)
    except InvalidMoleculeError:
        return [f"<div>{escape(shorten(plain(record.value)))}</div>" for record in line]
    return [
        img(picture.png(), int(SIZE[0]), f"structure of {plain(record.value)}")
        for picture, record in zip(pictures, line, strict=True)
    ]


def _line(campaign: View, value: str) -> list[Record]:
    """The lineage; of what waits for an assay with what is there of it."""
    if found := campaign.lineage(value):
        return found
    record = side(value, campaign).record
    if record is None:
        raise CampaignError(f"{campaign.folder}: {value} is not measured yet, so there is nothing to tell")
    return [*campaign.lineage(record.proposal.parent or value), record]


def _first(record: Record, image: str, told: Story, width: float) -> str:
    lines = [numbers(record.evaluation), *told.came(record)]
    return _block(record, image, record.proposal.reason or "start", [_said(line) for line in lines], width)


def _step(before: Record, record: Record, image: str, campaign: View, told: Story, width: float) -> str:
    change = campaign.domain.difference(before.value, record.value)
    why_, *said = reasons(before, record, campaign.domain)
    why_ = why_.removeprefix(change).lstrip(";:, ") if change else why_
    lines = [f"<b>change</b> {_said(change)}"] if change else []
    lines += [f"<b>reason</b> {_said(text)}" for text in (why_, *said, *told.asked(record)) if text]
    judged = [one for one in hypotheses([before, record]) if one.value == record.value and one.term not in told.units]
    lines += [_judgement(one) for one in judged]
    exact = [text for text in outcomes(before, record, told.units) if text.startswith("computed")]
    lines += [_said(text) for text in (*exact, *told.came(record, before))]
    lines.append(escape(f"{numbers(record.evaluation)}{gain(before, record)}"))
    if contacts := compared(before.evaluation, record.evaluation):
        lines.append(f"<b>contacts</b> {_said(contacts)}")
    return _block(record, image, f"from {plain(before.name)}", lines, width)


def _judgement(one: Hypothesis) -> str:
    came = "not measured" if one.measured is None else f"came {one.measured:+.2f}"
    verdict = f'<span style="color:{VERDICTS[one.verdict]};font-weight:bold">{one.verdict.value}</span>'
    return f"<b>{escape(one.term)}</b> expected {one.told}, {came}: {verdict}"


def _block(record: Record, image: str, how: str, lines: Sequence[str], width: float) -> str:
    head = f"<div><b>{escape(plain(record.name))}</b> {_said(how)}</div>"
    body = "".join(_lines(lines))
    return f'<div style="{_STEP.format(width=width)}">{image}{head}{body}</div>'


def _said(text: str) -> str:
    return escape(arrows(plain(text)))


def _lines(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f'<div style="overflow-wrap:anywhere">{line}</div>'
