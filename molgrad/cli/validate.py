"""`molgrad receptor redock` and `validate`: redocking, and whether docking tells actives from inactives."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from molgrad.docking.studies.redocking import Redocking, redock
from molgrad.errors import ReceptorError
from molgrad.io import read_library
from molgrad.receptors import Receptor, load_receptor
from molgrad.receptors.remarks import receptor_remarks


def print_redocking(name: str, **search: Any) -> None:
    """Print what redocking the native ligand gave, and the verdict.

    Args:
        name: of the receptor, or its folder.
        search: `effort`, `exhaustiveness`, `seed` and `engine`.

    Raises:
        MolgradError: no native ligand, or a dock without a pose.
    """
    receptor = load_receptor(name)
    _print_remarks(receptor)
    _print(redock(receptor, **search))


def _print_remarks(receptor: Receptor) -> None:
    for remark in receptor_remarks(receptor):
        sys.stdout.write(f"note: {remark}\n")


def _print(done: Redocking) -> None:
    others = ", ".join(f"{rmsd:.2f}" for rmsd in done.rmsds)
    sys.stdout.write(f"{done}\nRMSD of all poses in {done.engine}'s order: {others} Å\nverdict: {done.verdict}\n")


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
        search: `effort`, `exhaustiveness`, `seed`, `engine` and, for the enrichment, `workers`.

    Raises:
        MolgradError: no native ligand and no lists, or files that cannot be read.
    """
    receptor = load_receptor(name)
    if (actives is None) != (inactives is None):
        raise ReceptorError("enrichment needs both: --actives and --inactives")
    for path in (actives, inactives):
        if path is not None:
            read_library(path)  # a file that cannot be used is said before the redocking, which takes a while
    _print_remarks(receptor)
    if receptor.ligand is not None or ligand is not None or actives is None:
        one = {name: value for name, value in search.items() if name != "workers"}
        _print(redock(receptor, ligand=ligand, **one))
    if actives is not None and inactives is not None:
        from molgrad.docking.studies.enrichment import enrich

        found = enrich(receptor, actives, inactives, **search)
        sys.stdout.write(f"{found}\n")
