"""Receptors: structures to dock into, their boxes, residues, size fits, and their preparation from PDB and mmCIF."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
