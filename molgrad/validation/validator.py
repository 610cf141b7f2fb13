"""The validator: presets of checks, run from cheap to expensive, and their result."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from molgrad.chem.parse import Parsed, examine, read
from molgrad.chem.stereo import group_words, undefined_stereo
from molgrad.errors import UnknownNameError, listed
from molgrad.validation import composition, structure
from molgrad.validation.excuses import excused, fault
from molgrad.validation.reason import Check, Reason, places

_DOCKABLE: tuple[Check, ...] = (
    composition.elements,
    composition.radicals_and_hydrides,
    composition.size(*composition.DOCKABLE_ATOMS, composition.ROTATABLE_BONDS),
    composition.charge(composition.DOCKABLE_CHARGE),
)
_SMALL: tuple[Check, ...] = (
    composition.elements,
    composition.radicals_and_hydrides,
    composition.size(*composition.DRUGLIKE_ATOMS, composition.ROTATABLE_BONDS),
    composition.charge(composition.DRUGLIKE_CHARGE),
)
_DRUGLIKE: tuple[Check, ...] = (*_SMALL, structure.rings, structure.reactive, structure.stereo)
_FILTERS: tuple[Check, ...] = (
    composition.elements,
    composition.radicals_and_hydrides,
    structure.rings,
    structure.stereo,
)
PRESETS: dict[str, tuple[Check, ...]] = {
    "parse": (),
    "dockable": _DOCKABLE,
    "druglike": (*_DRUGLIKE, structure.rarity, structure.synthesis(structure.DRUGLIKE_SA)),
    "passes_filters": (*_FILTERS, structure.synthesis(structure.STRICT_SA), structure.alerts),
    "strict": (*_DRUGLIKE, structure.rarity, structure.synthesis(structure.STRICT_SA), structure.alerts),
}
_COMPOSITION = frozenset((*_DOCKABLE, *_SMALL))  # where one of these fails, how it is built is not worth the time


@dataclass(frozen=True, slots=True)
class Validation:
    """The result of a check.

    Attributes:
        ok: whether every check passed.
        smiles: the canonical SMILES of the parent molecule; None when the text is no molecule.
        reasons: every objection, in the order of the checks.
        notes: what was changed or should be known although it is no objection.
    """

    ok: bool
    smiles: str | None
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The reasons in one line, the first few of many, or `valid`."""
        return listed([reason.text for reason in self.reasons]) or "valid"


@lru_cache(maxsize=20_000)  # the search asks several presets about one molecule; some two thousand of them fit
def _found(check: Check, smiles: str) -> tuple[Reason, ...]:
    return check(read(smiles))


class Validator:
    """Checks of one preset, and others of the user's own.

    `parse` accepts any molecule that RDKit reads. `dockable` accepts what Vina can dock. `druglike` also refuses what a
    chemist would not make: unsound rings, reactive groups, open stereo, SA above 6, and what no drug or building block
    has (rare ring systems, crowded and accreted rings). `strict` also refuses every PAINS,
    BRENK and NIH alert and SA above 4. `passes_filters` is what leaderboards ask: elements of Vina, SA at most 4, none
    of these alerts, stereo assigned, sound rings. A validator has no state and can be shared between threads.

    Args:
        preset: `parse`, `dockable`, `druglike`, `passes_filters` or `strict`.
        extra: checks that run after those of the preset.
        starts: SMILES of molecules whose own rare ring systems and macrocycles are not held against others.
        keep: SMARTS of parts that must stay; a reactive group of a start that lies there is no fault of others.
        last: checks that take long; they run where no other has an objection.

    Raises:
        UnknownNameError: there is no such preset.
    """

    def __init__(
        self,
        preset: str = "druglike",
        extra: Sequence[Check] = (),
        starts: Sequence[str] = (),
        keep: Sequence[str] = (),
        last: Sequence[Check] = (),
    ) -> None:
        if preset not in PRESETS:
            raise UnknownNameError("validator preset", preset, PRESETS)
        self.preset = preset
        self.checks: tuple[Check, ...] = (*PRESETS[preset], *extra)
        self.starts, self.keep, self._last = tuple(starts), tuple(keep), tuple(last)
        first = [check for check in PRESETS[preset] if check in _COMPOSITION]
        rest = [check for check in PRESETS[preset] if check not in _COMPOSITION]
        self._quickest = (*first, *extra, *rest, *self._last)

    def check(self, smiles: str) -> Validation:
        """Check one SMILES; never raises for what the text holds."""
        outcome = examine(smiles)
        if not isinstance(outcome, Parsed):
            return Validation(False, None, tuple(Reason(p.rule, p.text, p.atoms) for p in outcome))
        reasons: list[Reason] = []
        for structural, checks in itertools.groupby(self.checks, lambda check: check not in _COMPOSITION):
            if structural and reasons:
                break
            for check in checks:
                reasons += self._held(_found(check, outcome.smiles))
        for check in self._last if not reasons else ():
            reasons += _found(check, outcome.smiles)
        notes = outcome.notes
        if outcome.labels:
            notes += (f"isotope label {outcome.labels} stays in the SMILES; docked and scored without it",)
        if not reasons and structure.stereo not in self.checks:
            notes += tuple(
                f"undefined stereo: {kind} at {places(atoms)}" for kind, atoms in undefined_stereo(outcome.smiles)
            )
            notes += tuple(group_words(group) for group in outcome.groups)
        return Validation(not reasons, outcome.smiles, tuple(reasons), notes)

    def passes(self, smiles: str) -> bool:
        """Whether `check` has no objection; faster, since it ends at the first one.

        Args:
            smiles: any text.
        """
        outcome = examine(smiles)
        if not isinstance(outcome, Parsed):
            return False
        return not any(self._held(_found(check, outcome.smiles)) for check in self._quickest)

    def _held(self, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        """The reasons that count against what is made from the starts."""
        if not reasons or not self.starts:
            return reasons
        return tuple(reason for reason in reasons if fault(reason) not in self._excused)

    @cached_property
    def _excused(self) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for start in self.starts:
            reasons = [reason for check in self.checks for reason in _found(check, read(start).smiles)]
            found |= excused(start, reasons, self.keep)
        return found

    def __repr__(self) -> str:
        return f"Validator({self.preset!r}, checks={len(self.checks)})"
