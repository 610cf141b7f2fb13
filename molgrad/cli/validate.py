"""`molgrad receptor validate`: redocking, and whether docking tells actives from inactives."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from molgrad.docking.studies.redocking import redock
from molgrad.errors import ReceptorError
from molgrad.io import read_library
from molgrad.receptors import load_receptor


def run_validate(
    name: str,
    *,
    ligand: Path | None,
    actives: Path | None,
    inactives: Path | None,
    **search: Any,
) -> None:
    """Print RMSD (Å), affinity (kcal/mol) and verdict, and the enrichment if lists are given.

    Args:
        name: of the receptor, or its folder.
        ligand: file of the native ligand, where the receptor has none.
        actives: file of known actives.
        inactives: file of inactives or decoys.
        search: `exhaustiveness`, `seed`, `engine` and, for the enrichment, `workers`.

    Raises:
        MolgradError: no native ligand and no lists, or files that cannot be read.
    """
    receptor = load_receptor(name)
    if (actives is None) != (inactives is None):
        raise ReceptorError("enrichment needs both: --actives and --inactives")
    for path in (actives, inactives):
        if path is not None:
            read_library(path)  # a file that cannot be used is said before the redocking, which takes a while
    if receptor.ligand is not None or ligand is not None or actives is None:
        one = {name: value for name, value in search.items() if name != "workers"}
        done = redock(receptor, ligand=ligand, **one)
        others = ", ".join(f"{rmsd:.2f}" for rmsd in done.rmsds)
        sys.stdout.write(f"{done}\nRMSD of all poses in {done.engine}'s order: {others} Å\nverdict: {done.verdict}\n")
    if actives is not None and inactives is not None:
        from molgrad.docking.studies.enrichment import enrich

        found = enrich(receptor, actives, inactives, **search)
        sys.stdout.write(f"{found}\n")
