"""Few molecules out of a ranked list: unlike one another, or few of each scaffold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rdkit import DataStructs
from rdkit.ML.Cluster import Butina
from rdkit.SimDivFilters.rdSimDivPickers import MaxMinPicker

from molgrad.chem.similarity import fingerprint, scaffold


def maxmin(smiles: Sequence[str], most: int) -> list[int]:
    """The places of those that are most unlike one another; the first molecule is among them.

    Args:
        smiles: molecules, best first.
        most: how many at most.

    Source: MaxMin, Ashton et al., Quant. Struct.-Act. Relat. 21 (2002) 598; distance 1 - Tanimoto, Morgan radius 2.
    """
    if not smiles or most < 1:
        return []
    prints = [fingerprint(one) for one in smiles]
    return sorted(MaxMinPicker().LazyBitVectorPick(prints, len(prints), min(most, len(prints)), [0], 0))


def clustered(smiles: Sequence[str], similarity: float) -> list[int]:
    """The places of the first molecule of each Butina cluster.

    Args:
        smiles: molecules, best first.
        similarity: Tanimoto similarity (Morgan radius 2) from which two molecules are in one cluster.

    Source: Butina, J. Chem. Inf. Comput. Sci. 39 (1999) 747.
    """
    prints = [fingerprint(one) for one in smiles]
    distances = [
        1.0 - value
        for place in range(1, len(prints))
        for value in DataStructs.BulkTanimotoSimilarity(prints[place], prints[:place])
    ]
    clusters = Butina.ClusterData(distances, len(prints), 1.0 - similarity, isDistData=True, reordering=True)
    return sorted(min(cluster) for cluster in clusters)


def capped(smiles: Sequence[str], most: int) -> list[int]:
    """The places of the first so many molecules of each Bemis-Murcko scaffold; those without rings count as one.

    Args:
        smiles: molecules, best first.
        most: of one scaffold; 0 for any number.
    """
    counts, kept = Counter[str](), list[int]()
    for place, one in enumerate(smiles):
        counts[core := scaffold(one)] += 1
        if not most or counts[core] <= most:
            kept.append(place)
    return kept
