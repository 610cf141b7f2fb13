"""The table of a library run: the best of all campaigns, each compound once, filtered, and unlike one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rdkit import DataStructs
from rdkit.ML.Cluster import Butina
from rdkit.SimDivFilters.rdSimDivPickers import MaxMinPicker

from molgrad.chem.identity import identity
from molgrad.chem.similarity import fingerprint, scaffold
from molgrad.library_run.running import Outcome
from molgrad.library_run.settings import TableSettings
from molgrad.molecule.domain import MOLECULES
from molgrad.optim.archive import Record

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
    return _unlike(_capped(ranked(found), settings.per_scaffold)[:POOL], settings)


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


def _capped(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """At most so many of each scaffold, the best ones; molecules without rings count as one scaffold."""
    if not most:
        return list(candidates)
    counts, kept = Counter[str](), list[Candidate]()
    for one in candidates:
        counts[core := scaffold(one.smiles)] += 1
        if counts[core] <= most:
            kept.append(one)
    return kept


def _unlike(candidates: Sequence[Candidate], settings: TableSettings) -> list[Candidate]:
    """At most `most`, best first: the best of each cluster, or those that are most unlike one another."""
    if settings.diversity == "none" or len(candidates) < 2:
        return list(candidates[: settings.most])
    prints = [fingerprint(one.smiles) for one in candidates]
    if settings.diversity == "maxmin":
        n = min(settings.most, len(prints))
        picked = MaxMinPicker().LazyBitVectorPick(prints, len(prints), n, [0], 0)
        return [candidates[place] for place in sorted(picked)]
    distances = [
        1.0 - similarity
        for place in range(1, len(prints))
        for similarity in DataStructs.BulkTanimotoSimilarity(prints[place], prints[:place])
    ]
    clusters = Butina.ClusterData(distances, len(prints), 1.0 - settings.similarity, isDistData=True, reordering=True)
    best = sorted(min(cluster) for cluster in clusters)
    return [candidates[place] for place in best[: settings.most]]
