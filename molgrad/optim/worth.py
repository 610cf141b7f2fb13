"""What acting on each kind of fact has brought in one search: measured children against their parents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from molgrad.autograd.domain import Domain
from molgrad.autograd.standing import Worth
from molgrad.evaluation import DOCKING, Evaluation
from molgrad.interactions.worth import NONE, joined
from molgrad.optim.archive import Archive
from molgrad.optim.reasons import shortcomings
from molgrad.optim.record import Record


@dataclass(frozen=True, slots=True)
class Act:
    """A measured change and the kind of fact that it answered.

    Attributes:
        parent, child: the values.
        kind: of the fact; `NONE` where the change answers none.
        asked: whether whoever proposed it named the fact; else it follows from where the change is.
        total: change of the total; negative is better.
        docking: change of the docking terms' part of it; None where one was not docked.
    """

    parent: str
    child: str
    kind: str
    asked: bool
    total: float
    docking: float | None


class WorthLog:
    """What each kind of fact has been worth to a search, added up as its archive grows.

    Args:
        domain: says which facts a change answers.
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._changes: dict[str, list[float]] = {}
        self._read = 0

    def read(self, archive: Archive) -> WorthLog:
        """Take in what an archive learned since it was read last; it must be the same archive each time."""
        new, self._read = archive.pairs[self._read :], len(archive.pairs)
        for pair in new:
            if (act := act_of(*pair, self.domain)) is not None:
                self._changes.setdefault(act.kind, []).append(act.total)
        return self

    def worth(self) -> dict[str, Worth]:
        """By kind of fact, what acting on it has brought here and in stored runs."""
        return joined(self._changes)


def worth_of(archive: Archive, domain: Domain) -> Mapping[str, Worth]:
    """By kind of fact, what acting on it has brought in an archive and in stored runs.

    Args:
        archive: what was measured.
        domain: of its values.
    """
    return WorthLog(domain).read(archive).worth()


def act_of(parent: Record, child: Record, domain: Domain) -> Act | None:
    """The change from a measured parent to a measured child, with the fact it answered; None where that is unclear.

    A change answers the fact that its author names. Else it answers the one kind of located fact that lies where the
    change is and that it can mend; a change that could answer several kinds says nothing of any.

    Args:
        parent: as measured.
        child: as measured.
        domain: of the values.
    """
    before, after = parent.evaluation, child.evaluation
    if before.score is None or after.score is None:
        return None
    payload = child.proposal.edit.payload if child.proposal.edit is not None else {}
    asked = str(payload.get("answers", ""))
    kind = asked or _mended(parent, child, domain)
    if not kind or kind == DOCKING:  # an affinity as such is no fact with a place
        return None
    docking = _docking(before), _docking(after)
    change = None if None in docking else (docking[1] or 0.0) - (docking[0] or 0.0)
    return Act(parent.value, child.value, kind, bool(asked), after.score - before.score, change)


def _mended(parent: Record, child: Record, domain: Domain) -> str:
    """The one kind of fact that a change answers by where it is; `NONE` for no kind, empty where it cannot be told."""
    kinds_of = getattr(domain, "answered_kinds", None)
    found = None if kinds_of is None else kinds_of(parent.value, child.value, shortcomings(parent.evaluation))
    if found is None or len(found) > 1:
        return ""
    return next(iter(found), NONE)


def _docking(evaluation: Evaluation) -> float | None:
    """What the docking terms add to the total; None without one."""
    parts = [term.contribution for term in evaluation.all_terms() if term.kind == DOCKING and term.active]
    return None if not parts or None in parts else sum(part for part in parts if part is not None)
