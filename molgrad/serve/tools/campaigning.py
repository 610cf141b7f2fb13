"""Tools that go on with the campaign: what it would measure, plates, molecules of the client's own, results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.campaign.report import ToldRow
from molgrad.campaign.table import identifier
from molgrad.campaign.unasked import left_out
from molgrad.errors import (
    BudgetReachedError,
    CampaignError,
    ConflictingSettingsError,
    UnknownNameError,
    listed,
    one_line,
)
from molgrad.optim.record import Record
from molgrad.serve.jobs import Work
from molgrad.serve.models import Answer, Job, Proposed, Told
from molgrad.serve.targets import docked_into, file_of
from molgrad.serve.tools import views
from molgrad.serve.tools.tool import MOLECULES, Arguments, Name, Reference, Smiles, Text, Tool, Wait, Waiting
from molgrad.validation import Validator

if TYPE_CHECKING:
    from molgrad.serve.session import Session

LIBRARIES = (".smi", ".csv", ".tsv", ".sdf", ".xlsx")
RESULTS = (".csv", ".tsv", ".xlsx", ".json", ".sdf")
ROWS = 500  # results of one call
LEAST_SD = 0.1  # units of a term; what is expected is never certain

Count = Annotated[int, Field(ge=1, le=MOLECULES)]
FileName = Annotated[Name, Field(description="A file in the campaign's folder, by its plain name.")]


class ProposeArguments(Arguments):
    """How many."""

    n: Count = 5
    wait_seconds: Wait = None


class AskArguments(Arguments):
    """What stands on the plate."""

    n: Count = 8
    controls: Annotated[list[Reference], Field(default_factory=list, max_length=MOLECULES)]
    library: FileName = ""
    wait_seconds: Wait = None


class Own(BaseModel):
    """A molecule of the client's own."""

    model_config = ConfigDict(extra="forbid")

    smiles: Smiles
    parent: Annotated[Name, Field(max_length=1000, description="What it was made from: id, name or SMILES.")] = ""
    reason: Annotated[Text, Field(description="Why it should be better; 'why' tells it later.")] = ""
    expected: Annotated[
        dict[Name, Annotated[float, Field(ge=-100, le=100)]],
        Field(
            max_length=20,
            description="Changes of terms' scores against the parent, {'docking': -0.5}: 'why' judges them.",
        ),
    ] = Field(default_factory=dict)


class MeasureArguments(Arguments):
    """Which molecules."""

    molecules: Annotated[list[Own], Field(min_length=1, max_length=MOLECULES)]
    wait_seconds: Wait = None


# Not from text: a text of 500 digits would be infinity.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Result(BaseModel):
    """What a laboratory measured of one molecule."""

    model_config = ConfigDict(extra="forbid")

    molecule: Reference
    value: Annotated[Number | Name, Field(description="A number, or as a laboratory writes it: '> 10 uM'.")]
    unit: Annotated[Name, Field(description="Of a number; the assay's own where it is left out.")] = ""
    note: Text = ""


class TellArguments(Arguments):
    """Results, or the name of a table of them."""

    results: Annotated[list[Result], Field(default_factory=list, max_length=ROWS)]
    file: FileName = ""
    assay: Name = ""
    replace: bool = False
    dry_run: bool = False
    wait_seconds: Wait = None


def propose(session: Session, given: ProposeArguments) -> Waiting:
    """Begin to think of what to measure next.

    Args:
        session: what is served.
        given: how many.
    """
    session.campaign().close()

    def run(work: Work) -> Answer:
        with _opened(session, work) as campaign:
            found = campaign.proposals(given.n)
            return Answer(proposed=[_proposed(campaign, one) for one in found], notes=campaign.notes()[:5])

    return Waiting.on(session.jobs.add("propose", run), given.wait_seconds)


def ask(session: Session, given: AskArguments) -> Waiting:
    """Begin a plate.

    Args:
        session: what is served.
        given: what stands on it.

    Raises:
        BudgetReachedError: fewer docks are left.
    """
    library = file_of(session.folder, given.library, LIBRARIES, session.sealed.holds) if given.library else None
    with session.campaign() as known:
        waiting = len([row for row in known.rows() if row.evaluation is None])
    docks = _afford(session, given.n + len(given.controls) + waiting, waiting)

    def run(work: Work) -> Answer:
        with _opened(session, work) as campaign:
            _pay(session, campaign, work, given.n + waiting)
            watch = _watcher(work, given.n + waiting)
            return _answered(campaign, campaign.ask(given.n, library=library, controls=given.controls, watch=watch))

    return Waiting.on(session.jobs.add("ask", run, docks), given.wait_seconds)


def measure(session: Session, given: MeasureArguments) -> Waiting:
    """Begin to measure molecules of the client's own.

    Args:
        session: what is served.
        given: which ones.

    Raises:
        CampaignError: a molecule that breaks the campaign's rules; nothing is measured then.
        BudgetReachedError: fewer docks are left.
    """
    with session.campaign() as campaign:
        proposals = [_own(campaign, one) for one in given.molecules]
        values = {one.value for one in proposals}
        count = len(values - {one.value for one in campaign.records() if not left_out(one.evaluation)})
        count += len([row for row in campaign.unmeasured(()) if row.proposal.value not in values])
    docks = _afford(session, count)

    def run(work: Work) -> Answer:
        with _opened(session, work) as campaign:
            _pay(session, campaign, work, count)
            return _answered(campaign, campaign.measure(proposals, watch=_watcher(work, count)))

    return Waiting.on(session.jobs.add("measure", run, docks), given.wait_seconds)


def tell(session: Session, given: TellArguments) -> Waiting:
    """Begin to take results.

    Args:
        session: what is served.
        given: the results.

    Raises:
        ConflictingSettingsError: neither results nor a file, or both.
    """
    if bool(given.results) == bool(given.file):
        raise ConflictingSettingsError("give either results or the name of a file with them")
    with session.campaign() as known:
        rows = [_row(known, one) for one in given.results]
    source: Any = file_of(session.folder, given.file, RESULTS, session.sealed.holds) if given.file else rows

    def run(work: Work) -> Answer:
        with _opened(session, work) as campaign:
            try:
                report = campaign.tell(
                    source,
                    term=given.assay or None,
                    replace=given.replace,
                    dry_run=given.dry_run,
                    watch=_watcher(work, 0),
                )
            except BudgetReachedError as error:
                said = f"the results are stored; {error}, so that new molecules are not measured in the other terms"
                return Answer(notes=[said])
            return Answer(told=[_told(row) for row in report.rows], notes=[report.counted(), *report.notes])

    return Waiting.on(session.jobs.add("tell", run), given.wait_seconds)


# -- how it is done -----------------------------------------------------------------------------------------


@contextmanager
def _opened(session: Session, work: Work) -> Iterator[Campaign]:
    """The campaign of a job, opened to measure with every dock counted."""
    with session.campaign() as campaign:
        session.measuring(campaign, work)
        yield campaign


def _afford(session: Session, molecules: int, waiting: int = 0) -> int:
    """The docks that molecules need, one for each receptor; refuses what the budget has no docks for.

    Args:
        session: what is served.
        molecules: to be measured.
        waiting: of these, proposed before.
    """
    with session.campaign() as campaign:
        loss = campaign.remade_loss()
    cost = 1 if loss is None else max(1, loss.cost)
    before = f"{waiting * cost} for what was proposed before and is measured first" if waiting else ""
    session.budget.check_docks(molecules * cost, before, session.jobs.promised())
    return molecules * cost


def _pay(session: Session, campaign: Campaign, work: Work, molecules: int) -> None:
    """Count the molecules of a campaign that docks nothing; others are counted dock by dock."""
    if not docked_into(campaign.loss):
        for _ in range(molecules):
            session.budget.take(work.number, "", "")
            work.taken += 1


def _watcher(work: Work, total: int) -> Callable[[Event], None]:
    count = 0

    def watch(event: Event) -> None:
        nonlocal count
        work.check()
        if event.proposal is not None and event.evaluation is not None:
            count += 1
            score = event.evaluation.score
            said = event.evaluation.status.value if score is None else f"{score:.3f}"
            work.report(count, max(count, total), f"{event.proposal.value}: {said}")

    return watch


def _own(campaign: Campaign, given: Own) -> Proposal:
    value = campaign.domain.canonical(given.smiles)
    if reasons := campaign.domain.validate(value):
        raise CampaignError(f"{given.smiles} breaks the campaign's rules: {listed(reasons)}; 'check' tells beforehand")
    parent = campaign.resolve(given.parent).proposal.value if given.parent else None
    predicted = _predicted(campaign.archive().of(parent or ""), given.expected) if given.expected else {}
    reason = one_line(given.reason)
    return Proposal(value, parent, reason=reason, predicted=predicted, advisor="agent", by_model=True)


def _predicted(parent: Record | None, expected: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The scores that a client expects, each with a standard deviation of half the change."""
    if parent is None:
        raise CampaignError("'expected' is a change against the parent: name a parent that is measured")
    known = {term.loss: term.score for term in parent.evaluation.all_terms()}
    found = {}
    for name, change in expected.items():
        if (score := known.get(name)) is None:
            raise UnknownNameError(
                "measured term of the parent", name, [term for term, at in known.items() if at is not None]
            )
        found[name] = (score + change, max(abs(change) / 2, LEAST_SD))
    return found


def _proposed(campaign: Campaign, one: Proposal) -> Proposed:
    parent = campaign.archive().of(one.parent or "")
    row = campaign.find(one.value)
    return Proposed(
        id="" if row is None else identifier(row.id),
        smiles=one.value,
        parent="" if parent is None else parent.name,
        change="" if parent is None else one_line(campaign.domain.difference(parent.value, one.value)),
        reason=one_line(one.reason),
        proposed_by=one.advisor,
        expected={term: views.quantity(mean, "", sd) for term, (mean, sd) in one.predicted.items()},
    )


def _answered(campaign: Campaign, records: Sequence[Record]) -> Answer:
    return Answer(molecules=[views.molecule(campaign, one) for one in records], notes=campaign.notes()[:10])


def _row(campaign: Campaign, one: Result) -> Mapping[str, Any]:
    """A result as a row of a table; what is neither an id nor a name of the campaign is a SMILES, if it can be."""
    row = campaign.find(one.molecule)
    called = () if row is None else (identifier(row.id), campaign.name_of(row))
    drawn = one.molecule not in called and Validator("parse").check(one.molecule).ok
    value = one.value if isinstance(one.value, str) or not one.unit else f"{one.value!r} {one.unit}"
    molecule = {"id": "", "smiles": one.molecule} if drawn else {"id": one.molecule, "smiles": ""}
    return {**molecule, "value": value, "note": one.note}


def _told(row: ToldRow) -> Told:
    return Told(
        molecule=row.molecule,
        smiles=row.smiles,
        assay=row.assay,
        fate=row.fate.value,
        understood=row.said,
        why=row.why,
        warnings=list(row.warnings),
    )


TOOLS = (
    Tool(
        "propose",
        "What the campaign's own search would measure next, with parent, change, reason and expected scores. Docks "
        "nothing; take, change or leave them.",
        ProposeArguments,
        Job,
        propose,
    ),
    Tool(
        "measure",
        "Measure molecules of your own by the campaign's objective; they become part of it, with their parent and your "
        "reason, and the search learns from them. Each counts one dock for each receptor of the objective.",
        MeasureArguments,
        Job,
        measure,
    ),
    Tool(
        "ask",
        "Have the search choose n molecules and measure them; with an assay in the objective they are a plate for the "
        "laboratory and wait for 'tell'. Each counts one dock for each receptor of the objective.",
        AskArguments,
        Job,
        ask,
    ),
    Tool(
        "tell",
        "Tell what a laboratory measured: results, or the name of a table in the campaign's folder. Each result is "
        "stored or refused with what to do. dry_run writes nothing. Never tell guesses or docking scores.",
        TellArguments,
        Job,
        tell,
    ),
)
