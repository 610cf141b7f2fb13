"""Advice from a language model: its requests, the parser of its answers, and their validation."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
