"""The pocket search: on complexes whose ligand was taken out, and on shapes made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import Recipe
from molgrad.receptors.preparation.pocket import buried_points, find_pocket, gathered
from molgrad.receptors.preparation.read import read_structure
from tests.receptors.structures import atom, crystal, prepare, write


def shell(radius: float, hole: bool) -> np.ndarray:
    """Atoms 2 Å apart between `radius` and 5 Å more; with a hole of 4 Å on the x axis."""
    axis = np.arange(-radius - 6, radius + 6.1, 2.0)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3)
    lengths = np.linalg.norm(grid, axis=1)
    wall = grid[(lengths >= radius) & (lengths <= radius + 5)]
    return wall[~((wall[:, 0] > 0) & (np.abs(wall[:, 1:]) < 4).all(axis=1))] if hole else wall


@pytest.mark.parametrize("hole", [False, True])
def test_a_hollow_ball_has_its_pocket_in_the_middle(hole: bool) -> None:
    points, weights = buried_points(shell(7.0, hole))
    pockets = gathered(points, weights)
    middle = np.array(pockets[0][2])
    assert np.linalg.norm(middle) < 2.0
    assert weights.max() == 26 if not hole else weights.max() >= 24


def test_a_wall_has_none() -> None:
    axis = np.arange(-20.0, 21.0, 2.0)
    flat = np.stack(np.meshgrid(axis, axis, np.array([0.0, 2.0, 4.0])), axis=-1).reshape(-1, 3)
    assert gathered(*buried_points(flat)) == []


@pytest.mark.parametrize(
    ("name", "chain", "rank"), [("1ia1", "B", 1), ("1s3v", "A", 1), ("1uou", "A", 1), ("1of6", "A", 2)]
)
def test_the_ligand_of_a_crystal_lies_in_the_box_about_the_first_or_second_pocket(
    name: str, chain: str, rank: int
) -> None:
    protein, ligand = crystal(name)
    recipe = Recipe(protein, pocket=str(rank), chains=(chain,))
    center, words = find_pocket(read_structure(protein), recipe)
    atoms = Chem.MolFromMolFile(str(ligand)).GetConformer().GetPositions()
    assert (np.abs(atoms - np.array(center)) < 11.0).all(), "inside a box of 22 Å"
    assert np.linalg.norm(atoms.mean(axis=0) - np.array(center)) < 6.0
    assert words.startswith(f"pocket {rank} of ")


def test_a_file_without_a_pocket(tmp_path: Path) -> None:
    rows = crystal("1s3v")[0].read_text().splitlines()
    few = [line for line in rows if line.startswith("ATOM") and int(line[22:26]) < 4]
    with pytest.raises(ReceptorError, match="no buried pocket"):
        prepare(tmp_path, few, pocket="auto")
    protein = write(tmp_path / "p.pdb", [atom("C", "XYZ", 1, (0.0, 0.0, 0.0), "C")])
    with pytest.raises(ReceptorError, match="no pocket 99"):
        find_pocket(read_structure(crystal("1s3v")[0]), Recipe(crystal("1s3v")[0], pocket="99"))
    with pytest.raises(ReceptorError, match="no protein"):
        find_pocket(read_structure(protein), Recipe(protein, pocket="auto"))
