"""Where to dock: the box about a ligand, a centre, residues or a pocket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import native
from molgrad.receptors.preparation.cofactors import Cofactor
from molgrad.receptors.preparation.native import Native
from molgrad.receptors.preparation.read import Structure, require_chains
from molgrad.receptors.preparation.recipe import DEFAULT_SIDE, LARGEST, LEAST_SIDE, MARGIN, Recipe
from molgrad.receptors.preparation.residue import apart
from molgrad.receptors.receptor import Box, Triple

TOUCHING = 5.0  # Å; a bound ligand has heavy atoms at 2.5 to 4 Å from the protein
LINING = 4.0  # Å beyond residues that line a pocket: their side chains point into it already


@dataclass(frozen=True)
class Site:
    """The box, how it was chosen, and the native ligand where there is one."""

    box: Box
    description: str
    native: Native | None = None
    warnings: list[str] = field(default_factory=list)


def find_site(structure: Structure, recipe: Recipe, known: Mapping[str, Cofactor]) -> Site:
    """The box that the recipe asks for.

    Raises:
        ReceptorError: no ligand of this name or several, one far from the protein, residues that do not exist
            or lie too far from each other, a centre off the protein, no pocket.
        InputFileError: a ligand file that cannot be read.
    """
    if recipe.ligand:
        return _about_ligand(structure, recipe, known, recipe.ligand)
    if recipe.residues:
        return _about_residues(structure, recipe)
    if recipe.center is not None:
        center, description, warnings = recipe.center, "the centre given", []
        gap = apart(np.array([center]), _protein(structure))
        if gap > DEFAULT_SIDE / 2:
            raise ReceptorError(f"the center {_text(center)} is {gap:.0f} Å from the nearest protein atom")
    else:
        from molgrad.receptors.preparation.pocket import find_pocket

        center, found = find_pocket(structure, recipe)
        description, _, others = found.partition("; ")
        warnings = [others] if others else []
    size = recipe.size or (DEFAULT_SIDE, DEFAULT_SIDE, DEFAULT_SIDE)
    return Site(Box(center, size), f"about {description}", warnings=warnings)


def _about_ligand(structure: Structure, recipe: Recipe, known: Mapping[str, Cofactor], wanted: str) -> Site:
    path = Path(wanted).expanduser()
    if path.suffix.lower() in native.FILES or path.is_file():
        if path.suffix.lower() not in native.FILES:
            raise ReceptorError(f"{path}: a ligand file is one of {', '.join(native.FILES)}")
        found = native.from_file(path)
        found = replace(found, residues=native.covered(found, structure))
    else:
        found = native.in_structure(wanted, structure, known, recipe.chains)
    gap = apart(found.points, _protein(structure.without(found.keys)))
    if gap > TOUCHING:
        raise ReceptorError(
            f"ligand {found.name} is {gap:.0f} Å from the nearest protein atom; are both from the same crystal "
            "structure, in the same frame?"
        )
    box = _around(found.points, MARGIN, recipe, f"ligand {found.name}")
    description = f"{MARGIN:g} Å beyond ligand {found.name}, at least {LEAST_SIDE:g} Å a side"
    if recipe.size is not None:
        description = f"about ligand {found.name}"
        if not all(box.holds((x, y, z)) for x, y, z in found.points.tolist()):
            raise ReceptorError(f"ligand {found.name} does not fit into a box of {_sides(recipe.size)} Å")
    return Site(box, description, found, list(found.warnings))


def _about_residues(structure: Structure, recipe: Recipe) -> Site:
    chosen = []
    for wanted in recipe.residues:
        found = [residue for residue in structure.residues if residue.named(wanted)]
        if not found:
            raise ReceptorError(f"there is no residue {wanted}; residues are named like A:GLU30 or A:30")
        chosen += found
    points = np.vstack([residue.points for residue in chosen])
    box = _around(points, LINING, recipe, "these residues")
    return Site(box, f"{LINING:g} Å beyond {', '.join(recipe.residues)}, at least {LEAST_SIDE:g} Å a side")


def _around(points: NDArray[np.float64], margin: float, recipe: Recipe, what: str) -> Box:
    low, high = points.min(axis=0), points.max(axis=0)
    center = _triple((low + high) / 2)
    size = recipe.size or _triple(np.maximum(high - low + 2 * margin, LEAST_SIDE))
    if max(size) > LARGEST:
        raise ReceptorError(f"a box about {what} would be {_sides(size)} Å, the most is {LARGEST:g} Å a side")
    return Box(center, size)


def _protein(structure: Structure) -> NDArray[np.float64]:
    return np.vstack([residue.points for residue in require_chains(structure)])


def _triple(values: NDArray[np.float64]) -> Triple:
    x, y, z = (round(float(value), 3) for value in values)
    return x, y, z


def _sides(size: Triple) -> str:
    return " x ".join(f"{side:.1f}".removesuffix(".0") for side in size)


def _text(point: Triple) -> str:
    return f"({', '.join(f'{x:.1f}' for x in point)})"
