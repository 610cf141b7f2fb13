"""The whole library by name, in the order of its table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from molgrad.chem.tables import read_table
from molgrad.chem.transforms.transform import Transform
from molgrad.errors import UnknownNameError


def _collect() -> dict[str, Transform]:
    rules: dict[str, Transform] = {}
    for name, kind, smarts, reason, before, after in read_table("transforms.tsv"):
        if name in rules:
            raise ValueError(f"two transformations are called {name}")
        rules[name] = Transform(name, smarts, reason, kind, (before, after))
    return rules


LIBRARY: Mapping[str, Transform] = MappingProxyType(_collect())


def get_transform(name: str) -> Transform:
    """The rule of this name.

    Raises:
        UnknownNameError: there is none; says which names are near.
    """
    rule = LIBRARY.get(name)
    if rule is None:
        raise UnknownNameError("transformation", name, LIBRARY)
    return rule
