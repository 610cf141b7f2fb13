"""Ring systems: rings that share atoms, fused, bridged or spiro, taken together."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rdkit import Chem


def ring_systems(mol: Chem.Mol) -> list[set[int]]:
    """The atoms of each ring system of a molecule.

    Args:
        mol: with its rings found, as every sanitized molecule has.
    """
    return joined_rings(mol.GetRingInfo().AtomRings())


def joined_rings(rings: Iterable[Collection[int]]) -> list[set[int]]:
    """Rings with a common atom put together, directly or over others.

    Args:
        rings: atoms of each.
    """
    systems: list[set[int]] = []
    for ring in rings:
        whole = set(ring)
        apart = []
        for system in systems:
            if system & whole:
                whole |= system
            else:
                apart.append(system)
        systems = [*apart, whole]
    return systems
