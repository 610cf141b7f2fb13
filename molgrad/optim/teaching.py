"""What a search is taught: its own lessons, and those of an earlier run until its own pairs contradict them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from molgrad.autograd.domain import Domain
from molgrad.autograd.gradient import Proposal
from molgrad.optim.archive import Archive
from molgrad.optim.effects import CLEAR, Effect, counted, signed
from molgrad.optim.lessons import ENOUGH, Lesson, LessonBook
from molgrad.optim.pairs import MANY, exchanged, pair_of
from molgrad.optim.readings import TOTAL, readings

CONTRADICT = 2  # own pairs that can contradict a lesson of another run
HALF = 0.5  # of a told effect: what comes to less, and beyond the noise, contradicts it
MOST_BONUS = 0.3  # units of the loss that a lesson is worth in the choice: it decides between nearly equals
EARLIER = "an earlier run"  # what another run is called where its folder's name is nobody's business


@dataclass(frozen=True, slots=True)
class Retracted:
    """A lesson of another run that this run contradicts.

    Attributes:
        lesson: as it was told.
        told: its effect that did not come.
        here: the effect in this run.
    """

    lesson: Lesson
    told: Effect
    here: Effect

    def __str__(self) -> str:
        """Such as "retracted: F -> CF3 from runs/a (docking -0.4 ± 0.1 kcal/mol), here +0.3, +0.4 in 2 pairs"."""
        error, unit = self.here.error, f" {self.here.unit}" if self.here.unit else ""
        came = ", ".join(signed(change, error) for change in self.here.changes[:ENOUGH])
        told = str(self.told).partition(",")[0]
        return (
            f"retracted: {self.lesson.change} from {self.lesson.source} ({told}), here {came}{unit} in "
            f"{counted(self.here.n)}"
        )


class Teaching:
    """The lessons of a run, and of the run whose lessons it began with.

    It follows from what was measured and from the lessons that were told, in whatever order they came.

    Args:
        domain: of the values.
        told: lessons of an earlier run.
    """

    def __init__(self, domain: Domain, told: Sequence[Lesson] = ()) -> None:
        self.domain, self.told = domain, tuple(told)
        self.book = LessonBook(domain)
        self._expected: dict[str, float] = {}
        self._kinds: set[str] = set()
        self._used: dict[str, Lesson] = {}

    def lessons(self, archive: Archive) -> list[Lesson]:
        """The run's own lessons, then those told that it neither contradicts nor has learned itself.

        Args:
            archive: what was measured.
        """
        own = self.book.lessons(archive, ENOUGH, MANY)
        known = {lesson.change for lesson in own} | {one.lesson.change for one in self.retracted(archive)}
        return [*own, *(lesson for lesson in self.told if lesson.change not in known)]

    def retracted(self, archive: Archive) -> list[Retracted]:
        """The told lessons that the run's own pairs contradict.

        Args:
            archive: what was measured.
        """
        if not self.told:
            return []
        own = {lesson.change: lesson for lesson in self.book.lessons(archive, CONTRADICT, MANY)}
        found = (_contradicted(lesson, own.get(lesson.change)) for lesson in self.told)
        return [one for one in found if one is not None]

    def sentences(self, archive: Archive) -> list[str]:
        """Every lesson and retraction as a sentence; other runs are not named.

        Args:
            archive: what was measured.
        """
        hidden = [replace(one, lesson=_unnamed(one.lesson)) for one in self.retracted(archive)]
        return [*(str(_unnamed(lesson)) for lesson in self.lessons(archive)), *map(str, hidden)]

    def read(self, archive: Archive) -> Teaching:
        """Note what the lessons expect of a proposal.

        Args:
            archive: what was measured.
        """
        self._used = {lesson.change: lesson for lesson in self.lessons(archive)}
        weights: dict[str, float] = {}
        for record in archive.ranked(1) if self._used else ():
            weights = {term: one.weight for term, one in readings(record).items()}
        expected = {
            change: sum(
                effect.expected * weights[effect.term]
                for effect in lesson.effects
                if effect.term in weights and effect.term != TOTAL
            )
            for change, lesson in self._used.items()
        }
        self._expected = {change: value for change, value in expected.items() if value}
        self._kinds = {kind for change in self._expected for kind in self._used[change].kinds}
        return self

    def bonus(self, proposal: Proposal) -> float:
        """Head start of a proposal that makes a change of which the run knows: what is expected of it, bounded.

        Args:
            proposal: with its parent.
        """
        change = self._change(proposal)
        if change is None:
            return 0.0
        name, forward = change
        expected = self._expected[name] if forward else -self._expected[name]
        return max(-MOST_BONUS, min(MOST_BONUS, -expected))

    def reason(self, proposal: Proposal) -> str:
        """The lesson that speaks for a proposal, as a sentence; empty where none does.

        Args:
            proposal: with its parent.
        """
        change = self._change(proposal)
        if change is None or self.bonus(proposal) <= 0.0:
            return ""
        back = "" if change[1] else "the other way round, "
        return f"lesson: {back}{self._used[change[0]]}"

    def _change(self, proposal: Proposal) -> tuple[str, bool] | None:
        """The lesson whose change a proposal makes, and whether in the same direction."""
        if not self._expected or proposal.parent is None:
            return None
        found = exchanged(self.domain, proposal.parent, proposal.value)
        if found is None or found[2] not in self._kinds:
            return None
        pair = pair_of(self.domain, proposal.parent, proposal.value)
        if pair is None or pair.text not in self._expected:
            return None
        return pair.text, pair.after == proposal.value


def _contradicted(lesson: Lesson, own: Lesson | None) -> Retracted | None:
    """The told effect that own pairs contradict; None where they agree, or are within the noise."""
    for told in lesson.effects:
        here = None if own is None else own.effect(told.term)
        if here is None or abs(here.mean - told.mean) <= CLEAR * math.hypot(here.error, told.error):
            continue
        if not told.clear or here.mean * told.mean < HALF * told.mean**2:
            return Retracted(lesson, told, here)
    return None


def _unnamed(lesson: Lesson) -> Lesson:
    return replace(lesson, source=EARLIER) if lesson.source else lesson
