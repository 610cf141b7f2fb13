"""The built-in chemist: advice on molecules by rules, without a language model."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
