"""How a molecule came to be, change by change: what was expected, what came, and which contacts were kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from molgrad.autograd.domain import Domain
from molgrad.errors import one_line, plain
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.interactions import kinds
from molgrad.optim.hypotheses import hypotheses
from molgrad.optim.reasons import shortcomings
from molgrad.optim.record import Record
from molgrad.report.story import Story

_BONDS = (kinds.HBOND, kinds.HBOND_BENT, kinds.SALT_BRIDGE, kinds.CONTACT_KEPT)
_SMALL = 0.005  # a change of a term that is not worth a word


def print_why(
    line: Sequence[Record], domain: Domain, console: Console | None = None, story: Story | None = None
) -> None:
    """A molecule's lineage as experiments: each change with its reason, its prediction, its outcome and its contacts.

    Args:
        line: the molecule's ancestors, oldest first, and itself.
        domain: of the values; it tells net changes.
        console: where to print; standard output when None.
        story: tells of plates and assays, in a campaign that has any.
    """
    console = console or Console()
    for text in why(line, domain, story):
        console.print(Text(plain(text)), soft_wrap=True)


def why(line: Sequence[Record], domain: Domain, story: Story | None = None) -> Iterator[str]:
    """The lines of `print_why`.

    Args:
        line: the molecule's ancestors, oldest first, and itself.
        domain: of the values.
        story: as for `print_why`.
    """
    for generation, record in enumerate(line):
        yield f"{generation}  {record.title}  {one_line(record.value)}"
        if generation == 0:
            yield f"   {one_line(record.proposal.reason or record.proposal.advisor)}: {numbers(record.evaluation)}"
            if held := partners(record.evaluation):
                yield f"   contacts: {', '.join(held)}"
            yield from (f"   {text}" for text in (story.came(record) if story else ()))
            continue
        yield from (f"   {text}" for text in step(line[generation - 1], record, domain, story))
    if story and line:
        yield from (f"   {text}" for text in story.after(line[-1]))
    if len(line) > 2 and (whole := domain.difference(line[0].value, line[-1].value)):
        yield f"in all: {whole}{gain(line[0], line[-1])}"


def step(parent: Record, record: Record, domain: Domain, story: Story | None = None) -> Iterator[str]:
    """What a change was for, what was expected of it, what came, and which contacts were kept.

    Args:
        parent: what was changed.
        record: what came of it.
        domain: of the values.
        story: as for `print_why`.
    """
    yield from reasons(parent, record, domain)
    if story:
        yield from story.asked(record)
    yield from outcomes(parent, record, () if story is None else story.units)
    if story:
        yield from story.came(record, parent)
    yield f"{numbers(record.evaluation)}{gain(parent, record)}"
    if contacts := compared(parent.evaluation, record.evaluation):
        yield f"contacts: {contacts}"


def reasons(parent: Record, record: Record, domain: Domain) -> Iterator[str]:
    """Why a molecule was made: the net change with what it answers, and the words of a model that proposed it.

    Args:
        parent: what it was made from.
        record: the molecule.
        domain: of the values.
    """
    proposal = record.proposal
    asked = str(proposal.edit.payload.get("answers", "")) if proposal.edit is not None else ""
    told = domain.explain(parent.value, record.value, shortcomings(parent.evaluation), asked)
    yield one_line(told or proposal.reason or proposal.advisor)
    if proposal.by_model and told and proposal.reason:
        yield f"{proposal.advisor} said: {one_line(proposal.reason.rpartition(f'; {proposal.advisor}: ')[2])}"


def outcomes(parent: Record, record: Record, besides: Collection[str] = ()) -> Iterator[str]:
    """Expected and measured change of each term; of those that are computed exactly, what they changed by.

    Args:
        parent: what the molecule was made from.
        record: the molecule.
        besides: terms that are told elsewhere.
    """
    judged = [one for one in hypotheses([parent, record]) if one.value == record.value and one.term not in besides]
    for one in judged:
        if one.measured is not None and max(abs(one.expected), abs(one.measured)) < _SMALL:
            continue  # no change was expected and none came
        came = "not measured" if one.measured is None else f"came {one.measured:+.2f} ({one.verdict.value})"
        if one.expected == 0.0 and one.measured is not None:  # exactly 0: the surrogate knows nothing of the term yet
            yield f"{one.term}: nothing was known beforehand, came {one.measured:+.2f}"
            continue
        yield f"{one.term}: expected {one.told}, {came}"
    before = {term.loss: term.score for term in parent.evaluation.all_terms()}
    exact = [
        _computed(term, term.score - score)
        for term in record.evaluation.all_terms()
        if term.loss not in {*besides, *(one.term for one in judged)}
        and term.score is not None
        and (score := before.get(term.loss)) is not None
        and abs(term.score - score) >= _SMALL
    ]
    if exact:
        yield f"computed beforehand, lower is better: {', '.join(exact)}"


def _computed(term: Evaluation, change: float) -> str:
    """A computed term's change, with its weight where that is not 1, as in `qed -0.10 (x 10 = -1.04)`."""
    weighed = "" if term.weight == 1.0 else f" (\N{MULTIPLICATION SIGN} {term.weight:g} = {term.weight * change:+.2f})"
    return f"{term.loss} {change:+.2f}{weighed}"


def numbers(evaluation: Evaluation) -> str:
    """The loss, and the affinity where it docks: `loss -5.70, affinity -6.00 ± 0.20 kcal/mol`.

    Args:
        evaluation: of a molecule.
    """
    open_ = "loss still open" if evaluation.status is Status.PENDING else "no number"
    score = open_ if evaluation.score is None else f"loss {evaluation.score:.2f}"
    affinity = evaluation.raw.get("affinity")
    if affinity is None:
        return score
    sd = next((term.sd for term in evaluation.all_terms() if term.kind == DOCKING and term.sd is not None), None)
    return f"{score}, affinity {affinity:.2f}{f' ± {sd:.2f}' if sd is not None else ''} kcal/mol"


def gain(before: Record, after: Record) -> str:
    """By how much the loss got better or worse, in brackets; empty where either has none.

    Args:
        before: a record.
        after: a later one.
    """
    if before.evaluation.score is None or after.evaluation.score is None:
        return ""
    change = after.evaluation.score - before.evaluation.score
    return f" ({abs(change):.2f} {'better' if change < 0 else 'worse'})"


def partners(evaluation: Evaluation) -> list[str]:
    """The residues that a pose bonds, each once, in order.

    Args:
        evaluation: with facts about a pose.
    """
    facts = (fact for term in evaluation.aimed_terms() for fact in term.facts)
    found = (fact.partner for fact in facts if fact.kind in _BONDS and fact.partner)
    return sorted(set(found), key=lambda name: (name.rpartition(":")[0], _number(name), name))


def compared(before: Evaluation, after: Evaluation) -> str:
    """Which bonds of one pose another keeps, loses and adds; empty where neither has any.

    Args:
        before: of the parent or the lead.
        after: of what was made of it.
    """
    old, new = partners(before), partners(after)
    parts = (
        ("keeps", [name for name in old if name in new]),
        ("loses", [name for name in old if name not in new]),
        ("new", [name for name in new if name not in old]),
    )
    return "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names)


def _number(residue: str) -> int:
    digits = "".join(char for char in residue.rpartition(":")[2] if char.isdigit())
    return int(digits or 0)
