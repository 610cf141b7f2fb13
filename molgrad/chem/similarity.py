"""Fingerprints, Tanimoto similarity and scaffolds of SMILES."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator
from rdkit.Chem.Scaffolds import MurckoScaffold

from molgrad.chem.parse import read

RADIUS = 2  # bonds; Morgan radius 2 is ECFP4, the field's default
BITS = 2048
_GENERATOR = rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS)
_PACKED = rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS, countSimulation=True)
PACKED = BITS // 8  # bytes of a packed fingerprint
_CACHE = 10_000  # molecules; the counts of one take about 6 kB


@lru_cache(maxsize=_CACHE)
def fingerprint(smiles: str) -> DataStructs.ExplicitBitVect:
    """Morgan bits (radius 2, 2048 bits). Cached and shared: do not change it. Raises InvalidMoleculeError."""
    return _GENERATOR.GetFingerprint(read(smiles).mol)


@lru_cache(maxsize=_CACHE)
def count_fingerprint(smiles: str) -> Mapping[int, int]:
    """Morgan environments (radius 2, unfolded 32-bit identifiers) and how often each occurs."""
    counts = _GENERATOR.GetSparseCountFingerprint(read(smiles).mol)
    return MappingProxyType(dict(sorted(counts.GetNonzeroElements().items())))


def packed_bits(smiles: str) -> bytes:
    """Morgan environments (radius 2) in 2048 bits, as 256 bytes; one that occurs often sets several bits.

    For libraries too large for unfolded counts. Raises InvalidMoleculeError.
    """
    bits = _PACKED.GetFingerprintAsNumPy(read(smiles).mol)
    return np.packbits(bits).tobytes()


def tanimoto(a: str, b: str) -> float:
    """Similarity of two molecules, 0 to 1, on folded Morgan bits."""
    return float(DataStructs.TanimotoSimilarity(fingerprint(a), fingerprint(b)))


@lru_cache(maxsize=_CACHE)
def scaffold(smiles: str) -> str:
    """The Bemis-Murcko scaffold as SMILES, stereo left out; empty for a molecule without rings."""
    core = MurckoScaffold.GetScaffoldForMol(read(smiles).mol)
    return str(Chem.MolToSmiles(core, isomericSmiles=False))
