"""What tools of a campaign share: the campaign of a job, and its progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from molgrad.campaign.campaign import Campaign
from molgrad.campaign.events import Event
from molgrad.serve.jobs import Work

if TYPE_CHECKING:
    from molgrad.serve.session import Session


@contextmanager
def opened(session: Session, work: Work) -> Iterator[Campaign]:
    """The campaign of a job, opened to measure with every dock counted.

    Args:
        session: what is served.
        work: the job.
    """
    with session.campaign() as campaign:
        session.measuring(campaign, work)
        yield campaign


def watcher(work: Work, total: int) -> Callable[[Event], None]:
    """Reports each measurement as progress of a job, and ends it where it was cancelled.

    Args:
        work: the job.
        total: measurements expected.
    """
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
