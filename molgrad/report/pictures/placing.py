"""Where the names of residues stand around a drawn ligand: near what they touch, on nothing and across nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from molgrad.report.pictures.sheet import Point

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Box = tuple[float, float, float, float]  # left, top, right, bottom, pixels

STEP = 9.0  # pixels between the places that are tried
AROUND = 120.0  # pixels about the ligand that are tried first; more where they do not suffice
CLEAR = 24.0  # pixels from a name to an atom or the middle of a bond
APART = 6.0  # pixels between two names
BOND_GAP, TOUCH_GAP = 58.0, 40.0  # pixels from an atom to the name: room for the distance of a bond, for an arc
SHORT = 0.75  # of that distance, below which it counts four times: the words on a line need room
ACROSS, THROUGH, INWARD = 60.0, 90.0, 20.0  # pixels of distance that a crossing, a line over a name, a side are worth
NEAR = 14.0  # pixels from a line to an atom that is not its end
SWEEPS = 3  # times that each name is placed again, knowing all others


class Label(NamedTuple):
    """A name that is to be placed.

    Attributes:
        width, height: of its box, pixels.
        ends: places in the ligand to which lines lead; empty for a contact without lines.
        anchor: what it should be near.
        room: pixels about the box that are kept free as well, for an arc.
    """

    width: float
    height: float
    ends: tuple[Point, ...]
    anchor: Point
    room: float = 0.0


def placed(labels: Sequence[Label], atoms: Floats, bonds: Floats, taken: Sequence[Box] = ()) -> list[Point]:
    """The middle of each label's box; no two boxes overlap, and none lies on the ligand.

    Each label takes the cheapest place of a grid: near its ends, outwards, its lines across few bonds, other lines and
    names. Then each is placed again a few times, knowing the others.

    Args:
        labels: the most important first.
        atoms: (n, 2) pixels.
        bonds: (k, 4) pixels, both ends of each.
        taken: boxes that are not free.
    """
    found: list[Point | None] = [None] * len(labels)
    for _ in range(SWEEPS):
        for k, label in enumerate(labels):
            others = [(labels[i], at) for i, at in enumerate(found) if at is not None and i != k]
            found[k] = _best(label, atoms, bonds, others, taken)
    return [at for at in found if at is not None]


def box_of(label: Label, at: Point) -> Box:
    """Left, top, right and bottom of a label.

    Args:
        label: with its size.
        at: its middle.
    """
    return (at[0] - label.width / 2, at[1] - label.height / 2, at[0] + label.width / 2, at[1] + label.height / 2)


def edge_towards(box: Box, point: Point) -> Point:
    """Where the line from a box's middle to a point leaves the box.

    Args:
        box: left, top, right, bottom.
        point: where the line leads; inside of the box it is where the line ends.
    """
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    dx, dy = point[0] - x, point[1] - y
    share = min(
        (box[2] - box[0]) / 2 / abs(dx) if dx else math.inf, (box[3] - box[1]) / 2 / abs(dy) if dy else math.inf, 1.0
    )
    return x + share * dx, y + share * dy


def _best(
    label: Label, atoms: Floats, bonds: Floats, others: Sequence[tuple[Label, Point]], taken: Sequence[Box]
) -> Point:
    boxes = [(box, 0.0) for box in taken] + [(box_of(other, at), other.room) for other, at in others]
    solid = np.vstack([atoms, (bonds[:, :2] + bonds[:, 2:]) / 2]) if len(bonds) else atoms
    around = AROUND
    while True:
        grid = _grid(atoms, around + label.width / 2)
        near = _gaps(grid, label, solid).min(axis=1) < CLEAR
        full = [_overlaps(grid, label, box, APART + max(room, label.room)) for box, room in boxes]
        free = ~np.any([near, *full], axis=0)
        if free.any():
            break
        around += AROUND
    grid = grid[free]
    cost = _cost(grid, label, atoms, bonds, others)
    for end in label.ends or (label.anchor,):
        for box in taken:
            cost += THROUGH * _over(grid, np.array(end), box)
    x, y = grid[int(np.argmin(cost))]
    return float(x), float(y)


def _grid(atoms: Floats, around: float) -> Floats:
    low, high = atoms.min(axis=0) - around, atoms.max(axis=0) + around
    x, y = np.meshgrid(np.arange(low[0], high[0], STEP), np.arange(low[1], high[1], STEP))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _gaps(grid: Floats, label: Label, points: Floats) -> Floats:
    """(places, points): from the edge of the label to each point, pixels; 0 inside."""
    away = np.abs(grid[:, None, :] - points[None, :, :]) - np.array([label.width, label.height]) / 2
    gaps: Floats = np.linalg.norm(np.maximum(away, 0.0), axis=2)
    return gaps


def _overlaps(grid: Floats, label: Label, box: Box, apart: float) -> Flags:
    middle, half = np.array([box[0] + box[2], box[1] + box[3]]) / 2, np.array([box[2] - box[0], box[3] - box[1]]) / 2
    room = half + np.array([label.width, label.height]) / 2 + apart
    close: Flags = np.abs(grid - middle) < room
    inside: Flags = close[:, 0] & close[:, 1]
    return inside


def _cost(grid: Floats, label: Label, atoms: Floats, bonds: Floats, others: Sequence[tuple[Label, Point]]) -> Floats:
    ends = np.array(label.ends or [label.anchor])
    ideal = BOND_GAP if label.ends else TOUCH_GAP
    gaps = _gaps(grid, label, ends)
    cost: Floats = (np.abs(gaps - ideal) + 3.0 * np.maximum(SHORT * ideal - gaps, 0.0)).sum(axis=1)
    anchor = np.array(label.anchor)
    out, way = anchor - atoms.mean(axis=0), grid - anchor
    size = np.linalg.norm(out) * np.linalg.norm(way, axis=1)
    cost += INWARD * (1.0 - np.divide(way @ out, size, out=np.zeros(len(grid)), where=size > 1e-9))
    weight = ACROSS if label.ends else ACROSS / 3
    for end in ends:
        for atom in atoms:
            if np.hypot(*(atom - end)) > 1.0:
                cost += weight * (_from_point(grid, end, atom) < NEAR)
        for a, b in bonds.reshape(-1, 2, 2):
            cost += weight * _cross(grid, end, a, b)
        for other, at in others:
            for theirs in other.ends:
                cost += weight * _cross(grid, end, np.array(theirs), np.array(at))
            cost += THROUGH * _over(grid, end, box_of(other, at))
    for other, at in others:  # and their lines should not run over this name
        for theirs in other.ends:
            cost += THROUGH * (_to_line(grid, np.array(theirs), np.array(at)) < label.height)
    return cost


def _over(grid: Floats, end: Floats, box: Box) -> Floats:
    """How much the line from each place to an end runs over a box: 1 through its middle, a half across a corner."""
    left, top, right, bottom = box
    diagonals = (((left, top), (right, bottom)), ((left, bottom), (right, top)))
    both: Floats = np.mean([_cross(grid, end, np.array(a), np.array(b)) for a, b in diagonals], axis=0)
    return both


def _cross(grid: Floats, end: Floats, a: Floats, b: Floats) -> Flags:
    """Whether the line from each place to an end crosses a line; lines that meet at an end do not cross."""
    if min(np.hypot(*(end - a)), np.hypot(*(end - b))) < 1.0:
        return np.zeros(len(grid), dtype=bool)

    def side(p: Floats, q: Floats, r: Floats) -> Floats:
        turn: Floats = (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (
            r[..., 0] - p[..., 0]
        )
        return turn

    first = side(grid, end, a) * side(grid, end, b) < 0.0
    second = side(a, b, grid) * float(side(a, b, end)) < 0.0
    both: Flags = first & second
    return both


def _from_point(grid: Floats, end: Floats, point: Floats) -> Floats:
    """How far a point is from the line between each place and an end."""
    way = grid - end
    along = np.clip((way @ (point - end)) / np.maximum((way * way).sum(axis=1), 1e-9), 0.0, 1.0)
    gaps: Floats = np.linalg.norm(end + along[:, None] * way - point, axis=1)
    return gaps


def _to_line(grid: Floats, a: Floats, b: Floats) -> Floats:
    """How far each place is from the line between two points."""
    way = b - a
    along = np.clip(((grid - a) @ way) / max(float(way @ way), 1e-9), 0.0, 1.0)
    gaps: Floats = np.linalg.norm(grid - (a + along[:, None] * way), axis=1)
    return gaps
