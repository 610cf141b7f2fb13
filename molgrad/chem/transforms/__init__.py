"""The transformation library: named medicinal-chemistry rules that are applied at given atoms."""

from molgrad.chem.transforms.engine import Neighbour, apply_transform, neighbours, sites
from molgrad.chem.transforms.library import LIBRARY, get_transform
from molgrad.chem.transforms.transform import Transform

__all__ = ["LIBRARY", "Neighbour", "Transform", "apply_transform", "get_transform", "neighbours", "sites"]
