"""Assemble molecules from building blocks, so that a search finds scaffolds that no start has."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from rdkit import Chem, rdBase

from molgrad.chem.crossover import zipped
from molgrad.chem.stereo import first_stereoisomer, unsettled
from molgrad.chem.tables import read_table

SIZE = (16, 32)  # heavy atoms; 90 % of oral drugs lie between
TRIES = 6  # assemblies for each molecule wanted; about half are too large or repeat another
THREE = 0.4  # share with a third ring system
CAPPED = 0.6  # share of the places left open that get an end group
_UNUSUAL = Chem.MolFromSmarts("[#7,#8]-;!@[#7,#8]")  # no usual coupling makes such a bond, so no piece holds one
_ROWS = tuple(read_table("blocks.tsv"))
AROMATIC, FUSED, SATURATED, LINKERS, ENDS = (
    tuple(smiles for kind, smiles in _ROWS if kind == wanted)
    for wanted in ("aromatic", "fused", "saturated", "linkers", "ends")
)


class Assembled(NamedTuple):
    """A molecule and the ring systems it was made of, in words."""

    smiles: str
    parts: str


def assemble(seed: int, n: int) -> list[Assembled]:
    """At most `n` distinct molecules, canonical single stereoisomers; the same for the same seed."""
    rng = random.Random(f"assembly|{seed}")  # noqa: S311 - sampling, not secrets
    found: dict[str, Assembled] = {}
    for _ in range(TRIES * n):
        if len(found) == n:
            break
        pieces = _drawn(rng)
        smiles = _joined(pieces)
        if smiles is not None:
            found.setdefault(smiles, Assembled(smiles, " + ".join(_spelled(piece) for piece in pieces)))
    return list(found.values())


def _spelled(piece: str) -> str:
    """A piece as a reader takes it: without its open places; an azole bound by its nitrogen has hydrogen there."""
    bare = piece.replace("(*)", "").replace("*", "")
    if "n" not in bare:
        return bare or "bond"
    return str(Chem.MolToSmiles(Chem.MolFromSmiles(piece.replace("*", "[H]"))))


def _drawn(rng: random.Random) -> list[str]:
    """Ring systems with linkers between them, the first aromatic: two or three rings in a row."""
    rings = [rng.choice((AROMATIC, FUSED)), rng.choice((AROMATIC, FUSED, SATURATED))]
    if rng.random() < THREE:
        rings.append(rng.choice((AROMATIC, SATURATED, SATURATED)))
    pieces = [rng.choice(rings[0])]
    for kind in rings[1:]:
        pieces += [rng.choice(LINKERS), rng.choice(kind)]
    return [*pieces, *(rng.choice(ENDS) for _ in rings if rng.random() < CAPPED)]


def _joined(pieces: Sequence[str]) -> str | None:
    """The pieces in a row as one molecule; None where they do not fit or are no sound molecule.

    A ring's first place joins what comes before it, its last what follows; end groups go to places left open.
    """
    text: list[str] = []
    left: list[int] = []  # numbers of places that wait for a partner
    count = 0
    for piece in pieces:
        if not piece:
            continue
        stars = piece.count("*")
        numbers = list(range(count + 1, count + stars + 1))
        count += stars
        if text:
            if not left:
                return None
            numbers[0] = left.pop()
        left += numbers[1:] if text else numbers
        for number in numbers:
            piece = piece.replace("*", f"[#{number}]", 1)  # a form that holds no star
        text.append(piece)
    written = ".".join(text)
    for number in range(1, count + 1):
        written = written.replace(f"[#{number}]", "[H]" if number in left else f"[*:{number}]")
    return _single(written)


def _single(written: str) -> str | None:
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(written)
    whole = None if mol is None else zipped(mol)
    if whole is None or not SIZE[0] <= whole.mol.GetNumHeavyAtoms() <= SIZE[1]:
        return None
    if whole.mol.HasSubstructMatch(_UNUSUAL) or len(unsettled(whole.smiles)) > 1:
        return None
    return first_stereoisomer(whole.smiles)[0]
