"""Tools on jobs: what became of one, and to stop one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from molgrad.serve.models import Job
from molgrad.serve.tools.tool import Arguments, Name, Tool, Wait, Waiting

if TYPE_CHECKING:
    from molgrad.serve.session import Session

JobName = Annotated[Name, Field(description="Such as j0003.")]


class JobArguments(Arguments):
    """Which job."""

    job: JobName
    wait_seconds: Wait = 0.0


class CancelArguments(Arguments):
    """Which job."""

    job: JobName


def job(session: Session, given: JobArguments) -> Waiting:
    """What became of a job.

    Args:
        session: what is served.
        given: which one.

    Raises:
        CampaignError: there is none.
    """
    return Waiting(given.job, session.jobs.find(given.job), given.wait_seconds)


def cancel(session: Session, given: CancelArguments) -> Waiting:
    """Stop a job.

    Args:
        session: what is served.
        given: which one.

    Raises:
        CampaignError: there is none.
    """
    work = session.jobs.find(given.job)
    if work is not None:
        session.jobs.stop(work, "cancelled by the client; what was docked is kept")
    return Waiting(given.job, work, 2.0)


TOOLS = (
    Tool(
        "job",
        "The state and result of a job; waits for it up to wait_seconds. Sends progress where a token is given.",
        JobArguments,
        Job,
        job,
        reads=True,
        always=True,
    ),
    Tool("cancel", "Stop a job. Docks that were begun stay counted.", CancelArguments, Job, cancel, always=True),
)
