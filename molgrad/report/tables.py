"""Tables and lineages for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from molgrad.campaign.campaign import Campaign
from molgrad.errors import plain
from molgrad.evaluation import Evaluation
from molgrad.optim.archive import Record

_HEAD = 10  # characters of a column's heading
# What fits 80 columns beside six terms; molecules.csv has the rest.
RAW = ("affinity", "size_residual", "qed", "sa")


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
    raw = [key for key in RAW if key in first.raw]
    table = Table(title=f"best {len(best)} of {len(campaign.records())} measured, lower is better", padding=(0, 0))
    headings = ["", "loss", "passes_filters", *(key.replace("_", "\n") for key in raw)]
    for heading in [*headings, *(f"{term.weight:g} x\n{_broken(term.loss)}" for term in terms)]:
        table.add_column(heading, justify="right")
    for place, record in enumerate(best, start=1):
        evaluation = record.evaluation
        contributions = [_contribution(term) for term in evaluation.terms or (evaluation,)]
        numbers = [_number(evaluation.raw.get(key)) for key in raw]
        passes_filters = "yes" if campaign.passes_filters(record.value) else "no"
        table.add_row(str(place), _number(evaluation.score), passes_filters, *numbers, *contributions)
    console.print(table)
    for place, record in enumerate(best, start=1):
        console.print(Text(f"{place}  {record.value}"), soft_wrap=True)
    _print_filters(campaign, best, console)


def _print_filters(campaign: Campaign, best: Sequence[Record], console: Console) -> None:
    """The best molecule that passes the filters, where some of the table do not."""
    refused = sum(not campaign.passes_filters(record.value) for record in best)
    if not refused:
        return
    passed = campaign.best(1, passes_filters=True)
    found, fail = "none passes", "fails" if refused == 1 else "fail"
    if passed:
        found = f"the best that passes: {_number(passed[0].evaluation.score)} {passed[0].value}"
    said = f"{refused} of these {fail} the filters (SA above 4, an alert, open stereo or a broken ring); {found}"
    console.print(Text(said), soft_wrap=True)


def print_lineage(line: Sequence[Record], console: Console | None = None) -> None:
    """How a molecule came to be: each ancestor with its loss and why it was made.

    Args:
        line: the molecule's ancestors, oldest first, and itself.
        console: where to print; standard output when None.
    """
    console = console or Console()
    for generation, record in enumerate(line):
        affinity = record.evaluation.raw.get("affinity")
        docked = f", affinity {affinity:.2f} kcal/mol" if affinity is not None else ""
        console.print(Text(f"{generation}  {record.value}"), soft_wrap=True)
        console.print(Text(f"   loss {_number(record.evaluation.score)}{docked}: {_reason(record)}"), soft_wrap=True)


def _broken(name: str) -> str:
    """A long name on two lines, so that the table fits a terminal."""
    return name if len(name) <= _HEAD else f"{name[: _HEAD - 1]}-\n{name[_HEAD - 1 :][:_HEAD]}"


def _reason(record: Record) -> str:
    return plain(record.proposal.reason or record.proposal.advisor)  # no control characters in a terminal


def _contribution(term: Evaluation) -> str:
    return "words" if term.ok and term.score is None else _number(term.contribution)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
