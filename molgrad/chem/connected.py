"""Atoms that hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

Near = Callable[[int], Iterable[int]]  # the neighbours of an atom


def reached(start: int, near: Near) -> set[int]:
    """Every atom that can be walked to.

    Args:
        start: where the walk begins.
        near: the neighbours of an atom, those left out that must not be entered.
    """
    found, waiting = {start}, [start]
    while waiting:
        fresh = [i for i in near(waiting.pop()) if i not in found]
        found.update(fresh)
        waiting += fresh
    return found


def connected(atoms: Iterable[int], near: Near) -> Iterator[set[int]]:
    """Some atoms in groups that hang together, the group of the first atom first.

    Args:
        atoms: of a molecule.
        near: the neighbours of an atom, in the whole molecule.
    """
    left = dict.fromkeys(atoms)
    while left:
        group = reached(next(iter(left)), lambda i: [j for j in near(i) if j in left])
        for i in group:
            del left[i]
        yield group
