"""Numbers of a molecule that cost microseconds: QED and its parts, SA, logP and TPSA by atom, counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from rdkit import Chem
from rdkit.Chem import QED, Crippen, rdMolDescriptors

from molgrad.chem.accessibility import sa_score
from molgrad.chem.parse import read

QED_NAMES = ("MW", "ALOGP", "HBA", "HBD", "PSA", "ROTB", "AROM", "ALERTS")
# Where each desirability peaks: the maxima of the eight published functions (Bickerton et al., Nat. Chem. 4 (2012) 90),
# found numerically on RDKit's parameters; of the counts, the best whole number.
QED_IDEAL = dict(zip(QED_NAMES, (305.9, 2.815, 3.0, 1.0, 53.1, 3.0, 2.0, 0.0), strict=True))
# The quick descriptor behind each property but the alerts.
_QUICK = ("weight", "logp", "hba", "hbd", "tpsa", "rotatable_bonds", "aromatic_rings")
QED_KEYS = dict(zip(QED_NAMES[:-1], _QUICK, strict=True))
_QED: Any = QED  # RDKit leaves its functions without types
_CACHE = 20_000  # molecules; a describe() result is about 1 kB


@lru_cache(maxsize=_CACHE)
def describe(smiles: str) -> Mapping[str, float]:
    """Descriptors by name, of the neutral parent as written.

    qed (0-1, Bickerton 2012), sa (1 easy - 10 hard, Ertl 2009), logp (Crippen), tpsa (Å², N and O),
    weight (g/mol), rotatable bonds, hbd, hba (RDKit's counts), heavy_atoms, rings, aromatic_rings, fsp3, charge,
    stereocentres (defined or not).

    Raises:
        InvalidMoleculeError: when `smiles` is no molecule.
    """
    mol, known = read(smiles).mol, quick(smiles)
    values = {
        "qed": qed(smiles),
        "sa": sa_score(smiles),
        **{name: known[name] for name in ("logp", "tpsa", "weight", "rotatable_bonds", "hbd", "hba")},
        "heavy_atoms": mol.GetNumHeavyAtoms(),
        "rings": rdMolDescriptors.CalcNumRings(mol),
        "aromatic_rings": known["aromatic_rings"],
        "fsp3": rdMolDescriptors.CalcFractionCSP3(mol),
        "charge": Chem.GetFormalCharge(mol),
        "stereocentres": len(Chem.FindMolChiralCenters(mol, includeUnassigned=True)),
    }
    return MappingProxyType({name: float(value) for name, value in values.items()})


@lru_cache(maxsize=_CACHE)
def qed_properties(smiles: str) -> Mapping[str, tuple[float, float, float]]:
    """The eight terms of QED as name: (value, desirability 0 to 1, weight), in the order of the paper.

    qed = exp(sum(weight * ln(desirability)) / sum(weight)), with the mean weights of Bickerton et al.,
    Nat. Chem. 4 (2012) 90. MW in g/mol, PSA in Å². Raises InvalidMoleculeError.
    """
    properties = _QED.properties(read(smiles).mol)
    terms = {}
    for name, weight in zip(QED_NAMES, _QED.WEIGHT_MEAN, strict=True):
        value = float(getattr(properties, name))
        terms[name] = (value, float(_QED.ads(value, _QED.adsParameters[name])), float(weight))
    return MappingProxyType(terms)


def qed(smiles: str) -> float:
    """QED, 0 to 1 (best): the logarithm of a weighted geometric mean is a sum, exp(sum w ln d / sum w)."""
    terms = qed_properties(smiles).values()
    return math.exp(sum(w * math.log(d) for _, d, w in terms) / sum(w for _, _, w in terms))


@lru_cache(maxsize=1)
def best_qed() -> float:
    """The highest QED that there is: every property at its ideal, about 0.95."""
    parts = zip(QED_NAMES, _QED.WEIGHT_MEAN, strict=True)
    logs = (weight * math.log(_QED.ads(QED_IDEAL[name], _QED.adsParameters[name])) for name, weight in parts)
    return math.exp(sum(logs) / sum(_QED.WEIGHT_MEAN))


@lru_cache(maxsize=_CACHE)
def quick(smiles: str) -> Mapping[str, float]:
    """The descriptors that take under a third of a millisecond together: for hundreds of candidates.

    weight (g/mol), logp (Crippen), tpsa (Å²), rotatable_bonds, hbd, hba, aromatic_rings, heavy (atoms).

    Raises:
        InvalidMoleculeError: when `smiles` is no molecule.
    """
    mol = read(smiles).mol
    return {
        "weight": float(rdMolDescriptors._CalcMolWt(mol)),
        "logp": float(Crippen.MolLogP(mol)),
        "tpsa": float(rdMolDescriptors.CalcTPSA(mol)),
        "rotatable_bonds": float(rdMolDescriptors.CalcNumRotatableBonds(mol)),
        "hbd": float(rdMolDescriptors.CalcNumHBD(mol)),
        "hba": float(rdMolDescriptors.CalcNumHBA(mol)),
        "aromatic_rings": float(rdMolDescriptors.CalcNumAromaticRings(mol)),
        "heavy": float(mol.GetNumHeavyAtoms()),
    }


def quick_qed(smiles: str, alerts: float) -> float:
    """QED from the quick descriptors, with a given count of its structural alerts."""
    found = quick(smiles)
    values = (*(found[key] for key in QED_KEYS.values()), alerts)
    pairs = zip(QED_NAMES, values, _QED.WEIGHT_MEAN, strict=True)
    logs = (weight * math.log(_QED.ads(value, _QED.adsParameters[name])) for name, value, weight in pairs)
    return math.exp(sum(logs) / sum(_QED.WEIGHT_MEAN))


@lru_cache(maxsize=_CACHE)
def atom_logp(smiles: str) -> tuple[float, ...]:
    """Crippen logP by heavy atom, its hydrogens' share included; sums to the molecule's logP."""
    mol = read(smiles).mol
    full = Chem.AddHs(mol)
    return _folded(full, [logp for logp, _ in rdMolDescriptors._CalcCrippenContribs(full)], mol.GetNumAtoms())


@lru_cache(maxsize=_CACHE)
def atom_tpsa(smiles: str) -> tuple[float, ...]:
    """Topological polar surface area (Å², N and O only) by heavy atom; sums to the molecule's TPSA."""
    return tuple(float(share) for share in rdMolDescriptors._CalcTPSAContribs(read(smiles).mol))


def _folded(full: Chem.Mol, shares: list[float], n_atoms: int) -> tuple[float, ...]:
    totals = [float(share) for share in shares[:n_atoms]]
    for atom in full.GetAtoms():
        if atom.GetIdx() >= n_atoms:
            totals[atom.GetNeighbors()[0].GetIdx()] += shares[atom.GetIdx()]
    return tuple(totals)
