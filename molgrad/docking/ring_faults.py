"""Why a ring system has no 3D shape: found on the ring system alone, in a few seconds at most."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom

from molgrad.chem.embedding import cut_out
from molgrad.chem.ring_systems import ring_systems

QUICK = 8  # tries of RDKit; almost every ring system takes one or two
THOROUGH = 60  # tries before a ring system is given up, from two kinds of start; an impossible morphinan takes 3 s
CENTRES = 6  # stereo centres of a ring system that are turned over to find the one at fault
SMALL = 9  # atoms; a larger ring alone can hold any double or triple bond


def ring_fault(mol: Chem.Mol) -> tuple[str, tuple[int, ...]] | None:
    """What is wrong with the first ring system that cannot be built, and the atoms it is wrong at.

    Args:
        mol: the molecule; hydrogens may be left out.

    Returns:
        Words and atom indices; None where every ring system has a shape.
    """
    with rdBase.BlockLogs():
        for system in _systems(mol):
            core = cut_out(mol, system)
            if Chem.MolFromSmiles(core) is None or _embeds(core):
                continue
            return _fault(mol, system, core)
    return None


def _systems(mol: Chem.Mol) -> list[set[int]]:
    """Atoms of rings that share atoms, together; small single rings only where a bond of theirs can be impossible."""
    alone = {frozenset(ring) for ring in mol.GetRingInfo().AtomRings()}
    return [system for system in ring_systems(mol) if frozenset(system) not in alone or _bent(mol, system)]


def _bent(mol: Chem.Mol, ring: set[int]) -> bool:
    """Whether a small ring holds an atom that wants to be straight."""
    return len(ring) <= SMALL and any(
        mol.GetAtomWithIdx(at).GetHybridization() == Chem.HybridizationType.SP for at in ring
    )


def _fault(mol: Chem.Mol, system: set[int], core: str) -> tuple[str, tuple[int, ...]]:
    flat = Chem.MolToSmiles(Chem.MolFromSmiles(core), isomericSmiles=False)
    if flat == core or not _embeds(flat):
        return f"no 3D shape is found for the ring system {core}: it is too strained", tuple(sorted(system))
    centres = [at for at in sorted(system) if mol.GetAtomWithIdx(at).GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED]
    at_fault = tuple(at for at in centres[:CENTRES] if _tries(cut_out(_opened(mol, at), system), QUICK))
    return f"the ring system {flat} has no 3D shape with its stereo as drawn: turn one centre over", (
        at_fault or tuple(centres) or tuple(sorted(system))
    )


def _opened(mol: Chem.Mol, centre: int) -> Chem.Mol:
    """The molecule without the configuration of one centre."""
    opened = Chem.Mol(mol)
    opened.GetAtomWithIdx(centre).SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    return opened


@lru_cache(maxsize=4096)
def _embeds(smiles: str) -> bool:
    return _tries(smiles, QUICK) or _tries(smiles, THOROUGH) or _tries(smiles, THOROUGH, anywhere=True)


def _tries(smiles: str, most: int, *, anywhere: bool = False) -> bool:
    """Whether a 3D shape is found in so many tries; `anywhere` begins from random coordinates."""
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return True
    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = 7
    parameters.maxIterations = most
    parameters.useRandomCoords = anywhere
    parameters.numThreads = 1
    return int(rdDistGeom.EmbedMolecule(Chem.AddHs(mol), parameters)) >= 0
