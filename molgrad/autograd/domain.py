"""What an optimizer must know about a kind of value: molecules and plain text each have a domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args, runtime_checkable

from molgrad.autograd.gradient import Edit
from molgrad.evaluation import Fact

Scope = Literal["analogues", "hop", "free"]  # how far from its starts a search may go
SCOPES: tuple[str, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Features:
    """What a surrogate model sees of a value.

    Attributes:
        counts: feature -> how often it occurs; compared with the Tanimoto (min/max) kernel.
        linear: a few plain numbers, such as size, for the surrogate's linear mean.
        extent: plain numbers in units of what one change may alter, for judging how far a value lies beyond those that
            were measured.
    """

    counts: Mapping[int, int]
    linear: tuple[float, ...] = ()
    extent: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """How a value differs from another.

    Attributes:
        places: at how many places; 1 for a single change.
        where: these places in the first value; equivalent ones share a number.
        kind: what was exchanged there; equal for equal changes.
        text: the change in words.
    """

    places: int
    where: tuple[int, ...] = ()
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Starts:
    """Values to start from.

    Attributes:
        values: as they will be measured, without duplicates.
        notes: what was changed or left out when they were read, a sentence each.
        names: what some of the values are called where they were read.
    """

    values: tuple[str, ...]
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Domain(Protocol):
    """The operations that every optimizer needs, for one kind of value.

    Purity: every method depends on its arguments only. Failure: `canonical` raises a ValueError with
    the reasons, the others return them or leave values out.

    Attributes:
        name: its name in records, such as "molecule" or "text".
        default_advisor: the registered advisor that proposes where nobody else is set; None where there is none.
        scope: how far from the starts values may lie: analogues (one change from something measured), hop (another
            core of about the same size), free (anything sound). See `within`.
    """

    name: str
    default_advisor: str | None
    scope: Scope

    @property
    def requirements(self) -> Sequence[str]:
        """What a proposal must satisfy beside being sound, a sentence each; none where anything goes."""
        ...

    def spec(self) -> Mapping[str, str]:
        """Name and settings, as JSON; a campaign is resumed only with the same."""
        ...

    def canonical(self, value: str) -> str:
        """The one spelling of a value.

        Args:
            value: a value in any spelling.

        Raises:
            ValueError: the value is not sound; the message gives the reasons.
        """
        ...

    def identity(self, value: str) -> str:
        """A key that values share which are one thing, such as two tautomers of a compound: it is measured once.

        Args:
            value: a canonical value.
        """
        ...

    def read_starts(self, given: Sequence[str]) -> Starts:
        """What a campaign starts from.

        Args:
            given: texts, or names of files where the domain reads files.

        Raises:
            ValueError: none of them can be used.
        """
        ...

    def within(self, scope: Scope | None, starts: Sequence[str]) -> Domain:
        """The domain of what may be proposed from these starts; the same domain where nothing bounds it.

        Args:
            scope: how far a proposal may go; what suits the starts where None.
            starts: canonical values.

        Raises:
            ConflictingSettingsError: the domain knows no such scope, or not for these starts.
        """
        ...

    def validate(self, value: str) -> tuple[str, ...]:
        """Reasons why a proposed value must not be measured; empty when it may.

        Args:
            value: a canonical value.
        """
        ...

    def plausible(self, value: str) -> bool:
        """Whether a value passes the checks that are fast; `validate` may still refuse it.

        Args:
            value: a canonical value.
        """
        ...

    def apply(self, value: str, edit: Edit) -> list[str]:
        """Every sound value that an edit makes of a value; empty where it does not apply.

        Args:
            value: a canonical value.
            edit: the edit, with a payload of this domain.
        """
        ...

    def neighbours(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """Well-formed values one change away, each with the change; `validate` says whether they may be measured.

        Args:
            value: a canonical value.
            seed: the same seed gives the same neighbours.
            n: how many at most.
        """
        ...

    def crossover(self, first: str, second: str, seed: int, n: int) -> list[str]:
        """Values that combine two, as well formed as those of `neighbours`.

        Args:
            first: a canonical value.
            second: another one.
            seed: the same seed gives the same values.
            n: how many at most.
        """
        ...

    def exchanged(self, value: str, seed: int, n: int) -> list[tuple[str, Edit]]:
        """Well-formed values with one of the parts a value is made of exchanged from stock; may be empty.

        Args:
            value: a canonical value.
            seed: the same seed gives the same values.
            n: how many at most.
        """
        ...

    def novel(self, seed: int, n: int) -> list[tuple[str, str]]:
        """Values that are made from no other, each with how it was made.

        Args:
            seed: the same seed gives the same values.
            n: how many at most.
        """
        ...

    def fragments(self, values: Sequence[str]) -> bool:
        """Whether all starts are fragments, not yet leads, so that `novel` values are welcome.

        Args:
            values: the starts, canonical.
        """
        ...

    def step(self, parent: str, value: str) -> Step:
        """How a value differs from another, for telling single changes from several.

        Args:
            parent: a canonical value.
            value: another one.
        """
        ...

    def told_by(self, known: tuple[str, str], other: tuple[str, str], *, bad: bool) -> float:
        """How far the outcome of one single change tells that of another, 0 to 1.

        Args:
            known: the values before and after a change whose outcome is known.
            other: the same of the change in question.
            bad: whether the known outcome was bad.
        """
        ...

    def scan(self, value: str) -> list[tuple[str, Edit]]:
        """Every small standard change at every position of a value, for a designed first batch; may be empty.

        Args:
            value: a canonical value.
        """
        ...

    def combined(self, parent: str, first: str, second: str) -> list[str]:
        """Values with the changes of two others; one change from the first; empty where the changes touch one another.

        Args:
            parent: the canonical value that both are compared with.
            first: a canonical value.
            second: one that is one change away.
        """
        ...

    def spares(self, parent: str, value: str, facts: Sequence[Fact]) -> bool:
        """Whether a value keeps what holds its parent, by what was measured of that.

        Args:
            parent: the canonical value that it was made from.
            value: the canonical value.
            facts: about the parent.
        """
        ...

    def difference(self, parent: str, value: str) -> str:
        """What a value has in place of what its parent had, in a few words; empty where that cannot be told.

        Args:
            parent: the canonical value that it was made from.
            value: the canonical value.
        """
        ...

    def explain(self, parent: str, value: str, facts: Sequence[Fact], asked: str = "") -> str:
        """Why a value may be better than its parent: what differs, which fact that answers, what it may cost.

        Args:
            parent: the canonical value that it was made from.
            value: the canonical value.
            facts: what was measured of the parent, most important first.
            asked: the kind of fact that whoever proposed it meant to answer; empty for none.

        Returns:
            One line; empty where the domain cannot tell.
        """
        ...

    def features(self, value: str) -> Features:
        """What a surrogate compares and regresses on.

        Args:
            value: a canonical value.
        """
        ...

    def describe(self, value: str) -> Mapping[str, float]:
        """Named properties of a value, for tables and reports.

        Args:
            value: a canonical value.
        """
        ...


def too_far(domain: Domain, value: str, measured: Sequence[str]) -> str:
    """Why a value is no analogue of what was measured, in words for its author; empty when it may be proposed.

    Args:
        domain: in another scope than analogues nothing is too far.
        value: a canonical value.
        measured: canonical values, the one that it was made from first.
    """
    if domain.scope != "analogues" or not measured:
        return ""
    own = domain.step(measured[0], value)
    if own.places <= 1 or any(domain.step(other, value).places <= 1 for other in measured[1:]):
        return ""
    what = f" ({own.text})" if own.text else ""
    return f"it differs from {measured[0]} at {own.places} places{what}; change a measured molecule at one place only"
