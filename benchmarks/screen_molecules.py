"""Molecules to screen: assembled from molgrad's building blocks, each with analogues, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count, islice

from molgrad.chem.descriptors import quick
from molgrad.chem.similarity import tanimoto
from molgrad.molecule.domain import MoleculeDomain

ANALOGUES = 4  # single changes of each assembled molecule: a library holds series
CHUNK = 50  # molecules assembled at a time


def library(n: int, seed: int = 0, largest: int = 24) -> list[str]:
    """`n` distinct canonical SMILES of sound molecules, a fifth of them new scaffolds, the rest analogues of these.

    Args:
        n: how many.
        seed: decides all.
        largest: heavy atoms at most; small ones dock in a few seconds.
    """
    return list(islice(_distinct(seed, largest), n))


def _distinct(seed: int, largest: int) -> Iterator[str]:
    domain, seen = MoleculeDomain("druglike"), set[str]()
    for chunk in count():
        for parent, _ in domain.novel(seed * 100_003 + chunk, CHUNK):
            series = [parent, *(value for value, _ in domain.neighbours(parent, seed, ANALOGUES))]
            for value in series:
                if value not in seen and quick(value)["heavy"] <= largest:
                    seen.add(value)
                    yield value


_LIKED = ("CNC(=O)c1ccc(F)cc1", "Nc1ncnc2[nH]ccc12", "O=S(=O)(N1CCNCC1)c1ccccc1")  # what the stand-in's pocket likes


def stand_in(smiles: str) -> float:
    """A computed "affinity": size, three liked parts of which the nearest counts, and noise as of a fast dock.

    Args:
        smiles: a molecule.
    """
    known = quick(smiles)
    liked = max(tanimoto(smiles, part) for part in _LIKED)
    noise = random.Random(smiles).gauss(0.0, 0.3)
    return -1.2 * known["heavy"] ** 0.5 - 4.0 * liked - 0.2 * known["logp"] + 0.1 * known["rotatable_bonds"] + noise
