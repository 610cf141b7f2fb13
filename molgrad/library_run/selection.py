"""The table of a library run: the best of all campaigns, each compound once, filtered, and unlike one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from molgrad.chem.diversity import capped, clustered, maxmin
from molgrad.chem.identity import identity
from molgrad.library_run.running import Outcome
from molgrad.library_run.settings import TableSettings
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.record import Record

POOL = 5000  # of the best, among which unlike ones are looked for: their similarities take memory with the square


@dataclass(frozen=True, slots=True)
class Candidate:
    """A molecule of the table.

    Attributes:
        record: as its campaign measured it.
        outcome: of that campaign.
        gain: the lead's loss minus its own, above 0 where it is better; None where the lead has no loss.
        elsewhere: other campaigns that measured the same compound, each with the loss there.
        confirmed: the record of the finalists' docks; None where it was not docked again.
        confirmed_gain: the same with the numbers of the finalists' docks.
    """

    record: Record
    outcome: Outcome
    gain: float | None
    elsewhere: tuple[str, ...] = ()
    confirmed: Record | None = None
    confirmed_gain: float | None = None

    @property
    def smiles(self) -> str:
        """The molecule."""
        return self.record.value

    @property
    def loss(self) -> float:
        """Of its campaign, lower is better."""
        score = self.record.evaluation.score
        return float("inf") if score is None else score

    @property
    def latest(self) -> float:
        """The loss of the finalists' docks; that of the campaign where it was not docked again."""
        if self.confirmed is None:
            return self.loss
        score = self.confirmed.evaluation.score
        return float("inf") if score is None else score

    @property
    def latest_gain(self) -> float | None:
        """The lead's loss minus its own, both of the same docks."""
        return self.gain if self.confirmed is None else self.confirmed_gain


def selected(outcomes: Sequence[Outcome], settings: TableSettings) -> list[Candidate]:
    """The molecules of the table, best first as `ranked` has them.

    Args:
        outcomes: of the campaigns.
        settings: what is taken.
    """
    found = _once(ranked([one for outcome in outcomes for one in _candidates(outcome)]))
    if settings.better_than_lead:
        found = [one for one in found if one.gain is None or one.gain > 0]
    if settings.passes_filters:
        found = [one for one in found if MOLECULES.describe(one.smiles)["passes_filters"]]
    found = ranked(found)
    few = [found[place] for place in capped([one.smiles for one in found], settings.per_scaffold)]
    return _unlike(few[:POOL], settings)


def _candidates(outcome: Outcome) -> Iterable[Candidate]:
    lead = outcome.lead_loss
    for record in outcome.records:
        score = record.evaluation.score
        if record.evaluation.ok and score is not None and record.value not in outcome.starts:
            yield Candidate(record, outcome, None if lead is None else lead - score)


def ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best of each receptor and objective first, then the second best of each, and so on.

    Losses for different receptors or objectives cannot be compared. For the same ones the loss decides, the one of the
    finalists' docks where there is one; among equal places the gain over the lead.

    Args:
        candidates: in any order.
    """
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: (one.latest, one.smiles)):
        combination = one.outcome.combination
        groups.setdefault((combination.receptor, combination.objective), []).append(one)
    placed = [(place, -(one.latest_gain or 0.0), one) for group in groups.values() for place, one in enumerate(group)]
    return [one for *_, one in sorted(placed, key=lambda row: (*row[:2], row[2].smiles))]


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each compound once, as the first of equal ones; the other campaigns that measured it are named."""
    kept: dict[str, Candidate] = {}
    for one in candidates:
        key = identity(one.smiles)
        if key not in kept:
            kept[key] = one
        elif one.outcome is not kept[key].outcome:
            said = f"{one.outcome.combination.name} ({one.loss:.2f})"
            kept[key] = replace(kept[key], elsewhere=(*kept[key].elsewhere, said))
    return list(kept.values())


def _unlike(candidates: Sequence[Candidate], settings: TableSettings) -> list[Candidate]:
    """At most `most`, best first: the best of each cluster, or those that are most unlike one another."""
    if settings.diversity == "none" or len(candidates) < 2:
        return list(candidates[: settings.most])
    smiles = [one.smiles for one in candidates]
    if settings.diversity == "maxmin":
        return [candidates[place] for place in maxmin(smiles, settings.most)]
    return [candidates[place] for place in clustered(smiles, settings.similarity)[: settings.most]]
