"""Whether a stereoisomer can exist: its ring systems are embedded in three dimensions, each once."""

from __future__ import annotations

import itertools
from functools import lru_cache

from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdMolTransforms, rdqueries

from molgrad.chem.ring_systems import ring_systems

_FUSED_CIS = (
    9  # atoms of two fused rings, the shared ones twice: up to here, as with a cyclopropane on a six-ring, only cis
)
_CENTRE = rdqueries.HasChiralTagQueryAtom()
_ATTEMPTS = 8  # embedding attempts; RDKit's default, ten an atom, spends 5 s on an impossible tropane


def possible(isomer: Chem.Mol) -> bool:
    """False where a ring system has no three-dimensional form, as with a trans bridge across a small ring.

    What hangs on the rings is cut to its first atoms: it does not decide, and the same few ring systems come back in
    thousands of molecules.
    """
    verdicts = [_embeds(cut_out(isomer, system)) for system in _related(isomer)]
    if None in verdicts:  # cut where it cannot be
        return bool(_embeds(Chem.MolToSmiles(isomer)))
    return all(verdicts)


def _related(mol: Chem.Mol) -> list[set[int]]:
    """The systems of rings that share atoms, where two centres or more may contradict each other: one never does."""
    centres = {atom.GetIdx() for atom in mol.GetAtomsMatchingQuery(_CENTRE)}
    if len(centres) < 2:
        return []
    shared = mol.GetRingInfo().NumAtomRings
    return [one for one in ring_systems(mol) if len(one & centres) > 1 and any(shared(atom) > 1 for atom in one)]


def cut_out(mol: Chem.Mol, system: set[int]) -> str:
    """SMILES, with stereo, of a ring system that carries carbons in place of its substituents.

    Args:
        mol: the molecule.
        system: atoms of the rings.
    """
    bonds = {
        bond.GetIdx()
        for at in system
        for bond in mol.GetAtomWithIdx(at).GetBonds()
        if bond.GetOtherAtomIdx(at) not in system
    }
    if not bonds:
        return str(Chem.MolToSmiles(mol))
    opened = Chem.FragmentOnBonds(mol, sorted(bonds), dummyLabels=[(0, 0)] * len(bonds))
    places: list[tuple[int, ...]] = []
    pieces = Chem.GetMolFrags(opened, asMols=True, sanitizeFrags=False, fragsMolAtomMapping=places)
    core = next(piece for piece, atoms in zip(pieces, places, strict=True) if not system.isdisjoint(atoms))
    return str(Chem.MolToSmiles(core)).replace("*", "C")


@lru_cache(maxsize=10_000)
def _embeds(smiles: str) -> bool | None:
    """True when coordinates can be found, for a possible isomer in a try or two; None for what is no molecule."""
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        if mol is None:
            return None
        params = rdDistGeom.ETKDGv3()
        params.randomSeed = 7
        params.maxIterations = _ATTEMPTS
        core = Chem.AddHs(mol)
        return int(rdDistGeom.EmbedMolecule(core, params)) >= 0 and not _twisted(core)


def _twisted(core: Chem.Mol) -> bool:
    """Whether two small rings are fused trans: embedding finds coordinates for some that nobody will make."""
    rings = [ring for ring in core.GetRingInfo().AtomRings() if len(ring) <= _FUSED_CIS - 3]
    for a, b in itertools.combinations(rings, 2):
        joined = sorted(set(a) & set(b))
        outer = [
            n.GetIdx() for at in joined for n in core.GetAtomWithIdx(at).GetNeighbors() if n.GetIdx() not in {*a, *b}
        ]
        if len(a) + len(b) > _FUSED_CIS or len(joined) != 2 or len(outer) != 2:  # two, where neither is flat
            continue
        if abs(rdMolTransforms.GetDihedralDeg(core.GetConformer(), outer[0], *joined, outer[1])) > 90.0:
            return True
    return False
