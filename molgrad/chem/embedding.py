"""Whether a stereoisomer of a ring system can exist: asked of its rings alone, each once."""

from __future__ import annotations

from functools import lru_cache

from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom

_ATTEMPTS = 8  # embedding attempts; RDKit's default, ten an atom, spends 5 s on an impossible tropane


def possible(isomer: Chem.Mol) -> bool:
    """False where a ring system has no three-dimensional form, as with a trans bridge across a small ring.

    What hangs on the rings is cut to its first atoms: it does not decide, and the same few ring systems come back in
    thousands of molecules.
    """
    verdicts = [_embeds(core) for core in _cores(isomer)]
    if None in verdicts:  # cut where it cannot be
        return bool(_embeds(Chem.MolToSmiles(isomer)))
    return all(verdicts)


def _cores(mol: Chem.Mol) -> list[str]:
    """Each system of rings that share atoms, with the first atoms of its substituents, as SMILES with stereo."""
    systems: list[set[int]] = []
    for ring in mol.GetRingInfo().AtomRings():
        joined = set(ring)
        apart = []
        for system in systems:
            if system & joined:
                joined |= system
            else:
                apart.append(system)
        systems = [*apart, joined]
    junctions = {atom for atom in range(mol.GetNumAtoms()) if mol.GetRingInfo().NumAtomRings(atom) > 1}
    return [_cut(mol, system) for system in systems if system & junctions]


def _cut(mol: Chem.Mol, system: set[int]) -> str:
    stubs = {n.GetIdx() for i in system for n in mol.GetAtomWithIdx(i).GetNeighbors()} - system
    core = Chem.RWMol(mol)
    for i in stubs:
        atom = core.GetAtomWithIdx(i)
        atom.SetAtomicNum(6)
        atom.SetFormalCharge(0)
        atom.SetIsAromatic(False)
        atom.SetNoImplicit(False)
        atom.SetNumExplicitHs(0)
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    core.BeginBatchEdit()
    for atom in core.GetAtoms():
        if atom.GetIdx() not in system and atom.GetIdx() not in stubs:
            core.RemoveAtom(atom.GetIdx())
    for bond in core.GetBonds():  # two stubs that are neighbours would close a ring that is not there
        if bond.GetBeginAtomIdx() in stubs and bond.GetEndAtomIdx() in stubs:
            core.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    core.CommitBatchEdit()
    return str(Chem.MolToSmiles(core))


@lru_cache(maxsize=10_000)
def _embeds(smiles: str) -> bool | None:
    """True when coordinates can be found, for a possible isomer in a try or two; None for what is no molecule."""
    with rdBase.BlockLogs():
        core = Chem.MolFromSmiles(smiles)
        if core is None:
            return None
        params = rdDistGeom.ETKDGv3()
        params.randomSeed = 7
        params.maxIterations = _ATTEMPTS
        return int(rdDistGeom.EmbedMolecule(Chem.AddHs(core), params)) >= 0
