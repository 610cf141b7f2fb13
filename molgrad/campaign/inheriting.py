"""Lessons of an earlier run for a new one: which of them can be compared, and what is said of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from molgrad.campaign.folder import DATABASE
from molgrad.campaign.revisions import Term, terms_of
from molgrad.errors import CampaignError, listed
from molgrad.evaluation import DOCKING
from molgrad.optim.effects import Effect
from molgrad.optim.lessons import Lesson

MOST = 60  # lessons that are taken, the best supported
CHANGES = 12  # numbers of single pairs that are kept of each


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a campaign takes over from another run.

    Attributes:
        lessons: the comparable ones, each with its source.
        notes: what was taken and what was not, a sentence each.
    """

    lessons: tuple[Lesson, ...]
    notes: tuple[str, ...]

    def to_json(self, source: str) -> dict[str, Any]:
        """What the campaign's folder keeps, so that the other run is not needed any more.

        Args:
            source: the folder of the other run.
        """
        return {
            "source": source,
            "lessons": [lesson.to_json() for lesson in self.lessons],
            "notes": list(self.notes),
        }


def inherit(source: Path, own: Path, loss: Mapping[str, Any], *, across: bool = False) -> Inherited:
    """The lessons of another run that hold for a loss.

    Args:
        source: the folder of the other run.
        own: the folder of the campaign that takes them.
        loss: the specification of its loss.
        across: whether lessons of docking into another receptor are taken.

    Raises:
        CampaignError: the folder holds no run of molecules, a damaged one, one of another version of molgrad, or it is
            the campaign's own.
    """
    from molgrad.campaign.campaign import Campaign  # it is made of what is made here

    if source.resolve() == own.resolve():
        raise CampaignError(f"--brief {source}: a campaign cannot begin with its own lessons; name another run")
    if not (source / DATABASE).is_file():
        raise CampaignError(f"--brief {source}: there is no run (no {DATABASE}); name the folder of one")
    with Campaign(source) as other:
        if other.domain.name != "molecule":
            raise CampaignError(f"--brief {source}: it is a run of {other.domain.name}s, which has no matched pairs")
        found = other.matched_lessons()
        theirs = terms_of(other.settings["loss"])
    taken, left = _mapped(theirs, terms_of(loss), across=across)
    kept = [_taken(lesson, str(source), taken) for lesson in found]
    lessons = tuple(lesson for lesson in kept if lesson is not None)[:MOST]
    said = f"lessons taken from {source}: {len(lessons)}"
    why = "" if found else " (no change was measured in three pairs there)"
    named = {effect.term for lesson in found for effect in lesson.effects}
    return Inherited(lessons, (said + why, *(note for term, note in left.items() if term in named)))


def _mapped(theirs: Sequence[Term], ours: Sequence[Term], *, across: bool) -> tuple[dict[str, str], dict[str, str]]:
    """The terms of another run by their names there: what each is called here, and why others are not taken."""
    taken, left = dict[str, str](), dict[str, str]()
    for term in theirs:
        same = [one for one in ours if _comparable(term.spec, one.spec)]
        docks = [one for one in ours if one.spec.get("loss") == DOCKING] if term.spec.get("loss") == DOCKING else []
        if same or (across and docks):
            taken[term.label] = (same or docks)[0].label
        elif docks:
            into = listed([str(one.spec.get("receptor")) for one in docks])
            left[term.label] = (
                f"not taken: lessons of docking into {term.spec.get('receptor')}, another receptor than {into} "
                "(--brief-across takes them)"
            )
        else:
            left[term.label] = f"not taken: lessons of {term.label}, which is no term of this run"
    return taken, left


def _comparable(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two terms measure the same, of docking whatever the effort, seed or box."""
    if one.get("loss") == DOCKING == other.get("loss"):
        return bool(one.get("sha256") == other.get("sha256"))
    return dict(one) == dict(other)


def _taken(lesson: Lesson, source: str, taken: Mapping[str, str]) -> Lesson | None:
    """A lesson with the effects that can be compared, by the names of this run; None without any."""
    effects = tuple(_renamed(effect, taken[effect.term]) for effect in lesson.effects if effect.term in taken)
    return Lesson(lesson.change, effects, (), lesson.kinds, source) if effects else None


def _renamed(effect: Effect, term: str) -> Effect:
    return replace(effect, term=term, changes=effect.changes[:CHANGES], against=effect.against[:CHANGES])
