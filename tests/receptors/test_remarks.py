"""What is odd about a box or a receptor is said in a sentence, and nothing about those that are in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from molgrad.errors import ReceptorError
from molgrad.losses.docking import Docking
from molgrad.receptors import Box, Receptor, load_receptor
from molgrad.receptors.remarks import receptor_remarks


def boxed(receptor: Receptor, size: tuple[float, float, float], shift: float = 0.0) -> list[str]:
    x, y, z = receptor.box.center
    return receptor_remarks(replace(receptor, box=Box((x + shift, y, z), size)))


@pytest.mark.parametrize("name", ["1ia1", "DRD2", "F2", "MAOB", "CSF1R"])
def test_receptors_in_order_have_no_remarks(name: str) -> None:
    assert receptor_remarks(load_receptor(name)) == []


def test_a_box_that_cuts_the_native_ligand_says_which_would_not(receptor: Receptor) -> None:
    (narrow, cut) = boxed(receptor, (9.0, 8.0, 7.5))
    assert "only 7.5 Å wide" in narrow
    assert "cuts its native ligand: 3 of 19 atoms lie outside it, by up to 0.6 Å" in cut
    sides = cut.partition("sides of ")[2].partition(" Å")[0].split(", ")
    assert not any("cuts" in text for text in boxed(receptor, tuple(map(float, sides))))


def test_very_large_boxes_and_boxes_in_water(receptor: Receptor) -> None:
    assert "has 46,656 Å³, more than the 27,000" in boxed(receptor, (36.0, 36.0, 36.0))[0]
    assert any("of the box lies in water" in text for text in boxed(receptor, (24.0, 24.0, 24.0), shift=-27.0))


def test_a_box_within_the_protein(receptor: Receptor) -> None:
    atom = receptor.pdbqt.read_text().splitlines()[700]
    middle = float(atom[30:38]), float(atom[38:46]), float(atom[46:54])
    remarks = receptor_remarks(replace(receptor, ligand=None, box=Box(middle, (4.0, 4.0, 4.0))))
    assert any("almost no free space" in text for text in remarks)


def without_hydrogens(receptor: Receptor, folder: Path, kept: int) -> Path:
    """A copy of a receptor with its first polar hydrogens only."""
    lines, seen = [], 0
    for line in receptor.pdbqt.read_text().splitlines():
        seen += line.endswith("HD")
        if not line.endswith("HD") or seen <= kept:
            lines.append(line)
    (folder / "receptor.pdbqt").write_text("\n".join(lines))
    box = receptor.box
    (folder / "box.toml").write_text(f"center = {list(box.center)}\nsize = {list(box.size)}\n")
    return folder


def test_a_receptor_without_hydrogens_is_refused_with_the_command_that_makes_one(
    receptor: Receptor, tmp_path: Path
) -> None:
    with pytest.raises(ReceptorError, match=r"obabel -xr.*receptor prepare PROTEIN.pdb --center=10\.1,36\.0,18\.4"):
        load_receptor(without_hydrogens(receptor, tmp_path, kept=0))


def test_a_receptor_with_a_few_hydrogens_is_remarked_on(receptor: Receptor, tmp_path: Path) -> None:
    folder = without_hydrogens(receptor, tmp_path, kept=5)
    (said,) = receptor_remarks(load_receptor(folder))
    assert "backbone nitrogens near the box have no hydrogen" in said
    with pytest.warns(UserWarning, match="have no hydrogen"):
        Docking(str(folder))
