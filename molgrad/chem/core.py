"""The core of a series: the ring systems and linkers that its members share, as SMARTS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rdkit import Chem, rdBase
from rdkit.Chem import rdFMCS
from rdkit.Chem.Scaffolds import MurckoScaffold

from molgrad.chem.parse import read

SHARED = 0.5  # of the smaller framework's atoms from which on two molecules are of one series
MANY = 20  # different frameworks among the starts; more are no one series
_SECONDS = 10  # limit of the search for a common part; frameworks of drugs take milliseconds
# A carbon may be walked through by nitrogen, in chains and saturated rings also by oxygen and sulfur: such changes keep
# the exit vectors. Carbons of double bonds (amides, ureas) and all heteroatoms stay: they make the hydrogen bonds.
_AROMATIC, _SATURATED = "[c,n]", "[C,N,O,S]"


def cores(smiles: Sequence[str]) -> tuple[str, ...]:
    """The cores of a series as SMARTS; a molecule that holds any of them keeps the core.

    The Bemis-Murcko framework (rings, linkers between them, and what is doubly bound to either), or where the molecules
    have several, the part that all share, with whole rings. Where that is less than half of the smallest framework,
    they are several series, each with its own. Empty where one of them has no ring.

    In a core bonds and heteroatoms are fixed. Aromatic carbon may become nitrogen; saturated carbon N, O or S.

    Args:
        smiles: the molecules, at least one.

    Raises:
        InvalidMoleculeError: one is no molecule.
    """
    frameworks: dict[str, Chem.Mol] = {}
    for one in smiles:
        framework = _framework(one)
        if framework is None:
            return ()
        frameworks.setdefault(Chem.MolToSmiles(framework), framework)
    found = list(frameworks.values())
    common = _common(found) if len(found) <= MANY else None
    if common is not None:
        return (common,)
    return tuple(dict.fromkeys(_smarts(one, range(one.GetNumAtoms())) for one in found))


def holds(smiles: str, patterns: Iterable[Chem.Mol]) -> bool:
    """Whether a molecule keeps a core.

    Args:
        smiles: the molecule.
        patterns: the cores, parsed.

    Raises:
        InvalidMoleculeError: `smiles` is no molecule.
    """
    mol = read(smiles).mol
    return any(mol.HasSubstructMatch(pattern) for pattern in patterns)


def missing(smiles: str, pattern: Chem.Mol) -> str:
    """The part of a core that a molecule lacks, as SMARTS: what is left beside the largest connected part it has.

    Args:
        smiles: the molecule.
        pattern: the core, parsed.
    """
    mol = read(smiles).mol
    best: set[int] = set()
    for seed in range(pattern.GetNumAtoms()):
        if seed not in best:
            grown = _grown(mol, pattern, seed)
            best = grown if len(grown) > len(best) else best
    lost = [atom for atom in range(pattern.GetNumAtoms()) if atom not in best]
    return str(Chem.MolFragmentToSmarts(pattern, lost or [0]))


def _framework(smiles: str) -> Chem.Mol | None:
    mol = Chem.Mol(read(smiles).mol)
    Chem.RemoveStereochemistry(mol)
    found = MurckoScaffold.GetScaffoldForMol(mol)
    return found if found.GetNumAtoms() else None


def _common(frameworks: Sequence[Chem.Mol]) -> str | None:
    """The part that all share, or None where it is too small for a series."""
    first = frameworks[0]
    if len(frameworks) == 1:
        return _smarts(first, range(first.GetNumAtoms()))
    found = rdFMCS.FindMCS(
        frameworks, ringMatchesRingOnly=True, completeRingsOnly=True, bondCompare=rdFMCS.BondCompare.CompareOrderExact,
        timeout=_SECONDS,
    )  # fmt: skip
    if found.numAtoms < SHARED * min(one.GetNumAtoms() for one in frameworks):
        return None
    return _smarts(first, first.GetSubstructMatch(found.queryMol))


def _smarts(framework: Chem.Mol, atoms: Iterable[int]) -> str:
    """Some atoms of a framework as a query."""
    kept = sorted(atoms)
    query = Chem.RWMol()
    for index in kept:
        query.AddAtom(Chem.AtomFromSmarts(_atom(framework.GetAtomWithIdx(index))))
    places = {index: place for place, index in enumerate(kept)}
    for bond in framework.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if a in places and b in places:
            query.AddBond(places[a], places[b], bond.GetBondType())
    return str(Chem.MolToSmarts(query))


def _atom(atom: Chem.Atom) -> str:
    symbol = atom.GetSymbol()
    if symbol != "C":
        return f"[{symbol.lower() if atom.GetIsAromatic() else symbol}]"
    if atom.GetIsAromatic():
        # The carbon of a ring's C=O (pyridone) bears the oxygen and stays.
        return "[c]" if _doubly_bound(atom) else _AROMATIC
    return "[C]" if _doubly_bound(atom) else _SATURATED


def _doubly_bound(atom: Chem.Atom) -> bool:
    return any(bond.GetBondType() in (Chem.BondType.DOUBLE, Chem.BondType.TRIPLE) for bond in atom.GetBonds())


def _grown(mol: Chem.Mol, pattern: Chem.Mol, seed: int) -> set[int]:
    """The connected part of a pattern around an atom that a molecule has; empty where it lacks the atom."""
    have: set[int] = set()
    tried, border = set(), [seed]
    while border:
        atom = border.pop(0)
        if atom in tried:
            continue
        tried.add(atom)
        if _has(mol, pattern, have | {atom}):
            have.add(atom)
            border += [n.GetIdx() for n in pattern.GetAtomWithIdx(atom).GetNeighbors()]
    return have


def _has(mol: Chem.Mol, pattern: Chem.Mol, atoms: set[int]) -> bool:
    part = Chem.RWMol(pattern)
    for index in sorted(set(range(pattern.GetNumAtoms())) - atoms, reverse=True):
        part.RemoveAtom(index)
    with rdBase.BlockLogs():
        part.UpdatePropertyCache(strict=False)
        Chem.FastFindRings(part)
        return bool(mol.HasSubstructMatch(part))
