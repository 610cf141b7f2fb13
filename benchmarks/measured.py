"""Measured pKa values, the charge states they imply at pH 7.4, and how a state is compared with them.

The table is benchmarks/data/pka.tsv. Two states are the same here when they have one formula, one net charge and the
same charged groups. A group is a set of conjugated atoms, an acid of phosphorus or sulfur with its oxygens, or a
single atom. Within a group the place of the charge is a matter of drawing: N1 or N2 of a tetrazolate, N or O of an
acylsulfonamide, any nitrogen of a guanidinium. A carboxylate is told apart from another anion of its group, and an
anilinium from a charged ring. Stereo is not compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rdkit import Chem, rdBase
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from molgrad.chem.skeleton import skeleton

TABLE = Path(__file__).parent / "data" / "pka.tsv"
HALVES = ("tuning", "held")
PARTS = (*HALVES, "iupac", "iupac2")
CARBOXYLATE = Chem.MolFromSmarts("[O-]C=O")


class Measured(NamedTuple):
    """A molecule with measured values: `8.6a` is the pKa of an acid, `9.3b` that of a base's conjugate acid."""

    name: str
    smiles: str
    pka: tuple[str, ...]
    kind: str  # single or multi: how many values were measured
    states: tuple[str, ...]  # right at pH 7.4; several where a pKa is within 0.3 units, or two sites are alike
    group: str
    source: str
    checked: str  # with what the values were compared; `-`: nothing, they were entered from memory

    @property
    def part(self) -> str:
        """`iupac` and `iupac2`, copied from a compilation; the others `tuning` or `held`, decided by the name alone."""
        if self.checked in PARTS:
            return self.checked
        return HALVES[hashlib.sha256(self.name.encode()).digest()[0] % 2]


def read_measured(path: Path = TABLE) -> Iterator[Measured]:
    """The rows of the table, in its order."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, smiles, pka, kind, states, group, source, checked = line.split("\t")
            yield Measured(name, smiles, tuple(pka.split()), kind, tuple(states.split()), group, source, checked)


def is_right(state: str, measured: Measured) -> bool:
    """True when a state, as SMILES, is one of those that the measured values imply."""
    found = signature(state)
    return found is not None and any(found == signature(right) for right in measured.states)


@lru_cache(maxsize=10_000)
def signature(smiles: str) -> tuple[str, str] | None:
    """(formula with net charge, bare skeleton marked by charged groups); None for text that is no molecule."""
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return None
    carboxylates = {match[0] for match in mol.GetSubstructMatches(CARBOXYLATE)}
    bare = Chem.RWMol(skeleton(mol))
    for group in _groups(mol):
        charges = [mol.GetAtomWithIdx(i) for i in group]
        positive = sum(a.GetFormalCharge() > 0 and not _neutralised(a) for a in charges)
        negative = sum(-a.GetFormalCharge() for a in charges if a.GetFormalCharge() < 0 and not _neutralised(a))
        for index in group:
            bare.GetAtomWithIdx(index).SetIsotope(100 * positive + 10 * negative + len(carboxylates & group))
    return CalcMolFormula(mol), str(Chem.MolToSmiles(bare))


def _groups(mol: Chem.Mol) -> Iterable[set[int]]:
    """Sets of atoms within which a charge may be drawn at more than one place."""
    joined: list[set[int]] = []
    for bond in mol.GetBonds():
        if bond.GetIsConjugated() or _is_oxo_acid(bond):
            ends = {bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()}
            touching = [group for group in joined if group & ends]
            joined = [group for group in joined if not group & ends] + [ends.union(*touching)]
    alone = set(range(mol.GetNumAtoms())).difference(*joined)
    return joined + [{index} for index in alone]


def _is_oxo_acid(bond: Chem.Bond) -> bool:
    """A bond from P, S or B to a terminal oxygen, or to the nitrogen of a sulfonamide."""
    for centre, other in ((bond.GetBeginAtom(), bond.GetEndAtom()), (bond.GetEndAtom(), bond.GetBeginAtom())):
        if centre.GetAtomicNum() in (5, 15, 16):
            return other.GetAtomicNum() == 7 or (other.GetAtomicNum() == 8 and other.GetDegree() == 1)
    return False


def _neutralised(atom: Chem.Atom) -> bool:
    """True for a charge beside its opposite, such as those of nitro groups and N-oxides."""
    return any(n.GetFormalCharge() * atom.GetFormalCharge() < 0 for n in atom.GetNeighbors())
