"""What benchmarks share: rows of JSON kept as they are made, and differences of pairs with their spread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000  # of the bootstrap

Row = dict[str, Any]
Numbers = NDArray[np.float64]


def read(path: Path, *needed: str) -> list[Row]:
    """The rows of a file, each with what is needed; none where there is no file yet."""
    found: list[Row] = []
    for number, line in enumerate(path.read_text().splitlines() if path.is_file() else (), start=1):
        try:
            found.append(json.loads(line))
            for key in needed:
                found[-1][key]
        except (ValueError, KeyError, TypeError):
            raise SystemExit(f"{path}, line {number}: not a run of this benchmark") from None
    return found


def keep(path: Path, row: Row) -> None:
    """Append a row, so that a run that is stopped goes on after it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        stream.write(json.dumps(row) + "\n")


def spread(gaps: Sequence[Sequence[float]]) -> tuple[Numbers, Numbers, Numbers]:
    """Mean of each column of differences, and where 95 % of bootstrap draws over the rows lie; two rows or more."""
    found = np.asarray(gaps, dtype=float)
    draws = found[np.random.default_rng(0).integers(0, len(found), (DRAWS, len(found)))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    return found.mean(axis=0), low, high


def intervals(gaps: Sequence[Sequence[float]]) -> list[str]:
    """`-0.40 (-0.91 to +0.03)` for each column; the number alone where there is one row."""
    if len(gaps) == 1:
        return [f"{gap:+.2f}" for gap in gaps[0]]
    return [f"{m:+.2f} ({a:+.2f} to {b:+.2f})" for m, a, b in zip(*spread(gaps), strict=True)]
