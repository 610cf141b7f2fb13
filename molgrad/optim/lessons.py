"""Lessons with controls: what one transformation in its context did, over all measured pairs that it explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from molgrad.autograd.domain import Domain
from molgrad.errors import one_line
from molgrad.optim.archive import Archive
from molgrad.optim.effects import Change, Effect, effect_of, usual_variance
from molgrad.optim.pairs import Pair, PairBook
from molgrad.optim.readings import TOTAL, Reading, is_measured, readings
from molgrad.optim.record import Record

ENOUGH = 3  # pairs from which on a transformation is a lesson: two may agree by chance


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one transformation did in the pairs that were measured.

    Attributes:
        change: the transformation in its context, in words: "F para to the amide -> CF3".
        effects: on each measured term and on the total, the clearest first.
        pairs: names of the values before and after.
        kinds: what is exchanged, without the context, as `Pair.kind`.
        source: the run that it comes from; empty for the run's own.
    """

    change: str
    effects: tuple[Effect, ...]
    pairs: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    source: str = ""

    @property
    def n(self) -> int:
        """The most pairs in which a term was measured on both sides."""
        return max((effect.n for effect in self.effects), default=0)

    @property
    def strength(self) -> float:
        """That of its clearest effect, in standard errors."""
        return max((effect.strength for effect in self.effects), default=0.0)

    @property
    def clear(self) -> bool:
        """Whether it has an effect beyond the noise."""
        return any(effect.clear for effect in self.effects)

    def effect(self, term: str) -> Effect | None:
        """The effect on a term; None where it was not measured on both sides of any pair.

        Args:
            term: its name, or "total".
        """
        return next((effect for effect in self.effects if effect.term == term), None)

    def __str__(self) -> str:
        """One sentence, such as "F para to the amide -> CF3: docking -0.4 ± 0.2 kcal/mol, 5 of 6 (not m0012)"."""
        start = f"from {self.source}: " if self.source else ""
        if not self.clear:  # the measured terms alone: a total within the noise adds nothing
            told = [effect for effect in self.effects if effect.term != TOTAL] or list(self.effects)
            numbers = [str(effect).replace(" no clear effect:", "", 1) for effect in told]
            return one_line(f"{start}{self.change}: no clear effect: {'; '.join(numbers)}")
        return one_line(f"{start}{self.change}: {'; '.join(map(str, self.effects))}")

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which `from_json` makes the same lesson."""
        return {
            "change": self.change,
            "effects": [effect.to_json() for effect in self.effects],
            "pairs": [list(pair) for pair in self.pairs],
            "kinds": list(self.kinds),
            "source": self.source,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Lesson:
        """The lesson that `to_json` wrote."""
        effects = tuple(Effect.from_json(effect) for effect in data["effects"])
        pairs = tuple((str(before), str(after)) for before, after in data["pairs"])
        return cls(data["change"], effects, pairs, tuple(data["kinds"]), data["source"])


class LessonBook:
    """The lessons of an archive, brought up to date as it grows.

    Args:
        domain: of the values.
    """

    def __init__(self, domain: Domain) -> None:
        self.pairs = PairBook(domain)
        self._known: dict[str, tuple[Record, dict[str, Reading]]] = {}
        self._measured: set[str] = set()
        self._archive: Archive | None = None

    def lessons(self, archive: Archive, least: int = ENOUGH, most: int | None = None) -> list[Lesson]:
        """What each transformation did, the best supported first.

        Args:
            archive: what was measured; that of an earlier call with more in it, or one with corrected results.
            least: pairs that a transformation needs.
            most: pairs that are looked at, as in `PairBook.pairs`; all by default.
        """
        self._read(archive)
        self.pairs.read(archive)
        groups: dict[str, list[Pair]] = {}
        for pair in self.pairs.pairs(least, most):
            groups.setdefault(pair.text, []).append(pair)
        changes = {text: dict(self._changes(archive, pairs)) for text, pairs in groups.items()}
        usual = self._usual(list(changes.values()))
        found = [
            lesson
            for text, pairs in groups.items()
            if (lesson := self._lesson(archive, text, pairs, changes[text], usual, least)) is not None
        ]
        return sorted(found, key=_support)

    @property
    def exact(self) -> bool:
        """Whether nothing that was read has a term that is measured: all of them are computed exactly."""
        return bool(self._known) and not self._measured

    def _read(self, archive: Archive) -> None:
        for record in archive.records:
            known = self._known.get(record.value)
            if known is not None and known[0] is record:
                continue
            self._known[record.value] = record, readings(record)
            predicted = dict(record.proposal.predicted)
            self._measured |= {term.loss for term in record.evaluation.all_terms() if is_measured(term, predicted)}

    def _changes(self, archive: Archive, pairs: Sequence[Pair]) -> Iterator[tuple[str, list[tuple[Change, Reading]]]]:
        """By term, the change in each pair that was measured on both sides."""
        found: dict[str, list[tuple[Change, Reading]]] = {}
        for pair in pairs:
            before, after = (self._known[value][1] for value in (pair.before, pair.after))
            for term, new in after.items():
                old = before.get(term)
                if old is None or old.unit != new.unit or (term not in self._measured and term != TOTAL):
                    continue
                noise = old.noise**2 + new.noise**2
                change = Change(_named(archive, pair.after), new.value - old.value, new.score - old.score, noise)
                found.setdefault(term, []).append((change, new))
        yield from found.items()

    @staticmethod
    def _usual(groups: Sequence[Mapping[str, Sequence[tuple[Change, Reading]]]]) -> dict[str, float]:
        terms = dict.fromkeys(term for group in groups for term in group)
        return {
            term: usual_variance([[change.value for change, _ in group.get(term, ())] for group in groups])
            for term in terms
        }

    def _lesson(
        self,
        archive: Archive,
        text: str,
        pairs: Sequence[Pair],
        changes: Mapping[str, Sequence[tuple[Change, Reading]]],
        usual: Mapping[str, float],
        least: int,
    ) -> Lesson | None:
        effects = [
            effect_of(term, of[0][1].kind, of[0][1].unit, [change for change, _ in of], usual[term])
            for term, of in changes.items()
            if len(of) >= least
        ]
        if not any(effect.term != TOTAL for effect in effects):
            return None
        effects.sort(key=lambda one: (one.term == TOTAL, not one.clear, -one.strength, one.term))
        named = tuple((_named(archive, pair.before), _named(archive, pair.after)) for pair in pairs)
        return Lesson(text, tuple(effects), named, tuple(sorted({pair.kind for pair in pairs})))


def _support(lesson: Lesson) -> tuple[bool, float, int, str]:
    """Sorts clear effects by strength, then what has none by its pairs."""
    return not lesson.clear, -lesson.strength if lesson.clear else 0.0, -lesson.n, lesson.change


def _named(archive: Archive, value: str) -> str:
    record = archive.of(value)
    return value if record is None else record.title.strip() or value
