"""Starts inside the pocket: conformers laid into the cavities of a receptor, on grids of Vina's energies.

Vina's search starts anywhere in the box. Where a pocket is narrow nearly all starts end before its mouth, and agree
there. Here every cavity is tried with hundreds of orientations of some conformers; the best are moved on the grids,
bonds turned too, and what comes out is left to Vina to relax and to score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from scipy.spatial.transform import Rotation

CAVITY_TYPE = "C_H"  # a carbon atom with carbon and hydrogen around it
CAVITY = -0.2  # kcal/mol of a carbon atom; where it is lower, atoms of the receptor are on several sides
STRIDE = 3  # grid points between two positions that are tried, 1.1 Å
MOST_POINTS = 400  # positions tried, the deepest ones
ROTATIONS = 200  # orientations of each conformer
GROUPS = 2  # of orientations; the best of each group is kept at each position, so that no one cavity takes all
SOFT = 2.0  # kcal/mol that one atom may cost while positions are scanned: a clash that a turn may resolve
HARD = 20.0  # kcal/mol, the same while poses are refined
WALKERS = 300  # positions that are refined
STEPS = 160  # of the refinement
SHIFT, TURN, TWIST = 0.5, 0.3, 0.5  # Å, radians, radians: standard deviations of first steps; they shrink to a tenth
CLASH = 3.0  # Å between heavy atoms of the ligand four bonds or more apart
CLASH_COST = 10.0  # kcal/mol/Å below that
PER_TORSION = 6  # further conformers tried for each bond that turns
DISTINCT = 1.0  # Å RMSD between two poses that are both relaxed
SPARE = {"N_P": "N_A", "N_A": "N_P", "N_D": "N_DA", "O_P": "O_A", "O_D": "O_DA", "P_P": "S_P"}

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Grids:
    """Energy of an atom at each point of the box, for each of Vina's atom types.

    Attributes:
        values: kcal/mol by type, axes z, y, x.
        origin: of the first point, Å.
        spacing: between points, Å.
    """

    values: Mapping[str, Floats]
    origin: NDArray[np.float64]
    spacing: float

    @classmethod
    def read(cls, folder: Path) -> Grids:
        """The maps that Vina wrote into a folder.

        Args:
            folder: with one `*.TYPE.map` for each type.
        """
        values: dict[str, Floats] = {}
        origin, spacing = np.zeros(3), 0.0
        for file in sorted(folder.glob("*.map")):
            head, body = _split(file.read_text(), 6)
            spacing = float(head[3].split()[1])
            x, y, z = (int(word) + 1 for word in head[4].split()[1:4])
            middle = np.array([float(word) for word in head[5].split()[1:4]])
            origin = middle - spacing * (np.array([x, y, z]) - 1) / 2
            values[file.name.split(".")[-2]] = np.fromstring(body, dtype=np.float32, sep="\n").reshape(z, y, x)
        return cls(values, origin, spacing)

    def cavities(self) -> NDArray[np.int64]:
        """Grid positions (x, y, z) inside cavities, the deepest first."""
        carbon = self.values[CAVITY_TYPE][::STRIDE, ::STRIDE, ::STRIDE]
        z, y, x = np.nonzero(carbon < CAVITY)
        order = np.argsort(carbon[z, y, x], kind="stable")[:MOST_POINTS]
        return STRIDE * np.stack([x, y, z], axis=1)[order]


def _split(text: str, lines: int) -> tuple[list[str], str]:
    parts = text.split("\n", lines)
    return parts[:lines], parts[lines]


def atom_types(mol: Chem.Mol, kinds: Mapping[int, str]) -> list[str]:
    """Vina's type of each heavy atom, the name of its grid.

    Args:
        mol: with all hydrogens, heavy atoms first.
        kinds: AutoDock type of each atom of the PDBQT.
    """
    found = []
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 1:
            continue
        kind = kinds[atom.GetIdx()]
        donor = any(n.GetAtomicNum() == 1 for n in atom.GetNeighbors())
        acceptor = kind.endswith("A") and kind != "A"
        if kind in ("C", "A") or (kind.startswith("C") and atom.GetAtomicNum() == 6):
            polar = any(n.GetAtomicNum() not in (1, 6) for n in atom.GetNeighbors())
            found.append("C_P" if polar else "C_H")
        elif atom.GetAtomicNum() in (7, 8):
            suffix = ("D" if donor else "") + ("A" if acceptor else "")
            found.append(f"{atom.GetSymbol()}_{suffix or 'P'}")
        elif atom.GetAtomicNum() in (9, 17, 35, 53):
            found.append(f"{atom.GetSymbol()}_H")
        else:
            found.append("P_P" if atom.GetAtomicNum() == 15 else "S_P")
    return found


@dataclass
class _Field:
    """The grids as the ligand's heavy atoms meet them."""

    grids: Grids
    stack: Floats  # one grid for each type that occurs, with a border that costs
    which: NDArray[np.int64]  # of each heavy atom, its grid

    @classmethod
    def of(cls, grids: Grids, types: Sequence[str]) -> _Field:
        names = [name if name in grids.values else SPARE.get(name, CAVITY_TYPE) for name in types]
        names = [name if name in grids.values else CAVITY_TYPE for name in names]
        kinds = sorted(set(names))
        stack = np.stack([np.pad(grids.values[kind], 1, constant_values=HARD) for kind in kinds])
        return cls(grids, np.minimum(stack, HARD), np.array([kinds.index(name) for name in names]))

    def nearest(self, places: NDArray[np.float64], points: NDArray[np.int64], cap: Floats) -> Floats:
        """Soft energy of one orientation at each point, kcal/mol; nearest grid values."""
        limits = np.array(self.stack.shape[:0:-1])
        at = np.clip(np.rint(places / self.grids.spacing).astype(np.int64)[None] + points[:, None] + 1, 0, limits - 1)
        flat = ((self.which * limits[2] + at[..., 2]) * limits[1] + at[..., 1]) * limits[0] + at[..., 0]
        return np.asarray(cap.take(flat).sum(axis=1))

    def energy(self, places: NDArray[np.float64]) -> Floats:
        """Energy of each walker (walkers x heavy atoms x 3), kcal/mol; trilinear."""
        limits = np.array(self.stack.shape[:0:-1])
        at = (places - self.grids.origin) / self.grids.spacing + 1
        low = np.clip(np.floor(at).astype(np.int64), 0, limits - 2)
        part = np.clip(at - low, 0.0, 1.0).astype(np.float32)
        base = ((self.which * limits[2] + low[..., 2]) * limits[1] + low[..., 1]) * limits[0] + low[..., 0]
        flat, total = self.stack.ravel(), np.zeros(base.shape, np.float32)
        for dz in (0, 1):
            wz = part[..., 2] if dz else 1 - part[..., 2]
            for dy in (0, 1):
                wy = wz * (part[..., 1] if dy else 1 - part[..., 1])
                shift = (dz * limits[1] + dy) * limits[0]
                total += wy * (1 - part[..., 0]) * flat.take(base + shift)
                total += wy * part[..., 0] * flat.take(base + shift + 1)
        return np.asarray(total.sum(axis=1))


def place(
    grids: Grids, mol: Chem.Mol, types: Sequence[str], turns: Sequence[tuple[int, int]], seed: int, wanted: int
) -> list[NDArray[np.float64]]:
    """Poses of a ligand in the cavities, best first.

    Args:
        grids: of the receptor.
        mol: the ligand with conformers to start from; all hydrogens, heavy atoms first.
        types: of each heavy atom.
        turns: bonds that turn, (near, far): what hangs on `far` moves.
        seed: same seed, same poses.
        wanted: poses, at most; no two within `DISTINCT`.

    Returns:
        Coordinates of all atoms, Å; nothing where the box has no cavity.
    """
    points, heavy = grids.cavities(), len(types)
    if not len(points):
        return []
    draw, field = np.random.default_rng(seed), _Field.of(grids, types)
    shapes = np.array([conformer.GetPositions() for conformer in mol.GetConformers()])
    moves, pairs = _moves(mol, turns), _far_pairs(mol, heavy)
    shapes = _varied(shapes, moves, pairs, draw)
    shapes -= shapes[:, :heavy].mean(axis=1, keepdims=True)
    starts = _scan(field, shapes, points, heavy, draw)
    places, energies = _refine(field, starts, moves, pairs, draw)
    kept: list[NDArray[np.float64]] = []
    for i in np.argsort(energies, kind="stable"):
        own = places[i]
        apart = [np.sqrt(((own[:heavy] - other[:heavy]) ** 2).sum(axis=1).mean()) for other in kept]
        if not apart or min(apart) > DISTINCT:
            kept.append(own)
        if len(kept) == wanted:
            break
    return kept


def _scan(
    field: _Field, shapes: NDArray[np.float64], points: NDArray[np.int64], heavy: int, draw: np.random.Generator
) -> NDArray[np.float64]:
    """The best conformer and orientation at each position, coordinates of all atoms."""
    cap = np.minimum(field.stack, SOFT).ravel()
    matrices = Rotation.random(ROTATIONS, rng=draw).as_matrix()
    lowest = np.full((GROUPS, len(points)), np.inf, np.float32)
    chosen = np.zeros((GROUPS, len(points), 2), np.int64)  # conformer and orientation
    for s, shape in enumerate(shapes):
        turned = np.einsum("rij,aj->rai", matrices, shape[:heavy])
        for r in range(len(matrices)):
            energies = field.nearest(turned[r], points, cap)
            group = r % GROUPS
            better = energies < lowest[group]
            lowest[group, better] = energies[better]
            chosen[group, better] = s, r
    best = np.argsort(lowest, axis=None, kind="stable")[:WALKERS]
    origin, spacing = field.grids.origin, field.grids.spacing
    starts = []
    for group, p in zip(*np.unravel_index(best, lowest.shape), strict=True):
        s, r = chosen[group, p]
        starts.append(shapes[s] @ matrices[r].T + origin + spacing * points[p])
    return np.array(starts)


def _moves(mol: Chem.Mol, turns: Sequence[tuple[int, int]]) -> list[tuple[int, int, list[int]]]:
    """Of each bond that turns its two atoms, and the atoms beyond it."""
    found = []
    for near, far in turns:
        seen, edge = {near, far}, [far]
        while edge:
            for neighbour in mol.GetAtomWithIdx(edge.pop()).GetNeighbors():
                if neighbour.GetIdx() not in seen:
                    seen.add(neighbour.GetIdx())
                    edge.append(neighbour.GetIdx())
        found.append((near, far, sorted(seen - {near, far})))
    return found


def _far_pairs(mol: Chem.Mol, heavy: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of heavy atoms four bonds or more apart."""
    apart = Chem.GetDistanceMatrix(mol)[:heavy, :heavy]
    first, second = np.nonzero(np.triu(apart > 3, 1))
    return first, second


def _varied(
    shapes: NDArray[np.float64],
    moves: Sequence[tuple[int, int, list[int]]],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    draw: np.random.Generator,
) -> NDArray[np.float64]:
    """The conformers, and others with every bond turned anew that fold least onto themselves."""
    if not moves:
        return shapes
    wanted = PER_TORSION * len(moves)
    others = shapes[draw.integers(len(shapes), size=3 * wanted)]
    for move in moves:
        others = _twisted(others, *move, draw.uniform(-np.pi, np.pi, len(others)))
    order = np.argsort(_folded(others, pairs), kind="stable")
    return np.concatenate([shapes, others[order[:wanted]]])


def _folded(places: NDArray[np.float64], pairs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> NDArray[np.float64]:
    """What each walker's clashes with itself cost, kcal/mol."""
    inside = np.linalg.norm(places[:, pairs[0]] - places[:, pairs[1]], axis=2)
    return np.asarray(CLASH_COST * np.maximum(CLASH - inside, 0.0).sum(axis=1))


def _refine(
    field: _Field,
    places: NDArray[np.float64],
    moves: Sequence[tuple[int, int, list[int]]],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    draw: np.random.Generator,
) -> tuple[NDArray[np.float64], Floats]:
    """All walkers moved at once, each step kept where it lowers the energy."""
    heavy = len(field.which)

    def cost(at: NDArray[np.float64]) -> Floats:
        return np.asarray(field.energy(at[:, :heavy]) + _folded(at, pairs))

    energies = cost(places)
    for step in range(STEPS):
        size = 1.0 - 0.9 * step / STEPS
        if moves and step % 2:
            near, far, beyond = moves[int(draw.integers(len(moves)))]
            tried = _twisted(places, near, far, beyond, draw.normal(0.0, TWIST * size, len(places)))
        else:
            middle = places[:, :heavy].mean(axis=1, keepdims=True)
            spun = Rotation.from_rotvec(draw.normal(0.0, TURN * size, (len(places), 3))).as_matrix()
            tried = np.einsum("wij,waj->wai", spun, places - middle) + middle
            tried += draw.normal(0.0, SHIFT * size, (len(places), 1, 3))
        now = cost(tried)
        better = now < energies
        places[better], energies[better] = tried[better], now[better]
    return places, energies


def _twisted(
    places: NDArray[np.float64], near: int, far: int, beyond: list[int], angles: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Every walker with what lies beyond a bond turned about it."""
    axis = places[:, far] - places[:, near]
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    turn = Rotation.from_rotvec(axis * angles[:, None]).as_matrix()
    tried = places.copy()
    foot = places[:, far][:, None]
    tried[:, beyond] = np.einsum("wij,waj->wai", turn, places[:, beyond] - foot) + foot
    return tried
