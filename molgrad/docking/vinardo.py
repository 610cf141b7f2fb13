"""Vina's search with the Vinardo scoring function, which the same library has."""

from __future__ import annotations

from molgrad.docking.engine import LOCAL_OPTIMIZATION, PLACEMENT, POSE_SEEDING
from molgrad.docking.vina import Vina


class Vinardo(Vina):
    """Vinardo: fewer terms than Vina's function, other radii, no second Gaussian.

    Its affinities are other numbers than Vina's, higher by 1 to 3 kcal/mol for most ligands, and are not compared with
    them. It offers no energies by atom, which are Vina's terms.
    Source: Quiroga and Villarreal, PLoS ONE 11 (2016) e0155183.
    """

    name = "vinardo"
    title = "Vinardo"
    offers = frozenset({POSE_SEEDING, PLACEMENT, LOCAL_OPTIMIZATION})
    function = "vinardo"
