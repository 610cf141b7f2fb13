"""PoseBusters' checks of a pose: bond lengths, angles, flat rings, strain, clashes with the receptor.

Source: Buttenschoen, Morris, Deane, Chem. Sci. 15 (2024) 3130. PoseBusters is an extra, imported when asked for.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from rdkit import Chem

from molgrad.errors import MissingExtraError
from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.interactions.pocket import pdb_block

AROUND = 12.0  # Å about the poses; no check looks further than 5 Å from the ligand
PASSED, FAILED = kinds.CHECKED, kinds.IMPLAUSIBLE
BEST = "pose 1"


def require_posebusters() -> None:
    """Raise MissingExtraError, which says what to install, where PoseBusters is not."""
    if importlib.util.find_spec("posebusters") is None:
        raise MissingExtraError("PoseBusters", "poses")


def implausible(poses: Sequence[str], receptor: Path) -> list[list[str]]:
    """For each pose the names of the checks that it fails; about a second a molecule, mostly for the strain.

    Args:
        poses: V2000 mol blocks of one molecule, Å, in the receptor's frame.
        receptor: PDBQT file.

    Raises:
        MissingExtraError: PoseBusters is not installed.
        ValueError: a block that cannot be read.
    """
    require_posebusters()
    from posebusters import PoseBusters

    mols = [Chem.MolFromMolBlock(block, removeHs=False) for block in poses]
    if not mols or any(mol is None for mol in mols):
        raise ValueError("a pose cannot be read")
    points = [point for mol in mols for point in mol.GetConformer().GetPositions().tolist()]
    pocket = Chem.MolFromPDBBlock(
        pdb_block(receptor, points, AROUND), sanitize=False, removeHs=False, proximityBonding=False
    )
    table = PoseBusters(config="dock").bust(mols, None, pocket, full_report=False)
    return [[str(name) for name, fine in row.items() if not fine] for _, row in table.iterrows()]


def plausibility_facts(poses: Sequence[str], receptor: Path) -> tuple[Fact, ...]:
    """`pose_implausible` for each pose that fails checks (`partner` says which), or one `pose_checked`."""
    failed = implausible(poses, receptor)
    found = [_failed(rank, names) for rank, names in enumerate(failed, start=1) if names]
    if found:
        return tuple(found)
    text = f"PoseBusters finds nothing wrong with {len(poses)} pose{'s' if len(poses) > 1 else ''}"
    return (Fact(PASSED, text, (), "PoseBusters", 0.0, "checks", 0.0),)


def _failed(rank: int, names: Sequence[str]) -> Fact:
    pose, what = f"pose {rank}", ", ".join(name.replace("_", " ") for name in names)
    weight = 1.0 if rank == 1 else 0.1
    return Fact(FAILED, f"PoseBusters: {pose} fails {what}", (), pose, float(len(names)), "checks", weight)
