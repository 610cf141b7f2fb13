"""`molgrad receptor validate`: redocking, and whether docking tells actives from inactives."""

from __future__ import annotations

import sys
from pathlib import Path

from molgrad.docking.studies.redocking import redock
from molgrad.errors import ReceptorError
from molgrad.receptors import load_receptor


def run_validate(
    name: str, *, ligand: Path | None, actives: Path | None, inactives: Path | None, exhaustiveness: int, seed: int,
    workers: int | None,
) -> None:  # fmt: skip
    """Print RMSD, affinity and verdict, and the enrichment if lists are given.

    Raises:
        MolgradError: no native ligand and no lists, or files that cannot be read.
    """
    receptor = load_receptor(name)
    if (actives is None) != (inactives is None):
        raise ReceptorError("enrichment needs both: --actives and --inactives")
    if receptor.ligand is not None or ligand is not None or actives is None:
        done = redock(receptor, exhaustiveness=exhaustiveness, seed=seed, ligand=ligand)
        others = ", ".join(f"{rmsd:.2f}" for rmsd in done.rmsds)
        sys.stdout.write(f"{done}\nRMSD of all poses in Vina's order: {others} Å\nverdict: {done.verdict}\n")
    if actives is not None and inactives is not None:
        from molgrad.docking.studies.enrichment import enrich

        found = enrich(receptor, actives, inactives, exhaustiveness=exhaustiveness, seed=seed, workers=workers)
        sys.stdout.write(f"{found}\n")
