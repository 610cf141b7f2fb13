"""Plots of campaigns, `mg.plot`: one function each, which takes a campaign or its frame and returns a figure."""

from molgrad.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
