"""molgrad: molecule design by textual gradients.

A SMILES is a textual variable, docking and drug-likeness are its loss, `backward()` says in words what is
wrong where, and `step()` proposes better molecules. Every public name is loaded when first used.
"""

from molgrad.lazy import attach

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach(__name__, __file__)
__all__ += ["__version__"]
