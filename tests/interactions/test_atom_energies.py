"""Vina's energy taken apart: each term by hand, the types against meeko, the sums against Vina."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from molgrad.docking import Docker
from molgrad.interactions import ROTOR, TERMS, per_atom_energies
from molgrad.interactions.atoms import read_ligand
from molgrad.interactions.pocket import read_pocket
from molgrad.interactions.terms import WEIGHTS, pair_terms, tabled_terms
from molgrad.receptors import Receptor, load_receptor
from tests.interactions.scenes import STORED, pose, scene, write_receptor

NO, YES = np.zeros(1), np.ones(1)


def shape(surface: float, hydrophobic: bool = False, bonding: bool = False) -> dict[str, float]:
    """The terms of one pair without their weights."""
    terms = pair_terms(np.array([surface]), YES * hydrophobic, YES * bonding)[:, 0] / WEIGHTS
    return dict(zip(TERMS, terms.tolist(), strict=True))


def test_surfaces_that_touch() -> None:
    assert shape(0.0) == pytest.approx(
        {"gauss1": 1.0, "gauss2": np.exp(-2.25), "repulsion": 0.0, "hydrophobic": 0.0, "hbond": 0.0}
    )


def test_the_second_gaussian_peaks_at_three() -> None:
    assert shape(3.0)["gauss2"] == pytest.approx(1.0)
    assert shape(0.5)["gauss1"] == pytest.approx(np.exp(-1.0))


def test_repulsion_is_quadratic_and_only_inside() -> None:
    assert (shape(-0.5)["repulsion"], shape(0.1)["repulsion"]) == pytest.approx((0.25, 0.0))


@pytest.mark.parametrize(("surface", "expected"), [(0.4, 1.0), (0.5, 1.0), (1.0, 0.5), (1.5, 0.0), (2.0, 0.0)])
def test_hydrophobic_ramp(surface: float, expected: float) -> None:
    assert shape(surface, hydrophobic=True)["hydrophobic"] == pytest.approx(expected)
    assert shape(surface)["hydrophobic"] == 0.0


@pytest.mark.parametrize(("surface", "expected"), [(-0.9, 1.0), (-0.7, 1.0), (-0.35, 0.5), (0.0, 0.0), (0.3, 0.0)])
def test_hydrogen_bond_ramp(surface: float, expected: float) -> None:
    assert shape(surface, bonding=True)["hbond"] == pytest.approx(expected)
    assert shape(surface)["hbond"] == 0.0


def test_the_table_is_the_function_but_for_its_steps() -> None:
    gap = np.linspace(2.6, 7.9, 500)
    radii, flags = np.full(500, 3.6), np.ones(500)
    assert np.abs(tabled_terms(gap, radii, flags, flags) - pair_terms(gap - radii, flags, flags)).max() < 0.006


MOLECULES = (
    "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "CC(=O)Nc1ccc(S(N)(=O)=O)cc1", "O=C([O-])c1ccc(-n2ccnc2)c(Cl)c1",
    "C[NH+]1CCN(Cc2ccc(F)cc2)CC1", "CSc1cc(C(F)(F)F)ccc1C#N", "Cc1ccc2nc(N)[nH]c2c1", "CP(=O)([O-])OCc1ccccc1Br",
    "NC(=[NH2+])c1ccc(I)cc1", "O=[N+]([O-])c1ccoc1", "CN(C)N=Nc1ccccc1", "CC(=O)NO", "c1ccc2sccc2c1", "CC(C)=NO",
    "O=c1[nH]cnc2c1ncn2C", "FC(Cl)=CBr", "C[Si](C)(C)CN", "O=S1(=O)CCNC1", "CC#CCN=C=S", "c1cc[n+](C)cc1", "NCCS",
)  # fmt: skip


@pytest.mark.parametrize("smiles", MOLECULES)
def test_ligand_types_are_meekos(smiles: str) -> None:
    from meeko import MoleculePreparation

    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert rdDistGeom.EmbedMolecule(mol, randomSeed=7) == 0
    atoms = MoleculePreparation(rigid_macrocycles=True).prepare(mol)[0].atoms
    types = {atom.index: atom.atom_type for atom in atoms if not atom.is_pseudo_atom}
    found = read_ligand(Chem.MolToMolBlock(mol)).types
    heavy = [a for a in mol.GetAtoms() if a.GetAtomicNum() > 1]
    for i, atom in enumerate(heavy):
        near = list(atom.GetNeighbors())
        assert found.acceptor[i] == (types[atom.GetIdx()] in ("NA", "OA"))
        gives = atom.GetSymbol() in ("N", "O") and any(types[n.GetIdx()] == "HD" for n in near)
        assert found.donor[i] == gives
        plain = atom.GetSymbol() == "C" and all(n.GetSymbol() in ("C", "H") for n in near)
        assert found.hydrophobic[i] == (plain or atom.GetSymbol() in ("F", "Cl", "Br", "I"))


def test_receptor_types_by_hand(tmp_path: Path) -> None:
    file = write_receptor(tmp_path, [
        ("CA", "SER", 1, (0.0, 0.0, 0.0), "C"), ("CB", "SER", 1, (1.5, 0.0, 0.0), "C"),
        ("OG", "SER", 1, (2.2, 1.2, 0.0), "OA"), ("HG", "SER", 1, (3.1, 1.2, 0.0), "HD"),
        ("CG", "PHE", 2, (9.0, 0.0, 0.0), "A"), ("SD", "MET", 3, (14.0, 0.0, 0.0), "SA"),
        ("ZN", " ZN", 4, (20.0, 0.0, 0.0), "Zn"), ("NE2", "HIS", 5, (26.0, 0.0, 0.0), "NA"),
    ])  # fmt: skip
    types = read_pocket(file).types
    assert types.elements == ("C", "C", "O", "C", "S", "Zn", "N")
    assert types.hydrophobic.tolist() == [True, False, False, True, False, False, False]
    assert types.donor.tolist() == [False, False, True, False, False, True, False]
    assert types.acceptor.tolist() == [False, False, True, False, False, False, True]
    assert types.radius.tolist() == [1.9, 1.9, 1.7, 1.9, 2.0, 1.2, 1.8]
    assert read_pocket(file).residues[0] == "A:SER1"


def test_one_pair_in_full(tmp_path: Path) -> None:
    """Methane and a carbon 3.8 Å apart: surfaces touch, both hydrophobic."""
    energies = scene(tmp_path, "C", [(0, 0, 0)], [("CB", "ALA", 9, (3.8, 0, 0), "C")])
    expected = -0.035579 - 0.005156 * np.exp(-2.25) - 0.035069
    assert energies.inter == pytest.approx(expected, abs=2e-4)
    assert list(energies.residues) == ["A:ALA9"]


def test_beyond_eight_angstrom_nothing_counts(tmp_path: Path) -> None:
    assert scene(tmp_path, "C", [(0, 0, 0)], [("CB", "ALA", 9, (8.01, 0, 0), "C")]).inter == 0.0


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["smiles"])
def test_sums_equal_what_vina_said_of_stored_poses(row: dict[str, object], receptor: Receptor) -> None:
    """Compared with `score()[1]` (lig_inter) of Vina 1.2.7 for the same pose, written to the file with it."""
    energies = per_atom_energies(str(row["pose"]), receptor.pdbqt)
    assert energies.inter == pytest.approx(row["inter"], abs=0.01)
    assert energies.atoms.sum() == pytest.approx(energies.inter)
    assert sum(terms.sum() for terms in energies.residues.values()) == pytest.approx(energies.inter)
    assert sum(terms.sum() for terms in energies.fragments.values()) == pytest.approx(energies.inter)
    rows = energies.atom_rows()
    assert [r["index"] for r in rows] == list(range(len(energies.ligand.points)))
    assert sum(float(str(r["total"])) for r in rows) == pytest.approx(energies.inter, abs=0.01)
    rotatable_bonds = (energies.inter / float(str(row["affinity"])) - 1) / ROTOR
    assert rotatable_bonds == pytest.approx(round(2 * rotatable_bonds) / 2, abs=0.1)  # Vina counts bonds whole or half


def test_fragments_are_the_groups_that_move_as_one(receptor: Receptor) -> None:
    groups = list(per_atom_energies(STORED[0]["pose"], receptor.pdbqt).fragments)
    assert (0, 1) in groups  # a methoxy
    assert any({7, 8, 9, 10, 11, 12, 13} <= set(group) for group in groups)  # the pyrimidine with both amines
    assert sorted(i for group in groups for i in group) == list(range(21))


def test_what_is_no_pose_is_refused(receptor: Receptor, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mol block"):
        per_atom_energies("nonsense", receptor.pdbqt)
    with pytest.raises(OSError, match="missing"):
        per_atom_energies(STORED[0]["pose"], tmp_path / "missing.pdbqt")
    (tmp_path / "empty.pdbqt").write_text("REMARK\n")
    with pytest.raises(ValueError, match="no atoms"):
        per_atom_energies(STORED[0]["pose"], tmp_path / "empty.pdbqt")


def test_a_receptor_that_changes_is_read_again(tmp_path: Path) -> None:
    methane, wall = pose("C", [(0, 0, 0)]), ("CB", "ALA", 9, (3.8, 0.0, 0.0), "C")
    one = per_atom_energies(methane, write_receptor(tmp_path, [wall])).inter
    two = per_atom_energies(methane, write_receptor(tmp_path, [wall, ("CB", "ALA", 10, (-3.8, 0.0, 0.0), "C")])).inter
    assert two == pytest.approx(2 * one)


# Scored in a process of its own, which Vina may end. `score()` sums over atom pairs, not over the maps, though it
# wants them computed first; its second number is the ligand's intermolecular energy.
CHILD = """
import json, sys
from meeko import MoleculePreparation, PDBQTWriterLegacy
from rdkit import Chem
from vina import Vina
job = json.load(sys.stdin)
vina = Vina(sf_name="vina", cpu=1, seed=1, verbosity=0)
vina.set_receptor(job["pdbqt"])
vina.compute_vina_maps(center=job["center"], box_size=job["size"])
for block in job["poses"]:
    mol = Chem.MolFromMolBlock(block, removeHs=False)
    setup = MoleculePreparation(rigid_macrocycles=True).prepare(mol)[0]
    vina.set_ligand_from_string(PDBQTWriterLegacy.write_string(setup)[0])
    print(vina.score()[1])
"""
SET = (
    "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "CC(=O)Nc1ccc(S(N)(=O)=O)cc1", "O=C(O)c1ccc(-n2ccnc2)c(Cl)c1",
    "CP(=O)(O)OCc1ccccc1Br", "FC(F)(F)c1ccc(C#N)c(SC)c1", "OC1CCC(NC(=O)c2ccco2)CC1", "Cc1ccc2nc(N)[nH]c2c1",
    "CN1CCN(Cc2ccc(F)cc2)CC1",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["1ia1", "DRD2", "F2", "CYP3A4", "MMP13"])  # a cofactor, heme iron, zinc among them
def test_ten_poses_and_more_equal_vina(name: str) -> None:
    target = load_receptor(name)
    with Docker(target, exhaustiveness=1, workers=1, poses=3) as docker:
        blocks = [block for result in docker.dock(SET) for block in result.poses]
    assert len(blocks) >= 10
    job = {"pdbqt": str(target.pdbqt), "center": target.box.center, "size": target.box.size, "poses": blocks}
    done = subprocess.run([sys.executable, "-c", CHILD], input=json.dumps(job), capture_output=True, text=True)
    said = [float(line) for line in done.stdout.split()]
    assert [per_atom_energies(block, target.pdbqt).inter for block in blocks] == pytest.approx(said, abs=0.01), (
        done.stderr
    )
    seconds = []
    for block in blocks:
        began = time.perf_counter()
        per_atom_energies(block, target.pdbqt)
        seconds.append(time.perf_counter() - began)
    assert median(seconds) < 0.005
