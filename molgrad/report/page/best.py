"""The best molecules, each with its terms, what they rest on, and how it differs from parent and lead."""

from __future__ import annotations

from collections.abc import Iterator

from molgrad.chem.states import UNCHANGED
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.interactions.retained import kept_words
from molgrad.optim.record import Record
from molgrad.report.page.content import Card, Section, lines, number
from molgrad.report.page.poses import pieces
from molgrad.report.page.subject import Subject
from molgrad.report.proposers import proposer
from molgrad.report.story import worded
from molgrad.report.why import compared, gain

_MEASURED = {"docking": ("affinity", "kcal/mol"), "synthesizability": ("sa", ""), "contact": ("contact_kept", "")}


def section(subject: Subject) -> Section:
    """The best molecules with everything that is known of them.

    Args:
        subject: the campaign.
    """
    cards = tuple(card(subject, record, posed=True) for record in subject.best)
    words = (
        "The molecules are drawn as the lead lies; what is new against it is marked. A term's contribution is its "
        "weight times its score; the contributions add up to the loss, and lower is better.",
    )
    return Section("best", f"The best {len(cards)} molecules" if len(cards) > 1 else "The best molecule", words,
                   cards=cards)  # fmt: skip


def card(subject: Subject, record: Record, *, posed: bool = False, picture: str = "") -> Card:
    """A molecule with what is known of it.

    Args:
        subject: the campaign.
        record: measured.
        posed: whether its pose is shown.
        picture: another one than the usual, in the lead's orientation with what is new marked.
    """
    line = subject.lineage(record)
    evaluation = record.evaluation
    return Card(
        record.name,
        record.value,
        picture or subject.pictures.new(record.value, line[0].value),
        headline(record, line[0]),
        tuple(_term(term) for term in evaluation.terms or (evaluation,)),
        lines(_based(subject, record)),
        lines(_notes(subject, record, line)),
        pieces(record, line[0]) if posed else (),
    )


def headline(record: Record, lead: Record) -> str:
    """The loss, and how it compares with the lead's.

    Args:
        record: measured.
        lead: the start from which it descends.
    """
    score = record.evaluation.score
    if score is None:
        return record.evaluation.status.value
    return f"loss {number(score)}{gain(lead, record) if lead.value != record.value else ' (start)'}"


def _term(term: Evaluation) -> tuple[str, str, str]:
    """Name, what was measured, contribution."""
    name = (
        term.loss if term.weight == 1.0 else f"{term.loss} (\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}{term.weight:g})"
    )
    return name, measured(term), number(term.contribution)


def measured(term: Evaluation) -> str:
    """What was measured of a term, with its unit and standard deviation.

    Args:
        term: of an evaluation.
    """
    if not term.ok:
        return term.status.value
    key, unit = _MEASURED.get(term.kind, (term.loss.rpartition(".")[2], ""))
    value = term.raw.get(key, next(iter(term.raw.values()), term.score))
    if term.kind == "assay":
        return told(term)
    if term.kind == "contact":
        return kept_words(1.0 - (value or 0.0), term.raw.get("contact_distance"))
    if value is None:
        return "in words"
    sd = f" ± {number(term.sd)}" if term.sd is not None else ""
    return f"{number(value)}{sd} {unit}".rstrip()


def told(term: Evaluation) -> str:
    """An assay's value with its unit: `35 nM`, `> 10000 nM`, `35 nM (n = 2)`.

    Args:
        term: of an evaluation, with a result.
    """
    unit = next((fact.unit for fact in term.facts if fact.kind == "assay"), None) or ""
    n = int(term.details.get("n", 1))
    many = f" (n = {n})" if n > 1 else ""
    return f"{worded(term, f' {unit}' if unit else '')}{many}".removeprefix("= ")


def _based(subject: Subject, record: Record) -> Iterator[str]:
    terms = record.evaluation.all_terms()
    told = subject.view.told_of(record.value)
    for term in terms:
        if term.kind == "assay":
            yield (
                f"{term.loss}: {measured(term)}; {'; '.join(told[term.loss])}"
                if told.get(term.loss)
                else (f"{term.loss}: {term.reason or measured(term)}")
            )
        elif term.kind == DOCKING and term.ok:
            again = term.history or "docked once"
            note = term.details.get("note", "").replace(UNCHANGED, "charges as drawn, at pH")
            yield f"{term.loss}: {again}{f'; {note}' if note else ''}"
        elif term.kind == "text" and term.ok:
            yield f"{term.loss}: a language model's opinion"
    exact = [term.loss for term in terms if term.ok and term.kind not in ("assay", DOCKING, "contact", "text")]
    if exact:
        yield f"computed: {', '.join(exact)}"
    if not subject.view.passes_filters(record.value):
        yield "does not pass the filters (SA above 4, an alert, open stereo or a broken ring)"
    if record.evaluation.status is not Status.OK:
        yield record.evaluation.reason


def _notes(subject: Subject, record: Record, line: list[Record]) -> Iterator[str]:
    if len(line) > 1:
        yield f"against the lead {line[0].name}: {subject.difference(line[0], record) or 'no common core'}"
    if len(line) > 2:
        yield f"against its parent {line[-2].name}: {subject.difference(line[-2], record)}{gain(line[-2], record)}"
    if len(line) > 1 and (contacts := compared(line[0].evaluation, record.evaluation)):
        yield f"contacts of the lead: {contacts}"
    proposal = record.proposal
    yield f"proposed in batch {record.batch} by {proposer(proposal.advisor)}" if proposal.parent else "a start"
