"""The lessons with which a campaign began, as its folder keeps them: those of an earlier run."""

from __future__ import annotations

from molgrad.campaign.store import Store
from molgrad.optim.lessons import Lesson

BRIEF = "brief"  # the entry of `meta` with the lessons of another run


def told_lessons(store: Store) -> tuple[Lesson, ...]:
    """The lessons of another run that a campaign began with; none where it began without.

    Args:
        store: of the campaign.
    """
    return tuple(Lesson.from_json(one) for one in (store.meta(BRIEF) or {}).get("lessons", ()))


def brief_notes(store: Store) -> list[str]:
    """What of another run's lessons was taken and what was not, in words.

    Args:
        store: of the campaign.
    """
    return list((store.meta(BRIEF) or {}).get("notes", ()))
