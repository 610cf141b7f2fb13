"""Public names that are imported when first used, listed once: in the stub beside a package's `__init__`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from molgrad.errors import MissingExtraError

_IMPORT = re.compile(r"^from (molgrad\.\S+) import (\w+)( as \2)?$", re.MULTILINE)
_RENAMED = re.compile(r"^(\w+) = (\w+)$", re.MULTILINE)


def attach(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of a package, made from its stub.

    The stub, `__init__.pyi`, is what type checkers read. It has one line for each public name:
    `from molgrad.llm.budget import Budget as Budget`. A line `sum = summed` gives what is imported without `as` its
    public name. What is imported may be a module.

    Args:
        package: the package's `__name__`.
        file: the package's `__file__`; the stub lies beside it.

    Returns:
        The two functions, and the names; a renamed one is reached, but is not among them.
    """
    stub = Path(file).with_suffix(".pyi").read_text(encoding="utf-8")
    homes = {name: home for home, name, _ in _IMPORT.findall(stub)}
    public = sorted(name for _, name, shown in _IMPORT.findall(stub) if shown)
    where = {name: (homes[name], name) for name in public}
    where |= {new: (homes[old], old) for new, old in _RENAMED.findall(stub)}

    def load(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, attribute = where[name]
        module = import_module(home)
        own = sys.modules.get(f"{package}.{name}")
        if callable(own):  # `mg.report`: the package of that name stays, and does what the function does
            return own
        value = getattr(module, attribute) if hasattr(module, attribute) else import_module(f"{home}.{attribute}")
        setattr(sys.modules[package], name, value)
        return value

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *where})

    return load, listed, public


def optional(module: str, extra: str) -> Any:
    """A module of a package that an extra of ours installs.

    Args:
        module: its full name.
        extra: of pyproject.toml, for the error.

    Raises:
        MissingExtraError: the package is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] == module.partition(".")[0]:
            raise MissingExtraError(module.partition(".")[0], extra) from None
        raise
