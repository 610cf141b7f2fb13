"""Docking by AutoDock Vina or another program, in child processes that may crash, hang or be killed without harm."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
