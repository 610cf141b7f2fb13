"""Drawing: an SVG that stands alone."""

import xml.etree.ElementTree as ET

import pytest

from molgrad.chem.draw import svg


def test_svg_is_well_formed_and_self_contained():
    text = svg("CC(=O)Oc1ccccc1C(=O)O", [0, 1], legend="aspirin", atom_notes={3: "clash"})
    root = ET.fromstring(text)  # noqa: S314  # our own output
    assert root.tag.endswith("svg")
    assert root.get("width") == "320px"
    assert "<script" not in text
    assert 'href="http' not in text


def test_highlights_change_the_drawing():
    plain, marked = svg("CCO"), svg("CCO", {0: (1.0, 0.0, 0.0)})
    assert "#FF0000" in marked.upper().replace("FF7F7F", "FF0000")
    assert plain != marked


def test_an_atom_that_does_not_exist_is_refused():
    with pytest.raises(IndexError, match="atom 9"):
        svg("CCO", [9])
