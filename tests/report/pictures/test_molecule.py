"""Pictures of molecules: files that open, marks in two colours, numbers where they were asked for."""

import base64
import re
import struct
import xml.etree.ElementTree as ET

import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor

from molgrad.errors import InvalidMoleculeError
from molgrad.report.pictures.colours import CHANGE, KEEP, hexadecimal, tint
from molgrad.report.pictures.molecule import data_uri, img_of, legend_of, png_of, svg_of

TRIMETHOPRIM = "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC"


def notes(svg: str) -> int:
    """How many paths a number draws: RDKit gives notes a class of their own."""
    return len(re.findall(r"class='note'", svg))


def test_marks_have_the_two_colours_of_the_legend() -> None:
    svg = svg_of(TRIMETHOPRIM, keep=[6, 7], change=[0, 1])
    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314  # our own output
    for colour in (KEEP, CHANGE):
        assert hexadecimal(tint(colour)) in svg.upper()
        assert hexadecimal(tint(colour)) in legend_of()
    assert "vermillion" not in legend_of(change=False)


def test_an_atom_to_keep_and_to_change_is_to_be_changed() -> None:
    assert svg_of(TRIMETHOPRIM, keep=[0], change=[0]) == svg_of(TRIMETHOPRIM, change=[0])


def test_only_asked_atoms_are_numbered() -> None:
    assert notes(svg_of(TRIMETHOPRIM, change=[0, 1])) == 0
    assert notes(svg_of(TRIMETHOPRIM, change=[0, 1], numbers=True)) == 2
    assert notes(svg_of("CCO", numbers=True)) == 3
    assert notes(svg_of("CCO", numbers=[2])) == 1


def test_a_png_has_twice_the_pixels_of_the_page() -> None:
    png = png_of("CCO", size=(100, 60))
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (200, 120)


def test_the_image_holds_its_file_and_says_what_it_shows() -> None:
    found = img_of("CCO", size=(100, 60), alt='"><script>')
    assert data_uri(png_of("CCO", size=(100, 60))) in found
    assert "<script" not in found
    assert base64.b64decode(data_uri("<svg/>").partition(",")[2]) == b"<svg/>"


def test_coordinates_of_a_molecule_are_kept() -> None:
    mol = Chem.MolFromSmiles("CCO")
    rdDepictor.Compute2DCoords(mol)
    turned = Chem.Mol(mol)
    for atom in range(3):
        x, y, _ = mol.GetConformer().GetAtomPosition(atom)
        turned.GetConformer().SetAtomPosition(atom, (y, x, 0.0))
    assert svg_of(mol) != svg_of(turned)


def test_what_is_no_molecule_is_refused() -> None:
    with pytest.raises(InvalidMoleculeError):
        svg_of("c1ccc")
    with pytest.raises(IndexError, match="atom 9"):
        png_of("CCO", keep=[9])
