"""Objects that remember what they were made with, so that a run folder can say how to make them again."""

from __future__ import annotations

from typing import Any, Self


class Given:
    """Keeps the arguments of its class as they were given.

    Attributes:
        given: positional arguments, and those by keyword. None for a copy, which may be changed or travel to another
            process, where what they hold cannot go.
    """

    given: tuple[tuple[Any, ...], dict[str, Any]] | None = None

    def __new__(cls, *args: Any, **arguments: Any) -> Self:
        """Make the object; its `__init__` reads the arguments."""
        made = super().__new__(cls)
        made.given = args, arguments
        return made

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has."""
        return {**self.__dict__, "given": None}
