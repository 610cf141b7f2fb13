"""The whole library by name, in one fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from molgrad.chem.transforms import (
    bioisosteres,
    growth,
    linkers,
    removal,
    repair,
    rigidify,
    rings,
    scans,
    solubilise,
)
from molgrad.chem.transforms.transform import Transform
from molgrad.errors import UnknownNameError

_FAMILIES = (scans, bioisosteres, rings, linkers, growth, removal, repair, solubilise, rigidify)


def _collect() -> dict[str, Transform]:
    rules: dict[str, Transform] = {}
    for family in _FAMILIES:
        for rule in family.RULES:
            if rule.name in rules:
                raise ValueError(f"two transformations are called {rule.name}")
            rules[rule.name] = rule
    return rules


LIBRARY: Mapping[str, Transform] = MappingProxyType(_collect())


def get_transform(name: str) -> Transform:
    """The rule of this name; UnknownNameError with near names otherwise."""
    rule = LIBRARY.get(name)
    if rule is None:
        raise UnknownNameError("transformation", name, LIBRARY)
    return rule
