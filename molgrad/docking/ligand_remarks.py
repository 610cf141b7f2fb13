"""What a reader should know of a docked molecule's score: what Vina held rigid, and how it lies in the box."""

from __future__ import annotations

from dataclasses import replace

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from molgrad.docking.box_fit import touches
from molgrad.docking.result import DockResult
from molgrad.receptors.receptor import Box

RIGID_RING = 8  # atoms; the shapes of a larger ring are too many to dock all of them
TURNING = 2  # single bonds of a ring that can turn, from which it has several shapes
MANY_TORSIONS = 20  # AutoDock refuses more than 32; searches that find the same pose twice get rare long before
FEW_ATOMS = 2  # heavy atoms that have no pose to speak of


def remarked(result: DockResult, box: Box) -> DockResult:
    """The result with what should be known of its score in its note.

    Args:
        result: of a dock.
        box: where it was docked.
    """
    if not result.ok:
        return result
    mol = Chem.MolFromSmiles(result.docked_smiles)
    said = [*molecule_remarks(mol, result.provenance.searches_made)] if mol is not None else []
    pose = Chem.MolFromMolBlock(result.poses[0], removeHs=False) if result.poses else None
    if pose is not None and (held := touches(pose, box)):
        said.append(held)
    return replace(result, note="; ".join(part for part in (result.note, *said) if part)) if said else result


def molecule_remarks(mol: Chem.Mol, searches: int | None = None) -> list[str]:
    """What a molecule alone says of how far its score can be trusted.

    Args:
        mol: the species that is docked.
        searches: made of it, each from a conformer of its own; None before docking.
    """
    said = []
    if ring := _largest_turning_ring(mol):
        said.append(f"ring of {ring} atoms held rigid: {_conformers(searches)}; its score is uncertain")
    torsions = int(rdMolDescriptors.CalcNumRotatableBonds(mol))
    if torsions > MANY_TORSIONS:
        said.append(f"{torsions} rotatable bonds, more than searches master: its score is uncertain")
    if mol.GetNumHeavyAtoms() <= FEW_ATOMS:
        said.append("too small for its pose or score to mean anything")
    return said


def _conformers(searches: int | None) -> str:
    if searches is None:
        return "each search docks one ring conformer"
    return f"{searches} ring conformer{'s were' if searches != 1 else ' was'} docked"


def _largest_turning_ring(mol: Chem.Mol) -> int:
    """Atoms of the largest ring that Vina holds rigid although it has many shapes; 0 for none."""
    sizes = [0]
    for ring in mol.GetRingInfo().BondRings():
        bonds = [mol.GetBondWithIdx(i) for i in ring]
        turning = sum(b.GetBondType() == Chem.BondType.SINGLE and not b.GetIsConjugated() for b in bonds)
        if len(ring) > RIGID_RING and turning >= TURNING:
            sizes.append(len(ring))
    return max(sizes)
