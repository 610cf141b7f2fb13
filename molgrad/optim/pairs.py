"""Matched pairs among measured values: two that differ by one change, found as an archive grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from molgrad.autograd.domain import Domain
from molgrad.optim.archive import Archive

MANY = 1_500  # pairs; beyond, a change is put into words only where its fragments are exchanged often enough
CROWD = 200  # values that share a constant part and are paired with one another; the first ones
HYDROGEN = "H"
ANOTHER = "another structure"  # how a change begins that is told by rings alone: no transformation


@runtime_checkable
class Cutting(Protocol):
    """A domain whose values can be cut into a constant and a variable part, so that any two may be a matched pair."""

    def cuts(self, value: str) -> tuple[str, Sequence[tuple[str, str, str]]]:
        """The key of a value, and each cut: the constant part, the variable part, and the key without the latter.

        Args:
            value: a canonical value.
        """
        ...

    def transformation(self, before: str, after: str) -> str:
        """How two values differ, in words that say where, so that they hold beside other values.

        Args:
            before: a canonical value.
            after: one that is one change away.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values that differ by one transformation, always told the same way round: the smaller group first.

    Attributes:
        before, after: the values.
        text: the transformation in its context, in words: "F para to the amide -> CF3".
        kind: what is exchanged, without the context: "F>FC(F)F".
    """

    before: str
    after: str
    text: str
    kind: str


def pair_of(domain: Domain, one: str, other: str) -> Pair | None:
    """Two values as a pair; None where they differ at several places, or in nothing that words can tell.

    Args:
        domain: of the values.
        one: a canonical value.
        other: another one, in any order.
    """
    found = exchanged(domain, one, other)
    if found is None:
        return None
    before, after, kind = found
    say = domain.transformation if isinstance(domain, Cutting) else domain.difference
    text = say(before, after)
    lost, _, gained = kind.partition(">")
    if lost == gained and (back := say(after, before)) < text:  # a move: by its words alone
        before, after, text = after, before, back
    if not text or text.startswith(ANOTHER):
        return None
    return Pair(before, after, text, kind)


def exchanged(domain: Domain, one: str, other: str) -> tuple[str, str, str] | None:
    """Two values, the one with the smaller group first, and what they exchange; None where that is no single change.

    Args:
        domain: of the values.
        one: a canonical value.
        other: another one, in any order.
    """
    before, after = sorted((one, other))
    step = domain.step(before, after)
    lost, arrow, gained = step.kind.partition(">")
    if step.places != 1 or not arrow:
        return None
    if _size_of(gained) < _size_of(lost):
        before, after, lost, gained = after, before, gained, lost
    return before, after, f"{lost}>{gained}"


def _size_of(group: str) -> tuple[bool, int, str]:
    return group != HYDROGEN, len(group), group


class PairBook:
    """The matched pairs of an archive: every child with its parent, and any two values that share all but one group.

    What is kept follows from the values alone, in whatever order they came; measurements are read elsewhere.

    Args:
        domain: of the values; one that cannot cut them gives pairs of parent and child only.
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._cutting = domain if isinstance(domain, Cutting) else None
        self._read: set[str] = set()
        self._members: dict[str, dict[str, str]] = {}  # constant part -> value -> variable part
        self._bare: dict[str, list[str]] = {}  # key of a value without a group -> its constant parts
        self._keys: dict[str, str] = {}  # key of a value -> the value
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}  # two values -> the smallest parts exchanged
        self._told: dict[tuple[str, str], Pair | None] = {}

    def read(self, archive: Archive) -> PairBook:
        """Take in values that were measured since.

        Args:
            archive: what was measured; the values of earlier calls must be among it.
        """
        for record in archive.records:
            if record.value in self._read:
                continue
            self._read.add(record.value)
            parent = record.proposal.parent
            if parent is not None and parent != record.value:
                self._found.setdefault(_key(parent, record.value), ())
            if self._cutting is not None:
                self._cut(record.value, self._cutting)
        return self

    def _cut(self, value: str, cutting: Cutting) -> None:
        key, cuts = cutting.cuts(value)
        self._keys.setdefault(key, value)
        for constant in self._bare.get(key, ()):
            self._join(constant, value, HYDROGEN)
        for constant, variable, bare in cuts:
            if constant not in self._members:
                self._members[constant] = {}
                self._bare.setdefault(bare, []).append(constant)
                if (whole := self._keys.get(bare)) is not None and whole != value:
                    self._join(constant, whole, HYDROGEN)
            self._join(constant, value, variable)

    def _join(self, constant: str, value: str, variable: str) -> None:
        """Pair a value with those that share a constant part."""
        members = self._members[constant]
        if value in members or len(members) >= CROWD:
            return
        for other, theirs in members.items():
            key, parts = _key(value, other), tuple(sorted((variable, theirs)))
            old = self._found.get(key, ())
            if theirs != variable and (not old or _length(parts) < _length(old)):
                self._found[key] = parts
        members[value] = variable

    def pairs(self, least: int = 1, most: int | None = None) -> Iterator[Pair]:
        """Every pair that one transformation explains, in the order of the values.

        Args:
            least: pairs of one transformation that are asked for; of more than `MANY`, rarer exchanges are left out.
            most: pairs that are put into words, which takes some milliseconds each; those of the exchanges that were
                made most often come first.
        """
        known = {key: parts for key, parts in self._found.items() if self._read.issuperset(key)}
        counts = Counter(known.values())
        if len(known) > MANY:
            known = {key: parts for key, parts in known.items() if not parts or counts[parts] >= least}
        if most is not None and len(known) > most:
            often = sorted(known, key=lambda key: (bool(known[key]), -counts[known[key]], known[key], key))
            known = {key: known[key] for key in often[:most]}
        for key in sorted(known):
            if key not in self._told:
                self._told[key] = pair_of(self.domain, *key)
            if (pair := self._told[key]) is not None:
                yield pair


def _key(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _length(parts: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return sum(map(len, parts)), parts
