"""What independent searches of one molecule say together: how many found the best pose, and how sure its score is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rdkit import Chem
from rdkit.Chem import rdMolAlign

if TYPE_CHECKING:
    from molgrad.docking.searching import Found

SAME_SCORE = 0.2  # kcal/mol; two conformers in one pose differ by as much
SAME_POSE = 2.0  # Å; the usual limit below which two poses count as the same
SYMMETRIES = 100  # ways to lay one pose over the other that are tried when poses are compared
GAIN = 1.0  # kcal/mol, root mean square of what better poses gained that searches had missed
FLOOR = 0.1  # kcal/mol by which scores of one pose scatter from conformer to conformer


def times_found(found: Sequence[Found]) -> int:
    """How many searches found what the best one did: `SAME_SCORE` and `SAME_POSE` apart at most.

    Args:
        found: what each search found.
    """
    best = min(found, key=_score, default=None)
    return 0 if best is None else sum(_same(one, best) for one in found)


def summary(found: Sequence[Found], failed: int) -> dict[str, Any]:
    """The fields of a Provenance that the searches of one species give.

    Args:
        found: what each search found, at least one.
        failed: searches that found nothing.
    """
    made = len(found) + failed
    if made == 1:
        return {"searches": len(found)}
    scores, times = [_score(one) for one in found], times_found(found)
    return {
        "searches": len(found),
        "failed_searches": failed,
        "scores": tuple(scores),
        "mean": round(sum(scores) / len(scores), 3),
        "spread": round(max(scores) - min(scores), 3),
        "repeatability": round(times / made, 3),
        "sd": uncertainty(scores, times),
    }


def uncertainty(scores: Sequence[float], times: int) -> float | None:
    """Standard deviation of the best score, kcal/mol: what more searches may change. They can only lower it.

    Three parts: the scatter of the lowest of n scores drawn from these with replacement (the bootstrap, exact here);
    what conformers of one pose differ by; and the chance that all missed a better pose, which after n searches of which
    k found the best is taken as (1 - k/(n + 1))/(n + 1), Laplace's rule of succession for a further pose.

    Args:
        scores: best score of each search, kcal/mol.
        times: searches that found the best pose.

    Returns:
        None for a single search, which says nothing of another.
    """
    count = len(scores)
    if count < 2:
        return None
    ordered = sorted(scores)
    chances = [((count - i) / count) ** count - ((count - i - 1) / count) ** count for i in range(count)]
    mean = sum(p * score for p, score in zip(chances, ordered, strict=True))
    scatter = sum(p * (score - mean) ** 2 for p, score in zip(chances, ordered, strict=True))
    missed = (1 - times / (count + 1)) / (count + 1)
    return round(math.sqrt(scatter + FLOOR**2 + missed * GAIN**2), 3)


def rmsd(first: Chem.Mol, second: Chem.Mol) -> float:
    """Between two poses in one frame, heavy atoms, Å; symmetric atoms may swap, nothing is aligned.

    Args:
        first: a pose.
        second: another pose of the same molecule.
    """
    heavy = Chem.RemoveAllHs(first), Chem.RemoveAllHs(second)
    return float(rdMolAlign.CalcRMS(*heavy, maxMatches=SYMMETRIES))


def _score(found: Found) -> float:
    return found.affinities[0]


def _same(one: Found, best: Found) -> bool:
    if one is best:
        return True
    return _score(one) - _score(best) <= SAME_SCORE and rmsd(one.poses[0], best.poses[0]) <= SAME_POSE
