"""Values that consist of named parts, such as the prompts of a pipeline; a molecule is one part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from molgrad.autograd.domain import Domain

WHOLE = ""  # the name of the one part of a value that has no parts


@runtime_checkable
class Parts(Protocol):
    """A domain whose values consist of named parts, each of which can be exchanged by itself."""

    def parts(self, value: str) -> Mapping[str, str]:
        """The parts of a value, in the order of the domain.

        Args:
            value: a canonical value.
        """
        ...

    def joined(self, parts: Mapping[str, str]) -> str:
        """The canonical value that has these parts.

        Args:
            parts: the text of each part, by name.

        Raises:
            ValueError: a part is missing, unknown or not sound; the message names it.
        """
        ...


def parts_of(domain: Domain, value: str) -> dict[str, str]:
    """The parts of a value by name; the value itself under "" where its domain knows no parts.

    Args:
        domain: the kind of value.
        value: a canonical value.
    """
    return dict(domain.parts(value)) if isinstance(domain, Parts) else {WHOLE: value}


def joined(domain: Domain, parts: Mapping[str, str]) -> str:
    """The value that has these parts; the inverse of `parts_of`.

    Args:
        domain: the kind of value.
        parts: the text of each part, by name.

    Raises:
        ValueError: a part is missing, unknown or not sound.
    """
    return domain.joined(parts) if isinstance(domain, Parts) else parts[WHOLE]


def changed(domain: Domain, first: str, second: str) -> tuple[str, ...]:
    """The names of the parts in which two values differ, in the order of the first.

    Args:
        domain: the kind of value.
        first: a canonical value.
        second: another one.
    """
    one, other = parts_of(domain, first), parts_of(domain, second)
    return tuple(name for name, text in one.items() if other.get(name) != text)
