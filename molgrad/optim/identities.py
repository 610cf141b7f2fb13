"""Which values stand for something that was proposed before, though they are spelled differently."""

from __future__ import annotations

from collections.abc import Iterable

from molgrad.autograd.domain import Domain


class Identities:
    """The keys of what is taken, each made once.

    Args:
        domain: says which values are one thing.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._keys: dict[str, str] = {}
        self._first: dict[str, str] = {}

    def add(self, values: Iterable[str]) -> None:
        """Take in values, in the order proposed; those that are known cost nothing.

        Args:
            values: canonical values.
        """
        for value in values:
            if value not in self._keys:
                self._keys[value] = key = self._domain.identity(value)
                self._first.setdefault(key, value)

    def keyed(self, key: str) -> str | None:
        """The first value taken in that has this key; None where there is none.

        Args:
            key: as `Domain.identity` gives it.
        """
        return self._first.get(key)

    def like(self, value: str) -> str | None:
        """The first value taken in that is the same thing; None where there is none.

        Args:
            value: a canonical value.
        """
        return value if value in self._keys else self._first.get(self._domain.identity(value))
