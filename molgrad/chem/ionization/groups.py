"""Ionizable groups of a molecule: which atom takes up or loses a proton, and at which pKa."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rdkit import Chem

from molgrad.chem.ionization.effects import CORRECTIONS, Correction, Surroundings
from molgrad.chem.ionization.screen import Screen, elements_of
from molgrad.chem.tables import read_table

SOURCES = {
    "P": "Perrin 1965, 1972",
    "S": "Serjeant & Dempsey 1979",
    "PDS": "Perrin, Dempsey & Serjeant 1981",
    "A": "Avdeef 2012",
    "AS": "Albert & Serjeant 1984",
    "N": "Newton & Kluza 1978",
    "SM": "SAMPL6, Isik 2018",
}


@dataclass(frozen=True)
class Group:
    """A row of `tables/ionizable.tsv`, ready for use."""

    name: str
    anchor: str  # SMARTS of the ionizing atom, without conditions on what is around it
    query: Chem.Mol
    places: Mapping[int, tuple[int, ...]]  # by number in the SMARTS: atoms of the query
    kind: str
    pka: float
    spread: float
    corrections: tuple[tuple[Correction, float, float], ...]
    source: str


class Ionizable(NamedTuple):
    """A group found in a molecule.

    Attributes:
        atom: gains or loses the hydrogen.
        kind: `acid` or `base`.
        pka: while no other group carries a charge, substituents counted.
        spread: sd of that value.
        group: its name.
        source: where the value of the group comes from.
        enolate: (carbon between, oxygen) where an oxygen takes the charge of a carbon's proton.
    """

    atom: int
    kind: str
    pka: float
    spread: float
    group: str
    source: str
    enolate: tuple[int, int] | None = None


def _read() -> Iterator[Group]:
    for name, smarts, kind, pka, spread, corrections, source in read_table("ionizable.tsv"):
        query = Chem.MolFromSmarts(smarts)
        places: dict[int, tuple[int, ...]] = {}
        for atom in query.GetAtoms():
            number = atom.GetAtomMapNum()
            if number:
                places[number] = (*places.get(number, ()), atom.GetIdx())
        anchor = _anchor(query.GetAtomWithIdx(places[1][0]).GetSmarts())
        yield Group(
            name,
            anchor,
            query,
            places,
            kind,
            float(pka),
            float(spread),
            tuple(_corrections(corrections)),
            SOURCES[source],
        )


def _anchor(smarts: str) -> str:
    """The atom's SMARTS without its recursive conditions: it matches no less and costs little."""
    kept, depth = "", 0
    for place, char in enumerate(smarts):
        depth += char == "("
        if not depth and smarts[place : place + 2] != "$(":
            kept += char
        depth -= char == ")"
    whole = kept.strip("[]").split(":")[0].split(";")
    parts = [part for one in whole for part in ([one] if "," in one else one.split("&")) if part.strip("!,&")]
    parts = [part.strip(",") for part in parts]
    return f"[{';'.join(parts)}]"


def _corrections(text: str) -> Iterator[tuple[Correction, float, float]]:
    for part in text.split(";") if text != "-" else ():
        name, *numbers = part.split()
        factor, ortho = [*map(float, numbers), 1.0, 1.0][:2]
        yield CORRECTIONS[name], factor, ortho


GROUPS = tuple(_read())
SCREEN = Screen([(group.query, group) for group in GROUPS])
ANCHORS = {group.anchor: Chem.MolFromSmarts(group.anchor) for group in GROUPS}


def ionizable(mol: Chem.Mol) -> list[Ionizable]:
    """The groups of a neutralized molecule, by atom.

    Args:
        mol: from `neutralized`.
    """
    near: Surroundings | None = None
    elements = elements_of(mol)
    candidates: dict[str, set[int]] = {}
    found: dict[int, Ionizable] = {}
    taken: set[int] = set()
    for group in SCREEN.possible(elements):
        if group.anchor not in candidates:
            candidates[group.anchor] = {index for (index,) in mol.GetSubstructMatches(ANCHORS[group.anchor])}
        if candidates[group.anchor] <= taken:
            continue
        for match in mol.GetSubstructMatches(group.query, uniquify=False, maxMatches=200):
            atom = match[group.places[1][0]]
            if atom in taken or mol.GetAtomWithIdx(atom).GetFormalCharge():
                continue
            near = near or Surroundings(mol, elements)
            found[atom] = _found(near, group, match)
            taken.add(atom)
            taken.update(match[i] for i in group.places.get(5, ()))
    return [found[atom] for atom in sorted(found)]


def _found(near: Surroundings, group: Group, match: tuple[int, ...]) -> Ionizable:
    atoms = {number: match[places[0]] for number, places in group.places.items()}
    shift = sum(correct(near, atoms, factor, ortho) for correct, factor, ortho in group.corrections)
    enolate = (atoms[3], atoms[2]) if 2 in atoms else None
    return Ionizable(atoms[1], group.kind, round(group.pka + shift, 2), group.spread, group.name, group.source, enolate)
