"""Where everything of a flat picture of a pose lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from molgrad.evaluation import Fact
from molgrad.interactions import kinds
from molgrad.interactions.drawn import Contact, contacts
from molgrad.interactions.geometry import open_share
from molgrad.interactions.growth import growth
from molgrad.interactions.pose import PoseEnergies
from molgrad.report.pictures.colours import INK
from molgrad.report.pictures.diagram import MARGIN, NAME, SMALL, UNIT, Diagram, Line, legend_height
from molgrad.report.pictures.marks import LINES, MARKS, lines
from molgrad.report.pictures.placing import Box, Floats, Label, box_of, edge_towards, placed
from molgrad.report.pictures.sheet import Point, Words, unit, width_of

TAKEN = 13.0  # pixels about an atom that its letters take
OPEN = 0.15  # share of an atom's surface in reach of water from which on it is marked
ARROW = 40.0  # pixels of a growth vector
FAR = 105.0  # pixels, three bonds, between contacts of one residue from which on its name stands twice
ARC = 8.0  # pixels that an arc needs beside a name


def diagram(energies: PoseEnergies) -> Diagram:
    """Lay out the picture of a pose; the same pose gives the same picture.

    Args:
        energies: of the pose.
    """
    mol, atoms = _flat(energies)
    every = contacts(energies)
    found = [*lines(every), *(one for one in every if one.kind == kinds.HYDROPHOBIC)]
    room = [item.fact for item in growth(energies) if item.fact.kind == kinds.GROWTH]
    arrows = [_arrow(fact, atoms, energies) for fact in room]
    groups = _groups(found, atoms)
    labels = [_label(group, atoms) for group in groups]
    bonds = np.array([[*atoms[b.GetBeginAtomIdx()], *atoms[b.GetEndAtomIdx()]] for b in mol.GetBonds()]).reshape(-1, 4)
    taken = [box for *_, start, tip, words in arrows for box in (words.box, _around(start, tip))]
    boxes = [box_of(label, at) for label, at in zip(labels, placed(labels, atoms, bonds, taken), strict=True)]
    placed_at = [(one, box) for group, box in zip(groups, boxes, strict=True) for one in group]
    residues = tuple((group[0].residue, box) for group, box in zip(groups, boxes, strict=True))
    joined = tuple(_joined(one, atoms, box) for one, box in placed_at if one.kind in LINES)
    joined = _said_apart(joined, atoms, [words.box for *_, words in arrows])
    arcs = tuple(
        (one.fact, _mean(atoms, one.fact.atoms), box) for one, box in placed_at if one.kind == kinds.HYDROPHOBIC
    )
    water = tuple(i for i in range(len(atoms)) if open_share(energies, i) >= OPEN)
    present = {*(one.kind for one in found), *(fact.kind for fact in room), *([kinds.EXPOSED] if water else [])}
    legend = tuple(kind for kind in MARKS if kind in present)
    return _framed(mol, atoms, water, residues, joined, arcs, tuple(arrows), legend)


def _flat(energies: PoseEnergies) -> tuple[Chem.Mol, Floats]:
    """The ligand drawn flat, as docked, and where its heavy atoms lie in pixels, y down."""
    mol = Chem.RemoveAllHs(energies.ligand.mol)
    Chem.AssignStereochemistryFrom3D(mol)
    mol.RemoveAllConformers()
    rdDepictor.Compute2DCoords(mol, canonOrient=True)
    rdDepictor.StraightenDepiction(mol)
    for atom in mol.GetAtoms():
        atom.SetProp("atomNote", str(atom.GetIdx()))
    mol = rdMolDraw2D.PrepareMolForDrawing(mol, addChiralHs=False)
    atoms = mol.GetConformer().GetPositions()[:, :2] * [UNIT, -UNIT]
    return mol, atoms


def _groups(found: Sequence[Contact], atoms: Floats) -> list[list[Contact]]:
    """The contacts that one name stands for: those of a residue, in parts where they are far apart."""
    groups: list[list[Contact]] = []
    for one in found:
        at = _middle(one, atoms)
        mine = (g for g in groups if g[0].residue == one.residue and math.dist(at, _middle(g[0], atoms)) <= FAR)
        group = next(mine, None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _middle(contact: Contact, atoms: Floats) -> Point:
    return _mean(atoms, [contact.atom] if contact.kind in LINES else contact.fact.atoms)


def _label(group: Sequence[Contact], atoms: Floats) -> Label:
    ends = tuple(dict.fromkeys(one.atom for one in group if one.kind in LINES))
    anchor = _mean(atoms, ends or sorted({atom for one in group for atom in one.fact.atoms}))
    arc = ARC if any(one.kind == kinds.HYDROPHOBIC for one in group) else 0.0
    size = width_of(group[0].residue, NAME) + 12.0, NAME + 11.0
    return Label(*size, tuple(_mean(atoms, [end]) for end in ends), anchor, arc)


def _mean(atoms: Floats, which: Sequence[int]) -> Point:
    x, y = atoms[list(which)].mean(axis=0)
    return float(x), float(y)


def _arrow(fact: Fact, atoms: Floats, energies: PoseEnergies) -> tuple[Fact, Point, Point, Words]:
    """A growth vector: from its atom away from the atom's neighbours, with its energy behind the tip."""
    atom = fact.atoms[0]
    near = [unit(_mean(atoms, [j]), _mean(atoms, [atom])) for j in energies.ligand.neighbours[atom]]
    x, y = sum(p[0] for p in near), sum(p[1] for p in near)
    if math.hypot(x, y) < 0.2:
        x, y = (-near[0][1], near[0][0]) if near else (1.0, 0.0)
    text, outward = f"{fact.value:+.2f}", math.atan2(y, x)
    tried = [
        _pointed(fact, _mean(atoms, [atom]), outward + turn * math.pi / 12, length, text)
        for length in (ARROW, 0.75 * ARROW)
        for turn in (0, 1, -1, 2, -2, 3, -3, 4, -4)
    ]
    others = np.delete(atoms, atom, axis=0)
    free = (one for one in tried if _clear(one[-1], others))
    return next(free, tried[0])


def _pointed(fact: Fact, at: Point, angle: float, length: float, text: str) -> tuple[Fact, Point, Point, Words]:
    ux, uy = math.cos(angle), math.sin(angle)
    start, tip = (at[0] + 8 * ux, at[1] + 8 * uy), (at[0] + length * ux, at[1] + length * uy)
    far = 4.0 + abs(ux) * width_of(text, SMALL) / 2 + abs(uy) * 0.65 * SMALL
    return fact, start, tip, Words(text, (tip[0] + far * ux, tip[1] + far * uy), SMALL, INK)


def _clear(words: Words, atoms: Floats) -> bool:
    """Whether words lie on no atom."""
    left, top, right, bottom = words.box
    away = np.maximum(np.maximum([left, top] - atoms, atoms - [right, bottom]), 0.0)
    return not len(atoms) or float(np.linalg.norm(away, axis=1).min()) >= TAKEN


def _around(a: Point, b: Point) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


def _joined(contact: Contact, atoms: Floats, box: Box) -> Line:
    """The line of a contact, from beside its atom's letters to the edge of its residue."""
    atom = _mean(atoms, [contact.atom])
    end = edge_towards(box, atom)
    ux, uy = unit(atom, end)
    start = (atom[0] + TAKEN * ux, atom[1] + TAKEN * uy)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return Line(contact, start, end, Words(f"{contact.gap:.1f}", middle, SMALL, INK), box)


def _said_apart(joined: Sequence[Line], atoms: Floats, taken: list[Box]) -> tuple[Line, ...]:
    """The lines with each distance where on its line it is freest."""
    found = []
    full = [(x - 7, y - 7, x + 7, y + 7) for x, y in atoms.tolist()] + taken
    for line in joined:
        (ax, ay), (bx, by) = line.start, line.end
        tried = [line.words._replace(at=(ax + t * (bx - ax), ay + t * (by - ay))) for t in (0.5, 0.4, 0.6, 0.3, 0.7)]
        words = min(tried, key=lambda one: sum(_meet(one.box, box) for box in full))
        full.append(words.box)
        found.append(replace(line, words=words))
    return tuple(found)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _framed(
    mol: Chem.Mol,
    atoms: Floats,
    water: tuple[int, ...],
    residues: tuple[tuple[str, Box], ...],
    lines: tuple[Line, ...],
    arcs: tuple[tuple[Fact, Point, Box], ...],
    arrows: tuple[tuple[Fact, Point, Point, Words], ...],
    legend: tuple[str, ...],
) -> Diagram:
    """Everything moved into a frame that holds it, with the legend below."""
    boxes = [*(box for _, box in residues), *(words.box for *_, words in arrows)]
    boxes += [(x - 24, y - 16, x + 24, y + 16) for x, y in atoms.tolist()]
    left, top = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN
    width = max(max(box[2] for box in boxes) - left + MARGIN, 360.0)
    height = max(box[3] for box in boxes) - top + MARGIN + legend_height(legend, width) + MARGIN

    def point(p: Point) -> Point:
        return p[0] - left, p[1] - top

    def moved(box: Box) -> Box:
        return (*point(box[:2]), *point(box[2:]))

    def said(words: Words) -> Words:
        return words._replace(at=point(words.at))

    return Diagram(
        width,
        height,
        mol,
        (-left, -top),
        atoms - [left, top],
        water,
        tuple((name, moved(box)) for name, box in residues),
        tuple(Line(one.contact, point(one.start), point(one.end), said(one.words), moved(one.box)) for one in lines),
        tuple((fact, point(middle), moved(box)) for fact, middle, box in arcs),
        tuple((fact, point(start), point(tip), said(words)) for fact, start, tip, words in arrows),
        legend,
    )
