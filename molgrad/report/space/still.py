"""A scene as a picture, for pages on which no script runs: sticks seen from where the pocket is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from rdkit import Chem
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from molgrad.interactions.atoms import Floats
from molgrad.report.pictures.colours import INK, rgb
from molgrad.report.pictures.sheet import Point, Sheet, Words

WIDTH, HEIGHT = 640.0, 400.0  # pixels
AROUND = 3.6  # Å about the ligand that are in the picture
FRONT = 2.0  # Å in front of the ligand's middle, beyond which residues without a name would hide it
FADE = 11.0  # Å behind the front at which nothing is left of a colour
LIGAND, PARENT, RESIDUE, POCKET = "#E69F00", "#56B4E9", "#9A9A9A", "#CFCFCF"  # carbons
ELEMENTS = {"N": "#3050F8", "O": "#E3170D", "S": "#C9A800", "P": "#E07000", "F": "#3F9E3F", "CL": "#1F9E1F"}
ELEMENTS |= {"BR": "#8A2A1A", "I": "#7A1FA2", "H": "#E0E0E0"}
_COVALENT = {"H": 0.37, "S": 1.02, "P": 1.06}  # Å; carbon's for the rest


class Stick(NamedTuple):
    """Half a bond: from an atom to the bond's middle, in the frame of the view (x right, y up, z to the eye), Å."""

    start: Floats
    end: Floats
    colour: str
    width: float


def still(scene: Mapping[str, Any], scale: float = 2.0) -> bytes:
    """A scene as a PNG file.

    Args:
        scene: from `scene`.
        scale: pixels of the file for each of the picture, which is 640 by 400.
    """
    turn = Rotation.from_quat(scene["turn"]).as_matrix()
    ligand = _molecule(scene["ligand"], turn, LIGAND, 6.0)
    ends = np.array([half.start for half in ligand])
    low, high = ends.min(axis=0) - AROUND, ends.max(axis=0) + AROUND
    middle = (low + high) / 2
    by = min(WIDTH / (high[0] - low[0]), HEIGHT / (high[1] - low[1]))

    def at(point: Floats) -> Point:
        return WIDTH / 2 + by * float(point[0] - middle[0]), HEIGHT / 2 - by * float(point[1] - middle[1])

    halves = [*ligand, *_pocket(scene, turn, float(ends[:, 2].mean()) + FRONT)]
    if scene["parent"]:
        halves += _molecule(scene["parent"]["block"], turn, PARENT, 3.5)
    sheet = Sheet(WIDTH, HEIGHT, scale)
    sheet.polygon([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], "#FFFFFF")
    front = float(ends[:, 2].max())
    for half in sorted(halves, key=lambda half: float(half.start[2] + half.end[2])):
        colour = _faded(half.colour, front - float(half.start[2] + half.end[2]) / 2)
        sheet.line(at(half.start), at(half.end), colour, half.width)
        if half.width > 2.0:
            sheet.disc(at(half.start), half.width / 2, colour)
    full = [at(point) for point in ends]
    for contact in scene["contacts"]:
        a, b = (at(turn @ np.array(contact[end])) for end in ("from", "to"))
        sheet.line(a, b, contact["colour"], 2.0, (5.0, 4.0))
        full += [(a[0] + k / 8 * (b[0] - a[0]), a[1] + k / 8 * (b[1] - a[1])) for k in range(9)]
    names = [(residue["label"], at(turn @ np.array(residue["point"]))) for residue in scene["residues"]]
    for words in _apart(names, full):
        left, top, right, bottom = words.box
        sheet.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], "#FFFFFF")
        sheet.words(words)
    return bytes(sheet.finished())


def _molecule(block: str, turn: Floats, carbon: str, width: float) -> list[Stick]:
    """The sticks of a ligand, without the hydrogens on its carbons."""
    mol = Chem.MolFromMolBlock(block, removeHs=False, sanitize=False)
    points = mol.GetConformer().GetPositions() @ turn.T
    symbols = [atom.GetSymbol() for atom in mol.GetAtoms()]
    pairs = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()]
    kept = [(a, b) for a, b in pairs if {symbols[a], symbols[b]} != {"C", "H"}]
    bonded = {i for pair in kept for i in pair}
    alone = [i for i, symbol in enumerate(symbols) if symbol != "H" and i not in bonded]
    dots = [Stick(points[i], points[i], ELEMENTS.get(symbols[i].upper(), carbon), width) for i in alone]
    return [*_halves(points, symbols, kept, carbon, width), *dots]


def _pocket(scene: Mapping[str, Any], turn: Floats, front: float) -> Iterator[Stick]:
    """Residues with a name as sticks, the others as thin lines, those in front of the ligand not at all."""
    rows = [row for row in scene["pocket"].splitlines() if row.startswith("ATOM")]
    points = np.array([[float(row[at : at + 8]) for at in (30, 38, 46)] for row in rows]) @ turn.T
    symbols = [row[76:78].strip() for row in rows]
    names = [_label(row) for row in rows]
    named = {residue["label"] for residue in scene["residues"]}
    close = cKDTree(points).query_pairs(2.3, output_type="ndarray").tolist()
    pairs = [(a, b) for a, b in close if np.linalg.norm(points[a] - points[b]) < _longest(symbols[a], symbols[b])]
    key = [pair for pair in pairs if {names[i] for i in pair} <= named]
    rest = [
        pair
        for pair in pairs
        if not {names[i] for i in pair} <= named
        and "H" not in {symbols[i] for i in pair}
        and max(points[i][2] for i in pair) < front
    ]
    yield from _halves(points, symbols, rest, POCKET, 1.0)
    yield from _halves(points, symbols, key, RESIDUE, 3.0)


def _label(row: str) -> str:
    chain = row[21].strip()
    return (f"{chain}:" if chain else "") + row[17:20].strip() + row[22:27].strip()


def _longest(a: str, b: str) -> float:
    return 1.15 * (_COVALENT.get(a, 0.77) + _COVALENT.get(b, 0.77))


def _halves(
    points: Floats, symbols: Sequence[str], pairs: Sequence[tuple[int, int]], carbon: str, width: float
) -> Iterator[Stick]:
    for pair in pairs:
        middle = (points[pair[0]] + points[pair[1]]) / 2
        for i in pair:
            thin = 0.6 if symbols[i].upper() == "H" else 1.0
            yield Stick(points[i], middle, ELEMENTS.get(symbols[i].upper(), carbon), thin * width)


def _faded(colour: str, depth: float) -> str:
    """A colour, paler the farther it lies behind the front, Å."""
    left = 1.0 - 0.85 * min(max(depth, 0.0) / FADE, 1.0)
    return "#" + "".join(f"{round(255 * (1 - left * (1 - part))):02X}" for part in rgb(colour))


def _apart(names: Sequence[tuple[str, Point]], full: Sequence[Point]) -> Iterator[Words]:
    """The names in the picture, each moved as little as it takes to lie on no other and on no atom or contact."""
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in full]
    for name, (x, y) in names:
        tried = (Words(name, (x + dx, y + dy), 12.0, INK) for dx, dy in _SPIRAL)
        for words in tried:
            left, top, right, bottom = words.box
            inside = left > 2 and top > 2 and right < WIDTH - 2 and bottom < HEIGHT - 2
            if inside and not any(left < r and right > a and top < d and bottom > b for a, b, r, d in taken):
                taken.append(words.box)
                yield words
                break


_SPIRAL = sorted(
    ((dx, dy) for dx in range(-160, 161, 10) for dy in range(-110, 111, 10)),
    key=lambda move: move[0] ** 2 + move[1] ** 2,
)
