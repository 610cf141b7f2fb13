"""What can and cannot be built: far from the box it is replaced and said, near the box refused with a remedy."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from rdkit import Chem

from molgrad.errors import ReceptorError
from molgrad.receptors import prepare_receptor
from molgrad.receptors.preparation import Preparation
from molgrad.receptors.preparation.cofactors import MODIFIED, Cofactor, fitted, from_table
from molgrad.receptors.preparation.modified import modified
from molgrad.receptors.preparation.residue import NEAR, Atom, Residue
from molgrad.receptors.receptor import check_receptor
from tests.receptors.molecules import drawn
from tests.receptors.structures import (
    NATIVE,
    SIDE,
    atom,
    changed,
    crystal,
    pdbqt,
    place,
    pocket,
    prepare,
    residue,
    said,
    without,
    write,
)  # fmt: skip

TIP = ("CG", "CD", "CE", "NZ")
IN_BOX, FAR = (10.1, 36.0, 24.0), (10.1, 36.0, 45.0)
STRANGER = [atom("C1", "XYZ", 301, IN_BOX, "C"), atom("O1", "XYZ", 301, (10.1, 36.0, 25.4), "O")]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """meeko fetches what it does not know, unless it is never asked."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something wants the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_a_clean_pocket_is_built_whole(tmp_path: Path) -> None:
    made = prepare(tmp_path, pocket())
    check_receptor(made.receptor)
    assert [c for c in made.report.changes if c.kind != "chains left out"] == []
    assert {line[17:27] for line in pdbqt(made)} == {line[17:27] for line in pocket()}
    heavy = {place(line) for line in pdbqt(made) if not line[77:].startswith("H")}
    assert heavy == {place(line) for line in pocket()}, "no heavy atom moved, none lost"


def test_a_side_chain_cut_short_is_refused_in_the_box_and_cut_back_when_given_up(tmp_path: Path) -> None:
    lines = without("GLU32", ("CG", "CD", "OE1", "OE2"))
    with pytest.raises(ReceptorError, match=r"B:GLU32, in the box, lacks CD CG OE1 OE2.*--drop B:GLU32"):
        prepare(tmp_path, lines, rebuild=False)
    made = prepare(tmp_path, lines, drop=("B:GLU32",))
    assert said(made, "residues cut back") == "B:GLU32 (lacks CD CG OE1 OE2, now ALA, in the box)"


def test_everything_refused_is_said_at_once(tmp_path: Path) -> None:
    lines = [line for line in without("GLU32", ("OE2",)) if residue(line) != "PHE36" or line[12:16].strip() != "CZ"]
    with pytest.raises(ReceptorError, match=r"B:GLU32.*B:PHE36.*--drop B:GLU32,B:PHE36"):
        prepare(tmp_path, lines, rebuild=False)


def far_lysine() -> str:
    """A lysine that lies more than 4 Å beyond the box of the tests."""
    box = [(10.137, 36.034, 18.356)[axis] for axis in range(3)]
    for name in dict.fromkeys(residue(line) for line in pocket() if line[17:20] in ("LYS", "ARG", "GLU")):
        atoms = [place(line) for line in pocket() if residue(line) == name]
        if all(max(abs(p[axis] - box[axis]) for axis in range(3)) > SIDE / 2 + NEAR + 1 for p in atoms):
            return name
    raise AssertionError("no such residue")


def test_far_from_the_box_it_becomes_alanine_where_nothing_is_rebuilt(tmp_path: Path) -> None:
    name = far_lysine()
    lines = without(name, ("CG", *TIP[1:], "NE", "CZ", "NH1", "NH2", "OE1", "OE2"))
    made = prepare(tmp_path, lines, rebuild=False)
    assert "now ALA" in said(made, "residues cut back")
    assert {line[17:20] for line in pdbqt(made) if line[22:26].strip() == name[3:]} == {"ALA"}


def test_without_backbone_it_is_deleted_far_away_and_refused_near(tmp_path: Path) -> None:
    name = far_lysine()
    made = prepare(tmp_path, without(name, ("C", "O")))
    assert "lacks" in said(made, "residues deleted")
    assert not [line for line in pdbqt(made) if line[22:26].strip() == name[3:]]
    with pytest.raises(ReceptorError, match="B:GLU32"):
        prepare(tmp_path, without("GLU32", ("C", "O")))


def test_a_modified_residue_is_refused_near_and_its_parent_when_given_up(tmp_path: Path) -> None:
    def hydroxy(line: str) -> str:
        line = f"HETATM{line[6:17]}OAS{line[20:]}"
        if line[12:16].strip() != "OG":
            return line
        return f"{line}\n{line[:12]} C2A{line[16:30]}{float(line[30:38]) + 1.4:8.3f}{line[38:76]} C"

    lines = changed("SER61", hydroxy)
    with pytest.raises(
        ReceptorError, match=r"B:OAS61, 1.1 Å from it, no template.*--template OAS=SMILES.*--drop B:OAS61"
    ):
        prepare(tmp_path, lines)
    with pytest.raises(
        ReceptorError, match=r"B:OAS61.*7 heavy atoms in the file and 10 in the template.*--drop B:OAS61"
    ):
        prepare(tmp_path, lines, templates={"OAS": "CC(=O)OC[C@H](N)C(=O)O"})
    made = prepare(tmp_path, lines, drop=("OAS",))
    assert "now SER" in said(made, "residues cut back")


def test_a_gap_in_the_chain_is_no_bond(tmp_path: Path) -> None:
    made = prepare(tmp_path, [line for line in pocket() if residue(line) != "SER61"])
    assert not [line for line in pdbqt(made) if line[17:26] == "SER B  61"]


def test_an_unknown_group_is_refused_near_with_both_ways_out(tmp_path: Path) -> None:
    lines = [*pocket(), *STRANGER]
    with pytest.raises(ReceptorError, match=r"B:XYZ301, in the box.*--template XYZ=SMILES.*--drop XYZ"):
        prepare(tmp_path, lines)
    assert said(prepare(tmp_path, lines, drop=("XYZ",)), "groups left out") == "B:XYZ301 (as asked, in the box)"
    built = prepare(tmp_path, lines, templates={"XYZ": "CO"})
    assert [line[77:].strip() for line in pdbqt(built) if line[17:20] == "XYZ"] == ["HD", "OA", "C"]


def test_an_unknown_group_far_away_is_left_out(tmp_path: Path) -> None:
    far = [atom("C1", "XYZ", 301, FAR, "C"), atom("O1", "XYZ", 301, (10.1, 36.0, 46.4), "O")]
    assert "B:XYZ301 (too far to matter, 20.6 Å off)" in said(prepare(tmp_path, [*pocket(), *far]), "groups left out")


@pytest.mark.parametrize(
    ("templates", "why"),
    [
        ({"XYZ": "CCO"}, "has 2 heavy atoms in the file and 3 in the template"),
        ({"XYZ": "CN"}, "is not bonded like the template"),
        ({"XYZ": "C(("}, "not a SMILES"),
        ({"XYZ": "gone.sdf"}, "not a file"),
        ({"XYZ": "[Fe]"}, "leave metals out"),
        ({"ABC": "CO"}, "which the file does not hold; it holds NDP, XYZ"),
    ],
)
def test_a_template_that_does_not_fit(templates: dict[str, str], why: str, tmp_path: Path) -> None:
    with pytest.raises(ReceptorError, match=why):
        prepare(tmp_path, [*pocket(), *STRANGER], templates=templates)


def test_metals_are_kept_buffer_and_water_left_out_unless_asked(tmp_path: Path) -> None:
    extra = [
        atom("ZN", "ZN", 301, IN_BOX, "ZN"), atom("NA", "NA", 302, (10.1, 36.0, 28.0), "NA"),
        atom("O", "HOH", 401, (14.1, 36.0, 24.0), "O"), atom("O", "HOH", 402, (6.1, 36.0, 24.0), "O"),
    ]  # fmt: skip
    made = prepare(tmp_path, [*pocket(), *extra])
    assert said(made, "groups left out") == "B:NA302 (buffer ion, 3.6 Å off)"
    assert said(made, "waters left out") == "B:HOH401 (in the box), B:HOH402 (in the box)"
    assert "ATOM" in next(line for line in pdbqt(made) if line.endswith(" Zn"))
    made = prepare(tmp_path, [*pocket(), *extra], keep=("B:HOH401", "NA"))
    assert [line[77:].strip() for line in pdbqt(made) if line[17:20] == "HOH"] == ["OA", "HD", "HD"]
    assert pdbqt(made)[-1].endswith(" Na")


def test_a_histidine_at_a_metal_holds_its_hydrogen_on_the_other_side(tmp_path: Path) -> None:
    (nitrogen,) = [place(line) for line in pocket() if residue(line) == "HIS129" and line[12:16].strip() == "NE2"]
    zinc = atom("ZN", "ZN", 301, (nitrogen[0], nitrogen[1] + 2.1, nitrogen[2]), "ZN")
    made = prepare(tmp_path, [*pocket(), zinc], center=(10.1, 36.0, 18.4), size=(22.0, 22.0, 22.0))
    assert "HID, NE2 holds a metal" in said(made, "protonation")


def test_histidines_are_said_and_can_be_set(tmp_path: Path) -> None:
    def protons(made: Preparation) -> list[str]:
        return sorted(line[12:16].strip() for line in pdbqt(made) if line[17:26] == "HIS B 129" and line.endswith("HD"))

    plain = prepare(tmp_path, pocket())
    assert any(" HIE" in line and "--state" in line for line in plain.report.summary)
    near = prepare(tmp_path, pocket(), size=(22.0, 22.0, 22.0), center=(10.1, 36.0, 18.4))
    assert "\n".join(near.report.summary).count("B:129 HIE") == 1
    assert protons(plain) == ["H", "HE2"]
    assert protons(prepare(tmp_path, pocket(), states={"B:129": "HIP"})) == ["H", "HD1", "HE2"]
    wrong = {"B:129=GLH": "is no GLU", "B:129=HIX": "no such state", "B:1=HID": "no such residue"}
    for text, why in wrong.items():
        states = dict([text.split("=")])
        with pytest.raises(ReceptorError, match=why):
            prepare(tmp_path, pocket(), states=states)


def test_hydrogens_in_the_file_tell_the_state(tmp_path: Path) -> None:
    (line,) = [line for line in pocket() if residue(line) == "HIS129" and line[12:16].strip() == "ND1"]
    proton = f"{line[:12]} HD1{line[16:30]}{float(line[30:38]) + 1.0:8.3f}{line[38:76]} H"
    made = prepare(tmp_path, [row for old in pocket() for row in ((old, proton) if old == line else (old,))])
    assert "HID, hydrogens in the file" in said(made, "protonation")


def test_the_ligand_of_the_file_itself(tmp_path: Path) -> None:
    rows = crystal("1ia1")[0].read_text().splitlines()
    both = [line for line in rows if line[:6] in ("ATOM  ", "HETATM") and line[21] == "A"]
    made = prepare(tmp_path, both, ligand="TQ3", templates={"TQ3": NATIVE})
    assert "A:TQ3194 (the native ligand, in the box)" in said(made, "groups left out")
    assert made.receptor.ligand is not None
    with pytest.raises(ReceptorError, match=r"no ligand 'TQ4' in the file; it holds A:TQ3194, A:NDP193"):
        prepare(tmp_path, both, ligand="TQ4")
    orderless = prepare(tmp_path, both, ligand="TQ3")
    assert orderless.receptor.ligand is None
    assert "--template TQ3=SMILES" in orderless.report.warnings[0]


def test_two_ligands_of_a_name_are_a_choice(tmp_path: Path) -> None:
    lines = [*pocket(), *STRANGER, *(line.replace("XYZ B 301", "XYZ B 302") for line in STRANGER)]
    with pytest.raises(ReceptorError, match=r"2 ligands XYZ: B:XYZ301, B:XYZ302; choose one, e.g. --ligand B:XYZ301"):
        prepare(tmp_path, lines, ligand="XYZ")
    made = prepare(tmp_path, lines, ligand="B:XYZ302", drop=("B:XYZ301",))
    assert made.receptor.box.center == (10.1, 36.0, 24.7)


def test_the_ligand_of_the_sdf_file_still_in_the_structure_goes(tmp_path: Path) -> None:
    rows = crystal("1ia1")[1].read_text().splitlines()[4:23]
    points = [(float(row[:10]), float(row[10:20]), float(row[20:30])) for row in rows]
    copy = [atom(f"X{n}", "TQ3", 194, point, rows[n][31]) for n, point in enumerate(points)]
    made = prepare(tmp_path, [*pocket(), *copy])
    assert said(made, "groups left out") == "B:TQ3194 (the native ligand, in the box)"


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ({"size": (2.0, 2.0, 2.0)}, "between 10 and 60"),
        ({"size": (200.0, 20.0, 20.0)}, "between 10 and 60"),
        ({"size": (10.0, 10.0, 10.0)}, "does not fit into a box"),
        ({"center": (100.0, 100.0, 100.0)}, "from the nearest protein atom"),
        ({"center": (100.0, 100.0)}, "center is three numbers"),
        ({"center": (10.0, 36.0, float("nan"))}, "three finite numbers"),
        ({"size": 22.0}, "size is three numbers"),
        ({"residues": ("B:GLU33",)}, "no residue B:GLU33"),
        ({"ligand": "gone.sdf"}, "no such file"),
        ({"chains": ("Q",)}, "no chain Q; the file holds B"),
        ({"keep": ("NPD",)}, r"--keep NPD.*hetero groups: NDP \(1\)"),
        ({"ligand": "NDP", "center": (0.0, 0.0, 0.0)}, "exactly one of"),
        ({"pocket": "manual"}, "'auto' or the number"),
    ],
)
def test_choices_that_make_no_sense(choices: dict[str, Any], why: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=why) as caught:
        prepare(tmp_path, pocket(), **choices)
    assert "\n" not in str(caught.value)


def test_a_ligand_from_another_frame(tmp_path: Path) -> None:
    moved = [f"{line[:30]}{float(line[30:38]) + 90:8.3f}{line[38:]}" for line in pocket()]
    with pytest.raises(ReceptorError, match="same frame"):
        prepare(tmp_path, moved)


def test_no_protein_or_only_a_trace(tmp_path: Path) -> None:
    with pytest.raises(ReceptorError, match="no protein"):
        prepare(tmp_path, [line for line in pocket() if line[17:20] == "NDP"])
    with pytest.raises(ReceptorError, match="trace"):
        prepare(tmp_path, [line for line in pocket() if line[12:16] == " CA "])


@pytest.mark.parametrize("name", ["HEM", "FAD", "SAM", "ATP"])
def test_the_table_fits_what_it_describes_and_nothing_else(name: str) -> None:
    from rdkit import Chem
    from rdkit.Chem import AllChem

    known = from_table(name)
    assert known is not None
    mol = known.mol
    AllChem.EmbedMolecule(mol, randomSeed=1)
    heavy = Chem.RemoveHs(mol)
    points = heavy.GetConformer().GetPositions().tolist()
    atoms = tuple(
        Atom(f"X{a.GetIdx()}", a.GetSymbol(), tuple(point)) for a, point in zip(heavy.GetAtoms(), points, strict=True)
    )
    group = Residue("A", "1", name, atoms)
    assert fitted(group, Cofactor(mol, "the table")).mol is not None
    short = Residue("A", "1", name, atoms[:-1])
    assert "heavy atoms" in fitted(short, Cofactor(mol, "the table")).reason


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from molgrad.receptors.preparation import Recipe, build_receptor
    from molgrad.receptors.receptor import list_receptors, load_receptor

    monkeypatch.setenv("MOLGRAD_RECEPTORS", str(tmp_path / "mine"))
    recipe = Recipe(write(tmp_path / "p.pdb", pocket()), ligand=str(crystal("1ia1")[1]))
    for taken in ("1ia1", "drd2"):
        with pytest.raises(ReceptorError, match="came with molgrad or DOCKSTRING"):
            build_receptor(recipe, taken, force=True)
    with pytest.raises(ReceptorError, match="no name for a receptor"):
        build_receptor(recipe, "../up")
    first = build_receptor(recipe, "mine")
    assert load_receptor("MINE") == first.receptor
    assert list_receptors()[:2] == ["1ia1", "mine"]
    with pytest.raises(ReceptorError, match="--force"):
        build_receptor(recipe, "Mine")
    again = prepare_receptor(recipe.protein, ligand=recipe.ligand, name="mine")
    assert again == first.receptor, "the same choices are not prepared twice"
    with pytest.raises(ReceptorError, match="--force"):
        prepare_receptor(recipe.protein, ligand=recipe.ligand, keep=["NDP"], name="mine")
    other = prepare_receptor(recipe.protein, ligand=recipe.ligand, keep=["NDP"], name="mine", force=True)
    assert other.sha256 == first.receptor.sha256
    readme = (tmp_path / "mine" / "mine" / "README.md").read_text()
    assert "sha256" in readme
    assert "--keep NDP" in readme
    assert str(tmp_path) not in readme, "no path of this machine"


def test_force_replaces_a_receptor_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from molgrad.receptors.preparation import Recipe, build_receptor

    recipe = Recipe(write(tmp_path / "p.pdb", pocket()), ligand=str(crystal("1ia1")[1]))
    place = tmp_path / "here"
    build_receptor(recipe, "here", out=place)
    (place / "notes.txt").write_text("mine")
    with pytest.raises(ReceptorError, match=r"notes\.txt, which --force would delete"):
        build_receptor(recipe, "here", out=place, force=True)
    (place / "notes.txt").unlink()
    monkeypatch.chdir(place)
    made = build_receptor(recipe, "here", out=Path(), force=True)
    assert made.receptor.pdbqt.is_file()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["here", "p.pdb"], "no leftovers"


def test_the_recipe_keeps_the_slashes_of_a_smiles(tmp_path: Path) -> None:
    from molgrad.receptors.preparation import Recipe

    sdf = tmp_path / "deep" / "lig.sdf"
    sdf.parent.mkdir()
    sdf.write_text("")
    said = Recipe(
        tmp_path / "p.pdb", center=(0.0, 0.0, 0.0), templates={"LIG": "OC(=O)/C=C/c1ccccc1", "ABC": str(sdf)}
    ).options()
    assert "LIG=OC(=O)/C=C/c1ccccc1" in said
    assert "ABC=lig.sdf" in said


@pytest.mark.parametrize("name", sorted(MODIFIED))
def test_every_modified_amino_acid_of_the_table_builds_inside_a_chain(name: str) -> None:
    mol = drawn(MODIFIED[name])
    carboxyl = mol.GetSubstructMatch(Chem.MolFromSmarts("[NX3,NX4][CX4]C(=O)[OX2H1,OX1H0-]"))
    nitrogen, alpha, carbon, oxygen, hydroxyl = carboxyl
    usual = {nitrogen: "N", alpha: "CA", carbon: "C", oxygen: "O"}
    points = mol.GetConformer().GetPositions().tolist()
    atoms = tuple(
        Atom(usual.get(a.GetIdx(), f"X{a.GetIdx()}"), a.GetSymbol(), tuple(points[a.GetIdx()]))
        for a in mol.GetAtoms()
        if a.GetIdx() != hydroxyl
    )
    cofactor = from_table(name)
    assert cofactor is not None
    found = modified(Residue("A", "5", name, atoms, polymer=True), cofactor, follows=True)
    assert found.reason == ""
    assert set(found.entry["link_labels"].values()) == {"N-term", "C-term"}
    built = Chem.MolFromSmiles(found.entry["smiles"], sanitize=False)
    assert sum(a.GetAtomicNum() > 1 for a in built.GetAtoms()) == len(atoms)
