"""Tools that go on with the campaign: what it would measure, plates, molecules of the client's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from molgrad.autograd.gradient import Proposal
from molgrad.campaign.campaign import Campaign
from molgrad.campaign.table import identifier
from molgrad.campaign.unasked import left_out
from molgrad.errors import (
    CampaignError,
    UnknownNameError,
    listed,
    one_line,
)
from molgrad.optim.record import Record
from molgrad.serve.jobs import Work
from molgrad.serve.models import Answer, Job, Proposed
from molgrad.serve.targets import docked_into, file_of
from molgrad.serve.tools import views
from molgrad.serve.tools.running import opened, watcher
from molgrad.serve.tools.tool import MOLECULES, Arguments, FileName, Name, Reference, Smiles, Text, Tool, Wait, Waiting

if TYPE_CHECKING:
    from molgrad.serve.session import Session

LIBRARIES = (".smi", ".csv", ".tsv", ".sdf", ".xlsx")
LEAST_SD = 0.1  # units of a term; what is expected is never certain

Count = Annotated[int, Field(ge=1, le=MOLECULES)]


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


def propose(session: Session, given: ProposeArguments) -> Waiting:
    """Begin to think of what to measure next.

    Args:
        session: what is served.
        given: how many.
    """
    session.campaign().close()

    def run(work: Work) -> Answer:
        with opened(session, work) as campaign:
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
        with opened(session, work) as campaign:
            _pay(session, campaign, work, given.n + waiting)
            watch = watcher(work, given.n + waiting)
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
        with opened(session, work) as campaign:
            _pay(session, campaign, work, count)
            return _answered(campaign, campaign.measure(proposals, watch=watcher(work, count)))

    return Waiting.on(session.jobs.add("measure", run, docks), given.wait_seconds)


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
)
