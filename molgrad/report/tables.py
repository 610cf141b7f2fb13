"""Tables and lineages for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from molgrad.campaign.campaign import Campaign
from molgrad.docking.worth import WORTH
from molgrad.errors import one_line
from molgrad.evaluation import Evaluation
from molgrad.optim.calibration import within
from molgrad.optim.record import Record
from molgrad.report.why import compared, gain

_HEAD = 10  # characters of a column's heading
# What fits 80 columns beside six terms; molecules.csv has the rest.
Column = tuple[str, list[str]]  # a heading and its cells
RAW = ("affinity", "size_residual", "lead_rmsd", "qed", "sa")


def print_best(campaign: Campaign, n: int = 5, console: Console | None = None) -> None:
    """The best `n` molecules: SMILES, loss, raw values, and the contribution of each term to the loss.

    Args:
        campaign: with measured molecules.
        n: how many.
        console: where to print; standard output when None.
    """
    console = console or Console()
    best = campaign.best(n)
    if not best:
        console.print("Nothing measured has a score; see the column 'failure' in molecules.csv.")
        return
    first = best[0].evaluation
    terms = first.terms or (first,)
    raw = [key for key in RAW if any(key in record.evaluation.raw for record in best)]
    columns = [
        ("loss", [_number(r.evaluation.score) for r in best]),
        *_certainty(best),
        ("passes\nfilters", ["yes" if campaign.passes_filters(r.value) else "no" for r in best]),
        *((key.replace("_", "\n"), [_number(r.evaluation.raw.get(key)) for r in best]) for key in raw),
        *(
            (f"{term.weight:g} x\n{_broken(one_line(term.loss))}", [_contribution(_terms(r)[i]) for r in best])
            for i, term in enumerate(terms)
        ),
    ]
    console.print(Text(f"best {len(best)} of {len(campaign.records())} measured, lower is better"))
    for part in _fitting(columns, console.width):
        console.print(_table(part))
    for place, record in enumerate(best, start=1):
        console.print(
            Text(f"{place}  {one_line(record.value)}  {one_line(record.title)}{_history(record)}"), soft_wrap=True
        )
        for text in _account(campaign, record):
            console.print(Text(f"   {text}"), soft_wrap=True)
    _print_filters(campaign, best, console)
    for term, (hit, trials) in within(campaign.records()).items():
        said = f"{term}: {hit} of {trials} measurements within one sd of the prediction (68 % should be)"
        console.print(Text(one_line(said)), soft_wrap=True)
    if any(is_affinity(key) for key in first.raw):
        console.print(Text(WORTH), soft_wrap=True)


def is_affinity(name: str) -> bool:
    """Whether a raw value or column of this name holds docking scores.

    Args:
        name: `affinity`, or with a receptor's name, `affinity_JAK2`.
    """
    return name.partition("_")[0] == "affinity"


def _certainty(best: Sequence[Record]) -> list[Column]:
    """The standard deviation of the total as a measurement, where that of a term is known."""
    sds = [record.evaluation.sd for record in best]
    return [("sd", [_number(sd) for sd in sds])] if any(sd is not None for sd in sds) else []


def _account(campaign: Campaign, record: Record) -> Iterator[str]:
    """What a molecule is against its parent and its lead, and what became of the lead's contacts."""
    line = campaign.lineage(record.value)
    if len(line) < 2:
        return
    lead, parent = line[0], line[-2]
    steps = (("against its parent", parent), ("against the lead", lead))
    for what, before in steps if len(line) > 2 else steps[1:]:
        if said := campaign.domain.difference(before.value, record.value):
            yield f"{what} {before.name}: {one_line(said)}{gain(before, record)}"
    if contacts := compared(lead.evaluation, record.evaluation):
        yield f"contacts: {contacts}"


def _history(record: Record) -> str:
    """What each measurement gave, where there were several."""
    return f"  ({one_line(record.evaluation.history)})" if record.evaluation.history else ""


def _terms(record: Record) -> Sequence[Evaluation]:
    return record.evaluation.terms or (record.evaluation,)


def _fitting(columns: Sequence[Column], width: int) -> list[list[Column]]:
    """The columns in as many tables as it takes for none of them to be cut off."""
    parts: list[list[Column]] = [[]]
    room = free = width - 5  # the place, and the frame
    for heading, cells in columns:
        needs = 1 + max(len(line) for text in (heading, *cells) for line in text.split("\n"))
        if needs > free and parts[-1]:
            parts.append([])
            free = room
        parts[-1].append((heading, cells))
        free -= needs
    return parts


def _table(columns: Sequence[Column]) -> Table:
    table = Table(padding=(0, 0))
    places = [str(place) for place in range(1, 1 + len(columns[0][1]))]
    for heading, _ in (("", places), *columns):
        table.add_column(Text(heading), justify="right", overflow="fold")
    for row in zip(places, *(cells for _, cells in columns), strict=True):
        table.add_row(*row)
    return table


def _print_filters(campaign: Campaign, best: Sequence[Record], console: Console) -> None:
    """The best molecule that passes the filters, where some of the table do not."""
    refused = sum(not campaign.passes_filters(record.value) for record in best)
    if not refused:
        return
    passed = campaign.best(1, passes_filters=True)
    found, fail = "none passes", "fails" if refused == 1 else "fail"
    if passed:
        found = f"the best that passes: {_number(passed[0].evaluation.score)} {passed[0].label}"
    said = f"{refused} of these {fail} the filters (SA above 4, an alert, open stereo or a broken ring); {found}"
    console.print(Text(one_line(said)), soft_wrap=True)


def _broken(name: str) -> str:
    """A long name on two lines, so that the table fits a terminal."""
    return name if len(name) <= _HEAD else f"{name[: _HEAD - 1]}-\n{name[_HEAD - 1 :][:_HEAD]}"


def _contribution(term: Evaluation) -> str:
    return "words" if term.ok and term.score is None else _number(term.contribution)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
