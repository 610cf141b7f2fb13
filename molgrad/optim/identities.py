"""Which values stand for something that was proposed before, though they are spelled differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from molgrad.autograd.domain import Domain

MANY = 100  # values that are new at once, from which on it is worth asking for the keys that are kept


class Identities:
    """The keys of what is taken, each made once.

    Args:
        domain: says which values are one thing.
        kept: gives keys that were made before, by value; each takes a millisecond to make.
    """

    def __init__(self, domain: Domain, kept: Callable[[], Mapping[str, str]] = dict) -> None:
        self._domain, self._kept = domain, kept
        self._keys: dict[str, str] = {}
        self._first: dict[str, str] = {}

    def add(self, values: Iterable[str]) -> None:
        """Take in values, in the order proposed; those that are known cost nothing.

        Args:
            values: canonical values.
        """
        new = [value for value in values if value not in self._keys]
        known = self._kept() if len(new) > MANY else {}
        for value in new:
            if value not in self._keys:
                self._keys[value] = key = known.get(value) or self._domain.identity(value)
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
