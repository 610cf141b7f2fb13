"""Rebuild side chains that a file holds in part: ideal geometry, and the rotamer that fits its surroundings best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from molgrad.chem.tables import read_table
from molgrad.receptors.preparation import amino
from molgrad.receptors.preparation.internal import dihedral, placed
from molgrad.receptors.preparation.residue import PEPTIDE, Atom, Residue
from molgrad.receptors.preparation.rotamer_score import Surroundings

BACKBONE = ("N", "CA", "C", "O")
ASIDE = (0.0, -15.0, 15.0, -30.0, 30.0)  # degrees; a rotamer's well is some 30 wide on each side
ASIDE_COST = 0.3  # kcal/mol for 15 degrees
FINER, TRIED_FINER = (10.0, 5.0), 6  # degrees about the best so many
SWEEPS = 4  # placed again with the others in place, until none moves
CARBONYL = (1.231, 120.5)  # Å, degrees: C=O and CA-C=O of Engh and Huber (1991)


@dataclass(frozen=True, slots=True)
class Step:
    """How one atom is placed: bond (Å), angle and dihedral (degrees) from three others; `chi` turns it."""

    atom: str
    origin: tuple[str, str, str]
    bond: float
    angle: float
    dihedral: float
    chi: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A residue made whole.

    Attributes:
        residue: with all its atoms.
        names: of the atoms that were added.
        touches: the residue that the best rotamer comes too near to, and how near in Å; empty where it fits.
    """

    residue: Residue
    names: tuple[str, ...]
    touches: str = ""


@cache
def steps() -> dict[str, tuple[Step, ...]]:
    """The side chain of each amino acid, atom by atom from CB."""
    found: dict[str, list[Step]] = {"GLY": []}
    for name, atom, first, second, third, bond, angle, torsion, chi in read_table("side_chains.tsv"):
        step = Step(atom, (first, second, third), float(bond), float(angle), float(torsion), int(chi))
        found.setdefault(name, []).append(step)
    return {name: tuple(rows) for name, rows in found.items()}


@cache
def rotamers() -> dict[str, tuple[tuple[float, tuple[float, ...]], ...]]:
    """Share and chi angles (degrees) of each rotamer by amino acid."""
    found: dict[str, list[tuple[float, tuple[float, ...]]]] = {}
    for name, _, share, *chis in read_table("rotamers.tsv"):
        found.setdefault(name, []).append((float(share) / 100, tuple(map(float, chis))))
    return {name: tuple(rows) for name, rows in found.items()}


def missing(residue: Residue) -> tuple[str, ...]:
    """The atoms of a standard amino acid that the file lacks and that can be rebuilt; empty where there are none.

    N, CA and C must be there, and no atom that the amino acid does not have.

    Args:
        residue: of a chain.
    """
    chain = steps().get(_standard(residue))
    if chain is None or not residue.polymer:
        return ()
    names = {_known(residue, atom.name) for atom in residue.atoms}
    whole = {*BACKBONE, *(step.atom for step in chain)}
    if not {"N", "CA", "C"} <= names or names - whole - {"OXT"} or len(names) < len(residue.atoms):
        return ()
    return tuple(name for name in ("O", *(step.atom for step in chain)) if name not in names)


def rebuild(
    members: Sequence[Residue], others: Iterable[Residue], ligand: Sequence[Atom], may: Callable[[Residue], bool]
) -> dict[str, Rebuilt]:
    """Make whole every amino acid that lacks atoms of its side chain or its O.

    Args:
        members: the residues of the chains, in their order, with standard names.
        others: cofactors, ions and other groups that stay.
        ligand: heavy atoms of the native ligand; a rebuilt side chain leaves them room.
        may: whether a residue may be rebuilt.

    Returns:
        By key, e.g. `A:57`. Where no rotamer fits, the one that overlaps least, and what it touches.
    """
    short = [residue for residue in members if missing(residue) and may(residue)]
    if not short:
        return {}
    following = {
        one.key: two for one, two in pairwise(members) if one.chain == two.chain and _gap(one, "C", two, "N") < PEPTIDE
    }
    now = {residue.key: _renamed(residue) for residue in short}
    around = Surroundings([r for r in (*members, *others) if r.key not in now], now.values(), ligand)
    for _ in range(SWEEPS):
        before = dict(now)
        for residue in short:
            now[residue.key] = _best(_renamed(residue), following, around)
            around.put(now[residue.key])
        if now == before:
            break
    return {
        residue.key: Rebuilt(now[residue.key], missing(residue), around.clash(now[residue.key], missing(residue)))
        for residue in short
    }


def _best(residue: Residue, following: dict[str, Residue], around: Surroundings) -> Residue:
    """The residue with its missing atoms in the place that scores best; the first of equals."""
    if "O" in missing(residue):
        residue = _with_carbonyl(residue, following.get(residue.key))
    chain = steps()[_standard(residue)]
    lacking = [step.atom for step in chain if residue.atom(step.atom) is None]
    if not lacking:
        return residue
    fixed = _angles_in_file(residue, chain)
    angles, prior = _candidates(residue, fixed)
    points, scores = _scored(residue, chain, angles, prior, around)
    for width in FINER:
        best = np.argsort(scores.round(6), kind="stable")[:TRIED_FINER]
        angles, prior = _finer(angles[best], prior[best], fixed, width, ring=_standard(residue) == "PRO")
        points, scores = _scored(residue, chain, angles, prior, around)
    chosen = int(np.argmin(scores.round(6)))
    return _with(residue, chain, {name: _triple(points[name][chosen]) for name in lacking})


def _scored(
    residue: Residue,
    chain: Sequence[Step],
    angles: NDArray[np.float64],
    prior: NDArray[np.float64],
    around: Surroundings,
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """The atoms of the side chain for each row of angles, and what each row costs (kcal/mol)."""
    points = _built(residue, chain, angles)
    new = {step.atom: points[step.atom] for step in chain if residue.atom(step.atom) is None and step.atom != "CB"}
    return points, prior + around.scores(residue, new)


def _finer(
    angles: NDArray[np.float64], prior: NDArray[np.float64], fixed: Mapping[int, float], width: float, ring: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each row of angles and those about it, every free angle a step less and more."""
    count = angles.shape[1]
    free = [(0.0,) if chi + 1 in fixed or ring else (0.0, -width, width) for chi in range(count)]
    off = np.array(list(product(*free)), dtype=float)
    cost = ASIDE_COST * np.abs(off).sum(axis=1) / 15.0
    return (angles[:, None] + off[None]).reshape(len(angles) * len(off), count), (prior[:, None] + cost[None]).ravel()


def _candidates(residue: Residue, fixed: Mapping[int, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chi angles to try, a row each, and what each costs for being rare (kcal/mol); angles in the file stay."""
    name = _standard(residue)
    options = rotamers().get(name, ((1.0, ()),))
    count = len(options[0][1])
    free = [index for index in range(count) if index + 1 not in fixed]
    fitting = [o for o in options if all(_turn(o[1][c - 1], at) < 60 for c, at in fixed.items())] or list(options)
    rows: dict[tuple[float, ...], float] = {}
    steps_aside = ASIDE[: 5 if len(free) < 3 else 3]  # two angles more leave a longer chain choice enough
    for share, angles in fitting:
        for aside in product(steps_aside, repeat=min(len(free), 2) if name != "PRO" else 0):
            row = list(angles)
            for index, off in zip(free, aside, strict=False):
                row[index] += off
            for chi, at in fixed.items():
                row[chi - 1] = at
            cost = -0.6 * float(np.log(share)) + sum(ASIDE_COST * abs(off) / 15.0 for off in aside)
            rows[tuple(row)] = min(cost, rows.get(tuple(row), np.inf))
    return np.array(list(rows), dtype=float).reshape(len(rows), count), np.array(list(rows.values()))


def _angles_in_file(residue: Residue, chain: Sequence[Step]) -> dict[int, float]:
    """The chi angles that atoms of the file fix."""
    found: dict[int, float] = {}
    for step in chain:
        four = [residue.atom(name) for name in (*reversed(step.origin), step.atom)]
        points = [atom.position for atom in four if atom is not None]
        if step.chi and step.chi not in found and len(points) == 4:
            a, b, c, d = (np.array(point) for point in points)
            found[step.chi] = float(dihedral(a, b, c, d)) - _mirror(residue, step)
    return found


def _built(residue: Residue, chain: Sequence[Step], angles: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The atoms of the side chain for each row of chi angles; atoms of the file stay where they are."""
    rows = len(angles)
    points = {atom.name: np.tile(np.array(atom.position), (rows, 1)) for atom in residue.atoms}
    for step in chain:
        if step.atom in points:
            continue
        turn = np.full(rows, _mirror(residue, step)) + (angles[:, step.chi - 1] if step.chi else 0.0)
        first, second, third = (points[name] for name in step.origin)
        points[step.atom] = placed(third, second, first, step.bond, step.angle, turn)
    return points


def _mirror(residue: Residue, step: Step) -> float:
    """A step's dihedral, of the other sign in a residue whose CB shows it to be a D-amino acid."""
    n, ca, c, cb = (residue.atom(name) for name in ("N", "CA", "C", "CB"))
    if n is None or ca is None or c is None or cb is None:
        return step.dihedral
    hand = dihedral(*(np.array(atom.position) for atom in (n, c, ca, cb)))
    return step.dihedral if hand > 0 else -step.dihedral


def _with_carbonyl(residue: Residue, following: Residue | None) -> Residue:
    """The residue with its O, in the plane of the peptide bond or of the other oxygen; as in a sheet at a loose end."""
    other = following.atom("N") if following is not None else residue.atom("OXT")
    n, ca, c = (np.array(atom.position) for name in ("N", "CA", "C") if (atom := residue.atom(name)))
    psi = float(dihedral(n, ca, c, np.array(other.position))) if other else 135.0
    point = placed(n[None], ca[None], c[None], *CARBONYL, np.array([psi + 180.0]))[0]
    return replace(residue, atoms=(*residue.atoms, Atom("O", "O", _triple(point))))


def _with(residue: Residue, chain: Sequence[Step], found: dict[str, tuple[float, float, float]]) -> Residue:
    """The residue with new atoms, in the usual order."""
    atoms = {atom.name: atom for atom in residue.atoms}
    atoms |= {name: Atom(name, name[0], point) for name, point in found.items()}
    order = [*BACKBONE, *(step.atom for step in chain)]
    return replace(residue, atoms=tuple(atoms[name] for name in [*order, *(a for a in atoms if a not in order)]))


def _standard(residue: Residue) -> str:
    """The amino acid whose atoms it has: GLU for DGL."""
    return amino.mirrored(residue).name


def _renamed(residue: Residue) -> Residue:
    return replace(residue, atoms=tuple(replace(a, name=_known(residue, a.name)) for a in residue.atoms))


def _known(residue: Residue, name: str) -> str:
    return "CD1" if (residue.name, name) == ("ILE", "CD") else name


def _gap(one: Residue, name: str, two: Residue, other: str) -> float:
    first, second = one.atom(name), two.atom(other)
    if first is None or second is None:
        return float("inf")
    return float(np.linalg.norm(np.subtract(first.position, second.position)))


def _turn(one: float, other: float) -> float:
    """Degrees between two angles."""
    return abs((one - other + 180.0) % 360.0 - 180.0)


def _triple(point: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (round(float(value), 3) for value in point)
    return x, y, z
