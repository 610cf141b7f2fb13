"""Everything that was measured so far, in the order in which it was proposed."""

from __future__ import annotations

import random
from bisect import bisect, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import nsmallest
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from molgrad.optim.record import Record

Similarities = Callable[[Sequence[str], str], Sequence[float]]  # of values to one other, 0 to 1
GENERATIONS = 5  # of a lineage that are described, the latest
_REASON = 160  # characters of the reason of each
POOL = 30  # of the best, among which parents are picked
DRAWN = 1000  # of the best, among which parents are drawn by chance: more would only cost time
TELLING = 5000  # records that models learn from; the features of one take 6 kB


class Seen(NamedTuple):
    """What models read of a record.

    Attributes:
        record: whose it is.
        terms: name, score and standard deviation of each term.
        predicted: of its proposal.
    """

    record: Record
    terms: tuple[tuple[str, float | None, float | None], ...]
    predicted: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, record: Record) -> Seen:
        """What models read of a record."""
        terms = tuple((term.loss, term.score, term.sd) for term in record.evaluation.all_terms())
        return cls(record, terms, record.proposal.predicted)


class Archive:
    """Measured values and those proposed; knows which are best and which may be parents.

    Sorted as it grows, so that asking for the best of many thousands costs no more than of a few.

    Args:
        records: what was measured, in the order proposed.

    Attributes:
        records: everything measured, in the order proposed.
        taken: every value that was proposed, in the order proposed.
        pairs: each measured parent with a measured child of it, in the order in which both were known.
        trials: how many proposals beat their parents and how many were compared, of a model's (True) and all others.
    """

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.records: list[Record] = []
        self.taken: dict[str, None] = {}
        self.pairs: list[tuple[Record, Record]] = []
        self.trials: dict[bool, tuple[int, int]] = {}
        self._places: list[int] = []  # of each record, among everything proposed
        self._ranked: list[tuple[bool, float, int, Record]] = []
        self._families: dict[str, list[tuple[int, Record]]] = {}  # each value's own record and its children's
        self._by_value: dict[str, Record] = {}
        self._bulk = False
        self._seen: dict[str, Seen] = {}
        self._telling: tuple[int, list[Record]] = (0, [])
        for record in records:
            self.add(record)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """While many are added at once: they are sorted at the end, and nothing is asked before."""
        self._bulk = True
        try:
            yield
        finally:
            self._bulk = False
            self._ranked.sort()

    def add(self, record: Record, place: int | None = None) -> None:
        """Take in a measurement.

        Args:
            record: what was measured.
            place: its place in the order proposed; after all others by default.
        """
        place = (self._places[-1] + 1 if self._places else 0) if place is None else place
        at = bisect(self._places, place)
        self._places.insert(at, place)
        self.records.insert(at, record)
        value, parent = record.value, record.proposal.parent or ""
        self.taken.setdefault(value)
        if (score := record.known_score) is not None:
            ranked = (record.evaluation.score is None, score, place, record)
            if self._bulk:
                self._ranked.append(ranked)
            else:
                insort(self._ranked, ranked)
        for _, child in self._families.get(value, ()):
            if child.value != value:  # it was measured before its parent
                self._pair(record, child)
        for one in {value, parent} - {""}:
            insort(self._families.setdefault(one, []), (place, record), key=itemgetter(0))
        self._by_value[value] = record
        if parent != value and parent in self._by_value:
            self._pair(self._by_value[parent], record)

    def _pair(self, parent: Record, child: Record) -> None:
        self.pairs.append((parent, child))
        before, after = parent.known_score, child.known_score
        if before is not None:
            better, trials = self.trials.get(child.proposal.by_model, (0, 0))
            self.trials[child.proposal.by_model] = (better + (after is not None and after < before), trials + 1)

    def seen(self, record: Record) -> Seen:
        """What models read of a record, taken out of it once: a record of a large campaign may lie on disk.

        Args:
            record: one of `telling`.
        """
        known = self._seen.get(record.value)
        if known is None or known.record is not record:
            known = self._seen[record.value] = Seen.of(record)
        return known

    def telling(self) -> Sequence[Record]:
        """The records that models learn from, in order: all of them up to `TELLING`.

        Beyond, a third are the best, since what is proposed lies near them, a third the newest, and a third a sample of
        all, drawn by a hash of the values so that it hardly changes while more are measured.
        """
        if len(self.records) <= TELLING:
            return self.records
        if self._telling[0] != len(self.records):
            part = TELLING // 3
            drawn = nsmallest(part, self.records, key=lambda record: crc32(record.value.encode()))
            told = {record.value for record in (*self.ranked(part), *self.records[-part:], *drawn)}
            for value in self._seen.keys() - told:
                del self._seen[value]
            self._telling = len(self.records), [record for record in self.records if record.value in told]
        return self._telling[1]

    def of(self, value: str) -> Record | None:
        """The measurement of a value; None where there is none."""
        return self._by_value.get(value)

    def placed(self) -> Iterator[tuple[int, Record]]:
        """The records, each with its place in the order proposed."""
        return zip(self._places, self.records, strict=True)

    def family(self, value: str) -> list[Record]:
        """The measurements of a value and of its children, in the order proposed."""
        return [record for _, record in self._families.get(value, ())]

    def ranked(self, n: int | None = None) -> list[Record]:
        """Records with a score, best first; complete ones before those that wait for an assay."""
        return [record for *_, record in self._ranked[:n]]

    def best(self) -> Iterator[Record]:
        """Records with a whole score, best first."""
        return (record for incomplete, _, _, record in self._ranked if not incomplete)

    def parents(
        self,
        n: int,
        similarities: Similarities,
        penalty: float = 2.0,
        estimates: Mapping[str, float] = MappingProxyType({}),
    ) -> list[Record]:
        """Up to `n` good records that are not all alike.

        Picked one by one: rank by score plus `penalty` (in units of the loss) times the similarity to the
        nearest parent already picked, among the best `POOL`. While an assay is out, a molecule's known part is no
        match for a whole total: those that wait are parents only when nothing is complete, or where there is an
        estimate of their total.

        Args:
            n: how many at most.
            similarities: of values to one other.
            penalty: see above.
            estimates: totals of records that wait for one assay while another is back, by value.
        """
        ranked = self.ranked(POOL)
        pool: list[Record] = [r for r in ranked if r.evaluation.ok or r.value in estimates] or ranked
        met = {r.value for r in pool}
        pool += [r for value in estimates if value not in met and (r := self.of(value)) is not None]
        nearest = dict.fromkeys((r.value for r in pool), 0.0)
        chosen: list[Record] = []
        while pool and len(chosen) < n:
            best = min(pool, key=lambda r: (_total(r, estimates) + penalty * nearest[r.value], r.value))
            chosen.append(best)
            pool = [r for r in pool if r is not best]
            for r, near in zip(pool, similarities([r.value for r in pool], best.value), strict=True):
                nearest[r.value] = max(nearest[r.value], near)
        return chosen

    def drawn(self, n: int, rng: random.Random, deviation: float, besides: Sequence[Record] = ()) -> list[Record]:
        """Up to `n` further records by Thompson sampling: the best after each score was drawn about what was measured.

        Args:
            n: how many.
            rng: decides the draws.
            deviation: of a draw, in units of the loss: how much a measured score says of what a record may lead to.
            besides: records that are taken already.
        """
        taken = {record.value for record in besides}
        ranked = [r for r in self.ranked(DRAWN + len(taken)) if r.evaluation.ok and r.value not in taken]
        draws = [((r.known_score or 0.0) + rng.gauss(0.0, deviation), r.value, r) for r in ranked]
        return [record for *_, record in sorted(draws, key=lambda d: d[:2])[:n]]

    def stalled(self) -> int:
        """How many records came after the best one."""
        return len(self.records) - bisect(self._places, self._ranked[0][2]) if self._ranked else 0

    def success(self, *, by_model: bool) -> float:
        """The fraction of children that were better than their parents, 0 to 1.

        The mean of a Beta distribution that starts at one half: one lucky child proves little. A child that gave no
        number is no success; a parent without one proves nothing.

        Args:
            by_model: whether to look at what language models proposed, or at everything else.
        """
        better, tried = self.trials.get(by_model, (0, 0))
        return (1 + better) / (2 + tried)


def _total(record: Record, estimates: Mapping[str, float]) -> float:
    return estimates.get(record.value, record.known_score or 0.0)


def describe_lineage(line: Sequence[Record]) -> str:
    """Each ancestor with its total and what each step was for and did, oldest first; the last is the value itself.

    Empty for a value without parents. Says how many steps are left out.
    """
    if len(line) < 2:
        return ""
    left = max(0, len(line) - GENERATIONS - 1)
    steps = [_generation(before, record) for before, record in zip([None, *line], line, strict=False)]
    return "\n".join([*([f"({left} earlier steps left out)"] if left else []), *steps[left:]])


def _generation(before: Record | None, record: Record) -> str:
    score = record.known_score
    total = "no score" if score is None else f"total {score:.2f}"
    if before is None:
        return f"{record.value}: {total}"
    change = "" if score is None or before.known_score is None else f" ({score - before.known_score:+.2f})"
    reason = record.proposal.reason
    why = reason if len(reason) <= _REASON else f"{reason[:_REASON]} [...]"
    return f"-> {record.value}: {total}{change}; {why}"
