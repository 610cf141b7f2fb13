"""What crystal files bring along: each kind of trouble cleaned and said, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gemmi
import pytest

from molgrad.errors import InputFileError, ReceptorError
from molgrad.receptors.preparation.read import read_structure
from tests.receptors.structures import atom, changed, crystal, pdbqt, pocket, prepare, said, write


def two_places(line: str) -> str:
    """The same atom twice: 30 % where it is, 70 % half an Å aside."""
    if line[12:16].strip() in ("N", "CA", "C", "O"):
        return line
    x = float(line[30:38]) + 0.5
    one = f"{line[:16]}A{line[17:54]}  0.30{line[60:]}"
    return f"{one}\n{line[:16]}B{line[17:30]}{x:8.3f}{line[38:54]}  0.70{line[60:]}"


def test_of_two_places_the_fuller_one_is_taken_and_said(tmp_path: Path) -> None:
    made = prepare(tmp_path, changed("GLU32", two_places))
    assert said(made, "alternatives left out") == "B:GLU32 (B kept of 2, in the box)"
    (line,) = [line for line in pdbqt(made) if line[17:26] == "GLU B  32" and line[12:16].strip() == "CD"]
    (original,) = [line for line in pocket() if line[17:26] == "GLU B  32" and line[12:16].strip() == "CD"]
    assert float(line[30:38]) == pytest.approx(float(original[30:38]) + 0.5)


def test_two_residues_at_one_number_are_one_of_them(tmp_path: Path) -> None:
    def both(line: str) -> str:
        kept = f"{line[:16]}A{line[17:54]}  0.60{line[60:]}"
        if line[12:16].strip() not in ("N", "CA", "C", "O", "CB"):
            return kept
        return f"{kept}\n{line[:16]}BALA{line[20:54]}  0.40{line[60:]}"

    made = prepare(tmp_path, changed("GLU32", both))
    assert "ALA at the same place" in said(made, "alternatives left out")
    assert any(line[17:26] == "GLU B  32" for line in pdbqt(made))


def test_selenomethionine_becomes_methionine(tmp_path: Path) -> None:
    def selenium(line: str) -> str:
        line = f"HETATM{line[6:17]}MSE{line[20:]}"
        return f"{line[:12]}SE  {line[16:76]}SE{line[78:]}" if line[12:16].strip() == "SD" else line

    made = prepare(tmp_path, changed("MET25", selenium))
    assert said(made, "selenomethionine as methionine") == "B:MSE25 (in the box)"
    assert [line[77:].strip() for line in pdbqt(made) if line[17:26] == "MET B  25" and "SD" in line] == ["SA"]


def test_insertion_codes_stay(tmp_path: Path) -> None:
    made = prepare(tmp_path, changed("SER61", lambda line: f"{line[:22]}  60A{line[27:]}"))
    assert any(line[17:27] == "SER B  60A" for line in pdbqt(made))


def test_a_file_without_chain_or_element_columns(tmp_path: Path) -> None:
    made = prepare(tmp_path, [f"{line[:21]} {line[22:66]}" for line in pocket()])
    assert said(made, "chains renamed") == "(blank) to A"
    assert all(line[21] == "A" for line in pdbqt(made))


def test_mmcif_with_long_chain_names(tmp_path: Path) -> None:
    structure = gemmi.read_structure(str(write(tmp_path / "p.pdb", pocket())))
    structure.setup_entities()
    structure[0][0].name = "BBB"
    structure.make_mmcif_document().write_file(str(tmp_path / "p.cif"))
    found = read_structure(tmp_path / "p.cif")
    assert {residue.chain for residue in found.residues} == {"A"}
    assert any(str(change) == "BBB to A" for change in found.changes)
    assert len(found.polymer()) == len(read_structure(tmp_path / "p.pdb").polymer())


def test_only_the_first_model_counts(tmp_path: Path) -> None:
    model = list(pocket())
    found = read_structure(
        write(tmp_path / "p.pdb", ["MODEL        1", *model, "ENDMDL", "MODEL        2", *model, "ENDMDL"])
    )
    assert found.warnings == ("the file holds 2 models; the first is used",)
    assert len(found.residues) == len(read_structure(write(tmp_path / "q.pdb", model)).residues)


def test_the_iron_of_heme_is_an_ion_of_its_own(tmp_path: Path) -> None:
    heme = [atom("NA", "HEM", 400, (0, 0, 0), "N"), atom("FE", "HEM", 400, (0, 0, 2), "FE")]
    found = read_structure(write(tmp_path / "p.pdb", [*pocket(), *heme]))
    assert [residue.name for residue in found.hetero()] == ["NDP", "HEM", "FE"]
    assert len({residue.key for residue in found.residues}) == len(found.residues)


def test_two_things_at_one_number_are_told_apart(tmp_path: Path) -> None:
    made = prepare(tmp_path, [*pocket(), atom("ZN", "ZN", 11, (10.1, 36.0, 24.0), "ZN")])
    assert "its number was that of B:ALA11" in said(made, "renumbered")


def test_an_amino_acid_as_hetatm_is_a_ligand(tmp_path: Path) -> None:
    far = [line for line in pocket() if line[17:20] == "ALA"][:5]
    free = [f"HETATM{line[6:22]} 500 {line[27:]}" for line in far]
    found = read_structure(write(tmp_path / "p.pdb", [*pocket(), *free]))
    assert [residue.label for residue in found.hetero()] == ["B:NDP195", "B:ALA500"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: f"{line[:76]}XX{line[78:]}",  # no such element: the name tells
        lambda line: f"{line[:22]}    {line[26:]}",  # no number
        lambda line: f"{line[:22]}99990{line[27:]}",  # five digits, one in the column of the insertion code
    ],
)
def test_damaged_columns_are_mended(damage: Callable[[str], str], tmp_path: Path) -> None:
    whole, mended = prepare(tmp_path, pocket()), pdbqt(prepare(tmp_path, changed("SER61", damage)))
    assert sorted(line[30:54] for line in mended) == sorted(line[30:54] for line in pdbqt(whole))


def test_an_atom_of_the_wrong_element_is_refused(tmp_path: Path) -> None:
    lines = changed("PHE36", lambda line: f"{line[:76]}FE{line[78:]}" if line[12:16].strip() == "CZ" else line)
    with pytest.raises(ReceptorError, match="B:PHE36"):
        prepare(tmp_path, lines)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("empty.pdb", "", "holds no atoms"),
        ("words.pdb", "this is not a structure\n", "holds no atoms"),
        ("broken.cif", "data_x\nloop_\n_atom_site.id\n_atom_site.Cartn_x\n1 2 3\n", "cannot be read"),
        ("empty.cif", "data_x\n_cell.length_a 10\n", "holds no atoms"),
        ("half.cif", "data_x\nloop_\n_atom_site.group_PDB\n_atom_site.id\n'ATOM\n", "cannot be read"),
        ("protein.xyz", "3\n", "unknown kind of file"),
    ],
)
def test_files_that_are_no_structure_are_refused(name: str, text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputFileError, match=why) as caught:
        read_structure(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"gone\.pdb: no such file"):
        read_structure(tmp_path / "gone.pdb")


def test_the_clean_crystals_need_no_cleaning() -> None:
    for name, residues in {"1ia1": 387, "1s3v": 186, "1uou": 438}.items():
        found = read_structure(crystal(name)[0])
        assert len(found.residues) == residues
        assert found.changes == ()


@pytest.mark.parametrize("name", ["empty.cif", "empty.pdb", "blank.cif"])
def test_a_file_without_content_is_named(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("" if name.startswith("empty") else "\n \n")
    with pytest.raises(InputFileError, match=name):
        read_structure(file)
