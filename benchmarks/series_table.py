"""Tables of benchmarks/series.py: rank correlations with measured affinity, with intervals, and distances of poses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rows import Row
from scipy.stats import rankdata

from molgrad.docking.built_pose import BuiltPose
from molgrad.receptors.size import GENERAL

DRAWS = 4_000  # of the bootstrap
LEAST = 5  # molecules of a series below which no rank correlation is told
NEAR = 2.0  # Å; the usual limit below which two poses count as the same
POWERS = (0.3, 0.5)  # of the number of heavy atoms that a score is divided by

Molecule = Mapping[str, Row]  # rows of one molecule by what was measured
Numbers = NDArray[np.float64]


def _search(rows: Molecule) -> float | None:
    return rows["unseeded"].get("affinity")


def _counted(rows: Molecule, mode: str) -> Row:
    """The row that counts where the pose of another member is known."""
    search, built = rows["unseeded"], rows.get("built", {})
    affinity = built.get("affinity")
    return built if BuiltPose(affinity).counts(search.get("affinity"), mode) else search


def _lower(rows: Molecule) -> float | None:
    return _counted(rows, "lower").get("affinity")


def _kept(rows: Molecule) -> float | None:
    return _counted(rows, "keep").get("affinity")


def _states(rows: Molecule) -> float | None:
    """Over charge states; the one state's where there is one."""
    return None if "states" not in rows else rows["states"].get("affinity", _search(rows))


def _residual(score: Callable[[Molecule], float | None]) -> Callable[[Molecule], float | None]:
    return lambda rows: None if (found := score(rows)) is None else GENERAL.residual(found, rows["unseeded"]["heavy"])


def _per_size(power: float) -> Callable[[Molecule], float | None]:
    return lambda rows: None if (found := _kept(rows)) is None else found / rows["unseeded"]["heavy"] ** power


def _fact(name: str) -> Callable[[Molecule], float | None]:
    """More of it is taken for stronger."""
    return lambda rows: -float(rows["unseeded"][name])


SEARCH, KEPT, HEAVY = "search without a pose", "pose given, kept", "heavy atoms"
VINARDO, VINARDO_KEPT = "Vinardo, its own search", "Vinardo on the kept poses"
SCORES: dict[str, Callable[[Molecule], float | None]] = {
    SEARCH: _search,
    "  mean of its searches": lambda rows: rows["unseeded"].get("mean"),
    "  mean over charge states": _states,
    "pose given, lower score": _lower,
    KEPT: _kept,
    VINARDO: lambda rows: rows.get("vinardo", {}).get("affinity"),
    "Vinardo on Vina's poses": lambda rows: rows["unseeded"].get("relaxed"),
    VINARDO_KEPT: lambda rows: _counted(rows, "keep").get("relaxed"),
    "size residual, no pose": _residual(_search),
    "size residual, kept": _residual(_kept),
    **{f"kept / heavy atoms^{power}": _per_size(power) for power in POWERS},
    HEAVY: _fact("heavy"),
    "logP (Crippen)": _fact("logp"),
    "molecular weight": _fact("mw"),
}
# Mean ranks of two of these.
CONSENSUS = {
    "consensus, no pose": (SEARCH, VINARDO),
    "consensus, kept": (KEPT, VINARDO_KEPT),
    "kept and heavy atoms": (KEPT, HEAVY),
    "kept and logP": (KEPT, "logP (Crippen)"),
}
ORDER = [*list(SCORES)[:8], *CONSENSUS, *list(SCORES)[8:]]


def collected(rows: Sequence[Row]) -> dict[str, list[Molecule]]:
    """Molecules by series, without the one whose pose is given to the others."""
    found: dict[str, dict[int, dict[str, Row]]] = {}
    for row in rows:
        found.setdefault(row["series"], {}).setdefault(row["index"], {})[row["kind"]] = row
    return {
        name: [one for one in own.values() if "unseeded" in one and "known" not in one.get("built", {})]
        for name, own in sorted(found.items())
    }


def values(molecules: Sequence[Molecule], score: str) -> Numbers:
    """A score of each molecule, NaN where there is none; lower is taken for stronger."""
    if score in CONSENSUS:
        parts = [values(molecules, part) for part in CONSENSUS[score]]
        both = np.isfinite(parts).all(axis=0)
        mean = np.full(len(molecules), np.nan)
        mean[both] = np.mean([rankdata(part[both]) for part in parts], axis=0)
        return mean
    found = (SCORES[score](one) for one in molecules)
    return np.array([np.nan if one is None else one for one in found], dtype=float)


def correlations(molecules: Sequence[Molecule], score: str) -> tuple[Numbers, Numbers]:
    """Spearman's coefficient of score and measured affinity, and of heavy atoms for the same molecules.

    The first number of each is of all molecules, the others are of bootstrap draws of them; empty for too few.
    """
    found, size = values(molecules, score), values(molecules, HEAVY)
    measured = np.array([one["unseeded"]["measured"] for one in molecules], dtype=float)
    have = np.flatnonzero(np.isfinite(found))
    if len(have) < LEAST:
        return np.empty(0), np.empty(0)
    draws = np.random.default_rng(len(have)).choice(have, (DRAWS, len(have)))
    draws = np.vstack([have, draws])
    return spearman(found[draws], measured[draws]), spearman(size[draws], measured[draws])


def spearman(first: Numbers, second: Numbers) -> Numbers:
    """Row by row; 0 where a row has one value only."""
    a, b = (rankdata(x, axis=1) - (x.shape[1] + 1) / 2 for x in (first, second))
    norm = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.divide((a * b).sum(axis=1), norm, out=np.zeros(len(norm)), where=norm > 0)


def over_series(drawn: Sequence[Numbers]) -> tuple[float, float, float]:
    """Mean over series, and where 95 % of draws lie: of series, and of molecules within each."""
    table = np.array(drawn)
    generator, n = np.random.default_rng(0), len(table)
    series, draw = generator.integers(0, n, (DRAWS, n)), generator.integers(1, DRAWS + 1, (DRAWS, n))
    low, high = np.percentile(table[series, draw].mean(axis=1), [2.5, 97.5])
    return float(table[:, 0].mean()), float(low), float(high)


def report(rows: Sequence[Row]) -> None:
    """Both tables; nothing is said of series with fewer than `LEAST` molecules."""
    series = {name: own for name, own in collected(rows).items() if len(own) >= LEAST}
    if not series:
        print(f"no series with {LEAST} molecules measured yet")
        return
    _rankings(series)
    _distances(series)
    made = sorted({row["code"] for row in rows})
    print(f"effort {', '.join(sorted({row['effort'] for row in rows}))}; measured with {', '.join(made)}")


def _rankings(series: Mapping[str, Sequence[Molecule]]) -> None:
    print("Spearman's rank correlation with measured affinity; 1 ranks as measured, 0 says nothing")
    sizes = "".join(f"{f'{name} ({len(own)})':>12}" for name, own in series.items())
    print(f"{'':28}{sizes}   {'mean (95 % of draws)':24}{'less that of heavy atoms':24}")
    missing = []
    for score in ORDER:
        drawn = [correlations(own, score) for own in series.values()]
        have = [(rho, size) for rho, size in drawn if len(rho)]
        if len(have) < len(series):
            missing.append(score.strip())
            continue
        cells = "".join(f"{rho[0]:12.2f}" for rho, _ in have)
        mean = interval(*over_series([rho for rho, _ in have]))
        less = "" if score == HEAVY else interval(*over_series([rho - size for rho, size in have]))
        print(f"{score:28}{cells}   {mean:24}{less}".rstrip())
    if missing:
        print(f"not measured in every series yet: {', '.join(missing)}")
    for name, own in series.items():
        rho, _ = correlations(own, SEARCH)
        low, high = np.percentile(rho[1:], [2.5, 97.5])
        print(f"{name}: {SEARCH} {rho[0]:.2f} ({low:.2f} to {high:.2f})")


def interval(mean: float, low: float, high: float) -> str:
    """`0.09 (-0.20 to 0.35)`."""
    return f"{mean:.2f} ({low:.2f} to {high:.2f})"


def _distances(series: Mapping[str, Sequence[Molecule]]) -> None:
    kinds: dict[str, Callable[[Molecule], Row]] = {
        SEARCH: lambda rows: rows["unseeded"],
        "pose given, lower score": lambda rows: _counted(rows, "lower"),
        KEPT: lambda rows: _counted(rows, "keep"),
        VINARDO: lambda rows: rows.get("vinardo", {}),
    }
    print("\nRMSD of poses from those given, Å: median, and share within 2 Å")
    everything = [one for own in series.values() for one in own]
    print(f"{'':28}" + "".join(f"{name:>12}" for name in [*series, "all"]))
    for kind, which in kinds.items():
        cells = ""
        for own in [*series.values(), everything]:
            away = [row["rmsd"] for row in map(which, own) if "rmsd" in row]
            cells += f"{f'{np.median(away):.1f} {np.mean([a <= NEAR for a in away]):4.0%}' if away else '-':>12}"
        print(f"{kind:28}{cells}")
