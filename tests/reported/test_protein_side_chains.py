"""Proteins whose side chains a file holds in part."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import pytest

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import Preparation
from tests.receptors.structures import crystal, pdbqt, place, pocket, prepare, residue, said, without

GLUTAMATE = ("CG", "CD", "OE1", "OE2")
BACKBONE = ("N", "CA", "C", "O", "CB", "OXT")
Point = tuple[float, float, float]


def atoms(made: Preparation, which: str) -> dict[str, Point]:
    """The heavy atoms of one residue of the receptor."""
    lines = [line for line in pdbqt(made) if residue(line) == which and not line[77:].startswith("H")]
    return {line[12:16].strip(): place(line) for line in lines}


def original(which: str) -> dict[str, Point]:
    return {line[12:16].strip(): place(line) for line in pocket() if residue(line) == which}


def chi(points: dict[str, Point], *names: str) -> float:
    """A dihedral angle in degrees."""
    import numpy as np

    from molgrad.receptors.preparation.internal import dihedral

    return dihedral(*(np.array(points[name]) for name in names))


def nearest(made: Preparation, which: str, names: tuple[str, ...]) -> float:
    """Å from these atoms to the nearest heavy atom of another residue or of the ligand."""
    others = [place(line) for line in pdbqt(made) if residue(line) != which and not line[77:].startswith("H")]
    rows = crystal("1ia1")[1].read_text().splitlines()[4:23]
    others += [(float(row[:10]), float(row[10:20]), float(row[20:30])) for row in rows]
    return min(math.dist(atoms(made, which)[name], other) for name in names for other in others)


def test_glutamates_cut_short_beside_the_box_are_rebuilt_and_said(tmp_path: Path) -> None:
    made = prepare(tmp_path, without("GLU32", GLUTAMATE))
    assert said(made, "atoms rebuilt") == "B:GLU32 (CG CD OE1 OE2, in the box)"
    assert any("B:GLU32" in line and "guess" in line for line in made.report.warnings)
    assert set(atoms(made, "GLU32")) == set(original("GLU32"))
    assert nearest(made, "GLU32", GLUTAMATE) > 2.6, "hydrogen bonds are 2.6 and longer"


def test_a_buried_phenylalanine_comes_back_where_the_crystal_has_it(tmp_path: Path) -> None:
    gone = tuple(name for name in original("PHE36") if name not in BACKBONE)
    made = prepare(tmp_path, without("PHE36", gone))
    new, old = atoms(made, "PHE36"), original("PHE36")
    for period, names in ((360, ("N", "CA", "CB", "CG")), (180, ("CA", "CB", "CG", "CD1"))):  # CD1 and CD2 are alike
        off = abs(chi(new, *names) - chi(old, *names)) % period
        assert min(off, period - off) < 30
    assert nearest(made, "PHE36", gone) > 3.0


@pytest.mark.parametrize("which", sorted({residue(line) for line in pocket() if line.startswith("ATOM")})[::5])
def test_a_rebuilt_side_chain_has_the_bonds_angles_and_hands_of_the_crystal(which: str, tmp_path: Path) -> None:
    old = original(which)
    gone = tuple(name for name in old if name not in ("N", "CA", "C"))
    made = prepare(tmp_path, without(which, gone))
    new = atoms(made, which)
    assert new.keys() == old.keys()
    for one, two in combinations(old, 2):
        if math.dist(old[one], old[two]) < 2.6 and (which[:3], {one, two}) != ("PRO", {"CD", "N"}):
            limit = 0.3 if which[:3] == "PRO" else 0.15
            assert math.dist(new[one], new[two]) == pytest.approx(math.dist(old[one], old[two]), abs=limit)
    if "CB" in old:
        assert chi(new, "N", "C", "CA", "CB") > 0, "an L-amino acid"
    for name, branch in (("ILE", ("CA", "CG1", "CB", "CG2")), ("THR", ("CA", "OG1", "CB", "CG2"))):
        if which.startswith(name):
            assert chi(new, *branch) * chi(old, *branch) > 0


def test_atoms_that_the_file_holds_stay_and_fix_the_angles(tmp_path: Path) -> None:
    made = prepare(tmp_path, without("PHE36", ("CE1", "CZ")))
    new, old = atoms(made, "PHE36"), original("PHE36")
    assert said(made, "atoms rebuilt") == "B:PHE36 (CE1 CZ, in the box)"
    assert max(math.dist(new[name], old[name]) for name in ("CE1", "CZ")) < 0.2
    assert all(new[name] == old[name] for name in old if name not in ("CE1", "CZ"))


def test_several_beside_each_other_do_not_overlap_and_come_out_the_same_twice(tmp_path: Path) -> None:
    lines = [row for row in pocket() if not row.startswith("ATOM") or row[12:16].strip() in BACKBONE]
    made = prepare(tmp_path, lines)
    again = prepare(tmp_path, lines)
    assert pdbqt(made) == pdbqt(again)
    assert any(line.startswith("the file lacks atoms of") for line in made.report.warnings)
    assert "look at this" in str(made.report)


def test_no_rebuild_refuses_and_its_remedies_work(tmp_path: Path) -> None:
    lines = without("GLU32", GLUTAMATE)
    with pytest.raises(ReceptorError, match=r"leave --no-rebuild away, and they are rebuilt, or .*--drop B:GLU32"):
        prepare(tmp_path, lines, rebuild=False)
    made = prepare(tmp_path, lines, drop=("B:GLU32",))
    assert "now ALA" in said(made, "residues cut back")
    readme = (prepare(tmp_path, pocket(), rebuild=False).receptor.pdbqt.parent / "README.md").read_text()
    assert "--no-rebuild" in readme


def test_a_rebuilt_side_chain_leaves_the_native_ligand_its_room(tmp_path: Path) -> None:
    made = prepare(tmp_path, without("ILE112", ("CG1", "CG2", "CD1")))
    assert nearest(made, "ILE112", ("CG1", "CG2", "CD1")) > 3.0


def test_an_unknown_residue_is_cut_back_as_its_remedy_says(tmp_path: Path) -> None:
    lines = [f"{line[:17]}UNK{line[20:]}" if residue(line) == "GLU32" else line for line in without("GLU32", GLUTAMATE)]
    with pytest.raises(ReceptorError, match=r"B:UNK32, in the box, no template .*cut back .*: --drop B:UNK32"):
        prepare(tmp_path, lines)
    made = prepare(tmp_path, lines, drop=("B:UNK32",))
    assert "now ALA" in said(made, "residues cut back")
    assert set(atoms(made, "ALA32")) == {"N", "CA", "C", "O", "CB"}


def test_a_residue_without_backbone_can_only_be_left_out_and_its_remedy_says_so(tmp_path: Path) -> None:
    lines = without("GLU32", ("N",))
    with pytest.raises(ReceptorError, match=r"lacks N. Remedy: repair the chain \(PDBFixer\), or leave out: --drop"):
        prepare(tmp_path, lines)
    assert said(prepare(tmp_path, lines, drop=("B:GLU32",)), "residues deleted").startswith("B:GLU32")


def test_an_atom_that_only_the_other_alternative_has_is_not_guessed(tmp_path: Path) -> None:
    letters = {"CG": "A", "CD": "B", "OE1": "B", "OE2": "B"}

    def marked(line: str) -> str:
        letter = letters.get(line[12:16].strip())
        return f"{line[:16]}{letter}{line[17:54]}  {'0.60' if letter == 'B' else '0.40'}{line[60:]}" if letter else line

    made = prepare(tmp_path, [marked(line) if residue(line) == "GLU32" else line for line in pocket()])
    assert atoms(made, "GLU32") == original("GLU32")
    assert said(made, "alternatives left out") == "B:GLU32 (B kept of 2, in the box)"
    assert not said(made, "atoms rebuilt")


def test_a_model_of_backbones_is_said_to_be_one(tmp_path: Path) -> None:
    made = prepare(tmp_path, [line for line in pocket() if line[12:16].strip() in BACKBONE or line[17:20] == "NDP"])
    told = str(made.report)
    assert "residues near the box are guesses: docking into them says little" in told
    assert max(len(warning) for warning in made.report.warnings) < 500


def test_the_oxygen_of_an_end_inside_a_chain_is_left_out_and_said(tmp_path: Path) -> None:
    carbonyl = next(line for line in pocket() if residue(line) == "GLU32" and line[12:16] == " O  ")
    x, y, z = place(carbonyl)
    end = f"{carbonyl[:12]} OXT{carbonyl[16:30]}{x + 0.9:8.3f}{y + 0.9:8.3f}{z + 0.9:8.3f}{carbonyl[54:]}"
    rows = [row for line in pocket() for row in ((line, end) if line == carbonyl else (line,))]
    made = prepare(tmp_path, rows)
    assert said(made, "ends inside a chain") == "B:GLU32 (OXT left out, in the box)"
    assert atoms(made, "GLU32") == original("GLU32")
