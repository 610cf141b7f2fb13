"""What a campaign was made of, as JSON in its folder, and the same objects made again from it."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from molgrad import registry
from molgrad.autograd.given import Given
from molgrad.errors import MolgradError

RECIPE = "recipe"  # the entry of `meta` with the parts of a campaign
RECORD = "record"  # the entry with the settings from which the command line makes the run again
OURS = "molgrad."


class UnrepeatableError(ValueError):
    """Something that no file can hold, such as a Python function; the message names it."""


def recipe(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a campaign as JSON.

    Args:
        parts: objects by name, such as `loss`; None for what was left to the default.

    Returns:
        `parts`, each as `made` reads it, and `lost`, what cannot be made again, in words, by name.
    """
    kept, lost = {}, {}
    for name, part in parts.items():
        try:
            kept[name] = _written(part)
        except UnrepeatableError as error:
            lost[name] = str(error)
    return {"parts": kept, "lost": lost}


def made(part: Any) -> Any:
    """The object that a recipe describes.

    Args:
        part: an entry of `parts`.

    Raises:
        UnrepeatableError: it can no longer be made: a file is gone, a package is not installed any more.
    """
    if not isinstance(part, Mapping):
        return part
    ((kind, value),) = part.items()
    if kind == "tuple":
        return tuple(made(one) for one in value)
    if kind == "list":
        return [made(one) for one in value]
    if kind == "table":
        return {name: made(one) for name, one in value.items()}
    if kind == "path":
        return Path(value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # they were given when it was made first
            return _loaded(value["class"])(*made(value["args"]), **made(value["arguments"]))
    except (MolgradError, OSError, ImportError, AttributeError, TypeError, ValueError) as error:
        raise UnrepeatableError(f"{value['class'].rpartition(':')[2]} ({error})") from error


def _written(part: Any) -> Any:
    if part is None or isinstance(part, bool | int | float):
        return part
    if isinstance(part, str):
        return _text(part)
    if isinstance(part, Path):
        return {"path": str(part.absolute())}
    if isinstance(part, tuple | list):
        return {type(part).__name__: [_written(one) for one in part]}
    if isinstance(part, Mapping):
        return {"table": {str(name): _written(one) for name, one in part.items()}}
    where = f"{type(part).__module__}:{type(part).__qualname__}"
    if isinstance(part, Given) and part.given is not None and (where.startswith(OURS) or where in _registered()):
        args, arguments = part.given
        return {"made": {"class": where, "args": _written(args), "arguments": _written(arguments)}}
    if is_dataclass(part) and not isinstance(part, type) and where.startswith(OURS):
        values = {field.name: getattr(part, field.name) for field in fields(part) if field.init}
        return {"made": {"class": where, "args": _written(()), "arguments": _written(values)}}
    raise UnrepeatableError(_named(part))


def _text(text: str) -> str:
    """The text; the name of a file in full, so that another working folder finds it."""
    try:
        path = Path(text).expanduser()
        named = (len(path.parts) > 1 or path.suffix) and not path.is_absolute() and path.exists()
    except (OSError, ValueError, RuntimeError):  # a long SMILES is no name that a file could have
        return text
    return str(path.absolute()) if named else text


def _named(part: Any) -> str:
    name = getattr(part, "__name__", "")
    if callable(part) and name and not isinstance(part, type):
        return f"the Python function {name.strip('<>')}"
    return f"a Python object ({name or type(part).__name__})"


@cache
def _registered() -> frozenset[str]:
    """Losses of other packages that are found by their name."""
    return frozenset(entry.value for entry in registry.entries("losses"))


def _loaded(where: str) -> Any:
    """The class of this place; only our own and registered ones, since a folder may come from anybody."""
    module, _, name = where.partition(":")
    if not where.startswith(OURS) and where not in _registered():
        raise UnrepeatableError(f"{where} is not installed here")
    found = getattr(importlib.import_module(module), name)
    if not isinstance(found, type) or not (issubclass(found, Given) or is_dataclass(found)):
        raise UnrepeatableError(f"{where} is no part of a campaign")
    return found
