"""Advice from a language model: what it is told, how its answer is read, and what of it is let pass."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
