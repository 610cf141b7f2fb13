"""The shapes of what a docking program holds rigid: rings, what stands on them axial or equatorial, and amides."""

from __future__ import annotations

from dataclasses import dataclass

from rdkit import Chem
from rdkit.Chem import rdMolTransforms

from molgrad.docking.embedding import embedded, relaxed, with_conformers
from molgrad.docking.ring_strain import puckered

SAMPLES = 24  # conformers compared where a ring has more than one shape
EACH = 2  # conformers of one shape that are relaxed and kept
WORTH_DOCKING = 3.0  # kcal/mol above the best shape; a force field is wrong by 1 to 2 itself
CIS_AMIDE = 3.0  # kcal/mol, N-methylacetamide's; Radzicka et al., Biochemistry 27 (1988) 4538 measured 2.5
# Vina does not turn the bond between N and C of a secondary amide, carbamate or urea.
AMIDE = Chem.MolFromSmarts("[#6][NX3;H1;!R][CX3;!R;!H1]=[O,S]")


@dataclass(frozen=True)
class Shape:
    """One shape of the rigid parts of a molecule.

    Attributes:
        mol: the molecule with relaxed conformers of this shape, all hydrogens.
        strain: kcal/mol above the best shape.
    """

    mol: Chem.Mol
    strain: float


def shapes(mol: Chem.Mol, seed: int, samples: int = SAMPLES) -> list[Shape]:
    """The shapes that are worth docking, by strain; one where nothing rigid has a choice.

    Args:
        mol: what is docked; hydrogens may be left out.
        seed: same seed, same shapes.
        samples: conformers to look at.

    Returns:
        At least one: the best where every one found is strained.

    Raises:
        LigandPreparationError: no 3D shape was found.
    """
    systems, amides = puckered(mol), mol.GetSubstructMatches(AMIDE)
    found = embedded(mol, seed, samples if systems or amides else EACH)
    groups: dict[tuple[int, ...], list[int]] = {}
    for conformer in found.GetConformers():
        key = *(one.shape(conformer) for one in systems), sum(_is_cis(conformer, four) for four in amides)
        groups.setdefault(key, []).append(conformer.GetId())
    strains = {
        key: sum(one.strains[i] for one, i in zip(systems, key, strict=False)) + CIS_AMIDE * key[-1] for key in groups
    }
    least = min(strains.values())
    kept = []
    for key in sorted(groups, key=strains.__getitem__):
        if strains[key] - least < WORTH_DOCKING:
            one = with_conformers(found, groups[key][:EACH])
            relaxed(one)
            kept.append(Shape(one, round(strains[key] - least, 2)))
    return kept


def _is_cis(conformer: Chem.Conformer, amide: tuple[int, ...]) -> bool:
    """Whether the carbon on nitrogen lies opposite to the oxygen, as in a cis (E) amide."""
    carbon, nitrogen, carbonyl, oxygen = amide
    return bool(abs(rdMolTransforms.GetDihedralDeg(conformer, carbon, nitrogen, carbonyl, oxygen)) > 90.0)
