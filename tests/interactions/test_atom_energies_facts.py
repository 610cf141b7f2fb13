"""Each kind of fact: a scene that has it, one that just has not, and what all of them have in common."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from molgrad.evaluation import Fact
from molgrad.interactions import PoseEnergies, energy_facts, growth_vectors, per_atom_energies, wanted
from molgrad.interactions.geometry import open_share
from molgrad.receptors import Receptor
from tests.interactions.scenes import STORED, Atom, cage, scene, write_receptor

METHANOL = ("CO", [(-1.4, 0.0, 0.0), (0.0, 0.0, 0.0)])
ETHANE = ("CC", [(-1.5, 0.0, 0.0), (0.0, 0.0, 0.0)])
FORMALDEHYDE = ("C=O", [(-1.2, 0.0, 0.0), (0.0, 0.0, 0.0)])
TRIMETHYLAMINE = ("CN(C)C", [(-1.4, 0.5, 0.0), (0.0, 0.0, 0.0), (0.7, -1.2, 0.4), (0.7, 1.2, 0.4)])


def of(kind: str, energies: PoseEnergies, affinity: float | None = None) -> list[Fact]:
    return [fact for fact in energy_facts(energies, affinity) if fact.kind == kind]


def carbonyl(oxygen: float, carbon: tuple[float, float, float]) -> list[Atom]:
    return [("C", "GLY", 3, carbon, "C"), ("O", "GLY", 3, (oxygen, 0.0, 0.0), "OA")]


def amide(nitrogen: float, hydrogen: float, at: int = 7) -> list[Atom]:
    return [("N", "LEU", at, (nitrogen, 0.0, 0.0), "N"), ("H", "LEU", at, (hydrogen, 0.0, 0.0), "HD")]


def test_a_hydrogen_bond(tmp_path: Path) -> None:
    (fact,) = of("pose_hbond", scene(tmp_path, *METHANOL, carbonyl(2.8, (4.0, 0.0, 0.0))))
    assert (fact.atoms, fact.partner, fact.value, fact.unit) == ((1,), "A:GLY3", 2.8, "Å")
    assert fact.text == "O at atom 1 pairs with A:GLY3 at 2.8 Å (-0.51 kcal/mol)"
    assert fact.weight == pytest.approx(0.505, abs=0.01)  # 0.587 (3.4 - 2.8) / 0.7


@pytest.mark.parametrize(
    "atoms", [carbonyl(3.6, (4.8, 0.0, 0.0)), amide(2.9, 3.9), [("CB", "ALA", 1, (2.9, 0, 0), "C")]]
)
def test_too_far_or_turned_away_or_no_partner(tmp_path: Path, atoms: list[Atom]) -> None:
    assert not of("pose_hbond", scene(tmp_path, *METHANOL, atoms))


def test_a_bond_that_vina_counts_and_the_angle_denies(tmp_path: Path) -> None:
    energies = scene(tmp_path, *METHANOL, carbonyl(2.8, (2.0, 1.0, 0.0)))  # the carbonyl shows its side
    (fact,) = of("pose_hbond_bent", energies)
    assert (fact.atoms, fact.partner, fact.unit) == ((1,), "A:GLY3", "kcal/mol")
    assert fact.value == pytest.approx(-0.505, abs=0.01)
    assert not of("pose_hbond", energies)


def test_a_straight_bond_is_not_called_bent(tmp_path: Path) -> None:
    assert not of("pose_hbond_bent", scene(tmp_path, *METHANOL, carbonyl(2.8, (4.0, 0.0, 0.0))))


def test_an_amine_gives_no_more_hydrogens_than_it_has(tmp_path: Path) -> None:
    taking = [("O", "GLY", i, p, "OA") for i, p in enumerate([(2.8, 0, 0), (1.4, 2.4, 0), (1.4, -2.4, 0.2)], 1)]
    ammonium = ("C[NH+](C)C", TRIMETHYLAMINE[1])
    assert len(of("pose_hbond", scene(tmp_path, *ammonium, taking))) <= 1


def test_a_clash(tmp_path: Path) -> None:
    (fact,) = of("pose_clash", scene(tmp_path, *ETHANE, [("CB", "ALA", 5, (3.1, 0.0, 0.0), "C")]))
    assert (fact.atoms, fact.partner) == ((1,), "A:ALA5")
    assert fact.value == pytest.approx(0.840245 * 0.7**2, abs=0.02)
    assert fact.text == "C at atom 1 is pressed against A:ALA5 at 3.1 Å (+0.41 kcal/mol)"


@pytest.mark.parametrize("atoms", [[("CB", "ALA", 5, (3.5, 0.0, 0.0), "C")], carbonyl(2.6, (3.8, 0.0, 0.0))])
def test_a_near_miss_and_a_short_hydrogen_bond_are_no_clash(tmp_path: Path, atoms: list[Atom]) -> None:
    assert not [f for f in of("pose_clash", scene(tmp_path, *METHANOL, atoms)) if f.atoms == (1,)]


def test_hydrophobic_contacts(tmp_path: Path) -> None:
    leucine: list[Atom] = [
        ("CD", "LEU", 4, p, "C") for p in [(3.7, 0, 0), (3.4, 1.6, 0), (3.4, -1.6, 0), (3.4, 0, 1.6)]
    ]
    (fact,) = of("pose_hydrophobic", scene(tmp_path, *ETHANE, leucine))
    assert (fact.atoms, fact.partner) == ((1,), "A:LEU4")
    assert fact.value == pytest.approx(-4 * 0.035069, abs=0.03)
    far = [(name, residue, number, (x + 2.0, y, z), kind) for name, residue, number, (x, y, z), kind in leucine]
    assert not of("pose_hydrophobic", scene(tmp_path, *ETHANE, far))


def test_a_polar_atom_buried_without_a_partner(tmp_path: Path) -> None:
    energies = scene(tmp_path, *FORMALDEHYDE, cage(4.0))
    (fact,) = of("pose_buried", energies)
    assert (fact.atoms, fact.unit) == ((1,), "kcal/mol")
    assert fact.value == pytest.approx(energies.atoms[1].sum(), abs=0.001)
    assert open_share(energies, 1) == 0.0


def test_a_buried_charge_weighs_more(tmp_path: Path) -> None:
    (fact,) = of("pose_buried", scene(tmp_path, "C[NH+](C)C", TRIMETHYLAMINE[1], cage(4.6)))
    assert fact.text.startswith("charged N at atom 1")
    assert fact.weight == 1.0


def test_water_or_a_partner_spares_a_polar_atom(tmp_path: Path) -> None:
    assert not of("pose_buried", scene(tmp_path, *FORMALDEHYDE, cage(4.0)[:30]))  # half the cage is open
    assert not of("pose_buried", scene(tmp_path, *FORMALDEHYDE, [*cage(4.0), *amide(2.9, 1.9, at=99)]))
    ether = ("COC", [(-1.2, 0.7, 0.0), (0.0, 0.0, 0.0), (1.2, 0.7, 0.0)])
    assert not of("pose_buried", scene(tmp_path, *ether, cage(4.2)))  # an ether goes without easily


def test_two_acceptors_that_face_each_other(tmp_path: Path) -> None:
    (fact,) = of("pose_like_polar", scene(tmp_path, *FORMALDEHYDE, carbonyl(2.9, (4.1, 0.0, 0.0))))
    assert (fact.atoms, fact.partner, fact.value) == ((1,), "A:GLY3", 2.9)
    assert not of("pose_like_polar", scene(tmp_path, *FORMALDEHYDE, carbonyl(3.5, (4.7, 0.0, 0.0))))
    assert not of("pose_like_polar", scene(tmp_path, *METHANOL, carbonyl(2.9, (4.1, 0.0, 0.0))))  # a hydroxyl gives


def test_a_partner_within_reach_but_missed(tmp_path: Path) -> None:
    (fact,) = of("pose_unsatisfied", scene(tmp_path, *ETHANE, amide(3.6, 2.6)))
    assert (fact.atoms, fact.partner, fact.value, fact.unit) == ((1,), "A:LEU7", 3.6, "Å")
    assert "an acceptor there could bond" in fact.text
    assert wanted(fact) == {"acceptor"}
    assert wanted(replace(fact, kind="pose_growth")) == frozenset()


@pytest.mark.parametrize(
    "atoms",
    [
        amide(3.6, 4.6),  # points away
        amide(5.0, 4.0),  # out of reach
        [*amide(3.6, 2.6), ("O", "GLY", 30, (2.2, 2.2, 0.0), "OA"), ("C", "GLY", 30, (1.6, 3.3, 0.0), "C")],
    ],
)
def test_a_partner_turned_away_out_of_reach(tmp_path: Path, atoms: list[Atom]) -> None:
    found = of("pose_unsatisfied", scene(tmp_path, *ETHANE, atoms))
    assert "A:LEU7" not in [fact.partner for fact in found if len(atoms) == 2]


def test_a_partner_that_another_residue_holds_is_not_free(tmp_path: Path) -> None:
    taker: list[Atom] = [("O", "GLY", 30, (3.6, 2.9, 0.0), "OA"), ("C", "GLY", 30, (3.6, 4.1, 0.0), "C")]
    second: Atom = ("H2", "LEU", 7, (3.6, 1.0, 0.0), "HD")
    assert of("pose_unsatisfied", scene(tmp_path, *ETHANE, [*amide(3.6, 2.6), second]))
    rest = of("pose_unsatisfied", scene(tmp_path, *ETHANE, [*amide(3.6, 2.6), second, *taker]))
    assert "A:LEU7" not in [fact.partner for fact in rest]


def test_a_metal_with_a_free_place(tmp_path: Path) -> None:
    (fact,) = of("pose_unsatisfied", scene(tmp_path, *ETHANE, [("ZN", " ZN", 9, (3.4, 0.0, 0.0), "Zn")]))
    assert (fact.partner, fact.atoms) == ("A:ZN9", (1,))


BUTANE = ("CCCC", [(-4.2, 0.0, 0.0), (-2.8, 0.0, 0.0), (-1.4, 0.0, 0.0), (0.0, 0.0, 0.0)])
ENDS = [(3.8, 0, 0), (2.7, 2.7, 0), (2.7, -2.7, 0), (2.7, 0, 2.7), (0, 3.8, 0), (0, -3.8, 0), (0, 0, 3.8)]
CUP: list[Atom] = [("CD", "LEU", i, point, "C") for i, point in enumerate(ENDS, 1)]


def test_inefficient_atoms_and_exposed_ones(tmp_path: Path) -> None:
    energies = scene(tmp_path, *BUTANE, [*CUP, ("CB", "ALA", 90, (-3.5, -4.2, 0.0), "C")])
    assert [fact.atoms for fact in of("pose_inefficient", energies)] == [(0,)]
    assert not of("pose_exposed", energies)
    bare = scene(tmp_path, *BUTANE, CUP)
    (fact,) = of("pose_exposed", bare)
    assert (fact.atoms, fact.value, fact.unit) == ((0, 1), 2.0, "atoms")
    assert "open to the solvent" in fact.text
    assert not [f for f in of("pose_inefficient", bare) if 0 in f.atoms]  # said once


def test_a_growth_vector_along_a_hydrogen(tmp_path: Path) -> None:
    """A carbon may come within 3.4 Å of another: on the axis to one at 7 Å it fits up to 3.5 Å, not at 3.75."""
    block = "\n     by hand\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n" + "".join(
        f"{x:10.4f}{0:10.4f}{0:10.4f} {element:<3s} 0  0  0  0  0  0  0  0  0  0  0  0\n"
        for x, element in ((0.0, "Cl"), (1.3, "H"))
    ) + "  1  2  1  0\nM  END\n"  # fmt: skip
    wall = write_receptor(tmp_path, [("CB", "ALA", 1, (7.0, 0.0, 0.0), "C")])
    (growth,) = growth_vectors(per_atom_energies(block, wall))
    assert (growth.atom, growth.free, growth.residue) == (0, 2.0, "A:ALA1")
    assert growth.energy < 0.0
    near = write_receptor(tmp_path, [("CB", "ALA", 1, (4.7, 0.0, 0.0), "C")])
    (none,) = growth_vectors(per_atom_energies(block, near))
    assert none.free < 0.0
    assert none.energy == 0.0


def test_nothing_grows_along_a_proton(tmp_path: Path) -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("C[NH+](C)C"))
    rdDistGeom.EmbedMolecule(mol, randomSeed=1)
    wall = write_receptor(tmp_path, [("CB", "ALA", 1, (9.0, 0.0, 0.0), "C")])
    found = growth_vectors(per_atom_energies(Chem.MolToMolBlock(mol), wall))
    assert {growth.atom for growth in found} == {0, 2, 3}, "the nitrogen has no hydrogen that a group could replace"


def test_a_growth_vector_is_a_fact_where_a_carbon_gains_energy(tmp_path: Path) -> None:
    found = of("pose_growth", scene(tmp_path, *ETHANE, cage(5.2)))
    assert {fact.atoms for fact in found} == {(1,)}  # C0 stands nearer to the wall
    assert all(fact.value is not None and fact.value < -0.15 for fact in found)
    assert not of("pose_growth", scene(tmp_path, *ETHANE, [("CB", "ALA", 1, (5.6, 0.0, 0.0), "C")]))


def test_no_growth_vector_where_no_carbon_fits(tmp_path: Path) -> None:
    (fact,) = of("pose_full", scene(tmp_path, *ETHANE, cage(4.0)))
    assert fact.atoms == (0, 1)
    assert not of("pose_full", scene(tmp_path, *ETHANE, [("CB", "ALA", 1, (9.0, 0.0, 0.0), "C")]))


def test_groups_to_keep_and_the_cost_of_rotatable_bonds(receptor: Receptor) -> None:
    row = STORED[0]
    energies = per_atom_energies(row["pose"], receptor.pdbqt)
    (kept,) = of("pose_keep", energies, row["affinity"])
    assert kept.atoms == (6, 7, 8, 9, 10, 11, 12, 13)  # diaminopyrimidine, as every antifolate
    assert kept.value == pytest.approx(energies.atoms[list(kept.atoms)].sum(), abs=0.001)
    (price,) = of("pose_efficiency", energies, row["affinity"])
    assert price.value == pytest.approx(row["affinity"] - energies.inter, abs=0.001)
    assert "6.0 rotatable bonds" in price.text
    assert not of("pose_efficiency", energies)


def test_one_group_is_nothing_to_keep_above_others(tmp_path: Path) -> None:
    assert not of("pose_keep", scene(tmp_path, *ETHANE, CUP))


def test_trimethoprim_in_dhfr_as_chemists_know_it(receptor: Receptor) -> None:
    facts = energy_facts(per_atom_energies(STORED[0]["pose"], receptor.pdbqt), STORED[0]["affinity"])
    bonded = {(fact.atoms[0], fact.partner) for fact in facts if fact.kind == "pose_hbond"}
    assert {(10, "B:GLU32"), (13, "B:ILE9"), (13, "B:ILE112")} <= bonded
    assert "B:PHE36" in [fact.partner for fact in facts if fact.kind == "pose_hydrophobic"]


@pytest.mark.parametrize("row", STORED, ids=lambda row: row["smiles"])
def test_what_every_fact_has(row: dict[str, object], receptor: Receptor) -> None:
    energies = per_atom_energies(str(row["pose"]), receptor.pdbqt)
    facts = energy_facts(energies, float(str(row["affinity"])))
    assert [fact.weight for fact in facts] == sorted((fact.weight for fact in facts), reverse=True)
    known = set(energies.pocket.residues)
    for fact in facts:
        assert fact.kind.startswith("pose_")
        assert 0.0 < fact.weight <= 1.0
        assert all(0 <= i < len(energies.ligand.points) for i in fact.atoms)
        assert fact.partner is None or fact.partner in known
        assert fact.unit in ("Å", "kcal/mol", "atoms")
        assert Fact.from_json(fact.to_json()) == fact
    assert len(facts) <= 20


def test_a_ligand_far_from_the_receptor_has_little_to_say(tmp_path: Path) -> None:
    energies = scene(tmp_path, *METHANOL, [("CB", "ALA", 1, (40.0, 0.0, 0.0), "C")])
    assert {fact.kind for fact in energy_facts(energies, -0.1)} == {"pose_exposed"}
    assert (energies.inter, energies.residues) == (0.0, {})
