from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from molgrad.errors import ReceptorError, UnknownNameError
from molgrad.receptors import Box, Receptor, list_receptors, load_receptor
from molgrad.receptors.receptor import check_receptor


def test_ours_has_a_box_of_six_angstrom_beyond_its_ligand_and_at_least_twenty(receptor: Receptor) -> None:
    assert receptor.name == "1ia1"
    assert receptor.pdbqt.suffix == ".pdbqt"
    assert receptor.box.size == (22.172, 20.0, 20.0)
    assert "NDP" in receptor.pdbqt.read_text(), "the cofactor is part of the pocket"
    assert receptor.ligand is not None


def test_every_listed_receptor_loads() -> None:
    names = list_receptors()
    assert names[0] == "1ia1"
    assert len(names) == 59
    assert len({load_receptor(name).sha256 for name in names}) == 59


def test_dockstring_default_and_published_box() -> None:
    default, published = load_receptor("drd2"), load_receptor("DRD2", box="published")
    assert default.name == published.name == "DRD2"
    assert default.box == Box((9.25, 6.167, -7.0), (22.0, 22.0, 22.0))
    assert published.box == Box((9.25, 6.167, -7.0), (30.0, 30.0, 32.0))
    assert "22 Å about the published centre" in default.origin
    assert "published box 30 x 30 x 32 Å" in published.origin


def test_unknown_names_say_what_is_near() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean .*DRD2"):
        load_receptor("DRD22")
    with pytest.raises(UnknownNameError, match="published"):
        load_receptor("DRD2", box="huge")


@pytest.mark.parametrize("name", ["", ".", "..", "*", "receptor.pdbqt"])
def test_a_name_is_no_path(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receptor: Receptor) -> None:
    folder_with(tmp_path, receptor)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError):
        load_receptor(name)


def folder_with(folder: Path, receptor: Receptor, box: str = "center = [10, 36, 18]\nsize = [20, 20, 20.5]") -> Path:
    (folder / "receptor.pdbqt").write_bytes(receptor.pdbqt.read_bytes())
    (folder / "box.toml").write_text(box)
    return folder


def test_a_folder_is_a_receptor(tmp_path: Path, receptor: Receptor) -> None:
    for given in (folder_with(tmp_path, receptor), str(tmp_path)):
        mine = load_receptor(given)
        assert mine.name == tmp_path.name
        assert mine.box == Box((10.0, 36.0, 18.0), (20.0, 20.0, 20.5))
        assert mine.ligand is None
        assert mine.sha256 == receptor.sha256


@pytest.mark.parametrize("given", ["mine", "./mine", "mine/"])
def test_a_folder_beside_the_user_is_a_receptor(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receptor: Receptor
) -> None:
    (tmp_path / "mine").mkdir()
    folder_with(tmp_path / "mine", receptor)
    folder_with_a_known_name = tmp_path / "DRD2"
    folder_with_a_known_name.mkdir()
    folder_with(folder_with_a_known_name, receptor)
    monkeypatch.chdir(tmp_path)
    assert load_receptor(given).sha256 == receptor.sha256
    assert load_receptor("DRD2").sha256 != receptor.sha256, "it never shadows a name"


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ("center = [1, 2]\nsize = [20, 20, 20]", "three numbers"),
        ("size = [20, 20, 20]", "center"),
        ("center = [1, 2, 3", "center"),
        ("center = [10, 36, 18]\nsize = [20, 20, -1]", "between 0 and"),
        ("center = [10, 36, nan]\nsize = [20, 20, 20]", "finite"),
        ("center = [500, 36, 18]\nsize = [20, 20, 20]", "off the protein"),
        ("center = [10, 36, 18]\nsize = [20, 20, 20]\npdbqt_sha256 = 'abc'", "sha256 differs"),
    ],
)
def test_a_bad_box_is_named(box: str, message: str, tmp_path: Path, receptor: Receptor) -> None:
    with pytest.raises(ReceptorError, match=message):
        load_receptor(folder_with(tmp_path, receptor, box))


def test_missing_files_and_missing_hydrogens_are_named(tmp_path: Path, receptor: Receptor) -> None:
    with pytest.raises(ReceptorError, match=r"box\.toml is missing"):
        load_receptor(tmp_path)
    folder_with(tmp_path, receptor)
    (tmp_path / "receptor.pdbqt").write_text("REMARK nothing\n")
    with pytest.raises(ReceptorError, match="no atoms"):
        load_receptor(tmp_path)
    dry = [line for line in receptor.pdbqt.read_text().splitlines() if not line.endswith("HD")]
    (tmp_path / "receptor.pdbqt").write_text("\n".join(dry))
    with pytest.raises(ReceptorError, match="polar hydrogen"):
        load_receptor(tmp_path)
    (tmp_path / "receptor.pdbqt").unlink()
    with pytest.raises(ReceptorError, match="cannot be read"):
        check_receptor(Receptor("gone", tmp_path / "receptor.pdbqt", receptor.box, ""))


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, molgrad.receptors as d; d.load_receptor('DRD2'); "
        "print([m for m in ('rdkit', 'vina', 'meeko', 'dockstring', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
