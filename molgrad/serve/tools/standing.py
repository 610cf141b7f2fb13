"""Tools that read: how session and campaign stand, and how a molecule came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from molgrad.docking.worth import WORTH
from molgrad.errors import CampaignError, one_line
from molgrad.report.story import Story
from molgrad.report.why import why as told
from molgrad.serve.models import BudgetOut, Status, Why
from molgrad.serve.targets import docked_into
from molgrad.serve.tools import views
from molgrad.serve.tools.tool import Arguments, Reference, Tool

if TYPE_CHECKING:
    from molgrad.campaign.campaign import Campaign
    from molgrad.optim.record import Record
    from molgrad.serve.session import Session

LESSONS = 8


class StatusArguments(Arguments):
    """How much."""

    best: Annotated[int, Field(ge=0, le=50, description="Of the best molecules.")] = 5


class WhyArguments(Arguments):
    """Which molecule."""

    molecule: Reference | None = None


def status(session: Session, given: StatusArguments) -> Status:
    """How session and campaign stand.

    Args:
        session: what is served.
        given: how much is told.
    """
    budget, jobs = session.budget, session.jobs.waiting()
    spent = budget.spent
    so_far = Status(
        budget=BudgetOut(
            docks=budget.docks,
            spent=spent,
            left=max(0, budget.docks - spent),
            minutes_left=round(budget.seconds_left / 60, 1),
        ),
        jobs=[f"{work.told().job} {work.tool}: {work.state}, {work.done} of {work.total}" for work in jobs],
        campaign=session.has_campaign,
    )
    if not session.has_campaign:
        return so_far
    with session.campaign() as campaign:
        return _with_campaign(so_far, campaign, given.best)


def _with_campaign(so_far: Status, campaign: Campaign, best: int) -> Status:
    found = campaign.standing(best)
    first = campaign.leading(1)
    docks = bool(docked_into(campaign.remade_loss()))
    return so_far.model_copy(
        update={
            "objective": {term.loss: term.weight for one in first for term in one.evaluation.all_terms()},
            "proposed": found.proposed,
            "measured": found.measured,
            "failed": found.failed,
            "pending": found.pending,
            "unmeasured": found.unmeasured,
            "best": [views.molecule(campaign, record) for record in found.best],
            "notes": [*found.advice, *([WORTH] if docks else [])],
        }
    )


def why(session: Session, given: WhyArguments) -> Why:
    """How a molecule came to be.

    Args:
        session: what is served.
        given: which one; the best by default.

    Raises:
        CampaignError: nothing was measured yet, or it was not.
        UnknownNameError: the campaign has no such molecule.
    """
    with session.campaign() as campaign:
        record = _wanted(campaign, given.molecule)
        line = campaign.lineage(record.value)
        return Why(
            molecule=views.molecule(campaign, record),
            lineage=[views.molecule(campaign, one).model_copy(update={"terms": []}) for one in line],
            story=[one_line(text) for text in told(line, campaign.domain, Story(campaign))],
            lessons=campaign.lessons()[:LESSONS],
        )


def _wanted(campaign: Campaign, molecule: str | None) -> Record:
    if not molecule:
        found = campaign.leading(1)
        if not found:
            raise CampaignError("nothing is measured yet: 'ask' or 'measure' first")
        return found[0]
    row = campaign.resolve(molecule)
    record = campaign.archive().of(row.proposal.value)
    if record is None:
        raise CampaignError(f"{molecule} was proposed ({row.proposal.reason}) and is not measured yet")
    return record


TOOLS = (
    Tool(
        "status",
        "What is left of the budget, which jobs run, and how the campaign stands: objective, best molecules, what "
        "waits for a laboratory. Begin here.",
        StatusArguments,
        Status,
        status,
        reads=True,
        always=True,
    ),
    Tool(
        "why",
        "How a molecule of the campaign came to be: each change with its reason, what was expected, what came, which "
        "contacts were kept; and what the campaign has shown so far. The best molecule by default.",
        WhyArguments,
        Why,
        why,
        reads=True,
        always=True,
    ),
)
