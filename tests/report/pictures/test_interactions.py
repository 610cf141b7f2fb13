"""The flat picture of a pose: lines end at the atoms that contacts name, names overlap nothing, text is escaped."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import molgrad as mg
from molgrad.errors import DockingError
from molgrad.evaluation import DOCKING, Evaluation, Status
from molgrad.interactions import kinds, per_atom_energies
from molgrad.interactions.drawn import contacts
from molgrad.receptors import Receptor
from molgrad.report.pictures.diagram import Diagram
from molgrad.report.pictures.interactions import interaction_diagram
from molgrad.report.pictures.layout import diagram
from molgrad.report.pictures.placing import Label, box_of, placed
from tests.interactions.scenes import STORED, Atom, scene


@pytest.fixture(scope="module", params=range(len(STORED)))
def picture(request: pytest.FixtureRequest, receptor: Receptor) -> Diagram:
    return diagram(per_atom_energies(STORED[request.param]["pose"], receptor.pdbqt))


def posed(stored: dict[str, Any], receptor: Receptor) -> Evaluation:
    details = {"smiles": stored["smiles"], "poses": [stored["pose"]], "receptor": receptor.name}
    return Evaluation(DOCKING, Status.OK, stored["affinity"], {}, details=details, kind=DOCKING)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_each_line_ends_at_the_atom_and_the_residue_of_its_contact(picture: Diagram) -> None:
    for line in picture.lines:
        assert line.contact.fact.atoms == (line.contact.atom,)
        gaps = np.linalg.norm(picture.atoms - line.start, axis=1)
        assert int(np.argmin(gaps)) == line.contact.atom
        assert gaps.min() < 15.0
        assert (line.contact.residue, line.box) in picture.residues
        left, top, right, bottom = line.box
        assert left - 0.1 <= line.end[0] <= right + 0.1
        assert top - 0.1 <= line.end[1] <= bottom + 0.1
        assert line.words.text == f"{line.contact.gap:.1f}"


def test_no_two_names_overlap_and_none_lies_on_an_atom(picture: Diagram) -> None:
    boxes = [box for _, box in picture.residues] + [words.box for *_, words in picture.arrows]
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= picture.width
        assert bottom <= picture.height
    for x, y in picture.atoms:
        assert not any(left < x < right and top < y < bottom for left, top, right, bottom in boxes)


def test_trimethoprim_holds_the_acid_with_its_hydrogens(receptor: Receptor) -> None:
    found = diagram(per_atom_energies(STORED[0]["pose"], receptor.pdbqt))
    bonds = {(line.contact.atom, line.contact.residue, line.contact.gives) for line in found.lines}
    assert (10, "B:GLU32", True) in bonds  # the amine gives
    assert (1, "B:SER61", False) in bonds  # the ether takes
    assert found.legend[0] == kinds.HBOND
    assert found.svg().startswith("<svg")
    assert found.png().startswith(b"\x89PNG")


def test_a_contact_joins_the_pair_whose_distance_it_tells(receptor: Receptor) -> None:
    for stored in STORED:
        energies = per_atom_energies(stored["pose"], receptor.pdbqt)
        for one in contacts(energies):
            ends = energies.ligand.points[one.atom], energies.pocket.points[one.place]
            assert math.dist(*ends) == pytest.approx(one.gap)
            assert one.atom in one.fact.atoms
            assert energies.pocket.residues[one.place] == one.residue
            if one.fact.unit == "Å":
                assert one.gap == pytest.approx(one.fact.value, abs=0.001)


@pytest.mark.parametrize(
    ("smiles", "atoms", "gives"),
    [
        ("CO", [("C", "GLY", 3, (4.0, 0.0, 0.0), "C"), ("O", "GLY", 3, (2.8, 0.0, 0.0), "OA")], True),
        ("C=O", [("N", "LEU", 7, (2.9, 0.0, 0.0), "N"), ("H", "LEU", 7, (1.9, 0.0, 0.0), "HD")], False),
    ],
)
def test_the_arrow_points_to_the_acceptor(tmp_path: Path, smiles: str, atoms: list[Atom], gives: bool) -> None:
    energies = scene(tmp_path, smiles, [(-1.3, 0.0, 0.0), (0.0, 0.0, 0.0)], atoms)
    (bond,) = (one for one in contacts(energies) if one.kind == kinds.HBOND)
    assert bond.gives is gives


def test_many_names_about_one_atom_find_places() -> None:
    labels = [Label(90.0, 24.0, ((0.0, 0.0),), (0.0, 0.0)) for _ in range(30)]
    places = placed(labels, np.zeros((1, 2)), np.zeros((0, 4)))
    boxes = [box_of(label, at) for label, at in zip(labels, places, strict=True)]
    assert len(boxes) == 30
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]


def test_the_page_says_what_the_picture_shows_and_is_escaped(receptor: Receptor) -> None:
    evaluation = posed(STORED[0], receptor)
    shown = mg.interactions(evaluation)
    assert shown.markup.count("data:image/png;base64,") == 1
    assert "http" not in shown.markup
    assert "B:GLU32  N at atom 10 pairs with B:GLU32 at 2.6 Å" in shown.text
    hostile = replace(evaluation, details={**evaluation.details, "smiles": "<script>alert(1)</script>"})
    assert "<script>" not in mg.interactions(hostile).markup
    assert (
        interaction_diagram(evaluation).residues
        == diagram(per_atom_energies(STORED[0]["pose"], receptor.pdbqt)).residues
    )


def test_a_text_without_a_campaign_is_no_pose() -> None:
    with pytest.raises(DockingError, match="campaign="):
        mg.interactions("m0007")
