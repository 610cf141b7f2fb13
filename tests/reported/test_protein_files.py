"""Files of proteins and receptors as they come: encodings, numbers, names that repeat, files of another kind."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import gemmi
import pytest

from molgrad.docking.request import ReceptorContent
from molgrad.errors import InputFileError, MolgradError, ReceptorError
from molgrad.interactions.native import native_contacts
from molgrad.receptors import load_receptor
from molgrad.receptors.preparation import Recipe, build_receptor
from molgrad.receptors.preparation.read import read_structure
from tests.receptors.peptides import STRETCH, numbered, prepared, stretch
from tests.receptors.structures import atom, crystal, pdbqt, place, pocket, prepare, said, write

HIS = STRETCH["HIS"]
AT = (10.1, 36.0, 24.0)  # in the box of `prepare`


def ring(name: str, names: str, number: int = 501) -> list[str]:
    """A benzene in the box of `prepare`, its atoms under these names."""
    points = [(0.0, 1.4), (1.21, 0.7), (1.21, -0.7), (0.0, -1.4), (-1.21, -0.7), (-1.21, 0.7)]
    spots = [(AT[0] + x, AT[1] + y, AT[2]) for x, y in points]
    return [atom(label, name, number, spot, "C") for label, spot in zip(names.split(), spots, strict=True)]


@pytest.mark.parametrize("names", ["C1 C1 C1 C2 C3 C4", "C C C C C C", "C1 C2 C1 C2 C1 C2", "C1 C2 C3 C4 C5 C1"])
def test_atom_names_that_are_not_unique_in_a_ligand_are_made_so(names: str, tmp_path: Path) -> None:
    lines = [*pocket(), *ring("LIG", names)]
    assert "B:LIG501 (as asked" in said(prepare(tmp_path, lines, drop=("LIG",)), "groups left out")
    made = prepare(tmp_path, lines, templates={"LIG": "c1ccccc1"})
    assert "stands" in said(made, "atom names made unique")
    built = [line for line in pdbqt(made) if line[17:20] == "LIG"]
    assert len({place(line) for line in built}) == 6


def test_two_copies_of_a_ligand_under_one_number_are_two(tmp_path: Path) -> None:
    again = [f"{line[:30]}{place(line)[0] + 20:8.3f}{line[38:]}" for line in ring("LIG", "C1 C2 C3 C4 C5 C6")]
    lines = [*pocket(), *ring("LIG", "C1 C2 C3 C4 C5 C6"), *again]
    found = [r for r in read_structure(write(tmp_path / "p.pdb", lines)).hetero() if r.name == "LIG"]
    assert [len(r.atoms) for r in found] == [6, 6]
    assert len({r.key for r in found}) == 2


def test_two_chains_of_one_name_are_told_apart(tmp_path: Path) -> None:
    lines = stretch(HIS)
    moved = [f"{line[:30]}{place(line)[0] + 60:8.3f}{line[38:]}" for line in lines]
    made = prepared(tmp_path, [*lines, "TER", *moved], HIS)
    assert said(made, "chains renamed") == "B, chain 2 of this name to A"
    assert "too far to matter" in said(made, "chains left out")
    assert {line[21:26] for line in pdbqt(made)} == {f"B {n}" for n in range(HIS - 2, HIS + 3)}


def test_more_than_9999_residues_of_which_the_waters_go(tmp_path: Path) -> None:
    one = atom("O", "HOH", 1, (0.0, 0.0, 0.0), "O")
    wrapped = [f"{one[:22]}{n % 10_000:4d}{one[26:30]}{n % 977:8.3f}{n // 977:8.3f}{one[46:]}" for n in range(12_000)]
    five = [f"{one[:22]}{n:5d}{one[27:30]}{n % 977:8.3f}{n // 977:8.3f}{one[46:]}" for n in range(9_000, 11_000)]
    for waters in (wrapped, five):
        made = prepared(tmp_path, [*stretch(HIS), *waters], HIS)
        assert {line[21:26] for line in pdbqt(made)} == {f"B {n}" for n in range(HIS - 2, HIS + 3)}
        assert "renumbered" not in str(made.report)


def test_a_residue_number_of_hybrid_36_is_a_number(tmp_path: Path) -> None:
    lines = [f"{line[:22]}A00{numbered(line) - HIS + 2}{line[26:]}" for line in stretch(HIS)]
    found = read_structure(write(tmp_path / "p.pdb", lines))
    assert "its number was 10000" in str(found.changes[0])
    assert len(found.polymer()) == 5


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("kind", ["pdb", "cif"])
def test_byte_order_marks_and_line_ends_do_not_matter(mark: bytes | str, ends: str, kind: str, tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.pdb", stretch(HIS))
    text = plain.read_text()
    if kind == "cif":
        structure = gemmi.read_structure(str(plain))
        structure.setup_entities()
        text = structure.make_mmcif_document().as_string()
    turned = text.replace("\n", ends)
    file = tmp_path / f"p.{kind}"
    file.write_bytes(turned.encode("utf-16") if isinstance(mark, str) else mark + turned.encode())
    assert [r.atoms for r in read_structure(file).residues] == [r.atoms for r in read_structure(plain).residues]


def test_latin_1_in_a_remark_is_read(tmp_path: Path) -> None:
    made = prepared(
        tmp_path, ["AUTHOR    M\xdcLLER,J.\x85", "REMARK   1 5 \xc5 \xb1", *stretch(HIS)], HIS, name="m\xfcller.pdb"
    )
    assert len({line[22:26] for line in pdbqt(made)}) == 5


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line[:76],  # no element column
        lambda line: line[:54],  # nothing behind the coordinates
        lambda line: f"{line[:76]}{line[76:78].lower()}",
        lambda line: f"{line[:12]}{line[12:16].strip():<4s}{line[16:66]}",  # names at the left and no elements
        lambda line: "\t".join(line.split()),
        lambda line: " ".join(line.split()),
        lambda line: f"ATOM  *****{line[11:]}",
        lambda line: f"HETATM{line[6:]}",
        lambda line: f"{line}{'x' * 200}",
        lambda line: f"{line[:17]}{line[17:20].lower()}{line[20:]}",
    ],
)
def test_columns_that_programs_leave_out_or_move(change: object, tmp_path: Path) -> None:
    assert callable(change)
    plain = read_structure(write(tmp_path / "plain.pdb", stretch(HIS)))
    found = read_structure(write(tmp_path / "p.pdb", [change(line) for line in stretch(HIS)]))
    assert [r.atoms for r in found.polymer()] == [r.atoms for r in plain.polymer()]
    assert [r.label for r in found.polymer()] == [r.label for r in plain.polymer()]


def test_snapshots_between_end_records_are_models_and_pieces_are_not(tmp_path: Path) -> None:
    lines = stretch(HIS)
    snapshots = read_structure(write(tmp_path / "p.pdb", [*lines, "END", *lines, "END", *lines]))
    assert snapshots.warnings == ("the file holds 3 models; the first is used",)
    pieces = read_structure(write(tmp_path / "q.pdb", [*lines, "END", *ring("LIG", "C1 C2 C3 C4 C5 C6")]))
    assert [r.label for r in pieces.hetero()] == ["B:LIG501"]
    assert len(snapshots.residues) == len(pieces.residues) - 1 == 5


LIGAND = "ROOT\n{}\nENDROOT\nBRANCH   1   2\nENDBRANCH   1   2\nTORSDOF 1\n"


def test_a_ligands_pdbqt_is_no_receptor(tmp_path: Path) -> None:
    line = f"{stretch(HIS)[0][:54]}  1.00  0.00    -0.344 N "
    for name in ("lig.pdbqt", "lig.pdb"):
        (tmp_path / name).write_text(LIGAND.format(line))
        with pytest.raises(InputFileError, match=r"PDBQT file of a ligand.*ROOT.*--ligand"):
            build_receptor(Recipe(tmp_path / name, center=place(line)), out=tmp_path / "made")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "box.toml").write_text("center = [0, 0, 0]\nsize = [20, 20, 20]\n")
    (folder / "receptor.pdbqt").write_text(LIGAND.format(line))
    with pytest.raises(ReceptorError, match=r"PDBQT file of a ligand.*molgrad receptor prepare"):
        load_receptor(folder)


def test_a_receptors_pdbqt_is_prepared_already_and_the_remedy_works(tmp_path: Path) -> None:
    made = prepared(tmp_path, stretch(HIS), HIS)
    for name in ("rec.pdbqt", "rec.pdb"):
        given = tmp_path / name
        shutil.copy(made.receptor.pdbqt, given)
        with pytest.raises(InputFileError, match=r"prepared already.*as receptor\.pdbqt.*box\.toml"):
            read_structure(given)
    with pytest.raises(ReceptorError, match=r"is a file; a receptor is a folder of receptor\.pdbqt and box\.toml"):
        load_receptor(given)
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(given, folder / "receptor.pdbqt")
    (folder / "box.toml").write_text(f"center = {list(made.receptor.box.center)}\nsize = [12, 12, 12]\n")
    assert load_receptor(folder).box == made.receptor.box


def test_a_box_and_receptor_with_marks_and_foreign_line_ends_dock_as_without(tmp_path: Path) -> None:
    made = prepared(tmp_path, stretch(HIS), HIS).receptor
    folder = tmp_path / "windows"
    folder.mkdir()
    box = f"center = {list(made.box.center)}\r\nsize = [12, 12, 12]\r\n"
    (folder / "box.toml").write_bytes(b"\xef\xbb\xbf" + box.encode())
    for ends in ("\r\n", "\r"):
        text = made.pdbqt.read_text().replace("\n", ends)
        (folder / "receptor.pdbqt").write_bytes(b"\xef\xbb\xbf" + text.encode())
        found = load_receptor(folder)
        assert found.box == made.box
        assert ReceptorContent.of(found).pdbqt == ReceptorContent.of(made).pdbqt


def test_a_pdb_file_renamed_to_pdbqt_is_named(tmp_path: Path) -> None:
    write(tmp_path / "receptor.pdbqt", [line[:66] for line in stretch(HIS)])
    (tmp_path / "box.toml").write_text("center = [0, 0, 0]\nsize = [20, 20, 20]\n")
    with pytest.raises(ReceptorError, match=r"no AutoDock atom types.*receptor prepare"):
        load_receptor(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("p.cif", b"", "no atoms"), ("p.cif", b"data_x\n", "no atoms"), ("p.pdb", b"\x00\xff" * 500, "no text file"),
        ("p.pdb", bytes(range(1, 256)) * 50, "no atoms"), ("p.pdb.gz", b"\x1f\x8b\x08broken", "is it complete"),
        ("p.cif", b"data_x\nloop_\n_atom_site.id\n_atom_site.Cartn_x\n1 2 3", "cannot be read"),
        ("p.pdb", b"ATOM      1  CA  LEU A   1      11.1", "line 1.*columns 31 to 54"),
        ("p.pdb", b"ATOM      1  CA  LEU A   1     ********  11.000  12.000", "line 1.*columns 31 to 54"),
        ("p.pdb", b"x" * 5_000_000, "no atoms"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_with_its_fault(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputFileError, match=why) as caught:
        build_receptor(Recipe(tmp_path / name, center=(0.0, 0.0, 0.0)), out=tmp_path / "made")
    assert name in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_folder_given_for_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "p.pdb").mkdir()
    with pytest.raises(InputFileError, match="is a folder"):
        read_structure(tmp_path / "p.pdb")


def test_a_file_beyond_the_bound_is_refused_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("molgrad.receptors.preparation.text.LARGEST", 2**20)
    (tmp_path / "p.pdb").write_bytes(b"ATOM\n" * 2**18)
    with gzip.open(tmp_path / "q.pdb.gz", "wb") as file:
        file.write(b"ATOM\n" * 2**18)
    for name in ("p.pdb", "q.pdb.gz"):
        with pytest.raises(InputFileError, match=rf"{name} holds more than 1 MB.*take solvent"):
            read_structure(tmp_path / name)


def test_the_name_of_a_file_may_lie_about_compression_and_format(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.pdb", stretch(HIS))
    structure = gemmi.read_structure(str(plain))
    structure.setup_entities()
    cif = structure.make_mmcif_document().as_string()
    (tmp_path / "zipped.pdb").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "cif.pdb").write_text(cif)
    (tmp_path / "pdb.cif").write_text(plain.read_text())
    (tmp_path / "open.pdb.gz").write_text(plain.read_text())
    wanted = [r.atoms for r in read_structure(plain).residues]
    for name in ("zipped.pdb", "cif.pdb", "pdb.cif", "open.pdb.gz"):
        assert [r.atoms for r in read_structure(tmp_path / name).residues] == wanted, name


GARBAGE = {
    "binary": b"\x00\xff\xfe" * 300,
    "empty": b"",
    "latin-1": b"\xfc\n  x\n\n  1  0\n",
    "half": b"lig\n\n\n  9  9  0  0\n    0.0",
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("ending", ["sdf", "mol", "mol2"])
def test_a_damaged_ligand_file_is_named(content: bytes, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"lig.{ending}"
    file.write_bytes(content)
    with pytest.raises(InputFileError, match=rf"lig\.{ending}.*cannot be read"):
        build_receptor(Recipe(crystal("1ia1")[0], ligand=str(file)), out=tmp_path / "made")


def test_a_receptor_whose_native_ligand_is_damaged_is_shown_with_its_name(tmp_path: Path) -> None:
    made = prepared(tmp_path, stretch(HIS), HIS).receptor
    (made.pdbqt.parent / "ligand.sdf").write_bytes(GARBAGE["binary"])
    with pytest.raises(MolgradError, match=r"ligand\.sdf cannot be read.*delete the file"):
        native_contacts(load_receptor(made.pdbqt.parent))


@pytest.mark.parametrize(
    "absent",
    [
        ("type_symbol",), ("label_alt_id", "pdbx_PDB_ins_code"), ("auth_asym_id", "auth_seq_id"),
        ("occupancy", "B_iso_or_equiv", "group_PDB"),
    ],
)  # fmt: skip
def test_columns_that_a_writer_of_mmcif_leaves_out(absent: tuple[str, ...], tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.pdb", stretch(HIS))
    structure = gemmi.read_structure(str(plain))
    structure.setup_entities()
    document = structure.make_mmcif_document()
    for tag in absent:
        document.sole_block().find_loop(f"_atom_site.{tag}").get_loop().remove_column(f"_atom_site.{tag}")
    (tmp_path / "p.cif").write_text(document.as_string())
    found = read_structure(tmp_path / "p.cif").polymer()
    assert [r.atoms for r in found] == [r.atoms for r in read_structure(plain).polymer()]


def test_residues_without_numbers_are_told_apart_also_where_two_alike_follow(tmp_path: Path) -> None:
    lines = [f"{line[:22]}    {line[26:]}" for line in stretch(HIS)]  # leucine 130 and 131
    found = read_structure(write(tmp_path / "p.pdb", lines))
    assert [r.name for r in found.polymer()] == ["VAL", "SER", "HIS", "LEU", "LEU"]
