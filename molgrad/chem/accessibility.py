"""What makes a molecule hard to make: the SA score of Ertl and Schuffenhauer, taken apart into penalties."""

from __future__ import annotations

import importlib.util
import math
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from rdkit import Chem, RDConfig, rdBase
from rdkit.Chem import rdFingerprintGenerator, rdMolDescriptors

from molgrad.chem.parse import read

# The raw sum runs from -4 to 2.5 and is stretched over 1 to 10: RDKit's own scaling, 9 / 6.5 points a unit.
_SCALE = 9 / 6.5
_MACROCYCLE = 8  # atoms; the SA score calls rings above this macrocycles
# Score of a circular fragment never seen in PubChem, as in the published code; common ones reach about +4.
_UNKNOWN_FRAGMENT = -4.0
# Raw units; atoms whose fragments score below this in the mean are what a chemist would call unusual.
RARE = -1.0
_GENERATOR = rdFingerprintGenerator.GetMorganGenerator(radius=2)


@lru_cache(maxsize=20_000)
def sa_score(smiles: str) -> float:
    """Synthetic accessibility, 1 (easy) to 10 (hard): Ertl and Schuffenhauer, J. Cheminf. 1 (2009) 8.

    Raises:
        InvalidMoleculeError: when `smiles` is no molecule.
    """
    return float(_sascorer().calculateScore(read(smiles).mol))


@lru_cache(maxsize=20_000)
def sa_parts(smiles: str) -> tuple[tuple[str, float, tuple[int, ...]], ...]:
    """(name, penalty in points of the SA score, atoms) for each thing that makes it hard, worst first.

    Names: `stereocentres`, `spiro centres`, `bridgeheads`, `macrocycle`, `size`, `rare fragments`. The first
    five are the published penalties. The atoms of `rare fragments` are those whose environments are rare in
    PubChem; its penalty is roughly what the score would fall by were they neither rare nor common (the
    published score averages over fragments, this share over atoms). Raises InvalidMoleculeError.
    """
    mol = read(smiles).mol
    spiro: list[int] = []
    bridge: list[int] = []
    rdMolDescriptors.CalcNumSpiroAtoms(mol, atoms=spiro)
    rdMolDescriptors.CalcNumBridgeheadAtoms(mol, atoms=bridge)
    centres = [i for i, _ in Chem.FindMolChiralCenters(mol, includeUnassigned=True)]
    big = sorted({a for ring in mol.GetRingInfo().AtomRings() if len(ring) > _MACROCYCLE for a in ring})
    size = mol.GetNumAtoms() ** 1.005 - mol.GetNumAtoms()
    rare = _rarity(mol)
    unusual = [i for i, score in enumerate(rare) if score < RARE]
    parts = [
        ("stereocentres", math.log10(len(centres) + 1), tuple(sorted(centres))),
        ("spiro centres", math.log10(len(spiro) + 1), tuple(sorted(spiro))),
        ("bridgeheads", math.log10(len(bridge) + 1), tuple(sorted(bridge))),
        ("macrocycle", math.log10(2) if big else 0.0, tuple(big)),
        ("size", size, ()),
        ("rare fragments", -sum(rare[i] for i in unusual) / len(rare), tuple(unusual)),
    ]
    scaled = [(name, penalty * _SCALE, atoms) for name, penalty, atoms in parts if penalty > 0]
    return tuple(sorted(scaled, key=lambda part: (-part[1], part[0])))


def _rarity(mol: Chem.Mol) -> list[float]:
    """Mean fragment score of the circular environments centred on each atom, in raw units."""
    return [sum(found.values()) / len(found) if found else 0.0 for found in environments(mol)]


def environments(mol: Chem.Mol) -> list[dict[int, float]]:
    """How common each atom's circular environments are in PubChem, by radius (0 to 2).

    Args:
        mol: the molecule; stereo does not count.

    Returns:
        For each atom the scores of the SA score's fragment table: from -3.1 (once or twice) to 2.8, -4 for never seen.
        An environment that another one holds already, at the rim of the molecule, is left out.
    """
    output = rdFingerprintGenerator.AdditionalOutput()
    output.AllocateBitInfoMap()
    _GENERATOR.GetSparseCountFingerprint(mol, additionalOutput=output)
    scores = _fragment_scores()
    found: list[dict[int, float]] = [{} for _ in range(mol.GetNumAtoms())]
    for fragment, places in output.GetBitInfoMap().items():
        for atom, radius in places:
            found[atom][radius] = scores.get(fragment, _UNKNOWN_FRAGMENT)
    return found


def _fragment_scores() -> dict[int, float]:
    scorer = _sascorer()
    if scorer._fscores is None:
        scorer.readFragmentScores()
    scores: dict[int, float] = scorer._fscores
    return scores


@lru_cache(maxsize=1)
def _sascorer() -> ModuleType:
    """RDKit's own SA scorer, loaded from its Contrib folder by path, so that sys.path stays as it is."""
    path = Path(RDConfig.RDContribDir) / "SA_Score" / "sascorer.py"
    spec = importlib.util.spec_from_file_location("molgrad_sascorer", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"RDKit's SA scorer is not at {path}")
    module = importlib.util.module_from_spec(spec)
    with rdBase.BlockLogs():
        spec.loader.exec_module(module)
    return module
