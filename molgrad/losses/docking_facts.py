"""What a dock's result says beside its affinity: how steady the pose is, other binding modes, what is kept."""

from __future__ import annotations

from typing import Any

from molgrad.docking.result import LARGE_DIFFERENCE, DockResult
from molgrad.evaluation import Fact
from molgrad.interactions import kinds


def steadiness(result: DockResult) -> tuple[Fact, ...]:
    """That few searches found the pose: what it says is then a guess.

    Args:
        result: of a dock.
    """
    done = result.provenance
    if not done.doubtful:
        return ()
    found = f"{done.times_found} of {done.searches_made} searches"
    text = f"{found} found this pose: another may score better, believe it less"
    return (Fact(kinds.UNSTEADY, text, (), None, done.repeatability),)


def modes(result: DockResult) -> tuple[Fact, ...]:
    """That another binding mode than the one that counts scores better: the docking program prefers it.

    Args:
        result: of a dock with a known pose.
    """
    done = result.provenance
    if done.in_mode is None or not done.other_mode or done.unseeded is None:
        return ()
    better = round(done.in_mode - done.unseeded, 3)
    if better < LARGE_DIFFERENCE:
        return ()
    text = f"another binding mode scores {better:.1f} kcal/mol better than this one, the known one"
    return (Fact(kinds.OTHER_MODE, text, (), None, better, "kcal/mol"),)


def details_of(result: DockResult) -> dict[str, Any]:
    """What is kept of a dock beside its number.

    Args:
        result: of a dock.
    """
    kept = result.to_json()
    names = ("smiles", "docked_smiles", "note", "atom_map", "poses", "affinities", "provenance", "cached")
    return {name: kept[name] for name in names} | {"timed_out": result.provenance.timed_out}
