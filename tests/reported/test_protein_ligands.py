"""Ligands and cofactors that a protein file holds: what they are, what they are bonded to, what is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rdkit import Chem

from molgrad.errors import ReceptorError
from molgrad.receptors.preparation import Preparation
from tests.receptors.molecules import MIDDLE, at, bare, bonded_to, drawn, find, lines, nearest_residue, peptide
from tests.receptors.structures import NATIVE, crystal, pdbqt, pocket, prepare, residue, said

WIDE = (24.0, 24.0, 24.0)
ARGININE = "N[C@@H](CCCNC(N)=N)C(=O)O"


def native(made: Preparation) -> Chem.Mol:
    assert made.receptor.ligand is not None
    return Chem.MolFromMolFile(str(made.receptor.ligand))


def same(one: Chem.Mol, smiles: str) -> bool:
    """Whether two molecules are alike but for charges and stereo."""

    def plain(mol: Chem.Mol) -> str:
        mol = Chem.RemoveHs(mol)
        for atom in mol.GetAtoms():
            if atom.GetFormalCharge() and not any(n.GetFormalCharge() for n in atom.GetNeighbors()):
                hydrogens = atom.GetTotalNumHs() - atom.GetFormalCharge()
                atom.SetFormalCharge(0)
                atom.SetNumExplicitHs(max(hydrogens, 0))
        Chem.SanitizeMol(mol)
        return str(Chem.MolToSmiles(mol, isomericSmiles=False))

    return plain(one) == plain(Chem.MolFromSmiles(smiles))


def chain_a() -> list[str]:
    """1ia1's chain A with its own ligand, TQ3."""
    rows = crystal("1ia1")[0].read_text().splitlines()
    return [line for line in rows if line[:6] in ("ATOM  ", "HETATM") and line[21] == "A"]


@pytest.mark.parametrize(
    ("smiles", "why"),
    [
        ("CC", "A:TQ3194 has 19 heavy atoms in the file and 2 in the template given"),
        (NATIVE[1:], "A:TQ3194 has 19 heavy atoms in the file and 18 in the template given"),
        ("Nc1nc(N)c2cc(Sc3ccccc3)ccc2n1", "A:TQ3194 is not bonded like the template given .21 bonds"),
        (
            NATIVE.replace("S", "O"),
            "like the template given .C14 N4 S1 in the file and C14 N4 O1",
        ),
    ],
)
def test_a_template_that_is_another_molecule_is_refused_with_both_numbers(
    smiles: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(ReceptorError, match=why):
        prepare(tmp_path, chain_a(), ligand="TQ3", templates={"TQ3": smiles}, size=WIDE)


def test_a_ligand_of_which_the_file_holds_a_part_is_said(tmp_path: Path) -> None:
    short = [line for line in chain_a() if not (line[17:20] == "TQ3" and line[12:16].strip() == "C1")]
    count = sum(line[17:20] == "TQ3" for line in short)
    made = prepare(tmp_path, short, ligand="TQ3", templates={"TQ3": NATIVE}, size=WIDE)
    assert any(f"{count} of the 19 heavy atoms" in line for line in made.report.warnings)
    assert native(made).GetNumAtoms() == count


def test_a_template_with_hydrogens_charges_or_a_salt_fits_and_what_was_left_out_is_said(tmp_path: Path) -> None:
    for smiles in (f"{NATIVE}.Cl", Chem.MolToSmiles(Chem.AddHs(Chem.MolFromSmiles(NATIVE)))):
        made = prepare(tmp_path, chain_a(), ligand="TQ3", templates={"TQ3": smiles}, size=WIDE)
        assert same(native(made), NATIVE)
        assert any("Cl left out" in line for line in made.report.warnings) == smiles.endswith("Cl")
    charged = prepare(tmp_path, chain_a(), ligand="TQ3", templates={"TQ3": NATIVE.replace("n1", "[nH+]1")}, size=WIDE)
    assert Chem.GetFormalCharge(native(charged)) == 1


def test_stereo_of_a_template_that_the_coordinates_contradict_is_said(tmp_path: Path) -> None:
    alanine = at(drawn("C[C@@H](F)Cl"))
    rows = [*bare(), *lines(alanine, "HAL", 900)]
    right, wrong = "C[C@@H](F)Cl", "C[C@H](F)Cl"
    assert not prepare(tmp_path, rows, ligand="HAL", templates={"HAL": right}, size=WIDE).report.warnings
    made = prepare(tmp_path, rows, ligand="HAL", templates={"HAL": wrong}, size=WIDE)
    assert any("contradicts the coordinates of L:HAL900: C2 is" in line for line in made.report.warnings)
    assert Chem.MolToSmiles(native(made)) == Chem.CanonSmiles(right), "the coordinates are taken"


def test_a_free_arginine_is_a_ligand_by_itself_and_by_the_template_it_is_told_to_give(tmp_path: Path) -> None:
    rows = [*bare(), *lines(at(drawn(ARGININE)), "ARG", 501)]
    for choices in ({"ligand": "L:ARG501"}, {"ligand": "ARG"}, {"ligand": "L"}):
        made = prepare(tmp_path, rows, size=WIDE, **choices)
        assert same(native(made), ARGININE)
        assert said(made, "groups left out") == "L:ARG501 (the native ligand, in the box)"
    made = prepare(tmp_path, rows, ligand="ARG", templates={"ARG": ARGININE}, size=WIDE)
    assert same(native(made), ARGININE)
    assert any(line[17:20] == "ARG" for line in pdbqt(made)), "those of the chain are still there"


def test_a_free_arginine_written_as_atoms_of_a_chain_is_a_ligand_too(tmp_path: Path) -> None:
    mol = at(drawn(ARGININE))
    names = ["N", "CA", "CB", "CG", "CD", "NE", "CZ", "NH1", "NH2", "C", "O", "OXT"]
    rows = [f"ATOM  {row[6:12]} {name:<3s}{row[16:]}" for row, name in zip(lines(mol, "ARG", 501), names, strict=True)]
    made = prepare(tmp_path, [*bare(), *rows], ligand="L:ARG501", size=WIDE)
    assert same(native(made), ARGININE)


@pytest.mark.parametrize(
    ("name", "smiles"),
    [
        ("ATP", "Nc1ncnc2n(cnc12)C1OC(COP(=O)(O)OP(=O)(O)OP(=O)(O)O)C(O)C1O"),
        ("AMP", "Nc1ncnc2n(cnc12)C1OC(COP(=O)(O)O)C(O)C1O"),
        ("GDP", "Nc1nc2n(cnc2c(=O)[nH]1)C1OC(COP(=O)(O)OP(=O)(O)O)C(O)C1O"),
        ("UDP", "O=c1ccn(C2OC(COP(=O)(O)OP(=O)(O)O)C(O)C2O)c(=O)[nH]1"),
        ("DTY", "NC(Cc1ccc(O)cc1)C(=O)O"),
    ],
)
def test_nucleotides_and_amino_acids_need_no_template(name: str, smiles: str, tmp_path: Path) -> None:
    made = prepare(tmp_path, [*bare(), *lines(at(drawn(smiles)), name, 501)], ligand=name, size=WIDE)
    assert same(native(made), smiles)
    kept = prepare(tmp_path, [*bare(), *lines(at(drawn(smiles)), name, 501)], center=MIDDLE, size=WIDE)
    heavy = [line for line in pdbqt(kept) if line[17:20] == name and not line[77:].startswith("H")]
    assert len(heavy) == Chem.MolFromSmiles(smiles).GetNumAtoms()


def test_a_chain_is_a_ligand(tmp_path: Path) -> None:
    rows = [*bare(), *peptide("C")]
    made = prepare(tmp_path, rows, ligand="C", size=WIDE)
    mol = native(made)
    assert mol.GetNumAtoms() == len(peptide("C"))
    assert len(mol.GetSubstructMatches(Chem.MolFromSmarts("C(=O)[NH]C"))) == 2
    assert not [line for line in pdbqt(made) if line[21] == "C"]
    assert not any("redocked" in line for line in made.report.warnings)


def test_a_file_that_coincides_with_a_chain_takes_it_out_of_the_receptor(tmp_path: Path) -> None:
    rows = [*bare(), *peptide("C")]
    first = prepare(tmp_path, rows, ligand="C", size=WIDE)
    copy = tmp_path / "peptide.sdf"
    Chem.MolToMolFile(native(first), str(copy))
    made = prepare(tmp_path, rows, ligand=str(copy), size=WIDE)
    assert pdbqt(made) == pdbqt(first)
    assert said(made, "groups left out").count("the native ligand") == 3


def sugars() -> tuple[list[str], str]:
    """Four N-acetylglucosamines, one bonded to the next, as four residues, and their SMILES."""
    smiles = "O"
    for n in range(1, 5):
        smiles = f"O[C@@H]{n}O[C@H](CO)[C@@H]({smiles})[C@H](O)[C@H]{n}NC(C)=O"
    mol = at(drawn(smiles))
    links = mol.GetSubstructMatches(Chem.MolFromSmarts("[C;R]([O;R])-!@[O;!R]-!@[C;R]"))
    cut = [mol.GetBondBetweenAtoms(anomeric, bridge).GetIdx() for anomeric, _, bridge, _ in links]
    parts = Chem.GetMolFrags(Chem.FragmentOnBonds(mol, cut, addDummies=False))
    rows = [row for n, part in enumerate(parts) for row in lines(mol, "NAG", n + 1, "D", only=part)]
    return rows, smiles


@pytest.mark.parametrize("wanted", ["D", "NAG", "D:NAG2", "D:NAG1-D:NAG4", "D:NAG1,D:NAG2,D:NAG3,D:NAG4"])
def test_a_tetrasaccharide_of_four_residues_is_one_ligand(wanted: str, tmp_path: Path) -> None:
    rows, smiles = sugars()
    made = prepare(tmp_path, [*bare(), *rows], ligand=wanted, size=(30.0, 30.0, 30.0))
    assert same(native(made), smiles)
    assert said(made, "groups left out").count("the native ligand") == 4
    assert not [line for line in pdbqt(made) if line[17:20] == "NAG"]


def test_one_template_may_describe_a_ligand_of_several_residues(tmp_path: Path) -> None:
    rows, smiles = sugars()
    rows = [row.replace("NAG", "XYZ") for row in rows]
    size = (30.0, 30.0, 30.0)
    unknown = prepare(tmp_path, [*bare(), *rows], ligand="D", size=size)
    assert any("give --template D=SMILES" in line for line in unknown.report.warnings)
    made = prepare(tmp_path, [*bare(), *rows], ligand="D", templates={"D": smiles}, size=size)
    assert same(native(made), smiles)


def test_a_sugar_on_an_asparagine_stays_with_the_protein(tmp_path: Path) -> None:
    which = nearest_residue("ASN")
    ends = {0: find(which, "OD1"), 1: find(which, "CG"), 2: find(which, "ND2")}
    mol = bonded_to("O=CN[C@@H]1O[C@H](CO)[C@@H](O)[C@H](O)[C@H]1NC(C)=O", ends)
    rows = lines(mol, "NAG", 801, "B", only=range(3, mol.GetNumAtoms()))
    made = prepare(tmp_path, [*bare(), *rows], center=find(which, "ND2"), size=WIDE)
    assert "B:NAG801 (without O" in said(made, "bonded groups")
    assert sum(line[17:20] == "NAG" and not line[77:].startswith("H") for line in pdbqt(made)) == 14
    assert hydrogens(made, which, "HD2") == 1, "the other one made room for the sugar"


def hydrogens(made: Preparation, which: str, names: str) -> int:
    """How many hydrogens of a residue of chain B begin with these letters."""
    rows = [line for line in pdbqt(made) if residue(line) == which and line[21] == "B"]
    return sum(line[12:16].strip().startswith(names) for line in rows)


def aldimine() -> tuple[list[str], str]:
    """Pyridoxal phosphate on a lysine of the pocket, as an aldimine."""
    which = nearest_residue("LYS")
    mol = bonded_to(
        "CC[NH+]=Cc1c(O)c(C)ncc1COP(=O)(O)O", {0: find(which, "CD"), 1: find(which, "CE"), 2: find(which, "NZ")}
    )
    return lines(mol, "PLP", 700, "B", only=range(3, mol.GetNumAtoms())), which


def test_a_covalent_cofactor_is_built_on_its_lysine_and_said(tmp_path: Path) -> None:
    rows, which = aldimine()
    made = prepare(tmp_path, [*bare(), *rows], center=find(which, "NZ"), size=WIDE)
    assert "B:PLP700 (without O" in said(made, "bonded groups")
    assert hydrogens(made, which, "HZ") == 1, "a protonated aldimine has one hydrogen"


def test_a_covalent_ligand_is_cut_from_the_protein_and_said(tmp_path: Path) -> None:
    rows, which = aldimine()
    made = prepare(tmp_path, [*bare(), *rows], ligand="PLP", size=WIDE)
    assert any(f"is bonded to B:{which} (" in line and "the bond was cut" in line for line in made.report.warnings)
    assert native(made).GetNumAtoms() == len(rows)
    assert hydrogens(made, which, "HZ") == 3


def test_an_inhibitor_bonded_to_a_cysteine_is_built_when_its_template_is_given(tmp_path: Path) -> None:
    which = nearest_residue("SER")
    ends = {0: find(which, "CB"), 1: find(which, "OG")}
    protein = [
        line.replace(" OG  SER", " SG  CYS").replace("SER", "CYS")[:76] + (" S" if " OG " in line else line[76:78])
        if residue(line) == which
        else line
        for line in bare()
    ]
    mol = bonded_to("CSCCC(=O)NC", ends)
    rows = lines(mol, "INH", 600, "B", only=range(2, mol.GetNumAtoms()))
    site: dict[str, Any] = {"center": find(which, "OG"), "size": WIDE}
    with pytest.raises(ReceptorError, match=r"B:INH600.*--template INH=SMILES"):
        prepare(tmp_path, [*protein, *rows], **site)
    made = prepare(tmp_path, [*protein, *rows], templates={"INH": "ClCCC(=O)NC"}, **site)
    assert "B:INH600 (without Cl" in said(made, "bonded groups")
    assert hydrogens(made, which, "HG") == 0


def test_another_copy_of_the_ligand_of_a_file_takes_its_template_from_it(tmp_path: Path) -> None:
    ligand = Chem.MolFromMolFile(str(crystal("1ia1")[1]))
    copy = lines(at(ligand, (18.0, 30.0, 26.0)), "TQ3", 195, "B")
    own = lines(ligand, "TQ3", 194, "B")
    made = prepare(tmp_path, [*bare(), *own, *copy], size=(26.0, 26.0, 26.0))
    assert said(made, "groups left out") == "B:TQ3194 (the native ligand, in the box)"
    assert sum(line[17:26] == "TQ3 B 195" and not line[77:].startswith("H") for line in pdbqt(made)) == 19
    assert any("B:TQ3195, another copy of the ligand" in line for line in made.report.warnings)
    less = prepare(tmp_path, [*bare(), *own, *copy], size=(26.0, 26.0, 26.0), drop=("B:TQ3195",))
    assert not [line for line in pdbqt(less) if line[17:20] == "TQ3"]


def test_names_that_are_no_ligand_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReceptorError, match=r"no ligand 'TQ4' in the file; it holds B:NDP195; and the chains B"):
        prepare(tmp_path, pocket(), ligand="TQ4")
    with pytest.raises(ReceptorError, match=r"chain B has \d+ residues, too many for a ligand .* its groups: B:NDP195"):
        prepare(tmp_path, pocket(), ligand="B")
    with pytest.raises(ReceptorError, match="is part of a chain of"):
        prepare(tmp_path, chain_a(), ligand=f"A:{nearest_residue('LYS')}")
    with pytest.raises(ReceptorError, match="the file holds no protein to dock into"):
        prepare(tmp_path, peptide("C"), ligand="C")
    rows = [
        *bare(),
        *lines(at(drawn("CCO")), "EOL", 1, "L"),
        *lines(at(drawn("CCO"), (20.0, 36.0, 18.0)), "EOL", 2, "L"),
    ]
    with pytest.raises(ReceptorError) as told:
        prepare(tmp_path, rows, ligand="L", size=WIDE)
    remedy = re.search(r"--ligand (\S+)", str(told.value))
    assert remedy
    assert prepare(tmp_path, rows, ligand=remedy[1], drop=("L:EOL2",), size=WIDE).receptor.name == "made"


def as_residue(name: str) -> list[str]:
    """The pocket with the aldimine of pyridoxal phosphate as one modified residue of the chain."""
    rows, which = aldimine()
    own = [line for line in bare() if residue(line) == which]
    changed = [f"HETATM{line[6:17]}{name}{line[20:]}" if residue(line) == which else line for line in bare()]
    end = max(n for n, line in enumerate(changed) if residue(line) == name + which[3:])
    more = [f"{row[:12]} X{n:<2d}{row[16]}{name} B{which[3:]:>4s}{row[26:]}" for n, row in enumerate(rows)]
    assert own
    return [*changed[: end + 1], *more, *changed[end + 1 :]]


def test_pyridoxal_phosphate_and_lysine_as_one_residue_are_built(tmp_path: Path) -> None:
    which = nearest_residue("LYS")
    site: dict[str, Any] = {"center": find(which, "NZ"), "size": WIDE}
    made = prepare(tmp_path, as_residue("LLP"), **site)
    assert said(made, "modified residues") == f"B:LLP{which[3:]} (by built-in table, pH 7.4, in the box)"
    heavy = [line for line in pdbqt(made) if line[17:20] == "LLP" and not line[77:].startswith("H")]
    assert len(heavy) == 24
    with pytest.raises(ReceptorError, match="--template XLP=SMILES of the free amino acid"):
        prepare(tmp_path, as_residue("XLP"), **site)
    smiles = "NC(CCCC[NH+]=Cc1c(COP(=O)([O-])[O-])cnc(C)c1O)C(=O)O"
    given = prepare(tmp_path, as_residue("XLP"), templates={"XLP": smiles}, **site)
    assert sum(line[17:20] == "XLP" and not line[77:].startswith("H") for line in pdbqt(given)) == 24
    with pytest.raises(ReceptorError, match=r"B:XLP\d+.*heavy atoms in the file and 6 in the template given"):
        prepare(tmp_path, as_residue("XLP"), templates={"XLP": "NC(C)C(=O)O"}, **site)


def test_a_template_of_the_right_atoms_and_wrong_bonds_is_said(tmp_path: Path) -> None:
    saturated = {"TQ3": "NC1NC(N)C2C(SC3CCCCC3)CCCC2N1"}
    for choices in ({"ligand": "A:TQ3194"}, {"center": (30.5, -3.7, 1.8), "size": WIDE}):
        made = prepare(tmp_path, chain_a(), templates=saturated, **{"size": WIDE, **choices})
        (warning,) = [line for line in made.report.warnings if "bond orders" in line]
        assert "A:TQ3194 do not fit its coordinates: C1 is drawn tetrahedral and lies flat" in warning
    made = prepare(tmp_path, chain_a(), ligand="A:TQ3194", templates={"TQ3": NATIVE}, size=WIDE)
    assert made.report.warnings == ()


def test_a_file_of_the_ligand_in_another_pose_takes_the_ligand_out_of_the_receptor(tmp_path: Path) -> None:
    crystal_pose = Chem.MolFromMolFile(str(crystal("1ia1")[1]))
    other = at(drawn(NATIVE), tuple(crystal_pose.GetConformer().GetPositions().mean(axis=0)))
    Chem.MolToMolFile(other, str(tmp_path / "pose.sdf"))
    rows = [*bare(), *lines(crystal_pose, "TQ3", 194, "B")]
    made = prepare(tmp_path, rows, ligand=str(tmp_path / "pose.sdf"), size=WIDE)
    assert said(made, "groups left out") == "B:TQ3194 (another copy of the ligand, in the box)"
    assert not [line for line in pdbqt(made) if line[17:20] == "TQ3"]


def test_a_cofactor_where_the_ligand_lies_is_said_with_the_option_that_leaves_it_out(tmp_path: Path) -> None:
    rows = [*bare(), *lines(at(drawn("CC(=O)OP(=O)(O)O"), (10.1, 39.0, 18.4)), "UVW", 300, "B")]
    site: dict[str, Any] = {"size": WIDE, "templates": {"UVW": "CC(=O)OP(=O)(O)O"}}
    (warning,) = [w for w in prepare(tmp_path, rows, **site).report.warnings if "built as part of the receptor" in w]
    remedy = re.search(r"--drop (\S+)", warning)
    assert remedy
    assert not prepare(tmp_path, rows, drop=(remedy[1],), **site).report.warnings
