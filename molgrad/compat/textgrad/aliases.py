"""The name `textgrad` led to this package, for programs that import it."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from types import ModuleType

OURS = "molgrad.compat.textgrad"
NAME = "textgrad"


def install() -> ModuleType:
    """Let `import textgrad`, and every import below it, find this package from now on, in this process.

    Every module is registered at once: one that Python found by path under its other name would hold a second
    copy of each class. A textgrad that was imported before is replaced in `sys.modules`, not in the variables
    that hold it.
    """
    package = import_module(OURS)
    for name in [name for name in sys.modules if name == NAME or name.startswith(NAME + ".")]:
        del sys.modules[name]
    sys.modules[NAME] = package
    for found in pkgutil.walk_packages(package.__path__, OURS + "."):
        if not found.name.endswith("__main__"):
            sys.modules[NAME + found.name.removeprefix(OURS)] = import_module(found.name)
    return package
