"""Names to objects through entry points, ours and third parties' alike."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from molgrad.errors import EngineError, UnknownNameError

PREFIX = "molgrad."
_SINGULAR = {"losses": "loss"}


@cache
def _group(kind: str) -> dict[str, EntryPoint]:
    # Sorted so that a name given by two packages always resolves to the same one.
    found = sorted(entry_points(group=PREFIX + kind), key=lambda e: (e.name, e.value))
    return {entry.name: entry for entry in reversed(found)}


def names(kind: str) -> tuple[str, ...]:
    """The registered names of a kind, sorted.

    Args:
        kind: "advisors", "losses", "models", "engines", "executors" or "optimizers".
    """
    return tuple(sorted(_group(kind)))


def entries(kind: str) -> tuple[EntryPoint, ...]:
    """What is registered under a kind, not imported yet.

    Args:
        kind: as for `names`.
    """
    return tuple(_group(kind).values())


def load(kind: str, name: str) -> Any:
    """The object registered under a name; it is imported only now.

    Args:
        kind: as for `names`.
        name: the name of the entry point.

    Raises:
        UnknownNameError: nothing of that kind has this name; the message names what is near.
        EngineError: the package that registered it cannot be imported.
    """
    entry = _group(kind).get(name)
    if entry is None:
        raise UnknownNameError(_SINGULAR.get(kind, kind.removesuffix("s")), name, names(kind))
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        raise EngineError(f"{kind} {name!r} ({entry.value}) cannot be imported: {error}") from error
