"""Apply one rule at given atoms, or sample neighbours of a molecule from all rules."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from rdkit import Chem, rdBase
from rdkit.Chem import rdqueries

from molgrad.chem.parse import Parsed, examine, read
from molgrad.chem.stereo import first_stereoisomer, unsettled
from molgrad.chem.transforms.kept import disturbed
from molgrad.chem.transforms.library import LIBRARY, get_transform
from molgrad.chem.transforms.transform import Transform, compiled

MAX_HITS = 64  # matches of one rule in one molecule; a drug-sized molecule has fewer, a polymer must stay bounded
MAX_NEW_CENTRES = 2  # undefined stereo elements that one rule may leave to be settled
_OF_PARENT = rdqueries.HasPropQueryAtom("react_atom_idx")  # asked in C++, as walking over atoms is slow
_MATCHED = rdqueries.HasPropQueryAtom("old_mapno")
_SMALL, _LARGE = 18, 30  # heavy atoms: below, growth comes first; above, removal and exchange do
_FAVOUR = 3.0  # how much more often the favoured kinds are drawn


class Neighbour(NamedTuple):
    """A molecule one rule away: its SMILES, the rule, and the parent's atoms that the rule matched."""

    smiles: str
    transform: str
    atoms: tuple[int, ...]


@dataclass(frozen=True)  # without slots: it remembers its SMILES
class _Hit:
    product: Chem.Mol  # unsanitized
    touched: frozenset[int]  # atoms of the parent that the rule matched or removed

    @cached_property
    def smiles(self) -> str | None:
        """As `finished`: the same places are drawn by a critique, by the proposals after it and in later batches."""
        return finished(self.product)


def apply_transform(
    name: str, smiles: str, atoms: Collection[int] | None = None, *, protected: Collection[int] = ()
) -> list[str]:
    """Every sound product of one rule, canonical, single stereoisomers, in a fixed order.

    Args:
        name: a rule of the library.
        smiles: the molecule; atom numbers count along its canonical SMILES.
        atoms: only matches that touch one of these; None for anywhere.
        protected: atoms that must come out as they went in.

    Raises:
        UnknownNameError: no such rule. InvalidMoleculeError: `smiles` is no molecule.
    """
    parent = read(smiles)
    wanted = None if atoms is None else frozenset(atoms)
    products: dict[str, None] = {}
    for hit in _hits(get_transform(name), parent.smiles):
        if wanted is not None and not wanted & hit.touched:
            continue
        if disturbed(parent.mol, hit.product, protected):
            continue
        product = hit.smiles
        if product is not None and product != parent.smiles:
            products[product] = None
    return list(products)


def sites(name: str, smiles: str) -> list[tuple[int, ...]]:
    """Where one rule applies: the atoms that each match touches, without repeats.

    Args:
        name: a rule of the library.
        smiles: the molecule.
    """
    return list(dict.fromkeys(tuple(sorted(hit.touched)) for hit in _hits(get_transform(name), read(smiles).smiles)))


def neighbours(smiles: str, seed: int, n: int, *, protected: Collection[int] = ()) -> Iterator[Neighbour]:
    """At most `n` distinct sound molecules one rule away, spread over rules and places; the same for the same seed.

    An iterator: a molecule is made when it is asked for.

    Args:
        smiles: the molecule.
        seed: of the draws.
        n: how many at most.
        protected: atoms that must come out as they went in.
    """
    return islice(_neighbours(read(smiles), seed, protected), n)


def _neighbours(parent: Parsed, seed: int, protected: Collection[int]) -> Iterator[Neighbour]:
    rng = random.Random(f"{seed}|{parent.smiles}")  # noqa: S311 - sampling, not secrets
    seen = {parent.smiles}
    # One match of every rule, then a second of every rule: no prolific rule crowds out the others.
    draws = [(rule, rng.random()) for rule in _drawn(parent, rng)]
    rounds: Iterator[tuple[Transform, Iterator[_Hit]]] = (
        (rule, _shuffled(rule, parent.smiles, draw)) for rule, draw in draws
    )
    while True:
        left = []
        for rule, hits in rounds:
            product = _next_new(hits, parent.mol, protected, seen)
            if product is None:
                continue
            seen.add(product.smiles)
            yield Neighbour(product.smiles, rule.name, product.atoms)
            left.append((rule, hits))
        if not left:
            return
        rounds = iter(left)


def _drawn(parent: Parsed, rng: random.Random) -> list[Transform]:
    """The rules in random order, those that suit the molecule's size more likely in front."""
    size = parent.mol.GetNumHeavyAtoms()
    favoured = {"grow"} if size < _SMALL else {"remove", "replace", "rigidify"} if size > _LARGE else set()
    keys = {rule.name: rng.random() ** (1 / (_FAVOUR if rule.kind in favoured else 1.0)) for rule in LIBRARY.values()}
    return sorted(LIBRARY.values(), key=lambda rule: -keys[rule.name])


def _shuffled(rule: Transform, smiles: str, draw: float) -> Iterator[_Hit]:
    """The rule's places, found only when the first is asked for, in an order that its own draw decides.

    How far each rule is run must not change the others' draws.
    """
    hits = list(_hits(rule, smiles))
    random.Random(draw).shuffle(hits)  # noqa: S311 - sampling, not secrets
    yield from hits


def _next_new(
    hits: Iterator[_Hit], parent: Chem.Mol, protected: Collection[int], seen: Collection[str]
) -> Neighbour | None:
    for hit in hits:
        if disturbed(parent, hit.product, protected):
            continue
        smiles = hit.smiles
        if smiles is not None and smiles not in seen:
            return Neighbour(smiles, "", tuple(sorted(hit.touched)))
    return None


@lru_cache(maxsize=4096)  # nine molecules' worth, as many as a batch has parents, each asked three times; 100 MB
def _hits(rule: Transform, smiles: str) -> tuple[_Hit, ...]:
    parent = read(smiles).mol
    with rdBase.BlockLogs():
        sets = compiled(rule.smarts).RunReactants((parent,), MAX_HITS)
    everything = frozenset(range(parent.GetNumAtoms()))
    hits: dict[tuple[frozenset[int], str], _Hit] = {}
    for place, (product,) in enumerate(sets):
        of_parent = product.GetAtomsMatchingQuery(_OF_PARENT)
        removed = everything - _indices(of_parent) if len(of_parent) < len(everything) else frozenset()
        touched = _indices(product.GetAtomsMatchingQuery(_MATCHED)) | removed
        # One mapped atom and nothing removed: the match is the atom itself, so a second one is the same product.
        key = (touched, "" if len(touched) == 1 else str(place))
        hits.setdefault(key, _Hit(product, touched))
    return tuple(hits.values())


def _indices(atoms: Iterable[Chem.Atom]) -> frozenset[int]:
    """The parent's numbers of a product's atoms."""
    return frozenset(atom.GetIntProp("react_atom_idx") for atom in atoms)


def finished(product: Chem.Mol) -> str | None:
    """The canonical SMILES of one stereoisomer of a raw product; None if it is not a sound single molecule."""
    with rdBase.BlockLogs():
        try:
            product.UpdatePropertyCache(False)
            text = Chem.MolToSmiles(product)
        except (RuntimeError, ValueError):
            return None
    if "." in text:
        return None
    outcome = examine(text)
    if not isinstance(outcome, Parsed):
        return None
    # A radical can only be written in brackets; most products have none, and walking over atoms is slow.
    if "[" in text and any(a.GetNumRadicalElectrons() for a in outcome.mol.GetAtoms()):
        return None
    # Isomers at ring junctions must be embedded to know which are possible: many of them would stop the search.
    if len(unsettled(outcome.smiles)) > MAX_NEW_CENTRES:
        return None
    return first_stereoisomer(outcome.smiles)[0]
