"""The truth for the benchmark of screens: every molecule of a seeded library docked once, kept row by row."""

from __future__ import annotations

from pathlib import Path

from benchmarks.rows import keep, read
from benchmarks.screen_molecules import library
from molgrad.docking import Docker
from molgrad.receptors import load_receptor

TRUTH = Path(__file__).parent / "results" / "screen-truth.jsonl"
RECEPTOR, EFFORT = "1ia1", "fast"


def dock_all(n: int, workers: int | None, path: Path = TRUTH) -> None:
    """Dock the first `n` molecules of the library that the file does not have yet; a stopped run goes on.

    Args:
        n: molecules in all.
        workers: docked at once.
        path: where rows go: SMILES, affinity (kcal/mol, null where there is none), its reason, and seconds.
    """
    known = {row["smiles"] for row in read(path, "smiles", "affinity")}
    left = [smiles for smiles in library(n) if smiles not in known]
    print(f"{len(known)} docked before, {len(left)} to dock", flush=True)
    with Docker(load_receptor(RECEPTOR), effort=EFFORT, workers=workers) as docker:
        for place, result in docker.stream(left):
            row = {"smiles": left[place], "affinity": result.affinity, "reason": result.reason}
            keep(path, {**row, "seconds": round(result.provenance.seconds, 2)})


def truth(n: int, path: Path = TRUTH) -> dict[str, float]:
    """Affinity (kcal/mol) by SMILES of those among the first `n` molecules that have one.

    Args:
        n: molecules of the library.
        path: of the rows.
    """
    found = {row["smiles"]: row["affinity"] for row in read(path, "smiles", "affinity")[:n]}
    return {smiles: affinity for smiles, affinity in found.items() if affinity is not None}
