"""Chance that is the same on every machine: numbers made from names, so that no order of calls changes them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

_Item = TypeVar("_Item")


def uniform(*names: object) -> float:
    """A number from 0 up to, not including, 1 that depends on the names alone."""
    digest = blake2b("\x1f".join(map(str, names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def pick(items: Sequence[_Item], *names: object) -> _Item:
    """One of the items."""
    return items[int(uniform(*names) * len(items))]


def shuffled(items: Sequence[_Item], *names: object) -> list[_Item]:
    """The items in another order."""
    places = sorted(range(len(items)), key=lambda i: uniform(*names, i))
    return [items[i] for i in places]
