"""What a chemist would say of a lead before docking it: a macrocycle, a covalent inhibitor, a peptide."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from molgrad.chem.parse import read
from molgrad.chem.tables import read_table

MACROCYCLE = 9  # atoms of a ring from which its shape is a matter of its own
RESIDUES = 3  # amino acids in a row from which a molecule is a peptide
_RESIDUE = Chem.MolFromSmarts("[NX3;!$(N=*)][CX4;!$(C([#7])[#7])]C(=O)[NX3,OX2]")


def lead_remarks(smiles: str) -> tuple[str, ...]:
    """Sentences on what a molecule is that docking does not do justice to; empty for most.

    Args:
        smiles: the molecule.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    mol = read(smiles).mol
    return tuple(said for said in (*_covalent(mol), _ring(mol), _peptide(mol)) if said)


@cache
def _warheads() -> tuple[tuple[str, Chem.Mol, str, str], ...]:
    return tuple(
        (name, Chem.MolFromSmarts(smarts), partner, smarts) for name, smarts, partner, *_ in read_table("warheads.tsv")
    )


def warheads(mol: Chem.Mol) -> list[tuple[str, str, tuple[int, ...]]]:
    """Groups that can bind a protein covalently: name, what each reacts with, and its atoms.

    Args:
        mol: the molecule.
    """
    found = ((name, partner, mol.GetSubstructMatch(pattern)) for name, pattern, partner, _ in _warheads())
    return [(name, partner, atoms) for name, partner, atoms in found if atoms]


def _covalent(mol: Chem.Mol) -> list[str]:
    found = warheads(mol)
    if not found:
        return []
    name, partner, atoms = found[0]
    part = Chem.MolFragmentToSmiles(mol, list(atoms), isomericSmiles=False)
    return [
        f"its {name} may bind {partner}: it is docked as a non-covalent binder, the bond to the protein is not "
        f"modelled; --keep '{part}' (keep=) holds the warhead, and its alerts count against no analogue then"
    ]


def _ring(mol: Chem.Mol) -> str:
    largest = max((len(ring) for ring in mol.GetRingInfo().AtomRings()), default=0)
    if largest < MACROCYCLE:
        return ""
    return (
        f"a macrocycle (a ring of {largest}): a dock holds a ring's shape, so that few of its shapes are tried and a "
        "good one may be missed; give a known one with --pose (pose=)"
    )


def _peptide(mol: Chem.Mol) -> str:
    residues = len({match[1] for match in mol.GetSubstructMatches(_RESIDUE)})
    if residues < RESIDUES:
        return ""
    turning = rdMolDescriptors.CalcNumRotatableBonds(mol)
    return (
        f"a peptide of {residues} residues and {turning} rotatable bonds: searches of such seldom agree; look at the "
        "sd of its score, and dock it with --effort thorough first"
    )
