"""Gather the atoms of a file into residues: what programs split is merged, chains of one name are told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from molgrad.receptors.preparation import names
from molgrad.receptors.preparation.residue import WATERS
from molgrad.receptors.preparation.rows import Row

BOND = 2.0  # Å between any two atoms of one residue that were written apart from each other; C-S is 1.81
SAME = 1.6  # Å between two atoms of one name that are alternatives: two molecules cannot come so near
APART = 2.2  # Å between whole copies of a residue that follow each other under one number


@dataclass
class Place:
    """The atoms at one number of one chain.

    Attributes:
        chain: the chain's name in the file, or its segment's where it has none.
        copy: 0 for the first chain of this name, 1 for the second.
        number: of the residue with insertion code.
        rows: its atoms.
    """

    chain: str
    copy: int
    number: str
    rows: list[Row]

    def takes(self, rows: Sequence[Row], *, latest: bool) -> bool:
        """Whether atoms that stand elsewhere in the file under the same number are atoms of this residue.

        Args:
            rows: the atoms.
            latest: nothing else of its chain came between.
        """
        mine = self.rows[0]
        other = rows[0]
        if not _fit(mine.chain, other.chain) or not ((mine.chain and other.chain) or _fit(mine.segment, other.segment)):
            return False
        if not {row.residue for row in rows} <= {row.residue for row in self.rows}:
            return False
        known = {(row.name, row.letter): row.point for row in self.rows}
        shared = [_gap(row.point, known[row.name, row.letter]) for row in rows if (row.name, row.letter) in known]
        if shared:
            return min(shared) < SAME
        return latest or _nearest(self.rows, rows) < BOND


def _fit(one: str, two: str) -> bool:
    return one == two or not one or not two


def gathered(rows: Sequence[Row]) -> list[Place]:
    """The residues of a file in their order; atoms of one residue need not stand together.

    A chain that counts through the same residues again is another one of the same name.

    Args:
        rows: the atoms in the order of the file.
    """
    places: list[Place] = []
    numbered: dict[str, list[Place]] = {}
    latest: dict[str, Place] = {}
    copies: dict[str, int] = {}
    for (chain, number, _), run in groupby(rows, key=_where):
        for part in _repeated(list(run)):
            if _water(part[0]):
                places.append(Place(chain, copies.get(chain, 0), number, part))
                continue
            earlier = numbered.setdefault(number, [])
            same = next((p for p in earlier if p.takes(part, latest=latest.get(chain) is p)), None)
            if same is not None:
                same.rows += part
                continue
            copy = copies.get(chain, 0)
            taken = any((p.chain, p.copy) == (chain, copy) and names.in_chains(p.rows[0].residue) for p in earlier)
            if taken and names.in_chains(part[0].residue):
                copy += 1
                copies[chain] = copy
            latest[chain] = Place(chain, copy, number, part)
            earlier.append(latest[chain])
            places.append(latest[chain])
    return places


def _where(row: Row) -> tuple[str, str, str]:
    """Chain and number of an atom; the residue's name where it has no number."""
    return row.chain or row.segment, row.number, "" if row.number else row.residue


def _water(row: Row) -> bool:
    meaning = names.known(row.residue)
    return row.residue in WATERS or (meaning is not None and meaning.name in WATERS)


def _repeated(run: list[Row]) -> Iterator[list[Row]]:
    """Split a run of one number where whole residues of one name follow each other; numbers may be missing."""
    first = run[0]
    if _water(first):
        starts = [n for n, row in enumerate(run) if n == 0 or (row.element == "O" and not row.letter)]
    else:
        again = (first.residue, first.name, first.letter)
        starts = [n for n, row in enumerate(run) if (row.residue, row.name, row.letter) == again]
    parts = [run[start:end] for start, end in zip(starts, [*starts[1:], len(run)], strict=True)]
    if len(parts) > 1 and not _water(first):
        contents = [[(row.residue, row.name) for row in part] for part in parts]
        whole = all(content == contents[0] for content in contents)
        chain = all({"N", "CA", "C"} <= {row.name for row in part} for part in parts)
        if chain:  # neighbours in a chain are bonded, alternatives without a letter lie on each other
            apart = all(_gap(one[0].point, two[0].point) > SAME for one, two in pairwise(parts))
        else:
            apart = whole and all(_nearest(one, two) > APART for one, two in pairwise(parts))
        if not apart:
            parts = [run]
    yield from parts


def _gap(one: Sequence[float], two: Sequence[float]) -> float:
    return float(np.linalg.norm(np.subtract(one, two)))


def _nearest(one: Sequence[Row], two: Sequence[Row]) -> float:
    first, second = (np.array([row.point for row in rows]) for rows in (one, two))
    return float(np.sqrt(((first[:, None] - second[None]) ** 2).sum(axis=2)).min())
