"""Structures that may be one compound drawn carelessly: stereoisomers, and tautomers that InChI tells apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from molgrad.chem.identity import identity
from molgrad.chem.parse import read
from molgrad.chem.stereo import undefined_stereo

_MOST = 200  # tautomers and steps that are looked at; comparing must stay bounded
STEREO, TAUTOMER = "stereo", "tautomer"
_ELEMENTS = re.compile(r"Cl|Br|Si|Se|[BCNOPSFIbcnops]")


class Relative(NamedTuple):
    """A structure that differs from another in stereo or in the place of protons.

    Attributes:
        smiles: the structure.
        kind: "stereo" or "tautomer".
        text: how the other one differs from it, such as "drawn without its stereo".
    """

    smiles: str
    kind: str
    text: str


class Relatives:
    """Finds the relatives of a structure among many; what is compared is made only where the elements agree."""

    def __init__(self) -> None:
        self._of: dict[tuple[tuple[str, int], ...], dict[str, None]] = {}
        self._known: set[str] = set()

    def add(self, smiles: Iterable[str]) -> None:
        """Take in structures; those that are known cost nothing.

        Args:
            smiles: canonical SMILES.
        """
        for one in smiles:
            if one not in self._known:
                self._known.add(one)
                self._of.setdefault(_elements(one), {})[one] = None

    def of(self, smiles: str) -> list[Relative]:
        """The relatives of a structure, in the order taken in; the compound itself is none.

        Args:
            smiles: canonical SMILES.
        """
        found = (relation(smiles, one) for one in self._of.get(_elements(smiles), ()))
        return [one for one in found if one is not None]


def relation(smiles: str, other: str) -> Relative | None:
    """How a structure differs from another, where only in stereo or in the place of protons; None for all else.

    Args:
        smiles: canonical SMILES.
        other: canonical SMILES, which is the relative.

    Source:
        Tautomers: the canonical tautomer of RDKit, which unlike InChI takes ketone and enol for one.
    """
    if identity(smiles) == identity(other):
        return None
    if _flat(smiles) == _flat(other):
        return Relative(other, STEREO, _stereo_words(smiles, other))
    if _skeleton(smiles) == _skeleton(other) and _tautomer(smiles) == _tautomer(other):
        return Relative(other, TAUTOMER, "drawn as another tautomer")
    return None


def _stereo_words(smiles: str, other: str) -> str:
    open_here, open_there = (len(undefined_stereo(one)) for one in (smiles, other))
    if open_here > open_there:
        return "drawn without its stereo"
    return "drawn with stereo that it does not have" if open_here < open_there else "another stereoisomer"


def _elements(smiles: str) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(one.upper() for one in _ELEMENTS.findall(smiles.partition(" ")[0])).items()))


def _without_stereo(smiles: str) -> Chem.Mol:
    mol = Chem.Mol(read(smiles).mol)
    Chem.RemoveStereochemistry(mol)
    return mol


@lru_cache(maxsize=20_000)
def _flat(smiles: str) -> str:
    return identity(Chem.MolToSmiles(_without_stereo(smiles)))


@lru_cache(maxsize=20_000)
def _skeleton(smiles: str) -> tuple[str, int]:
    """The atoms and which are bonded, and the number of hydrogens and charges: what tautomers share."""
    mol = Chem.RWMol(_without_stereo(smiles))
    hydrogens = sum(atom.GetTotalNumHs() - atom.GetFormalCharge() for atom in mol.GetAtoms())
    for bond in mol.GetBonds():
        bond.SetBondType(Chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
    for atom in mol.GetAtoms():
        atom.SetIsAromatic(False)
        atom.SetFormalCharge(0)
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(True)
    return Chem.MolToSmiles(mol), hydrogens


@lru_cache(maxsize=20_000)
def _tautomer(smiles: str) -> str:
    with rdBase.BlockLogs():
        return str(Chem.MolToSmiles(_enumerator().Canonicalize(_without_stereo(smiles))))


@cache
def _enumerator() -> rdMolStandardize.TautomerEnumerator:
    found = rdMolStandardize.TautomerEnumerator()
    found.SetMaxTautomers(_MOST)
    found.SetMaxTransforms(_MOST)
    return found
