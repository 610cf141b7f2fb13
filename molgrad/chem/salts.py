"""Which fragment of a multi-component SMILES is the molecule, and which are salts and solvents."""

from __future__ import annotations

from functools import lru_cache

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from molgrad.chem.tables import read_table
from molgrad.errors import shorten

# Heavy atoms. An unknown organic fragment up to this size, and less than half the parent, is taken for a
# solvent or counter-ion; larger ones may be a second drug, which nobody wants cut away in silence.
SMALL_FRAGMENT = 8

# Counter-ions and solvents, neutral and without stereo.
KNOWN = dict(read_table("salts.tsv"))


def choose(mol: Chem.Mol) -> tuple[Chem.Mol | None, tuple[str, ...], str]:
    """(parent, notes, problem): the one fragment to keep, what was done, or why nothing can be kept.

    The parent of a salt is neutralised by protons; permanent charges (quaternary nitrogen) stay.
    """
    fragments = sorted(Chem.GetMolFrags(mol, asMols=True), key=_rank)
    organic = [f for f in fragments if any(a.GetAtomicNum() == 6 for a in f.GetAtoms())]
    if not organic:
        return None, (), "no fragment holds carbon: there is no organic molecule here, only ions or small inorganics"
    parent = next((f for f in organic if _known(f) is None), organic[0])
    parent_smiles = Chem.MolToSmiles(parent)
    notes: list[str] = []
    for fragment in fragments:
        if fragment is parent:
            continue
        smiles = Chem.MolToSmiles(fragment)
        if smiles == parent_smiles:
            notes.append(f"repeated fragment kept once: {_short(smiles)}")
        elif problem := _second_molecule(fragment, parent, smiles, parent_smiles):
            return None, (), problem
        else:
            name = _known(fragment)
            notes.append(f"salt stripped: {_short(smiles)}" + (f" ({name})" if name else ""))
    neutral = _neutral(parent)
    if Chem.MolToSmiles(neutral) != parent_smiles:
        notes.append(f"neutralised: {_short(parent_smiles)} to {_short(Chem.MolToSmiles(neutral))}")
    return neutral, tuple(notes), ""


def _short(smiles: str) -> str:
    return shorten(smiles, 160)


def _rank(fragment: Chem.Mol) -> tuple[int, str]:
    return -fragment.GetNumHeavyAtoms(), Chem.MolToSmiles(fragment)


def _second_molecule(fragment: Chem.Mol, parent: Chem.Mol, smiles: str, parent_smiles: str) -> str:
    """Why `fragment` cannot be cut away as a salt; empty when it can."""
    if not any(atom.GetAtomicNum() == 6 for atom in fragment.GetAtoms()) or _known(fragment) is not None:
        return ""
    size = fragment.GetNumHeavyAtoms()
    if size <= SMALL_FRAGMENT and 2 * size < parent.GetNumHeavyAtoms():
        return ""
    return f"a mixture of {_short(parent_smiles)} and {_short(smiles)}, neither a known salt former: give one of them"


def _known(fragment: Chem.Mol) -> str | None:
    if fragment.GetNumHeavyAtoms() > 30:
        return None
    flat = Chem.MolToSmiles(_neutral(fragment), isomericSmiles=False)
    return _known_canonical().get(flat)


@lru_cache(maxsize=1)
def _known_canonical() -> dict[str, str]:
    return {Chem.CanonSmiles(smiles, useChiral=0): name for smiles, name in KNOWN.items()}


def _neutral(mol: Chem.Mol) -> Chem.Mol:
    with rdBase.BlockLogs():
        return rdMolStandardize.Uncharger().uncharge(mol)
