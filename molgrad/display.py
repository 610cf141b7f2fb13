"""How an object shows itself in a notebook: what draws it lies in a room above and is loaded when first shown."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, ClassVar


class Shown:
    """An object that a notebook shows as a picture, a table or a list instead of one long line.

    `_drawn_by` names the function that draws it, as "module:function"; it takes the object and gives its bundle of
    MIME types. It never raises: where drawing fails, the notebook has the `repr`.
    """

    __slots__ = ()
    _drawn_by: ClassVar[str] = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002 - IPython filters
        try:
            home, _, name = self._drawn_by.partition(":")
            return dict(getattr(import_module(home), name)(self))
        except Exception:  # whatever it is, a cell that ends with an object must not end with a traceback
            return {"text/plain": _said(self)}

    def _repr_html_(self) -> str | None:
        """The same for viewers that know this method only; None where there is no HTML."""
        shown = self._repr_mimebundle_().get("text/html")
        return None if shown is None else str(shown)


def _said(thing: object) -> str:
    try:
        return repr(thing)
    except Exception:  # a closed campaign, a damaged folder, somebody's own class
        return object.__repr__(thing)


def in_notebook() -> bool:
    """Whether an IPython kernel runs this code; that its packages were imported says nothing."""
    return kernel_shell() is not None


def kernel_shell() -> Any:
    """The IPython shell of the kernel that runs this code; None elsewhere."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell if hasattr(shell, "kernel") else None
