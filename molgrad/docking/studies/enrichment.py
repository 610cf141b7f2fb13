"""Whether docking tells actives from inactives, and whether counting atoms would have done as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from molgrad.docking.dock import Docker
from molgrad.docking.effort import Effort
from molgrad.docking.request import DockSettings, EngineRef
from molgrad.errors import InputFileError
from molgrad.io.library import read_library
from molgrad.receptors.receptor import Receptor

Z = 1.96  # standard deviations of a 95 % interval
FEW = 10  # molecules of a kind below which an interval is too wide to say much


@dataclass(frozen=True, slots=True)
class Separation:
    """Area under the ROC curve: how often an active comes before an inactive; 0.5 is chance.

    Attributes:
        auc: 0 to 1.
        low: lower end of the 95 % interval.
        high: its upper end.
    """

    auc: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.auc:.2f} (95 %: {self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What docking two lists gave; `failed` names the molecules that have no affinity."""

    docking: Separation
    size: Separation
    actives: int
    inactives: int
    failed: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """What the figures mean, in a sentence."""
        few = f"; {self.actives} and {self.inactives} are few" if min(self.actives, self.inactives) < FEW else ""
        if self.docking.low <= 0.5:
            return f"docking does not tell them apart{few}"
        if self.docking.low <= self.size.auc:
            return f"docking is not shown to be better than counting heavy atoms{few}"
        return f"docking tells them apart, better than their size does{few}"

    def __str__(self) -> str:
        lines = [
            f"enrichment: {self.actives} actives, {self.inactives} inactives",
            f"AUC of docking: {self.docking}",
            f"AUC of heavy-atom count alone: {self.size}",
        ]
        if self.failed:
            lines.append(f"not docked: {', '.join(self.failed)}")
        return "\n".join([*lines, f"verdict: {self.verdict}"])


def separation(actives: Sequence[float], inactives: Sequence[float]) -> Separation:
    """AUC of scores of which lower is better, with Newcombe's score interval.

    R. G. Newcombe, Stat. Med. 25, 559 (2006), method 5: the ends are the areas whose own standard error
    (Hanley and McNeil) reaches the estimate; unlike a bootstrap it is not empty when all are told apart.
    """
    pairs = [(a, i) for a in actives for i in inactives]
    auc = sum(1.0 if a < i else 0.5 if a == i else 0.0 for a, i in pairs) / len(pairs)
    m, n = len(actives), len(inactives)

    def error(area: float) -> float:
        rest = (m + n) / 2 - 1
        spread = 1 + rest * (1 - area) / (2 - area) + rest * area / (1 + area)
        return sqrt(max(area * (1 - area) * spread, 0.0) / (m * n))

    def end(inner: float, outer: float) -> float:
        for _ in range(60):  # halving the gap 60 times leaves nothing of it
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if abs(middle - auc) < Z * error(middle) else (inner, middle)
        return inner

    return Separation(auc, end(auc, 0.0), end(auc, 1.0))


def enrich(
    receptor: Receptor,
    actives: Path,
    inactives: Path,
    *,
    effort: str | Effort | None = None,
    exhaustiveness: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    engine: str | EngineRef = "vina",
) -> Enrichment:
    """Dock both lists; a molecule that cannot be docked is left out of both areas and named.

    Args:
        receptor: what is docked into.
        actives: file of known actives.
        inactives: file of inactives or decoys.
        effort: the plan of searches, as for any dock; `standard` when neither it nor an exhaustiveness is given.
        exhaustiveness: instead of an effort, one plain search of so many Monte Carlo runs.
        seed: of conformers and searches.
        workers: molecules docked at once; all cores when None.
        engine: the docking program.

    Raises:
        ConflictingSettingsError: both an effort and an exhaustiveness.
        InputFileError: a file that cannot be read, or of which nothing could be docked.
        ReceptorError: the receptor cannot be used.
    """
    lists = [(path, read_library(path)) for path in (actives, inactives)]
    scores: list[list[float]] = []
    sizes: list[list[float]] = []
    failed: list[str] = []
    settings = DockSettings.of(effort, exhaustiveness, engine, seed=seed, poses=1)
    with Docker(receptor, settings, workers=workers) as docker:
        for path, entries in lists:
            read = [entry for entry in entries if not entry.error]
            failed += [f"{entry.name} ({entry.error})" for entry in entries if entry.error]
            results = docker.dock([entry.smiles for entry in read], [entry.docked_smiles for entry in read])
            good = [(r.affinity, r.smiles) for r in results if r.affinity is not None]
            failed += [f"{e.name} ({r.reason})" for e, r in zip(read, results, strict=True) if not r.ok]
            if not good:
                raise InputFileError(f"{path}: none of its {len(entries)} molecules could be docked")
            scores.append([affinity for affinity, _ in good])
            sizes.append([-float(_heavy_atoms(smiles)) for _, smiles in good])
    return Enrichment(separation(*scores), separation(*sizes), len(scores[0]), len(scores[1]), tuple(failed))


def _heavy_atoms(smiles: str) -> int:
    from rdkit import Chem

    return int(Chem.MolFromSmiles(smiles).GetNumHeavyAtoms())
