"""What a language model is, and its clients; nothing is opened or written until a model is called."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
